"""What speaks for a sentence as the answer, as numbers that mean the same in every collection."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.language import fold, stem, stems, words
from index.types import Hit, Span
from rag.answer_forms import AnswerForm, has_form
from rag.answer_types import AnswerType, candidates
from rag.query import Query

__all__ = ["Sentence", "features", "lacking", "new_candidates"]

_TYPED = tuple(kind for kind in AnswerType if kind is not AnswerType.OTHER)


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """A sentence that was read. ``around`` holds its own stems and its neighbours' in the passage, ``passage`` all of
    the passage's; ``vector`` has shape [dimension]."""

    hit: Hit
    span: Span
    stems: frozenset[str]
    around: frozenset[str]
    passage: frozenset[str]
    vector: NDArray[np.float32]

    @property
    def text(self) -> str:
        return self.span.of(self.hit.document.text)


def features(
    query: Query, sentences: Sequence[Sentence], document_stems: Callable[[str], frozenset[str]]
) -> list[dict[str, float]]:
    """The features of each sentence, by name. ``document_stems`` gives all stems of a document by its id."""
    if not sentences:
        return []
    vectors = np.array([sentence.vector for sentence in sentences])
    cosines = vectors @ query.vector
    best_hit = max(sentence.hit.score for sentence in sentences)
    document_coverage = {
        id_: query.coverage(document_stems(id_)) for id_ in {sentence.hit.document.id for sentence in sentences}
    }
    rows = [_own(query, sentence) for sentence in sentences]
    within = _within_documents(query, sentences, vectors)
    for row, sentence, cosine, extra in zip(rows, sentences, cosines.tolist(), within, strict=True):
        row |= {
            "hit_below_best": sentence.hit.score - best_hit,
            "cosine": cosine,
            "cosine_below_best": cosine - float(cosines.max()),
            "coverage_document": document_coverage[sentence.hit.document.id],
            **extra,
        }
    return rows


def _own(query: Query, sentence: Sentence) -> dict[str, float]:
    """Features of the sentence by itself and its passage."""
    coverage = query.coverage(sentence.stems)
    expected = query.expected
    new = bool(new_candidates(query, sentence.hit, sentence.span))
    return {
        "hit": sentence.hit.score,
        "coverage": coverage,
        "coverage_around": query.coverage(sentence.around),
        "coverage_passage": query.coverage(sentence.passage),
        "density": coverage / float(np.log(3 + len(sentence.stems))),
        "rarest_missing": _rarest_missing(query, sentence.stems),
        "opens_document": float(sentence.span.start == 0),
        "length": float(np.log1p(len(sentence.stems))),
        "is_title": float(sentence.text.strip() == sentence.hit.document.title),
        **lacking("sentence", query.form, sentence.text),
        **{f"new_{kind}": float(kind == expected and new) for kind in _TYPED},
        **{f"lacks_{kind}": float(kind == expected and not new) for kind in _TYPED},
    }


def _within_documents(
    query: Query, sentences: Sequence[Sentence], vectors: NDArray[np.float32]
) -> list[dict[str, float]]:
    """Features that compare a sentence with the others of its document that were read.

    What every sentence of a document says, and what its title says, tells the document but not the sentence: words are
    weighed by how few of the sentences say them, and the vectors' common direction is taken out of the cosine.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for place, sentence in enumerate(sentences):
        groups[sentence.hit.document.id].append(place)
    out: list[dict[str, float]] = [{} for _ in sentences]
    weights = np.array(query.weights)
    total = float(weights.sum()) or 1.0
    for places in groups.values():
        document = sentences[places[0]].hit.document
        titled = _held(query, frozenset(stems(document.title, document.language)))
        held = np.array([_held(query, sentences[place].stems) for place in places])
        local = np.log((len(places) + 1) / (held.sum(0) + 0.5)) * weights
        untitled = weights * ~titled
        common = vectors[places].mean(0)
        common /= float(np.linalg.norm(common)) or 1.0
        residual = vectors[places] @ query.vector - (vectors[places] @ common) * float(query.vector @ common)
        for row, place in enumerate(places):
            out[place] = {
                "coverage_local": float(held[row] @ local) / total,
                "coverage_untitled": float(held[row] @ untitled) / (float(untitled.sum()) or 1.0),
                "coverage_with_title": float((held[row] | titled) @ weights) / total,
                "cosine_residual": float(residual[row]),
            }
    return out


def _held(query: Query, stems_: frozenset[str]) -> NDArray[np.bool_]:
    """Which terms of the question ``stems_`` hold, shape [terms]."""
    return np.array([not term.isdisjoint(stems_) for term in query.terms], bool)


def _rarest_missing(query: Query, stems_: frozenset[str]) -> float:
    """The share of the question's weight that its heaviest word missing from the sentence has."""
    missing = [weight for term, weight in zip(query.terms, query.weights, strict=True) if term.isdisjoint(stems_)]
    return max(missing, default=0.0) / (sum(query.weights) or 1.0)


def lacking(name: str, form: AnswerForm | None, text: str) -> dict[str, float]:
    """Whether ``text`` has the form that the question names, and whether it lacks it; neither where none is named."""
    found = form is not None and has_form(text, form)
    return {f"{name}_has_form": float(found), f"{name}_lacks_form": float(form is not None and not found)}


def new_candidates(query: Query, hit: Hit, sentence: Span) -> tuple[Span, ...]:
    """Candidates of the expected kind that say something which the question does not say itself."""
    text = hit.document.text
    return tuple(span for span in candidates(text, sentence, query.expected) if not _is_said(query, span.of(text), hit))


def _is_said(query: Query, candidate: str, hit: Hit) -> bool:
    own = words(candidate)
    if all(fold(word) in query.said for word in own):
        return True
    if query.expected not in (AnswerType.PERSON, AnswerType.PLACE):
        return False
    return all(any(stem(word, hit.document.language) in term for term in query.terms) for word in own)
