import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from eval.errors import BaselineError
from eval.gate import RULES, Change, broken_promises, drops, read_baseline, rises, update_baseline
from eval.report import Result


def result(name: str = "seeds.dev", split: str = "dev", corpus: str = "seeds", **metrics: Any) -> Result:
    measured: dict[str, float | None] = {rule.metric: 0.8 for rule in RULES}
    measured |= {"verbatim": 1.0, "uncited_refusals": 1.0} | metrics
    about = {"name": name, "split": split, "corpus": corpus, "gold_sha256": "beef", "corpus_sha256": "c0ffee"}
    return about | {"metrics": {"all": measured}}


def baseline_of(path: Path, *results: Result) -> dict[str, Any]:
    update_baseline(results, path)
    return read_baseline(path)


@pytest.fixture
def baseline(tmp_path: Path) -> dict[str, Any]:
    return baseline_of(tmp_path / "baseline.json", result())


def test_the_same_figures_pass(baseline: dict[str, Any]) -> None:
    assert drops([result()], baseline, ["dev"]) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.metric)
def test_each_metric_may_worsen_by_its_tolerance_and_no_more(baseline: dict[str, Any], rule: Any) -> None:
    before = baseline["seeds.dev"]["metrics"][rule.metric]
    sign = -1 if rule.higher_is_better else 1
    allowed = result(**{rule.metric: before + sign * rule.tolerance})
    worse = result(**{rule.metric: before + sign * (rule.tolerance + 0.0001)})
    assert drops([allowed], baseline, ["dev"]) == []
    assert [drop.metric for drop in drops([worse], baseline, ["dev"])] == [rule.metric]


def test_better_figures_are_no_drop(baseline: dict[str, Any]) -> None:
    assert drops([result(answer_right=1.0, wrongly_refused=0.0)], baseline, ["dev"]) == []


def test_better_figures_are_a_rise_that_is_to_be_recorded(baseline: dict[str, Any], tmp_path: Path) -> None:
    better = result(answer_right=1.0, wrongly_refused=0.0)
    assert [change.metric for change in rises([better], baseline)] == ["answer_right", "wrongly_refused"]
    assert rises([better], baseline_of(tmp_path / "baseline.json", better)) == []


def test_a_rise_within_the_tolerance_need_not_be_recorded(baseline: dict[str, Any]) -> None:
    assert rises([result(answer_right=0.82)], baseline) == []
    assert [change.metric for change in rises([result(answer_right=0.8201)], baseline)] == ["answer_right"]


def test_a_metric_that_is_gone_is_worse(baseline: dict[str, Any]) -> None:
    assert drops([result(refusal_precision=None)], baseline, ["dev"]) == [
        Change("seeds.dev", "refusal_precision", 0.8, None, 0.04)
    ]


def test_a_result_without_a_baseline_fails(baseline: dict[str, Any]) -> None:
    with pytest.raises(BaselineError, match=r"nothing for seeds\.test"):
        drops([result(), result("seeds.test", "test")], baseline, ["dev", "test"])


def test_a_metric_without_a_baseline_fails(baseline: dict[str, Any]) -> None:
    del baseline["seeds.dev"]["metrics"]["ndcg@10"]
    with pytest.raises(BaselineError, match="lacks ndcg@10"):
        drops([result()], baseline, ["dev"])


@pytest.mark.parametrize(("key", "thing"), [("gold_sha256", "gold questions"), ("corpus_sha256", "documents")])
def test_other_questions_or_documents_than_the_baselines_fail(baseline: dict[str, Any], key: str, thing: str) -> None:
    changed = result() | {key: "changed"}
    with pytest.raises(BaselineError, match=f"the {thing} of seeds.dev are not those of the baseline"):
        drops([changed], baseline, ["dev"])


def test_a_baseline_whose_gold_was_not_measured_fails(tmp_path: Path) -> None:
    baseline = baseline_of(tmp_path / "baseline.json", result(), result("other.dev"))
    with pytest.raises(BaselineError, match=r"has other\.dev, but it was not measured"):
        drops([result()], baseline, ["dev"])


def test_other_splits_and_skipped_corpora_need_not_be_measured(tmp_path: Path) -> None:
    far = result("seeds.dev+distractors", corpus="seeds+distractors")
    baseline = baseline_of(tmp_path / "baseline.json", result(), result("seeds.test", "test"), far)
    assert drops([result()], baseline, ["dev"], skipped=["seeds+distractors"]) == []
    with pytest.raises(BaselineError, match="was not measured"):
        drops([result()], baseline, ["dev"])


def test_a_missing_baseline_fails(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="cannot be read"):
        read_baseline(tmp_path / "baseline.json")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"seeds.dev": {}}', '{"seeds.dev": 1}'])
def test_a_damaged_baseline_fails(tmp_path: Path, text: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BaselineError, match=r"baseline\.json"):
        read_baseline(path)


@pytest.mark.parametrize("metric", ["verbatim", "uncited_refusals"])
def test_promises_hold_whatever_the_baseline_says(metric: str) -> None:
    nothing: dict[str, Any] = {metric: None}
    broken: dict[str, Any] = {metric: 0.9999}
    assert broken_promises([result(), result(**nothing)]) == []
    assert broken_promises([result(**broken)]) == [Change("seeds.dev", metric, 1.0, 0.9999, 0.0)]


def test_an_update_keeps_what_was_not_measured_and_drops_what_has_no_gold_any_more(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    update_baseline([result(), result("old.dev"), result("seeds.test", "test")], path)
    update_baseline([result(answer_right=0.9)], path)
    baseline = read_baseline(path)
    assert baseline.keys() == {"seeds.dev", "seeds.test"}
    assert baseline["seeds.dev"]["metrics"]["answer_right"] == 0.9


def test_a_baseline_is_written_the_same_way_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    update_baseline([result(), result("a.dev")], first)
    update_baseline([deepcopy(result("a.dev")), result()], second)
    assert first.read_bytes() == second.read_bytes()
    assert json.loads(first.read_text(encoding="utf-8")).keys() == {"a.dev", "seeds.dev"}


def test_every_tolerance_has_its_reason() -> None:
    assert all(rule.reason and rule.tolerance >= 0 for rule in RULES)
