"""transformers, here and nowhere else: any of its question-answering models as a span model."""

from collections.abc import Sequence

import numpy as np

from index.errors import ModelUnavailable
from index.types import Span
from rag.spans import TokenScores
from rag.windows import Piece, cut, place_scores

__all__ = ["TransformersSpanModel"]

_TOKENS = 512


class TransformersSpanModel:
    """A model by path or hub name; importing this costs seconds, so only naming such a reader does."""

    def __init__(self, name: str, threads: int) -> None:
        import torch
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        torch.set_num_threads(threads)
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(name)
            self._model, info = AutoModelForQuestionAnswering.from_pretrained(name, output_loading_info=True)
        except (OSError, ValueError, KeyError) as error:
            raise ModelUnavailable(
                f"{name}: this reader cannot be loaded ({error}); name a folder with a transformers "
                "question-answering model, or, online, a model of the hub."
            ) from error
        if info["missing_keys"]:
            raise ModelUnavailable(
                f"{name}: this model was not trained to mark answers (it has no {min(info['missing_keys'])}); name a "
                "question-answering model."
            )
        if not self._tokenizer.is_fast:
            raise ModelUnavailable(f"{name}: this reader's tokenizer does not know where tokens stand; name another.")
        self._model.eval()

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[tuple[TokenScores, ...]]:
        """The windows of each (title, text), each read alone: padding is not masked alike by all models."""
        return [tuple(self._piece(question, piece) for piece in group) for group in cut(passages, self._token_spans)]

    def _token_spans(self, text: str) -> list[Span]:
        offsets = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
        return [Span(start, end) for start, end in offsets if start < end]

    def _piece(self, question: str, piece: Piece) -> TokenScores:
        import torch

        encoding = self._tokenizer(
            question,
            piece.head + piece.text,
            truncation=True,
            max_length=_TOKENS,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets = encoding.pop("offset_mapping")[0].tolist()
        with torch.inference_mode():
            output = self._model(**encoding)
        logits = torch.stack([output.start_logits[0], output.end_logits[0]], dim=1).float().numpy()
        return place_scores(piece, encoding.sequence_ids(0), offsets, np.asarray(logits, np.float32))
