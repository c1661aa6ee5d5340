import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.entry import BROKEN_INPUT, PASSED, main
from eval.errors import GoldError
from eval.squad import SquadQuestion, read_squad, score_squad
from index.types import Span
from rag.spans import TokenScores

CONTEXT = "Vizīte notika 28. augustā Liepājā."
ANSWER = {"text": "28. augustā", "start": 14}
LINE = {"id": "1", "lang": "lv", "group": "g", "question": "Kad?", "context": CONTEXT, "answers": [ANSWER]}


def write(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def squad(version: str, answers: Any, **extra: Any) -> dict[str, Any]:
    qas = [{"id": "1", "question": "Kad?", "answers": answers, **extra}]
    return {"version": version, "data": [{"title": "Super_Vizīte", "paragraphs": [{"context": CONTEXT, "qas": qas}]}]}


@pytest.mark.parametrize(
    "content",
    [
        LINE,
        LINE | {"answers": {"text": ["28. augustā"], "answer_start": [14]}},
        squad("1.1", [{"text": "28. augustā", "answer_start": 14}]),
        squad("v2.0", [{"text": "28. augustā", "answer_start": 14}], is_impossible=False),
    ],
)
def test_all_layouts_say_the_same(tmp_path: Path, content: Any) -> None:
    (question,) = read_squad(write(tmp_path / "file", content))
    assert (question.question, question.context, question.answers) == ("Kad?", CONTEXT, (Span(14, 25),))


@pytest.mark.parametrize(
    "content",
    [
        LINE | {"answers": []},
        LINE | {"answers": {"text": [], "answer_start": []}},
        squad("v2.0", [], is_impossible=True, plausible_answers=[{"text": "28. augustā", "answer_start": 14}]),
    ],
)
def test_a_question_that_the_context_does_not_answer_has_no_answers(tmp_path: Path, content: Any) -> None:
    assert read_squad(write(tmp_path / "file", content))[0].answers == ()


def test_a_title_is_read_without_its_underscores(tmp_path: Path) -> None:
    assert read_squad(write(tmp_path / "file", squad("1.1", [])))[0].title == "Super Vizīte"


def test_the_limit_takes_the_first_questions(tmp_path: Path) -> None:
    path = write(tmp_path / "file", LINE, LINE | {"id": "2"}, LINE | {"id": "3"})
    assert [question.id for question in read_squad(path, 2)] == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (LINE | {"answers": [ANSWER | {"start": 3}]}, r"line 1: the answer '28\. augustā' does not stand at 3"),
        ({"question": "Kad?"}, 'line 1 lacks "question" or "context"'),
        ({"question": "Kad?", "context": "Tad."}, 'line 1 lacks "answers"'),
        ({"data": []}, "holds no questions"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, content: Any, problem: str) -> None:
    with pytest.raises(GoldError, match=problem):
        read_squad(write(tmp_path / "file", content))


class Marked:
    """A span model that answers with the word in capitals, with a score of 4; without one it says nothing."""

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[tuple[TokenScores, ...]]:
        return [(self._score(text),) for _, text in passages]

    def _score(self, text: str) -> TokenScores:
        places, at = [], 0
        for word in text.split(" "):
            places.append((at, at + len(word)))
            at += len(word) + 1
        score = np.array([2.0 if word.isupper() else -3.0 for word in text.split(" ")], np.float32)
        return TokenScores(np.array(places), score, score)


def asked(context: str, *answers: str) -> SquadQuestion:
    spans = tuple(Span(context.index(text), context.index(text) + len(text)) for text in answers)
    return SquadQuestion("1", "Kas?", context, spans, "", "g", "lv")


RIGHT, HALF, WRONG = asked("a BB c", "BB"), asked("a BB c", "BB c"), asked("a BB c", "a")
REFUSED, SILENT, FOOLED = asked("a b c", "b"), asked("a b c"), asked("a BB c")


def test_scores_are_means_over_the_questions_they_apply_to() -> None:
    scores = score_squad(Marked(), [RIGHT, HALF, WRONG, REFUSED, SILENT, FOOLED], threshold=0.0)
    assert scores.count == 6
    assert scores.exact_match == pytest.approx(1 / 4)
    assert scores.f1 == pytest.approx((1 + 2 / 3 + 0 + 0) / 4)
    assert scores.no_answer_accuracy == pytest.approx(1 / 2)
    assert scores.passages_per_second > 0


def test_the_best_of_several_accepted_answers_counts() -> None:
    assert score_squad(Marked(), [asked("a BB c", "a", "BB")], 0.0).exact_match == 1.0


def test_where_every_question_has_an_answer_one_is_always_given() -> None:
    scores = score_squad(Marked(), [asked("b", "b")], threshold=0.0)
    assert (scores.exact_match, scores.no_answer_accuracy) == (1.0, None)


def test_the_command_prints_the_scores_of_the_shipped_reader(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "file.jsonl", LINE | {"question": "Kad notika vizīte Liepājā?"}, LINE)
    assert main(["--squad", str(path), "--limit", "1", "--json"]) == PASSED
    printed = json.loads(capsys.readouterr().out)
    assert printed.pop("passages_per_second") > 0
    assert printed == {"count": 1, "exact_match": 1.0, "f1": 1.0, "no_answer_accuracy": None}


def test_a_missing_file_is_broken_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--squad", str(tmp_path / "none.json")]) == BROKEN_INPUT
    assert "none.json cannot be read" in capsys.readouterr().err
