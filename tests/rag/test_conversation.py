from collections.abc import Sequence

import pytest

from rag.conversation import complete
from rag.types import Answer, Refusal, Trace, Turn

FIRST = "Kad Liepājā viesojās Azerbaidžānas delegācija?"


def turn(question: str = FIRST, searched: str | None = None, reason: Refusal = Refusal.NO_SUPPORT) -> Turn:
    """A turn that searched for ``searched``, by default for the question; refused, because only the trace counts."""
    trace = Trace(searched=question if searched is None else searched)
    return Turn(question, Answer(question, "lv", "", (), 0.0, reason=reason, trace=trace))


@pytest.mark.parametrize("history", [[], [turn()]])
def test_a_question_that_stands_alone_is_not_touched(history: Sequence[Turn]) -> None:
    assert complete("Cik maksā biļete uz koncertu?", history) == "Cik maksā biļete uz koncertu?"


@pytest.mark.parametrize(
    "question",
    [
        "Un kur?",
        "Kas tajā piedalījās?",
        "Kas viņu vadīja uz Rīgu?",
        "Kāpēc?",
        "kapec",
        "Bet kāpēc delegācija brauca uz Rīgu?",
        "And where did it go next week?",
        "Who met them in the city hall?",
        "А где она была вчера вечером?",
        "Und wo war die Delegation danach?",
    ],
)
def test_a_follow_up_gets_the_last_question_in_front(question: str) -> None:
    assert complete(question, [turn("Cits jautājums par citu lietu?"), turn()]) == f"{FIRST} {question}"


def test_without_history_a_follow_up_stands_as_it_is() -> None:
    assert complete("Un kur?", []) == "Un kur?"


def test_a_follow_up_of_a_follow_up_keeps_the_subject() -> None:
    second = complete("Un kur?", [turn()])
    assert complete("Kāpēc?", [turn(), turn("Un kur?", searched=second)]) == f"{FIRST} Un kur? Kāpēc?"


@pytest.mark.parametrize(
    "senseless",
    [
        turn("", "", Refusal.EMPTY_QUESTION),
        turn("?!", "", Refusal.NO_WORDS),
        turn("x " * 5000, "", Refusal.QUESTION_TOO_LONG),
    ],
)
def test_a_turn_that_was_never_searched_is_passed_over(senseless: Turn) -> None:
    assert complete("Un kur?", [turn(), senseless]) == f"{FIRST} Un kur?"
    assert complete("Un kur?", [senseless]) == "Un kur?"
