import json
from pathlib import Path
from typing import Any

import pytest

from eval.errors import GoldError
from eval.gold import GoldSpan, load_gold, select_split
from tests.eval.examples import DOCUMENTS, LIEPAJA, span_of

WHEN = span_of(LIEPAJA, "28. augustā")


def row(**changes: Any) -> dict[str, Any]:
    answer = {"document": LIEPAJA.id, "start": WHEN.start, "end": WHEN.end}
    return {
        "id": "lv-001",
        "question": "Kad Liepājā viesojās delegācija?",
        "language": "lv",
        "kind": "when",
        "style": "plain",
        "answers": [answer],
        "short_answers": ["28. augustā"],
    } | changes


def write(directory: Path, name: str, *rows: dict[str, Any]) -> Path:
    path = directory / name
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows), encoding="utf-8")
    return path


def test_a_row_becomes_a_question_with_its_span(tmp_path: Path) -> None:
    write(tmp_path, "seeds.dev.jsonl", row())
    (file,) = load_gold(tmp_path, DOCUMENTS)
    (question,) = file.questions
    assert (file.set, file.split) == ("seeds", "dev")
    assert question.answers == (GoldSpan(LIEPAJA.id, WHEN),)
    assert question.short_answers == ("28. augustā",)
    assert question.answerable


def test_short_answers_have_the_language_of_the_document_not_of_the_question(tmp_path: Path) -> None:
    write(tmp_path, "seeds.dev.jsonl", row(language="en"))
    (file,) = load_gold(tmp_path, DOCUMENTS)
    assert (file.questions[0].language, file.questions[0].text_language) == ("en", "lv")


def test_a_question_stands_alone_unless_it_has_a_history(tmp_path: Path) -> None:
    write(tmp_path, "seeds.dev.jsonl", row(), row(id="lv-002", history=["Kas bija Liepājā?", "Un no kurienes?"]))
    (file,) = load_gold(tmp_path, DOCUMENTS)
    assert [question.history for question in file.questions] == [(), ("Kas bija Liepājā?", "Un no kurienes?")]


def test_a_question_without_answers_is_unanswerable(tmp_path: Path) -> None:
    write(tmp_path, "seeds.dev.jsonl", row(answers=[], short_answers=[]))
    (file,) = load_gold(tmp_path, DOCUMENTS)
    assert not file.questions[0].answerable


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"answers": [{"document": "nowhere.txt", "start": 0, "end": 5}]}, "no document 'nowhere.txt'"),
        ({"kind": "?"}, "'kind' is a word as docs/gold.md lists them"),
        ({"answers": [{"document": LIEPAJA.id, "start": 0, "end": 999}]}, "is not a span"),
        ({"answers": [{"document": LIEPAJA.id, "start": 6, "end": 6}]}, "is not a span"),
        ({"answers": [{"document": LIEPAJA.id, "start": -3, "end": 5}]}, "is not a span"),
        (
            {"answers": [{"document": LIEPAJA.id, "start": WHEN.start, "end": WHEN.end - 1}]},
            "begins or ends with a space, or inside a word",
        ),
        (
            {"answers": [{"document": LIEPAJA.id, "start": WHEN.start - 1, "end": WHEN.end}]},
            "begins or ends with a space, or inside a word",
        ),
        ({"answers": [{"document": LIEPAJA.id, "start": 6.0, "end": 17}]}, "whole numbers"),
        ({"answers": [{"document": LIEPAJA.id, "start": 6}]}, "has the keys document, start and end"),
        ({"answers": []}, "both given, or both empty"),
        ({"short_answers": []}, "both given, or both empty"),
        ({"short_answers": "28. augustā"}, "'short_answers' must be a list of texts"),
        ({"question": " "}, "'question' must be a text"),
        ({"extra": 1}, "exactly the keys"),
        ({"history": "Kas bija Liepājā?"}, "'history' must be a list of texts"),
        ({"history": ["Kas bija Liepājā?", ""]}, "'history' must be a list of texts"),
        ({"history": [{"question": "Kas bija Liepājā?"}]}, "'history' must be a list of texts"),
    ],
)
def test_a_wrong_row_is_named_with_its_file_and_line(tmp_path: Path, changes: dict[str, Any], complaint: str) -> None:
    write(tmp_path, "seeds.dev.jsonl", row(), row(id="lv-002") | changes)
    with pytest.raises(GoldError, match=complaint) as caught:
        load_gold(tmp_path, DOCUMENTS)
    assert "seeds.dev.jsonl:2:" in str(caught.value)


def test_a_span_may_part_words_that_the_page_ran_together_when_it_is_a_short_answer(tmp_path: Path) -> None:
    part = {"document": LIEPAJA.id, "start": WHEN.start, "end": WHEN.end - 1}
    write(tmp_path, "seeds.dev.jsonl", row(answers=[part], short_answers=["28. august"]))
    (file,) = load_gold(tmp_path, DOCUMENTS)
    assert file.questions[0].answers[0].span.of(LIEPAJA.text) == "28. august"


def test_a_line_that_is_not_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "seeds.dev.jsonl").write_text('{"id": \n', encoding="utf-8")
    with pytest.raises(GoldError, match=r"seeds\.dev\.jsonl:1: this line is not JSON"):
        load_gold(tmp_path, DOCUMENTS)


def test_a_line_separator_inside_a_text_does_not_end_the_row(tmp_path: Path) -> None:
    write(tmp_path, "seeds.dev.jsonl", row(question="Kad\u2028viesojās?"))
    (file,) = load_gold(tmp_path, DOCUMENTS)
    assert file.questions[0].question == "Kad\u2028viesojās?"


def test_an_id_may_not_be_used_in_both_splits(tmp_path: Path) -> None:
    write(tmp_path, "seeds.dev.jsonl", row())
    write(tmp_path, "seeds.test.jsonl", row())
    with pytest.raises(GoldError, match="'lv-001' is used before"):
        load_gold(tmp_path, DOCUMENTS)


def test_a_folder_without_gold_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="no gold files"):
        load_gold(tmp_path, DOCUMENTS)


@pytest.mark.parametrize("name", ["seeds.jsonl", "seeds.train.jsonl"])
def test_a_file_without_a_known_split_in_its_name_is_an_error(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, row())
    with pytest.raises(GoldError, match="rename it"):
        load_gold(tmp_path, DOCUMENTS)


def test_an_empty_gold_file_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "seeds.dev.jsonl")
    with pytest.raises(GoldError, match="no question in this file"):
        load_gold(tmp_path, DOCUMENTS)


def test_a_split_without_a_file_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "seeds.dev.jsonl", row())
    files = load_gold(tmp_path, DOCUMENTS)
    assert [file.split for file in select_split(files, "dev")] == ["dev"]
    with pytest.raises(GoldError, match=r"<set>\.test\.jsonl is missing"):
        select_split(files, "all")
