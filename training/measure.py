"""Measure the span reader alone, gold context given, on questions that it was not trained on.

    python -m training.measure --data FOLDER
    python -m training.measure --check

Writes ``training/results/reader.json``, and a table of it into docs/reader.md and rag/span_reader.md, and the
reliability diagrams of the fit. ``--check`` measures nothing; it fails when a page has another table than the result
file.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.plots import reliability
from eval.report import markdown_table
from eval.squad import SquadQuestion, read_squad, score_squad
from eval.tables import refresh
from rag.config import SPAN
from rag.factory import load_span_model
from rag.reader import shipped_parameters
from rag.spans import SpanModel, TokenScores
from training.collections import collections
from training.rows import held_out_questions, squad_questions

__all__ = ["MARKS", "main"]

_ROOT = Path(__file__).parent.parent
_PICTURES = _ROOT / "docs" / "pictures"
_RESULTS = Path(__file__).parent / "results" / "reader.json"
_PAGES = (_ROOT / "docs" / "reader.md", _ROOT / "rag" / "span_reader.md")
_CURVE = _RESULTS.parent / "curve.json"
MARKS = ("<!-- reader:begin -->", "<!-- reader:end -->")
_CURVE_MARKS = ("<!-- curve:begin -->", "<!-- curve:end -->")
_SETS = {
    "English, TyDi QA": "tydi.en",
    "Norwegian, NorQuAD validation": "norquad_validation.no",
    "Polish, PoQuAD": "poquad.pl",
    "Turkish, TQuAD dev": "tquad_dev.tr",
}
# Of our own pages, the fifth that was kept from training.
_MOST_HELD_OUT = 800  # questions of a language
_HELD_OUT = {"et": "Estonian", "fi": "Finnish", "ru": "Russian", "en": "English", "no": "Norwegian", "pl": "Polish"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with qa/, fullstack_lv/ and gnome_help/")
    parser.add_argument("--check", action="store_true", help="measure nothing; fail when a page is stale")
    arguments = parser.parse_args()
    if arguments.data is None and not arguments.check:
        parser.error("--data is needed to measure")
    if not arguments.check:
        _RESULTS.parent.mkdir(exist_ok=True)
        _RESULTS.write_text(json.dumps(measure(arguments.data), ensure_ascii=False, indent=1) + "\n", "utf-8")
    table = _table(json.loads(_RESULTS.read_text("utf-8")))
    stale = [page for page in _PAGES if refresh(page, table, arguments.check, MARKS)]
    if not arguments.check:
        for name, tenths in shipped_parameters(with_spans=True)["fitted"]["reliability"].items():
            (_PICTURES / f"reliability-{name}.svg").write_text(_diagram(tenths), "utf-8")
    curve = _curve(json.loads(_CURVE.read_text("utf-8")))
    stale += [page for page in _PAGES[:1] if refresh(page, curve, arguments.check, _CURVE_MARKS)]
    for page in stale:
        print(
            f"{page}: {'is stale; run python -m training.measure' if arguments.check else 'updated'}", file=sys.stderr
        )
    return 1 if stale and arguments.check else 0


def measure(data: Path) -> dict[str, dict[str, Any]]:
    """The figures of each set by its name; with the threshold only where a set has unanswerable questions."""
    model = _Remembering(load_span_model(SPAN, threads=2))
    threshold = shipped_parameters(with_spans=True)["span"]["threshold"]
    sets = {"Latvian, our own test part": _own_test(data)}
    sets |= {name: read_squad(data / "qa" / f"{file}.jsonl") for name, file in _SETS.items()}
    kept = [question for questions in held_out_questions(data).values() for question in questions]
    for language, name in _HELD_OUT.items():
        questions = [question for question in kept if question.language == language]
        sets[f"{name}, our own held-out pages"] = questions[:: 1 + len(questions) // _MOST_HELD_OUT]
    figures = {}
    for name, questions in sets.items():
        answerable = [question for question in questions if question.answers]
        figures[name] = {
            "always answering": score_squad(model, answerable, threshold).to_dict(),
            "with the threshold": None
            if len(answerable) == len(questions)
            else score_squad(model, questions, threshold).to_dict(),
        }
        print(name, figures[name], file=sys.stderr, flush=True)
    return figures


class _Remembering:
    """A span model that reads no question twice: with the threshold, the answers are the same."""

    def __init__(self, model: SpanModel) -> None:
        self._model = model
        self._read: dict[tuple[str, tuple[tuple[str, str], ...]], list[tuple[TokenScores, ...]]] = {}

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[tuple[TokenScores, ...]]:
        asked = (question, tuple(passages))
        if asked not in self._read:
            self._read[asked] = self._model.score(question, passages)
        return self._read[asked]


def _own_test(data: Path) -> list[SquadQuestion]:
    paragraphs = next(c for c in collections(data, "test") if c.name == "paragraphs")
    return squad_questions(paragraphs, lambda question: True)


def _table(figures: dict[str, dict[str, Any]]) -> str:
    header = (
        "",
        "answerable",
        "F1",
        "EM",
        "unanswerable",
        "F1 of answerable, threshold",
        "no-answer accuracy, threshold",
        "passages/s",
    )
    rows = []
    for name, both in figures.items():
        free, bound = both["always answering"], both["with the threshold"]
        rows.append(
            [
                name,
                free["count"],
                free["f1"],
                free["exact_match"],
                bound["count"] - free["count"] if bound else 0,
                bound["f1"] if bound else None,
                bound["no_answer_accuracy"] if bound else None,
                round(free["passages_per_second"]),
            ]
        )
    return markdown_table(header, rows)


def _diagram(tenths: list[dict[str, float]]) -> str:
    """The reliability diagram of predictions for documents that the fit had not seen, on white."""
    confidences = [tenth["confidence"] for tenth in tenths for _ in range(int(tenth["questions"]))]
    answerable = [
        number < round(tenth["answerable"] * tenth["questions"])
        for tenth in tenths
        for number in range(int(tenth["questions"]))
    ]
    return reliability(confidences, answerable).replace('style="', 'style="background: white; color: black; ', 1) + "\n"


def _curve(passes: dict[str, dict[str, Any]]) -> str:
    """The learning curve: what each pass of training was over, and how well the reader read after it."""
    rows = [
        [name, *(figures[key] for key in ("rows", "questions", "f1", "exact_match"))]
        for name, figures in passes.items()
    ]
    return markdown_table(("after the pass", "rows", "questions", "F1", "EM"), rows)


if __name__ == "__main__":
    sys.exit(main())
