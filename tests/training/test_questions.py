"""The committed questions over our own pages: what is trained on has to be right."""

from collections import Counter
from typing import Any

import pytest

from index.language import fold
from training.collections import PAGES, QUESTIONS, read_lines

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def pages() -> dict[str, dict[str, Any]]:
    rows = list(read_lines(PAGES))
    assert len({row["id"] for row in rows}) == len(rows)
    return {row["id"]: row for row in rows}


@pytest.fixture(scope="module")
def questions() -> Rows:
    return list(read_lines(QUESTIONS / "pages.dev.jsonl"))


def test_every_answer_is_the_text_at_its_place(pages: dict[str, dict[str, Any]], questions: Rows) -> None:
    wrong = [
        row["id"]
        for row in questions
        for answer in row["answers"]
        if pages[row["document"]]["text"][answer["start"] : answer["end"]] != answer["text"]
    ]
    assert wrong == []


def test_no_answer_is_empty_or_has_spaces_around_it(questions: Rows) -> None:
    texts = [answer["text"] for row in questions for answer in row["answers"]]
    assert [text for text in texts if not text or text != text.strip()] == []


def test_no_question_is_asked_twice(questions: Rows) -> None:
    assert Counter(row["id"] for row in questions).most_common(1)[0][1] == 1
    asked = Counter((row["question"], *row.get("history", ())) for row in questions)
    assert [words for words, count in asked.items() if count > 1] == []


def test_follow_ups_and_only_they_have_a_question_before(questions: Rows) -> None:
    assert [row["id"] for row in questions if (row["style"] == "follow_up") != ("history" in row)] == []


def test_questions_in_two_parts_and_only_they_have_two_answers(questions: Rows) -> None:
    assert [row["id"] for row in questions if (row["kind"] == "multi") != (len(row["answers"]) == 2)] == []


def test_every_page_begins_with_its_title_and_is_asked_about(pages: dict[str, dict[str, Any]], questions: Rows) -> None:
    assert [id_ for id_, page in pages.items() if not page["text"].startswith(page["title"])] == []
    assert pages.keys() - {row["document"] for row in questions} == set()


def test_what_is_called_typed_without_diacritics_is(questions: Rows) -> None:
    typed = [row for row in questions if row["style"] == "no_diacritics" and row["language"] == "lv"]
    assert len(typed) > 500
    assert [row["id"] for row in typed if fold(row["question"]) != row["question"].lower()] == []
