from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer, BertConfig, BertForQuestionAnswering

from index import model
from index.errors import ModelUnavailable
from index.types import Span
from rag.factory import load_span_model
from rag.windows import WINDOW
from tests.index.weights import tiny_weights

QUESTION, TITLE, TEXT = "kad tas bija", "ziņas", "tas bija otrdien rīgā"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny encoder with a tokenizer, and no head."""
    monkeypatch.setenv("AVOTS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "weights.bin").write_bytes(tiny_weights())
    return model.prepare(tmp_path / "weights.bin").rename(tmp_path / "tiny")


@pytest.fixture
def reader(folder: Path) -> Path:
    """The same with a random head."""
    torch.manual_seed(1)
    BertForQuestionAnswering(BertConfig.from_pretrained(folder)).save_pretrained(folder)
    return folder


def test_scores_are_the_models_logits_less_those_of_no_answer(reader: Path) -> None:
    (scores,) = load_span_model(str(reader), 1).score(QUESTION, [(TITLE, TEXT)])[0]

    tokenizer = AutoTokenizer.from_pretrained(reader)
    with torch.inference_mode():
        output = AutoModelForQuestionAnswering.from_pretrained(reader)(
            **tokenizer(QUESTION, f"{TITLE}\n{TEXT}", return_tensors="pt")
        )
    start, end = (logits[0].numpy() - float(logits[0, 0]) for logits in (output.start_logits, output.end_logits))
    tokens = len(scores.start)  # the passage's are the last ones, but for the closing token
    np.testing.assert_allclose(scores.start, start[-tokens - 1 : -1], atol=1e-5)
    np.testing.assert_allclose(scores.end, end[-tokens - 1 : -1], atol=1e-5)
    assert scores.offsets[0].tolist()[0] == 0
    assert scores.offsets[-1].tolist()[1] == len(TEXT)


def test_a_long_passage_is_read_whole_in_windows(reader: Path) -> None:
    text = " ".join([TEXT] * WINDOW)
    windows = load_span_model(str(reader), 1).score(QUESTION, [("", text)])[0]

    assert len(windows) > 1
    assert windows[0].offsets[0, 0] == 0
    assert windows[-1].offsets[-1, 1] == len(text)
    for before, after in pairwise(windows):
        assert after.offsets[0, 0] < before.offsets[-1, 1]
    assert all(not Span(start, end).of(text)[0].isspace() for start, end in windows[1].offsets.tolist())


def test_a_model_without_a_trained_head_is_refused(folder: Path) -> None:
    with pytest.raises(ModelUnavailable, match="was not trained to mark answers"):
        load_span_model(str(folder), 1)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="this reader cannot be loaded"):
        load_span_model(str(tmp_path), 1)
