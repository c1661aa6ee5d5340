"""Answers and what led to them, for people at a terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.types import Hit, Span
from rag.types import Answer, Citation, Refusal, Trace
from ui.messages import Language, answer_language, refusal, say
from ui.naming import differing_answers, display_title, nearby
from ui.streams import printable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

    from index.database import DocumentSummary
    from index.store import PassageIndex
    from index.sync import SyncReport
    from ui.doctor import Check

__all__ = ["print_answer", "print_checks", "print_documents", "print_explanation", "print_hits", "print_report"]

_EXCERPT = 160
_NAMED = 20
_COLUMNS = ("title", "source", "language", "characters", "passages")


def print_answer(console: "Console", answer: Answer, interface: Language) -> None:
    """The answer with its citations, or the refusal with the passages that came nearest."""
    language = answer_language(answer, interface)
    reason = answer.reason
    if reason is None:
        lines = _answered(console, answer, interface, language)
    else:
        lines = _refused(console, reason, answer.nearest, language)
    for line in lines:
        console.print(line)


def print_explanation(console: "Console", answer: Answer, language: Language) -> None:
    """What each stage did: what was searched, found and read, and why it answered or refused."""
    trace = answer.trace
    console.print(_heading(say(language, "explain.searched")), printable(trace.searched), sep=": ")
    console.print(_heading(say(language, "explain.hits")))
    for hit in trace.hits:
        place = _where(hit.document.id, hit.chunk.span)
        console.print(_indented(console, f"{hit.score:.4f} {hit.stage} {place}\n{_excerpt(hit.text)}"))
    console.print(_heading(say(language, "explain.evidence")))
    for item in trace.evidence:
        sentence = _excerpt(item.sentence.of(item.hit.document.text))
        lines = (f"{item.score:.4f} {_where(item.hit.document.id, item.sentence)}", sentence, _numbers(item.features))
        console.print(_indented(console, "\n".join(lines)))
    console.print(_heading(say(language, "explain.decision")), _outcome(answer, language), sep=": ")
    if _disagree(trace):
        console.print(say(language, "explain.disagree"))
    console.print(_numbers(trace.decision) or say(language, "explain.nothing"))
    console.print(_heading(say(language, "explain.timings")), _numbers(answer.timings_ms), sep=": ")


def print_hits(console: "Console", hits: Sequence[Hit], language: Language) -> None:
    """Passages found, best first."""
    if not hits:
        console.print(say(language, "search.nothing"))
    for rank, hit in enumerate(hits, start=1):
        place = _place(hit.document.source, hit.chunk.span, language)
        console.print(_styled(f"[{rank}] {_flat(display_title(hit.document.title, hit.document.source))}", "bold"))
        console.print(_indented(console, f"{place}, {hit.stage} {hit.score:.4f}", "dim"))
        console.print(_indented(console, _flat(hit.text)))


def print_report(console: "Console", report: "SyncReport", directory: Path, language: Language) -> None:
    """What indexing did: documents by name unless there are many, then the counts."""
    for kind in ("added", "changed", "removed", "kept"):
        names: tuple[str, ...] = getattr(report, kind)
        for name in names if len(names) <= _NAMED else ():
            console.print(f"{say(language, f'index.{kind}')}: {printable(name)}")
    counts = {kind: len(getattr(report, kind)) for kind in ("added", "changed", "removed", "failures")}
    totals = {"documents": report.documents, "passages": report.passages, "unchanged": report.unchanged}
    seconds = f"{report.seconds:.1f}"
    console.print(say(language, "index.summary", index=directory, seconds=seconds, **counts, **totals))


def print_documents(console: "Console", index: "PassageIndex", directory: Path, language: Language) -> None:
    """What is indexed, one document a row: a table on a terminal, tabs between the cells in a pipe."""
    documents = index.documents()
    headings = [say(language, f"documents.{name}") for name in _COLUMNS]
    rows = [[_flat(str(cell)) for cell in _cells(document)] for document in documents]
    if console.is_terminal:
        console.print(_table(headings, rows))
    else:
        for row in (headings, *rows):
            console.print("\t".join(row))
    counts = {"documents": len(documents), "passages": sum(document.passages for document in documents)}
    console.print(say(language, "documents.summary", index=directory, model=index.manifest.model_identity, **counts))


def print_checks(console: "Console", checks: Sequence["Check"], language: Language) -> None:
    """What was looked at, and how much of it is wrong."""
    for check in checks:
        word, style = ("doctor.ok", "green") if check.healthy else ("doctor.wrong", "bold red")
        console.print(_styled(f"{say(language, word)}:", style), printable(check.sentence))
    wrong = sum(not check.healthy for check in checks)
    console.print(say(language, "doctor.problems", count=wrong) if wrong else say(language, "doctor.healthy"))


def _cells(document: "DocumentSummary") -> tuple[str, str, str, int, int]:
    return (
        display_title(document.title, document.source),
        nearby(document.source),
        document.language,
        document.characters,
        document.passages,
    )


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> "Table":
    from rich.box import SIMPLE
    from rich.table import Table

    result = Table(box=SIMPLE, pad_edge=False)
    for heading in headings:
        result.add_column(heading, overflow="fold")
    for row in rows:
        result.add_row(*map(_styled, row))
    return result


def _answered(
    console: "Console", answer: Answer, interface: Language, language: Language
) -> Iterator["RenderableType"]:
    if answer.short_answer is not None:
        yield _styled(printable(answer.short_answer.text), "bold green")
        if answer.differing:
            yield _styled(f"{say(language, 'answer.differing')}: {_flat(differing_answers(answer))}", "bold yellow")
        for short in answer.further:
            yield _styled(printable(short.text), "bold green")
        yield ""
    for citation in answer.citations:
        yield _quoted(citation, answer)
    yield ""
    for citation in answer.citations:
        yield _styled(f"[{citation.number}] {_called(citation)}", "bold")
        yield _indented(console, _citation_place(citation, interface), "dim")


def _refused(
    console: "Console", reason: Refusal, nearest: Sequence[Citation], language: Language
) -> Iterator["RenderableType"]:
    yield _styled(refusal(reason, language), "bold yellow")
    if nearest:
        yield ""
        yield _styled(say(language, "answer.nearest"), "dim")
    for citation in nearest:
        place = _citation_place(citation, language)
        text = f"{_called(citation)}\n{place}\n{_excerpt(citation.quote)}"
        yield _indented(console, text, "dim")


def _quoted(citation: Citation, answer: Answer) -> "Text":
    from rich.text import Text

    text = Text(printable(citation.quote))
    for short in answer.short_answers:
        if short.citation == citation.number:
            text.stylize("bold green", short.start - citation.start, short.end - citation.start)
    return text.append(f" [{citation.number}]", style="bold cyan")


def _outcome(answer: Answer, language: Language) -> str:
    if answer.reason is None:
        return say(language, "explain.answered")
    return say(language, "explain.refused", reason=answer.reason)


def _disagree(trace: Trace) -> bool:
    """Whether the sentence that reads best stands outside the passage that was found first."""
    return bool(trace.evidence) and trace.evidence[0].hit.passage != trace.hits[0].passage


def _numbers(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in values.items())


def _where(document: str, span: Span) -> str:
    return f"{printable(document)} [{span.start}, {span.end})"


def _called(citation: Citation) -> str:
    return _flat(display_title(citation.title, citation.source))


def _citation_place(citation: Citation, language: Language) -> str:
    return _place(citation.source, Span(citation.start, citation.end), language)


def _place(source: str, span: Span, language: Language) -> str:
    return f"{printable(nearby(source))}, {say(language, 'answer.place', start=span.start, end=span.end)}"


def _excerpt(text: str) -> str:
    flat = _flat(text)
    return flat if len(flat) <= _EXCERPT else flat[: _EXCERPT - 1].rstrip() + "…"


def _flat(text: str) -> str:
    return " ".join(printable(text).split())


def _indented(console: "Console", text: str, style: str = "") -> "RenderableType":
    """``text`` with a margin; on a terminal the lines that it is wrapped into have it too."""
    from rich.padding import Padding

    if console.is_terminal:
        return Padding(_styled(text, style), (0, 0, 0, 4), expand=False)
    return "\n".join(f"    {line}" for line in text.split("\n"))


def _heading(text: str) -> "Text":
    return _styled(text, "bold")


def _styled(text: str, style: str = "") -> "Text":
    from rich.text import Text

    return Text(text, style=style)
