"""Place labels of Reuters-21578 against the countries that an article's linked places lie in."""

import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pipeline.folding import fold
from pipeline.places import load_places

OLD_NAMES = {
    "usa": "US", "uk": "GB", "west-germany": "DE", "east-germany": "DE", "ussr": "RU",
    "uae": "AE", "yemen-arab-republic": "YE", "yemen-demo-republic": "YE", "zaire": "CD",
    "burma": "MM", "kampuchea": "KH", "ivory-coast": "CI", "congo": "CG", "hong-kong": "HK",
    "trinidad-tobago": "TT", "us-virgin-islands": "VI", "turkey": "TR", "china": "CN",
}  # fmt: skip
"""Labels that are no country's name of today, or another than GeoNames gives."""
GONE = frozenset({"yugoslavia", "czechoslovakia"})
"""Countries that have no code: articles with such a label are left out."""


def codes() -> dict[str, str]:
    """Return the code of each label that is a country's name."""
    found = dict(OLD_NAMES)
    for name in load_places():
        if name.id.startswith("country:") and name.country:
            for surface in name.surfaces:
                found.setdefault(fold(surface).replace(" ", "-"), name.country)
    return found


def place_scores(
    wire: Path, tag: Callable[[dict[str, Any]], Sequence[dict[str, Any]]]
) -> tuple[float, float, int]:
    """Return precision and recall of the countries of articles with labels, and their number.

    The dateline stands before the text, as on the wire.
    """
    known = codes()
    right = told = there = articles = 0
    with gzip.open(wire, "rt", encoding="utf-8") as lines:
        for line in lines:
            raw = json.loads(line)
            labels = raw["labels"]["places"]
            if not labels or any(label not in known or label in GONE for label in labels):
                continue
            text = f"{raw.get('dateline') or ''} {raw.get('body') or ''}"
            event = {"title": raw.get("title") or "", "text": text, "language": "en"}
            linked = {entity.get("country") for entity in tag(event)} - {None}
            gold = {known[label] for label in labels}
            right += len(gold & linked)
            told += len(linked)
            there += len(gold)
            articles += 1
    return right / max(1, told), right / max(1, there), articles
