from pathlib import Path

import pytest

from benchmarks.result import write_result
from benchmarks.tables import MARKS, main
from tests.benchmarks.test_result import RESULT


@pytest.fixture
def page(tmp_path: Path) -> Path:
    write_result(RESULT, tmp_path / "results")
    path = tmp_path / "page.md"
    path.write_text("before\n{}\n{}\nafter\n".format(*MARKS), "utf-8")
    return path


def run(page: Path, *options: str) -> int:
    return main([str(page), "--results", str(page.parent / "results"), *options])


def test_the_page_gets_the_figures_between_its_marks(page: Path) -> None:
    assert run(page) == 0
    lines = page.read_text("utf-8").splitlines()
    assert "| cold | a / b | 0.25 | at most 0.4 | yes |" in lines
    assert "- cold: a: 1 s; b: 4 s; rounds: 7" in lines
    assert (lines[0], lines[-1]) == ("before", "after")


def test_a_stale_page_fails_the_check_and_is_left_alone(page: Path) -> None:
    before = page.read_text("utf-8")
    assert run(page, "--check") == 1
    assert page.read_text("utf-8") == before


def test_a_written_page_passes_the_check(page: Path) -> None:
    run(page)
    assert run(page, "--check") == 0


def test_without_results_it_says_what_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "page.md"), "--results", str(tmp_path)]) == 2
    assert "run `python -m benchmarks` first" in capsys.readouterr().err
