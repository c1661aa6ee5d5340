import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Span
from rag.spans import LONGEST_SPAN, TokenScores, best_span

# "in may 1999 ok": four tokens with hand-made scores
OFFSETS = np.array([[0, 2], [3, 6], [7, 11], [12, 14]])


def scores(start: list[float], end: list[float], offsets: np.ndarray = OFFSETS) -> TokenScores:
    return TokenScores(offsets, np.array(start, np.float32), np.array(end, np.float32))


def test_the_best_sum_of_start_and_end_wins() -> None:
    found = best_span((scores([0, 5, 1, 0], [0, 1, 4, 0]),), Span(0, 14))

    assert found is not None
    assert found.span == Span(3, 11)
    assert found.score == pytest.approx(9.0)


def test_the_end_is_never_before_the_start() -> None:
    found = best_span((scores([0, 0, 0, 9], [9, 0, 0, 1]),), Span(0, 14))

    assert found is not None
    assert found.span == Span(12, 14)
    assert found.score == pytest.approx(10.0)


def test_tokens_that_reach_out_of_the_range_are_not_taken() -> None:
    found = best_span((scores([9, 0, 0, 0], [9, 0, 1, 0]),), Span(1, 11))

    assert found is not None
    assert found.span.start >= 3


def test_a_range_without_tokens_has_no_span() -> None:
    assert best_span((scores([0, 0, 0, 0], [0, 0, 0, 0]),), Span(2, 3)) is None


@given(st.integers(1, 90), st.integers(0, 2**32 - 1))
def test_it_is_the_best_of_all_allowed_spans(tokens: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    start, end = draw.normal(size=(2, tokens)).astype(np.float32)
    offsets = np.array([[2 * token, 2 * token + 1] for token in range(tokens)])
    by_hand = max(
        start[first] + end[last] for first in range(tokens) for last in range(first, min(tokens, first + LONGEST_SPAN))
    )

    found = best_span((TokenScores(offsets, start, end),), Span(0, 2 * tokens))

    assert found is not None
    assert found.score == pytest.approx(float(by_hand))
    assert found.span.end - found.span.start <= 2 * LONGEST_SPAN


def test_the_best_of_several_windows_wins() -> None:
    first, second = scores([1, 0, 0, 0], [1, 0, 0, 0]), scores([0, 0, 3, 0], [0, 0, 3, 0])

    found = best_span((first, second), Span(0, 14))

    assert found is not None
    assert found.span == Span(7, 11)


def test_a_span_never_starts_in_one_window_and_ends_in_another() -> None:
    first, second = scores([9, 0, 0, 0], [1, 0, 0, 0]), scores([0, 0, 0, 0], [0, 0, 0, 9])

    found = best_span((first, second), Span(0, 14))

    assert found is not None
    assert found.score == pytest.approx(10.0)  # not 18
