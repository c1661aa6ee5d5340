from collections.abc import Sequence

import numpy as np

from index.types import Chunk, Document, Hit, Span
from rag.spans import TokenScores
from training.rows import surest


class Sure:
    """A span model that is as sure of a passage as the passage says, and finds nothing in an empty one."""

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[tuple[TokenScores, ...]]:
        return [
            (TokenScores(np.array([[0, len(text)]]), np.array([float(text)]), np.zeros(1)),) if text.strip() else ()
            for _, text in passages
        ]


def test_the_passage_that_the_model_is_surest_of_comes_first() -> None:
    hits = [_hit(text) for text in ("1.5", " ", "-2", "9")]
    assert [hit.text for hit in surest(Sure(), "?", hits)] == ["9", "1.5", "-2", " "]


def _hit(text: str) -> Hit:
    whole = Span(0, len(text))
    return Hit(Chunk("a", whole, (whole,)), Document("a", "", text, "", "en", ""), 1.0, "fused")
