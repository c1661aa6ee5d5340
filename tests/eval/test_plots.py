import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import pytest

from eval.plots import Tenth, latency, recall_by_k, reliability, right_by_kind, risk_coverage, tenths

SVG = "{http://www.w3.org/2000/svg}"
BLUE = "#0072b2"
CURVE = [
    {"coverage": 0.25, "risk": 0.0, "confidence": 0.9},
    {"coverage": 0.5, "risk": 0.1, "confidence": 0.8},
    {"coverage": 0.75, "risk": 0.3, "confidence": 0.7},
    {"coverage": 1.0, "risk": 0.4, "confidence": 0.123},
]
PLOTS: dict[str, Callable[[], str]] = {
    "recall": lambda: recall_by_k({1: 0.25, 3: 0.5, 5: 1.0}),
    "risk": lambda: risk_coverage(CURVE),
    "reliability": lambda: reliability([0.05, 0.55, 0.57, 0.95, 1.0], [False, True, False, True, True]),
    "latency": lambda: latency([10.0, 11.0, 12.0, 13.0, 14.0, 500.0]),
    "kind": lambda: right_by_kind({"when": (0.5, 4), "who": (1.0, 2), "how": (0.5, 6)}),
}
every_plot = pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def drawn(svg: str, style: str) -> list[list[tuple[float, float]]]:
    """The corners of every path that is drawn in this style."""
    paths = [path for path in ElementTree.fromstring(svg).iter(f"{SVG}path") if style in path.get("style", "")]
    return [[(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", path.attrib["d"])] for path in paths]


def extents(svg: str, axis: int) -> list[float]:
    """The lengths of the blue bars along an axis, 0 across the page and 1 up."""
    bars = [[corner[axis] for corner in bar] for bar in drawn(svg, f"fill: {BLUE}")]
    return [max(bar) - min(bar) for bar in bars]


def test_confidences_are_counted_in_tenths() -> None:
    confidences = [0.0, 0.09, 0.31, 0.35, 0.39, 0.99, 1.0]
    assert tenths(confidences, [False, True, True, True, False, True, True]) == [
        Tenth(0.0, 2, 0.5),
        Tenth(0.3, 3, pytest.approx(2 / 3)),
        Tenth(0.9, 2, 1.0),
    ]


@pytest.mark.parametrize("number", range(10))
def test_a_tenth_begins_at_its_own_number(number: int) -> None:
    assert tenths([number / 10], [True]) == [Tenth(number / 10, 1, 1.0)]


def test_recall_bars_are_as_high_as_their_values() -> None:
    svg = PLOTS["recall"]()
    quarter, half, whole = extents(svg, 1)
    assert (half, whole) == (pytest.approx(2 * quarter), pytest.approx(4 * quarter))
    assert {"1", "3", "5", "0.250", "0.500", "1.000"} <= set(texts(svg))


def test_the_risk_line_goes_through_its_points() -> None:
    svg = PLOTS["risk"]()
    ((first, second, _, third),) = drawn(svg, f"stroke: {BLUE}")
    assert third[0] - first[0] == pytest.approx(3 * (second[0] - first[0]))
    assert third[1] - first[1] == pytest.approx(4 * (second[1] - first[1]))
    assert third[0] > first[0]
    assert third[1] < first[1]


def test_every_second_point_of_the_risk_line_has_its_least_confidence() -> None:
    labels = texts(PLOTS["risk"]())
    assert {"0.80", "0.12"} <= set(labels)
    assert not {"0.90", "0.70"} & set(labels)


def test_a_risk_of_nothing_is_still_drawn() -> None:
    svg = risk_coverage([{"coverage": share, "risk": 0.0, "confidence": 0.5} for share in (0.5, 1.0)])
    assert [y for _, y in drawn(svg, f"stroke: {BLUE}")[0]] == [
        pytest.approx(drawn(svg, f"stroke: {BLUE}")[0][0][1])
    ] * 2


def test_the_few_points_of_a_small_gold_file_are_labelled_once() -> None:
    labels = texts(risk_coverage([{"coverage": 1.0, "risk": 0.5, "confidence": 0.77}] * 10))
    assert labels.count("0.77") == 1


def test_reliability_shows_shares_above_and_numbers_beneath() -> None:
    svg = PLOTS["reliability"]()
    none, half, whole = extents(svg, 1)
    assert none == 0
    assert whole == pytest.approx(2 * half)
    assert [text for text in texts(svg) if text in ("1", "2")] == ["1", "2", "2"]
    assert "from 0.5 50% of 2, from 0.9 100% of 2" in ElementTree.fromstring(svg).attrib["aria-label"]


def test_calibrated_bars_would_end_at_the_dashed_line() -> None:
    svg = PLOTS["reliability"]()
    ((start, end),) = [line for line in drawn(svg, "stroke-dasharray") if line[0][1] > line[1][1]]
    bars = drawn(svg, f"fill: {BLUE}")
    assert start[1] == pytest.approx(max(y for bar in bars for _, y in bar))
    assert end[1] == pytest.approx(min(y for bar in bars for _, y in bar))


def test_latency_marks_the_percentiles() -> None:
    labels = texts(latency([10.0, 20.0, 30.0, 40.0, 50.0]))
    assert {"p50 30 ms", "p95 48 ms"} <= set(labels)
    assert not [label for label in labels if "slower" in label]


def test_a_far_slower_question_is_counted_instead_of_drawn() -> None:
    times = [10.0, 10.0, 10.0, 11.0, 12.0, 12.0, 12.0] * 5
    svg = latency([*times, 1104.4])
    assert "and 1 slower, up to 1104 ms" in texts(svg)
    assert extents(svg, 1) == pytest.approx(extents(latency(times), 1), rel=0.1)


def test_no_more_than_one_in_twenty_is_left_out() -> None:
    labels = texts(latency([10.0] * 90 + [1000.0] * 10))
    assert "p95 1000 ms" in labels
    assert not [label for label in labels if "slower" in label]


def test_equal_times_are_drawn() -> None:
    assert "p50 12 ms" in texts(latency([12.0, 12.0, 12.0]))


def test_kinds_stand_best_first_with_their_numbers_of_questions() -> None:
    svg = PLOTS["kind"]()
    assert [text for text in texts(svg) if text in ("when", "who", "how")] == ["who", "how", "when"]
    assert [text for text in texts(svg) if " of " in text] == ["100% of 2", "50% of 6", "50% of 4"]
    first, second, third = extents(svg, 0)
    assert (second, third) == (pytest.approx(first / 2), pytest.approx(first / 2))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('<b>&"$x_1$', '<b>&"$x_1$'),
        ("行列🙂", "行列🙂"),
        ("a\x00b\x1b", "a b "),
        ("\ud800", " "),
        ("x" * 24, "x" * 24),
        ("x" * 25, "x" * 23 + "…"),
    ],
)
def test_a_name_from_outside_is_shown_as_text(name: str, shown: str) -> None:
    assert shown in texts(right_by_kind({name: (0.5, 4)}))


@every_plot
def test_a_plot_takes_ink_and_font_from_its_page(plot: Callable[[], str]) -> None:
    styles = " ".join(element.get("style", "") for element in ElementTree.fromstring(plot()).iter())
    assert set(re.findall(r"(?:fill|stroke): ([^;\s]+)", styles)) <= {"none", "currentColor", BLUE}
    assert styles.count("font-family") == 1


@every_plot
def test_a_plot_leaves_the_rest_of_its_page_alone(plot: Callable[[], str]) -> None:
    elements = list(ElementTree.fromstring(plot()).iter())
    assert {element.tag for element in elements} <= {f"{SVG}{tag}" for tag in ("svg", "g", "path", "text", "tspan")}
    assert not [element for element in elements if {"id", "href", "clip-path"} & element.attrib.keys()]


@every_plot
def test_a_plot_says_what_it_shows(plot: Callable[[], str]) -> None:
    attributes = ElementTree.fromstring(plot()).attrib
    assert attributes["role"] == "img"
    assert re.search(r"\d", attributes["aria-label"])


def test_the_same_numbers_are_the_same_text_whatever_the_persons_settings(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("font.size: 30\naxes.grid: True\n", encoding="utf-8")
    script = (
        "import sys; from tests.eval.test_plots import PLOTS; sys.stdout.write(''.join(p() for p in PLOTS.values()))"
    )
    other = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"MATPLOTLIBRC": str(tmp_path), "PYTHONHASHSEED": "7", "PYTHONIOENCODING": "utf-8"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
    )
    assert other.stdout.decode() == "".join(plot() for plot in PLOTS.values())


def test_a_plot_leaves_matplotlibs_settings_as_they_were() -> None:
    before = dict(matplotlib.rcParams)
    PLOTS["recall"]()
    assert dict(matplotlib.rcParams) == before
