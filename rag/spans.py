"""The span model's seam: start and end scores of every token of a passage, against "no answer"."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.types import Span

__all__ = ["LONGEST_SPAN", "ScoredSpan", "SpanModel", "TokenScores", "best_span"]

LONGEST_SPAN = 40  # tokens


@dataclass(frozen=True, slots=True, eq=False)
class TokenScores:
    """``offsets`` are the tokens' places in the passage, shape [tokens, 2]; ``start`` and ``end`` are their logits less
    the logit of "no answer", shape [tokens]: what is above zero is likelier than no answer in this passage."""

    offsets: NDArray[np.int64]
    start: NDArray[np.float32]
    end: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A place in the passage, and its start score plus its end score."""

    span: Span
    score: float


class SpanModel(Protocol):
    """Reads question and passage together."""

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[tuple[TokenScores, ...]]:
        """Scores for each (title, text) of ``passages``: one for each window that it was read in, their offsets
        counted in the text; the title is context, never part of a span."""
        ...


def best_span(windows: Sequence[TokenScores], within: Span) -> ScoredSpan | None:
    """The best span of any window whose tokens lie inside ``within`` (a range of the passage): start <= end, at most
    40 tokens. None where ``within`` holds no token.
    """
    found = [span for scores in windows if (span := _best_in_window(scores, within)) is not None]
    return max(found, key=lambda span: span.score, default=None)


def _best_in_window(scores: TokenScores, within: Span) -> ScoredSpan | None:
    inside = np.flatnonzero((scores.offsets[:, 0] >= within.start) & (scores.offsets[:, 1] <= within.end))
    if not len(inside):
        return None
    sums = scores.start[inside][:, None] + scores.end[inside][None, :]
    allowed = np.triu(np.ones_like(sums, bool)) & ~np.triu(np.ones_like(sums, bool), LONGEST_SPAN)
    first, last = np.unravel_index(int(np.where(allowed, sums, -np.inf).argmax()), sums.shape)
    span = Span(int(scores.offsets[inside[first], 0]), int(scores.offsets[inside[last], 1]))
    return ScoredSpan(span, float(sums[first, last]))
