import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.language import stems
from index.store import PassageIndex
from index.sync import synchronise
from rag.query import Query, prepare_query
from rag.retriever import LEXICAL_WEIGHT, retrieve
from tests.index.examples import HashEmbedder, write_sources

TEXTS = {
    "a.txt": "Azerbaidžānas delegācija viesojās Liepājā.",
    "b.txt": "Liepājā slēgts tilts, un Liepājā līst.",
    "c.txt": "Delegācija devās mājup.",
    "d.txt": "Pavisam cits teksts par hokeju.",
}
QUESTION = "Kad Liepājā viesojās delegācija?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PassageIndex]:
    folder = tmp_path_factory.mktemp("retriever")
    synchronise(folder / "index", [write_sources(folder / "texts", TEXTS)], HashEmbedder())
    index = PassageIndex.open(folder / "index")
    yield index
    index.close()


@pytest.fixture
def query(index: PassageIndex) -> Query:
    return prepare_query(QUESTION, index, ["lv"], HashEmbedder())


def bm25(title: str, text: str, terms: tuple[frozenset[str], ...], passages: list[list[str]]) -> float:
    """BM25 (k1 1.2, b 0.75) of the passage, whose title is matched with it."""
    said, average, score = stems(f"{title} {text}", "lv"), sum(map(len, passages)) / len(passages), 0.0
    for term in terms:
        holders = sum(not term.isdisjoint(passage) for passage in passages)
        count = sum(word in term for word in said)
        idf = math.log(1 + (len(passages) - holders + 0.5) / (holders + 0.5))
        score += idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * len(said) / average))
    return score


def test_the_score_is_the_cosine_plus_the_share_of_bm25s_ceiling(index: PassageIndex, query: Query) -> None:
    titles = {summary.id: summary.title for summary in index.documents()}
    passages = [stems(f"{titles[id_]} {text}", "lv") for id_, text in TEXTS.items()]
    ceiling = 2.2 * sum(query.weights)
    expected = {}
    for id_, text in TEXTS.items():
        context = text if text.startswith(titles[id_]) else f"{titles[id_]}\n{text}"
        cosine = float(HashEmbedder().embed_queries([context])[0] @ query.vector)
        expected[id_] = cosine + LEXICAL_WEIGHT * bm25(titles[id_], text, query.terms, passages) / ceiling
    hits = retrieve(query, index, 10)
    assert {hit.document.id: hit.score for hit in hits} == pytest.approx(expected, rel=1e-4)
    assert [hit.document.id for hit in hits] == sorted(expected, key=lambda id_: -expected[id_])


def test_hits_name_their_stage_their_passage_and_their_place(index: PassageIndex, query: Query) -> None:
    for hit in retrieve(query, index, 10):
        assert hit.stage == "fusion"
        assert hit.text == TEXTS[hit.document.id]
        assert index.passages([hit.passage])[hit.passage].chunk == hit.chunk


@pytest.mark.parametrize("k", [1, 2, 4])
def test_the_k_best_are_the_first_of_all(index: PassageIndex, query: Query, k: int) -> None:
    assert retrieve(query, index, k) == retrieve(query, index, 10)[:k]


def test_a_question_whose_words_stand_nowhere_goes_by_its_vector(index: PassageIndex) -> None:
    query = prepare_query("Xyzzy?", index, ["lv"], HashEmbedder())
    scores = [hit.score for hit in retrieve(query, index, 10)]
    assert scores == pytest.approx(sorted(index.nearest(query.vector, 10).values(), reverse=True))


def test_equal_scores_go_by_the_passage_number(tmp_path: Path) -> None:
    texts = write_sources(tmp_path / "texts", {f"{n}.txt": "Viens un tas pats teksts." for n in range(5)})
    synchronise(tmp_path / "index", [texts], HashEmbedder())
    index = PassageIndex.open(tmp_path / "index")
    hits = retrieve(prepare_query("Kas tas ir?", index, ["lv"], HashEmbedder()), index, 5)
    assert [hit.document.id for hit in hits] == ["0.txt", "1.txt", "2.txt", "3.txt", "4.txt"]
    index.close()
