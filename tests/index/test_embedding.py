import subprocess
import sys
from pathlib import Path

from index.embedding import Embedder, load_embedder

HEAVY = "torch sentence_transformers transformers gradio onnx safetensors huggingface_hub"


def test_the_built_in_model_is_the_default(embedder: Embedder) -> None:
    assert embedder.name is None
    assert embedder.dimension == 384
    assert load_embedder().identity == embedder.identity


def test_the_built_in_model_is_loaded_without_the_heavy_packages(embedder: Embedder) -> None:
    code = (
        "import sys; from index.embedding import load_embedder; load_embedder().embed_queries(['Kad?']);"
        f"print(*sorted(set({HEAVY.split()!r}) & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
