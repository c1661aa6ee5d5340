"""A conversation in the terminal."""

import io
from collections.abc import Callable, Sequence

from rich.console import Console

from rag.types import Answer, Refusal, Turn
from ui.chat import converse
from ui.messages import Language


def typed(*lines: str) -> Callable[[str], str]:
    rest = iter(lines)

    def read(prompt: str) -> str:
        try:
            return next(rest)
        except StopIteration:
            raise EOFError from None

    return read


def held(*lines: str) -> tuple[list[tuple[str, list[str]]], str]:
    """What was asked, each with the questions before it; and what was printed."""
    asked: list[tuple[str, list[str]]] = []

    def ask(question: str, history: Sequence[Turn]) -> Answer:
        asked.append((question, [turn.question for turn in history]))
        return Answer(question, "en", "", (), 0.0, reason=Refusal.NO_SUPPORT)

    output = io.StringIO()
    converse(ask, typed(*lines), Console(file=output), Language.ENGLISH)
    return asked, output.getvalue()


def test_each_question_is_asked_with_the_turns_before_it() -> None:
    assert held("Who?", "And when?")[0] == [("Who?", []), ("And when?", ["Who?"])]


def test_an_empty_line_ends_the_conversation() -> None:
    assert held("Who?", " ", "When?")[0] == [("Who?", [])]


def test_every_answer_is_printed() -> None:
    assert held("Who?", "When?")[1].count("I did not find an answer") == 2
