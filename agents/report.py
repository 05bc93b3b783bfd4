"""Tables that barq prints: settings, rules, the balance of the stages."""

from collections.abc import Sequence

import orjson
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from agents import exits
from agents.newsroom import read_rules
from agents.scrape import Balance
from agents.settings import Settings
from pipeline.rule_tests import failures_of
from pipeline.rules import Rule


def print_json(console: Console, value: object) -> None:
    """Print a value as JSON, indented, for a program or an eye."""
    console.print(
        orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode(), markup=False
    )


def print_settings(settings: Settings, console: Console, *, as_json: bool) -> None:
    """Print each setting, its variable and its value; a secret is shown only as set or not."""
    rows = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = "********" if isinstance(value, SecretStr) else value
        rows.append((f"BARQ_{name.upper()}", shown, field.description or ""))
    if as_json:
        print_json(console, {name: value for name, value, _ in rows})
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("variable", "value", "meaning"):
        table.add_column(heading)
    for name, value, meaning in rows:
        table.add_row(name, "unset" if value is None else str(value), meaning)
    console.print(table)


def print_rules(rules: Sequence[Rule], console: Console, *, as_json: bool) -> None:
    """Print the rules: id, version, severity, desk, query."""
    if as_json:
        print_json(
            console,
            [
                {
                    "id": rule.id,
                    "version": rule.version,
                    "severity": rule.severity,
                    "desk": rule.desk,
                    "query": rule.query,
                    "description": rule.description,
                }
                for rule in rules
            ],
        )
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("rule", "severity", "desk", "query"):
        table.add_column(heading)
    for rule in rules:
        table.add_row(rule.id, rule.severity, rule.desk, rule.query)
    console.print(table)


def print_rule_tests(settings: Settings, console: Console) -> int:
    """Run the stories that rules ship, print each that ends otherwise; return the exit code."""
    rules = read_rules(settings)
    failures = [line for rule in rules for line in failures_of(rule)]
    for line in failures:
        console.print(line, markup=False)
    console.print(f"{len(rules)} rules, {len(failures)} stories that end otherwise than said.")
    return exits.PARTLY if failures else exits.OK


def balance_table(balances: Sequence[Balance]) -> Table:
    """Return the table of how every stage's records ended."""
    table = Table(title="How every record ended", title_justify="left", box=None, pad_edge=False)
    for heading in ("stage", "in", "out", "dropped", "duplicates", "held", "dead", "balance"):
        table.add_column(heading, justify="left" if heading == "stage" else "right", no_wrap=True)
    for one in balances:
        parts = (one.dropped, one.duplicates, one.dead)
        dropped, duplicates, dead = (str(sum(part.values())) for part in parts)
        told = f"{one.unaccounted} unaccounted" if one.unaccounted else "balances"
        table.add_row(
            one.hop, str(one.taken), str(one.out), dropped, duplicates, str(one.held), dead, told
        )
    return table


def print_balances(balances: Sequence[Balance], console: Console) -> None:
    """Print the table, and under it why records were dropped, linked or refused."""
    console.print(balance_table(balances))
    for one in balances:
        for ended, counts in (
            ("dropped", one.dropped),
            ("duplicates", one.duplicates),
            ("dead", one.dead),
        ):
            if counts:
                parts = ", ".join(f"{reason} {number}" for reason, number in sorted(counts.items()))
                console.print(f"{one.hop}: {ended}: {parts}", markup=False)
