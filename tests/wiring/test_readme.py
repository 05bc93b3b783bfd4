"""The README's tables say what the code does: topics, metrics, settings, commands, exit codes."""

import re

import pytest

from agents import exits, metrics
from agents.cli import app
from agents.settings import Settings
from pipeline.topology import TOPICS
from tests.conftest import CHECKOUT

README = (CHECKOUT / "README.md").read_text("utf-8")


def table(heading: str) -> dict[str, str]:
    """Return the rows of the table under a heading: first cell, without back-ticks, to the rest."""
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `([^`]+)` \| (.*) \|$", section, re.MULTILINE)
    return dict(rows)


def test_the_table_of_topics_is_the_topology() -> None:
    expected = {f"news.{t.name}": f"{t.keyed_by} | {t.holds}" for t in TOPICS}
    expected["news.alerts.<desk>"] = "rule id | the alerts of one desk"
    assert table("Topics") == expected


def test_the_table_of_metrics_is_the_catalogue() -> None:
    expected = {}
    for family in metrics.REGISTRY.collect():
        name = family.name + ("_total" if family.type == "counter" else "")
        expected[name] = f"{family.type} | {family.documentation}"
    assert table("Metrics") == expected


def test_the_table_of_settings_is_the_settings_object() -> None:
    expected = {}
    for name, field in Settings.model_fields.items():
        default = "unset" if field.default is None else str(field.default)
        if name in {"rules", "watchlists"}:
            default = default.replace(f"{CHECKOUT}/", "")
        expected[f"BARQ_{name.upper()}"] = f"{default} | {field.description}"
    assert table("Settings") == expected


def test_the_table_of_exit_codes_is_the_code() -> None:
    values = {value for name, value in vars(exits).items() if name.isupper()}
    assert {int(code) for code in table("Exit codes")} == values


def test_every_command_is_in_the_readme_and_has_an_example_in_its_help() -> None:
    from typer.main import get_command  # noqa: PLC0415
    from typer.testing import CliRunner  # noqa: PLC0415

    runner = CliRunner()

    def walk(command: object, words: tuple[str, ...]) -> list[tuple[str, ...]]:
        children = getattr(command, "commands", None)
        if not children:
            return [words]
        return [path for name, child in children.items() for path in walk(child, (*words, name))]

    for words in walk(get_command(app), ()):
        assert f"`barq {' '.join(words)}" in README, words
        told = runner.invoke(app, [*words, "--help"])
        assert told.exit_code == 0
        assert "Example: " in told.output, words


@pytest.mark.parametrize("target", re.findall(r"`make ([a-z-]+)`", README))
def test_every_make_target_of_the_readme_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (CHECKOUT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_every_dependency_has_its_licence_in_the_readme() -> None:
    import tomllib  # noqa: PLC0415

    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["embedded"]]
    section = README.split("## Licences\n", 1)[1]
    for requirement in wanted:
        name = re.split(r"[><=;\[ ]", requirement, maxsplit=1)[0]
        assert f"`{name}`" in section, name
