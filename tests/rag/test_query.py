import math
from collections.abc import Iterator

import numpy as np
import pytest

from index.language import stem
from index.store import PassageIndex
from index.sync import synchronise
from rag.answer_types import AnswerType
from rag.query import prepare_query
from tests.index.examples import HashEmbedder, write_sources

TEXTS = {
    "a.txt": "Azerbaidžānas delegācija viesojās Liepājā. Delegācija tikās ar mēru Liepājā.",
    "b.txt": "Kāpēc tilts ir slēgts? Tiltu slēdza remonta dēļ. Viņš tur bija Rīgā.",
    "c.txt": "Pēc tam delegācija devās mājup.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PassageIndex]:
    folder = tmp_path_factory.mktemp("query")
    synchronise(folder / "index", [write_sources(folder / "texts", TEXTS)], HashEmbedder())
    index = PassageIndex.open(folder / "index")
    yield index
    index.close()


def text_of(question: str, index: PassageIndex) -> str:
    return prepare_query(question, index, ["lv"], HashEmbedder()).text


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        ("kad liepaja viesojas azerbaidzanas delegacija?", "kad Liepājā viesojās azerbaidžānas delegācija?"),
        ("Kad  Liepaja -- viesojas", "Kad  Liepājā -- viesojās"),
        ("kapec tilts slegts", "kāpēc tilts slēgts"),
        ("KAD LIEPAJA", "KAD Liepājā"),
        ("Kad eParaksts", "Kad eParaksts"),  # not in the documents: as typed
    ],
)
def test_diacritics_are_restored_as_the_documents_spell_them(index: PassageIndex, typed: str, restored: str) -> None:
    assert text_of(typed, index) == restored


def test_words_that_the_documents_do_not_have_are_spelled_as_latvian_does(index: PassageIndex) -> None:
    assert text_of("cik cilveku piedalijas liepaja", index) == "cik cilvēku piedalījās Liepājā"


def test_in_another_language_only_the_documents_say_how_a_word_is_spelled(index: PassageIndex) -> None:
    assert text_of("How many from Liepaja and Kapnu?", index) == "How many from Liepājā and Kapnu?"


@pytest.mark.parametrize("question", ["Kad Liepaja viesojās delegacija?", "Когда делегация была в Liepaja?"])
def test_a_question_that_has_diacritics_or_another_script_stands_as_typed(index: PassageIndex, question: str) -> None:
    assert text_of(question, index) == question


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        ("kad liepājā viesojās delegācija?", "kad Liepājā viesojās delegācija?"),
        ("kad Liepājā viesojās delegācija rīgā?", "kad Liepājā viesojās delegācija rīgā?"),
        ("kāpēc rigā", "kāpēc rigā"),
    ],
)
def test_names_get_their_capital_where_the_question_has_none(index: PassageIndex, typed: str, restored: str) -> None:
    assert text_of(typed, index) == restored


def test_function_words_of_other_languages_are_left_alone(index: PassageIndex) -> None:
    # "tur" is a Latvian word of the documents and "pec" looks like one; English "is" and "was" must stay.
    assert text_of("Why is the delegation of Liepaja so late?", index) == "Why is the delegation of Liepājā so late?"


def test_terms_are_the_content_words_once_each_in_the_stems_of_both_languages(index: PassageIndex) -> None:
    query = prepare_query("When did the delegation visit the delegation of Liepāja?", index, ["lv"], HashEmbedder())
    assert query.language == "en"
    assert query.terms == (
        frozenset({stem("delegation", "en"), stem("delegation", "lv")}),
        frozenset({stem("visit", "en"), stem("visit", "lv")}),
        frozenset({stem("Liepāja", "en"), stem("Liepāja", "lv")}),
    )


def test_russian_names_are_searched_as_latvian_spells_them(index: PassageIndex) -> None:
    query = prepare_query("Когда делегация посетила Лиепаю?", index, ["lv"], HashEmbedder())
    assert stem("Liepāja", "lv") in query.terms[-1]


def test_a_question_of_function_words_alone_is_searched_by_them(index: PassageIndex) -> None:
    assert prepare_query("Kas tas ir?", index, ["lv"], HashEmbedder()).terms == tuple(
        frozenset({stem(word, "lv")}) for word in ("kas", "tas", "ir")
    )


def test_weights_are_inverse_document_frequencies(index: PassageIndex) -> None:
    query = prepare_query("Kad delegācija viesojās ārzemēs?", index, ["lv"], HashEmbedder())
    # Of three passages two say "delegācija", one "viesojās", none "ārzemēs".
    expected = [math.log(1 + (3 - n + 0.5) / (n + 0.5)) for n in (2, 1, 0)]
    assert query.weights == pytest.approx(expected)


def test_coverage_is_the_covered_share_of_the_weights(index: PassageIndex) -> None:
    query = prepare_query("Kad delegācija viesojās?", index, ["lv"], HashEmbedder())
    delegation, visited = query.weights
    assert query.coverage(frozenset({stem("viesojās", "lv"), "cits"})) == pytest.approx(
        visited / (delegation + visited)
    )
    assert query.coverage(frozenset()) == 0.0
    assert query.coverage(frozenset().union(*query.terms)) == pytest.approx(1.0)


def test_vector_words_and_expected_kind_are_those_of_the_restored_text(index: PassageIndex) -> None:
    query = prepare_query("kad liepaja", index, ["lv"], HashEmbedder())
    assert np.array_equal(query.vector, HashEmbedder().embed_queries(["kad Liepājā"])[0])
    assert query.said == {"kad", "liepaja"}
    assert (query.question, query.expected) == ("kad liepaja", AnswerType.DATE)
