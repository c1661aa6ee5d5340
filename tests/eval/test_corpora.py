from pathlib import Path

import pytest

from eval.corpora import DISTRACTORS, SEEDS, search_documents, search_sources
from eval.distractors import corpus_sha256, index_key
from eval.errors import EvaluationError
from index.embedding import Embedder
from tests.eval.examples import DOCUMENTS, LIEPAJA, VALKA


def test_sources_are_indexed_and_can_be_asked(tmp_path: Path, embedder: Embedder) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / VALKA.id).write_text(VALKA.text, encoding="utf-8")
    searched = search_sources(sources, tmp_path / "index", embedder)
    assert (searched.corpus.name, searched.corpus.documents) == (SEEDS, 1)
    assert searched.documents[VALKA.id].text == VALKA.text
    assert searched.assistant.ask("Kad tika atklāts Valkas muzejs?").trace.hits


def test_a_source_that_cannot_be_indexed_stops_the_evaluation(tmp_path: Path, embedder: Embedder) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / VALKA.id).write_text(VALKA.text, encoding="utf-8")
    (sources / "binary.txt").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(EvaluationError, match=r"binary\.txt"):
        search_sources(sources, tmp_path / "index", embedder)


def test_an_index_of_the_same_documents_is_used_again(tmp_path: Path, embedder: Embedder) -> None:
    documents = list(DOCUMENTS.values())
    first = search_documents(documents, tmp_path, embedder)
    second = search_documents(documents, tmp_path, embedder)
    assert [path.name for path in tmp_path.iterdir()] == [index_key(documents, embedder.identity)]
    assert first.corpus == second.corpus
    assert (first.corpus.name, first.corpus.sha256) == (DISTRACTORS, corpus_sha256(documents))


def test_an_index_of_other_documents_is_another_one(tmp_path: Path, embedder: Embedder) -> None:
    search_documents([LIEPAJA, VALKA], tmp_path, embedder)
    alone = search_documents([VALKA], tmp_path, embedder)
    assert set(alone.documents) == {VALKA.id}
    assert len(list(tmp_path.iterdir())) == 2
