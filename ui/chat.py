"""A conversation in the terminal: each question may lean on the ones before it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rag.types import Answer, Turn
from ui.messages import Language, say
from ui.render import print_answer

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["converse"]


def converse(
    ask: Callable[[str, Sequence[Turn]], Answer],
    read: Callable[[str], str],
    console: "Console",
    language: Language,
) -> None:
    """Read questions with ``read`` (given the prompt) and print their answers, until an empty one or the end."""
    turns: list[Turn] = []
    while question := _next(read, say(language, "conversation.prompt")):
        answer = ask(question, turns)
        turns.append(Turn(question, answer))
        console.print()
        print_answer(console, answer, language)
        console.print()


def _next(read: Callable[[str], str], prompt: str) -> str:
    try:
        return read(prompt).strip()
    except EOFError:
        return ""
