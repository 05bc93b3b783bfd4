"""The log of decisions: what is written is read back, and damage is refused by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.entry import DUPLICATE_VERDICTS, Entry, decode_entry, encode_entry
from pipeline.outcome import Reject
from pipeline.sketch import pack, read, sketch
from pipeline.story import Carriers, Merged, alone

NAME = st.text(max_size=20)
NUMBER = st.integers(0, (1 << 60) - 1)
TEXT = " ".join(f"word{number}" for number in range(180))
PACKED = pack(sketch(read("Port of Basra reopens after the storm, the minister said", TEXT)))
ENTRY = Entry(
    uid="ina:2026-0417",
    source="ina",
    version="3",
    status="",
    verdict="contained",
    story="north:88123",
    of="north:88123",
    similarity=0.9375,
    time=1_770_000_000.0,
    dated=True,
    text=1 << 59,
    edition=(1 << 60) - 1,
    page=123_456_789_012_345_678,
    sketch=PACKED,
    carriers=Carriers(
        1_769_990_000.0,
        2,
        "north:88123",
        (
            ("north", "north:88123", 1_769_990_000.0, ("ports",)),
            ("ina", "ina:2026-0417", None, ()),
        ),
    ),
    place=4711,
    earlier=1234,
    why={"rule": "likeness", "jaccard": 0.875, "title_shared": None, "figures": 3},
    merged=Merged(("ina",), ("trade",)),
)
NAMES = st.lists(NAME, max_size=3).map(tuple)
MAYBE_TIME = st.none() | st.floats(-1e11, 1e12)
ENTRIES = st.builds(
    Entry,
    uid=NAME,
    source=NAME,
    version=NAME,
    status=NAME,
    verdict=st.sampled_from(sorted(DUPLICATE_VERDICTS | {"update"})),
    story=NAME,
    of=NAME,
    similarity=st.none() | st.floats(0, 1),
    time=st.floats(-1e11, 1e12),
    dated=st.booleans(),
    text=NUMBER,
    edition=NUMBER,
    page=NUMBER,
    sketch=st.sampled_from([b"", PACKED]),
    carriers=st.builds(
        Carriers,
        MAYBE_TIME,
        st.integers(1, 1000),
        NAME,
        st.lists(st.tuples(NAME, NAME, MAYBE_TIME, NAMES), min_size=1, max_size=4).map(tuple),
    ),
    place=st.integers(-1, 1 << 62),
    earlier=st.integers(-1, 1 << 62),
    why=st.dictionaries(NAME, NAME | st.none() | st.floats(0, 1), max_size=3),
    merged=st.builds(Merged, NAMES, NAMES),
)


@given(ENTRIES)
def test_what_is_logged_is_read_back(entry: Entry) -> None:
    assert decode_entry(encode_entry(entry)) == entry


def test_a_new_story_names_no_survivor() -> None:
    new = ENTRY._replace(verdict="new", of=None, similarity=None)
    assert decode_entry(encode_entry(new)) == new
    with pytest.raises(Reject):
        decode_entry(encode_entry(new._replace(of="north:1")))
    with pytest.raises(Reject):
        decode_entry(encode_entry(ENTRY._replace(of=None)))


def test_an_entry_of_an_average_article_takes_at_most_five_hundred_bytes() -> None:
    own = alone(("ina", ENTRY.uid, ENTRY.time, ("ports", "trade")))
    new = ENTRY._replace(verdict="new", of=None, similarity=None, why={}, carriers=own)
    new = new._replace(merged=Merged((), ()), earlier=-1)
    assert decode_entry(encode_entry(new)) == new
    assert len(encode_entry(new)) <= 500


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\x02",
        b"\x02{}",
        b"\x02null\n",
        b'["an", "array"]',
        b"\x01" + encode_entry(ENTRY)[1:],
        encode_entry(ENTRY)[:-1],
        encode_entry(ENTRY)[:40],
        encode_entry(ENTRY).replace(b'"contained"', b'"mislaid"'),
        encode_entry(ENTRY).replace(b'"ina",', b"7,", 1),
        encode_entry(ENTRY).replace(b"0.9375", b"true"),
        encode_entry(ENTRY).replace(b"1770000000.0", b"null"),
        encode_entry(ENTRY).replace(b"123456789012345678", b"-1"),
        encode_entry(ENTRY).replace(b'["north","north:88123",', b'["north",'),
        encode_entry(ENTRY).replace(b'["north","north:88123",', b'["north",5,'),
        encode_entry(ENTRY).replace(b'["ports"]', b'"ports"'),
        encode_entry(ENTRY).replace(b"1769990000.0,2,", b"1769990000.0,null,"),
        encode_entry(ENTRY).replace(b"[1769990000.0,2,", b"[true,2,"),
        encode_entry(ENTRY).replace(b"4711", b"-2"),
        encode_entry(ENTRY).replace(b'["ina"],["trade"]', b'["ina"]'),
        encode_entry(ENTRY).replace(b'{"rule":"likeness",', b"[").replace(b'"figures":3}', b"3]"),
        encode_entry(ENTRY).replace(b'1769990000.0,["ports"]', b'"noon",["ports"]'),
    ],
)
def test_a_damaged_entry_is_refused(damaged: bytes) -> None:
    with pytest.raises(Reject) as refused:
        decode_entry(damaged)
    assert refused.value.reason == "unreadable_entry"


@given(st.binary(max_size=100).map(lambda data: b"\x02" + data) | st.binary(max_size=50))
def test_no_bytes_raise_anything_but_a_refusal(data: bytes) -> None:
    with pytest.raises(Reject):
        decode_entry(data)
