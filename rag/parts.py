"""A question that asks two things in one sentence: "Kas vadīja grupu, un cik cilvēku tajā bija?"."""

from index.language import fold, word_spans

__all__ = ["split"]

_CONJUNCTIONS = frozenset("un and и und ir ja sowie bei".split())
# Question words of the languages asked most; they count only after a conjunction.
_ASKING = frozenset(
    fold(word)
    for word in "kad kas ko kam kur kurs kura kuri kuras kuru kuros kuram kurai kurp cik cikos kapec kadel ka kads "
    "kada kadi kadas kadu kadam kados when who whom whose what which where why how кто кого кому кем что чем когда где "
    "куда откуда сколько почему зачем как какой какая какое какие каком какую каким wann wer wen wem was welche "
    "welcher welches welchen wo wohin woher warum wie kes kelle keda mis mida mille millal kus kuhu kust miks "
    "mitu kuidas milline millise palju kiek kodel kaip kuris kokia koks kuka kuka mika milloin missa minä mihin "
    "mista miksi miten montako paljonko kenen mita".split()
)
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
            asked = folded[place + 1] in _ASKING
            if asked or (len(folded[place + 1]) <= _PREPOSITION and folded[place + 2] in _ASKING):
                cuts.append(place + 1)
    if len(cuts) == 1 or _ASKING.isdisjoint(folded[:3]):
        return (question,)
    ends = [spans[place - 1].start for place in cuts[1:]]
    starts = [spans[place].start if place else 0 for place in cuts]
    parts = [question[start:end].rstrip(" ,;") for start, end in zip(starts, [*ends, len(question)], strict=True)]
    return tuple(part if part.endswith("?") else f"{part}?" for part in parts)
