"""The figures in docs/benchmarks.md, generated from result files: ``python -m benchmarks.tables [--check]``.

The lines between ``<!-- bench:begin -->`` and ``<!-- bench:end -->`` are replaced. Exit codes: 0 the page is (now) up
to date, 1 it was stale (``--check``), 2 broken input.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.result import RESULTS, ROOT, Result, as_text, read_results
from eval.errors import EvaluationError
from eval.report import markdown_table
from eval.tables import refresh

__all__ = ["MARKS", "figures", "main"]

MARKS = ("<!-- bench:begin -->", "<!-- bench:end -->")
_PAGE = ROOT / "docs" / "benchmarks.md"


def figures(results: Sequence[tuple[Result, Mapping[str, Any]]]) -> str:
    """A table with a row a result, what stands behind each, and the machines they were measured on."""
    table = markdown_table(
        ("`python -m benchmarks` ...", "what", "measured", "target", "reached"), [_row(result) for result, _ in results]
    )
    behind = "\n".join(f"- {result.name}: {_sides(result)}" for result, _ in results)
    machines = "\n".join(dict.fromkeys(f"Measured on {_machine(machine)}." for _, machine in results))
    return f"{table}\n\n{behind}\n\n{machines}"


def _row(result: Result) -> list[str]:
    target = f"{'at most' if result.at_most else 'at least'} {result.target:g}"
    reached = "yes" if result.reached else "**no**"
    return [
        result.name,
        result.title,
        f"{result.value:.0f}" if result.value > 10 else f"{result.value:.2f}",
        target,
        reached,
    ]


def _sides(result: Result) -> str:
    return "; ".join(f"{name}: {as_text(value)}" for name, value in (*result.sides.items(), *result.details.items()))


def _machine(machine: Mapping[str, Any]) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in machine["packages"].items())
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}, {packages}"
    )


def main(argv: Sequence[str]) -> int:
    """Rewrite the figures in the page, or only check them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tables", description="Write figures into the page.")
    parser.add_argument("page", nargs="?", type=Path, default=_PAGE, metavar="FILE")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of result files")
    parser.add_argument("--check", action="store_true", help="change nothing; fail when the page is stale")
    arguments = parser.parse_args(argv)
    try:
        stale = refresh(arguments.page, figures(read_results(arguments.results)), arguments.check, MARKS)
    except (EvaluationError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if stale:
        done = "is stale; run python -m benchmarks.tables" if arguments.check else "updated"
        print(f"{arguments.page}: {done}", file=sys.stderr)
    return 1 if stale and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
