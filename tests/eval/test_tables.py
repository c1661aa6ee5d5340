from pathlib import Path

import pytest

from eval.errors import EvaluationError
from eval.report import write_result
from eval.tables import BEGIN, END, figures, main, with_figures
from tests.eval.test_report import result

PAGE = f"# Avots\n\n{BEGIN}\nold\n{END}\n\nThe end.\n"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    write_result(result(), tmp_path / "results")
    path = tmp_path / "README.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


def run(page: Path, *options: str) -> int:
    return main([str(page), "--results", str(page.parent / "results"), *options])


def test_figures_have_a_column_for_each_result() -> None:
    lines = figures([result(), result() | {"name": "seeds.test"}]).splitlines()
    assert lines[0] == "|  | seeds.dev | seeds.test |"
    assert "| answer sentence right | 0.667 | 0.667 |" in lines
    assert lines[-1] == "| time of a question, p50 / p95 | 12 / 12 ms | 12 / 12 ms |"


def test_only_the_marked_lines_are_replaced() -> None:
    assert with_figures(PAGE, "new", Path("p")) == f"# Avots\n\n{BEGIN}\n\nnew\n\n{END}\n\nThe end.\n"


@pytest.mark.parametrize("text", ["", BEGIN, END, END + BEGIN, PAGE + PAGE])
def test_a_page_without_one_pair_of_marks_is_named(text: str) -> None:
    with pytest.raises(EvaluationError, match=r"README\.md: needs one line"):
        with_figures(text, "new", Path("README.md"))


def test_a_stale_page_fails_the_check_and_is_left_alone(page: Path) -> None:
    assert run(page, "--check") == 1
    assert page.read_text(encoding="utf-8") == PAGE


def test_a_page_that_was_brought_up_to_date_passes_the_check(page: Path) -> None:
    assert run(page) == 0
    assert figures([result()]) in page.read_text(encoding="utf-8")
    assert run(page, "--check") == 0


def test_a_missing_page_or_result_is_broken_input(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(page.with_name("nowhere.md")) == 2
    assert main([str(page), "--results", str(page.parent / "nowhere")]) == 2
    assert "nowhere.md" in capsys.readouterr().err
