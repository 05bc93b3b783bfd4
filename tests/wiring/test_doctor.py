"""The doctor: each thing is looked at by itself, and what is wrong says what to do."""

import io
from importlib import metadata
from pathlib import Path

import pytest
from faust import streams
from rich.console import Console

from agents import doctor, exits
from agents.doctor import Check, Unwell
from agents.settings import Settings, load_settings


def test_without_a_broker_the_rest_is_still_examined(tmp_path: Path) -> None:
    checks = doctor.examine(load_settings(run_dir=tmp_path / "new"))
    by_name = {check.name: check for check in checks}
    assert len(by_name) == len(checks)
    for name in ("python", "packages", "faust", "run directory"):
        assert by_name[name].ok, by_name[name].sentence
    for name in ("broker", "topics"):
        assert not by_name[name].ok
        assert "make up" in by_name[name].sentence
    assert doctor.exit_code(checks) == exits.PARTLY


def test_a_run_directory_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("", "utf-8")
    with pytest.raises(Unwell, match="BARQ_RUN_DIR"):
        doctor.check_run_dir(load_settings(run_dir=tmp_path / "run"))


def test_rules_that_are_missing_are_named(tmp_path: Path) -> None:
    checked = doctor.run("rules", doctor.check_rules, load_settings(rules=tmp_path / "none"))
    assert not checked.ok
    assert str(tmp_path / "none") in checked.sentence


def test_a_directory_without_rules_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(Unwell, match="nothing can raise an alert"):
        doctor.check_rules(load_settings(rules=tmp_path))


def test_packages_that_are_missing_or_old_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["orjson>=999", "no-such-package>1", "other; extra == 'dev'", "rich>1"]
    monkeypatch.setattr(metadata, "requires", lambda name: lines if name == "barq" else [])
    with pytest.raises(Unwell) as wrong:
        doctor.check_packages(load_settings())
    assert "orjson is " in str(wrong.value)
    assert "not >=999; no-such-package is missing: run `make install`." in str(wrong.value)


@pytest.mark.parametrize(("variable", "sentence"), [("1", "unset it"), ("", "install the wheel")])
def test_faust_without_its_compiled_stream_is_refused(
    monkeypatch: pytest.MonkeyPatch, variable: str, sentence: str
) -> None:
    monkeypatch.setattr(streams, "_CStreamIterator", None)
    monkeypatch.setenv("NO_CYTHON", variable)
    with pytest.raises(Unwell, match=sentence):
        doctor.check_faust(load_settings())


def test_what_is_optional_fails_no_examination() -> None:
    kafka = Check("apache kafka", ok=False, sentence="run `make kafka-jars`.", optional=True)
    assert doctor.exit_code([Check("python", ok=True, sentence=""), kafka]) == exits.OK
    assert doctor.exit_code([Check("python", ok=False, sentence=""), kafka]) == exits.PARTLY


def test_a_check_that_breaks_is_a_check_that_fails() -> None:
    def broken(settings: Settings) -> str:
        raise ZeroDivisionError(settings.topic_prefix)

    assert doctor.run("x", broken, load_settings()) == Check("x", ok=False, sentence="news.")


def test_checks_are_printed_with_what_is_wrong_and_what_is_only_absent() -> None:
    console = Console(width=100, file=io.StringIO(), record=True)
    checks = [
        Check("python", ok=True, sentence="well"),
        Check("broker", ok=False, sentence="[start] it"),
        Check("kafka", ok=False, sentence="none", optional=True),
    ]
    doctor.print_checks(checks, console, as_json=False)
    lines = [line.split() for line in console.export_text().splitlines()]
    assert lines == [
        ["ok", "python", "well"],
        ["wrong", "broker", "[start]", "it"],
        ["absent", "kafka", "none"],
    ]
