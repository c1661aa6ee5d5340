import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import IndexMismatch, IndexNotFound
from index.sync import store_documents, synchronise
from index.types import Document, Span
from rag.answers import Abstainer
from rag.assistant import LONGEST_QUESTION, Assistant
from rag.reader import SentenceReader
from rag.types import Answer, Refusal, Turn
from tests.index.examples import HashEmbedder, write_sources

FIRST = "Kad Liepājā viesojās Azerbaidžānas delegācija?"
QUESTIONS = [
    FIRST,
    "kad liepaja viesojas azerbaidzanas delegacija",
    "When did the delegation of Azerbaijan visit Liepāja?",
    "Cik maksā biļete uz Mēnesi?",
    "Когда в Лиепае была делегация Азербайджана?",
]
TEXTS = {"riga.txt": "Rīga ir pilsēta. Tilts tur uzcelts 1900. gadā.", "valka.txt": "Valka ir maza pilsēta."}
CALIBRATION = {"same_language": (1.0, 0.0), "cross_lingual": (1.0, 0.0)}
ALWAYS = Abstainer({"weights": {}, "bias": 5.0, "calibration": CALIBRATION, "threshold": 0.5})
NEVER = Abstainer({"weights": {}, "bias": -5.0, "calibration": CALIBRATION, "threshold": 0.5})


def small_assistant(directory: Path, abstainer: Abstainer = ALWAYS) -> Assistant:
    """Over an index made with the hash embedder; it answers, or refuses, whatever is asked."""
    weights = {"coverage": 1.0, "hit": 0.1}
    return Assistant(directory, HashEmbedder(), lambda index: SentenceReader(index, weights), abstainer)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    synchronise(tmp_path / "index", [write_sources(tmp_path / "texts", TEXTS)], HashEmbedder())
    return tmp_path / "index"


def untimed(answer: Answer) -> Answer:
    return replace(answer, timings_ms={})


# On the seeds, with the built-in model


def test_the_first_question_gets_its_sentence_with_the_page_it_stands_on(assistant: Assistant) -> None:
    answer = assistant.ask(FIRST)
    assert answer.answered
    assert answer.text.startswith("28. augustā Liepājā viesojās")
    assert "[1]" in answer.text
    assert answer.short_answer is not None
    assert "28. augustā" in answer.short_answer.text
    document = assistant.index.document(answer.citations[0].document)
    assert document.text[answer.citations[0].start : answer.citations[0].end] == answer.citations[0].quote


def test_diacritics_that_were_not_typed_are_restored(assistant: Assistant) -> None:
    answer = assistant.ask("kad liepaja viesojas azerbaidzanas delegacija")
    assert answer.trace.searched == "kad Liepājā viesojās Azerbaidžānas delegācija"
    assert answer.text.startswith("28. augustā Liepājā viesojās")


def test_the_language_of_an_answer_is_that_of_the_question(assistant: Assistant) -> None:
    assert [assistant.ask(question).language for question in QUESTIONS] == ["lv", "lv", "en", "lv", "ru"]


def test_the_same_question_gets_the_same_answer(assistant: Assistant) -> None:
    for question in QUESTIONS:
        assert untimed(assistant.ask(question)) == untimed(assistant.ask(question))


def test_eight_threads_get_the_answers_that_one_gets(assistant: Assistant) -> None:
    alone = [untimed(assistant.ask(question)) for question in QUESTIONS]
    together: list[list[Answer]] = []
    threads = [
        threading.Thread(target=lambda: together.append([untimed(assistant.ask(question)) for question in QUESTIONS]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == [alone] * 8


def test_a_follow_up_is_completed_from_the_conversation(assistant: Assistant) -> None:
    first = assistant.ask(FIRST)
    answer = assistant.ask("Un kur?", [Turn(FIRST, first)])
    assert answer.question == "Un kur?"
    assert answer.trace.searched == "Un kur? Liepājā viesojās Azerbaidžānas delegācija"


def test_a_follow_up_typed_without_diacritics_is_restored_before_it_is_completed(assistant: Assistant) -> None:
    answer = assistant.ask("un kas to vadija", [Turn(FIRST, assistant.ask(FIRST))])
    assert answer.trace.searched == "un kas to vadīja Liepājā viesojās Azerbaidžānas delegācija"


def test_what_may_be_a_follow_up_or_not_is_answered_the_way_that_is_surer(directory: Path) -> None:
    def searched(sign: float) -> str:
        decision = {"weights": {"coverage": sign}, "bias": 0.0, "calibration": CALIBRATION, "threshold": 0.0}
        assistant = small_assistant(directory, Abstainer(decision))
        first = Turn("Kāda pilsēta ir Valka?", assistant.ask("Kāda pilsēta ir Valka?"))
        return assistant.ask("Kad uzcelts tilts?", [first]).trace.searched

    assert searched(1.0) == "Kad uzcelts tilts?"  # all its words stand in one sentence
    assert searched(-1.0) == "Kad uzcelts tilts? pilsēta ir Valka"


def test_a_question_in_two_parts_gets_the_sentence_and_the_short_answer_of_each(assistant: Assistant) -> None:
    answer = assistant.ask("Kad Liepājā viesojās Azerbaidžānas delegācija, un kas to vadīja?")
    assert [short.text for short in answer.short_answers[:1]] == ["28. augustā"]
    assert "Huseinova" in " ".join(short.text for short in answer.further)
    assert len({citation.start for citation in answer.citations[:2]}) == 2


def test_parts_that_are_not_all_answered_are_asked_as_one_question(directory: Path) -> None:
    question = "Kad uzcelts tilts Rīgā, un cik tas maksāja pilsētai?"
    assert small_assistant(directory).ask(question).citations != ()
    assert small_assistant(directory, NEVER).ask(question).trace.searched == question


def test_timings_name_the_stages_and_their_sum(assistant: Assistant) -> None:
    timings = assistant.ask(FIRST).timings_ms
    assert list(timings) == ["embed", "retrieve", "read", "compose", "total"]
    assert timings["total"] == pytest.approx(sum(timings.values()) / 2)


# Refusals


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("", Refusal.EMPTY_QUESTION),
        (" \n\t\u00a0", Refusal.EMPTY_QUESTION),
        ("?!… – «»", Refusal.NO_WORDS),
        ("🎉🎉👩‍👩‍👧", Refusal.NO_WORDS),
        ("vai " * 2500, Refusal.QUESTION_TOO_LONG),
        ("?" * 10_000, Refusal.QUESTION_TOO_LONG),
    ],
)
def test_what_is_no_question_is_refused_with_its_reason(directory: Path, question: str, reason: Refusal) -> None:
    answer = small_assistant(directory).ask(question)
    assert (answer.reason, answer.citations, answer.nearest, answer.text) == (reason, (), (), "")
    assert (answer.question, answer.language) == (question, "lv")


def test_the_longest_question_is_still_answered(directory: Path) -> None:
    question = "Kad " * (LONGEST_QUESTION // 4)
    assert len(question) == LONGEST_QUESTION
    assert small_assistant(directory).ask(question).answered
    assert not small_assistant(directory).ask(question + "?").answered


@pytest.mark.parametrize("question", ["a", "1900", "Kad\0?", "' OR 1=1 --", "%", "\u202eKad", "漢字", "ś" * 500])
def test_odd_questions_get_an_answer_or_a_refusal(directory: Path, question: str) -> None:
    answer = small_assistant(directory).ask(question)
    assert answer.answered or answer.reason is Refusal.NO_WORDS


def test_half_a_character_pair_counts_as_a_question_mark(directory: Path) -> None:
    assistant = small_assistant(directory)
    assert assistant.ask("Kad \ud800?").question == "Kad ??"
    assert assistant.search("Valka \udcff")


def test_a_question_without_support_is_refused_with_the_nearest_sentences(directory: Path) -> None:
    answer = small_assistant(directory, NEVER).ask("Kad Rīgā uzcelts tilts?")
    assert (answer.reason, answer.citations, answer.short_answer, answer.text) == (Refusal.NO_SUPPORT, (), None, "")
    assert answer.nearest[0].quote == "Tilts tur uzcelts 1900. gadā."
    assert len(answer.nearest) == 3
    assert answer.trace.decision["threshold"] == 0.5
    assert answer.confidence < 0.5


def test_an_empty_index_is_said_to_be_empty(tmp_path: Path) -> None:
    synchronise(tmp_path / "index", [write_sources(tmp_path / "texts", {})], HashEmbedder())
    assistant = small_assistant(tmp_path / "index")
    assert assistant.ask("Kad?").reason is Refusal.EMPTY_INDEX
    assert assistant.ask(" ").reason is Refusal.EMPTY_QUESTION
    assert assistant.search("Kad?") == []


# Search


def test_search_gives_passages_best_first_and_none_for_what_has_no_words(directory: Path) -> None:
    assistant = small_assistant(directory)
    hits = assistant.search("Valka", 2)
    assert len(hits) == 2
    assert hits[0].score >= hits[1].score
    assert len(assistant.search("Valka", 1)) == 1
    assert assistant.search("?!") == assistant.search("") == []
    assert assistant.search("Valka " * 5000, 2)


# An index that changes


def test_it_follows_an_index_that_is_rewritten_deleted_and_built_anew(tmp_path: Path, directory: Path) -> None:
    assistant = small_assistant(directory)
    assert "1900. gadā" in assistant.ask("Kad uzcelts tilts?").text
    write_sources(tmp_path / "texts", {"riga.txt": "Tilts tur uzcelts 1905. gadā."})
    synchronise(directory, [], HashEmbedder())
    assert assistant.ask("Kad uzcelts tilts?").text == "Tilts tur uzcelts 1905. gadā. [1]"
    shutil.rmtree(directory)
    with pytest.raises(IndexNotFound):
        assistant.ask("Kad uzcelts tilts?")
    write_sources(tmp_path / "texts", {"riga.txt": "Tilts tur uzcelts 1910. gadā."})
    synchronise(directory, [tmp_path / "texts"], HashEmbedder())
    assert assistant.ask("Kad uzcelts tilts?").text == "Tilts tur uzcelts 1910. gadā. [1]"


def test_an_index_rebuilt_with_another_model_is_refused(tmp_path: Path, directory: Path) -> None:
    assistant = small_assistant(directory)
    shutil.rmtree(directory)
    synchronise(directory, [tmp_path / "texts"], HashEmbedder("hash/2"))
    with pytest.raises(IndexMismatch, match=r"built with the model hash/2, not with hash/1; to rebuild it"):
        assistant.ask("Kad uzcelts tilts?")


def test_questions_go_on_being_answered_while_the_index_is_rewritten(tmp_path: Path, directory: Path) -> None:
    assistant, texts, errors, stop = small_assistant(directory), set[str](), list[Exception](), threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                texts.add(assistant.ask("Kad uzcelts tilts?").text)
            except Exception as error:
                errors.append(error)
                return

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for year in range(1901, 1921):
        write_sources(tmp_path / "texts", {"riga.txt": f"Tilts tur uzcelts {year}. gadā."})
        synchronise(directory, [], HashEmbedder())
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    whole = {f"Tilts tur uzcelts {year}. gadā. [1]" for year in range(1900, 1921)}
    assert texts <= whole | {"Tilts tur uzcelts 1900. gadā. [1]\nRīga ir pilsēta. [2]"}


# Citations


PIECES = [
    "Rīga ir liela.",
    "28. augustā",
    "u.c.",
    "\n\n",
    "I. Lāčgalve teica:",
    "Tilts?",
    "é",
    "😀",
    "x" * 90,
    "\t",
    "Nē!",
    " ",
]
TEXT = st.one_of(st.text(min_size=1, max_size=200), st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(TEXT, min_size=1, max_size=4), st.sampled_from(["Kad Rīgā bija tilts?", "Kas?", "Who is Lāčgalve?", "x"])
)
def test_every_citation_equals_the_stored_text(texts: list[str], question: str) -> None:
    documents = [
        Document(str(n), f"/{n}", text, text[:20], "lv", str(n), (Span(0, min(3, len(text))),) if n % 2 else ())
        for n, text in enumerate(texts)
    ]
    with tempfile.TemporaryDirectory() as folder:
        store_documents(Path(folder), documents, HashEmbedder())
        answers = [small_assistant(Path(folder), abstainer).ask(question) for abstainer in (ALWAYS, NEVER)]
    by_id = {document.id: document for document in documents}
    cited = [citation for answer in answers for citation in (*answer.citations, *answer.nearest)]
    for citation in cited:
        document = by_id[citation.document]
        assert document.text[citation.start : citation.end] == citation.quote
        assert not any(part.overlap(Span(citation.start, citation.end)) for part in document.furniture)
    for answer in answers:
        assert answer.text == "\n".join(f"{citation.quote} [{citation.number}]" for citation in answer.citations)


@pytest.mark.parametrize("make", [small_assistant, lambda directory: small_assistant(directory, NEVER)])
def test_a_document_that_says_something_twice_is_quoted_where_it_was_found(
    tmp_path: Path, make: Callable[[Path], Assistant]
) -> None:
    text = "Tilts ir slēgts. " + "Pavisam kas cits. " * 60 + "\n\nRīgā tilts ir slēgts. Tilts ir slēgts."
    store_documents(tmp_path, [Document("d", "/d", text, "", "lv", "0")], HashEmbedder())
    answer = make(tmp_path).ask("Vai Rīgā tilts ir slēgts?")
    first = (*answer.citations, *answer.nearest)[0]
    assert (first.quote, first.start) == ("Rīgā tilts ir slēgts.", text.index("Rīgā"))
