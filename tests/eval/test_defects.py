"""Defects are injected into the real assistant where they would arise. The gate must stop each of them, and by the
metric that names it: then a red evaluation says where to look."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from eval.errors import BaselineError, GoldError
from eval.gate import Baseline, broken_promises, drops, read_baseline, update_baseline
from eval.gold import GoldFile, read_gold_file
from index.embedding import Embedder
from index.store import PassageIndex
from index.sync import synchronise
from rag import factory, retriever
from rag.assistant import Assistant
from rag.config import SENTENCE, Config
from rag.factory import build_assistant
from tests.conftest import SEEDS
from tests.eval.defects import (
    ReaderOff,
    ShortAnswersShifted,
    documents_of,
    failing_metrics,
    forget_passages,
    insert_line_into_texts,
    measure,
    shuffle_vectors,
    take_offsets_for_bytes,
)

# Of the development part: nothing here reads the questions that the published figures come from.
GOLD = Path(__file__).parents[2] / "eval" / "gold" / "seeds.dev.jsonl"
ALUKSNE = "000_7559c3ecbe752e6a.txt"
RETRIEVAL = {"recall@1", "recall@5", "recall@10", "ndcg@10"}
SHORT_ANSWERS = {"short_em", "short_f1"}
PROMISES = {"verbatim", "uncited_refusals"}


def build(directory: Path, embedder: Embedder, min_confidence: float | None = None) -> Assistant:
    """With the reader that needs no neural model, because every defect shows with it as well."""
    return build_assistant(Config(directory, reader=SENTENCE, min_confidence=min_confidence), embedder)


@pytest.fixture(scope="module")
def undamaged(seeds_index: Path, embedder: Embedder) -> Assistant:
    return build(seeds_index, embedder)


@pytest.fixture(scope="module")
def gold(undamaged: Assistant) -> GoldFile:
    return read_gold_file(GOLD, documents_of(undamaged))


@pytest.fixture(scope="module")
def baseline(undamaged: Assistant, gold: GoldFile, tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    path = tmp_path_factory.mktemp("gate") / "baseline.json"
    update_baseline([measure(undamaged, gold)], path)
    return read_baseline(path)


@pytest.fixture
def directory(seeds_index: Path, tmp_path: Path) -> Path:
    """A copy of the index, to damage."""
    return Path(shutil.copytree(seeds_index, tmp_path / "index"))


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A copy of the documents, to change."""
    return Path(shutil.copytree(SEEDS, tmp_path / SEEDS.name))


def test_nothing_is_worse_when_nothing_is_damaged(
    directory: Path, embedder: Embedder, gold: GoldFile, baseline: Baseline
) -> None:
    assert failing_metrics(measure(build(directory, embedder), gold), baseline) == set()


def test_shifted_sentences_lower_the_right_answers(
    directory: Path, embedder: Embedder, gold: GoldFile, baseline: Baseline
) -> None:
    take_offsets_for_bytes(directory)
    failing = failing_metrics(measure(build(directory, embedder), gold), baseline)
    assert failing >= {"answer_right", "any_citation_right"}
    # What is quoted from the wrong place is still quoted word for word: that promise cannot see it.
    assert not failing & PROMISES


def test_citations_that_point_one_character_aside_break_the_promise_of_verbatim_quotes(
    directory: Path, embedder: Embedder, gold: GoldFile, baseline: Baseline
) -> None:
    assistant = build(directory, embedder)  # goes on reading the texts as they were when it was opened
    insert_line_into_texts(directory)
    result = measure(assistant, gold, PassageIndex.open(directory).document)
    assert [change.metric for change in broken_promises([result])] == ["verbatim"]
    assert failing_metrics(result, baseline) == {"verbatim"}


def test_shifted_short_answers_lower_the_exact_matches_and_nothing_else(
    seeds_index: Path, embedder: Embedder, gold: GoldFile, baseline: Baseline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(factory, "SentenceReader", ShortAnswersShifted)
    assert failing_metrics(measure(build(seeds_index, embedder), gold), baseline) == SHORT_ANSWERS


def test_shuffled_vectors_lower_the_recall(
    directory: Path, embedder: Embedder, gold: GoldFile, baseline: Baseline
) -> None:
    shuffle_vectors(directory)
    failing = failing_metrics(measure(build(directory, embedder), gold), baseline)
    assert failing >= RETRIEVAL
    assert not failing & PROMISES


def test_retrieval_without_the_lexical_side_lowers_the_ranks(
    seeds_index: Path, embedder: Embedder, gold: GoldFile, baseline: Baseline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retriever, "LEXICAL_WEIGHT", 0.0)
    failing = failing_metrics(measure(build(seeds_index, embedder), gold), baseline)
    assert failing >= {"recall@1", "ndcg@10"}
    assert not failing & PROMISES


def test_a_reader_that_is_off_lowers_the_right_answers_and_leaves_the_recall(
    seeds_index: Path, embedder: Embedder, gold: GoldFile, baseline: Baseline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(factory, "SentenceReader", ReaderOff)
    failing = failing_metrics(measure(build(seeds_index, embedder), gold), baseline)
    assert failing >= {"answer_right", "any_citation_right"} | SHORT_ANSWERS
    assert not failing & (RETRIEVAL | PROMISES)


def test_always_answering_is_seen_by_the_refusals_alone(
    seeds_index: Path, embedder: Embedder, gold: GoldFile, baseline: Baseline
) -> None:
    result = measure(build(seeds_index, embedder, min_confidence=0.0), gold)
    assert result["metrics"]["all"]["refusal_recall"] == 0.0
    # Without any refusal two of the metrics have no value, which the gate takes for worse.
    assert failing_metrics(result, baseline) == {"refusal_recall", "refusal_precision", "uncited_refusals"}


def test_never_answering_is_seen_by_the_wrong_refusals(
    seeds_index: Path, embedder: Embedder, gold: GoldFile, baseline: Baseline
) -> None:
    result = measure(build(seeds_index, embedder, min_confidence=1.0), gold)
    assert result["metrics"]["all"]["wrongly_refused"] == 1.0
    failing = failing_metrics(result, baseline)
    assert failing >= {"wrongly_refused", "answer_right"}
    assert not failing & RETRIEVAL


def test_a_stale_index_that_lists_a_document_without_its_passages_lowers_the_recall(
    directory: Path, embedder: Embedder, gold: GoldFile, baseline: Baseline
) -> None:
    forget_passages(directory, ALUKSNE)
    failing = failing_metrics(measure(build(directory, embedder), gold), baseline)
    assert failing >= {"recall@5", "recall@10"}
    assert not failing & PROMISES


def test_a_stale_index_that_lacks_a_document_does_not_fit_the_gold(
    directory: Path, sources: Path, embedder: Embedder
) -> None:
    (sources / ALUKSNE).unlink()
    synchronise(directory, [sources], embedder)
    with pytest.raises(GoldError, match=f"there is no document '{ALUKSNE}'"):
        read_gold_file(GOLD, documents_of(build(directory, embedder)))


def test_a_stale_index_of_a_shorter_text_does_not_fit_the_gold(
    directory: Path, sources: Path, embedder: Embedder
) -> None:
    replace_in(sources / ALUKSNE, "Trešdien, 8.jūnijā", "8.jūnijā")
    synchronise(directory, [sources], embedder)
    with pytest.raises(GoldError, match=f"{ALUKSNE} begins or ends .* as if it were counted in another text"):
        read_gold_file(GOLD, documents_of(build(directory, embedder)))


def test_a_stale_index_that_fits_the_gold_is_not_that_of_the_baseline(
    directory: Path, sources: Path, embedder: Embedder, baseline: Baseline
) -> None:
    replace_in(sources / ALUKSNE, "1960. gadā", "1961. gadā")
    synchronise(directory, [sources], embedder)
    stale = build(directory, embedder)
    fitting = read_gold_file(GOLD, documents_of(stale))
    result = measure(stale, replace(fitting, questions=fitting.questions[:1]))
    with pytest.raises(BaselineError, match=r"the documents of seeds\.dev are not those of the baseline"):
        drops([result], baseline, ["dev"])


def replace_in(path: Path, words: str, others: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert words in text
    path.write_text(text.replace(words, others), encoding="utf-8")
