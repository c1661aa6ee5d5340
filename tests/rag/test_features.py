import math

import numpy as np
import pytest

from index.types import Chunk, Document, Hit, Span
from rag.answer_forms import AnswerForm
from rag.answer_types import AnswerType
from rag.features import Sentence, features, lacking
from rag.query import Query

TEXT = "Kuldīgā dzied koris. Koris brauc 1999. gadā."
DOCUMENT = Document("d", "d.txt", TEXT, "Koris", "lv", "0")
FIRST, SECOND = Span(0, 20), Span(21, 44)
CHUNK = Chunk("d", Span(0, 44), (FIRST, SECOND))


def query() -> Query:
    """Two words, "koris" of weight 1 and "brauc" of weight 3, along the first axis."""
    terms = (frozenset({"kor"}), frozenset({"brauc"}))
    said = frozenset({"kad", "koris", "brauc"})
    return Query(
        "Kad koris brauc?",
        "Kad koris brauc?",
        "lv",
        AnswerType.DATE,
        AnswerForm.YEAR,
        np.array([1.0, 0.0], np.float32),
        terms,
        (1.0, 3.0),
        said,
    )


def rows() -> list[dict[str, float]]:
    hit = Hit(CHUNK, DOCUMENT, 0.9, "fusion", 1)
    every = frozenset({"kuldig", "dzied", "kor", "brauc", "1999", "gada"})
    first = Sentence(hit, FIRST, frozenset({"kuldig", "dzied", "kor"}), every, every, np.array([0.6, 0.8], np.float32))
    second = Sentence(hit, SECOND, frozenset({"kor", "brauc", "1999"}), every, every, np.array([0.8, 0.6], np.float32))
    return features(query(), [first, second], lambda _: every)


def test_coverage_is_the_share_of_the_weight_that_a_sentence_says() -> None:
    assert [row["coverage"] for row in rows()] == pytest.approx([0.25, 1.0])


def test_the_rarest_missing_word_counts_by_its_weight() -> None:
    assert [row["rarest_missing"] for row in rows()] == pytest.approx([0.75, 0.0])


def test_cosines_stand_absolute_and_below_the_best() -> None:
    assert [row["cosine"] for row in rows()] == pytest.approx([0.6, 0.8])
    assert [row["cosine_below_best"] for row in rows()] == pytest.approx([-0.2, 0.0])


def test_words_that_every_sentence_says_count_little_within_the_document() -> None:
    # "kor" stands in both sentences: ln(3 / 2.5); "brauc" in one: ln(3 / 1.5)
    both, one = math.log(3 / 2.5), math.log(3 / 1.5)

    assert [row["coverage_local"] for row in rows()] == pytest.approx([both / 4, (both + 3 * one) / 4])


def test_the_common_direction_is_taken_out_of_the_cosine() -> None:
    # the mean of both vectors points along (1, 1)
    common = math.sqrt(0.5)
    residuals = [0.6 - (1.4 * common) * common, 0.8 - (1.4 * common) * common]

    assert [row["cosine_residual"] for row in rows()] == pytest.approx(residuals, abs=1e-6)


def test_a_date_that_the_question_does_not_say_is_new() -> None:
    assert [row["new_date"] for row in rows()] == [0.0, 1.0]
    assert [row["lacks_date"] for row in rows()] == [1.0, 0.0]


def test_a_sentence_has_the_form_that_the_question_names_or_lacks_it() -> None:
    assert [row["sentence_has_form"] for row in rows()] == [0.0, 1.0]
    assert [row["sentence_lacks_form"] for row in rows()] == [1.0, 0.0]


def test_where_no_form_is_named_none_is_lacking() -> None:
    assert lacking("span", None, "1999. gadā") == {"span_has_form": 0.0, "span_lacks_form": 0.0}


def test_nothing_read_has_no_features() -> None:
    assert features(query(), [], lambda _: frozenset()) == []
