"""The figures in README.md and docs/, generated from result files: ``python -m eval.tables [--check] FILE ...``.

In each file the lines between ``<!-- eval:begin -->`` and ``<!-- eval:end -->`` are replaced. Exit codes: 0 the files
are (now) up to date, 1 one of them was stale (``--check``), 2 broken input.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from eval.errors import EvaluationError
from eval.report import Result, markdown_table, read_results

__all__ = ["BEGIN", "END", "command", "figures", "main", "refresh", "with_figures"]

BEGIN, END = "<!-- eval:begin -->", "<!-- eval:end -->"

_ROWS = {
    "answerable questions": "answerable",
    "unanswerable questions": "unanswerable",
    "answer sentence right": "answer_right",
    "short answer F1": "short_f1",
    "short answer exact": "short_em",
    "retrieval recall@5": "recall@5",
    "retrieval nDCG@10": "ndcg@10",
    "unanswerable refused": "refusal_recall",
    "answerable wrongly refused": "wrongly_refused",
    "citations verbatim": "verbatim",
}


def figures(results: Sequence[Result]) -> str:
    """One table: a column a result, the metrics that a reader asks for first, and the time of a question."""
    rows = [[label, *(result["metrics"]["all"][metric] for result in results)] for label, metric in _ROWS.items()]
    times = [f"{round(each['latency_ms']['p50'])} / {round(each['latency_ms']['p95'])} ms" for each in results]
    header = ["", *(result["name"] for result in results)]
    return markdown_table(header, [*rows, ["time of a question, p50 / p95", *times]])


def with_figures(page: str, table: str, path: Path, marks: tuple[str, str] = (BEGIN, END)) -> str:
    """``page`` with ``table`` between the marks; EvaluationError, naming ``path``, unless there is one pair of them."""
    begin, end = marks
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
        raise EvaluationError(f"{path}: needs one line {begin} and, after it, one line {end}, for the figures.")
    head, rest = page.split(begin)
    return f"{head}{begin}\n\n{table}\n\n{end}{rest.split(end)[1]}"


def refresh(path: Path, table: str, check: bool, marks: tuple[str, str] = (BEGIN, END)) -> bool:
    """Whether the page is not up to date; it is brought up to date unless ``check``."""
    page = path.read_text(encoding="utf-8")
    fresh = with_figures(page, table, path, marks)
    if fresh != page and not check:
        path.write_text(fresh, encoding="utf-8")
    return fresh != page


def command(
    argv: Sequence[str],
    module: str,
    table: Callable[[Path], str],
    results: Path,
    pages: Sequence[Path] = (),
    marks: tuple[str, str] = (BEGIN, END),
) -> int:
    """The command line of a ``module`` that writes a table into pages, or only checks them.

    Args:
        table: what stands between the marks, from a folder of result files.
        results: that folder, unless another is named.
        pages: the pages, unless others are named; without a default they must be.

    Returns:
        The exit code: 0 the pages are (now) up to date, 1 one of them was stale (``--check``), 2 broken input.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description="Write measured figures into pages.")
    parser.add_argument("pages", nargs="*" if pages else "+", type=Path, default=pages, metavar="FILE")
    parser.add_argument("--results", type=Path, default=results, help="folder of result files")
    parser.add_argument("--check", action="store_true", help="change nothing; fail when a page is stale")
    arguments = parser.parse_args(argv)
    try:
        fresh = table(arguments.results)
        stale = [page for page in arguments.pages if refresh(page, fresh, arguments.check, marks)]
    except (EvaluationError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    for page in stale:
        print(f"{page}: {f'is stale; run python -m {module}' if arguments.check else 'updated'}", file=sys.stderr)
    return 1 if stale and arguments.check else 0


def main(argv: Sequence[str]) -> int:
    return command(argv, "eval.tables", lambda folder: figures(read_results(folder)), Path("eval/results"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
