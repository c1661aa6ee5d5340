import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from eval.errors import EvaluationError
from eval.run import Ask, Run, ask_all, load_run, outcome_of, save_run
from index.types import Document, Span
from rag.types import Answer, Citation, Refusal, Turn
from tests.eval.examples import LIEPAJA, VALKA, answered, find_document, question, refused, span_of

SENTENCE = "Šogad 28. augustā Liepājā viesojās delegācija no Baku."


def cited(document: Document, words: str) -> Answer:
    citation = Citation.of(document, span_of(document, words), 1, 0.9)
    return Answer("Kad?", "lv", f"{citation.quote} [1]", (citation,), 0.9)


def test_an_outcome_has_the_places_of_hits_evidence_and_citations() -> None:
    outcome = answered("q", (LIEPAJA, SENTENCE), hits=((VALKA, "Muzejā strādā pieci darbinieki."), (LIEPAJA, SENTENCE)))
    assert [(hit.document, hit.span) for hit in outcome.hits] == [
        ("valka.txt", Span(39, 70)),
        ("liepaja.txt", Span(0, 54)),
    ]
    assert [place.document for place in outcome.evidence] == ["valka.txt", "liepaja.txt"]
    assert [(place.document, place.span) for place in outcome.citations] == [("liepaja.txt", Span(0, 54))]
    assert outcome.answered


def test_the_stored_text_is_read_from_the_index_not_from_the_citation() -> None:
    other = Document("liepaja.txt", "", f" {LIEPAJA.text}", "", "lv", "")
    outcome = outcome_of("q", cited(other, SENTENCE), find_document, 1.0)
    assert outcome.answer["citations"][0]["quote"] == SENTENCE
    assert outcome.stored == (LIEPAJA.text[1:55],)


def test_a_citation_of_a_document_that_is_not_stored_has_no_stored_text() -> None:
    unknown = Document("unknown.txt", "", LIEPAJA.text, "", "lv", "")
    assert outcome_of("q", cited(unknown, SENTENCE), find_document, 1.0).stored == (None,)


def test_a_citation_must_have_the_whole_name_of_its_document() -> None:
    short = Document("liepaja", "", LIEPAJA.text, "", "lv", "")
    assert outcome_of("q", cited(short, SENTENCE), lambda name: LIEPAJA, 1.0).stored == (None,)


def refusing(asked: list[tuple[str, list[str]]]) -> Ask:
    """Refuses everything, noting each question with those that it followed."""

    def ask(text: str, history: Sequence[Turn]) -> Answer:
        asked.append((text, [turn.question for turn in history]))
        assert [turn.answer.question for turn in history] == [turn.question for turn in history]
        return Answer(text, "lv", "", (), 0.0, reason=Refusal.NO_SUPPORT)

    return ask


def test_every_question_is_asked_once_in_order() -> None:
    asked: list[tuple[str, list[str]]] = []
    outcomes = ask_all(refusing(asked), find_document, [question("b"), question("a")])
    assert asked == [("Jautājums b?", []), ("Jautājums a?", [])]
    assert [outcome.id for outcome in outcomes] == ["b", "a"]
    assert all(outcome.milliseconds >= 0 for outcome in outcomes)


def test_a_follow_up_is_asked_after_its_history_with_the_turns_so_far() -> None:
    asked: list[tuple[str, list[str]]] = []
    outcomes = ask_all(refusing(asked), find_document, [replace(question("c"), history=("Kas?", "Un kur?"))])
    assert asked == [("Kas?", []), ("Un kur?", ["Kas?"]), ("Jautājums c?", ["Kas?", "Un kur?"])]
    assert [(outcome.id, outcome.answer["question"]) for outcome in outcomes] == [("c", "Jautājums c?")]


def test_a_saved_run_is_read_back_equal(tmp_path: Path) -> None:
    run = Run("seeds.dev", "model", (answered("a", (LIEPAJA, SENTENCE), short="28. augustā"), refused("b")))
    save_run(run, tmp_path / "run.json")
    assert load_run(tmp_path / "run.json") == run


@pytest.mark.parametrize("text", ["", "[]", '{"name": "x"}', '{"name": "x", "model": "m", "outcomes": [{"id": 1}]}'])
def test_a_file_that_is_not_a_run_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"run\.json: this is not a run"):
        load_run(path)


@pytest.mark.parametrize("broken", [{"answer": {}}, {"answer": None}, {"stored": []}])
def test_a_run_whose_answers_are_not_whole_is_an_error(tmp_path: Path, broken: dict[str, object]) -> None:
    path = tmp_path / "run.json"
    save_run(Run("seeds.dev", "model", (answered("a", (LIEPAJA, SENTENCE)),)), path)
    body = json.loads(path.read_text(encoding="utf-8"))
    body["outcomes"][0] |= broken
    path.write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"run\.json: this is not a run"):
        load_run(path)
