import math
from dataclasses import replace

import numpy as np
import pytest

from index.types import Chunk, Document, Hit, Span
from rag.answer_types import AnswerType
from rag.answers import Abstainer, compose, join, refuse
from rag.query import Query
from rag.types import Answer, Evidence, Refusal, Trace

TEXT = "Pirmais teikums. Otrais teikums. Trešais teikums. Pirmais teikums."
SPANS = (Span(0, 16), Span(17, 32), Span(33, 49), Span(50, 66))
ONE = Document("one", "/one", TEXT, "Viens", "lv", "1")
TWO = Document("two", "/two", f"Ievads. {TEXT}", "Divi", "lv", "2")


def evidence(document: Document, span: Span, score: float, short: Span | None = None) -> Evidence:
    hit = Hit(Chunk(document.id, Span(0, len(document.text)), (span,)), document, 1.0, "fusion")
    return Evidence(hit, span, score, short)


def asked(expected: AnswerType = AnswerType.OTHER) -> Query:
    return Query("Kas?", "Kas?", "lv", expected, None, np.zeros(2, np.float32), (), (), frozenset())


CALIBRATION = {"same_language": (1.0, 0.0), "cross_lingual": (0.5, -1.0)}
PARAMETERS = {
    "weights": {"a": 2.0, "b": -1.0, "unused": 9.0},
    "bias": 0.5,
    "calibration": CALIBRATION,
    "threshold": 0.3,
}


@pytest.mark.parametrize(("same_language", "log_odds"), [(1.0, -2.0), (0.0, 0.5 * -2.0 - 1.0)])
def test_the_probability_is_a_logistic_regression_calibrated_by_language(same_language: float, log_odds: float) -> None:
    abstainer = Abstainer(PARAMETERS)
    probability = abstainer.probability({"a": 0.25, "b": 3.0, "c": 100.0, "same_language": same_language})
    assert probability == pytest.approx(1 / (1 + math.exp(-log_odds)))
    assert abstainer.threshold == 0.3


def test_the_best_sentence_is_quoted_with_its_number() -> None:
    answer = compose("Kas?", asked(), Trace(evidence=(evidence(ONE, SPANS[1], 5.0), evidence(ONE, SPANS[2], 1.0))), 0.8)
    assert answer.text == "Otrais teikums. [1]"
    (citation,) = answer.citations
    assert (citation.document, citation.start, citation.end, citation.quote) == ("one", 17, 32, "Otrais teikums.")
    assert (answer.answered, answer.confidence, answer.short_answer) == (True, 0.8, None)


def test_rivals_that_nearly_equal_the_best_are_quoted_too_up_to_three() -> None:
    trace = Trace(evidence=tuple(evidence(ONE, span, 5.0 - 0.01 * n) for n, span in enumerate(SPANS[:3])))
    more = Trace(evidence=(*trace.evidence, evidence(TWO, Span(0, 7), 4.96)))
    for each in (trace, more):
        answer = compose("Kas?", asked(), each, 0.8)
        assert answer.text == "Pirmais teikums. [1]\nOtrais teikums. [2]\nTrešais teikums. [3]"
        assert [citation.number for citation in answer.citations] == [1, 2, 3]


def test_the_same_words_on_two_pages_are_quoted_once_from_the_better() -> None:
    same = tuple(
        evidence(document, span, 5.0) for document, span in ((TWO, Span(8, 24)), (ONE, SPANS[0]), (ONE, SPANS[3]))
    )
    answer = compose("Kas?", asked(), Trace(evidence=same), 0.8)
    assert [(citation.document, citation.start) for citation in answer.citations] == [("two", 8)]


def test_a_short_answer_keeps_its_place_in_the_document() -> None:
    answer = compose("Kas?", asked(), Trace(evidence=(evidence(TWO, Span(8, 24), 5.0, Span(8, 15)),)), 0.8)
    short = answer.short_answer
    assert short is not None
    assert (short.text, short.citation, short.start, short.end) == ("Pirmais", 1, 8, 15)


def test_a_refusal_shows_three_nearest_sentences_as_such() -> None:
    near = tuple(evidence(ONE, span, 5.0 - n) for n, span in enumerate(SPANS)) + (evidence(TWO, Span(0, 7), 0.5),)
    answer = refuse("Kas?", "lv", Refusal.NO_SUPPORT, Trace(evidence=near), 0.2)
    assert (answer.text, answer.citations, answer.reason, answer.confidence) == ("", (), Refusal.NO_SUPPORT, 0.2)
    assert [citation.quote for citation in answer.nearest] == [
        "Pirmais teikums.",
        "Otrais teikums.",
        "Trešais teikums.",
    ]
    assert [citation.number for citation in answer.nearest] == [1, 2, 3]


def test_a_refusal_without_anything_read_shows_nothing() -> None:
    answer = refuse("?", "lv", Refusal.NO_WORDS)
    assert (answer.nearest, answer.confidence) == ((), 0.0)


FIRST = Document("first", "/first", "Vizīte notika 28. augustā.", "", "lv", "1")
SECOND = Document("second", "/second", "Delegācija ieradās 12. maijā.", "", "lv", "2")
SHORT = (Span(14, 25), Span(19, 28))


def dated(gap: float) -> Trace:
    """The two documents with their dates, the second scored lower by ``gap``."""
    whole = (Span(0, len(FIRST.text)), Span(0, len(SECOND.text)))
    return Trace(
        evidence=(evidence(FIRST, whole[0], 5.0, SHORT[0]), evidence(SECOND, whole[1], 5.0 - gap, SHORT[1])),
    )


def test_two_documents_that_answer_differently_are_both_shown_as_differing() -> None:
    answer = compose("Kad?", asked(AnswerType.DATE), dated(1.0), 0.8)
    assert answer.short_answer is not None
    assert answer.short_answer.text == "28. augustā"
    assert [(short.text, short.citation) for short in answer.differing] == [("12. maijā", 2)]
    assert [citation.document for citation in answer.citations] == ["first", "second"]


def part(items: tuple[Evidence, ...], confidence: float) -> Answer:
    return compose("Kas?", asked(), Trace("Kas?", tuple(item.hit for item in items), items), confidence)


def test_an_answer_in_parts_quotes_the_best_sentence_of_each_first_and_none_twice() -> None:
    first = part((evidence(ONE, SPANS[1], 5.0, Span(17, 23)), evidence(ONE, SPANS[2], 4.9)), 0.9)
    second = part((evidence(ONE, SPANS[0], 5.0, Span(0, 7)), evidence(ONE, SPANS[1], 4.9)), 0.7)
    answer = join("Kas, un kas?", [first, second])
    assert answer.text == "Otrais teikums. [1]\nPirmais teikums. [2]\nTrešais teikums. [3]"
    assert [citation.number for citation in answer.citations] == [1, 2, 3]
    assert [(short.text, short.citation) for short in answer.short_answers] == [("Otrais", 1), ("Pirmais", 2)]
    assert (answer.question, answer.confidence) == ("Kas, un kas?", 0.7)
    assert (answer.trace.searched, len(answer.trace.evidence), len(answer.trace.hits)) == ("Kas, un kas?", 4, 1)


def test_parts_with_the_same_short_answer_give_it_once() -> None:
    one = part((evidence(ONE, SPANS[1], 5.0, Span(17, 23)),), 0.9)
    unclear = part((evidence(ONE, SPANS[2], 5.0),), 0.9)
    assert join("Kas, un kas?", [unclear, one, one]).short_answer == replace(one.short_answer, citation=2)
    assert join("Kas, un kas?", [unclear, one, one]).further == ()


@pytest.mark.parametrize(("expected", "gap"), [(AnswerType.PERSON, 0.5), (AnswerType.DATE, 9.0)])
def test_other_kinds_of_answers_and_far_weaker_ones_do_not_differ(expected: AnswerType, gap: float) -> None:
    assert compose("Kas?", asked(expected), dated(gap), 0.8).differing == ()


def test_min_confidence_takes_the_place_of_the_fitted_threshold() -> None:
    assert Abstainer(PARAMETERS, 0.0).threshold == 0.0
