"""What loading lets pass and good gold must not have: repeats, wordings that give the answer away, lone follow-ups.

Texts are compared by their folded words: case, diacritics and punctuation do not count.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path

from eval.gold import GoldFile, GoldQuestion, GoldSpan
from index.chunking import chunk
from index.language import fold, words
from index.types import Document, Span

__all__ = ["FOLLOW_UP", "GIVEN_AWAY", "MULTI", "check_gold"]

FOLLOW_UP = "follow_up"  # the style of a question with a history
MULTI = "multi"  # the kind of a question whose answer needs several sentences
GIVEN_AWAY = 6  # so many words of the sentence in a row, and no names

# Folded words that open a question only when another one went before.
_OPENINGS: Mapping[str, frozenset[str]] = {
    "lv": frozenset({"un", "bet", "a"}),
    "en": frozenset({"and", "but"}),
    "ru": frozenset({"а", "и", "но"}),
    "de": frozenset({"und", "aber"}),
    "lt": frozenset({"o", "ir", "bet"}),
    "et": frozenset({"ja", "aga"}),
}

_Placed = Sequence[tuple[Path, GoldQuestion]]


def check_gold(files: Sequence[GoldFile], documents: Mapping[str, Document]) -> list[str]:
    """Each problem of the gold as a sentence that names file and id; empty when there is none.

    Found are: a span outside the documents or outside their sentences (in a menu); a span that holds none of the
    short answers; a question asked twice, in whichever files (a follow-up is the same only after the same history);
    a question or a history that takes over `GIVEN_AWAY` words in a row from a sentence that answers, not counting
    those written with a capital letter there, because a name has no other words; a follow-up without history, and the
    reverse; a question of several sentences (`MULTI`) whose answer is in one.
    ``documents`` are those that the index stores, by id.
    """
    placed = [(file.path, question) for file in files for question in file.questions]
    sentences = _sentences(placed, documents)
    problems = [
        f"{path}: {question.id}: {problem}"
        for path, question in placed
        for problem in (*_of_conversation(question), *_of_answers(question, documents, sentences))
    ]
    return [*_repeats(placed), *problems]


def _sentences(placed: _Placed, documents: Mapping[str, Document]) -> Mapping[str, frozenset[Span]]:
    """The sentences of every document that the gold names: what can be found and quoted."""
    named = {gold.document for _, question in placed for gold in question.answers} & documents.keys()
    return {
        name: frozenset(sentence for passage in chunk(documents[name]) for sentence in passage.sentences)
        for name in named
    }


def _repeats(placed: _Placed) -> Iterator[str]:
    first: dict[tuple[str, ...], tuple[Path, str]] = {}
    for path, question in placed:
        asked = tuple(_folded(text) for text in (*question.history, question.question))
        if asked in first:
            other_path, other = first[asked]
            yield f"{path}: {question.id}: the same is asked as {other} in {other_path}; leave one of them."
        first.setdefault(asked, (path, question.id))


def _of_conversation(question: GoldQuestion) -> Iterator[str]:
    opening = _folded(question.question).split()[:1]
    follows = question.style == FOLLOW_UP or not _OPENINGS.get(question.language, frozenset()).isdisjoint(opening)
    if follows and not question.history:
        yield "this is a follow-up without history; add the earlier questions, or ask so that it stands alone."
    if question.history and question.style != FOLLOW_UP:
        yield f"a question with history has the style {FOLLOW_UP!r}, not {question.style!r}; correct it."


def _of_answers(
    question: GoldQuestion, documents: Mapping[str, Document], sentences: Mapping[str, frozenset[Span]]
) -> Iterator[str]:
    outside = [gold for gold in question.answers if not _is_inside(gold, documents)]
    yield from (f"{_name(gold)} is not in the documents; correct its document and offsets." for gold in outside)
    if outside or not question.answerable:
        return
    for gold in question.answers:
        yield from _of_span(gold, question, documents[gold.document].text, sentences[gold.document])
    homes = {(gold.document, home) for gold in question.answers for home in _homes(gold, sentences[gold.document])}
    for document, home in sorted(homes):
        yield from _giveaways(question, home.of(documents[document].text))
    if question.kind == MULTI and len(homes) < 2:
        yield f"a question of the kind {MULTI!r} needs answers in two sentences; add the other, or change its kind."


def _of_span(gold: GoldSpan, question: GoldQuestion, text: str, sentences: frozenset[Span]) -> Iterator[str]:
    if not _homes(gold, sentences):
        yield f"{_name(gold)} is in no sentence of the article, so it is never searched; name another place."
    if not any(_stands_in(_folded(short), _folded(gold.span.of(text))) for short in question.short_answers):
        yield f"{_name(gold)} holds none of the short answers; give what it says as one of them."


def _giveaways(question: GoldQuestion, sentence: str) -> Iterator[str]:
    for text in (*question.history, question.question):
        run = max(_shared_runs(text, sentence), key=_plain_words, default=[])
        if _plain_words(run) >= GIVEN_AWAY:
            yield f'the words "{" ".join(run)}" stand so in the sentence that answers; ask in other words.'


def _shared_runs(question: str, sentence: str) -> Iterator[list[str]]:
    """The words that stand in a row in both, as the sentence writes them, from every place where they begin."""
    asked, told = _folded(question).split(), words(sentence)
    for i in range(len(asked)):
        for j in range(len(told)):
            same = takewhile(lambda pair: pair[0] == fold(pair[1]), zip(asked[i:], told[j:], strict=False))
            yield [word for _, word in same]


def _plain_words(run: Sequence[str]) -> int:
    return sum(not word[0].isupper() for word in run)


def _homes(gold: GoldSpan, sentences: frozenset[Span]) -> list[Span]:
    """The sentences that the answer stands in: one, as a rule."""
    return [sentence for sentence in sentences if sentence.overlap(gold.span)]


def _is_inside(gold: GoldSpan, documents: Mapping[str, Document]) -> bool:
    return gold.document in documents and gold.span.end <= len(documents[gold.document].text)


def _name(gold: GoldSpan) -> str:
    return f"the answer [{gold.span.start}, {gold.span.end}) of {gold.document}"


def _folded(text: str) -> str:
    """The folded words of ``text``, a space between each two."""
    return " ".join(fold(word) for word in words(text))


def _stands_in(run: str, folded: str) -> bool:
    """Whether the words of ``run`` stand in ``folded`` one after another; both are folded."""
    return bool(run) and f" {run} " in f" {folded} "
