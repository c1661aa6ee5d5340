import json

from index.types import Chunk, Document, Hit, Span
from rag.serialise import answer_to_dict, trace_to_dict
from rag.types import Answer, Citation, Evidence, Refusal, ShortAnswer, Trace

TEXT = "28. augustā Liepājā viesojās delegācija."
DOCUMENT = Document("d", "/d.txt", TEXT, "Virsraksts", "lv", "0")
CITATION = Citation.of(DOCUMENT, Span(0, 40), 1, 0.5)
ANSWER = Answer(
    "Kad?",
    "lv",
    f"{TEXT} [1]",
    (CITATION,),
    0.87654321,
    ShortAnswer("28. augustā", 1, 0, 11, 0.9),
    timings_ms={"read": 1.23456},
)
REFUSAL = Answer("Kad?", "lv", "", (), 0.1, reason=Refusal.NO_SUPPORT, nearest=(CITATION,))
CITED = {
    "number": 1,
    "document": "d",
    "title": "Virsraksts",
    "source": "/d.txt",
    "start": 0,
    "end": 40,
    "quote": TEXT,
    "score": 0.5,
}


def test_an_answer_has_just_the_fields_of_the_interface() -> None:
    assert answer_to_dict(ANSWER) == {
        "question": "Kad?",
        "language": "lv",
        "answered": True,
        "reason": None,
        "text": f"{TEXT} [1]",
        "short_answer": {"text": "28. augustā", "citation": 1, "start": 0, "end": 11, "score": 0.9},
        "differing": [],
        "further": [],
        "citations": [CITED],
        "confidence": 0.8765,
        "timings_ms": {"read": 1.235},
    }


def test_a_refusal_has_its_reason_and_the_nearest_passages() -> None:
    body = answer_to_dict(REFUSAL)
    assert (body["answered"], body["reason"], body["citations"], body["short_answer"]) == (
        False,
        "no_support",
        [],
        None,
    )
    assert body["nearest"] == [CITED]


def test_the_identifier_comes_first_whatever_it_is() -> None:
    for identifier in (7, 0, "q-1", ["a"]):
        body = answer_to_dict(ANSWER, identifier)
        assert next(iter(body.items())) == ("id", identifier)
    assert "id" not in answer_to_dict(ANSWER)


def test_both_are_plain_json() -> None:
    for answer in (ANSWER, REFUSAL):
        body = answer_to_dict(answer)
        assert json.loads(json.dumps(body)) == body


def test_reasons_are_the_words_of_the_interface() -> None:
    assert [str(reason) for reason in Refusal] == [
        "empty_question",
        "no_words",
        "question_too_long",
        "empty_index",
        "no_support",
    ]


def test_a_trace_tells_places_scores_and_features() -> None:
    hit = Hit(Chunk("d", Span(0, 40), (Span(0, 40),)), DOCUMENT, 1.5, "fusion", 3)
    trace = Trace("kad", (hit,), (Evidence(hit, Span(0, 40), 2.5, None, {"hit": 1.5}),), {"threshold": 0.5})
    assert trace_to_dict(trace) == {
        "searched": "kad",
        "hits": [{"document": "d", "start": 0, "end": 40, "score": 1.5, "stage": "fusion"}],
        "evidence": [{"document": "d", "start": 0, "end": 40, "quote": TEXT, "score": 2.5, "features": {"hit": 1.5}}],
        "decision": {"threshold": 0.5},
    }
