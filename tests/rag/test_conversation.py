from collections.abc import Sequence

import pytest

from rag.answer_types import AnswerType, expected_type
from rag.conversation import complete, with_subject
from rag.types import Answer, Refusal, Trace, Turn

FIRST = "Kad Liepājā viesojās Azerbaidžānas delegācija?"
ABOUT = "Liepājā viesojās Azerbaidžānas delegācija"


def turn(question: str = FIRST, searched: str | None = None, reason: Refusal = Refusal.NO_SUPPORT) -> Turn:
    """A turn that searched for ``searched``, by default for the question; refused, because only the trace counts."""
    trace = Trace(searched=question if searched is None else searched)
    return Turn(question, Answer(question, "lv", "", (), 0.0, reason=reason, trace=trace))


@pytest.mark.parametrize("history", [[], [turn()]])
@pytest.mark.parametrize(
    "question",
    [
        "Cik maksā biļete uz koncertu Dzintaros?",
        "Who came to Riga to see the mayor?",
        "Kā sauca Birutas Kalniņas māti, kuru izsūtīja kopā ar viņu?",
        "Cik iedzīvotāju novadā bija 2012. gadā?",
        "kurā ielā atrodas pilsētas lielākā bibliotēka",
    ],
)
def test_a_question_that_stands_alone_is_not_touched(question: str, history: Sequence[Turn]) -> None:
    assert complete(question, history) == (question,)


@pytest.mark.parametrize("question", ["Cik maksā biļete uz koncertu?", "Когда будет конкурс?", "Kāpēc lēmums atlikts?"])
def test_a_short_question_that_names_nothing_may_be_a_follow_up_or_not(question: str) -> None:
    assert complete(question, [turn()]) == (f"{question} {ABOUT}", question)


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
        "Millal seda enne tõsteti?",
        "Montako niitä tulee?",
        "С чем они туда поехали?",
    ],
)
def test_a_follow_up_is_followed_by_what_the_last_question_was_about(question: str) -> None:
    assert complete(question, [turn("Cits jautājums par citu lietu?"), turn()]) == (f"{question} {ABOUT}",)


def test_without_history_a_follow_up_stands_as_it_is() -> None:
    assert complete("Un kur?", []) == ("Un kur?",)


def test_a_follow_up_of_a_follow_up_keeps_the_subject() -> None:
    (second,) = complete("Un kur?", [turn()])
    assert complete("Kāpēc?", [turn(), turn("Un kur?", searched=second)]) == (f"Kāpēc? Un {ABOUT}",)


def test_the_kind_of_answer_is_that_of_the_follow_up() -> None:
    assert expected_type(with_subject("Un cik cilvēku?", FIRST), "lv") == AnswerType.NUMBER


@pytest.mark.parametrize(
    "senseless",
    [
        turn("", "", Refusal.EMPTY_QUESTION),
        turn("?!", "", Refusal.NO_WORDS),
        turn("x " * 5000, "", Refusal.QUESTION_TOO_LONG),
    ],
)
def test_a_turn_that_was_never_searched_is_passed_over(senseless: Turn) -> None:
    assert complete("Un kur?", [turn(), senseless]) == (f"Un kur? {ABOUT}",)
    assert complete("Un kur?", [senseless]) == ("Un kur?",)
