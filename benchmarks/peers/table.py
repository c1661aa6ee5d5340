"""The table in docs/comparison.md, from the result files: ``python -m benchmarks.peers.table [--check]``.

The lines between ``<!-- peers:begin -->`` and ``<!-- peers:end -->`` are replaced. Exit codes: 0 the page is (now) up
to date, 1 it was stale (``--check``), 2 broken input.
"""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from benchmarks.peers.judge import LONGEST
from benchmarks.peers.result import RESULTS, Measured, PeerResult, read_results
from benchmarks.result import ROOT
from eval.report import markdown_table
from eval.significance import randomisation_p_value
from eval.tables import command

__all__ = ["MARKS", "PEERS", "figures", "main"]

MARKS = ("<!-- peers:begin -->", "<!-- peers:end -->")
_PAGE = ROOT / "docs" / "comparison.md"

PEERS: Mapping[str, str] = {
    "avots": "Avots",
    "avots-sentence": "Avots, `--reader sentence`",
    "llamaindex": "LlamaIndex",
    "haystack": "Haystack",
    "haystack-reader": "Haystack, reader",
    "txtai": "txtai",
    "txtai-reader": "txtai, reader",
}
# Nothing in how these are set up can refuse.
_NEVER_REFUSE = {"llamaindex", "haystack", "txtai"}

_ROWS: Mapping[str, Callable[[Measured], str]] = {
    "answer sentence right": lambda each: f"{each.scores.answer_right:.3f}",
    "the same, of any length": lambda each: f"{each.scores.right_any_length:.3f}",
    "characters cited, mean": lambda each: f"{each.scores.cited_length:.0f}",
    "cited word for word": lambda each: f"{each.scores.verbatim:.3f}",
    "recall@5": lambda each: f"{each.scores.recall:.3f}",
    "characters in those five, mean": lambda each: f"{each.scores.hits_length:.0f}",
    "unanswerable refused": lambda each: f"{each.scores.refused:.3f}",
    "answerable wrongly refused": lambda each: f"{each.scores.wrongly_refused:.3f}",
    "passages indexed": lambda each: f"{each.costs.passages}",
    "passages indexed a second": lambda each: f"{each.costs.passages / each.costs.index_seconds:.1f}",
    "the whole folder indexed in": lambda each: f"{each.costs.index_seconds:.1f} s",
    "question, p50 / p95": lambda each: f"{each.costs.question_p50:.0f} / {each.costs.question_p95:.0f} ms",
    "cold start: one question": lambda each: f"{each.costs.cold_seconds:.1f} s",
    "peak memory, one question": lambda each: f"{each.costs.cold_mb:.0f} MB",
    "peak memory, indexing": lambda each: f"{each.costs.index_mb:.0f} MB",
}
_REFUSALS = {"unanswerable refused", "answerable wrongly refused"}


def figures(results: Mapping[str, PeerResult]) -> str:
    """A table for each corpus, the largest first, and what was asked, with which versions and commands."""
    ordered = [results[peer] for peer in PEERS if peer in results]
    asked = ordered[0].gold
    counts = (
        f"{asked['answerable']} answerable and {asked['unanswerable']} unanswerable questions; right is a citation of "
        f"at most {LONGEST} characters."
    )
    corpora = range(len(ordered[0].corpora))
    tables = [_table([(each, each.corpora[number]) for each in ordered]) for number in reversed(corpora)]
    versions = "\n".join(f"- {PEERS[each.peer]}: {_versions(each)}. `{each.command}`" for each in ordered)
    machines = "\n".join(dict.fromkeys(f"Measured on {_machine(each)}." for each in ordered))
    return "\n\n".join([counts, *tables, versions, machines])


def _table(columns: Sequence[tuple[PeerResult, Measured]]) -> str:
    corpus = columns[0][1]
    header = [f"{corpus.corpus}, {corpus.documents} documents", *(PEERS[result.peer] for result, _ in columns)]
    rows = [[name, *_cells(name, show, columns)] for name, show in _ROWS.items()]
    chances = [_chance(columns[0][1], measured) for _, measured in columns[1:]]
    rows.insert(1, [f"p of its difference to {PEERS[columns[0][0].peer]}", None, *chances])
    return markdown_table(header, rows)


def _chance(first: Measured, other: Measured) -> str:
    """How often chance alone makes so large a difference in what is right (two-sided, paired by question)."""
    ours, theirs = set(first.scores.right), set(other.scores.right)
    changed = np.array([1.0] * len(theirs - ours) + [-1.0] * len(ours - theirs))
    chance = randomisation_p_value(changed)
    return f"{chance:.3f}" if chance >= 0.001 else "< 0.001"


def _cells(
    name: str, show: Callable[[Measured], str], columns: Iterable[tuple[PeerResult, Measured]]
) -> Iterable[str | None]:
    for result, measured in columns:
        yield None if name in _REFUSALS and result.peer in _NEVER_REFUSE else show(measured)


def _versions(result: PeerResult) -> str:
    return ", ".join(f"{name} {version}" for name, version in result.versions.items())


def _machine(result: PeerResult) -> str:
    machine = result.machine
    return f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}"


def main(argv: Sequence[str]) -> int:
    return command(
        argv, "benchmarks.peers.table", lambda folder: figures(read_results(folder)), RESULTS, [_PAGE], MARKS
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
