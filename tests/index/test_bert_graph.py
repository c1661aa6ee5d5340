import numpy as np
import onnxruntime
import pytest

from index.bert_graph import build_encoder

SIZES = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "vocab_size": 50,
    "max_position_embeddings": 24,
    "layer_norm_eps": 1e-12,
}
HIDDEN, LAYERS, HEADS, POSITIONS, EPS = 32, 2, 4, 24, 1e-12
State = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def state() -> State:
    """Random weights by the names of transformers' BertModel."""
    from transformers import BertConfig, BertModel

    random = np.random.default_rng(0)
    model = BertModel(BertConfig(**SIZES), add_pooling_layer=False)
    return {name: random.normal(0, 0.3, t.shape).astype(np.float32) for name, t in model.state_dict().items()}


def reference(state: State, ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The last hidden state that transformers' own BERT computes."""
    import torch
    from transformers import BertConfig, BertModel

    model = BertModel(BertConfig(**SIZES), add_pooling_layer=False).eval()
    model.load_state_dict({name: torch.from_numpy(values) for name, values in state.items()})
    with torch.no_grad():
        return model(torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).last_hidden_state.numpy()


def run(state: State, ids: np.ndarray, mask: np.ndarray, head: str = "embedding") -> np.ndarray:
    graph = build_encoder(state, LAYERS, HEADS, EPS, head).SerializeToString()
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    vectors = state["embeddings.word_embeddings.weight"][ids]
    return session.run(None, {"word_vectors": vectors, "attention_mask": mask})[0]


def random_ids(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, SIZES["vocab_size"], shape)


def test_an_embedding_is_the_mean_of_the_tokens_that_transformers_computes_at_unit_length(state: State) -> None:
    ids = random_ids(1, 4, POSITIONS)
    mask = (np.arange(POSITIONS) < np.array([[POSITIONS], [1], [7], [15]])).astype(np.int64)
    pooled = (reference(state, ids, mask) * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    expected = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
    np.testing.assert_allclose(run(state, ids, mask), expected, atol=2e-5)


def test_span_logits_are_a_linear_layer_over_the_tokens(state: State) -> None:
    random = np.random.default_rng(2)
    head = {
        "span.weight": random.normal(size=(2, HIDDEN)).astype(np.float32),
        "span.bias": random.normal(size=2).astype(np.float32),
    }
    ids = random_ids(3, 3, 11)
    expected = reference(state, ids, np.ones_like(ids)) @ head["span.weight"].T + head["span.bias"]
    np.testing.assert_allclose(run(state | head, ids, np.ones_like(ids), "span"), expected, atol=2e-4)


def test_what_the_mask_hides_changes_nothing(state: State) -> None:
    ids, other = random_ids(4, 1, 10), random_ids(5, 1, 10)
    other[:, :6] = ids[:, :6]
    mask = (np.arange(10) < 6).astype(np.int64)[None]
    np.testing.assert_allclose(run(state, ids, mask), run(state, other, mask), atol=1e-6)
    np.testing.assert_allclose(run(state, ids, mask), run(state, ids[:, :6], mask[:, :6]), atol=1e-6)
