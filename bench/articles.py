"""A wire of invented articles, the same for the same seed: Arabic and English, copies, versions.

The words are made of syllables, between function words that carry the language. One article in
ten holds a sentence that one of the shipped rules waits for.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline import codec

COPIES = 0.10
VERSIONS = 0.05
ALERTING = 0.10
REMEMBERED = 2_000
"""A copy or a new version follows its article within so many articles."""
USUAL_BYTES = 1_600
EPOCH = datetime(2026, 3, 1, tzinfo=UTC)


def words_of(line: str) -> list[str]:
    """Return the words of a line."""
    return line.split()


ENGLISH = words_of(
    "the of and to in that said on for with was by from at were has after it be would"
)
ARABIC = words_of("في من على إلى أن عن مع بعد التي الذي كما قال وقال هذا هذه بين حتى خلال عند كان")
ENGLISH_SYLLABLES = words_of(
    "ba den ter mol ran sie ver ton lar gan per ish col mer dan fol tri ster"
)
ARABIC_SYLLABLES = words_of("با دن تر مول ران سي فر تون لار جان بر شي كل مر دان فل تري ست")
ENGLISH_PLACES = words_of("Cairo Baghdad Amman Tunis Paris Nairobi Ankara Madrid Tokyo Lagos")
ARABIC_PLACES = words_of("القاهرة بغداد عمان تونس باريس نيروبي أنقرة مدريد طوكيو بيروت")
ENGLISH_NEWS = (
    "The envoy said that the ceasefire talks would go on.",
    "The central bank left its interest rate as it was.",
    "OPEC spoke about its output for the next season.",
)
ARABIC_NEWS = (
    "وقال شهود إن دوي انفجار سمع في بغداد.",
    "وأبقى البنك المركزي سعر الفائدة كما كان.",
    "وبحث وزراء أوبك خفض الإنتاج في الموسم المقبل.",
)
ENGLISH_FURNITURE = "Share this article:\n• Facebook\n• Twitter"
ARABIC_FURNITURE = "شارك هذا الموضوع:\n• فيسبوك\n• تويتر"
AGENCIES = ("Delta Wire", "Harbour Wire", "Ridge News", "وكالة الضفة", "بوابة المرفأ", "أنباء التل")


@dataclass(frozen=True, slots=True)
class Tongue:
    """What the articles of one language are made of."""

    code: str
    function_words: list[str]
    syllables: list[str]
    places: list[str]
    news: tuple[str, ...]
    furniture: str


TONGUES = (
    Tongue("en", ENGLISH, ENGLISH_SYLLABLES, ENGLISH_PLACES, ENGLISH_NEWS, ENGLISH_FURNITURE),
    Tongue("ar", ARABIC, ARABIC_SYLLABLES, ARABIC_PLACES, ARABIC_NEWS, ARABIC_FURNITURE),
)


@dataclass(slots=True)
class Wire:
    """An endless wire; `articles` of one name never meet those of another name or seed."""

    seed: int
    size: int = USUAL_BYTES
    name: str = "bench"
    chance: random.Random = field(init=False)
    recent: list[dict[str, Any]] = field(default_factory=list)
    number: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{self.seed} {self.name}")

    def articles(self) -> Iterator[dict[str, Any]]:
        """Yield raw events."""
        while True:
            self.number += 1
            lot = self.chance.random()
            if lot < COPIES and self.recent:
                yield self.copy(self.chance.choice(self.recent))
            elif lot < COPIES + VERSIONS and self.recent:
                yield self.version(self.chance.randrange(len(self.recent)))
            else:
                yield self.remember(self.story())

    def story(self) -> dict[str, Any]:
        """Return a new article."""
        tongue = self.chance.choice(TONGUES)
        paragraphs = [self.paragraph(tongue)]
        # An Arabic letter takes two bytes.
        while sum(len(one.encode()) for one in paragraphs) < self.size - 350:
            paragraphs.append(self.paragraph(tongue))
        if self.chance.random() < ALERTING:
            news = self.chance.choice(tongue.news)
            paragraphs.insert(self.chance.randrange(len(paragraphs) + 1), news)
        return {
            "id": f"{self.name}-{self.number}",
            "source": self.chance.choice(AGENCIES),
            "title": self.sentence(tongue, 7)[:-1],
            "body": "\n\n".join([*paragraphs, tongue.furniture]),
            "language": tongue.code,
            "published_at": self.time(),
            "url": f"https://wire.example/{self.name}/{self.number}",
            "version": 1,
        }

    def copy(self, article: dict[str, Any]) -> dict[str, Any]:
        """Return what another outlet makes of an article: the same text, or one sentence less."""
        copied = {**article, "id": f"{self.name}-{self.number}", "published_at": self.time()}
        copied["source"] = f"{article['source']} II"
        copied["url"] = f"https://outlet.example/{self.name}/{self.number}"
        copied["version"] = 1
        if self.chance.random() < 0.5:
            head, _, tail = article["body"].partition(". ")
            copied["body"] = tail or head
        return copied

    def version(self, place: int) -> dict[str, Any]:
        """Return the next version of a remembered article, with a sentence more."""
        before = self.recent[place]
        tongue = next(one for one in TONGUES if one.code == before["language"])
        newer = {**before, "version": before["version"] + 1, "published_at": self.time()}
        newer["body"] = f"{self.sentence(tongue, 12)}\n\n{before['body']}"
        self.recent[place] = newer
        return newer

    def remember(self, article: dict[str, Any]) -> dict[str, Any]:
        """Return the article, which copies and versions may follow."""
        if len(self.recent) < REMEMBERED:
            self.recent.append(article)
        else:
            self.recent[self.chance.randrange(REMEMBERED)] = article
        return article

    def paragraph(self, tongue: Tongue) -> str:
        """Return three sentences."""
        return " ".join(self.sentence(tongue, self.chance.randint(9, 20)) for _ in range(3))

    def sentence(self, tongue: Tongue, words: int) -> str:
        """Return a sentence; every second word carries the language, some name a place."""
        written = []
        for number in range(words):
            if number % 2:
                written.append(self.chance.choice(tongue.function_words))
            elif self.chance.random() < 0.06:
                written.append(self.chance.choice(tongue.places))
            else:
                written.append(self.word(tongue))
        line = " ".join(written)
        return f"{line[0].upper()}{line[1:]}."

    def word(self, tongue: Tongue) -> str:
        """Return an invented word."""
        return "".join(self.chance.choices(tongue.syllables, k=self.chance.randint(2, 3)))

    def time(self) -> str:
        """Return when the current article was published: one a second."""
        return (EPOCH + timedelta(seconds=self.number)).isoformat()


def make_wire(count: int, seed: int, size: int = USUAL_BYTES, name: str = "bench") -> list[bytes]:
    """Return `count` raw records, as they are fed."""
    return [codec.encode(one) for one in islice(Wire(seed, size, name).articles(), count)]


def read_wire(path: Path, count: int) -> list[bytes]:
    """Return the first `count` records of a file of JSON Lines."""
    with path.open("rb") as lines:
        return [line.strip() for line in islice(lines, count)]


def key_of(record: bytes) -> bytes:
    """Return the key under which a raw record is fed: source and id."""
    event = codec.decode(record)
    return f"{event['source']}:{event['id']}".encode()
