import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.types import Span
from rag.spans import LONGEST_SPAN
from rag.windows import WINDOW, Piece, cut, place_scores, windows


def tokens_of(text: str) -> list[Span]:
    return [Span(at, at + 1) for at, sign in enumerate(text) if not sign.isspace()]


@given(st.integers(0, 3 * WINDOW + 50))
def test_every_span_stands_whole_in_one_window(count: int) -> None:
    tokens = [Span(2 * at, 2 * at + 1) for at in range(count)]
    found = windows(tokens, 2 * count)

    for first in range(count - LONGEST_SPAN + 1):
        span = Span(tokens[first].start, tokens[first + LONGEST_SPAN - 1].end)
        assert any(window.contains(span) for window in found)
    assert all(sum(window.contains(token) for token in tokens) <= WINDOW for window in found)


def test_a_short_text_is_one_window_with_its_spaces() -> None:
    assert windows(tokens_of("  ab "), 5) == [Span(0, 5)]


def test_the_title_stands_before_each_piece_unless_the_text_begins_with_it() -> None:
    text = "x" * (WINDOW + 1)
    (first, second), (own,) = cut([("Title", text), ("Title", "Title and more")], tokens_of)

    assert (first.head, second.head, own.head) == ("Title\n", "Title\n", "")
    assert (first.start, first.text) == (0, text[:WINDOW])
    assert second.start + len(second.text) == len(text)


def test_scores_are_moved_to_the_passage_and_taken_less_no_answer() -> None:
    # <s> q </s> "T\n" " ab" "cd" </s>, the piece beginning at character 10 of its passage
    sequences = [None, 0, None, 1, 1, 1, None]
    offsets = [(0, 0), (0, 1), (0, 0), (0, 1), (1, 5), (5, 7), (0, 0)]
    logits = np.array([[1, 2], [0, 0], [0, 0], [9, 9], [3, 4], [5, 8], [0, 0]], np.float32)

    scores = place_scores(Piece("T\n", " abcd", 10), sequences, offsets, logits)

    assert scores.offsets.tolist() == [[11, 13], [13, 15]]
    assert scores.start.tolist() == [2, 4]
    assert scores.end.tolist() == [2, 6]
