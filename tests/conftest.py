"""The real things that many tests use: the built-in model and an index of the seeds, made once a session."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from index.embedding import Embedder, load_embedder
from index.sync import synchronise
from rag.assistant import Assistant
from rag.config import Config
from rag.factory import build_assistant
from tests.ui.browser import chromium, find_chromium

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return load_embedder()


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    directory = tmp_path_factory.mktemp("seeds") / "index"
    synchronise(directory, [SEEDS], embedder)
    return directory


@pytest.fixture(scope="session")
def assistant(seeds_index: Path, embedder: Embedder) -> Assistant:
    return build_assistant(Config(seeds_index), embedder)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        reason = "chromium is not installed (apt install chromium), or name one in AVOTS_CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with chromium(executable) as launched:
        yield launched
