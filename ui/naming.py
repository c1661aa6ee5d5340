"""How documents are called where people see them."""

from pathlib import Path

from rag.types import Answer

__all__ = ["differing_answers", "display_title", "nearby", "shortened"]


def display_title(title: str, source: str) -> str:
    """The title; for a document that has none, the name of its file."""
    return title or _parts(source)[-1]


def differing_answers(answer: Answer) -> str:
    """The short answers that contradict each other, each with its citation: "28. augustā [1]; 12. maijā [2]"."""
    short_answers = () if answer.short_answer is None else (answer.short_answer, *answer.differing)
    return "; ".join(f"{short.text} [{short.citation}]" for short in short_answers)


def nearby(source: str) -> str:
    """``source`` as one would type it here: relative when it lies below the current folder."""
    path = Path(source)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else source


def shortened(source: str) -> str:
    """The folder and file at the end of a path; an address as it is."""
    return source if "://" in source else "/".join(_parts(source)[-2:])


def _parts(source: str) -> list[str]:
    return source.replace("\\", "/").split("/")
