from collections.abc import Sequence

import numpy as np

from index.types import Chunk, Document, Hit, Span
from rag.spans import TokenScores
from training.rows import Row, answering, surest


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


LONG = "Sapulce notika trešdien. " + "Tajā runāja par ceļiem. " * 20


def test_a_passage_that_holds_two_answers_teaches_the_first_that_was_asked_for() -> None:
    document = Document("a", "", "Sapulci 3. maijā vadīja Ilze.", "Sapulce", "lv", "")
    (row,) = answering("Kas vadīja sapulci, un kad?", document, [(24, 28), (8, 16)], 480)
    assert row == Row("Kas vadīja sapulci, un kad?", "Sapulce", document.text, 24, 28)


def test_every_answer_of_a_question_in_two_parts_has_its_passage() -> None:
    document = Document("a", "", f"{LONG}\n\nVadīja Ilze.", "Sapulce", "lv", "")
    end = len(document.text)
    rows = list(answering("Kad bija sapulce, un kas to vadīja?", document, [(15, 23), (end - 5, end - 1)], 300))
    assert [row.passage[row.start : row.end] for row in rows] == ["trešdien", "Ilze"]


def _hit(text: str) -> Hit:
    whole = Span(0, len(text))
    return Hit(Chunk("a", whole, (whole,)), Document("a", "", text, "", "en", ""), 1.0, "fused")
