from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.result import Result, read_results, report, write_result
from eval.errors import EvaluationError

RESULT = Result("cold", "a / b", 0.25, 0.4, at_most=True, sides={"a": "1 s", "b": "4 s"}, details={"rounds": 7})


@pytest.mark.parametrize(
    ("value", "at_most", "reached"),
    [(0.4, True, True), (0.41, True, False), (0.4, False, True), (0.39, False, False)],
)
def test_a_target_is_reached_from_its_own_side(value: float, at_most: bool, reached: bool) -> None:
    assert replace(RESULT, value=value, at_most=at_most).reached is reached


def test_the_report_names_figure_target_and_both_sides() -> None:
    assert report(RESULT).splitlines() == [
        "cold: a / b: 0.250 (target at most 0.4: reached)",
        "  a: 1 s",
        "  b: 4 s",
        "  rounds: 7",
    ]


def test_a_result_is_read_back_with_its_machine(tmp_path: Path) -> None:
    write_result(RESULT, tmp_path)
    [(result, machine)] = read_results(tmp_path)
    assert result == RESULT
    assert machine["cores"] >= 1
    assert "onnxruntime" in machine["packages"]


@pytest.mark.parametrize("content", ["", "{}", '{"machine": {}, "name": "cold"}'])
def test_a_file_that_is_no_result_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "cold.json").write_text(content, "utf-8")
    with pytest.raises(EvaluationError, match=r"cold\.json: this is not a benchmark result"):
        read_results(tmp_path)
