"""Follow-up questions made self-contained: what the last question was about is put back into the next one."""

from collections.abc import Sequence
from itertools import takewhile

from index.language import detect, fold, stop_words, words
from rag.question_words import QUESTION_WORDS
from rag.types import Turn

__all__ = ["after", "complete", "with_subject"]

# Words that point back, by language: a word of one is another's article, conjunction or preposition.
_POINTING = {
    "lv": "tas ta tie tos to tam tai tiem taja tajos tajas tur turpat turp tad toreiz tolaik vins vina vini vinas vinu "
    "vinam vinai vinus viniem vinos sis si sie so sai saja sim siem sos sajos sajas tads tada tadu tadi tadas abi abas "
    "abiem abu",
    "en": "it its they he she him her them hers his their theirs this these those there then",
    "ru": "он она оно они его ее их ему ей им ним ней них нем нею ими него нее этот эта эти этого этой этом этому этим "
    "этих тот та те того той том тех там тогда туда оттуда такой такая такие",
    "de": "er sie es ihn ihm ihr ihre ihrer ihren ihnen dort dorthin dieser diese dieses diesem diesen damals dabei "
    "dafur davon dazu damit",
    "lt": "jis ji jie jos jo juos jai jam ja ju jas tai tas ta tie tos to sis si sie ten tada toks tokia",
    "et": "see selle seda sellele selles sellest sellega need nende neid neile neil nendega nendes nendest tema ta "
    "teda talle tal temaga temast nemad nad neist seal sinna sealt siis",
}
# Finnish, in which short questions are not told from others: words that point back in it and mean nothing elsewhere.
_POINTING_ANYWHERE = (
    "siina siita siihen silla silta sille siella sinne sielta sita niita niiden niista niihin niissa niilla niille "
    "hanen hanta hanelle hanella heita heidan heille silloin enta"
)
_OPENINGS = frozenset("un bet a and but or so и а но und aber ir o ja aga enta".split())
_FEW = 2  # content words; fewer cannot stand alone
_SHORT = 3  # content words without a name or a number among them; more stand alone


def complete(question: str, history: Sequence[Turn]) -> tuple[str, ...]:
    """``question`` as it can be searched after the turns before it, see `after`."""
    searched = next((turn.answer.trace.searched for turn in reversed(history) if turn.answer.trace.searched), None)
    return (question,) if searched is None else after(question, searched)


def after(question: str, searched: str) -> tuple[str, ...]:
    """``question`` as it can be searched when ``searched`` was before: at least one way, the likeliest first.

    A question that opens with "and"/"but", points back with a pronoun before it names anything, or has fewer than two
    content words is searched with the subject of the last one. One of two or three content words that names nothing
    ("How much does a ticket cost?") may be a follow-up or not: it has both ways. Any other stands as it is.
    """
    own = words(question)
    language = detect(question)
    pointing = _pointing(language)
    before_names = [fold(word) for word in takewhile(lambda word: word == own[0] or not word[0].isupper(), own)]
    content = [word for word in map(fold, own) if word not in stop_words(language) | pointing | _OPENINGS]
    if (
        (before_names[:1] and before_names[0] in _OPENINGS)
        or len(content) < _FEW
        or not pointing.isdisjoint(before_names)
    ):
        return (with_subject(question, searched),)
    if len(content) <= _SHORT and len(before_names) == len(own) and not any(map(str.isdigit, question)):
        return with_subject(question, searched), question
    return (question,)


def with_subject(question: str, searched: str) -> str:
    """``question`` followed by what was searched before, without its question words: the kind of answer is this
    question's. Nothing is rephrased."""
    about = " ".join(word for word in searched.split() if fold(word.strip("?,.!")) not in QUESTION_WORDS)
    return f"{question} {about.rstrip('?')}"


def _pointing(language: str) -> frozenset[str]:
    return frozenset(map(fold, f"{_POINTING.get(language, '')} {_POINTING_ANYWHERE}".split()))
