import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession

from index import model as built_in
from index.embedding import Embedder
from index.errors import ModelDamaged
from index.onnx_runtime import OnnxEmbedder, quantise
from tests.index.texts import TEXTS

LONG = "Šis teksts ir daudz garāks nekā modelis spēj izlasīt. " * 100


def test_vectors_are_float32_of_unit_length(embedder: Embedder) -> None:
    vectors = embedder.embed_passages([*TEXTS, "", LONG])
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS) + 2, embedder.dimension)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_a_batch_of_mixed_lengths_equals_one_by_one_in_the_given_order(embedder: Embedder) -> None:
    texts = [*TEXTS[:5], LONG[:900], *TEXTS[5:]]  # more than one batch, not in order of length
    batch = embedder.embed_passages(texts)
    single = np.concatenate([embedder.embed_passages([text]) for text in texts])
    # Activations are quantised by the largest of the batch, so company shifts a vector a little.
    assert (batch * single).sum(axis=1).min() > 0.99
    assert (batch @ single.T).argmax(axis=1).tolist() == list(range(len(texts)))


def test_a_text_beyond_512_tokens_is_embedded_by_its_beginning(embedder: Embedder) -> None:
    one, other = embedder.embed_passages([LONG]), embedder.embed_passages([LONG + "Pavisam citas beigas."])
    assert np.array_equal(one, other)


def test_questions_and_passages_have_prefixes_of_their_own(embedder: Embedder) -> None:
    question, passage = embedder.embed_queries(["Rīga"])[0], embedder.embed_passages(["Rīga"])[0]
    assert not np.allclose(question, passage)
    assert np.array_equal(question, embedder.embed_queries(["Rīga"])[0]), "the same text gives the same vector"


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_queries([]).shape == (0, embedder.dimension)


def test_a_question_is_nearest_to_its_answer_in_every_language(embedder: Embedder) -> None:
    passages = [TEXTS[1], "Hokeja komanda zaudēja spēli ar rezultātu 2:3.", "Bibliotēkas darba laiks vasarā mainās."]
    questions = [TEXTS[place] for place in (0, 3, 4, 5, 6, 7)]
    scores = embedder.embed_queries(questions) @ embedder.embed_passages(passages).T
    assert scores.argmax(axis=1).tolist() == [0] * len(questions)


def test_a_product_with_outlying_activations_keeps_the_small_ones(tmp_path: Path) -> None:
    draw = np.random.default_rng(1)
    matrix = draw.normal(size=(256, 8)).astype(np.float32)
    activations = draw.normal(size=(3, 256)).astype(np.float32)
    activations[0, 7] = 5000.0
    wanted = activations[1:] @ matrix

    def error(*outlying: str) -> float:
        target = tmp_path / f"{len(outlying)}.onnx"
        quantise(_product(matrix), target, outlying)
        found = InferenceSession(str(target)).run(None, {"x": activations})[0]
        return float(np.abs(found[1:] - wanted).max())

    assert error("product") < 1.0 < 20.0 < error()


def _product(matrix: NDArray[np.float32]) -> onnx.ModelProto:
    rows, columns = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [3, width])
        for name, width in zip(("x", "y"), matrix.shape, strict=True)
    )
    node = helper.make_node("MatMul", ["x", "matrix"], ["y"], name="product")
    graph = helper.make_graph([node], "product", [rows], [columns], [numpy_helper.from_array(matrix, "matrix")])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


@pytest.mark.parametrize("text", ["<pad>", "<s></s><pad><pad>", "\0", "🎉"])
def test_odd_texts_have_vectors_too(embedder: Embedder, text: str) -> None:
    assert np.isfinite(embedder.embed_queries([text])).all()


@pytest.mark.parametrize(
    "name", ["onnx/model_int8.onnx", "onnx/words_int8.npy", "onnx/words_scale.npy", "tokenizer.json"]
)
def test_a_damaged_file_of_the_right_size_is_named(embedder: Embedder, tmp_path: Path, name: str) -> None:
    prepared = built_in.load()
    for file in (prepared.graph, prepared.words, prepared.word_scales, prepared.tokenizer):
        copy = tmp_path / file.relative_to(prepared.directory)
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(file, copy)
    damaged = tmp_path / name
    damaged.write_bytes(bytes(damaged.stat().st_size))
    with pytest.raises(ModelDamaged, match="cannot be loaded; run `avots model prepare --force`") as caught:
        OnnxEmbedder(built_in.PreparedModel(tmp_path, prepared.identity), 1)
    assert str(damaged) in str(caught.value)
