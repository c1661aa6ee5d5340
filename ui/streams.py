"""Standard streams as people and programs expect them: UTF-8 everywhere, quiet when the reader has gone."""

import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["abandon_output", "complain", "human", "printable", "use_utf8", "write_bytes", "write_line"]

_CONTROLS = {
    code: "\N{REPLACEMENT CHARACTER}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"
}


def use_utf8() -> None:
    """Speak UTF-8 whatever the locale says; a file name that is not text comes out escaped instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def printable(text: str) -> str:
    """``text`` without control characters: a document must not be able to steer the reader's terminal."""
    return text.translate(_CONTROLS)


def write_line(line: str) -> None:
    """One line on standard output, at once: a program may be waiting for it."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def write_bytes(data: bytes) -> None:
    """Exactly these bytes on standard output."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def complain(sentence: str) -> None:
    """One sentence on standard error."""
    print(printable(sentence), file=sys.stderr)


def human() -> "Console":
    """A console for people: wrapped and coloured on a terminal, plain and unwrapped in a pipe."""
    from rich.console import Console

    terminal = sys.stdout.isatty()
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=not terminal)


def abandon_output() -> None:
    """Send what is still buffered nowhere: the reader of our output has closed it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
