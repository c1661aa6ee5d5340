"""The results of an evaluation as one HTML page: tables, plots and wrong questions, in one file that needs no network.

Everything that comes from gold, documents or answers is escaped, and the page forbids itself to load or run anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from eval.errors import EvaluationError
from eval.gold import GoldFile
from eval.metrics import METRICS
from eval.plots import latency, recall_by_k, reliability, right_by_kind, risk_coverage
from eval.report import GROUPINGS, Result
from eval.run import Run

__all__ = ["html_report"]

_CUTOFFS = (1, 3, 5, 10)
_ROWS = ("answerable", "unanswerable", *METRICS)
_WRONG = ("id", "problem", "question", "expected", "got")
_NO_RUN = "Drawn from the single questions of the run, which this report was made without."
_UNANSWERABLE = "No question of this gold file is answerable."

_STYLE = """
:root { color-scheme: light dark; --paper: #fbfaf8; --surface: #fff; --ink: #1d2730; --soft: #55626d;
    --line: #dcdfdf; --accent: #0b6b62; }
@media (prefers-color-scheme: dark) { :root { --paper: #14191d; --surface: #1b2227; --ink: #e6eaec; --soft: #a3afb8;
    --line: #333d44; --accent: #6cc9bd; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 84rem; background: var(--paper); color: var(--ink);
    font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.25; }
h1, h2, a { color: var(--accent); }
section { border-top: 1px solid var(--line); margin-top: 2rem; }
nav ul { padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; }
p, figcaption, caption { color: var(--soft); max-width: 60rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)); gap: 1rem; }
figure, .table { background: var(--surface); border: 1px solid var(--line); border-radius: .5rem; }
figure { margin: 0; padding: .8rem; }
figure svg { display: block; width: 100%; max-width: 27rem; margin: .4rem auto 0; }
figcaption strong { display: block; color: var(--ink); }
.table { overflow-x: auto; width: fit-content; max-width: 100%; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); vertical-align: top; text-align: start; }
tbody tr:last-child > * { border-bottom: 0; }
th { font-weight: 600; }
.numbers th, .numbers td { white-space: nowrap; }
.numbers thead th, .numbers td { text-align: end; }
.numbers tr > :first-child { position: sticky; inset-inline-start: 0; background: var(--surface); text-align: start; }
.wrong td:nth-child(-n + 2) { white-space: nowrap; }
.wrong td:nth-child(3) { min-width: 16rem; }
@media (max-width: 45rem) {
    .wrong thead { display: none; }
    .wrong :is(tbody, tr, td) { display: block; border: 0; }
    .wrong tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
    .wrong td { padding: .1rem .7rem; }
    .wrong td::before { content: attr(data-label) ": "; color: var(--soft); }
}
"""


@dataclass(frozen=True, slots=True)
class _Plot:
    """A picture with what it shows; without ``svg`` the ``missing`` sentence says why there is none."""

    title: str
    shows: str
    svg: str | None
    missing: str


def html_report(results: Sequence[Result], runs: Sequence[tuple[GoldFile, Run]]) -> str:
    """The page. ``runs``, each with its gold, are those of the results, by name; a result without one has no plots
    of single questions, and the page says so.

    Single questions are shown only where the result lists them. EvaluationError when a run has no result.
    """
    by_name = {run.name: (gold, run) for gold, run in runs}
    if strangers := by_name.keys() - {result["name"] for result in results}:
        raise EvaluationError(f"the run {min(strangers)} has no result in this report; give both or neither.")
    sections = [_section(number, result, by_name.get(result["name"])) for number, result in enumerate(results, 1)]
    overview = {result["name"]: result["metrics"]["all"] for result in results}
    links = (f'<li><a href="#result-{number}">{escape(name)}</a></li>' for number, name in enumerate(overview, 1))
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8"><title>Evaluation</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<style>{_STYLE}</style></head><body>",
        f"<header><h1>Evaluation</h1><nav><ul>{''.join(links)}</ul></nav></header>",
        f"<main>{_numbers(overview)}",
        *sections,
        "</main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _section(number: int, result: Result, asked: tuple[GoldFile, Run] | None) -> str:
    metrics, times = result["metrics"], result["latency_ms"]
    parts = [
        f'<section id="result-{number}"><h2>{escape(result["name"])}</h2>',
        f"<p>{result['documents']} documents ({escape(result['corpus'])}), embedding model {escape(result['model'])}. "
        f"Whole questions took {times['p50']} ms (p50) and {times['p95']} ms (p95) on the machine that ran it.</p>",
        f'<div class="plots">{"".join(_figure(plot) for plot in _plots(result, asked))}</div>',
        *(f"<h3>By {grouping}</h3>{_numbers(metrics[grouping])}" for grouping in GROUPINGS),
        "<h3>Wrong questions</h3>",
        _wrong(result["wrong"]) if "wrong" in result else "<p>Not listed, because this part is for measuring only.</p>",
        "</section>",
    ]
    return "\n".join(parts)


def _plots(result: Result, asked: tuple[GoldFile, Run] | None) -> Iterable[_Plot]:
    yield _recall(result)
    shows = "If only the surest questions were answered: the share whose best sentence is wrong. Lower is better."
    yield _Plot("Risk and coverage", shows, risk_coverage(result["risk_coverage"]), "")
    yield _reliability(asked)
    times = [outcome.milliseconds for outcome in asked[1].outcomes] if asked else []
    yield _Plot("Latency", "How long whole questions took.", latency(times) if asked else None, _NO_RUN)
    yield _kinds(result)


def _recall(result: Result) -> _Plot:
    recall = {k: result["metrics"]["all"][f"recall@{k}"] for k in _CUTOFFS}
    svg = None if None in recall.values() else recall_by_k(recall)
    return _Plot("Recall by k", "Gold spans found in the first k passages.", svg, _UNANSWERABLE)


def _reliability(asked: tuple[GoldFile, Run] | None) -> _Plot:
    shows = "Of the questions in each tenth of confidence, the share that the documents answer."
    if asked is None:
        return _Plot("Reliability", shows, None, _NO_RUN)
    gold, run = asked
    confidences = [float(outcome.answer["confidence"]) for outcome in run.outcomes]
    svg = reliability(confidences, [question.answerable for question in gold.questions])
    return _Plot("Reliability", shows, svg, "")


def _kinds(result: Result) -> _Plot:
    kinds = {
        kind: (group["answer_right"], group["answerable"])
        for kind, group in result["metrics"]["kind"].items()
        if group["answer_right"] is not None
    }
    shows = "The first citation covers a gold span, of the answerable questions of each kind."
    return _Plot("Right by kind", shows, right_by_kind(kinds) if kinds else None, _UNANSWERABLE)


def _figure(plot: _Plot) -> str:
    body = plot.svg or f"<p>{plot.missing}</p>"
    return f"<figure><figcaption><strong>{plot.title}</strong> {plot.shows}</figcaption>{body}</figure>"


def _numbers(columns: Mapping[str, Mapping[str, object]]) -> str:
    """A column a group of questions, a row a metric."""
    rows = (
        [f'<th scope="row">{row}</th>', *(f"<td>{_cell(column[row])}</td>" for column in columns.values())]
        for row in _ROWS
    )
    return _table("numbers", ("metric", *columns), rows)


def _wrong(wrong: Sequence[Mapping[str, str | None]]) -> str:
    if not wrong:
        return "<p>None.</p>"
    # On a phone every question is a block of lines, each with its own label.
    rows = ([f'<td data-label="{key}">{_cell(row[key])}</td>' for key in _WRONG] for row in wrong)
    return _table("wrong", _WRONG, rows)


def _table(name: str, header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in header)
    body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<div class="table"><table class="{name}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(value: object) -> str:
    """As in the Markdown tables: fractions with three decimals, a dash for what does not exist."""
    if isinstance(value, float):
        return f"{value:.3f}"
    return "–" if value is None else escape(str(value))
