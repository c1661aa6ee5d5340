import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.errors import EvaluationError
from eval.gold import GoldFile
from eval.report import Corpus, Result, markdown, markdown_table, read_results, summarise, summary, write_result
from eval.run import Run
from tests.eval.examples import LIEPAJA, VALKA, answered, question, refused

FIRST = (LIEPAJA, "Šogad 28. augustā Liepājā viesojās delegācija no Baku.")
MUSEUM = (VALKA, "Valkas muzejs tika atklāts 1970. gadā.")
CORPUS = Corpus("seeds", 2, "c0ffee")

# Two of three answerable ones right, one of two unanswerable ones refused.
QUESTIONS = (
    question("lv-1", (LIEPAJA, "28. augustā")),
    question("lv-2", (VALKA, "1970. gadā")),
    question("en-1", (VALKA, "pieci"), language="en", kind="how_many"),
    question("lv-3", kind="who"),
    question("en-2", language="en", kind="who"),
)
OUTCOMES = (
    answered("lv-1", FIRST, short="28. augustā"),
    answered("lv-2", MUSEUM),
    answered("en-1", MUSEUM),
    refused("lv-3"),
    answered("en-2", FIRST),
)
GOLD = GoldFile("seeds", "dev", Path("seeds.dev.jsonl"), "beef", QUESTIONS)


def result(list_wrong: bool = True) -> Result:
    return summarise(GOLD, Run("seeds.dev", "model", OUTCOMES), CORPUS, list_wrong)


def test_all_questions_are_summarised_together() -> None:
    measured = result()["metrics"]["all"]
    assert (measured["answerable"], measured["unanswerable"]) == (3, 2)
    assert measured["answer_right"] == 0.6667
    assert measured["short_em"] == 0.3333
    assert (measured["refusal_precision"], measured["refusal_recall"], measured["wrongly_refused"]) == (1.0, 0.5, 0.0)
    assert measured["verbatim"] == 1.0


def test_each_language_kind_and_style_is_summarised_apart() -> None:
    metrics = result()["metrics"]
    assert {name: group["answer_right"] for name, group in metrics["language"].items()} == {"en": 0.0, "lv": 1.0}
    assert {name: group["answer_right"] for name, group in metrics["kind"].items()} == {
        "how_many": 0.0,
        "when": 1.0,
        "who": None,
    }
    assert metrics["style"] == {"plain": metrics["all"]}


def test_citations_weigh_the_same_in_the_verbatim_share() -> None:
    broken = replace(OUTCOMES[0], stored=("something else",))
    run = Run("seeds.dev", "model", (broken, *OUTCOMES[1:]))
    assert summarise(GOLD, run, CORPUS, False)["metrics"]["all"]["verbatim"] == 0.75


def test_times_are_summarised_apart_from_the_metrics() -> None:
    slower = tuple(replace(outcome, milliseconds=10 * outcome.milliseconds) for outcome in OUTCOMES)
    first, second = result(), summarise(GOLD, Run("seeds.dev", "model", slower), CORPUS, True)
    assert first.pop("latency_ms") == {"p50": 12.0, "p95": 12.0}
    assert second.pop("latency_ms") == {"p50": 120.0, "p95": 120.0}
    assert first == second


def test_wrong_questions_are_listed_with_what_went_wrong() -> None:
    wrong = result()["wrong"]
    assert [(item["id"], item["problem"]) for item in wrong] == [
        ("en-1", "wrong sentence"),
        ("en-2", "should have refused"),
    ]
    assert (wrong[0]["expected"], wrong[0]["got"]) == ("pieci", MUSEUM[1])


def test_a_wrongly_refused_question_is_listed() -> None:
    run = Run("seeds.dev", "model", (refused("lv-1"), *OUTCOMES[1:]))
    assert summarise(GOLD, run, CORPUS, True)["wrong"][0]["problem"] == "wrongly refused"


def test_no_question_is_shown_unless_asked_for() -> None:
    hidden = result(list_wrong=False)
    shown = json.dumps(hidden, ensure_ascii=False) + markdown(hidden)
    assert "Jautājums" not in shown
    assert "en-1" not in shown
    assert "Jautājums en-1?" in markdown(result())
    assert "Jautājums" not in summary(result())


def test_a_run_of_other_questions_is_an_error() -> None:
    run = Run("seeds.dev", "model", OUTCOMES[1:])
    with pytest.raises(EvaluationError, match="did not ask the questions"):
        summarise(GOLD, run, CORPUS, False)


def test_a_result_is_written_and_read_back(tmp_path: Path) -> None:
    write_result(result(), tmp_path / "new")
    (tmp_path / "new" / "seeds.dev.run.json").write_text("{}", encoding="utf-8")
    assert read_results(tmp_path / "new") == [result()]
    assert (tmp_path / "new" / "seeds.dev.md").read_text(encoding="utf-8") == markdown(result())


def test_a_folder_without_results_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no evaluation results"):
        read_results(tmp_path)


def test_a_damaged_result_is_named(tmp_path: Path) -> None:
    (tmp_path / "seeds.dev.json").write_text("{", encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"seeds\.dev\.json: this is not an evaluation result"):
        read_results(tmp_path)


def test_table_cells_cannot_break_the_table() -> None:
    table = markdown_table(["a", "b"], [["x|y", "two\nlines"], [0.5, None]])
    assert table.splitlines() == ["| a | b |", "| --- | --- |", "| x\\|y | two lines |", "| 0.500 | – |"]
