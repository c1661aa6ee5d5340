"""The shipped span model: the built-in encoder, trained to mark the answer to a question in a passage."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding

from index.onnx_runtime import OnnxModel, Vocabulary
from rag.spans import TokenScores

__all__ = ["OnnxSpanModel"]


class OnnxSpanModel:
    """Runs on the word table and tokenizer of the built-in embedding model, which it shares."""

    def __init__(self, graph: Path, vocabulary: Vocabulary, threads: int) -> None:
        self._vocabulary = vocabulary
        self._model = OnnxModel(graph, vocabulary, threads)

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[TokenScores]:
        """Scores for each (title, text); what is beyond 512 tokens of question, title and text is not read."""
        heads = [f"{title}\n" if title and not text.startswith(title) else "" for title, text in passages]
        texts = [head + text for head, (_, text) in zip(heads, passages, strict=True)]
        encodings = self._vocabulary.encode([(question, text) for text in texts])
        logits = self._model.run(encodings)
        return [_scores(*row) for row in zip(encodings, texts, heads, logits, strict=True)]


def _scores(encoding: Encoding, text: str, head: str, logits: NDArray[np.float32]) -> TokenScores:
    """Of the tokens of the passage itself; the first token's logits are those of "no answer"."""
    kept, offsets = [], []
    for token, (part, (start, end)) in enumerate(zip(encoding.sequence_ids, encoding.offsets, strict=True)):
        while part == 1 and start < end and text[start].isspace():  # a token begins with the space before it
            start += 1
        if part == 1 and len(head) <= start < end:
            kept.append(token)
            offsets.append((start - len(head), end - len(head)))
    places = np.array(offsets, np.int64).reshape(-1, 2)
    return TokenScores(places, logits[kept, 0] - logits[0, 0], logits[kept, 1] - logits[0, 1])
