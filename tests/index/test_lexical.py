import math
from pathlib import Path

import pytest

from index.lexical import LexicalIndex, Term

# Passage id -> stems. Ids are not positions, as in a database from which rows were deleted.
PASSAGES = {
    11: "liepaj deleg liepaj",
    7: "deleg rig",
    30: "rig rig rig valk projek",
    4: "budzet projek gad budzet",
    25: "gad",
}


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    LexicalIndex.build(PASSAGES.items(), tmp_path / "words")
    return LexicalIndex(tmp_path / "words")


def terms(*stems: str) -> list[Term]:
    return [frozenset({stem}) for stem in stems]


def bm25(stems: list[str]) -> dict[int, float]:
    """Robertson and Zaragoza 2009 with Lucene's idf, written out: k1 = 1.2, b = 0.75."""
    texts = {id_: text.split() for id_, text in PASSAGES.items()}
    average = sum(map(len, texts.values())) / len(texts)
    scores: dict[int, float] = {}
    for stem in stems:
        holders = sum(stem in text for text in texts.values())
        idf = math.log(1 + (len(texts) - holders + 0.5) / (holders + 0.5))
        for id_, text in texts.items():
            if count := text.count(stem):
                length = 1.2 * (1 - 0.75 + 0.75 * len(text) / average)
                scores[id_] = scores.get(id_, 0.0) + idf * count * 2.2 / (count + length)
    return scores


def test_one_score_by_hand(index: LexicalIndex) -> None:
    # "liepaj" is in 1 of 5 passages: idf = ln(1 + 4.5 / 1.5) = ln 4; it stands twice among 3 stems, 3 is the average.
    assert index.match(terms("liepaj"), 10) == {11: pytest.approx(math.log(4) * 2 * 2.2 / (2 + 1.2), rel=1e-5)}


@pytest.mark.parametrize("query", [["deleg"], ["rig", "projek"], ["liepaj", "gad", "rig", "budzet"]])
def test_scores_are_bm25_best_first(index: LexicalIndex, query: list[str]) -> None:
    found = index.match(terms(*query), 10)
    expected = bm25(query)
    assert found == pytest.approx(expected, rel=1e-5)
    assert list(found) == sorted(expected, key=lambda id_: -expected[id_])


def test_only_the_k_best_are_returned(index: LexicalIndex) -> None:
    assert list(index.match(terms("rig", "deleg"), 1)) == [7]


def test_a_term_counts_once_by_its_best_stem(index: LexicalIndex) -> None:
    liepaja, delegation = bm25(["liepaj"]), bm25(["deleg"])
    found = index.match([frozenset({"liepaj", "deleg"})], 10)
    assert found == pytest.approx({11: max(liepaja[11], delegation[11]), 7: delegation[7]}, rel=1e-5)


@pytest.mark.parametrize("query", [[], terms("nekur"), terms("")])
def test_words_that_stand_nowhere_match_nothing(index: LexicalIndex, query: list[Term]) -> None:
    assert index.match(query, 10) == {}


@pytest.mark.parametrize("stem", ['"', "a:b", "AND", "-rig", "(", "rig*", "\\", "rig~"])
def test_stems_are_words_and_never_a_query_language(index: LexicalIndex, stem: str) -> None:
    assert index.match(terms(stem), 10) == {}


@pytest.mark.parametrize(
    ("term", "holders"),
    [({"gad"}, 2), ({"liepaj"}, 1), ({"nekur"}, 0), ({"deleg", "liepaj"}, 1), ({"deleg", "nekur"}, 2)],
)
def test_idf_is_that_of_the_rarest_stem_that_occurs(index: LexicalIndex, term: set[str], holders: int) -> None:
    assert index.idf(frozenset(term)) == pytest.approx(math.log(1 + (5 - holders + 0.5) / (holders + 0.5)))


def test_the_ceiling_is_what_endless_repetition_approaches(tmp_path: Path) -> None:
    # With no length penalty left (all passages equally long) 10,000 repetitions come within 0.02 % of it.
    LexicalIndex.build([(1, "rig " * 10_000), (2, "cits " * 10_000)], tmp_path / "words")
    index = LexicalIndex(tmp_path / "words")
    score, ceiling = index.match(terms("rig"), 1)[1], index.ceiling(terms("rig"))
    assert 0.9995 * ceiling < score < ceiling
    assert ceiling == pytest.approx(math.log(2) * 2.2)


@pytest.mark.parametrize("query", [["deleg"], ["rig", "projek"], ["liepaj", "gad", "rig", "budzet"]])
def test_no_score_reaches_the_ceiling(index: LexicalIndex, query: list[str]) -> None:
    assert max(index.match(terms(*query), 10).values()) < index.ceiling(terms(*query))


def test_its_length_is_the_number_of_passages(index: LexicalIndex, tmp_path: Path) -> None:
    LexicalIndex.build([], tmp_path / "none")
    assert (len(index), len(LexicalIndex(tmp_path / "none"))) == (5, 0)
