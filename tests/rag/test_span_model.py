from pathlib import Path

import pytest

import rag
from index.model import load
from index.onnx_runtime import Vocabulary
from index.types import Span
from rag.span_model import OnnxSpanModel
from rag.spans import best_span

TITLE = "Azerbaidžānas delegācija Liepājā apgūst pieredzi"
TEXT = "28. augustā Liepājā viesojās Azerbaidžānas delegācija. Vizīti rīkoja Labklājības ministrija."
QUESTION = "Kad Liepājā viesojās Azerbaidžānas delegācija?"


@pytest.fixture(scope="module")
def model() -> OnnxSpanModel:
    return OnnxSpanModel(Path(rag.__path__[0], "span_reader.onnx"), Vocabulary(load()), 2)


@pytest.mark.parametrize(
    "question", [QUESTION, "When did the delegation visit Liepāja?", "Когда делегация была в Лиепае?"]
)
def test_it_marks_the_answer_in_several_languages(model: OnnxSpanModel, question: str) -> None:
    found = best_span(model.score(question, [(TITLE, TEXT)])[0], Span(0, len(TEXT)))

    assert found is not None
    assert found.span.of(TEXT) == "28. augustā"
    assert found.score > 0


def test_a_passage_that_does_not_answer_scores_below_no_answer(model: OnnxSpanModel) -> None:
    found = best_span(model.score("Cik maksāja vizīte?", [(TITLE, TEXT)])[0], Span(0, len(TEXT)))

    assert found is not None
    assert found.score < 0


@pytest.mark.parametrize("text", [TEXT, "  " + TEXT, "№ 5 „Rīga”  ﬁn. Ļoti labi — Ēriks 50 °C…", "a\nb\n\nc"])
def test_offsets_are_places_in_the_passage_without_the_title_or_spaces(model: OnnxSpanModel, text: str) -> None:
    (scores,) = model.score(QUESTION, [(TITLE, text)])[0]

    assert len(scores.offsets) == len(scores.start) == len(scores.end) > 0
    for start, end in scores.offsets.tolist():
        assert 0 <= start < end <= len(text)
        assert not text[start].isspace()


def test_passages_are_scored_alone_as_together(model: OnnxSpanModel) -> None:
    other = ("", "Viesītes novadā ir dienas centrs.")
    together = model.score(QUESTION, [(TITLE, TEXT), other])
    alone = model.score(QUESTION, [(TITLE, TEXT)])

    first, second = (best_span(scores[0], Span(0, len(TEXT))) for scores in (together, alone))

    assert first is not None
    assert second is not None
    assert first.span == second.span
    assert first.score == pytest.approx(second.score, abs=0.5)  # int8 activations are scaled over a batch


def test_a_question_without_passages_has_no_scores(model: OnnxSpanModel) -> None:
    assert model.score(QUESTION, []) == []


def test_an_answer_far_down_a_long_passage_is_found_in_its_window(model: OnnxSpanModel) -> None:
    text = "Viesītes novadā ir dienas centrs, kurā darbojas vairākas interešu grupas. " * 20 + TEXT
    windows = model.score(QUESTION, [(TITLE, text)])[0]

    found = best_span(windows, Span(0, len(text)))

    assert len(windows) > 1
    assert found is not None
    assert found.span.of(text) == "28. augustā"
    assert found.span.start == len(text) - len(TEXT)
