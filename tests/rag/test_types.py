from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Document, Span
from rag.types import Answer, Citation, Refusal, ShortAnswer

TEXT = "Ievads. 28. augustā Liepājā viesojās delegācija. Beigas."
DOCUMENT = Document("d", "/d.txt", TEXT, "Virsraksts", "lv", "0")
CITATION = Citation.of(DOCUMENT, Span(8, 48), 1, 0.5)
ANSWER = Answer("Kad?", "lv", f"{CITATION.quote} [1]", (CITATION,), 0.9)
REFUSAL = Answer("Kad?", "lv", "", (), 0.1, reason=Refusal.NO_SUPPORT, nearest=(CITATION,))


@given(st.text(min_size=1, max_size=50), st.data())
def test_a_citation_is_cut_out_of_its_document(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    document = replace(DOCUMENT, text=text)
    citation = Citation.of(document, Span(start, end), 1, 0.5)
    assert (citation.quote, citation.start, citation.end) == (text[start:end], start, end)
    citation.verify(document)


@pytest.mark.parametrize(
    "change",
    [{"quote": ""}, {"start": 9}, {"end": 47}, {"quote": "īss"}, {"start": -40, "end": 0}, {"start": 48, "end": 8}],
)
def test_a_citation_whose_place_cannot_be_that_of_its_quote_cannot_be(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="cannot be the place of its quote"):
        replace(CITATION, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "document",
    [replace(DOCUMENT, text=TEXT.replace("28", "29")), replace(DOCUMENT, id="e"), replace(DOCUMENT, text=f" {TEXT}")],
    ids=["other words", "other document", "other place"],
)
def test_a_citation_of_another_text_does_not_verify(document: Document) -> None:
    with pytest.raises(ValueError, match=r"citation 1 does not equal d at \[8, 48\)"):
        CITATION.verify(document)


def test_other_short_answers_need_a_first_one() -> None:
    for name in ("differing", "further"):
        with pytest.raises(ValueError, match="come after a first one"):
            replace(ANSWER, **{name: (ShortAnswer("28. augustā", 1, 8, 19, 0.5),)})


@pytest.mark.parametrize(
    ("answer", "change"),
    [
        (ANSWER, {"citations": ()}),
        (ANSWER, {"reason": Refusal.NO_SUPPORT}),
        (ANSWER, {"nearest": (CITATION,)}),
        (REFUSAL, {"reason": None}),
        (REFUSAL, {"citations": (CITATION,)}),
        (REFUSAL, {"text": "Varbūt 28. augustā."}),
        (REFUSAL, {"short_answer": ShortAnswer("28.", 1, 8, 11, 0.5)}),
    ],
)
def test_an_answer_has_citations_or_a_reason_and_a_refusal_claims_nothing(
    answer: Answer, change: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"answer has citations or a reason|refusal claims nothing|with refusals only"):
        replace(answer, **change)  # type: ignore[arg-type]


def test_a_short_answer_inside_a_citation_is_accepted() -> None:
    answer = replace(ANSWER, short_answer=ShortAnswer("28. augustā", 1, 8, 19, 0.9))
    assert answer.answered
    assert not REFUSAL.answered


@pytest.mark.parametrize(
    "short",
    [
        ShortAnswer("28. augustā", 2, 8, 19, 0.9),
        ShortAnswer("Ievads", 1, 0, 6, 0.9),
        ShortAnswer("delegācija. Beigas", 1, 37, 55, 0.9),
        ShortAnswer("29. augustā", 1, 8, 19, 0.9),
        ShortAnswer("28. augustā", 1, 9, 20, 0.9),
        ShortAnswer("", 1, 8, 8, 0.9),
    ],
    ids=["no such citation", "before", "beyond", "other words", "shifted", "empty"],
)
def test_a_short_answer_is_words_of_its_citation(short: ShortAnswer) -> None:
    with pytest.raises(ValueError, match="a short answer"):
        replace(ANSWER, short_answer=short)


@pytest.mark.parametrize(("value", "name"), [(ANSWER, "citations"), (CITATION, "quote")])
def test_what_was_checked_cannot_be_changed_afterwards(value: object, name: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(value, name, ())
