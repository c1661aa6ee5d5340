import re
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from eval.gate import Change
from eval.junit import junit_xml
from eval.metrics import METRICS
from eval.report import Result


def result(name: str = "seeds.dev", **values: float | None) -> Result:
    metrics: dict[str, Any] = dict.fromkeys(METRICS, 1.0) | values
    return {"name": name, "metrics": {"all": metrics}}


def suites(results: Sequence[Result], worse: Sequence[str] = ()) -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring(junit_xml(results, worse).encode("utf-8"))
    assert root.tag == "testsuites"
    return {suite.attrib["name"]: suite for suite in root}


def failures(results: Sequence[Result], worse: Sequence[str]) -> dict[tuple[str, str], str]:
    """Suite and test case -> what its failure says."""
    return {
        (name, case.attrib["name"]): found.attrib["message"]
        for name, suite in suites(results, worse).items()
        for case in suite
        if (found := case.find("failure")) is not None
    }


def test_every_metric_of_every_result_is_one_test_case() -> None:
    found = suites([result("seeds.dev"), result("seeds.test")])
    assert list(found) == ["seeds.dev", "seeds.test"]
    for name, suite in found.items():
        names = [case.attrib["name"] for case in suite]
        assert [re.sub("promise: | = 1", "", case) for case in names] == list(METRICS)
        assert {case.attrib["classname"] for case in suite} == {name}


def test_promises_are_named_as_such() -> None:
    names = [case.attrib["name"] for case in suites([result()])["seeds.dev"]]
    assert [name for name in names if "promise" in name] == ["promise: verbatim = 1", "promise: uncited_refusals = 1"]


def test_a_test_case_has_the_value() -> None:
    case = suites([result(answer_right=0.7368)])["seeds.dev"][0]
    assert (case.attrib["name"], case.findtext("system-out")) == ("answer_right", "0.7368")


def test_without_a_sentence_of_the_gate_nothing_fails() -> None:
    assert failures([result()], []) == {}


def test_a_sentence_fails_the_metric_that_it_is_about() -> None:
    said = str(Change("seeds.dev", "recall@1", 0.9, 0.7, 0.02))
    assert failures([result()], [said]) == {("seeds.dev", "recall@1"): said}


def test_a_longer_name_of_a_metric_or_result_is_another_one() -> None:
    results = [result("eds.dev"), result("seeds.dev"), result("seeds.dev+distractors")]
    said = [
        str(Change("seeds.dev+distractors", "recall@10", 0.9, 0.7, 0.02)),
        str(Change("seeds.dev", "recall@1", 0.9, 0.6, 0.02)),
    ]
    assert failures(results, said) == {
        ("seeds.dev+distractors", "recall@10"): said[0],
        ("seeds.dev", "recall@1"): said[1],
    }


def test_a_broken_promise_fails_its_own_test_case() -> None:
    said = str(Change("seeds.dev", "verbatim", 1.0, 0.99, 0.0))
    assert failures([result(verbatim=0.99)], [said]) == {("seeds.dev", "promise: verbatim = 1"): said}


def test_two_sentences_about_one_metric_are_one_failure() -> None:
    said = ["seeds.dev: short_em is 0.5, too low", "seeds.dev: short_em is 0.5, and nobody knows why"]
    assert failures([result()], said) == {("seeds.dev", "short_em"): "\n".join(said)}


def test_sentences_about_anything_else_fail_the_gate() -> None:
    said = ["the baseline has seeds.test, but it was not measured.", "other gold"]
    assert failures([result()], said) == {("gate", "finding 1"): said[0], ("gate", "finding 2"): said[1]}
    assert failures([], said[:1]) == {("gate", "finding 1"): said[0]}


def test_a_metric_that_no_question_measures_is_skipped() -> None:
    suite = suites([result(short_em=None)])["seeds.dev"]
    assert [case.attrib["name"] for case in suite if case.find("skipped") is not None] == ["short_em"]
    assert suite.attrib["skipped"] == "1"


def test_a_metric_that_lost_its_value_fails_and_is_not_skipped() -> None:
    said = str(Change("seeds.dev", "short_em", 0.5, None, 0.02))
    suite = suites([result(short_em=None)], [said])["seeds.dev"]
    assert (suite.attrib["failures"], suite.attrib["skipped"]) == ("1", "0")


def test_the_numbers_of_tests_and_failures_are_those_of_the_cases() -> None:
    said = [
        str(Change("seeds.dev", "short_em", 0.5, 0.1, 0.02)),
        str(Change("seeds.dev", "ndcg@10", 0.5, 0.1, 0.02)),
        "?",
    ]
    root = ElementTree.fromstring(junit_xml([result(), result("seeds.test")], said).encode("utf-8"))
    assert [(suite.attrib["tests"], suite.attrib["failures"]) for suite in root] == [
        (str(len(METRICS)), "2"),
        (str(len(METRICS)), "0"),
        ("1", "1"),
    ]
    assert (root.attrib["tests"], root.attrib["failures"]) == (str(2 * len(METRICS) + 1), "3")


@given(st.text(st.characters(categories=["C", "L", "P", "S"])))
def test_whatever_a_sentence_holds_the_report_is_xml(said: str) -> None:
    (shown,) = failures([result()], [said]).values()
    assert len(shown) == len(said)


def test_markup_in_a_sentence_is_text() -> None:
    said = '<failure>&amp; "quoted" ]]>'
    assert failures([result()], [said]) == {("gate", "finding 1"): said}
