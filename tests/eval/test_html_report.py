from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from eval.errors import EvaluationError
from eval.gold import GoldFile
from eval.html_report import html_report
from eval.metrics import METRICS
from eval.report import Corpus, Result, summarise
from eval.run import Run
from tests.eval.examples import LIEPAJA, VALKA, answered, question, refused

FIRST = (LIEPAJA, "Šogad 28. augustā Liepājā viesojās delegācija no Baku.")
MUSEUM = (VALKA, "Valkas muzejs tika atklāts 1970. gadā.")
HOSTILE = "<script>alert('x')</script><img src=//evil.example/x onerror=alert(1)>"
# The first is right, the second wrong and hostile, the third wrongly answered.
QUESTIONS = (
    question("lv-1", (LIEPAJA, "28. augustā")),
    replace(question("lv-2", (VALKA, "pieci"), kind=HOSTILE, language="en"), question=HOSTILE),
    question("lv-3", kind="who"),
)
OUTCOMES = (answered("lv-1", FIRST), answered("lv-2", MUSEUM), answered("lv-3", FIRST))


def measured(name: str, list_wrong: bool, numbers: Sequence[int] = (0, 1, 2)) -> tuple[Result, GoldFile, Run]:
    questions, outcomes = (tuple(items[number] for number in numbers) for items in (QUESTIONS, OUTCOMES))
    gold = GoldFile("seeds", "dev", Path("seeds.dev.jsonl"), "beef", questions)
    run = Run(name, "model", outcomes)
    return summarise(gold, run, Corpus("seeds", 2, "c0ffee"), list_wrong), gold, run


def report(*each: tuple[Result, GoldFile, Run]) -> str:
    return html_report([result for result, _, _ in each], [(gold, run) for _, gold, run in each])


class Reading(HTMLParser):
    """What a page holds: its elements, and the cells of its tables, row by row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data

    def names(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_every_element_is_closed_and_every_id_is_used_once() -> None:
    page = Reading(report(measured("seeds.dev", True), measured("seeds.test", False)))
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert ids == ["result-1", "result-2"]


def test_all_metrics_of_all_results_stand_side_by_side() -> None:
    rows = Reading(report(measured("seeds.dev", True), measured("seeds.test", False, [0]))).rows
    assert rows[0] == ["metric", "seeds.dev", "seeds.test"]
    assert [row[0] for row in rows[1:18]] == ["answerable", "unanswerable", *METRICS]
    assert rows[1:4] == [["answerable", "2", "1"], ["unanswerable", "1", "0"], ["answer_right", "0.500", "1.000"]]


def test_metrics_stand_by_language_kind_and_style() -> None:
    rows = Reading(report(measured("seeds.dev", True))).rows
    assert [row for row in rows if row[0] == "metric"][1:] == [
        ["metric", "en", "lv"],
        ["metric", HOSTILE, "when", "who"],
        ["metric", "plain"],
    ]
    assert [row for row in rows if row[0] == "answer_right"][1:3] == [
        ["answer_right", "0.000", "1.000"],
        ["answer_right", "0.000", "1.000", "–"],
    ]


def test_wrong_questions_are_listed_with_what_was_said() -> None:
    rows = Reading(report(measured("seeds.dev", True))).rows
    assert rows[-3:] == [
        ["id", "problem", "question", "expected", "got"],
        ["lv-2", "wrong sentence", HOSTILE, "pieci", MUSEUM[1]],
        ["lv-3", "should have refused", "Jautājums lv-3?", "–", FIRST[1]],
    ]


def test_no_wrong_question_is_said_to_be_none() -> None:
    assert "<h3>Wrong questions</h3>\n<p>None.</p>" in report(measured("seeds.dev", True, [0]))


def test_no_question_is_shown_that_the_result_does_not_list() -> None:
    page = report(measured("seeds.test", False))
    assert "Not listed" in page
    for secret in ("Jautājums", "lv-1", "lv-3", "alert(1)</td>", "muzejs"):
        assert secret not in page


def test_nothing_from_outside_becomes_an_element_and_nothing_is_loaded() -> None:
    page = Reading(report(measured(HOSTILE, True)))
    tags = {tag for tag, _ in page.elements}
    assert tags.isdisjoint({"script", "img", "link", "iframe", "object", "use", "image"})
    attributes = [item for _, element in page.elements for item in element.items()]
    assert {value for name, value in attributes if name in ("src", "href", "xlink:href")} == {"#result-1"}
    assert not [name for name, _ in attributes if name.startswith("on")]


def test_a_result_has_its_five_plots() -> None:
    pictures = Reading(report(measured("seeds.dev", True))).names("svg")
    titles = [str(picture["aria-label"]).split(":")[0] for picture in pictures]
    assert titles == [
        "Recall by k",
        "Risk and coverage",
        "Reliability, answerable questions by confidence",
        "Latency",
        "Answer sentence right by kind",
    ]


def test_the_plots_show_the_run() -> None:
    latency, kinds = (Reading(report(measured("seeds.dev", True))).names("svg")[place] for place in (3, 4))
    assert latency["aria-label"] == "Latency: p50 12 ms, p95 12 ms, slowest 12 ms."
    assert str(kinds["aria-label"]).startswith("Answer sentence right by kind: when 100% of 1, ")


def test_a_result_without_its_run_says_which_plots_are_missing() -> None:
    page = html_report([measured("seeds.dev", True)[0]], [])
    assert len(Reading(page).names("svg")) == 3
    assert page.count("which this report was made without") == 2


def test_a_gold_file_without_answerable_questions_says_which_plots_are_missing() -> None:
    page = report(measured("seeds.dev", True, [2]))
    assert len(Reading(page).names("svg")) == 3
    assert page.count("No question of this gold file is answerable.") == 2


def test_a_refused_question_shows_no_sentence() -> None:
    _, gold, run = measured("seeds.dev", True, [0])
    refusing = replace(run, outcomes=(refused("lv-1"),))
    result = summarise(gold, refusing, Corpus("seeds", 2, "c0ffee"), True)
    assert Reading(report((result, gold, refusing))).rows[-1][-1] == "–"


def test_a_run_without_a_result_is_an_error() -> None:
    result, gold, run = measured("seeds.dev", True)
    with pytest.raises(EvaluationError, match=r"the run seeds\.test has no result"):
        html_report([result], [(gold, replace(run, name="seeds.test"))])


CUT_OFF = """() => [...document.querySelectorAll('svg text')].filter(text => {
    const inner = text.getBoundingClientRect(), outer = text.ownerSVGElement.getBoundingClientRect();
    return inner.left < outer.left || inner.right > outer.right || inner.top < outer.top || inner.bottom > outer.bottom;
}).map(text => text.textContent)"""


@pytest.mark.parametrize("width", [360, 1280])
def test_in_a_browser_everything_fits_and_nothing_is_loaded(browser: Browser, tmp_path: Path, width: int) -> None:
    path = tmp_path / "report.html"
    path.write_text(report(measured("seeds.dev", True), measured("seeds.test", False)), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(path.as_uri())
    assert page.evaluate("document.querySelectorAll('svg text').length") > 50
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert (requests, complaints) == ([path.as_uri()], [])
    page.close()


def test_ink_and_paper_change_places_in_the_dark(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(report(measured("seeds.dev", True)), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    colours = "[...document.querySelectorAll('body, svg text')].slice(0, 2).map((each, n) =>"
    colours += " getComputedStyle(each)[n ? 'fill' : 'backgroundColor'])"
    page.emulate_media(color_scheme="light")
    assert page.evaluate(colours) == ["rgb(251, 250, 248)", "rgb(29, 39, 48)"]
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(colours) == ["rgb(20, 25, 29)", "rgb(230, 234, 236)"]
    page.close()
