"""The plots of an evaluation: pure functions from numbers to inline SVG, by matplotlib.

The same numbers give the same text, byte for byte. A plot takes its ink and its font from the page around it; beside
them it has one colour, the blue of Okabe and Ito (2008), which colour-blind people see too and which stands out on a
light and on a dark page. It carries no ids, so that many plots can stand in one page, and it scales with its width.
"""

import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from eval.metrics import percentile

__all__ = ["Tenth", "latency", "recall_by_k", "reliability", "right_by_kind", "risk_coverage", "tenths"]

_BLUE = "#0072b2"
# Stands for the colour of the text around the plot: SVG calls it currentColor, a name that matplotlib does not know.
_INK = "#010203"
_SVG = "http://www.w3.org/2000/svg"
_SMALL = 9
_LONGEST_NAME = 24
_STYLE = {
    "axes.edgecolor": _INK,
    "axes.facecolor": "none",
    "axes.labelcolor": _INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.constrained_layout.use": True,
    "figure.facecolor": "none",
    "legend.fontsize": _SMALL,
    "legend.frameon": False,
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "svg.hashsalt": "avots",
    "text.color": _INK,
    "text.parse_math": False,
    "xtick.bottom": False,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "ytick.left": False,
}
_GRID: dict[str, Any] = {"color": _INK, "alpha": 0.15, "linewidth": 0.8, "clip_on": False}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


@dataclass(frozen=True, slots=True)
class Tenth:
    """Questions whose confidence is in [``low``, ``low`` + 0.1): how many, and the ``share`` that is answerable."""

    low: float
    questions: int
    share: float


def tenths(confidences: Sequence[float], answerable: Sequence[bool]) -> list[Tenth]:
    """The tenths of [0, 1] that hold any confidence, lowest first; 1 itself belongs to the last."""
    groups: dict[int, list[bool]] = {}
    for confidence, outcome in zip(confidences, answerable, strict=True):
        groups.setdefault(min(int(10 * confidence), 9), []).append(outcome)
    return [Tenth(number / 10, len(group), sum(group) / len(group)) for number, group in sorted(groups.items())]


def recall_by_k(recall: Mapping[int, float]) -> str:
    """Recall of gold spans in the first k passages, by k."""
    said = ", ".join(f"recall@{k} {value:.3f}" for k, value in recall.items())
    with _style():
        figure = _figure()
        axes = figure.add_subplot()
        bars = axes.bar([str(k) for k in recall], list(recall.values()), width=0.6, color=_BLUE, clip_on=False)
        axes.bar_label(bars, [f"{value:.3f}" for value in recall.values()], padding=2, fontsize=_SMALL)
        _shares(axes.yaxis, axes)
        axes.set(xlabel="passages found, k", ylabel="recall@k", ylim=(0, 1))
        return _inline(figure, f"Recall by k: {said}.")


def risk_coverage(curve: Sequence[Mapping[str, float]]) -> str:
    """The points of `eval.metrics.risk_coverage`: wrong share ("risk") of the surest share ("coverage").

    The least confidence among those questions stands above every second point, the last among them.
    """
    coverage, risk = [point["coverage"] for point in curve], [point["risk"] for point in curve]
    said = ", ".join(f"{point['coverage']:.0%} answered {point['risk']:.1%} wrong" for point in curve)
    with _style():
        figure = _figure(height=3.1)
        axes = figure.add_subplot()
        axes.plot(coverage, risk, color=_BLUE, linewidth=2, clip_on=False)
        above = axes.secondary_xaxis("top")
        least = {point["coverage"]: f"{point['confidence']:.2f}" for point in curve[::-2]}
        above.set_xticks(list(least), list(least.values()), fontsize=_SMALL)
        above.set_xlabel("least confidence among them")
        above.tick_params(top=False)
        above.spines["top"].set_visible(False)
        _shares(axes.xaxis, axes)
        _shares(axes.yaxis, axes)
        axes.set(xlabel="surest questions answered", ylabel="answered wrongly", xlim=(0, 1))
        axes.set_ylim(0, max(0.1, 1.1 * max(risk)))
        return _inline(figure, f"Risk and coverage: {said}.")


def reliability(confidences: Sequence[float], answerable: Sequence[bool]) -> str:
    """The reliability diagram (Niculescu-Mizil and Caruana 2005): by tenths of confidence, the share of questions
    that are answerable, and beneath it the number of questions. Calibrated bars end at the dashed line.
    """
    groups = tenths(confidences, answerable)
    said = ", ".join(f"from {group.low:.1f} {group.share:.0%} of {group.questions}" for group in groups)
    middles, counts = [group.low + 0.05 for group in groups], [group.questions for group in groups]
    with _style():
        figure = _figure(height=3.6)
        upper, lower = figure.subplots(2, sharex=True, height_ratios=(5, 2))
        upper.bar(middles, [group.share for group in groups], width=0.09, color=_BLUE, clip_on=False)
        upper.plot((0, 1), (0, 1), color=_INK, linestyle="--", clip_on=False, label="calibrated")
        figure.legend(loc="outside upper right")
        _shares(upper.yaxis, upper)
        upper.set(ylabel="answerable", xlim=(0, 1), ylim=(0, 1))
        bars = lower.bar(middles, counts, width=0.09, color=_INK, alpha=0.5, clip_on=False)
        lower.bar_label(bars, [str(count) for count in counts], padding=1, fontsize=_SMALL)
        lower.set(xlabel="confidence", ylabel="questions", yticks=())
        return _inline(figure, f"Reliability, answerable questions by confidence: {said}.")


def latency(milliseconds: Sequence[float]) -> str:
    """The distribution of the times of whole questions, with p50 and p95; ``milliseconds`` must not be empty.

    Times beyond Tukey's far fence (1977: the third quartile + 3 times the distance of the quartiles) and beyond p95
    are counted under the axis instead of drawn, because one cold start would press all others into one bar.
    """
    p50, p95, slowest = percentile(milliseconds, 50), percentile(milliseconds, 95), max(milliseconds)
    drawn = [value for value in milliseconds if value <= max(_far_fence(milliseconds), p95)]
    left_out = len(milliseconds) - len(drawn)
    note = f"\nand {left_out} slower, up to {slowest:.0f} ms" if left_out else ""
    with _style():
        figure = _figure()
        axes = figure.add_subplot()
        axes.hist(drawn, bins=20, color=_BLUE, clip_on=False)
        axes.axvline(p50, color=_INK, clip_on=False, label=f"p50 {p50:.0f} ms")
        axes.axvline(p95, color=_INK, clip_on=False, linestyle="--", label=f"p95 {p95:.0f} ms")
        figure.legend(loc="outside upper right", ncols=2)
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.grid(axis="y", **_GRID)
        axes.set_axisbelow(True)
        axes.set(xlabel=f"milliseconds for the whole question{note}", ylabel="questions")
        return _inline(figure, f"Latency: p50 {p50:.0f} ms, p95 {p95:.0f} ms, slowest {slowest:.0f} ms.")


def right_by_kind(kinds: Mapping[str, tuple[float, int]]) -> str:
    """The share of answerable questions answered rightly and the number of such questions, by kind; best first."""
    best = sorted(kinds.items(), key=lambda item: (-item[1][0], item[0]))
    names, shares = [_name(name) for name, _ in best], [share for _, (share, _) in best]
    labels = [f"{share:.0%} of {questions}" for _, (share, questions) in best]
    with _style():
        figure = _figure(height=0.9 + 0.26 * len(best))
        axes = figure.add_subplot()
        bars = axes.barh(range(len(best)), shares, height=0.7, color=_BLUE, clip_on=False)
        axes.bar_label(bars, labels, padding=3, fontsize=_SMALL)
        _shares(axes.xaxis, axes)
        axes.set_yticks(range(len(best)), names)
        axes.set(xlabel="answer sentence right", xlim=(0, 1), ylim=(len(best) - 0.5, -0.5))
        said = ", ".join(f"{name} {label}" for name, label in zip(names, labels, strict=True))
        return _inline(figure, f"Answer sentence right by kind: {said}.")


def _style() -> Any:
    return style.context(_STYLE, after_reset=True)


def _figure(height: float = 2.8) -> Figure:
    """An empty figure, 4 inches wide: on a phone the 10 points of its letters are still 10 points."""
    return Figure(figsize=(4, height))


def _far_fence(values: Sequence[float]) -> float:
    first, third = percentile(values, 25), percentile(values, 75)
    return third + 3 * (third - first)


def _shares(axis: Any, axes: Axes) -> None:
    """Percents and grid lines for an axis of fractions."""
    axis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(axis=axis.axis_name, **_GRID)
    axes.set_axisbelow(True)


def _name(text: str) -> str:
    """A name from outside, short enough for a label and without what XML does not allow."""
    clean = "".join(sign if sign.isprintable() else " " for sign in text)
    return clean if len(clean) <= _LONGEST_NAME else f"{clean[: _LONGEST_NAME - 1]}…"


def _inline(figure: Figure, description: str) -> str:
    """The figure as an SVG element for a page; ``description`` is what a screen reader says."""
    buffer = io.StringIO()
    with warnings.catch_warnings():
        # The browser draws the letters, with its own fonts; matplotlib only measures them.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(buffer, format="svg", metadata=_NO_METADATA)
    svg = ElementTree.fromstring(buffer.getvalue())
    svg.remove(svg[0])  # a style sheet for every element, which in a page would be every element of the page
    for element in svg.iter():
        _plain(element)
    svg.attrib = {"xmlns": _SVG, "viewBox": svg.attrib["viewBox"], "role": "img", "aria-label": description}
    svg.attrib["style"] = "font-family: system-ui, sans-serif; stroke-linejoin: round"
    return ElementTree.tostring(svg, encoding="unicode")


def _plain(element: ElementTree.Element) -> None:
    """Leave the element without namespace, id and fonts, and with the ink of the page."""
    element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
    element.attrib.pop("id", None)
    if style := element.get("style"):
        kept = [part for part in style.split("; ") if not part.startswith("font-family")]
        element.set("style", "; ".join(kept).replace(_INK, "currentColor"))
