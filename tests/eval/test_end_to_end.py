"""The whole evaluation, with the real index, model and assistant, over two short documents."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from eval.entry import BROKEN_INPUT, PASSED, UNRECORDED, WORSE, main
from index.embedding import Embedder
from index.model import cache_directory
from index.sync import synchronise
from tests.eval.examples import DOCUMENTS, VALKA, span_of
from tests.eval.test_gold import row, write


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """Sources, gold in two splits, and the results and baseline of their first evaluation."""
    folder = tmp_path_factory.mktemp("evaluated")
    (folder / "sources").mkdir()
    (folder / "gold").mkdir()
    for document in DOCUMENTS.values():
        (folder / "sources" / document.id).write_text(document.text, encoding="utf-8")
    opened = span_of(VALKA, "1970. gadā")
    answer = {"document": VALKA.id, "start": opened.start, "end": opened.end}
    museum = row(
        id="lv-002", question="Kad tika atklāts Valkas muzejs?", answers=[answer], short_answers=["1970. gadā"]
    )
    write(folder / "gold", "seeds.dev.jsonl", row())
    write(folder / "gold", "seeds.test.jsonl", museum)
    assert evaluate(folder, "--update-baseline") == PASSED
    return folder


@pytest.fixture
def folder(evaluated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the evaluated folder, to change."""
    monkeypatch.delenv("AVOTS_DATA", raising=False)
    return Path(shutil.copytree(evaluated, tmp_path / "copy"))


def evaluate(folder: Path, *options: str) -> int:
    names = ("gold", "sources", "output")
    paths = [word for name in names for word in (f"--{name}", str(folder / name))]
    return main([*paths, "--baseline", str(folder / "baseline.json"), *options])


def read(folder: Path, name: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads((folder / "output" / f"{name}.json").read_text(encoding="utf-8"))
    return result


def test_the_right_sentences_are_measured_as_right_and_verbatim(folder: Path) -> None:
    for name in ("seeds.dev", "seeds.test"):
        measured = read(folder, name)["metrics"]["all"]
        assert (measured["answer_right"], measured["recall@5"], measured["verbatim"]) == (1.0, 1.0, 1.0)


def test_two_evaluations_differ_in_nothing_but_times(folder: Path) -> None:
    first = read(folder, "seeds.dev")
    assert evaluate(folder, "--split", "dev") == PASSED
    second = read(folder, "seeds.dev")
    assert first.pop("latency_ms").keys() == second.pop("latency_ms").keys() == {"p50", "p95"}
    assert first == second


def test_other_gold_than_the_baselines_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder / "gold", "seeds.dev.jsonl", row(short_answers=["augustā"]))
    assert evaluate(folder, "--split", "dev") == BROKEN_INPUT
    assert "gold questions of seeds.dev are not those of the baseline" in capsys.readouterr().err


def test_a_drop_below_the_baseline_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "baseline.json"
    baseline = json.loads(path.read_text(encoding="utf-8"))
    baseline["seeds.dev"]["metrics"]["short_em"] = 1.5
    path.write_text(json.dumps(baseline), encoding="utf-8")
    assert evaluate(folder, "--split", "dev") == WORSE
    assert "worse: seeds.dev: short_em is" in capsys.readouterr().err


def test_a_missing_gold_file_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "gold" / "seeds.test.jsonl").unlink()
    assert evaluate(folder) == BROKEN_INPUT
    assert "<set>.test.jsonl is missing" in capsys.readouterr().err


def test_a_missing_baseline_fails(folder: Path) -> None:
    (folder / "baseline.json").unlink()
    assert evaluate(folder, "--split", "dev") == BROKEN_INPUT


def test_questions_of_the_test_part_are_shown_only_when_asked_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate(folder, "--split", "test")
    printed = capsys.readouterr()
    assert "muzejs" not in printed.out + printed.err
    assert "wrong" not in read(folder, "seeds.test")
    assert not (folder / "output" / "seeds.test.run.json").exists()
    evaluate(folder, "--split", "test", "--questions")
    assert read(folder, "seeds.test")["wrong"] == []
    assert (folder / "output" / "seeds.test.run.json").exists()


def test_distractors_are_skipped_visibly_or_measured(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "cache").mkdir()
    (folder / "cache" / "models").symlink_to(cache_directory() / "models")
    monkeypatch.setenv("AVOTS_CACHE", str(folder / "cache"))
    paragraphs = folder / "data" / "fullstack_lv" / "paragraphs.jsonl"
    paragraphs.parent.mkdir(parents=True)
    paragraphs.write_text(json.dumps({"id": "p1", "text": "Rīgā šodien spīd saule."}) + "\n", encoding="utf-8")
    assert evaluate(folder, "--split", "dev", "--data", str(folder / "data"), "--update-baseline", "--json") == PASSED
    printed = json.loads(capsys.readouterr().out)
    assert {(item["name"], item["documents"]) for item in printed} == {
        ("seeds.dev", 2),
        ("seeds.dev+distractors", 3),
    }
    assert evaluate(folder, "--split", "dev") == PASSED
    assert "skipped: seeds+distractors, because no folder of data is given" in capsys.readouterr().err


def test_a_data_folder_that_was_named_must_hold_the_paragraphs(folder: Path) -> None:
    assert evaluate(folder, "--split", "dev", "--data", str(folder / "nowhere")) == BROKEN_INPUT


def test_a_rise_that_nobody_recorded_has_its_own_exit_code(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "baseline.json"
    baseline = json.loads(path.read_text(encoding="utf-8"))
    baseline["seeds.dev"]["metrics"]["answer_right"] = 0.5
    path.write_text(json.dumps(baseline), encoding="utf-8")
    assert evaluate(folder, "--split", "dev") == UNRECORDED
    assert "better: seeds.dev: answer_right is 1.0, baseline 0.5" in capsys.readouterr().err


def test_gold_is_checked_without_asking(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(folder, "--check") == PASSED
    write(folder / "gold", "seeds.test.jsonl", row(id="lv-003"))  # the question of the development part again
    assert evaluate(folder, "--check") == BROKEN_INPUT
    assert "lv-003" in capsys.readouterr().out


def test_the_fast_subset_writes_and_compares_nothing(folder: Path) -> None:
    shutil.rmtree(folder / "output")
    (folder / "baseline.json").unlink()
    assert evaluate(folder, "--fast") == PASSED
    assert not (folder / "output").exists()


def test_ones_own_gold_is_asked_over_ones_own_index(folder: Path, embedder: Embedder) -> None:
    synchronise(folder / "own", [folder / "sources"], embedder)
    own = ["--gold", str(folder / "gold" / "seeds.test.jsonl"), "--index", str(folder / "own")]
    baseline = ["--baseline", str(folder / "own.json"), "--output", str(folder / "results")]
    assert main([*own, *baseline, "--update-baseline"]) == PASSED
    assert main([*own, *baseline]) == PASSED
    assert json.loads((folder / "results" / "seeds.test.json").read_text(encoding="utf-8"))["corpus"] == "index"


def test_two_saved_runs_are_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = str(folder / "output" / "seeds.dev.run.json")
    assert evaluate(folder, "--compare", run, run, "--json") == PASSED
    metrics = json.loads(capsys.readouterr().out)["metrics"]
    assert {metric["difference"] for metric in metrics} <= {0.0, None}


def test_the_reports_are_written_also_when_nothing_could_be_compared(folder: Path) -> None:
    reports = ["--html", str(folder / "report.html"), "--junit", str(folder / "junit.xml")]
    assert evaluate(folder, *reports) == PASSED
    assert "failures" in (passed := (folder / "junit.xml").read_text(encoding="utf-8"))
    assert "<failure" not in passed
    (folder / "baseline.json").unlink()
    assert evaluate(folder, *reports) == BROKEN_INPUT
    assert "cannot be read" in (folder / "junit.xml").read_text(encoding="utf-8")
    assert "<svg" in (folder / "report.html").read_text(encoding="utf-8")
