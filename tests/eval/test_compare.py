import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.compare import (
    Change,
    Comparison,
    Effect,
    MetricComparison,
    Reply,
    compare_files,
    compare_runs,
    comparison_markdown,
    comparison_to_dict,
)
from eval.errors import EvaluationError
from eval.gold import GoldFile
from eval.metrics import METRICS
from eval.run import Outcome, Run, save_run
from tests.eval.examples import LIEPAJA, VALKA, answered, question, refused

FIRST = (LIEPAJA, "Šogad 28. augustā Liepājā viesojās delegācija no Baku.")
SECOND = (LIEPAJA, "To sagaidīja Anna Bērziņa.")
MUSEUM = (VALKA, "Valkas muzejs tika atklāts 1970. gadā.")
WHEN = (LIEPAJA, "28. augustā")


def gold_of(*identifiers: str, split: str = "dev") -> GoldFile:
    """Questions that 28 August answers, or nothing where the id begins with "u"."""
    questions = tuple(question(each, *() if each.startswith("u") else (WHEN,)) for each in identifiers)
    return GoldFile("seeds", split, Path(f"gold/seeds.{split}.jsonl"), "beef", questions)


def right(identifier: str) -> Outcome:
    return answered(identifier, FIRST, short="28. augustā")


def wrong(identifier: str) -> Outcome:
    return answered(identifier, SECOND)


def compare(*both: tuple[Outcome, Outcome], split: str = "dev", list_changed: bool = True) -> Comparison:
    """Two runs, given question by question."""
    runs = (
        Run(name, "model", outcomes) for name, outcomes in zip(("old", "new"), zip(*both, strict=True), strict=True)
    )
    return compare_runs(*runs, gold_of(*(first.id for first, _ in both), split=split), list_changed)


def metric(comparison: Comparison, name: str) -> MetricComparison:
    return next(each for each in comparison.metrics if each.metric == name)


def test_every_metric_is_compared() -> None:
    comparison = compare((right("a"), wrong("a")))
    assert [each.metric for each in comparison.metrics] == list(METRICS)
    assert (comparison.first, comparison.second) == ("old, model", "new, model")
    assert (comparison.gold, comparison.questions) == ("seeds.dev", 1)


def test_a_metric_by_hand() -> None:
    # Of 4 answerable questions 3 were right, now 1; two changes of the same sign: p = 2/4, and six would show: 6/4.
    comparison = compare(
        (right("a"), right("a")),
        (right("b"), wrong("b")),
        (right("c"), refused("c")),
        (wrong("d"), wrong("d")),
        (refused("u"), refused("u")),
    )
    assert metric(comparison, "answer_right") == MetricComparison("answer_right", 0.75, 0.25, -0.5, 0.5, 1.5, 4)


def test_a_metric_that_applies_to_other_questions_in_each_run() -> None:
    # Refused rightly: 1 of 2, then 1 of 1. One question made the difference, so any assignment of signs reaches it.
    comparison = compare((refused("u"), refused("u")), (refused("a"), right("a")))
    found = metric(comparison, "refusal_precision")
    assert (found.first, found.second, found.questions) == (0.5, 1.0, 2)
    assert (found.difference, found.p_value) == (pytest.approx(0.5), 1.0)


def test_a_metric_without_observations_in_one_run_is_not_tested() -> None:
    found = metric(compare((refused("a"), right("a"))), "refusal_precision")
    assert found == MetricComparison("refusal_precision", 0.0, None, None, None, None, 1)


def test_a_difference_that_six_questions_agree_on_is_significant() -> None:
    fallen = compare(*((right(each), wrong(each)) for each in "abcdef"))
    assert metric(fallen, "answer_right").p_value == 2 / 64
    assert "| answer_right | 1.000 | 0.000 | -1.000 | 0.031 | fall | 1.000 | 6 |" in comparison_markdown(fallen)
    risen = compare(*((wrong(each), right(each)) for each in "abcdef"))
    assert "| answer_right | 0.000 | 1.000 | +1.000 | 0.031 | rise |" in comparison_markdown(risen)
    noise = compare(*((right(each), wrong(each)) for each in "abcde"))
    assert "| answer_right | 1.000 | 0.000 | -1.000 | 0.062 | no |" in comparison_markdown(noise)


def test_many_changes_are_shown_as_less_likely_than_a_thousandth() -> None:
    fallen = compare(*((right(each), wrong(each)) for each in "abcdefghijkl"))
    assert "| answer_right | 1.000 | 0.000 | -1.000 | < 0.001 | fall |" in comparison_markdown(fallen)


@pytest.mark.parametrize(
    ("first", "second", "change", "effect"),
    [
        (right("a"), wrong("a"), Change.RIGHT_TO_WRONG, Effect.WORSE),
        (wrong("a"), right("a"), Change.WRONG_TO_RIGHT, Effect.BETTER),
        (right("a"), refused("a"), Change.ANSWERED_TO_REFUSED, Effect.WORSE),
        (refused("a"), right("a"), Change.REFUSED_TO_ANSWERED, Effect.BETTER),
        (wrong("a"), refused("a"), Change.ANSWERED_TO_REFUSED, Effect.STILL_WRONG),
        (refused("a"), wrong("a"), Change.REFUSED_TO_ANSWERED, Effect.STILL_WRONG),
        (refused("u"), wrong("u"), Change.REFUSED_TO_ANSWERED, Effect.WORSE),
        (wrong("u"), refused("u"), Change.ANSWERED_TO_REFUSED, Effect.BETTER),
    ],
)
def test_a_changed_question_is_named_with_its_change(
    first: Outcome, second: Outcome, change: Change, effect: Effect
) -> None:
    comparison = compare((first, second), (right("same"), right("same")))
    assert comparison.changed is not None
    assert [(each.id, each.change, each.effect) for each in comparison.changed] == [(first.id, change, effect)]
    counts = {
        Effect.WORSE: comparison.worse,
        Effect.BETTER: comparison.better,
        Effect.STILL_WRONG: comparison.still_wrong,
    }
    assert counts == {each: int(each == effect) for each in Effect}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (right("a"), answered("a", FIRST, SECOND)),
        (wrong("a"), answered("a", MUSEUM)),
        (refused("a"), refused("a", MUSEUM)),
        (wrong("u"), answered("u", MUSEUM)),
    ],
)
def test_an_answer_of_the_same_worth_has_not_changed(first: Outcome, second: Outcome) -> None:
    assert compare((first, second)).changed == ()


def test_both_answers_stand_side_by_side() -> None:
    comparison = compare((right("a"), refused("a")), (refused("u"), answered("u", MUSEUM, FIRST)))
    assert comparison.changed is not None
    lost, false = comparison.changed
    assert (lost.question, lost.expected) == ("Jautājums a?", "28. augustā")
    assert lost.first == Reply(FIRST[1], "28. augustā", None)
    assert lost.second == Reply(None, None, "no_support")
    assert (false.expected, false.second) == (None, Reply(MUSEUM[1], None, None))


def test_markdown_lists_what_got_worse_first() -> None:
    page = comparison_markdown(compare((wrong("b"), right("b")), (right("a"), refused("a"))))
    rows = [line for line in page.splitlines() if "Jautājums" in line or line.startswith("###")]
    assert rows == [
        "### Worse",
        f"| a | answered -> refused | Jautājums a? | 28. augustā | 28. augustā: “{FIRST[1]}” | refused (no_support) |",
        "### Better",
        "| b | wrong -> right | Jautājums b? | 28. augustā "
        f"| no short answer: “{SECOND[1]}” | 28. augustā: “{FIRST[1]}” |",
    ]
    assert "1 worse, 1 better, 0 changed and still wrong." in page


def test_no_question_is_shown_unless_asked_for() -> None:
    hidden = compare((right("a1"), refused("a1")), list_changed=False)
    assert (hidden.changed, hidden.worse) == (None, 1)
    page = comparison_markdown(hidden)
    assert "1 worse, 0 better, 0 changed and still wrong. They are not listed." in page
    assert "a1" not in page + json.dumps(comparison_to_dict(hidden))
    assert "Baku" not in page + json.dumps(comparison_to_dict(hidden), ensure_ascii=False)


def test_a_run_compared_with_itself_differs_in_nothing() -> None:
    comparison = compare((right("a"), right("a")), (wrong("b"), wrong("b")), (refused("u"), refused("u")))
    assert comparison.changed == ()
    assert {each.difference for each in comparison.metrics} == {0.0}
    assert {each.p_value for each in comparison.metrics} == {1.0}
    assert {each.minimum_detectable for each in comparison.metrics} == {None}


def test_a_comparison_is_json() -> None:
    comparison = compare((right("a"), wrong("a")))
    body: dict[str, Any] = json.loads(json.dumps(comparison_to_dict(comparison)))
    assert body["changed"][0] | {"first": None, "second": None} == {
        "id": "a",
        "question": "Jautājums a?",
        "expected": "28. augustā",
        "change": "right -> wrong",
        "effect": "worse",
        "first": None,
        "second": None,
    }
    assert body["metrics"][0]["metric"] == "answer_right"
    assert (body["worse"], body["better"], body["still_wrong"]) == (1, 0, 0)


def other_wording(outcome: Outcome) -> Outcome:
    return replace(outcome, answer=outcome.answer | {"question": "Kas?"})


@pytest.mark.parametrize("outcomes", [(), (right("b"),), (right("a"), right("b")), (other_wording(right("a")),)])
def test_a_run_of_other_questions_is_an_error(outcomes: tuple[Outcome, ...]) -> None:
    runs = Run("old", "model", (right("a"),)), Run("new", "model", outcomes)
    for first, second in (runs, runs[::-1]):
        with pytest.raises(EvaluationError, match=r"the run new did not ask the questions of gold/seeds\.dev\.jsonl"):
            compare_runs(first, second, gold_of("a"), list_changed=True)


GOLD = (gold_of("a"), gold_of("t", split="test"))


def saved(path: Path, *outcomes: Outcome) -> Path:
    save_run(Run(path.name, "model", outcomes), path)
    return path


def test_saved_runs_are_compared_by_the_gold_file_that_they_asked(tmp_path: Path) -> None:
    old, new = saved(tmp_path / "old", right("a")), saved(tmp_path / "new", wrong("a"))
    assert compare_files(old, new, GOLD, show_questions=False) == compare_runs(
        Run("old", "model", (right("a"),)), Run("new", "model", (wrong("a"),)), GOLD[0], list_changed=True
    )


def test_questions_of_the_test_part_are_listed_only_when_asked_for(tmp_path: Path) -> None:
    old, new = saved(tmp_path / "old", right("t")), saved(tmp_path / "new", wrong("t"))
    assert compare_files(old, new, GOLD, show_questions=False).changed is None
    shown = compare_files(old, new, GOLD, show_questions=True).changed
    assert shown is not None
    assert [each.id for each in shown] == ["t"]


def test_saved_runs_of_two_gold_files_are_an_error(tmp_path: Path) -> None:
    old, new = saved(tmp_path / "old", right("a")), saved(tmp_path / "new", right("t"))
    with pytest.raises(EvaluationError, match=r"old asked seeds\.dev and .*new asked seeds\.test; name two runs"):
        compare_files(old, new, GOLD, show_questions=False)


def test_a_saved_run_of_no_gold_file_is_named(tmp_path: Path) -> None:
    old, new = saved(tmp_path / "old", right("a")), saved(tmp_path / "new", right("x"))
    with pytest.raises(EvaluationError, match=r"new: this run did not ask the questions of gold/seeds\.dev\.jsonl, "):
        compare_files(old, new, GOLD, show_questions=False)


@pytest.mark.parametrize("text", ["", "[]", "{}"])
def test_a_file_that_is_no_run_is_named(tmp_path: Path, text: str) -> None:
    old, new = saved(tmp_path / "old", right("a")), tmp_path / "new"
    new.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match="new: this is not a run"):
        compare_files(old, new, GOLD, show_questions=False)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="nowhere: this is not a run"):
        compare_files(tmp_path / "nowhere", tmp_path / "nowhere", GOLD, show_questions=False)
