"""The chat page as a visitor meets it, in a real browser over an index of seeds/."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from index.store import PassageIndex
from tests.ui.browser import served
from ui.feedback import FEEDBACK_FILE

FIRST = "Kad Liepājā viesojās Azerbaidžānas delegācija?"
UNANSWERABLE = "Kāda ir Jupitera masa?"


@dataclass
class Visit:
    """An open page, and everything it asked for and complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        box = self.page.get_by_role("textbox")
        box.fill(question)
        box.press("Enter")


@pytest.fixture(scope="module")
def address(seeds_index: Path) -> Iterator[str]:
    with served(seeds_index) as url:
        yield url


def visit(browser: Browser, address: str, locale: str, width: int = 1200) -> Iterator[Visit]:
    """Open the page; afterwards nothing may have left the machine and nothing may have gone wrong."""
    context = browser.new_context(locale=locale, viewport={"width": width, "height": 800})
    opened = Visit(context.new_page())
    opened.page.on("request", lambda request: opened.requests.append(request.url))
    opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.page.on(
        "console", lambda said: opened.complaints.append(said.text) if said.type in ("error", "warning") else None
    )
    opened.page.goto(address)
    expect(opened.page.locator("#conversation section")).to_be_visible()
    yield opened
    context.close()
    hosts = {urlsplit(url).hostname for url in opened.requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}
    assert opened.complaints == []


@pytest.fixture
def latvian(browser: Browser, address: str) -> Iterator[Visit]:
    yield from visit(browser, address, "lv-LV")


@pytest.fixture
def english(browser: Browser, address: str) -> Iterator[Visit]:
    yield from visit(browser, address, "en-GB")


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Visit]:
    yield from visit(browser, address, "lv-LV", width=400)


def test_the_first_question_is_answered_with_the_date(latvian: Visit) -> None:
    latvian.ask(FIRST)
    expect(latvian.page.locator(".answer")).to_contain_text("28. augustā")


def test_an_example_is_asked_with_a_click(latvian: Visit) -> None:
    latvian.page.get_by_role("button", name=FIRST).click()
    expect(latvian.page.locator("h2.question")).to_contain_text(FIRST)
    expect(latvian.page.locator(".answer")).to_contain_text("28. augustā")


def test_a_citation_opens_its_document_at_the_highlighted_quote(latvian: Visit, seeds_index: Path) -> None:
    latvian.ask(FIRST)
    latvian.page.locator("blockquote button.cite").first.click()
    mark = latvian.page.locator("#document mark")
    expect(mark.first).to_be_in_viewport()
    quote = "".join(mark.all_text_contents())
    assert quote.startswith("28. augustā Liepājā viesojās")
    shown = latvian.page.locator("#document .text").text_content()
    assert shown == PassageIndex.open(seeds_index).document("003_1b53521e3a3cb38e.txt").text


def test_a_document_is_closed_with_the_keyboard(latvian: Visit) -> None:
    latvian.ask(FIRST)
    citation = latvian.page.locator("blockquote button.cite").first
    citation.press("Enter")
    expect(latvian.page.locator("#document aside h2")).to_be_focused()
    latvian.page.keyboard.press("Escape")
    expect(latvian.page.locator("#document aside")).to_have_count(0)
    expect(citation).to_be_focused()


def test_a_refusal_looks_like_one(latvian: Visit) -> None:
    latvian.ask(UNANSWERABLE)
    expect(latvian.page.locator(".refusal .reason")).to_have_text("Dokumentos neatradu atbildi uz šo jautājumu.")
    expect(latvian.page.locator(".refusal")).to_contain_text("Tuvākie fragmenti, kas neatbild uz jautājumu:")
    expect(latvian.page.locator(".answer")).to_have_count(0)


def test_an_answer_marked_wrong_is_recorded_beside_the_index(latvian: Visit, seeds_index: Path) -> None:
    latvian.ask(FIRST)
    latvian.page.get_by_role("button", name=f"Atbilde nav pareiza: {FIRST}").click()
    recorded = latvian.page.get_by_role("button", name="Pierakstīts")
    expect(recorded).to_be_disabled()
    line = json.loads((seeds_index / FEEDBACK_FILE).read_text("utf-8").splitlines()[-1])
    assert (line["question"], line["history"]) == (FIRST, [])
    assert line["answer"]["short_answer"]["text"] == "28. augustā"
    latvian.ask(UNANSWERABLE)
    expect(latvian.page.locator(".refusal")).to_be_visible()
    expect(recorded).to_have_count(1)


def test_a_refusal_is_marked_wrong_with_the_keyboard_which_stays_where_it_was(
    english: Visit, seeds_index: Path
) -> None:
    english.ask(FIRST)
    expect(english.page.locator(".answer")).to_be_visible()
    english.ask(UNANSWERABLE)
    english.page.get_by_role("button", name=f"This answer is wrong: {UNANSWERABLE}").press("Enter")
    recorded = english.page.get_by_role("button", name=f"Recorded: {UNANSWERABLE}")
    expect(recorded).to_be_focused()
    line = json.loads((seeds_index / FEEDBACK_FILE).read_text("utf-8").splitlines()[-1])
    assert (line["question"], line["history"]) == (UNANSWERABLE, [FIRST])
    assert line["answer"]["reason"] == "no_support"


def test_marking_an_earlier_answer_does_not_move_the_page(latvian: Visit) -> None:
    page = latvian.page
    page.emulate_media(reduced_motion="reduce")  # scrolling would be done at once
    page.reload()
    expect(page.locator("#conversation section")).to_be_visible()
    latvian.ask(FIRST)
    expect(page.locator(".answer")).to_be_visible()
    latvian.ask(UNANSWERABLE)
    expect(page.locator(".refusal")).to_be_visible()
    assert page.evaluate("scrollY") > 0
    page.evaluate("scrollTo(0, 0)")
    page.get_by_role("button", name=f"Atbilde nav pareiza: {FIRST}").click()
    expect(page.get_by_role("button", name="Pierakstīts")).to_be_visible()
    assert page.evaluate("scrollY") == 0


def test_what_cannot_be_recorded_gets_a_sentence(english: Visit, seeds_index: Path) -> None:
    path = seeds_index / FEEDBACK_FILE
    path.unlink(missing_ok=True)
    path.mkdir()
    try:
        english.ask(FIRST)
        english.page.get_by_role("button", name="This answer is wrong").click()
        expect(english.page.locator("#document aside")).to_contain_text(f"Cannot record in the file {path}")
        expect(english.page.get_by_role("button", name="Recorded")).to_have_count(0)
    finally:
        path.rmdir()


def test_an_empty_question_gets_a_sentence(english: Visit) -> None:
    english.page.get_by_role("textbox").press("Enter")
    expect(english.page.locator(".refusal .reason")).to_have_text(
        "The question is empty. Write what you would like to know."
    )


def test_the_browser_decides_the_language_and_the_switch_changes_all_of_it(english: Visit) -> None:
    page = english.page
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    english.ask(FIRST)
    expect(page.locator(".sources-label")).to_have_text("Sources")
    page.locator("#language").get_by_text("Latviešu").click()
    expect(page.get_by_role("button", name="Jautāt", exact=True)).to_be_visible()
    expect(page.locator(".sources-label")).to_have_text("Avoti")
    assert page.evaluate("document.documentElement.lang") == "lv"


def test_starting_over_forgets_the_conversation(latvian: Visit) -> None:
    latvian.ask(FIRST)
    expect(latvian.page.locator(".answer")).to_be_visible()
    latvian.page.get_by_role("button", name="Sākt no jauna").click()
    expect(latvian.page.locator(".turn")).to_have_count(0)
    expect(latvian.page.get_by_role("button", name=FIRST)).to_be_visible()


def test_two_visitors_do_not_see_each_other(latvian: Visit, english: Visit) -> None:
    latvian.ask(FIRST)
    expect(latvian.page.locator(".answer")).to_be_visible()
    expect(english.page.locator(".turn")).to_have_count(0)


def test_a_narrow_page_does_not_scroll_sideways(phone: Visit) -> None:
    phone.ask(FIRST)
    phone.page.locator("blockquote button.cite").first.click()
    expect(phone.page.locator("#document mark").first).to_be_in_viewport()
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 400


def test_the_browser_is_told_to_refuse_other_addresses(latvian: Visit) -> None:
    policy = latvian.page.request.get(latvian.page.url).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy


def test_another_host_name_is_refused(latvian: Visit) -> None:
    response = latvian.page.request.get(latvian.page.url, headers={"host": "avots.example"})
    assert response.status == 400
