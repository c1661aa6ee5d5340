"""What a person reads in a terminal."""

import io
from pathlib import Path

from rich.console import Console

from index.errors import UnusableSource
from index.sync import SyncReport
from index.types import Chunk, Hit, Span
from rag.types import Answer, Citation, Evidence, Refusal, Trace
from tests.ui.answers import answered, differing, document, in_two_parts, refused
from ui.messages import Language
from ui.render import print_answer, print_explanation, print_hits, print_report

LV, EN = Language.LATVIAN, Language.ENGLISH


def console(terminal: bool = False) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=60, highlight=False, markup=False)


def printed(target: Console) -> str:
    assert isinstance(target.file, io.StringIO)
    return target.file.getvalue()


def hit() -> Hit:
    source = document()
    return Hit(Chunk(source.id, Span(8, 48), (Span(8, 48),)), source, 0.61239, "fused")


def test_an_answer_names_its_short_answer_its_quote_and_its_source() -> None:
    target = console()
    print_answer(target, answered(), LV)
    assert printed(target).splitlines() == [
        "28. augustā",
        "",
        "28. augustā Liepājā viesojās delegācija. [1]",
        "",
        "[1] Virsraksts",
        "    mape/d1.txt, rakstzīmes 8–48",
    ]


def test_the_short_answer_is_emphasised_inside_the_quote_on_a_terminal() -> None:
    target = console(terminal=True)
    print_answer(target, answered(), EN)
    assert "\x1b[1;32m28. augustā\x1b[0m Liepājā" in printed(target)


def test_documents_that_answer_differently_are_shown_as_differing() -> None:
    target = console()
    print_answer(target, differing(), EN)
    # The language of an answer is that of its question.
    assert "Dokumenti atbild atšķirīgi: 28. augustā [1]; 12. maijā [2]" in " ".join(printed(target).splitlines())


def test_each_part_of_a_question_has_its_short_answer() -> None:
    target = console(terminal=True)
    print_answer(target, in_two_parts(), EN)
    lines = printed(target).splitlines()
    assert lines[:2] == ["\x1b[1;32m28. augustā\x1b[0m", "\x1b[1;32mLiepājā\x1b[0m"]
    assert "\x1b[1;32m28. augustā\x1b[0m \x1b[1;32mLiepājā\x1b[0m viesojās" in printed(target)


def test_a_refusal_says_so_and_labels_what_is_near() -> None:
    target = console()
    print_answer(target, refused(), EN)
    assert printed(target).splitlines() == [
        "Dokumentos neatradu atbildi uz šo jautājumu.",
        "",
        "Tuvākie fragmenti, kas neatbild uz jautājumu:",
        "    Virsraksts",
        "    mape/d1.txt, rakstzīmes 0–7",
        "    Sākums.",
    ]


def test_a_document_cannot_steer_the_terminal() -> None:
    citation = Citation.of(document("\x1b[2Jviltība\x07"), Span(0, 12), 1, 0.5)
    target = console()
    print_answer(target, Answer("Kas?", "lv", citation.quote, (citation,), 0.5), EN)
    assert "\x1b" not in printed(target)
    assert "\x07" not in printed(target)
    assert "�[2Jviltība�" in printed(target)


def test_square_brackets_in_a_document_are_not_markup() -> None:
    citation = Citation.of(document("[bold]treknraksts[/bold]"), Span(0, 24), 1, 0.5)
    target = console()
    print_answer(target, Answer("Kas?", "lv", citation.quote, (citation,), 0.5), EN)
    assert "[bold]treknraksts[/bold] [1]" in printed(target)


def test_an_explanation_tells_what_each_stage_did() -> None:
    evidence = Evidence(hit(), Span(8, 48), 0.7, features={"dense": 0.5})
    trace = Trace("kad viesojās", (hit(),), (evidence,), {"probability": 0.83})
    citation = Citation.of(document(), Span(8, 48), 1, 0.7)
    answer = Answer("Kad?", "lv", "x", (citation,), 0.83, timings_ms={"retrieve": 12.25}, trace=trace)
    target = console()
    print_explanation(target, answer, EN)
    assert [line.strip() for line in printed(target).splitlines()] == [
        "Searched: kad viesojās",
        "Passages found",
        "0.6124 fused d1 [8, 48)",
        "28. augustā Liepājā viesojās delegācija.",
        "Sentences read",
        "0.7000 d1 [8, 48)",
        "28. augustā Liepājā viesojās delegācija.",
        "dense 0.5",
        "Decision: answered",
        "probability 0.83",
        "Time, ms: retrieve 12.25",
    ]


def test_an_explanation_of_a_refusal_gives_the_reason() -> None:
    target = console()
    print_explanation(target, refused(Refusal.EMPTY_INDEX), EN)
    assert "Decision: refused: empty_index" in printed(target)


def test_hits_are_numbered_with_their_place_and_score() -> None:
    target = console()
    print_hits(target, [hit()], EN)
    assert printed(target).splitlines() == [
        "[1] Virsraksts",
        "    mape/d1.txt, characters 8–48, fused 0.6124",
        "    28. augustā Liepājā viesojās delegācija.",
    ]


def test_no_hits_are_said_to_be_none() -> None:
    target = console()
    print_hits(target, [], EN)
    assert printed(target) == "Nothing was found.\n"


def test_a_report_names_what_was_added_and_counts_the_rest() -> None:
    failure = UnusableSource("x.bin", "binary")
    report = SyncReport(("a.txt",), (), (), (), 4, (failure,), 5, 40, 1.25)
    target = Console(file=io.StringIO(), width=400)
    print_report(target, report, Path("dir"), EN)
    assert printed(target).splitlines() == [
        "Added: a.txt",
        "Index dir holds documents: 5, passages: 40 (1.2 s). "
        "Added: 1, changed: 0, removed: 0, unchanged: 4, left out: 1.",
    ]
