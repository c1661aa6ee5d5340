from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Chunk, Document, Hit, Span

SPANS = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: Span(min(pair), max(pair)))


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (-2, -1)])
def test_a_span_that_ends_before_it_starts_or_lies_before_the_text_cannot_be(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="0 <= start <= end"):
        Span(start, end)


@given(SPANS, st.text(min_size=40, max_size=60))
def test_a_span_covers_as_many_characters_as_it_is_long(span: Span, text: str) -> None:
    assert len(span.of(text)) == len(span)


@given(SPANS, SPANS)
def test_overlap_and_containment_are_those_of_the_sets_of_places(one: Span, other: Span) -> None:
    mine, theirs = set(range(one.start, one.end)), set(range(other.start, other.end))
    assert one.overlap(other) == len(mine & theirs)
    if other.start < other.end:
        assert one.contains(other) == (theirs <= mine)


def test_spans_are_ordered_by_their_places() -> None:
    assert sorted([Span(5, 6), Span(0, 9), Span(0, 2)]) == [Span(0, 2), Span(0, 9), Span(5, 6)]


def test_the_text_of_a_hit_is_what_its_passage_covers() -> None:
    document = Document("d", "/d", "Viens. Divi. Trīs.", "", "lv", "0")
    hit = Hit(Chunk("d", Span(7, 18), (Span(7, 12), Span(13, 18))), document, 1.0, "fusion")
    assert hit.text == "Divi. Trīs."
    with pytest.raises(FrozenInstanceError):
        hit.score = 2.0  # type: ignore[misc]
