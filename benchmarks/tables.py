"""The figures in docs/benchmarks.md, generated from result files: ``python -m benchmarks.tables [--check]``.

The lines between ``<!-- bench:begin -->`` and ``<!-- bench:end -->`` are replaced. Exit codes: 0 the page is (now) up
to date, 1 it was stale (``--check``), 2 broken input.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.result import RESULTS, ROOT, Result, as_text, read_results
from eval.report import markdown_table
from eval.tables import command

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
    return command(argv, "benchmarks.tables", lambda folder: figures(read_results(folder)), RESULTS, [_PAGE], MARKS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
