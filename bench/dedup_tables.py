"""The tables of `make bench-dedup`."""

from typing import Any

from bench.cleaning_tables import conditions, measured, of_rows

Run = dict[str, Any]

INTRODUCTION = """Every system is given the articles in order and remembers all of them. The peers
are given the words of the text, folded as barq folds them, and have on each set the setting and
the threshold that are best on that very set; barq is as it comes."""
SECTIONS = {
    "near": (
        "Labelled copies",
        """`near-dev`, 3,360 articles in Arabic and English, by how the copy was made. barq's
thresholds were set on it.""",
    ),
    "hard": (
        "Harder copies",
        """A set given with `--hard`, by how the copy was made.""",
    ),
    "pairs": (
        "Untitled articles",
        "The articles of MinHash's tutorial with its pairs; every threshold is the best.",
    ),
    "templates": (
        "Items of one template",
        """A labelled sample of the Reuters wire, all of them different stories: how many were
linked, with the setting and the threshold that are best on `near-dev`. Some lie days apart, which
the peers do not know. barq linked one before its rules were mended.""",
    ),
    "cost": (
        "Time and memory of an article",
        """Both wires again and again, each time in other letters, until so many articles are
remembered: CPU time of the last of them (reading the text, sketch, search, decision, remembering;
no JSON) and resident memory. A size that a system does not reach in the time given has a dash.""",
    ),
    "wires": ("What barq calls both wires", "Nothing was put into them."),
}


def dedup(run: Run) -> str:
    """Return the tables of one run; a part that never ran is left out."""
    parts = ["## Dedup", conditions(run), INTRODUCTION]
    for name, (heading, words) in SECTIONS.items():
        if name in run:
            parts += [f"### {heading}", f"{words} {measured(run, name)}", of_rows(run[name])]
    absent = [f"* {name}: {why}." for name, why in run["absent"].items()]
    if absent:
        parts += ["### What did not run", "\n".join(absent)]
    return "\n\n".join(parts)
