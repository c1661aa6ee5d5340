from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.peers.judge import LONGEST, Scores, places, score, shows
from benchmarks.peers.protocol import Found, Quote, read_documents
from benchmarks.peers.reader_folder import dequantised
from benchmarks.peers.result import Costs, Measured, PeerResult, read_results, write_result
from benchmarks.peers.table import MARKS, figures, main
from eval.errors import EvaluationError
from index.types import Span
from tests.eval.examples import DOCUMENTS, LIEPAJA, VALKA, question

TEXTS = {name: document.text for name, document in DOCUMENTS.items()}
WHEN = question("when", (LIEPAJA, "28. augustā"))
OPENED = question("opened", (VALKA, "1970. gadā"))
NEVER = question("never")

LIEPAJA_SENTENCE = Quote("liepaja.txt", "Šogad 28. augustā Liepājā viesojās delegācija no Baku.")
VALKA_SENTENCE = Quote("valka.txt", "Valkas muzejs tika atklāts 1970. gadā.")

SCORES = Scores(
    answer_right=0.75,
    right_any_length=0.8,
    recall=0.9,
    refused=0.5,
    wrongly_refused=0.05,
    verbatim=1.0,
    cited_length=123.4,
    hits_length=800.0,
    right=("a", "b", "c", "d", "e", "f", "g"),
)
COSTS = Costs(
    passages=120,
    index_seconds=4.0,
    index_mb=600.0,
    question_p50=80.0,
    question_p95=110.0,
    cold_seconds=1.5,
    cold_mb=500.0,
)
MACHINE = {"processor": "one", "cores": 2, "system": "Linux x86_64", "python": "3.11.7", "packages": {}}
GOLD = {"sha256": "abc", "answerable": 8, "unanswerable": 4, "left_out": 1}


def result(peer: str, *, right: tuple[str, ...] = SCORES.right) -> PeerResult:
    measured = Measured("seeds", 5, replace(SCORES, right=right), COSTS)
    return PeerResult(peer, f"python -m {peer}", {"txtai": "9.14.0"}, MACHINE, GOLD, (measured,))


def test_a_quote_is_found_where_it_stands_and_outer_spaces_are_ignored() -> None:
    assert places(Quote("a", " muzejs\n"), {"a": "Valkas muzejs"}) == [Span(7, 13)]


def test_every_repetition_counts_as_the_place_of_a_quote() -> None:
    assert places(Quote("a", "1970"), {"a": "1970, 1970"}) == [Span(0, 4), Span(6, 10)]


def test_an_answer_is_looked_for_in_its_passage_only() -> None:
    assert places(Quote("a", "1970", within="gads 1970"), {"a": "1970, gads 1970"}) == [Span(11, 15)]


@pytest.mark.parametrize(
    "quote", [Quote("a", "cits"), Quote("b", "muzejs"), Quote("a", "  "), Quote("a", "muzejs", "b")]
)
def test_what_the_document_does_not_have_has_no_place(quote: Quote) -> None:
    assert places(quote, {"a": "Valkas muzejs"}) == []


@given(st.text("ab ", max_size=12), st.text("ab", min_size=1, max_size=3))
def test_places_are_all_that_slicing_finds(text: str, part: str) -> None:
    expected = [Span(at, at + len(part)) for at in range(len(text)) if text[at : at + len(part)] == part]
    assert places(Quote("a", part), {"a": text}) == expected


@pytest.mark.parametrize(
    ("quote", "right"),
    [
        (LIEPAJA_SENTENCE, True),
        (Quote("liepaja.txt", "augustā"), True),  # a part of the gold span
        (Quote("liepaja.txt", "gustā Liepājā"), False),  # 5 of the span's 11 characters
        (Quote("liepaja.txt", "ugustā Liepājā"), True),  # 6 of 11
        (Quote("liepaja.txt", "To sagaidīja Anna Bērziņa."), False),
        (Quote("valka.txt", VALKA.text), False),
    ],
)
def test_a_quote_shows_the_answer_by_half_of_a_gold_span_or_from_inside_it(quote: Quote, right: bool) -> None:
    assert shows(quote, WHEN, TEXTS) is right


def test_scores_are_those_counted_by_hand() -> None:
    wrong = Quote("valka.txt", "Muzejā strādā pieci darbinieki.")
    scores = score(
        [WHEN, OPENED, NEVER, replace(NEVER, id="never again")],
        [
            Found((LIEPAJA_SENTENCE,), LIEPAJA_SENTENCE),
            Found((wrong, VALKA_SENTENCE), wrong),
            Found((wrong,), None),
            Found((wrong,), Quote("valka.txt", "ir nav")),
        ],
        TEXTS,
    )
    assert (scores.answer_right, scores.right, scores.recall) == (0.5, ("when",), 1.0)
    assert (scores.refused, scores.wrongly_refused) == (0.5, 0.0)
    assert scores.verbatim == pytest.approx(2 / 3)
    assert scores.cited_length == pytest.approx((54 + 31 + 6) / 3)
    assert scores.hits_length == pytest.approx((54 + 31 + 38 + 31 + 31) / 4)


def test_a_page_is_not_a_sentence_that_answers() -> None:
    page = VALKA.text + " " * 3 + "x" * LONGEST
    cited = Found((), Quote("valka.txt", page))
    scores = score([OPENED, NEVER], [cited, cited], {"valka.txt": page})
    assert (scores.answer_right, scores.right_any_length) == (0.0, 1.0)


def test_only_five_hits_count_for_recall() -> None:
    other = Quote("valka.txt", "Muzejā strādā pieci darbinieki.")
    late = Found((other,) * 5 + (VALKA_SENTENCE,), other)
    assert score([OPENED, NEVER], [late, late], TEXTS).recall == 0.0


def test_a_matrix_is_dequantised_column_by_column_and_transposed() -> None:
    arrays: dict[str, NDArray[np.generic]] = {
        "m.weight_quantized": np.array([[1, 2], [3, 4], [5, 6]], np.int8),
        "m.weight_zero_point": np.array([0, 1], np.int8),
        "m.weight_scale": np.array([0.5, 2.0], np.float32),
    }
    assert dequantised("m", arrays).tolist() == [[0.5, 1.5, 2.5], [2.0, 6.0, 10.0]]


def test_a_matrix_in_blocks_is_dequantised_block_by_block() -> None:
    arrays: dict[str, NDArray[np.generic]] = {
        "m.weight_Q8": np.array([[[129, 130], [128, 120]], [[0, 255], [128, 132]]], np.uint8),
        "m.weight_scales": np.array([[0.5, 2.0], [1.0, 0.25]], np.float32),
    }
    assert dequantised("m", arrays).tolist() == [[0.5, 1.0, 0.0, -16.0], [-128.0, 127.0, 0.0, 1.0]]


def test_documents_are_read_by_name(tmp_path: Path) -> None:
    for name, text in (("b.txt", "otrs"), ("a.txt", "pirmais ā"), ("c.json", "{}")):
        (tmp_path / name).write_text(text, "utf-8")
    assert list(read_documents(tmp_path).items()) == [("a.txt", "pirmais ā"), ("b.txt", "otrs")]


def test_a_result_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    write_result(result("txtai"), tmp_path)
    assert read_results(tmp_path) == {"txtai": result("txtai")}


@pytest.mark.parametrize("content", ["", "{}", '{"corpora": [{"corpus": "seeds"}]}'])
def test_a_file_that_is_no_result_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "txtai.json").write_text(content, "utf-8")
    with pytest.raises(EvaluationError, match=r"txtai\.json: this is not a result of a peer"):
        read_results(tmp_path)


def test_results_of_other_questions_are_not_put_beside_each_other(tmp_path: Path) -> None:
    write_result(result("avots"), tmp_path)
    write_result(replace(result("txtai"), gold={**GOLD, "sha256": "def"}), tmp_path)
    with pytest.raises(EvaluationError, match="avots and txtai were not asked the same questions"):
        read_results(tmp_path)


def test_the_table_has_a_column_a_peer_with_avots_first() -> None:
    lines = figures({"txtai-reader": result("txtai-reader"), "avots": result("avots")}).splitlines()
    assert "| seeds, 5 documents | Avots | txtai, reader |" in lines
    assert "| answer sentence right | 0.750 | 0.750 |" in lines
    assert "| passages indexed a second | 30.0 | 30.0 |" in lines
    assert "- txtai, reader: txtai 9.14.0. `python -m txtai-reader`" in lines


def test_a_peer_that_cannot_refuse_has_a_dash() -> None:
    lines = figures({"avots": result("avots"), "txtai": result("txtai")}).splitlines()
    assert "| unanswerable refused | 0.500 | – |" in lines


def test_a_difference_is_shown_with_how_likely_chance_makes_it() -> None:
    """Six questions right for one side only, all the same side: 2 of the 2**6 assignments of signs are so extreme."""
    lines = figures({"avots": result("avots"), "txtai": result("txtai", right=("a",))}).splitlines()
    assert "| p of its difference to Avots | – | 0.031 |" in lines


def test_a_chance_too_small_for_three_decimals_is_not_shown_as_none() -> None:
    many = tuple(f"question {number}" for number in range(12))  # p = 2 / 2**12
    lines = figures({"avots": result("avots", right=many), "txtai": result("txtai", right=())}).splitlines()
    assert "| p of its difference to Avots | – | < 0.001 |" in lines


def test_a_page_gets_the_table_between_its_marks(tmp_path: Path) -> None:
    write_result(result("avots"), tmp_path / "results")
    page = tmp_path / "page.md"
    page.write_text("before\n{}\n{}\nafter\n".format(*MARKS), "utf-8")
    run = [str(page), "--results", str(tmp_path / "results")]
    assert main([*run, "--check"]) == 1
    assert main(run) == 0
    assert main([*run, "--check"]) == 0
    lines = page.read_text("utf-8").splitlines()
    assert (lines[0], lines[-1]) == ("before", "after")


def test_without_results_it_says_where_to_read_how(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "page.md"), "--results", str(tmp_path)]) == 2
    assert "see benchmarks/peers/README.md" in capsys.readouterr().err
