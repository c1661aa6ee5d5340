"""A question that asks two things in one sentence: "Kas vadīja grupu, un cik cilvēku tajā bija?"."""

from index.language import fold, word_spans
from rag.question_words import QUESTION_WORDS

__all__ = ["split"]

_CONJUNCTIONS = frozenset("un and и und ir ja sowie bei".split())
_PREPOSITION = 5  # letters of a word that may stand before the question word: "un ar ko", "and in which"
_FEWEST = 3  # words of a part; "Kur un kad tas notika?" asks one sentence


def split(question: str) -> tuple[str, ...]:
    """The parts of ``question``, each with a question word near its beginning; itself where it has one part.

    A new part begins after a conjunction that a question word follows. The conjunction belongs to neither part.
    """
    spans = list(word_spans(question))
    folded = [fold(span.of(question)) for span in spans]
    cuts = [0]
    for place in range(1, len(folded)):
        if folded[place] in _CONJUNCTIONS and place - cuts[-1] >= _FEWEST and len(folded) - place > _FEWEST:
            asked = folded[place + 1] in QUESTION_WORDS
            if asked or (len(folded[place + 1]) <= _PREPOSITION and folded[place + 2] in QUESTION_WORDS):
                cuts.append(place + 1)
    if len(cuts) == 1 or QUESTION_WORDS.isdisjoint(folded[:3]):
        return (question,)
    ends = [spans[place - 1].start for place in cuts[1:]]
    starts = [spans[place].start if place else 0 for place in cuts]
    parts = [question[start:end].rstrip(" ,;") for start, end in zip(starts, [*ends, len(question)], strict=True)]
    return tuple(part if part.endswith("?") else f"{part}?" for part in parts)
