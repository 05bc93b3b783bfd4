"""Misread encodings are put back, and no correct text is touched."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.characters import Edit, normal
from pipeline.cleaning import CleaningOptions, clean, restore
from pipeline.mojibake import MOST_EDITS, MOST_MISREADINGS, compose, made, mend
from pipeline.outcome import Keep, Reject

SENTENCES = [
    "افتتح وزير الداخلية جسرا جديدا فوق النهر يوم الثلاثاء.",
    "وزیر کشور پل تازه\u200cای را روی رودخانه گشود.",
    "Le maire a inauguré l’été dernier un « pont » sur la rivière.",
    "Köprü geçen yıl açıldı, şimdi kapalı.",
    "Новый мост через реку открыт во вторник.",
    "Die Brücke über den Fluss wurde geöffnet – endlich.",
    "The “bridge” cost €40 million, the minister’s office said…",
]
CODECS = ["latin-1", "cp1252"]


def misread(text: str, codec: str) -> str:
    """Return UTF-8 text read as a code page; bytes that it does not know become controls."""
    read = []
    for byte in text.encode():
        one = bytes([byte]).decode(codec, "replace")
        read.append(chr(byte) if one == "\ufffd" else one)
    return "".join(read)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("times", [1, 2])
def test_misread_text_is_put_back(sentence: str, codec: str, times: int) -> None:
    text = sentence
    for _ in range(times):
        text = misread(text, codec)
    mended, edits = mend(normal(text))
    assert mended == sentence
    assert made(normal(text), edits) == sentence


@pytest.mark.parametrize(("number", "codec"), [(0, "cp1256"), (1, "cp1256"), (4, "cp1251")])
def test_the_code_pages_of_the_languages_own_countries_count_too(number: int, codec: str) -> None:
    assert mend(misread(SENTENCES[number], codec))[0] == SENTENCES[number]


@pytest.mark.parametrize(
    "text",
    [
        *SENTENCES,
        "Ein Wort in GROSSEN BUCHSTABEN: „SÜSS“, „CAFÉ“ und „ÖL“.",
        "A MANHÃ” disse, e depois «MAÇÃ», NÃO…",
        "BRØD” og SMÅ… på ÅEN»",
        "خط، وحظ؛ ثم غلط؟ شرط (§ 4) وظ§",
        "СССР» и «РСФСР»… Р. С.",
        "تک‌تک گگگ چگک",
        "¿Qué? ¡Sí! 5 € – 3 £ § 7 ° ± ½",
        "a\u00adb",
    ],
)
def test_correct_text_is_not_touched(text: str) -> None:
    assert mend(normal(text)) == (normal(text), [])


def test_text_that_seems_misread_too_often_stays_as_it_is() -> None:
    text = "é"
    for _ in range(MOST_MISREADINGS + 2):
        text = misread(text, "cp1252")
    assert mend(text) == (text, [])


def test_very_many_edits_become_one() -> None:
    text = "Ã© a " * (MOST_EDITS + 1)
    mended, edits = mend(text)
    assert mended == "é a " * (MOST_EDITS + 1)
    assert len(edits) == 1


PIECES = [
    "Ã©", "Â«", "â€™", "Ø§Ù„", "Ã\xa0", "\u200b", "Ã¢â‚¬", "a", "é", "\n", "  ", "â€‹",
    "Â\xad", "Share on facebook", "Read also: x", "Ð¾Ð±Ñ€", "It closed the quay. ", "\u0301", "e",
]  # fmt: skip
BODIES = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@given(BODIES)
def test_mending_goes_back_and_does_not_go_on(body: str) -> None:
    raw = {"id": "1", "source": "desk", "title": "T", "body": body}
    try:
        outcome = clean(raw, CleaningOptions())
    except Reject:
        return
    assert isinstance(outcome, Keep)
    (event,) = outcome.values
    assert restore(event) == normal(body)
    assert mend(event["text"])[0] == event["text"]


def edits_of(text: str, cuts: list[tuple[int, int, str]]) -> list[Edit]:
    """Return edits of a text in order: how far on each begins, how much it takes, what it puts."""
    edits, place = [], 0
    for on, size, put in cuts:
        if place + on + size > len(text):
            break
        edits.append(Edit(place + on, place + on + size, "rule", put))
        place += on + size
    return edits


CUTS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3), st.text("XYZ", max_size=3)))


@given(st.text("abc", max_size=14), CUTS, CUTS)
def test_composed_edits_do_at_once_what_two_rounds_do(
    text: str, first: list[tuple[int, int, str]], second: list[tuple[int, int, str]]
) -> None:
    early = edits_of(text, first)
    middle = made(text, early)
    late = edits_of(middle, second)
    both = compose(early, late, middle)
    assert made(text, both) == made(middle, late)
    assert all(one.end <= other.start for one, other in pairwise(both))


@pytest.mark.parametrize(
    "language", ["ar", "fa", "ur", "fr", "tr", "ru", "es", "sv", "pt", "vi", "zh"]
)
def test_sentences_of_many_languages_stay(evaluation_data: Path, language: str) -> None:
    path = evaluation_data / "language" / "sentences" / f"{language}.txt"
    text = normal(path.read_text("utf-8"))
    assert mend(text) == (text, [])
