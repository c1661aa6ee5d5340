"""Batches: one line in, one object out, in order, whatever the line."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Answer, Refusal
from ui.batch import answer_lines
from ui.messages import Language


def echo(question: str) -> Answer:
    """An answer that carries the question back."""
    return Answer(question, "lv", "", (), 0.0, reason=Refusal.NO_SUPPORT)


def run(*lines: bytes, language: Language = Language.ENGLISH) -> list[dict[str, object]]:
    return list(answer_lines(lines, echo, language))


def test_answers_come_in_the_order_of_the_questions_with_their_ids() -> None:
    bodies = run(b'{"id": "b", "question": "two"}\n', b'{"id": 1, "question": "one"}\n')
    assert [(body["id"], body["question"]) for body in bodies] == [("b", "two"), (1, "one")]


def test_a_question_without_an_id_gets_none() -> None:
    assert "id" not in run(b'{"question": "one"}')[0]


def test_blank_lines_are_passed_over_but_counted() -> None:
    bodies = run(b"\n", b"  \n", b"{\n")
    assert bodies == [{"id": None, "error": "Line 3 is not a valid JSON object."}]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"not json", "Line 1 is not a valid JSON object."),
        (b'{"id": NaN, "question": "a"}', "Line 1 is not a valid JSON object."),
        (b"[" * 100_000, "Line 1 is not a valid JSON object."),
        (b'["question"]', 'Line 1 has to be a JSON object with the field "question".'),
        (b'{"id": "x"}', 'Line 1 has to be a JSON object with the field "question".'),
        (b'{"id": "x", "question": 5}', 'In line 1 the field "question" has to be text.'),
        (b'{"id": "x", "question": null}', 'In line 1 the field "question" has to be text.'),
        (b'{"question": "\xff"}', "Line 1 is not valid UTF-8."),
        (b'{"question": "\\ud800"}', "Line 1 is not valid UTF-8."),
    ],
)
def test_a_malformed_line_gets_a_sentence_in_its_place(line: bytes, error: str) -> None:
    bodies = run(line, b'{"question": "next"}')
    assert bodies[0]["error"] == error
    assert bodies[1]["question"] == "next"


def test_a_malformed_question_keeps_its_id() -> None:
    assert run(b'{"id": "x", "question": 5}')[0]["id"] == "x"


def test_the_sentence_is_in_the_language_asked_for() -> None:
    assert run(b"{", language=Language.LATVIAN)[0]["error"] == "1. rinda nav derīgs JSON objekts."


def test_a_byte_order_mark_before_the_first_line_does_no_harm() -> None:
    assert run(b'\xef\xbb\xbf{"question": "one"}')[0]["question"] == "one"


def test_each_answer_is_given_before_the_next_line_is_read() -> None:
    read = []

    def lines() -> Iterator[bytes]:
        for number in range(3):
            read.append(number)
            yield b'{"question": "q"}'

    bodies = answer_lines(lines(), echo, Language.ENGLISH)
    next(bodies)
    assert read == [0]


@given(st.lists(st.binary(max_size=30).filter(bytes.strip)))
def test_any_bytes_give_one_object_a_line(lines: list[bytes]) -> None:
    bodies = run(*lines)
    assert len(bodies) == len(lines)
    json.dumps(bodies, allow_nan=False)
