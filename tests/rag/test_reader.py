import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from index.store import PassageIndex
from index.sync import synchronise
from index.types import Hit, Span
from rag.answers import decision_features
from rag.query import Query, prepare_query
from rag.reader import READ_FIRST, SentenceReader, shipped_parameters
from rag.retriever import retrieve
from rag.spans import TokenScores
from tests.index.examples import HashEmbedder, write_sources

# Two passages share the sentence "Delegācija ..." because neighbours overlap by one sentence.
PADDING = "Šis ir ļoti garš ievads, kas neko daudz nepasaka un tikai aizņem vietu lappusē starp citām lietām. " * 4
TEXTS = {
    "a.txt": f"{PADDING}Delegācija viesojās Liepājā 28. augustā.\n{PADDING}",
    "b.txt": "Tilts Rīgā ir slēgts. Tiltu vērs 2019. gadā. Delegācija Liepājā nebija.",
}
WEIGHTS = {"hit": 2.0, "coverage": 1.5, "cosine": -0.5, "nothing of the kind": 7.0}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PassageIndex]:
    folder = tmp_path_factory.mktemp("reader")
    synchronise(folder / "index", [write_sources(folder / "texts", TEXTS)], HashEmbedder())
    index = PassageIndex.open(folder / "index")
    yield index
    index.close()


@pytest.fixture
def query(index: PassageIndex) -> Query:
    return prepare_query("Kad delegācija viesojās Liepājā?", index, ["lv"], HashEmbedder())


@pytest.fixture
def hits(index: PassageIndex, query: Query) -> list[Hit]:
    return retrieve(query, index, 10)


def test_every_sentence_is_proposed_once_from_its_better_passage(
    index: PassageIndex, query: Query, hits: list[Hit]
) -> None:
    evidence = SentenceReader(index, WEIGHTS).read(query, hits)
    places = [(item.hit.document.id, item.sentence) for item in evidence]
    assert sorted(places) == sorted({(hit.document.id, span) for hit in hits for span in hit.chunk.sentences})
    for item in evidence:
        holders = [hit for hit in hits if hit.document == item.hit.document and item.sentence in hit.chunk.sentences]
        assert item.hit == holders[0]
    assert any(
        sum(item.hit.document == hit.document and item.sentence in hit.chunk.sentences for hit in hits) == 2
        for item in evidence
    )


def test_evidence_is_best_first_and_scored_by_the_weights(index: PassageIndex, query: Query, hits: list[Hit]) -> None:
    evidence = SentenceReader(index, WEIGHTS).read(query, hits)
    assert [item.score for item in evidence] == sorted((item.score for item in evidence), reverse=True)
    for item in evidence:
        known = {name: weight for name, weight in WEIGHTS.items() if name in item.features}
        assert item.score == pytest.approx(sum(weight * item.features[name] for name, weight in known.items()))


def test_features_of_one_sentence_by_hand(index: PassageIndex, query: Query, hits: list[Hit]) -> None:
    by_text = {
        item.sentence.of(item.hit.document.text): item for item in SentenceReader(index, WEIGHTS).read(query, hits)
    }
    item = by_text["Tiltu vērs 2019. gadā."]
    last = by_text["Delegācija Liepājā nebija."]
    delegation, visited, liepaja = query.weights
    vector = HashEmbedder().embed_queries(["Tiltu vērs 2019. gadā."])[0].astype(np.float16).astype(np.float32)
    assert item.features["hit"] == item.hit.score
    assert item.features["cosine"] == pytest.approx(float(vector @ query.vector), abs=1e-5)
    assert item.features["coverage"] == 0.0
    assert item.features["coverage_around"] == pytest.approx((delegation + liepaja) / sum(query.weights))
    assert item.features["rarest_missing"] == pytest.approx(max(query.weights) / sum(query.weights))
    assert item.features["length"] == pytest.approx(math.log(1 + 4))
    assert (item.features["new_date"], item.features["lacks_date"], item.features["new_number"]) == (1.0, 0.0, 0.0)
    assert last.features["coverage"] == pytest.approx((delegation + liepaja) / sum(query.weights))
    assert last.features["rarest_missing"] == pytest.approx(visited / sum(query.weights))
    assert (last.features["new_date"], last.features["lacks_date"]) == (0.0, 1.0)
    assert by_text["Tilts Rīgā ir slēgts."].features["opens_document"] == 1.0
    assert max(each.features["hit_below_best"] for each in by_text.values()) == 0.0


def test_a_certain_short_answer_stands_inside_its_sentence(index: PassageIndex, query: Query, hits: list[Hit]) -> None:
    for item in SentenceReader(index, WEIGHTS).read(query, hits):
        if item.short is not None:
            assert item.sentence.contains(item.short)
    (dated,) = [
        item
        for item in SentenceReader(index, WEIGHTS).read(query, hits)
        if item.sentence.of(item.hit.document.text).startswith("Delegācija viesojās")
    ]
    assert dated.short is not None
    assert dated.short.of(dated.hit.document.text) == "28. augustā"


def test_what_the_question_says_itself_is_no_answer(index: PassageIndex) -> None:
    query = prepare_query("Kad bija 28. augusts, kad delegācija viesojās 28. augustā?", index, ["lv"], HashEmbedder())
    evidence = SentenceReader(index, WEIGHTS).read(query, retrieve(query, index, 10))
    (dated,) = [item for item in evidence if item.sentence.of(item.hit.document.text).startswith("Delegācija viesojās")]
    assert dated.short is None


class Counted:
    """A span model that finds a span of ``score`` in every passage, and counts the passages."""

    def __init__(self, score: float) -> None:
        self.read, self._half = 0, np.array([score / 2], np.float32)

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[tuple[TokenScores, ...]]:
        self.read += len(passages)
        return [(TokenScores(np.array([[0, 6]]), self._half, self._half),) for _ in passages]


@pytest.mark.parametrize(
    ("question", "score", "read_all"),
    [
        ("Kas viesojās Liepājā?", 12.0, False),
        ("Kas viesojās Liepājā?", 11.9, True),
        ("Kad viesojās Liepājā?", 12.0, True),  # another document may give another date
    ],
)
def test_when_the_first_passages_are_certain_the_others_are_not_read(
    index: PassageIndex, question: str, score: float, read_all: bool
) -> None:
    query = prepare_query(question, index, ["lv"], HashEmbedder())
    same = [hit for hit in retrieve(query, index, 10) if hit.document.id.endswith("a.txt")]
    hits = (same * READ_FIRST)[:READ_FIRST]
    other = next(hit for hit in retrieve(query, index, 10) if hit.document.id.endswith("b.txt"))
    model = Counted(score)
    evidence = SentenceReader(index, WEIGHTS, model, certain=12.0).read(query, [*hits[:READ_FIRST], other])
    assert model.read == (READ_FIRST + 1 if read_all else READ_FIRST)
    assert any(item.hit == other for item in evidence) == read_all


@pytest.mark.parametrize(("score", "marked"), [(1.0, True), (-3.9, True), (-4.1, False)])
def test_a_span_far_below_no_answer_is_not_the_short_answer(
    index: PassageIndex, query: Query, hits: list[Hit], score: float, marked: bool
) -> None:
    evidence = SentenceReader(index, WEIGHTS, Counted(score)).read(query, hits)
    spans = [item for item in evidence if item.features["span"] > -30.0]
    assert spans
    assert all((item.short is not None) == marked for item in spans)


@pytest.mark.parametrize(("question", "has_form"), [("Kurā gadā vērs tiltu?", 0.0), ("Kurš ir slēgts?", None)])
def test_a_span_without_the_form_that_is_asked_for_lacks_it(
    index: PassageIndex, question: str, has_form: float | None
) -> None:
    """The model marks "Tilts " in the first sentence, which is no year, and nothing in the others."""
    query = prepare_query(question, index, ["lv"], HashEmbedder())
    hits = [hit for hit in retrieve(query, index, 10) if hit.document.id.endswith("b.txt")]
    evidence = SentenceReader(index, WEIGHTS, Counted(1.0)).read(query, hits)
    assert len(evidence) == 3
    for item in evidence:
        form = item.features["span_has_form"], item.features["span_lacks_form"]
        assert form == ((0.0, 0.0) if has_form is None else (has_form, 1.0))


def test_without_hits_there_is_no_evidence(index: PassageIndex, query: Query) -> None:
    assert SentenceReader(index, WEIGHTS).read(query, []) == []


def test_decision_features_compare_the_best_evidence_with_the_rest(
    index: PassageIndex, query: Query, hits: list[Hit]
) -> None:
    evidence = SentenceReader(index, WEIGHTS).read(query, hits)
    found = decision_features(query, hits, evidence)
    others = [item.score for item in evidence if item.hit.document != evidence[0].hit.document]
    assert found["margin"] == evidence[0].score - evidence[1].score
    assert found["margin_document"] == evidence[0].score - others[0]
    assert found["hit_margin"] == hits[0].score - hits[-1].score
    assert found["top_hit"] == float(evidence[0].hit.passage == hits[0].passage)
    assert (found["same_language"], found["terms"], found["crossing_hit"]) == (1.0, pytest.approx(math.log(4)), 0.0)
    alone = decision_features(query, hits, evidence[:1])
    assert (alone["margin"], alone["margin_document"]) == (0.0, 0.0)


def test_shipped_weights_name_features_that_exist(index: PassageIndex, query: Query, hits: list[Hit]) -> None:
    shipped = shipped_parameters(with_spans=False)
    evidence = SentenceReader(index, shipped["sentence"]).read(query, hits)
    assert set(shipped["sentence"]) <= set(evidence[0].features)
    assert set(shipped["decision"]["weights"]) <= set(decision_features(query, hits, evidence))
    assert 0.0 < shipped["decision"]["threshold"] < 1.0


def test_sentences_are_places_in_the_document(index: PassageIndex, query: Query, hits: list[Hit]) -> None:
    for item in SentenceReader(index, WEIGHTS).read(query, hits):
        text = item.hit.document.text
        assert Span(0, len(text)).contains(item.sentence)
        assert item.sentence.of(text) == item.sentence.of(text).strip()


class Growing:
    """A span model that finds a better span in each further passage, always in its whole text."""

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[tuple[TokenScores, ...]]:
        return [
            (TokenScores(np.array([[0, len(text)], [0, 1]]), each, each),)
            for number, (_, text) in enumerate(passages)
            for each in [np.array([0.0, 1.0 + number], np.float32)]
        ]


def test_a_sentence_in_two_passages_has_the_best_span_of_both(
    index: PassageIndex, query: Query, hits: list[Hit]
) -> None:
    """Both passages begin with the sentence, the model marks the first character of each, the second higher."""
    hit = next(hit for hit in hits if hit.document.id.endswith("b.txt"))
    (first, *_) = SentenceReader(index, {"span": 1.0}, Growing()).read(query, [hit, hit])
    assert (first.short, first.features["span"]) == (Span(0, 1), 4.0)
