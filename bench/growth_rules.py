"""What matching an article costs beside a book of some number of rules."""

import random
from statistics import median
from time import process_time
from typing import Any

import psutil

from bench.articles import TONGUES, Tongue, make_wire
from bench.stages import bind, matching_with
from pipeline.query import parse_query
from pipeline.rules import Rule, RuleBook

BLOCK = 500
"""Articles matched in one measurement."""
BLOCKS = 3
COUNTRIES = ("EG", "IQ", "JO", "TN", "FR", "KE", "TR", "ES", "JP", "NG", "LB")


def measure(size: int, seed: int) -> dict[str, Any]:
    """Return the CPU time an article, and the time and memory to load so many rules."""
    wire = make_wire(BLOCK * BLOCKS, seed)
    clean, judge, tag = bind("cleaning")["raw"], bind("dedup")["clean"], bind("tagging")["unique"]
    tagged = [
        tagged.value
        for raw in wire
        for cleaned in clean(raw, None, 0, 0.0)
        for kept in judge(cleaned.value, None, 0, 0.0)
        for tagged in tag(kept.value, None, 0, 0.0)
    ]
    process = psutil.Process()
    before = process.memory_info().rss
    began = process_time()
    decide = matching_with(RuleBook(invented(size, seed)))
    loaded = process_time()
    memory = process.memory_info().rss - before
    each = len(tagged) // BLOCKS
    micros, matches = [], 0
    for block in range(BLOCKS):
        began_block = process_time()
        for value in tagged[block * each : (block + 1) * each]:
            matches += len(decide(value, None, 0, 1.0))
        micros.append(1e6 * (process_time() - began_block) / each)
    return {
        "rules": size,
        "micros": median(micros),
        "matches": matches / (each * BLOCKS),
        "seconds": loaded - began,
        "memory": memory,
    }


def invented(size: int, seed: int) -> list[Rule]:
    """Return so many different rules, half of them Arabic."""
    chance = random.Random(seed)
    return [rule(number, query_of(number, chance)) for number in range(size)]


def rule(number: int, query: str) -> Rule:
    """Return a rule of a query."""
    return Rule(
        id=f"rule-{number}",
        version="1",
        query=query,
        severity="low",
        desk=f"desk-{number % 20}",
        tree=parse_query(query),
    )


def query_of(number: int, chance: random.Random) -> str:
    """Return a query of one of four kinds, in turn."""
    tongue = TONGUES[number % len(TONGUES)]
    one, other, third = (word(tongue, chance) for _ in range(3))
    match number // len(TONGUES) % 4:
        case 0:
            return f"{one} AND {other}"
        case 1:
            return f'"{one} {chance.choice(tongue.function_words)} {other}"'
        case 2:
            return f"({one} OR {other}) NEAR/10 {third}"
        case _:
            return f"{one} AND {other} AND place:{chance.choice(COUNTRIES)}"


def word(tongue: Tongue, chance: random.Random) -> str:
    """Return one of the wire's longer words, each of which one article in two hundred holds."""
    return "".join(chance.choices(tongue.syllables, k=3))
