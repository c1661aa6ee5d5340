import subprocess
import sys
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.chunking import article_parts, chunk, context
from index.sentences import sentences
from index.types import Chunk, Document, Span

WORDS = st.sampled_from(["Rīga", "un", "bija.", "28.", "Vai?", "ļoti", "\n", "\n\n", "# Nodaļa", "- viens;", "x" * 40])
ARTICLES = st.lists(WORDS, max_size=120).map(" ".join)
TEXTS = st.one_of(st.text(max_size=300), ARTICLES, ARTICLES.map(lambda text: text.replace(".", ",") * 4))


def document(text: str, *furniture: Span, title: str = "") -> Document:
    return Document(id="d", source="/d", text=text, title=title, language="lv", sha256="0", furniture=furniture)


def passages(text: str, size: int, overlap: int = 0) -> list[str]:
    return [piece.span.of(text) for piece in chunk(document(text), size, overlap)]


def test_whole_sentences_are_packed_up_to_the_size() -> None:
    assert passages("Aa bb cc. Dd ee ff. Gg hh ii.", size=19) == ["Aa bb cc. Dd ee ff.", "Gg hh ii."]


def test_neighbours_share_the_overlapping_sentence() -> None:
    assert passages("Aa bb cc. Dd ee ff. Gg hh ii.", size=19, overlap=1) == [
        "Aa bb cc. Dd ee ff.",
        "Dd ee ff. Gg hh ii.",
    ]


def test_an_overlap_that_does_not_fit_is_left_out() -> None:
    assert passages("Aa bb cc dd ee. Ff gg hh ii jj.", size=15, overlap=1) == ["Aa bb cc dd ee.", "Ff gg hh ii jj."]


def test_a_long_sentence_stands_alone_uncut() -> None:
    long = "Vārds " * 20 + "beidzas."
    assert passages(f"Īss. {long} Īss.", size=40) == ["Īss.", long, "Īss."]


def test_a_sentence_beyond_every_limit_is_cut_after_clauses() -> None:
    text = "; ".join(["viens divi trīs četri pieci seši"] * 80)
    found = passages(text, size=100)
    assert all(len(passage) <= 100 and passage.startswith("viens") for passage in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_text_without_any_gap_is_cut_too() -> None:
    assert [len(passage) for passage in passages("x" * 2000, size=480)] == [480, 480, 480, 480, 80]


def test_a_paragraph_end_is_preferred_when_half_full() -> None:
    assert passages("Aaaa bbbb.\n\nCccc. Dddd. Eeee.", size=18) == ["Aaaa bbbb.", "Cccc. Dddd. Eeee."]


def test_a_paragraph_end_is_passed_when_less_than_half_full() -> None:
    assert passages("Aaaa.\n\nCccc. Dddd.", size=18) == ["Aaaa.\n\nCccc. Dddd."]


def test_a_heading_stays_with_the_text_below_it() -> None:
    text = "Pirmais teikums ir te.\n\nNodaļas nosaukums\n\nOtrais teikums ir te."
    assert passages(text, size=41) == ["Pirmais teikums ir te.", "Nodaļas nosaukums\n\nOtrais teikums ir te."]


def test_a_heading_stays_even_with_a_sentence_that_is_too_long() -> None:
    text = "Nodaļas nosaukums\n\n" + "vārds " * 20 + "beidzas."
    assert passages(text, size=50) == [text]


def test_a_new_heading_repeats_nothing_of_the_section_before() -> None:
    text = "Pirmais teikums ir te.\n\nNodaļas nosaukums\n\nOtrais teikums."
    assert passages(text, size=40, overlap=1)[1].startswith("Nodaļas")


def test_furniture_is_in_no_passage_and_none_reaches_across_it() -> None:
    text = "Viens ir te.\nDrukāt\nDivi ir te."
    found = chunk(document(text, Span(13, 19)), size=480)
    assert [piece.span.of(text) for piece in found] == ["Viens ir te.", "Divi ir te."]


def test_overlapping_furniture_is_excluded_once() -> None:
    assert article_parts(document("abcdefgh", Span(3, 5), Span(1, 4))) == (Span(0, 1), Span(5, 8))


def test_an_empty_document_has_no_passages() -> None:
    assert chunk(document(" \n\n ")) == ()


def test_context_puts_the_title_above_the_passage() -> None:
    made = document("Virsraksts\n\nTeksts.", title="Virsraksts")
    assert context(made, Chunk("d", Span(12, 19), (Span(12, 19),))) == "Virsraksts\nTeksts."


def test_context_does_not_repeat_a_title_that_the_passage_begins_with() -> None:
    made = document("Virsraksts\n\nTeksts.", title="Virsraksts")
    assert context(made, Chunk("d", Span(0, 19), (Span(0, 10), Span(12, 19)))) == made.text


def test_context_without_a_title_is_the_passage() -> None:
    assert context(document("Teksts."), Chunk("d", Span(0, 7), (Span(0, 7),))) == "Teksts."


def test_importing_this_module_loads_no_heavy_library() -> None:
    program = "import sys, index.chunking; print({'torch', 'transformers', 'langchain_core'} & set(sys.modules))"
    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "set()\n"
    )


@given(TEXTS, st.integers(1, 120), st.integers(0, 3), st.data())
def test_passages_are_made_of_sentences_and_cover_the_article(
    text: str, size: int, overlap: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    furniture = Span(start, data.draw(st.integers(start, len(text))))
    made = document(text, furniture)
    found = chunk(made, size, overlap)
    covered: set[int] = set()
    for piece in found:
        assert piece.span == Span(piece.sentences[0].start, piece.sentences[-1].end)
        assert all(one.end <= other.start for one, other in pairwise(piece.sentences))
        assert not piece.span.overlap(furniture)
        covered |= {place for sentence in piece.sentences for place in range(sentence.start, sentence.end)}
    article = {place for place in range(len(text)) if not furniture.start <= place < furniture.end}
    assert {place for place in article if not text[place].isspace()} <= covered
    assert all(one.span < other.span and one.span.end < other.span.end for one, other in pairwise(found))


@given(TEXTS, st.integers(1, 120), st.integers(0, 3))
def test_only_single_sentences_with_their_headings_exceed_the_size(text: str, size: int, overlap: int) -> None:
    for piece in chunk(document(text), size, overlap):
        headings = piece.sentences[:-1]
        assert len(piece.span) <= size or (
            len(headings) <= 2 and all(len(heading) <= 100 for heading in headings) and len(piece.sentences[-1]) <= 1500
        )


@given(TEXTS)
def test_sentences_of_passages_are_those_of_the_text(text: str) -> None:
    expected = sentences(text, Span(0, len(text)), "lv")
    if all(len(sentence) <= 1500 for sentence in expected):
        assert tuple(sentence for piece in chunk(document(text), 80, 0) for sentence in piece.sentences) == expected
