"""A gazetteer finds its names as whole words, in any spelling that folding makes equal."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gazetteer import NO_NAME, Gazetteer, Name, build_gazetteer
from pipeline.mentions import choose


def place(
    id_: str,
    *surfaces: str,
    country: str | None = None,
    short: tuple[str, ...] = (),
    rank: int = 0,
) -> Name:
    return Name(id_, "LOC", id_, "", surfaces, short, country, rank=rank)


NAMES = [
    place("country:IQ", "Iraq", "العراق", country="IQ"),
    place("country:SY", "Syria", "سوريا", country="SY"),
    place("country:SD", "Sudan", "السودان", country="SD"),
    place("country:SS", "South Sudan", "جنوب السودان", country="SS"),
    place("country:LY", "Libya", "ليبيا", country="LY"),
    place("country:LB", "Lebanon", "لبنان", country="LB"),
    place("country:US", "United States", "U.S.", "US", country="US"),
    place("country:TN", "Tunisia", "تونس", country="TN", rank=10**11),
    place("geonames:1", "Tunis", "تونس", country="TN", rank=600_000),
    place("geonames:2", "Tripoli", "طرابلس", country="LY", rank=1_300_000),
    place("geonames:3", "Tripoli", "طرابلس", country="LB", rank=230_000),
    place("geonames:4", "Fallujah", "الفلوجة", country="IQ"),
    place("geonames:5", short=("بابل",), country="IQ"),
    place("geonames:6", "Qom", "قم", country="IR"),
    Name("none:phrases", NO_NAME, "", "", ("مسقط رأس",)),
    place("geonames:7", "Muscat", "مسقط", country="OM"),
    Name("org:daesh", "ORG", "Islamic State", "داعش", ("داعش", "ISIS", "Islamic State"), ("IS",)),
    Name("org:pmf", "ORG", "Popular Mobilization", "الحشد الشعبي", ("الحشد الشعبي",)),
    Name("org:al-qaeda", "ORG", "Al-Qaeda", "تنظيم القاعدة", ("تنظيم القاعدة", "al-Qaeda")),
    Name("org:nato", "ORG", "NATO", "الناتو", ("NATO", "Nato", "الناتو")),
    Name("org:who", "ORG", "World Health Organization", "", ("WHO",)),
    Name("person:aziz", "PER", "Tariq Aziz", "طارق عزيز", ("Tariq Aziz",), ("Aziz",)),
]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return build_gazetteer(NAMES)


def mentions(gazetteer: Gazetteer, text: str) -> list[tuple[str, str]]:
    return [(text[m.start : m.end], m.name.id) for m in choose(gazetteer.find(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Whole words only
        ("Iraq", [("Iraq", "country:IQ")]),
        ("Iraqi troops", []),
        ("The Iraq-Syria border", [("Iraq", "country:IQ"), ("Syria", "country:SY")]),
        ("Iraq's border", [("Iraq", "country:IQ")]),
        ("القوات العراقية والسورية", []),
        ("في العراق.", [("العراق", "country:IQ")]),
        ("#العراق", [("العراق", "country:IQ")]),
        ("#الحشد_الشعبي", [("الحشد_الشعبي", "org:pmf")]),
        # Spelling
        ("العـراق", [("العـراق", "country:IQ")]),
        ("العِرَاق", [("العِرَاق", "country:IQ")]),
        ("الفلوجه", [("الفلوجه", "geonames:4")]),
        ("ISLAMIC STATE", [("ISLAMIC STATE", "org:daesh")]),
        ("Al-Qaeda", [("Al-Qaeda", "org:al-qaeda")]),
        ("al\u2011Qaeda", [("al\u2011Qaeda", "org:al-qaeda")]),
        # The longest of a place
        ("South Sudan", [("South Sudan", "country:SS")]),
        ("جنوب السودان", [("جنوب السودان", "country:SS")]),
        ("South  Sudan", [("South  Sudan", "country:SS")]),
        ("South, Sudan", [("Sudan", "country:SD")]),
        ("South\nSudan", [("Sudan", "country:SD")]),
        # A quotation mark that opens inside a name
        ("تنظيم “القاعدة” هناك", [("تنظيم “القاعدة”", "org:al-qaeda")]),
        ("تنظيم “داعش” هناك", [("داعش", "org:daesh")]),
        # A longer phrase that is no name keeps the name in it from being found
        ("في مسقط رأسه", [("مسقط", "geonames:7")]),
        ("في مسقط رأس", []),
    ],
)
def test_a_name_is_found_as_it_stands(
    gazetteer: Gazetteer, text: str, expected: list[tuple[str, str]]
) -> None:
    assert mentions(gazetteer, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "العراق",
        "والعراق",
        "بالعراق",
        "للعراق",
        "فالعراق",
        "كالعراق",
        "وبالعراق",
        "وللعراق",
        "فللعراق",
    ],
)
def test_particles_belong_to_the_mention_and_not_to_the_name(
    gazetteer: Gazetteer, text: str
) -> None:
    assert mentions(gazetteer, f"هنا {text} هناك") == [(text, "country:IQ")]


def test_a_particle_may_carry_marks(gazetteer: Gazetteer) -> None:
    assert mentions(gazetteer, "وَبِداعش") == [("وَبِداعش", "org:daesh")]


@pytest.mark.parametrize(
    "text",
    [
        "بقم",  # two letters are no evidence
        "ششداعش",  # no particles
        "ووداعش",
        "داعشي",  # a suffix
        "بللعراق",
        "وISIS",  # particles are Arabic
    ],
)
def test_what_stands_before_a_name_must_be_particles(gazetteer: Gazetteer, text: str) -> None:
    assert mentions(gazetteer, text) == []


def test_languages_without_particles_can_say_so(gazetteer: Gazetteer) -> None:
    assert gazetteer.find("وداعش", particles=False) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("iraq", False),
        ("south Sudan", False),
        ("islamic state", False),
        ("us against them", False),
        ("US troops", True),
        ("U.S. troops", True),
        ("TELL US WHO WON", False),
        ("The US said", True),
        ("Who won?", False),
        ("WHO said", True),
        ("isis", False),
        ("Isis", False),
        ("Nato", True),
        ("nato", False),
    ],
)
def test_latin_names_need_their_capitals(gazetteer: Gazetteer, text: str, *, found: bool) -> None:
    ids = {id_ for _, id_ in mentions(gazetteer, text)} - {"country:SD"}
    assert bool(ids) is found


def test_of_a_country_and_its_capital_the_country_is_meant_beyond_doubt(
    gazetteer: Gazetteer,
) -> None:
    (mention,) = choose(gazetteer.find("في تونس"))
    assert (mention.name.id, mention.confidence) == ("country:TN", 0.95)


@pytest.mark.parametrize(
    ("text", "id_", "confidence"),
    [
        ("طرابلس", "geonames:2", 0.6),
        ("طرابلس في ليبيا", "geonames:2", 0.8),
        ("طرابلس في لبنان", "geonames:3", 0.8),
        ("طرابلس بين ليبيا ولبنان", "geonames:2", 0.6),
        ("Tripoli, Lebanon", "geonames:3", 0.8),
    ],
)
def test_of_two_cities_the_article_decides_and_then_their_size(
    gazetteer: Gazetteer, text: str, id_: str, confidence: float
) -> None:
    found = {m.name.id: m.confidence for m in choose(gazetteer.find(text))}
    assert found[id_] == confidence


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("برج بابل", False),
        ("بابل في العراق", True),
        ("بابل في ليبيا", False),
        ("محافظة بابل", True),
        ("وبمحافظة بابل", True),
        ("Mr Aziz spoke", False),
        ("Tariq Aziz spoke. Mr Aziz left", True),
        ("IS was there", False),
        ("ISIS was there. IS", True),
    ],
)
def test_a_short_form_needs_company(gazetteer: Gazetteer, text: str, *, found: bool) -> None:
    short = {"بابل", "Aziz", "IS"}
    assert bool(short & {mention for mention, _ in mentions(gazetteer, text)}) is found


CUED = build_gazetteer(
    [
        place("country:IQ", "Iraq", country="IQ"),
        Name(
            "org:hope", "ORG", "Hope", "الأمل", ("Hope Movement",), ("Hope", "الأمل"),
            cues=("ballot*", "السفينة"), never=("Cape of Good Hope", "الأمل ضعيف"),
        ),
        Name("person:bill-stone", "PER", "Bill Stone", "", ("Bill Stone",), ("Stone",)),
        Name("person:ann-stone", "PER", "Ann Stone", "", ("Ann Stone",), ("Stone",)),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hope for peace", []),
        ("Hope won the ballot", ["Hope"]),
        ("Hope won. BALLOTS were counted", ["Hope"]),
        ("Hope shuffled, and a reballot", []),
        ("وصل الأمل", []),
        ("وصل الأمل بالسفينة", ["الأمل"]),
        ("وصل الأمل وللسفينة", []),  # the article after ل is written without its alef
        ("قال إن الأمل ضعيف في السفينة", []),
        ("By the Cape of Good Hope with a ballot", []),
        ("The Hope Movement: Hope", ["Hope Movement", "Hope"]),
    ],
)
def test_cues_let_a_doubtful_form_count_and_phrases_stop_it(text: str, found: list[str]) -> None:
    assert [mention for mention, _ in mentions(CUED, text)] == found


def test_a_form_that_a_cue_decided_is_less_sure() -> None:
    assert [m.confidence for m in choose(CUED.find("Hope and a ballot"))] == [0.8]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Stone spoke", []),
        ("Bill Stone spoke. Stone left", ["bill-stone", "bill-stone"]),
        ("Stone speaks. Bill Stone spoke", ["bill-stone", "bill-stone"]),
        (
            "Bill Stone met Ann Stone. Stone left with Bill Stone. Stone slept",
            ["bill-stone", "ann-stone", "ann-stone", "bill-stone", "bill-stone"],
        ),
        # A first name of another makes it another's name; titles and other words do not.
        ("Bill Stone met Karla Stone", ["bill-stone"]),
        ("Bill Stone left. President Stone slept. But Stone woke", ["bill-stone"] * 3),
        ("BILL STONE LEFT\nBERLIN STONE", ["bill-stone", "bill-stone"]),
    ],
)
def test_a_family_name_is_of_the_person_named_last(text: str, meant: list[str]) -> None:
    assert [id_.removeprefix("person:") for _, id_ in mentions(CUED, text)] == meant


@pytest.mark.parametrize(
    "piece", ["Hope ", "xballot", "الأمل ", "xالسفينة", "Stone ", "Zed Stone "]
)
def test_cues_are_looked_for_once_however_long_the_article(piece: str) -> None:
    """Looking again for each form would not end within the time limit of a test."""
    hits = CUED.find(piece * (1_000_000 // len(piece)))
    assert all(reading.short or reading.cued for hit in hits for reading in hit.readings)


def test_particles_cost_confidence(gazetteer: Gazetteer) -> None:
    assert [m.confidence for m in choose(gazetteer.find("داعش وداعش"))] == [0.95, 0.9]


def test_names_with_one_id_are_one_and_the_last_is_shown() -> None:
    gazetteer = build_gazetteer(
        [
            place("geonames:1", "Ar Raqqah", country="SY", rank=500),
            Name("geonames:1", "LOC", "Raqqa", "الرقة", ("Raqqa",)),
        ]
    )
    shown = {m.name for m in choose(gazetteer.find("Ar Raqqah, Raqqa"))}
    (name,) = shown
    assert (name.name, name.name_ar, name.country, name.rank) == ("Raqqa", "الرقة", "SY", 500)


def test_people_and_organisations_beat_places() -> None:
    gazetteer = build_gazetteer(
        [
            place("geonames:1", "Wagner", country="US", rank=10**6),
            Name("org:wagner", "ORG", "Wagner", "", ("Wagner",)),
        ]
    )
    assert mentions(gazetteer, "Wagner") == [("Wagner", "org:wagner")]


def test_an_empty_gazetteer_finds_nothing() -> None:
    assert build_gazetteer([]).find("Iraq") == []


WORDS = st.sampled_from([
    *(surface for name in NAMES for surface in (*name.surfaces, *name.short)),
    "و", "ب", "لل", "ال", "“", "”", "\u0640", "\u064e", "\u200f", "_", "-", ".", "'", "\n", "  ",
])  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.one_of(WORDS, st.just(" "), st.characters()), max_size=25).map("".join),
)


@given(text=TEXTS, particles=st.booleans())
def test_hits_lie_in_the_text_in_order_and_on_one_line(text: str, *, particles: bool) -> None:
    hits = SHARED.find(text, particles=particles)
    assert hits == sorted(hits, key=lambda hit: hit.start)
    for hit in hits:
        assert 0 <= hit.start <= hit.name_start < hit.end <= len(text)
        assert "\n" not in text[hit.start : hit.end]
        assert hit.readings


@given(TEXTS)
def test_mentions_never_overlap(text: str) -> None:
    chosen = choose(SHARED.find(text))
    assert all(a.end <= b.start for a, b in pairwise(chosen))
    assert all(mention.name.type != NO_NAME for mention in chosen)


@given(TEXTS)
def test_the_order_in_which_names_are_given_does_not_matter(text: str) -> None:
    assert choose(SHARED.find(text)) == choose(REVERSED.find(text))


SHARED = build_gazetteer(NAMES)
REVERSED = build_gazetteer(NAMES[::-1])
