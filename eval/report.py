"""A run against its gold, summarised: the result as data, as JSON and as Markdown."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import EvaluationError
from eval.gold import GoldFile, GoldQuestion
from eval.metrics import METRICS, answer_right, mean, observe, percentile, risk_coverage
from eval.run import Outcome, Run

__all__ = [
    "GROUPINGS",
    "Corpus",
    "Result",
    "markdown",
    "markdown_table",
    "read_results",
    "summarise",
    "summary",
    "write_result",
]

# One result as JSON. Only "latency_ms" differs between two runs of the same commit on the same machine.
Result = dict[str, Any]

GROUPINGS: Mapping[str, Callable[[GoldQuestion], str]] = {
    "language": lambda question: question.language,
    "kind": lambda question: question.kind,
    "style": lambda question: question.style,
}

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was searched: a name, the number of documents, and the SHA-256 of their ids and texts."""

    name: str
    documents: int
    sha256: str


def summarise(gold: GoldFile, run: Run, corpus: Corpus, list_wrong: bool) -> Result:
    """Every metric of a run, over all questions and by language, kind and style.

    ``list_wrong`` adds the questions that were answered wrongly. Raises EvaluationError unless the run has exactly
    the questions of the gold file, in its order.
    """
    if [outcome.id for outcome in run.outcomes] != [question.id for question in gold.questions]:
        raise EvaluationError(f"the run {run.name} did not ask the questions of {gold.path}; run it again.")
    pairs = list(zip(gold.questions, run.outcomes, strict=True))
    times = [outcome.milliseconds for outcome in run.outcomes]
    result: Result = {
        "name": run.name,
        "split": gold.split,
        "gold_sha256": gold.sha256,
        "corpus": corpus.name,
        "corpus_sha256": corpus.sha256,
        "documents": corpus.documents,
        "model": run.model,
        "metrics": {"all": _measure(pairs)} | {name: _grouped(pairs, key) for name, key in GROUPINGS.items()},
        "risk_coverage": [
            {name: round(value, _DIGITS) for name, value in point.items()} for point in risk_coverage(pairs)
        ],
        "latency_ms": {f"p{percent}": round(percentile(times, percent), 1) for percent in (50, 95)},
    }
    return result | ({"wrong": _wrong(pairs)} if list_wrong else {})


def write_result(result: Result, directory: Path) -> None:
    """Write ``<name>.json`` and ``<name>.md`` into ``directory``, which is made when missing."""
    directory.mkdir(parents=True, exist_ok=True)
    body = json.dumps(result, ensure_ascii=False, indent=2, sort_keys=True)
    (directory / f"{result['name']}.json").write_text(body + "\n", encoding="utf-8")
    (directory / f"{result['name']}.md").write_text(markdown(result), encoding="utf-8")


def read_results(directory: Path) -> list[Result]:
    """The results that `write_result` wrote into ``directory``, by name; EvaluationError when there is none."""
    paths = [path for path in sorted(directory.glob("*.json")) if not path.name.endswith(".run.json")]
    if not paths:
        raise EvaluationError(f"{directory}: there are no evaluation results here; run an evaluation first.")
    results = []
    for path in paths:
        try:
            results.append(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise EvaluationError(f"{path}: this is not an evaluation result ({error}); run it again.") from error
    return results


def summary(result: Result) -> str:
    """The metrics of a result over all questions and by language, and the time of a question, as Markdown."""
    metrics, latency = result["metrics"], result["latency_ms"]
    parts = [
        f"# Evaluation: {result['name']}",
        f"{result['documents']} documents ({result['corpus']}), embedding model `{result['model']}`.",
        _metrics_table({"all": metrics["all"], **metrics["language"]}),
        f"Whole questions took {latency['p50']} ms (p50) and {latency['p95']} ms (p95) on this machine.",
    ]
    return "\n\n".join(parts) + "\n"


def markdown(result: Result) -> str:
    """A result as a page: its summary, a table for each other grouping, and the wrong questions if listed."""
    parts = [summary(result).rstrip()]
    for name in ("kind", "style"):
        parts += [f"## By {name}", _metrics_table(result["metrics"][name])]
    curve = [[point[name] for name in ("coverage", "risk", "confidence")] for point in result["risk_coverage"]]
    parts += [
        "## Risk and coverage",
        "If only the surest questions were answered: how many, how many of them wrongly, and their least confidence.",
        markdown_table(("coverage", "risk", "least confidence"), curve),
    ]
    if "wrong" in result:
        parts += ["## Wrong questions", _wrong_table(result["wrong"])]
    return "\n\n".join(parts) + "\n"


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; None is shown as a dash, fractions with three decimals, and pipes are escaped."""
    lines = [header, ["---"] * len(header), *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return "–" if value is None else " ".join(str(value).replace("|", "\\|").split())


def _measure(pairs: Sequence[tuple[GoldQuestion, Outcome]]) -> dict[str, float | int | None]:
    observed = [observe(question, outcome) for question, outcome in pairs]
    values = {name: mean([value for each in observed for value in each[name]]) for name in METRICS}
    rounded = {name: None if value is None else round(value, _DIGITS) for name, value in values.items()}
    answerable = sum(question.answerable for question, _ in pairs)
    return {"answerable": answerable, "unanswerable": len(pairs) - answerable} | rounded


def _grouped(
    pairs: Sequence[tuple[GoldQuestion, Outcome]], key: Callable[[GoldQuestion], str]
) -> dict[str, dict[str, float | int | None]]:
    names = sorted({key(question) for question, _ in pairs})
    return {name: _measure([pair for pair in pairs if key(pair[0]) == name]) for name in names}


def _metrics_table(columns: Mapping[str, Mapping[str, float | int | None]]) -> str:
    rows = ("answerable", "unanswerable", *METRICS)
    return markdown_table(["metric", *columns], ([row, *(column[row] for column in columns.values())] for row in rows))


def _wrong(pairs: Sequence[tuple[GoldQuestion, Outcome]]) -> list[dict[str, str | None]]:
    return [
        {
            "id": question.id,
            "question": question.question,
            "problem": problem,
            "expected": question.short_answers[0] if question.answerable else None,
            "got": next((citation["quote"] for citation in outcome.answer["citations"]), None),
        }
        for question, outcome in pairs
        if (problem := _problem(question, outcome))
    ]


def _problem(question: GoldQuestion, outcome: Outcome) -> str | None:
    if not question.answerable:
        return "should have refused" if outcome.answered else None
    if not outcome.answered:
        return "wrongly refused"
    return None if answer_right(question, outcome) == [1.0] else "wrong sentence"


def _wrong_table(wrong: Sequence[Mapping[str, str | None]]) -> str:
    keys = ("id", "problem", "question", "expected", "got")
    return markdown_table(keys, ([row[key] for key in keys] for row in wrong)) if wrong else "None."
