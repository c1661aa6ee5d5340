"""A question made ready to be searched: its language, its spelling restored, its vector and its weighted words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.embedding import Embedder
from index.language import detect, fold, latinise, latvian_spelling, stem, stop_words, word_spans
from index.lexical import Term
from index.store import PassageIndex
from rag.answer_forms import AnswerForm, expected_form
from rag.answer_types import AnswerType, expected_type

__all__ = ["Query", "prepare_query", "restore"]


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """``text`` is the question with diacritics and capitals restored; ``terms`` are its content words, ``weights``
    their inverse document frequencies, one a term; ``vector`` has shape [dimension]; ``said`` are its folded words."""

    question: str
    text: str
    language: str
    expected: AnswerType
    form: AnswerForm | None
    vector: NDArray[np.float32]
    terms: tuple[Term, ...]
    weights: tuple[float, ...]
    said: frozenset[str]

    def coverage(self, stems: frozenset[str]) -> float:
        """The weight of the terms that ``stems`` hold, as a share of all, 0 to 1."""
        total = sum(self.weights)
        covered = sum(
            weight for term, weight in zip(self.terms, self.weights, strict=True) if not term.isdisjoint(stems)
        )
        return covered / total if total else 0.0


def prepare_query(question: str, index: PassageIndex, languages: Sequence[str], embedder: Embedder) -> Query:
    """Make ``question`` ready for an index whose documents are in ``languages``."""
    language = detect(question)
    text = restore(question, language, index)
    terms = tuple(dict.fromkeys(_terms(text, language, languages)))
    return Query(
        question=question,
        text=text,
        language=language,
        expected=expected_type(text, language),
        form=expected_form(text),
        vector=embedder.embed_queries([text])[0],
        terms=terms,
        weights=tuple(index.idf(term) for term in terms),
        said=frozenset(fold(span.of(text)) for span in word_spans(text)),
    )


def restore(question: str, language: str, index: PassageIndex) -> str:
    """Spell words typed without diacritics or capitals as the documents do or, in a Latvian question, as Latvian does,
    because the models do not know them so.

    A question with diacritics has them where they belong, one with capitals has those. Function words of other
    languages than Latvian are left alone: they may look like a Latvian word.
    """
    without_diacritics, without_capitals = question.isascii(), question.islower()
    if not without_diacritics and not without_capitals:
        return question
    own_words = stop_words(language) if language != "lv" else frozenset()
    pieces, end = [], 0
    for span in word_spans(question):
        word = span.of(question)
        spelling = None if word.lower() in own_words else index.spelling(word)
        if spelling is None and language == "lv":
            spelling = latvian_spelling(word)
        if spelling is None or not (without_diacritics or spelling.lower() == word):
            spelling = word
        elif not without_capitals:
            spelling = _with_case(spelling, word)
        pieces += [question[end : span.start], spelling]
        end = span.end
    return "".join([*pieces, question[end:]])


def _with_case(spelling: str, typed: str) -> str:
    return spelling[:1].upper() + spelling[1:] if typed[:1].isupper() else spelling.lower()


def _terms(text: str, language: str, languages: Sequence[str]) -> list[Term]:
    """One term a content word: its stems in the question's language and in those of the documents."""
    words = [span.of(text) for span in word_spans(text)]
    content = [word for word in words if fold(word) not in stop_words(language)] or words
    return [
        frozenset({stem(word, language), *(stem(latinise(word), document) for document in languages)})
        for word in content
    ]
