"""Passages cut into the pieces that a span model reads at once, and its logits put back into the passage's places."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.types import Span
from rag.spans import LONGEST_SPAN, TokenScores

__all__ = ["WINDOW", "Piece", "cut", "place_scores", "windows"]

# Tokens of a passage that are read at once, as in training, and how many of them the next window reads again: more
# than a span may be long, so that every span stands whole in one of them.
WINDOW = 224
_OVERLAP = LONGEST_SPAN + 24


@dataclass(frozen=True, slots=True)
class Piece:
    """What is read at once: ``head`` (the title as a line of its own, or empty) and ``text``, which begins at character
    ``start`` of its passage."""

    head: str
    text: str
    start: int


def windows(tokens: Sequence[Span], length: int) -> list[Span]:
    """Overlapping ranges of a text of ``length`` characters that hold at most `WINDOW` of its ``tokens`` each."""
    if len(tokens) <= WINDOW:
        return [Span(0, length)]
    starts = range(0, len(tokens) - _OVERLAP, WINDOW - _OVERLAP)
    return [Span(tokens[first].start, tokens[min(first + WINDOW, len(tokens)) - 1].end) for first in starts]


def cut(passages: Sequence[tuple[str, str]], token_spans: Callable[[str], Sequence[Span]]) -> list[list[Piece]]:
    """The pieces of each (title, text); a title that the text begins with is not put before it again."""
    pieces = []
    for title, text in passages:
        head = f"{title}\n" if title and not text.startswith(title) else ""
        pieces.append([Piece(head, span.of(text), span.start) for span in windows(token_spans(text), len(text))])
    return pieces


def place_scores(
    piece: Piece, sequences: Sequence[int | None], offsets: Sequence[tuple[int, int]], logits: NDArray[np.float32]
) -> TokenScores:
    """Scores of the tokens of the piece's text, from the encoding of (question, head + text).

    Args:
        sequences: for each token 0 (question), 1 (head and text) or None (special).
        offsets: characters of each token in its sequence.
        logits: start and end, shape [tokens, 2]; the first token's are those of "no answer".
    """
    text = piece.head + piece.text
    kept, places = [], []
    for token, (sequence, (start, end)) in enumerate(zip(sequences, offsets, strict=True)):
        while sequence == 1 and start < end and text[start].isspace():  # a token begins with the space before it
            start += 1
        if sequence == 1 and len(piece.head) <= start < end:
            kept.append(token)
            places.append((start, end))
    moved = np.array(places, np.int64).reshape(-1, 2) - len(piece.head) + piece.start
    return TokenScores(moved, logits[kept, 0] - logits[0, 0], logits[kept, 1] - logits[0, 1])
