"""The language of single words, word pairs, sentences and articles: barq beside its peers.

`python -m bench.cleaning_language [DATA]` prints the table; DATA holds `language/` with
`single-words`, `word-pairs` and `sentences`, one file a language. Peers run in an environment of
their own (`requirements-language.lock`), in the same run.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.settings import CHECKOUT
from bench.language_peers import PEERS, timed
from bench.systems import BENCH, VENVS, CannotInstall, run
from bench.tables import table
from pipeline.language import WIRE, detect

LOCK = BENCH / "requirements-language.lock"
HOME = VENVS / "language"
KINDS = ("single-words", "word-pairs", "sentences")
FIRST = ("ar", "fa", "ur", "en")
ARTICLE = 1_700
"""Characters of an article, whose time is measured in Arabic and English."""
PEER_SECONDS = 900
HEADS = (
    "detector",
    *(f"{kind} {'/'.join(FIRST)} · mean of 30 · of all" for kind in KINDS),
    "sentences µs",
    "article µs ar · en",
)


@dataclass(frozen=True, slots=True)
class Row:
    """What a detector scored: by kind of text the accuracy in per cent by language, and its time.

    `undetermined` is the part in per cent of which it gave no code, by kind.
    """

    name: str
    accuracy: Mapping[str, Mapping[str, float]]
    undetermined: Mapping[str, float]
    sentence_us: float
    article_us: Mapping[str, float]

    def mean(self, kind: str, codes: Sequence[str] = ()) -> float:
        """Return the mean over languages, by default all."""
        found = self.accuracy[kind]
        chosen = [found[code] for code in codes or found if code in found]
        return sum(chosen) / len(chosen)

    def cells(self) -> list[str]:
        """Return the row of the printed table."""
        cells = [self.name]
        for kind in KINDS:
            first = "/".join(f"{self.accuracy[kind].get(code, 0):.0f}" for code in FIRST)
            means = f"{self.mean(kind, sorted(WIRE)):.1f} · {self.mean(kind):.1f}"
            cells.append(f"{first} · {means}")
        times = " · ".join(f"{self.article_us[code]:.0f}" for code in ("ar", "en"))
        return [*cells, f"{self.sentence_us:.1f}", times]


@dataclass(frozen=True, slots=True)
class Lines:
    """The texts of a run: by kind, the language of each line and the line; and articles."""

    kinds: Mapping[str, tuple[list[str], list[str]]]
    articles: Mapping[str, list[str]]

    def asked(self) -> list[list[str]]:
        """Return the lists that each detector is given."""
        return [*(texts for _, texts in self.kinds.values()), *self.articles.values()]


def rows(data: Path) -> list[dict[str, object]]:
    """Return the printed rows under the names of their columns. Raises as `compare` does."""
    return [dict(zip(HEADS, row.cells(), strict=True)) for row in compare(data)]


def compare(data: Path, peers: Sequence[str] = tuple(PEERS)) -> list[Row]:
    """Return a row for barq's code, for its best guess, and for each peer.

    Raises CannotInstall if the peers' environment cannot be made, FileNotFoundError without data.
    """
    lines = read_lines(data / "language")
    found = [
        judged("barq", lines, answers(lambda text: detect(text).code, lines)),
        judged("barq, best guess", lines, answers(lambda text: detect(text).guess, lines)),
    ]
    if peers:
        install()
    return found + [judged(name, lines, ask(name, lines)) for name in peers]


def read_lines(folder: Path) -> Lines:
    """Return the lines of all languages."""
    kinds = {}
    for kind in KINDS:
        codes, texts = [], []
        for path in sorted((folder / kind).glob("*.txt")):
            of_one = path.read_text("utf-8").splitlines()
            codes += [path.stem] * len(of_one)
            texts += of_one
        kinds[kind] = codes, texts
    whole = {
        code: " ".join((folder / "sentences" / f"{code}.txt").read_text("utf-8").splitlines())
        for code in ("ar", "en")
    }
    articles = {
        code: [text[begin : begin + ARTICLE] for begin in range(0, len(text) - ARTICLE, 20)]
        for code, text in whole.items()
    }
    return Lines(kinds, articles)


def answers(detector: Callable[[str], str], lines: Lines) -> list[dict[str, object]]:
    """Return what a detector in this process says and takes."""
    detector("A sentence that loads whatever is loaded late.")
    return [timed(detector, texts) for texts in lines.asked()]


def ask(name: str, lines: Lines) -> list[dict[str, object]]:
    """Return what a peer says and takes."""
    command = [str(HOME / "bin" / "python"), str(BENCH / "language_peers.py"), name]
    done = subprocess.run(
        command,
        input=json.dumps(lines.asked()),
        check=True,
        timeout=PEER_SECONDS,
        capture_output=True,
        text=True,
    )
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def judged(name: str, lines: Lines, said: Sequence[Mapping[str, object]]) -> Row:
    """Return the row of what a detector said."""
    accuracy: dict[str, dict[str, float]] = {}
    undetermined = {}
    for (kind, (true, _)), answer in zip(lines.kinds.items(), said, strict=False):
        codes = answer["codes"]
        assert isinstance(codes, list)
        right: dict[str, list[bool]] = {}
        for code, told in zip(true, codes, strict=True):
            right.setdefault(code, []).append(code == told)
        accuracy[kind] = {code: 100 * sum(each) / len(each) for code, each in right.items()}
        undetermined[kind] = 100 * codes.count("und") / len(codes)
    each_us = [
        1e6 * float(str(answer["seconds"])) / len(texts)
        for answer, texts in zip(said, lines.asked(), strict=True)
    ]
    of_articles = dict(zip(lines.articles, each_us[len(KINDS) :], strict=True))
    return Row(name, accuracy, undetermined, each_us[len(KINDS) - 1], of_articles)


def install() -> None:
    """Make the peers' environment from its lock file unless it is there. Raises CannotInstall."""
    done = HOME / "installed.lock"
    if done.exists() and done.read_bytes() == LOCK.read_bytes():
        return
    print(f"installing the language detectors into {HOME.relative_to(CHECKOUT)}", flush=True)
    pip = [str(HOME / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    run([sys.executable, "-m", "venv", "--clear", str(HOME)])
    run([*pip, "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK)])
    done.write_bytes(LOCK.read_bytes())


def main() -> int:
    """Print the table."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKOUT.parent / "shared" / "data"
    if not (data / "language").is_dir():
        print(f"{data} holds no folder language; name the folder that does")
        return 2
    try:
        found = compare(data)
    except CannotInstall as error:
        print(f"The peers cannot be installed: {error}.")
        return 1
    print(table(HEADS, [row.cells() for row in found]))
    told = ", ".join(f"{found[0].undetermined[kind]:.1f} % of the {kind}" for kind in KINDS)
    print(f"\nbarq says und of {told}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
