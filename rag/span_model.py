"""The shipped span model: the built-in encoder, trained to mark the answer to a question in a passage."""

from collections.abc import Sequence
from pathlib import Path

from index.onnx_runtime import OnnxModel, Vocabulary
from rag.spans import TokenScores
from rag.windows import cut, place_scores

__all__ = ["OnnxSpanModel"]


class OnnxSpanModel:
    """Runs on the word table and tokenizer of the built-in embedding model, which it shares."""

    def __init__(self, graph: Path, vocabulary: Vocabulary, threads: int) -> None:
        self._vocabulary = vocabulary
        self._model = OnnxModel(graph, vocabulary, threads, "install avots again")

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[tuple[TokenScores, ...]]:
        """The windows of each (title, text); of a question and title, what is beyond 512 tokens is not read."""
        pieces = cut(passages, self._vocabulary.token_spans)
        flat = [piece for group in pieces for piece in group]
        encodings = self._vocabulary.encode([(question, piece.head + piece.text) for piece in flat])
        scores = iter(
            [
                place_scores(piece, encoding.sequence_ids, encoding.offsets, logits)
                for piece, encoding, logits in zip(flat, encodings, self._model.run(encodings), strict=True)
            ]
        )
        return [tuple(next(scores) for _ in group) for group in pieces]
