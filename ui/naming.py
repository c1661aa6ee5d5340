"""How documents are called where people see them."""

from pathlib import Path

__all__ = ["display_title", "nearby", "shortened"]


def display_title(title: str, source: str) -> str:
    """The title; for a document that has none, the name of its file."""
    return title or _parts(source)[-1]


def nearby(source: str) -> str:
    """``source`` as one would type it here: relative when it lies below the current folder."""
    path = Path(source)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else source


def shortened(source: str) -> str:
    """The folder and file at the end of a path; an address as it is."""
    return source if "://" in source else "/".join(_parts(source)[-2:])


def _parts(source: str) -> list[str]:
    return source.replace("\\", "/").split("/")
