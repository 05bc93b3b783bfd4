"""Prometheus' rules and Grafana's dashboard against the metrics that barq exports."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from agents import metrics
from pipeline.topology import STAGES

CHECKOUT = Path(__file__).resolve().parents[2]
OPS = CHECKOUT / "ops"
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
OF_PROMETHEUS = {"up"}
LABELS_OF_SCRAPING = {"job", "instance", "service"}


def load(path: str) -> Any:
    """Return a YAML (or JSON) file of ops/."""
    return yaml.safe_load((OPS / path).read_text("utf-8"))


def exported() -> dict[str, set[str]]:
    """Return the labels of every series that a worker exports, by name."""
    result = {}
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            for suffix in SUFFIXES[str(metric._type)]:
                labels = {*metric._labelnames, *({"le"} if suffix == "_bucket" else ())}
                result[metric._name + suffix] = labels
    return result


EXPORTED = exported()
RULES: list[dict[str, Any]] = [
    rule for group in load("alerts.yml")["groups"] for rule in group["rules"]
]
DASHBOARD: dict[str, Any] = load("grafana/barq.json")
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]


def expressions() -> Iterator[tuple[str, str]]:
    """Yield the title and the PromQL of every alert and every query of a panel."""
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for panel in PANELS:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


def series(expression: str) -> set[str]:
    """Return the names of the series that an expression reads, patterns of names resolved."""
    found = set(re.findall(r"\b(?:barq_\w+|up)\b", re.sub(r'"[^"]*"', "", expression)))
    for pattern in re.findall(r'__name__=~"([^"]*)"', expression):
        found |= {name for name in EXPORTED if re.fullmatch(pattern, name)}
    return found


def labels(expression: str) -> set[str]:
    """Return the labels that an expression groups by or selects by."""
    grouped = re.findall(r"\b(?:by|on) \(([^)]*)\)", expression)
    selected = re.findall(r"(\w+)\s*(?:=~|!=|!~|=)\s*\"", expression)
    return {label.strip() for group in grouped for label in group.split(",")} | set(selected)


@pytest.mark.parametrize(("title", "expression"), list(expressions()))
class TestEveryExpression:
    def test_reads_only_what_barq_exports(self, title: str, expression: str) -> None:
        assert series(expression), title
        assert series(expression) <= set(EXPORTED) | OF_PROMETHEUS

    def test_uses_only_labels_that_the_series_have(self, title: str, expression: str) -> None:
        known = LABELS_OF_SCRAPING | {"__name__"}
        for name in series(expression) & set(EXPORTED):
            known |= EXPORTED[name]
        assert labels(expression) <= known, title


def test_the_balance_subtracts_every_way_in_which_a_record_ends() -> None:
    (rule,) = [rule for rule in RULES if rule["alert"] == "BarqUnbalanced"]
    ends = {name for name in EXPORTED if name.startswith("barq_records_")}
    assert series(rule["expr"]) == ends


def test_every_metric_of_the_catalogue_is_on_the_dashboard() -> None:
    shown = {name for _, expression in expressions() for name in series(expression)}
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            assert shown & {metric._name + suffix for suffix in SUFFIXES[str(metric._type)]}


class TestAlerts:
    @pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
    def test_each_says_how_bad_it_is_and_what_to_do(self, rule: dict[str, Any]) -> None:
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert set(rule["annotations"]) == {"summary", "description"}

    def test_each_is_seen_to_fire_in_a_unit_test(self) -> None:
        fired = {
            case["alertname"]
            for test in load("alerts_test.yml")["tests"]
            for case in test["alert_rule_test"]
            if case["exp_alerts"]
        }
        assert fired == {rule["alert"] for rule in RULES}

    def test_a_stage_without_workers_is_noticed_whichever_it_is(self) -> None:
        (rule,) = [rule for rule in RULES if rule["alert"] == "BarqWorkerGone"]
        named = set(re.findall(r'absent\(up\{job="barq", service="(\w+)"\}\)', rule["expr"]))
        assert named == {stage.name for stage in STAGES}


class TestPrometheus:
    def test_it_finds_every_worker_of_every_stage_by_the_name_of_its_service(self) -> None:
        compose = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text("utf-8"))["services"]
        workers, auditor = load("prometheus.yml")["scrape_configs"]
        (discovery,) = workers["dns_sd_configs"]
        assert set(discovery["names"]) == {stage.name for stage in STAGES}
        (audits,) = auditor["dns_sd_configs"]
        for name in (*discovery["names"], *audits["names"]):
            assert audits["port"] == discovery["port"]
            port = compose[name]["environment"]["BARQ_METRICS_PORT"]
            assert str(discovery["port"]) == port
            assert set(compose[name]["networks"]) & set(compose["prometheus"]["networks"])

    def test_its_rules_are_mounted_beside_its_configuration(self) -> None:
        compose = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text("utf-8"))["services"]
        for rules in load("prometheus.yml")["rule_files"]:
            mount = f"./ops/{rules}:/etc/prometheus/{rules}:ro"
            assert mount in compose["prometheus"]["volumes"]


class TestTheDashboard:
    def test_it_asks_the_source_that_is_provisioned(self) -> None:
        (source,) = load("grafana/provisioning/datasources/prometheus.yml")["datasources"]
        used = {panel["datasource"]["uid"] for panel in PANELS if panel["type"] != "row"}
        assert used == {source["uid"]}

    def test_it_lies_where_grafana_looks(self) -> None:
        compose = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text("utf-8"))["services"]
        (provider,) = load("grafana/provisioning/dashboards/barq.yml")["providers"]
        home = compose["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
        assert home == f"{provider['options']['path']}/barq.json"
        assert f"./ops/grafana/barq.json:{home}:ro" in compose["grafana"]["volumes"]

    def test_what_is_changed_in_the_browser_does_not_replace_the_file(self) -> None:
        (provider,) = load("grafana/provisioning/dashboards/barq.yml")["providers"]
        assert provider["allowUiUpdates"] is False

    def test_every_panel_has_its_own_number_and_says_what_it_shows(self) -> None:
        assert len({panel["id"] for panel in PANELS}) == len(PANELS)
        assert all(panel["description"] for panel in PANELS if panel["type"] != "row")

    def test_no_two_panels_lie_on_each_other(self) -> None:
        taken: set[tuple[int, int]] = set()
        for panel in PANELS:
            at = panel["gridPos"]
            cells = {
                (x, y)
                for x in range(at["x"], at["x"] + at["w"])
                for y in range(at["y"], at["y"] + at["h"])
            }
            assert not cells & taken, panel["title"]
            assert max(x for x, _ in cells) < 24
            taken |= cells

    def test_every_query_is_promql(self, tmp_path: Path) -> None:
        promtool = shutil.which("promtool")
        if promtool is None:
            pytest.skip("promtool is missing: run ops/machine as root, or install prometheus")
        queries = [target["expr"] for panel in PANELS for target in panel.get("targets", [])]
        records = [
            {"record": f"panel:{n}", "expr": query.replace("$__rate_interval", "5m")}
            for n, query in enumerate(queries)
        ]
        rules = tmp_path / "panels.yml"
        rules.write_text(json.dumps({"groups": [{"name": "panels", "rules": records}]}), "utf-8")
        done = subprocess.run(
            [promtool, "check", "rules", str(rules)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
