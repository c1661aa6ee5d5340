"""Dense and lexical retrieval fused into one list of hits."""

from index.database import Passage
from index.store import PassageIndex
from index.types import Hit
from rag.query import Query

__all__ = ["LEXICAL_WEIGHT", "retrieve"]

# Chosen on the development questions of training/questions and on half of the headline task: docs/retrieval.md.
LEXICAL_WEIGHT = 0.4
_CANDIDATES = 100  # taken from each side before fusion
_MATCHES = 1000  # lexical scores looked up, so that dense candidates seldom lack theirs


def retrieve(query: Query, index: PassageIndex, k: int) -> list[Hit]:
    """The ``k`` passages that fit ``query`` best, best first; stage "fusion".

    The score is ``cosine + LEXICAL_WEIGHT * BM25 / ceiling``, the ceiling being what BM25 approaches when a passage
    says every word of the question over and over. So both parts are bounded and mean the same in every collection,
    which z-scores over candidates do not.
    """
    scores = _fused(query, index)
    best = sorted(scores, key=lambda id_: (-scores[id_], id_))[:k]
    passages = index.passages(best)
    return [_hit(passages[id_], scores[id_], index) for id_ in best]


def _fused(query: Query, index: PassageIndex) -> dict[int, float]:
    dense = index.nearest(query.vector, _CANDIDATES)
    lexical = index.match(query.terms, _MATCHES)
    only_lexical = [id_ for id_ in list(lexical)[:_CANDIDATES] if id_ not in dense]
    dense |= index.cosines(only_lexical, query.vector)
    scale = LEXICAL_WEIGHT / (index.ceiling(query.terms) or 1.0)
    return {id_: cosine + scale * lexical.get(id_, 0.0) for id_, cosine in dense.items()}


def _hit(passage: Passage, score: float, index: PassageIndex) -> Hit:
    return Hit(passage.chunk, index.document(passage.chunk.document), score, "fusion", passage.id)
