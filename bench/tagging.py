"""`make bench-tagging`: names found and what that costs, barq beside a bare gazetteer and spaCy.

Gold: ANERcorp (Arabic) and CoNLL-2003 (English, evaluation only), eight sentences an article, exact
spans. Speed: articles of the wires of 250 to 350 tokens, after 2,500 others. Places: the countries
that an article's entities lie in against the place labels of Reuters-21578.
"""

import argparse
import gc
import gzip
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from agents.newsroom import load_gazetteer
from agents.settings import CHECKOUT, Settings
from agents.worker import COLLECT_AFTER
from bench.systems import BENCH, VENVS, CannotInstall, run
from bench.tables import table
from bench.tagger_text import joined, sentences
from bench.tagging_places import place_scores
from pipeline.names_model import load_names_model
from pipeline.outcome import Event, Keep
from pipeline.tagging import tag
from pipeline.tokens import pieces_of

LOCK = BENCH / "requirements-tagging.lock"
HOME = VENVS / "tagging"
PEER_SECONDS = 3_600
PER_ARTICLE = 8
TOKENS = 300
WARM, TIMED = 2_500, 250
SPACY_ARTICLES = 100
KINDS = ("PER", "LOC", "ORG")
GOLD = {"ar": "anercorp-dev.conll", "en": "conll2003-en-dev.conllu"}
WIRES = {"ar": "ant-v1", "en": "reuters-a"}

Names = set[tuple[int, int, str]]
Tag = Callable[[Event], Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Article:
    """A text with its gold names; offsets are those of an article without a title."""

    event: Event
    names: Names


def event_of(title: str, text: str, language: str) -> Event:
    return {"title": title, "text": text, "language": {"code": language, "confidence": 1.0}}


def gold_articles(path: Path, language: str) -> list[Article]:
    """Return the sentences of a corpus as articles, eight an article, tokens apart by a space."""
    lines = [joined(sentence, "as it is", "") for sentence in sentences(path)]
    articles = []
    for first in range(0, len(lines), PER_ARTICLE):
        names: Names = set()
        at = 1
        chosen = lines[first : first + PER_ARTICLE]
        for line in chosen:
            names |= {(at + a, at + b, kind) for a, b, kind in line.spans}
            at += len(line.text) + 1
        text = "\n".join(line.text for line in chosen)
        articles.append(Article(event_of("", text, language), names))
    return articles


def wire_events(path: Path, language: str) -> Iterator[Event]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            raw = json.loads(line)
            yield event_of(raw.get("title") or "", raw.get("body") or "", language)


def names_of(entities: Sequence[Event]) -> Names:
    return {(e["start"], e["end"], e["type"]) for e in entities if e["type"] in KINDS}


def scores(gold: Sequence[Names], told: Sequence[Names]) -> list[str]:
    """Return F1 of all and by type, exact spans, in per cent."""
    right, found, there = Counter[str](), Counter[str](), Counter[str]()
    for a, b in zip(gold, told, strict=True):
        for counter, names in ((right, a & b), (found, b), (there, a)):
            for _, _, kind in names:
                counter.update((kind, "all"))
    return [
        f"{200 * right[kind] / max(1, found[kind] + there[kind]):.1f}" for kind in ("all", *KINDS)
    ]


def tagger(*, with_model: bool) -> Tag:
    """Return the tagging stage, with or without the model of names."""
    gazetteer = load_gazetteer(Settings())
    model = load_names_model() if with_model else None

    def entities(event: Event) -> Sequence[Event]:
        outcome = tag(event, gazetteer, model)
        assert isinstance(outcome, Keep)
        found: Sequence[Event] = outcome.values[0]["entities"]
        return found

    return entities


def cost(tag_one: Tag, warm: Sequence[Event], timed: Sequence[Event]) -> float:
    """Return µs of CPU for 300 tokens, on articles of about that length that come after others."""
    for event in warm:
        tag_one(event)
    gc.collect()
    gc.freeze()  # as a worker does with what it has loaded
    gc.set_threshold(*COLLECT_AFTER)
    begun = process_time()
    for event in timed:
        tag_one(event)
    return 1e6 * (process_time() - begun) * TOKENS / token_count(timed)


def of_length(events: Sequence[Event]) -> list[Event]:
    """Return the articles of 250 to 350 tokens, no more than are timed."""
    lengths = (250, 350)
    fit = [event for event in events if lengths[0] <= token_count([event]) <= lengths[1]]
    return fit[:TIMED]


def whole(event: Event) -> str:
    return f"{event['title']}\n{event['text']}"


def token_count(events: Sequence[Event]) -> int:
    return sum(len(pieces_of(whole(event))) for event in events)


def spacy(texts: Sequence[str]) -> tuple[list[Names], float]:
    """Return what spaCy's small model finds in texts, and its CPU seconds."""
    done = HOME / "installed.lock"
    if not done.exists() or done.read_bytes() != LOCK.read_bytes():
        print(f"installing spaCy into {HOME.relative_to(CHECKOUT)}", flush=True)
        run([sys.executable, "-m", "venv", "--clear", str(HOME)])
        pip = [str(HOME / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        run([*pip, "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK)])
        done.write_bytes(LOCK.read_bytes())
    answered = subprocess.run(
        [str(HOME / "bin" / "python"), str(BENCH / "tagging_peers.py")],
        input=json.dumps(list(texts)),
        check=True,
        timeout=PEER_SECONDS,
        capture_output=True,
        text=True,
    )
    told = json.loads(answered.stdout)
    return [{(a, b, kind) for a, b, kind in names} for names in told["names"]], told["seconds"]


def rows(data: Path) -> Iterator[list[str]]:
    """Yield a row a system and language."""
    ways = {"barq": tagger(with_model=True), "bare gazetteer": tagger(with_model=False)}
    for language, file in GOLD.items():
        articles = gold_articles(data / "ner" / file, language)
        gold = [article.names for article in articles]
        wire = data / "wire" / f"{WIRES[language]}.jsonl.gz"
        events = list(wire_events(wire, language))
        warm, timed = events[:WARM], of_length(events[WARM:])
        for name, way in ways.items():
            told = [names_of(way(article.event)) for article in articles]
            yield [
                f"{file.split('.')[0]}: {name}",
                *scores(gold, told),
                f"{cost(way, warm, timed):,.0f}",
            ]
        if language == "en":
            texts = [whole(event) for event in timed[:SPACY_ARTICLES]]
            told, _ = spacy([whole(article.event) for article in articles])
            _, seconds = spacy(texts)
            tokens = token_count(timed[:SPACY_ARTICLES])
            each = 1e6 * seconds * TOKENS / tokens
            name = f"{file.split('.')[0]}: spaCy small"
            yield [name, *scores(gold, told), f"{each:,.0f}"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.tagging", description=__doc__)
    parser.add_argument("--data", type=Path, default=CHECKOUT.parent / "shared" / "data")
    options = parser.parse_args()
    if not (options.data / "ner").is_dir():
        print(f"{options.data} holds no folder ner; name the folder that does with --data")
        return 2
    try:
        found = list(rows(options.data))
    except CannotInstall as error:
        print(f"spaCy cannot be installed: {error}.")
        return 1
    print(table(["F1, per cent", "all", *KINDS, "µs for 300 tokens"], found))
    reuters = options.data / "wire" / "reuters-a.jsonl.gz"
    for name, with_model in (("barq", True), ("bare gazetteer", False)):
        precision, recall, count = place_scores(reuters, tagger(with_model=with_model))
        print(
            f"Reuters place labels, {name}: precision {precision:.3f}, recall {recall:.3f}", end=""
        )
        print(f" ({count:,} articles)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
