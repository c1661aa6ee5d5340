"""The results of an evaluation as JUnit XML, which CI systems show as tests: a metric is a test case of its result."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from eval.gate import RULES
from eval.metrics import METRICS
from eval.report import Result

__all__ = ["junit_xml"]

_GATE = "gate"
_PROMISES = {rule.metric: rule.promise for rule in RULES if rule.promise is not None}
# Every character that XML 1.0 cannot hold, escaped or not.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(results: Sequence[Result], worse: Sequence[str]) -> str:
    """A suite a result with a test case a metric, named "promise: ..." where it has one value to keep.

    ``worse`` are the sentences of the gate. Each fails the test case of the metric that it is about; one about
    anything else fails a test case of its own in the suite "gate", so that none is lost. A metric that applied to no
    question is skipped. The form is that of Jenkins and Surefire (junit-10.xsd).
    """
    about: dict[tuple[str, str], list[str]] = {}
    for sentence in worse:
        about.setdefault(_about(sentence, results), []).append(sentence)
    suites = [
        _suite(result["name"], [_metric(result, metric, about.get((result["name"], metric), [])) for metric in METRICS])
        for result in results
    ]
    if others := about.get((_GATE, _GATE)):
        suites.append(_suite(_GATE, [_case(_GATE, f"finding {n}", [said]) for n, said in enumerate(others, start=1)]))
    root = Element("testsuites", _counts(suites))
    root.extend(suites)
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _about(sentence: str, results: Sequence[Result]) -> tuple[str, str]:
    """The result and the metric that a sentence of the gate names: "<result>: <metric> ..."."""
    for result in results:
        for metric in METRICS:
            if re.search(rf"(?<!\S){re.escape(result['name'])}: {re.escape(metric)}(?!\S)", sentence):
                return result["name"], metric
    return _GATE, _GATE


def _metric(result: Result, metric: str, failures: Sequence[str]) -> Element:
    value = result["metrics"]["all"][metric]
    name = f"promise: {metric} = {_PROMISES[metric]:g}" if metric in _PROMISES else metric
    case = _case(result["name"], name, failures)
    if value is None and not failures:
        SubElement(case, "skipped", message="no question to measure it by")
    if value is not None:
        SubElement(case, "system-out").text = str(value)
    return case


def _case(suite: str, name: str, failures: Sequence[str]) -> Element:
    case = Element("testcase", classname=_clean(suite), name=name)
    if failures:
        said = _clean("\n".join(failures))
        SubElement(case, "failure", message=said, type="worse").text = said
    return case


def _suite(name: str, cases: Sequence[Element]) -> Element:
    suite = Element(
        "testsuite", name=_clean(name), skipped=str(sum(case.find("skipped") is not None for case in cases))
    )
    suite.extend(cases)
    suite.attrib |= _counts([suite])
    return suite


def _counts(suites: Sequence[Element]) -> dict[str, str]:
    cases = [case for suite in suites for case in suite]
    failures = sum(case.find("failure") is not None for case in cases)
    return {"tests": str(len(cases)), "failures": str(failures), "errors": "0"}


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
