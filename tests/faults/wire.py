"""An endless wire of invented articles: versions, copies, alarms, poison; the same for a seed."""

import random
import threading
from collections import deque
from collections.abc import Iterator
from itertools import count
from typing import Any

import orjson

VOCABULARY = {
    "en": "harbour council storm bridge minister school water grain road pilot market border "
    "clinic signal engine valley winter permit ballot quarter museum orchard tunnel station",
    "ar": "ميناء مجلس عاصفة جسر وزير مدرسة ماء قمح طريق طيار سوق حدود عيادة إشارة محرك واد شتاء "
    "رخصة اقتراع ربع متحف بستان نفق قطار محطة",
}
WORDS = {language: words.split() for language, words in VOCABULARY.items()}
NAMES = {language: [a + b for a in words for b in words] for language, words in WORDS.items()}
"""Invented names: they make texts of one subject different, as names do."""
ALARM = "قالت القيادة إن عملية ضد داعش بدأت في العراق"
POISON = [b"not json", b"\xff\xfe\xfa", b"[1, 2]", b'{"id": "x"}', b'{"source": 1}', b"{" * 5000]
BODY_WORDS = 120
NEAR_COPY_CHANGES = 3


class Wire:
    """Lines for the feeder's standard input, until `end` was called and `least` were read.

    Every fifth article comes in three versions, one in ten is copied by another source, one in
    twenty with a few words changed. `poison` is the share of lines that are no article; `most`
    ends the wire after so many lines.
    """

    def __init__(
        self, seed: int, *, least: int = 0, most: int | None = None, poison: float = 0.0
    ) -> None:
        self.chance = random.Random(seed)
        self.least, self.most, self.poison = least, most, poison
        self.poisoned = 0
        self.read = 0
        self._over = threading.Event()
        self._lines = self._endless()

    def end(self) -> None:
        """Let the wire end after the least number of lines."""
        self._over.set()

    def readline(self, limit: int = -1) -> bytes:  # noqa: ARG002  (every line is short)
        """Return the next line, or nothing at the end."""
        if self.read == self.most or (self._over.is_set() and self.read >= self.least):
            return b""
        self.read += 1
        return next(self._lines) + b"\n"

    def _endless(self) -> Iterator[bytes]:
        recent: deque[dict[str, Any]] = deque(maxlen=40)
        for number in count():
            while self.chance.random() < self.poison:
                self.poisoned += 1
                yield self.chance.choice(POISON)
            article = self._article(number)
            versions = range(1, 4 if number % 5 == 0 else 2)
            events = [self._version(article, version) for version in versions]
            yield from map(orjson.dumps, events)
            if number % 10 == 1 and recent:
                yield orjson.dumps(self._copy(self.chance.choice(recent), number))
            if len(events) == 1:
                recent.append(events[0])

    def _article(self, number: int) -> dict[str, Any]:
        return {
            "id": str(number),
            "source": f"wire-{number % 7}",
            "language": self.chance.choice(["ar", "en"]),
            "published_at": f"2026-03-02T08:{number // 60 % 60:02}:{number % 60:02}Z",
        }

    def _version(self, article: dict[str, Any], version: int) -> dict[str, Any]:
        language, alarmed = article["language"], int(article["id"]) % 10 == 0
        words = self.chance.choices(WORDS[language], k=BODY_WORDS)
        for place in range(0, BODY_WORDS, 4):
            words[place] = self.chance.choice(NAMES[language])
        alarm = f"{ALARM}. " if language == "ar" and alarmed else ""
        return article | {
            "title": " ".join(words[:6]),
            "body": alarm + " ".join(words) + ".",
            "version": version,
        }

    def _copy(self, article: dict[str, Any], number: int) -> dict[str, Any]:
        words = article["body"].split()
        if number % 20 == 1:
            for _ in range(NEAR_COPY_CHANGES):
                words[self.chance.randrange(len(words))] = self.chance.choice(WORDS["en"])
        return article | {
            "id": f"{article['id']}-{number}",
            "source": "copyist",
            "body": " ".join(words),
        }
