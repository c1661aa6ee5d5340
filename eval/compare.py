"""Two saved runs of the same questions: which metrics differ by more than chance, and which questions changed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from eval.errors import EvaluationError
from eval.gold import GoldFile, GoldQuestion
from eval.metrics import METRICS, answer_right, mean, observe
from eval.report import markdown_table
from eval.run import Outcome, Run, load_run
from eval.significance import (
    ALPHA,
    POWER,
    minimum_detectable_difference,
    paired_differences,
    randomisation_p_value,
)

__all__ = [
    "Change",
    "ChangedQuestion",
    "Comparison",
    "Effect",
    "MetricComparison",
    "Reply",
    "compare_files",
    "compare_runs",
    "comparison_markdown",
    "comparison_to_dict",
]


class Change(StrEnum):
    """How the outcome of a question changed; right and wrong are of questions that both runs answered."""

    RIGHT_TO_WRONG = "right -> wrong"
    WRONG_TO_RIGHT = "wrong -> right"
    ANSWERED_TO_REFUSED = "answered -> refused"
    REFUSED_TO_ANSWERED = "refused -> answered"


class Effect(StrEnum):
    """What a change is worth, by the gold: refusing is right when no document answers, and wrong when one does."""

    WORSE = "worse"
    BETTER = "better"
    STILL_WRONG = "still wrong"


@dataclass(frozen=True, slots=True)
class MetricComparison:
    """One metric of both runs.

    ``difference`` is the second mean minus the first; it, ``p_value`` and ``minimum_detectable`` (see
    `eval.significance`) are None when a run has nothing to measure, the last also when no question changed.
    ``questions`` are those that the metric applies to in either run.
    """

    metric: str
    first: float | None
    second: float | None
    difference: float | None
    p_value: float | None
    minimum_detectable: float | None
    questions: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What one run said: the first citation's quote and the short answer if any, or the reason of the refusal."""

    quote: str | None
    short_answer: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ChangedQuestion:
    """A question whose outcome changed; ``expected`` is a short answer of the gold, None when nothing answers."""

    id: str
    question: str
    expected: str | None
    change: Change
    effect: Effect
    first: Reply
    second: Reply


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs of the ``questions`` of the gold file ``gold``, <set>.<split>.

    ``first`` and ``second`` are the runs' names and models. ``worse``, ``better`` and ``still_wrong`` count the
    questions whose outcome changed; ``changed`` lists them, or is None when they are not to be shown.
    """

    gold: str
    questions: int
    first: str
    second: str
    metrics: tuple[MetricComparison, ...]
    worse: int
    better: int
    still_wrong: int
    changed: tuple[ChangedQuestion, ...] | None


def compare_files(first: Path, second: Path, gold: Sequence[GoldFile], show_questions: bool) -> Comparison:
    """Compare two runs that `eval.run.save_run` wrote, by the gold file whose questions they asked.

    Changed questions are listed for the development part, and for the test part if ``show_questions``.
    Raises EvaluationError when a file holds no run, or the runs are not of the same gold file.
    """
    runs = load_run(first), load_run(second)
    asked, other = (_gold_of(run, path, gold) for run, path in zip(runs, (first, second), strict=True))
    if asked != other:
        raise EvaluationError(
            f"{first} asked {_name(asked)} and {second} asked {_name(other)}; name two runs of the same questions."
        )
    return compare_runs(*runs, asked, list_changed=asked.split == "dev" or show_questions)


def compare_runs(first: Run, second: Run, gold: GoldFile, list_changed: bool) -> Comparison:
    """Both runs, question by question. EvaluationError unless each asked exactly the questions of ``gold``, in order.

    ``list_changed`` names the questions whose outcome changed; otherwise they are only counted.
    """
    for run in (first, second):
        if not _asked(run, gold):
            raise EvaluationError(f"the run {run.name} did not ask the questions of {gold.path}; run it again.")
    changed = tuple(
        changed
        for question, before, after in zip(gold.questions, first.outcomes, second.outcomes, strict=True)
        if (changed := _changed(question, before, after))
    )
    effects = Counter(each.effect for each in changed)
    return Comparison(
        gold=_name(gold),
        questions=len(gold.questions),
        first=f"{first.name}, {first.model}",
        second=f"{second.name}, {second.model}",
        metrics=_compare_metrics(first, second, gold),
        worse=effects[Effect.WORSE],
        better=effects[Effect.BETTER],
        still_wrong=effects[Effect.STILL_WRONG],
        changed=changed if list_changed else None,
    )


def comparison_to_dict(comparison: Comparison) -> dict[str, Any]:
    """For JSON: the fields of `Comparison`, under their names."""
    return asdict(comparison)


def comparison_markdown(comparison: Comparison) -> str:
    """For a pull request: the metrics, then the changed questions with both answers side by side."""
    counts = f"{comparison.worse} worse, {comparison.better} better, {comparison.still_wrong} changed and still wrong"
    parts = [
        f"# Comparison: {comparison.gold}",
        f"First run: {comparison.first}. Second run: {comparison.second}. {comparison.questions} questions.",
        _metrics_table(comparison.metrics),
        f"A difference is shown when p ≤ {ALPHA} (paired randomisation test over the questions). The least detectable "
        f"one is shown with probability {POWER}; a smaller one may be there and be missed.",
        "## Questions whose outcome changed",
        f"{counts}." if comparison.changed is not None else f"{counts}. They are not listed.",
    ]
    for effect in Effect:
        listed = [each for each in comparison.changed or () if each.effect == effect]
        parts += [f"### {effect.capitalize()}", _questions_table(listed)] if listed else []
    return "\n\n".join(parts) + "\n"


def _gold_of(run: Run, path: Path, gold: Sequence[GoldFile]) -> GoldFile:
    for file in gold:
        if _asked(run, file):
            return file
    names = ", ".join(str(file.path) for file in gold)
    raise EvaluationError(f"{path}: this run did not ask the questions of {names}, as they are now; run it again.")


def _asked(run: Run, gold: GoldFile) -> bool:
    """By the text as well: an id may be that of a question which was worded otherwise when the run was made."""
    asked = [(outcome.id, outcome.answer["question"]) for outcome in run.outcomes]
    return asked == [(question.id, question.question) for question in gold.questions]


def _name(gold: GoldFile) -> str:
    return f"{gold.set}.{gold.split}"


def _compare_metrics(first: Run, second: Run, gold: GoldFile) -> tuple[MetricComparison, ...]:
    before, after = (
        [observe(question, outcome) for question, outcome in zip(gold.questions, run.outcomes, strict=True)]
        for run in (first, second)
    )
    return tuple(
        _compare_metric(name, [each[name] for each in before], [each[name] for each in after]) for name in METRICS
    )


def _compare_metric(name: str, first: Sequence[Sequence[float]], second: Sequence[Sequence[float]]) -> MetricComparison:
    before, after = (mean([value for each in run for value in each]) for run in (first, second))
    questions = sum(bool(a or b) for a, b in zip(first, second, strict=True))
    differences = paired_differences(first, second)
    if differences is None:
        return MetricComparison(name, before, after, None, None, None, questions)
    p_value, detectable = randomisation_p_value(differences), minimum_detectable_difference(differences)
    return MetricComparison(name, before, after, float(differences.mean()), p_value, detectable, questions)


def _changed(question: GoldQuestion, first: Outcome, second: Outcome) -> ChangedQuestion | None:
    before, after = _right(question, first), _right(question, second)
    if first.answered == second.answered and before == after:
        return None
    return ChangedQuestion(
        id=question.id,
        question=question.question,
        expected=question.short_answers[0] if question.answerable else None,
        change=_change(first, second, after),
        effect=Effect.STILL_WRONG if before == after else Effect.BETTER if after else Effect.WORSE,
        first=_reply(first),
        second=_reply(second),
    )


def _right(question: GoldQuestion, outcome: Outcome) -> bool:
    return answer_right(question, outcome) == [1.0] if question.answerable else not outcome.answered


def _change(first: Outcome, second: Outcome, right: bool) -> Change:
    if first.answered != second.answered:
        return Change.REFUSED_TO_ANSWERED if second.answered else Change.ANSWERED_TO_REFUSED
    return Change.WRONG_TO_RIGHT if right else Change.RIGHT_TO_WRONG


def _reply(outcome: Outcome) -> Reply:
    quote = next((citation["quote"] for citation in outcome.answer["citations"]), None)
    return Reply(quote, outcome.short_answer, outcome.answer["reason"])


def _metrics_table(metrics: Sequence[MetricComparison]) -> str:
    header = ("metric", "first", "second", "difference", "p", "shown", "least detectable", "questions")
    return markdown_table(header, (_metric_row(each) for each in metrics))


def _metric_row(each: MetricComparison) -> Sequence[object]:
    row = (each.metric, each.first, each.second)
    if each.difference is None or each.p_value is None:
        return (*row, None, None, None, None, each.questions)
    shown = "no" if each.p_value > ALPHA else "rise" if each.difference > 0 else "fall"
    p_value = "< 0.001" if each.p_value < 0.001 else each.p_value
    return (*row, f"{each.difference:+.3f}", p_value, shown, each.minimum_detectable, each.questions)


def _questions_table(listed: Sequence[ChangedQuestion]) -> str:
    header = ("id", "change", "question", "expected", "first", "second")
    rows = (
        (each.id, each.change, each.question, each.expected, _said(each.first), _said(each.second)) for each in listed
    )
    return markdown_table(header, rows)


def _said(reply: Reply) -> str:
    if reply.quote is None:
        return f"refused ({reply.reason})"
    return f"{reply.short_answer or 'no short answer'}: “{reply.quote}”"
