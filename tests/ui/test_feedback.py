"""Answers marked wrong: recorded whole, exported as candidates that only a person can turn into gold."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from eval.errors import GoldError
from eval.gold import read_gold_file
from index.embedding import Embedder
from index.errors import AvotsError, IndexNotFound
from index.store import PassageIndex
from index.sync import synchronise
from rag.serialise import answer_to_dict
from rag.types import Turn
from tests.ui.answers import answered, document, refused
from ui.cli import main
from ui.doctor import examine
from ui.feedback import FEEDBACK_FILE, Export, export, record
from ui.messages import Language

LV, EN = Language.LATVIAN, Language.ENGLISH
WHEN, WHO = Turn("Kad?", answered()), Turn("Kas?", refused())


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def recorded(directory: Path) -> list[Any]:
    return lines(directory / FEEDBACK_FILE)


def exported(directory: Path) -> list[Any]:
    output = directory / "candidates.jsonl"
    export(directory, output, EN)
    return lines(output)


@pytest.fixture
def index(tmp_path: Path, embedder: Embedder) -> Path:
    """A small index; its folder lies inside its source."""
    (tmp_path / "a.txt").write_text("Avots ir vieta, kur ūdens iztek no zemes.", "utf-8")
    synchronise(tmp_path / "index", [tmp_path], embedder)
    return tmp_path / "index"


def test_an_answer_is_recorded_with_its_question_and_the_questions_before_it(tmp_path: Path) -> None:
    record(tmp_path, WHEN, [WHO, replace(WHO, question=" ")], LV)
    (line,) = recorded(tmp_path)
    assert list(line) == ["time", "question", "history", "answer"]
    assert (line["question"], line["history"]) == ("Kad?", ["Kas?"])
    assert line["answer"] == answer_to_dict(WHEN.answer)


def test_the_time_of_recording_is_told_with_its_zone(tmp_path: Path) -> None:
    record(tmp_path, WHEN, [], LV)
    told = datetime.fromisoformat(recorded(tmp_path)[0]["time"])
    assert told.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - told) < timedelta(minutes=10)


def test_later_records_follow_earlier_ones(tmp_path: Path) -> None:
    record(tmp_path, WHEN, [], LV)
    record(tmp_path, WHO, [WHEN], LV)
    assert [line["question"] for line in recorded(tmp_path)] == ["Kad?", "Kas?"]


def test_records_made_at_the_same_time_stay_whole_lines(tmp_path: Path) -> None:
    long = replace(WHEN, answer=replace(WHEN.answer, question="vārds " * 5000))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: record(tmp_path, long, [], LV), range(64)))
    assert [line["question"] for line in recorded(tmp_path)] == ["vārds " * 5000] * 64


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device that is always full is Linux's")
def test_a_full_disk_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / FEEDBACK_FILE).symlink_to("/dev/full")
    with pytest.raises(AvotsError, match=r"^Nevar pierakstīt failā .*feedback\.jsonl: No space left"):
        record(tmp_path, WHEN, [], LV)


def test_a_folder_that_is_gone_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(AvotsError, match=r"^Cannot record in the file .*nav/feedback\.jsonl: No such file"):
        record(tmp_path / "nav", WHEN, [], EN)


def test_what_was_recorded_survives_indexing_again_and_does_not_disturb_it(index: Path, embedder: Embedder) -> None:
    record(index, WHEN, [], LV)
    before = (index / FEEDBACK_FILE).read_bytes()
    (index.parent / "b.txt").write_text("Upe sākas no avota kalnu nogāzē.", "utf-8")
    report = synchronise(index, (), embedder)
    assert (report.added, report.failures, report.documents) == (("b.txt",), (), 2)
    assert (index / FEEDBACK_FILE).read_bytes() == before
    assert all(check.healthy for check in examine(index, EN))


def test_derived_files_are_still_rebuilt_beside_it(index: Path) -> None:
    record(index, WHEN, [], LV)
    (index / "generation-1" / "vectors.faiss").unlink()
    assert PassageIndex.open(index).problems() == []
    assert len(recorded(index)) == 1


def test_a_candidate_has_the_keys_of_gold_and_what_was_answered(tmp_path: Path) -> None:
    record(tmp_path, WHEN, [], LV)
    assert exported(tmp_path) == [
        {
            "id": "candidate-001",
            "question": "Kad?",
            "language": "lv",
            "kind": "?",
            "style": "?",
            "answers": [],
            "short_answers": [],
            "was": {
                "text": "28. augustā Liepājā viesojās delegācija. [1]",
                "reason": None,
                "citations": [
                    {
                        "number": 1,
                        "document": "d1",
                        "title": "Virsraksts",
                        "source": "mape/d1.txt",
                        "start": 8,
                        "end": 48,
                        "quote": "28. augustā Liepājā viesojās delegācija.",
                        "score": 0.5,
                    }
                ],
            },
        }
    ]


def test_a_refusal_becomes_a_candidate_with_its_reason(tmp_path: Path) -> None:
    record(tmp_path, WHO, [], LV)
    assert exported(tmp_path)[0]["was"] == {"text": "", "reason": "no_support", "citations": []}


def test_a_follow_up_becomes_a_candidate_with_the_questions_before_it(tmp_path: Path) -> None:
    record(tmp_path, WHO, [WHEN], LV)
    assert exported(tmp_path)[0]["history"] == ["Kad?"]


def test_a_question_recorded_twice_is_one_candidate_with_the_last_answer(tmp_path: Path) -> None:
    again = Turn(" Kad? ", replace(refused(), question=" Kad? "))
    for turn in (WHEN, WHO, again):
        record(tmp_path, turn, [], LV)
    assert export(tmp_path, tmp_path / "c.jsonl", EN) == Export(str(tmp_path / "c.jsonl"), recorded=3, candidates=2)
    first, second = lines(tmp_path / "c.jsonl")
    assert [(row["id"], row["question"]) for row in (first, second)] == [
        ("candidate-001", "Kad?"),
        ("candidate-002", "Kas?"),
    ]
    assert first["was"]["reason"] == "no_support"


def test_the_same_words_after_other_questions_are_another_candidate(tmp_path: Path) -> None:
    record(tmp_path, WHO, [], LV)
    record(tmp_path, WHO, [WHEN], LV)
    assert len(exported(tmp_path)) == 2


def test_gold_refuses_a_candidate_until_a_person_has_finished_it(tmp_path: Path) -> None:
    record(tmp_path, WHO, [WHEN], LV)
    (row,) = exported(tmp_path)
    gold = tmp_path / "mine.dev.jsonl"
    gold.write_text(json.dumps(row), "utf-8")
    with pytest.raises(GoldError, match="exactly the keys"):
        read_gold_file(gold, {"d1": document()})
    del row["was"]
    place = {"document": "d1", "start": 8, "end": 19}
    row |= {"kind": "when", "style": "plain", "answers": [place], "short_answers": ["28. augustā"]}
    gold.write_text(json.dumps(row), "utf-8")
    (question,) = read_gold_file(gold, {"d1": document()}).questions
    assert (question.question, question.history) == ("Kas?", ("Kad?",))


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    record(tmp_path, WHEN, [], LV)
    output = tmp_path / "candidates.jsonl"
    output.write_text("pusdarīts", "utf-8")
    with pytest.raises(AvotsError, match="exists and is not overwritten"):
        export(tmp_path, output, EN)
    assert output.read_text("utf-8") == "pusdarīts"


def test_a_file_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    record(tmp_path, WHEN, [], LV)
    with pytest.raises(AvotsError, match=r"^Nevar rakstīt failā .*nav/c\.jsonl: No such file"):
        export(tmp_path, tmp_path / "nav" / "c.jsonl", LV)


@pytest.mark.parametrize(
    "broken",
    [
        b"{",
        b"\xff",
        b"[]",
        b'{"question": "Kad?"}',
        b'{"question": 5, "history": [], "answer": {"language": "lv", "text": "", "reason": null, "citations": []}}',
        b'{"question": "Kad?", "history": "Kas?", '
        b'"answer": {"language": "lv", "text": "", "reason": null, "citations": []}}',
    ],
)
def test_a_line_that_is_no_record_is_named_and_nothing_is_written(tmp_path: Path, broken: bytes) -> None:
    record(tmp_path, WHEN, [], LV)
    with (tmp_path / FEEDBACK_FILE).open("ab") as file:
        file.write(b"\n" + broken + b"\n")
    with pytest.raises(AvotsError, match=r"feedback\.jsonl: line 3 is not a recorded answer"):
        export(tmp_path, tmp_path / "c.jsonl", EN)
    assert not (tmp_path / "c.jsonl").exists()


def test_feedback_that_cannot_be_read_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / FEEDBACK_FILE).mkdir()
    with pytest.raises(AvotsError, match=r"^Cannot read the file"):
        export(tmp_path, tmp_path / "c.jsonl", EN)


def test_without_feedback_no_file_is_written(index: Path) -> None:
    assert export(index, index / "c.jsonl", EN) == Export(None, recorded=0, candidates=0)
    assert not (index / "c.jsonl").exists()


def test_a_folder_without_an_index_is_not_taken_for_one_without_feedback(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound):
        export(tmp_path, tmp_path / "c.jsonl", EN)


@pytest.mark.parametrize(
    ("language", "sentence"), [("lv", "neviena atbilde nav atzīmēta"), ("en", "No answer of the index")]
)
def test_the_command_says_that_there_is_no_feedback_yet(
    index: Path, language: str, sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["feedback", "--index", str(index), "--lang", language]) == 0
    assert sentence in capfd.readouterr().err


def test_the_command_writes_candidates_into_the_current_folder_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    record(tmp_path, WHEN, [], LV)
    monkeypatch.chdir(tmp_path)
    assert main(["feedback", "--index", ".", "--lang", "en"]) == 0
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.startswith("Answers marked: 1. Candidate questions in candidates.jsonl: 1.")
    assert len(lines(tmp_path / "candidates.jsonl")) == 1


def test_the_command_tells_programs_what_it_wrote(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    record(tmp_path, WHEN, [], LV)
    output = str(tmp_path / "c.jsonl")
    assert main(["feedback", "--index", str(tmp_path), "--output", output, "--json"]) == 0
    assert json.loads(capfd.readouterr().out) == {"output": output, "recorded": 1, "candidates": 1}


def test_an_existing_file_is_a_mistake_of_the_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    record(tmp_path, WHEN, [], LV)
    taken = tmp_path / FEEDBACK_FILE
    assert main(["feedback", "--index", str(tmp_path), "--output", str(taken), "--lang", "lv"]) == 2
    assert capfd.readouterr().err == f"Fails {taken} jau ir, un to nepārraksta. Norādiet citu ar --output FAILS.\n"
