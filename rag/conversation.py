"""Follow-up questions made self-contained: what the last question was about is put back into the next one."""

from collections.abc import Sequence

from index.language import detect, fold, stop_words, words
from rag.types import Turn

__all__ = ["complete"]

# Folded words that point back: pronouns and "and/but" openings of the languages asked most.
_POINTING = frozenset(
    "tas ta tie tos to tam tai taja tur tad toreiz vins vina vini vinas vinu vinam vinai vinus sis si sie so sai saja "
    "it they he she him her them his their this that these those there then "
    "он она они его ее их ему ей им это этот эта эти там тогда er sie es ihn ihm ihr dort jis ji jie "
    "ten see tema nad seal".split()
)
# What the question before asked for, which is not what this one asks for.
_ASKING = frozenset(
    "kad kas kur kurs kura kuru kuras kuri kuros kam ko cik cikos kads kada kadu kadi kadas kados kapec kadel ka "
    "kurieni kurienes who whom whose what when where why how many much which "
    "кто кого кому что когда где куда откуда сколько почему зачем как какой какая какое какие "
    "wer wen wem was wann wo wohin woher warum wie viele welche welcher welches "
    "kes mis millal kus kuhu miks mitu kuidas milline kiek kodel kaip koks kokia".split()
)
_OPENINGS = frozenset("un bet a and but or so и а но und aber ir o ja aga".split())
_FEW = 2  # content words; fewer cannot stand alone


def complete(question: str, history: Sequence[Turn]) -> str:
    """``question`` as it should be searched.

    A question that opens with "and"/"but", points back with a pronoun, or has fewer than two content words of its own
    is followed by the last question that was searched, without its question words, so that the kind of answer is this
    question's; any other stands as it is. Nothing is rephrased.
    """
    searched = next((turn.answer.trace.searched for turn in reversed(history) if turn.answer.trace.searched), None)
    if searched is None:
        return question
    language = detect(question)
    folded = [fold(word) for word in words(question)]
    content = [word for word in folded if word not in stop_words(language) and word not in _POINTING | _OPENINGS]
    points_back = bool(folded) and (folded[0] in _OPENINGS or not _POINTING.isdisjoint(folded))
    if not points_back and len(content) >= _FEW:
        return question
    about = " ".join(word for word in searched.split() if fold(word.strip("?,.!")) not in _ASKING)
    return f"{question} {about.rstrip('?')}"
