"""The gate: a result must not be worse than the committed baseline, and promises hold whatever the baseline says.

It fails closed: a metric, a result or a baseline that is missing is a failure, not a pass.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import BaselineError
from eval.report import Result

__all__ = [
    "RULES",
    "Baseline",
    "Change",
    "Rule",
    "broken_promises",
    "drops",
    "read_baseline",
    "rises",
    "update_baseline",
]

# Result name -> what was measured ("gold_sha256", "corpus_sha256") and its "metrics".
Baseline = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """How far ``metric`` may fall (rise, when lower is better) below the baseline, and why.

    ``promise`` is the value that it must have whatever the baseline says, where it has any.
    """

    metric: str
    tolerance: float
    reason: str
    higher_is_better: bool = True
    promise: float | None = None


_FLIPS = "int8 kernels differ between CPUs by rounding, which may turn one or two close questions"

RULES: Sequence[Rule] = (
    Rule("answer_right", 0.02, _FLIPS),
    Rule("any_citation_right", 0.02, _FLIPS),
    Rule("short_em", 0.02, _FLIPS),
    Rule("short_f1", 0.02, _FLIPS),
    Rule("recall@1", 0.02, _FLIPS),
    Rule("recall@5", 0.02, _FLIPS),
    Rule("recall@10", 0.02, _FLIPS),
    Rule("ndcg@10", 0.01, "a mean over ranks: a turned question moves it by less than a whole question"),
    Rule("refusal_precision", 0.04, "of some fifty refusals in a split, two turned questions are 0.04"),
    Rule("refusal_recall", 0.04, "of fifty unanswerable questions in a split, two turned questions are 0.04"),
    Rule("wrongly_refused", 0.02, _FLIPS, higher_is_better=False),
    Rule("verbatim", 0.0, "a quote that differs from its document is never acceptable", promise=1.0),
    Rule("uncited_refusals", 0.0, "a refusal that cites something claims what it refuses to say", promise=1.0),
)


@dataclass(frozen=True, slots=True)
class Change:
    """A metric of the result ``name`` that differs from its baseline by more than the tolerance."""

    name: str
    metric: str
    baseline: float | None
    value: float | None
    tolerance: float

    def __str__(self) -> str:
        return f"{self.name}: {self.metric} is {self.value}, baseline {self.baseline}, tolerance {self.tolerance}"


def read_baseline(path: Path) -> Baseline:
    """The committed baseline; BaselineError when it is missing or malformed."""
    try:
        baseline = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BaselineError(f"{path}: cannot be read ({error.strerror}); make it with --update-baseline.") from error
    except ValueError as error:
        raise BaselineError(f"{path}: is not JSON ({error}); restore it, or make it with --update-baseline.") from error
    if not isinstance(baseline, dict) or not all(_is_entry(entry) for entry in baseline.values()):
        raise BaselineError(f"{path}: is not a baseline; restore it, or make it with --update-baseline.")
    return baseline


def drops(
    results: Sequence[Result], baseline: Baseline, splits: Collection[str], skipped: Collection[str] = ()
) -> list[Change]:
    """What is worse than the baseline.

    ``splits`` are those that were to be measured, ``skipped`` the names of corpora that were left out with a reason.
    Raises BaselineError when a result or one of its metrics has no baseline, when the baseline is of other questions
    or documents, and when the baseline has a result of these splits that was not measured.
    """
    _require_all_measured(results, baseline, splits, skipped)
    return [change for result in results for change in _changes(result, _entry_for(result, baseline), worse=True)]


def rises(results: Sequence[Result], baseline: Baseline) -> list[Change]:
    """What is better than the baseline says: a rise that nobody records would let a later drop back pass.

    Raises BaselineError as `drops` does for results and metrics without a baseline.
    """
    return [change for result in results for change in _changes(result, _entry_for(result, baseline), worse=False)]


def broken_promises(results: Sequence[Result]) -> list[Change]:
    """Promises that do not hold; one that nothing could break (None) holds."""
    return [
        Change(result["name"], rule.metric, rule.promise, value, 0.0)
        for result in results
        for rule in RULES
        if rule.promise is not None and (value := result["metrics"]["all"][rule.metric]) not in (None, rule.promise)
    ]


def update_baseline(results: Sequence[Result], path: Path) -> None:
    """Write the results into the baseline; entries of splits and corpora that were not measured now are kept."""
    measured = {(result["split"], result["corpus"]) for result in results}
    before = read_baseline(path) if path.exists() else {}
    baseline = {name: entry for name, entry in before.items() if (entry["split"], entry["corpus"]) not in measured}
    for result in results:
        metrics = {rule.metric: result["metrics"]["all"][rule.metric] for rule in RULES}
        about = {key: result[key] for key in ("split", "corpus", "gold_sha256", "corpus_sha256")}
        baseline[result["name"]] = about | {"metrics": metrics}
    path.write_text(json.dumps(baseline, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _is_entry(entry: object) -> bool:
    keys = {"split", "corpus", "gold_sha256", "corpus_sha256", "metrics"}
    return isinstance(entry, dict) and entry.keys() == keys and isinstance(entry["metrics"], dict)


def _require_all_measured(
    results: Sequence[Result], baseline: Baseline, splits: Collection[str], skipped: Collection[str]
) -> None:
    measured = {result["name"] for result in results}
    for name, entry in sorted(baseline.items()):
        if name not in measured and entry["split"] in splits and entry["corpus"] not in skipped:
            raise BaselineError(f"the baseline has {name}, but it was not measured: its gold file is missing.")


def _entry_for(result: Result, baseline: Baseline) -> Mapping[str, Any]:
    entry = baseline.get(result["name"])
    if entry is None:
        raise BaselineError(f"the baseline has nothing for {result['name']}; record it with --update-baseline.")
    for key, thing in (("gold_sha256", "gold questions"), ("corpus_sha256", "documents")):
        if entry[key] != result[key]:
            raise BaselineError(
                f"the {thing} of {result['name']} are not those of the baseline, so the figures cannot be compared; "
                "if the change is meant, record it with --update-baseline."
            )
    return dict(entry["metrics"])


def _changes(result: Result, recorded: Mapping[str, float | None], worse: bool) -> list[Change]:
    found = []
    for rule in RULES:
        if rule.metric not in recorded:
            raise BaselineError(f"the baseline of {result['name']} lacks {rule.metric}; record it: --update-baseline.")
        before, now = recorded[rule.metric], result["metrics"]["all"][rule.metric]
        if _differs(rule, before, now, worse):
            found.append(Change(result["name"], rule.metric, before, now, rule.tolerance))
    return found


def _differs(rule: Rule, before: float | None, now: float | None, worse: bool) -> bool:
    """Whether ``now`` is worse (or better) by more than the tolerance; a value on one side only cannot be compared,
    which is worse."""
    if before is None or now is None:
        return worse and before is not now
    fall = before - now if rule.higher_is_better else now - before
    return round(fall if worse else -fall, 6) > rule.tolerance
