"""HTML of answers and documents: whole, escaped, and marked in the right place."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from index.types import Span
from rag.types import Refusal, Turn
from tests.ui.answers import TEXT, answered, differing, document, in_two_parts, refused
from ui.markup import conversation, document_panel, notice_panel
from ui.messages import Language

LV, EN = Language.LATVIAN, Language.ENGLISH


class Reader(HTMLParser):
    """Collects the tags, the attributes, and the text inside chosen elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self._open: list[tuple[str, str | None]] = []
        self._texts: list[tuple[tuple[tuple[str, str | None], ...], str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append(dict(attrs))
        self._open.append((tag, dict(attrs).get("class")))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self._texts.append((tuple(self._open), data))

    def text(self, tag: str | None = None, name: str | None = None) -> str:
        return "".join(
            data
            for path, data in self._texts
            if any((tag in (None, opened)) and (name in (None, cls)) for opened, cls in path)
        )


QUOTE = Span(8, 48)


def panel(quote: Span = QUOTE, short: Span | None = None, text: str = TEXT) -> Reader:
    return Reader(document_panel(document(text), quote, short, LV))


def test_the_panel_marks_exactly_the_quote() -> None:
    assert panel().text("mark") == "28. augustā Liepājā viesojās delegācija."


def test_the_panel_shows_the_whole_text_around_the_quote() -> None:
    assert panel().text("div", "text") == TEXT


def test_the_panel_emphasises_the_short_answer_inside_the_quote() -> None:
    assert panel(short=Span(8, 19)).text("strong") == "28. augustā"
    assert panel(short=Span(8, 19)).text("mark") == "28. augustā Liepājā viesojās delegācija."


@given(st.data())
def test_the_panel_keeps_every_character_of_any_text(data: st.DataObject) -> None:
    letters = st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"])
    text = data.draw(st.text(letters, min_size=1, max_size=60))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    furniture = (Span(*sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))),)
    reader = Reader(document_panel(document(text, furniture=furniture), Span(start, end), None, EN))
    assert reader.text("div", "text") == text
    assert reader.text("mark") == text[start:end]


def test_furniture_is_shown_apart() -> None:
    reader = Reader(document_panel(document(furniture=(Span(49, 56),)), Span(8, 48), None, LV))
    assert reader.text("span", "furniture") == "Beigas."


def test_a_long_document_is_cut_around_the_quote_and_says_so() -> None:
    text = "a" * 50_000 + "citāts" + "b" * 50_000
    reader = panel(Span(50_000, 50_006), text=text)
    assert reader.text("mark") == "citāts"
    assert len(reader.text("div", "text")) == 20_000 + 6 + 20_000
    assert "avots show d1" in reader.text("p", "facts")


def test_markup_in_a_document_stays_text() -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    reader = Reader(document_panel(document(evil, title=evil), Span(0, 8), None, EN))
    assert reader.text("div", "text") == evil
    assert not {"script", "img"} & set(reader.tags)


def test_markup_in_a_question_a_title_and_a_quote_stays_text() -> None:
    evil = '<img src=x onerror="alert(1)">\'"'
    source = document("Sākums.\n" + evil.ljust(40, "!"), title=evil)
    html = conversation([Turn(evil, answered(source, short=False))], EN, pending=evil)
    reader = Reader(html)
    assert "img" not in reader.tags
    assert all("onerror" not in attributes for attributes in reader.attributes)
    assert reader.text("blockquote").startswith(evil)


def test_markup_in_an_example_stays_text() -> None:
    reader = Reader(conversation([], EN, examples=['"><img src=x>']))
    assert "img" not in reader.tags
    assert {"data-question": '"><img src=x>'}.items() <= {
        key: value for attributes in reader.attributes for key, value in attributes.items()
    }.items()


def test_an_answer_emphasises_its_short_answer_and_numbers_its_citation() -> None:
    reader = Reader(conversation([Turn("Kad?", answered())], LV))
    assert reader.text("strong") == "28. augustā"
    assert reader.text("blockquote") == "28. augustā Liepājā viesojās delegācija. [1]"


def test_documents_that_answer_differently_are_shown_as_differing() -> None:
    page = Reader(conversation([Turn("Kad?", differing())], LV))
    assert page.text("p", "differing") == "Dokumenti atbild atšķirīgi: 28. augustā [1]; 12. maijā [2]"
    assert page.text("strong") == "28. augustā12. maijā"


def test_each_part_of_a_question_has_its_short_answer() -> None:
    page = Reader(conversation([Turn("Kad un kur?", in_two_parts())], LV))
    assert page.text("p", "short") == "Īsā atbilde: 28. augustāĪsā atbilde: Liepājā"
    assert page.text("strong") == "28. augustāLiepājā"
    assert page.text("blockquote") == "28. augustā Liepājā viesojās delegācija. [1]"


def test_a_citation_says_which_turn_and_number_it_opens() -> None:
    reader = Reader(conversation([Turn("Kas?", refused()), Turn("Kad?", answered())], LV))
    buttons = [found for found in reader.attributes if found.get("data-action") == "cite"]
    assert [(button["data-turn"], button["data-number"]) for button in buttons] == [("0", "1"), ("1", "1"), ("1", "1")]


def test_every_answer_and_every_refusal_can_be_marked_wrong() -> None:
    reader = Reader(conversation([Turn("Kas?", refused()), Turn("Kad?", answered())], EN))
    buttons = [found for found in reader.attributes if found.get("data-action") == "wrong"]
    assert [button["data-turn"] for button in buttons] == ["0", "1"]
    assert [button["aria-label"] for button in buttons] == ["This answer is wrong: Kas?", "This answer is wrong: Kad?"]
    assert reader.text("button", "wrong") == "This answer is wrong" * 2


def test_an_answer_that_was_recorded_cannot_be_marked_again() -> None:
    reader = Reader(conversation([Turn("Kas?", refused()), Turn("Kad?", answered())], LV, recorded={0}))
    recorded, other = [found for found in reader.attributes if found.get("class") == "wrong"]
    assert (recorded["aria-disabled"], recorded["aria-label"]) == ("true", "Pierakstīts: Kas?")
    assert "data-action" not in recorded
    assert other["data-action"] == "wrong"
    assert reader.text("button", "wrong") == "PierakstītsAtbilde nav pareiza"


def test_where_nothing_was_asked_nothing_can_be_wrong() -> None:
    assert 'class="wrong"' not in conversation([Turn(" ", refused(Refusal.EMPTY_QUESTION))], LV)


def test_the_name_of_the_button_does_not_repeat_a_whole_long_question() -> None:
    reader = Reader(conversation([Turn("vārds " * 300, answered())], LV))
    (button,) = [found for found in reader.attributes if found.get("class") == "wrong"]
    assert str(button["aria-label"]).endswith("vārds vārds …")
    assert len(str(button["aria-label"])) < 110


def test_an_answer_without_a_short_answer_emphasises_nothing() -> None:
    assert "strong" not in Reader(conversation([Turn("Kad?", answered(short=False))], LV)).tags


def test_a_refusal_says_so_and_labels_what_is_near() -> None:
    reader = Reader(conversation([Turn("Kas?", refused())], LV))
    assert reader.text("p", "reason") == "Dokumentos neatradu atbildi uz šo jautājumu."
    assert reader.text("p", "sources-label") == "Tuvākie fragmenti, kas neatbild uz jautājumu:"
    assert "blockquote" not in reader.tags


def test_a_refused_english_question_is_refused_in_the_language_of_the_interface() -> None:
    turn = Turn("Who?", refused(Refusal.NO_SUPPORT, language="en"))
    assert Reader(conversation([turn], EN)).text("p", "reason").startswith("I did not find")
    assert Reader(conversation([turn], LV)).text("p", "reason").startswith("Dokumentos neatradu")


def test_an_empty_conversation_invites_with_the_examples() -> None:
    reader = Reader(conversation([], LV, examples=["Kad?", "Kur?"]))
    assert reader.text("button", "example") == "Kad?Kur?"


def test_an_empty_conversation_without_examples_offers_none() -> None:
    assert "Piemēram" not in conversation([], LV)


def test_a_pending_question_is_shown_while_it_is_searched() -> None:
    reader = Reader(conversation([], EN, examples=["Kur?"], pending="Kad?"))
    assert reader.text("h2", "question") == "You asked: Kad?"
    assert reader.text("p", "pending") == "Searching the documents …"
    assert "example" not in str(reader.attributes)


def test_the_conversation_names_its_language() -> None:
    assert Reader(conversation([], LV)).attributes[0]["lang"] == "lv"


def test_a_notice_is_escaped_too() -> None:
    assert "<b>" not in notice_panel("<b>", EN)
