"""Texts as numbers: what counts as the same words, and what a sketch keeps of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sketch import (
    PERIOD,
    SHORT_WORDS,
    TRIPLES_INDEXED,
    TRIPLES_KEPT,
    WORDS_KEPT,
    digest,
    edition,
    identity,
    indexed,
    pack,
    read,
    sketch,
    title_marks,
    unpack,
)

LONG = " ".join(f"word{number}" for number in range(200))


def same(one: str, other: str) -> bool:
    return identity(read("", one)) == identity(read("", other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The port of Basra reopened", "the  port\nof BASRA — reopened."),
        ("أعلنت الوزارة إعادة فتح الميناء", "اعلنت الوزارة اعادة فتح المينـــاء"),
        ("مُحَمَّد", "محمد"),
        ("١٢٣ سفينة", "123 سفينة"),
        ("کشتی های ایران", "كشتي هاي ايران"),
        ("Café in Besançon", "CAFE in Besancon"),
        ("zero\u200bwidth", "zerowidth"),
        ("a “quoted” word", 'a "quoted" word'),
        ("0.5 per cent", "0,5 per cent"),
        ("المدينة القديمة", "المدينه القديمه"),
        ("the company's ships", "the companys ships"),
        ("l’arrivée", "l'arrivee"),
    ],
)
def test_spelling_variants_are_the_same_words(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.5 million tonnes", "15 million tonnes"),
        ("ab c", "a bc"),
        ("the minister said", "said the minister"),
        ("باب", "بابل"),
        ("港口重新开放", "港口已经开放"),
        ("!", "?"),
        ("🚢", "🚀"),
        ("", " "),
    ],
)
def test_different_words_are_told_apart(one: str, other: str) -> None:
    assert not same(one, other)


def test_a_short_text_is_only_the_same_under_the_same_title() -> None:
    dividend = "Quarterly dividend 12 cents, payable in April"
    one, other = read("Northern Mills pays", dividend), read("Delta Foods pays", dividend)
    assert identity(one) != identity(other)


def test_a_long_text_is_the_same_under_any_title() -> None:
    assert identity(read("Port reopens", LONG)) == identity(read("Ships return", LONG))


@pytest.mark.parametrize("words", [SHORT_WORDS - 1, SHORT_WORDS])
def test_forty_words_make_a_text_long(words: int) -> None:
    text = " ".join(LONG.split()[:words])
    assert (identity(read("a", text)) == identity(read("b", text))) is (words >= SHORT_WORDS)


@pytest.mark.parametrize(
    ("title", "version", "status"),
    [("another title", "1", ""), ("title", "2", ""), ("title", "1", "canceled")],
)
def test_an_edition_differs_by_title_version_or_status(
    title: str, version: str, status: str
) -> None:
    usual = edition(read("title", LONG), 7, "1", "")
    assert edition(read(title, LONG), 7, version, status) != usual


def test_an_edition_differs_by_text() -> None:
    reading = read("title", LONG)
    assert edition(reading, 7, "1", "") != edition(reading, 8, "1", "")


def test_where_one_part_ends_matters_to_a_digest() -> None:
    assert digest(b"ab", b"c") != digest(b"a", b"bc")


@given(st.lists(st.binary(max_size=20), max_size=4))
def test_a_digest_has_sixty_bits(parts: list[bytes]) -> None:
    assert 0 <= digest(*parts) < 1 << 60


def test_title_and_text_are_read_apart() -> None:
    reading = read("القاهرة: ميناء", "ثلاث سفن")
    assert len(reading.title) == 2
    assert len(reading.text) == 2


@given(st.text(st.characters(max_codepoint=127)), st.text(st.characters(max_codepoint=127)))
def test_plain_ascii_is_read_as_any_other_text(title: str, text: str) -> None:
    plain, marked = read(title, text), read(title + "\u200f", text + "\u200f")
    assert plain.title.tolist() == marked.title.tolist()
    assert plain.text.tolist() == marked.text.tolist()
    assert plain.figures.tolist() == marked.figures.tolist()


def test_invisible_characters_do_not_move_the_border_of_the_title() -> None:
    assert len(read("\u200fport\u200f of call\u200f", "ships").title) == 3


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        (
            "rose 7.5 pct to 1,234 from 6-1/16",
            [False, True, False, False, True, False] + [True] * 3,
        ),
        ("three ships and ثلاثة قوارب", [True, False, False, True, False]),
        ("in 2026. 5 more", [False, True, True, False]),
    ],
)
def test_figures_are_numbers_in_digits_or_small_ones_in_words(
    text: str, figures: list[bool]
) -> None:
    assert read("", text).figures.tolist() == figures


def test_scripts_without_spaces_are_read_by_character() -> None:
    assert len(read("", "港口重新开放").text) == 6
    assert len(read("", "OPEC石油").text) == 3


def test_a_word_has_the_same_hash_wherever_it_stands() -> None:
    first, second, third = read("", "basra port basra").text.tolist()
    assert first == third != second


def test_texts_beyond_the_period_of_the_powers_are_read() -> None:
    text = "harbour " * (PERIOD // 4)
    words = read("", text).text
    assert len(words) == PERIOD // 4
    assert (words == words[0]).mean() > 0.99


def test_a_sketch_keeps_the_lowest_triples_and_counts_all() -> None:
    whole = sketch(read("", LONG))
    assert whole.total == 198
    assert len(whole.triples) == TRIPLES_KEPT
    assert list(whole.triples) == sorted(set(whole.triples))
    assert whole.ceiling == whole.triples[-1]


def test_a_sketch_of_a_short_text_keeps_every_triple() -> None:
    short = sketch(read("", "one quiet morning in the harbour"))
    assert len(short.triples) == short.total == 4
    assert short.ceiling == 0xFFFFFFFF


def test_a_repeated_body_has_the_triples_of_one() -> None:
    once, twice = sketch(read("", LONG)), sketch(read("", f"{LONG}\n{LONG}"))
    assert len(set(once.triples) & set(twice.triples)) >= TRIPLES_KEPT - 2


def test_a_flash_without_text_is_sketched_by_its_title() -> None:
    flash = sketch(read("Central bank cuts its rate by a point", ""))
    assert flash.triples == sketch(read("", "Central bank cuts its rate by a point")).triples


@pytest.mark.parametrize("text", ["", "two words", "…", "🚢"])
def test_texts_without_three_words_have_empty_sketches(text: str) -> None:
    assert sketch(read("", text)).triples == ()


def test_title_words_are_found_by_their_marks() -> None:
    marks = title_marks(["corrected", "تصحيح"])
    assert marks & sketch(read("CORRECTED - Port reopens", LONG)).title
    assert marks & sketch(read("تصحيح: إعادة فتح الميناء", LONG)).title
    assert not marks & sketch(read("Port reopens", LONG)).title


@given(st.text(), st.text())
def test_every_text_has_an_identity_and_a_sketch(title: str, text: str) -> None:
    reading = read(title, text)
    assert identity(reading) == identity(read(title, text))
    found = sketch(reading)
    assert len(found.title) <= WORDS_KEPT
    assert len(found.figures) <= WORDS_KEPT
    assert unpack(pack(found)) == found
    assert indexed(pack(found)).tolist() == list(found.triples[:TRIPLES_INDEXED])


@given(st.text(st.characters(categories=["Cs", "L"]), max_size=50))
def test_lone_surrogates_are_read(text: str) -> None:
    assert identity(read("", text)) == identity(read("", text))


@given(st.binary(max_size=200))
def test_bytes_are_a_sketch_or_refused(data: bytes) -> None:
    try:
        found = unpack(data)
    except ValueError:
        return
    assert len(found.triples) * 4 <= len(data)


def test_damaged_sketches_are_refused() -> None:
    packed = pack(sketch(read("Port", LONG)))
    for damaged in (b"", packed[:11], packed[:-1], packed + b"\0"):
        with pytest.raises(ValueError, match="these bytes are"):
            unpack(damaged)
