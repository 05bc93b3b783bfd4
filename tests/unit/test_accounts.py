"""Accounts of offsets against plain sets of numbers, and the trail against hostile entries."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pipeline import codec
from pipeline.accounts import (
    LAST_OFFSET,
    Account,
    Range,
    Spans,
    decode_trail,
    encode_trail,
    merged,
    size,
)
from pipeline.outcome import Reject

MOST = 40
ENDINGS = ("out", "held", "dropped:no_match", "dead:not_json")
OFFSETS = st.integers(0, MOST)
RANGES = st.tuples(OFFSETS, OFFSETS).map(lambda pair: (min(pair), max(pair)))


def offsets(ranges: Iterable[Range]) -> set[int]:
    """Return the numbers that ranges hold."""
    return {offset for first, last in ranges for offset in range(first, last + 1)}


def spans_of(ranges: Iterable[Range]) -> Spans:
    spans = Spans()
    for first, last in ranges:
        spans.add(first, last)
    return spans


@given(st.lists(RANGES))
def test_merged_ranges_hold_the_same_offsets_in_order_and_never_touch(ranges: list[Range]) -> None:
    whole = merged(ranges)
    assert offsets(whole) == offsets(ranges)
    assert all(a[1] + 1 < b[0] for a, b in pairwise(whole))
    assert size(whole) == len(offsets(ranges))


class TestSpans:
    @given(st.lists(RANGES), RANGES)
    def test_within_and_gaps_part_a_range(self, ranges: list[Range], asked: Range) -> None:
        spans, there = spans_of(ranges), offsets(ranges)
        assert offsets(spans.within(*asked)) == offsets([asked]) & there
        assert offsets(spans.gaps(*asked)) == offsets([asked]) - there
        assert len(spans) == len(there)

    @given(st.lists(RANGES), RANGES, RANGES)
    def test_what_is_removed_is_gone_and_counted_until_it_is_added_again(
        self, ranges: list[Range], gone: Range, again: Range
    ) -> None:
        spans, there = spans_of(ranges), offsets(ranges)
        assert spans.remove(*gone) == len(there & offsets([gone]))
        spans.add(*again)
        assert offsets(spans.ranges) == there - offsets([gone]) | offsets([again])

    def test_offsets_that_come_in_any_order_take_the_memory_of_their_gaps(self) -> None:
        spans = Spans()
        for offset in [n * 7919 % 100_003 for n in range(100_003)]:
            spans.add(offset, offset)
        assert spans.ranges == [(0, 100_002)]


class AccountMachine(RuleBasedStateMachine):
    """An account beside sets of numbers that say the same."""

    @initialize(begin=st.integers(0, 5))
    def open(self, begin: int) -> None:
        self.account = Account(begin)
        self.begin = self.end = begin
        self.noted: dict[int, set[str]] = {}
        self.counted: dict[int, str] = {}
        self.missing: set[int] = set()
        self.left_out: set[int] = set()

    @rule(ending=st.sampled_from(ENDINGS), span=RANGES)
    def note(self, ending: str, span: Range) -> None:
        self.account.note(ending, *span)
        for offset in offsets([span]):
            if offset in self.missing:
                self.missing.remove(offset)
                self.counted[offset] = ending
            elif offset >= self.end:
                self.noted.setdefault(offset, set()).add(ending)

    @rule(end=OFFSETS)
    def close(self, end: int) -> None:
        closed = self.account.close_to(end)
        assert closed == ((self.end, end - 1) if end > self.end else None)
        for offset in range(self.end, end):
            endings = self.noted.pop(offset, set())
            if endings:
                self.counted[offset] = min(endings)
            else:
                self.missing.add(offset)
        self.end = max(self.end, end)

    @rule(span=RANGES, there=st.lists(RANGES))
    def confirm(self, span: Range, there: list[Range]) -> None:
        self.account.confirm(*span, spans_of(there))
        self.missing -= offsets([span]) - offsets(there)

    @rule(begin=OFFSETS)
    def forget(self, begin: int) -> None:
        self.account.forget_before(begin)
        self.missing = {offset for offset in self.missing if offset >= begin}
        self.noted = {offset: found for offset, found in self.noted.items() if offset >= begin}
        self.begin = max(self.begin, begin)
        self.end = max(self.end, begin)

    @invariant()
    @precondition(lambda self: hasattr(self, "account"))
    def says_the_same(self) -> None:
        assert offsets(self.account.missing.ranges) == self.missing
        counts = {ending: n for ending, n in self.account.ended.items() if n}
        endings = list(self.counted.values())
        assert counts == {ending: endings.count(ending) for ending in set(endings)}
        assert (self.account.begin, self.account.end) == (self.begin, self.end)


TestAccount = AccountMachine.TestCase


class TestTrail:
    @given(
        st.dictionaries(
            st.sampled_from(["held", "out", "dropped:no_match", "dropped:withheld"]),
            st.dictionaries(st.integers(0, 2**31 - 1), st.lists(st.integers(0, LAST_OFFSET))),
        )
    )
    def test_what_was_written_is_read(self, ended: dict[str, dict[int, list[int]]]) -> None:
        trail = decode_trail(encode_trail("alerting", "news.tagged", ended))
        assert (trail.hop, trail.topic) == ("alerting", "news.tagged")
        assert {
            ending: {
                partition: merged((n, n) for n in found) for partition, found in places.items()
            }
            for ending, places in ended.items()
        } == trail.ended

    def test_a_run_of_records_takes_one_range(self) -> None:
        value = encode_trail("alerting", "news.tagged", {"held": {3: range(100, 600)}})
        assert codec.decode(value)["ended"] == {"held": {"3": [[100, 599]]}}

    @pytest.mark.parametrize(
        "value",
        [
            None,
            b"",
            b"{broken",
            b"[]",
            b"{}",
            b'{"hop":1,"topic":"t","ended":{}}',
            b'{"hop":"h","topic":null,"ended":{}}',
            b'{"hop":"h","topic":"t","ended":[]}',
            b'{"hop":"h","topic":"t","ended":{"lost":{}}}',
            b'{"hop":"h","topic":"t","ended":{"dropped":{}}}',
            b'{"hop":"h","topic":"t","ended":{"dropped:\\u001b[31m":{}}}',
            b'{"hop":"h","topic":"t","ended":{"dropped:' + b"x" * 65 + b'":{}}}',
            b'{"hop":"h","topic":"t","ended":{"held":[]}}',
            *(
                b'{"hop":"h","topic":"t","ended":{"held":{"%b":[]}}}' % partition
                for partition in (
                    b"",
                    b"-1",
                    b"x",
                    b"1.0",
                    b"9" * 5000,
                    b"2147483648",
                    "٣".encode(),
                )
            ),
            *(
                b'{"hop":"h","topic":"t","ended":{"held":{"0":%b}}}' % ranges
                for ranges in (
                    *(b"1", b"{}", b"[1]", b"[[1]]", b"[[1,2,3]]", b'[["1","2"]]', b"[[true,2]]"),
                    *(b"[[1,true]]", b"[[2,1]]", b"[[-1,1]]", b"[[0,9223372036854775808]]"),
                    *(b"[[0,1e3]]", b"[[null,null]]", b"[[1,2],null]"),
                )
            ),
        ],
    )
    def test_what_no_worker_wrote_is_refused(self, value: bytes | None) -> None:
        with pytest.raises(Reject):
            decode_trail(value)
