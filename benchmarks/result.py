"""One measured line: the figure, its target, both sides, and the machine it was measured on."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.errors import EvaluationError

__all__ = ["RESULTS", "ROOT", "Result", "as_text", "describe_machine", "read_results", "report", "write_result"]

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"

_PACKAGES = (
    "faiss-cpu", "numpy", "onnxruntime", "sentence-transformers", "tantivy", "tokenizers", "torch", "transformers",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """``value`` is what the ``target`` is for: at most that, or at least. ``sides`` are what was set against each
    other, as a person reads them; ``details`` the figures behind, by name."""

    name: str
    title: str
    value: float
    target: float
    at_most: bool
    sides: Mapping[str, str]
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reached(self) -> bool:
        return self.value <= self.target if self.at_most else self.value >= self.target


def report(result: Result) -> str:
    """A result in a few lines: the figure and its target first, then the sides, then what is behind."""
    bound = "at most" if result.at_most else "at least"
    reached = "reached" if result.reached else "MISSED"
    sides = [f"  {side}: {text}" for side, text in result.sides.items()]
    details = [f"  {name}: {as_text(value)}" for name, value in result.details.items()]
    head = f"{result.name}: {result.title}: {result.value:.3f} (target {bound} {result.target:g}: {reached})"
    return "\n".join([head, *sides, *details])


def as_text(value: object) -> str:
    """A side or a detail as a person reads it."""
    return ", ".join(f"{name} {item}" for name, item in value.items()) if isinstance(value, Mapping) else str(value)


def write_result(result: Result, directory: Path = RESULTS) -> None:
    """Write ``<name>.json``, with a description of this machine, into ``directory``, which is made when missing."""
    directory.mkdir(parents=True, exist_ok=True)
    body = asdict(result) | {"machine": describe_machine()}
    (directory / f"{result.name}.json").write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", "utf-8")


def read_results(directory: Path = RESULTS) -> list[tuple[Result, Mapping[str, Any]]]:
    """What `write_result` wrote, each with its machine, by name; EvaluationError when there is none or it is broken."""
    paths: Sequence[Path] = sorted(directory.glob("*.json"))
    if not paths:
        raise EvaluationError(f"{directory}: there are no benchmark results here; run `python -m benchmarks` first.")
    return [_read(path) for path in paths]


def _read(path: Path) -> tuple[Result, Mapping[str, Any]]:
    try:
        body = json.loads(path.read_text("utf-8"))
        machine = body.pop("machine")
        return Result(**body), machine
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvaluationError(f"{path}: this is not a benchmark result ({error}); run it again.") from error


def describe_machine() -> dict[str, Any]:
    """Processor, cores this process may use, Python, and the versions of the packages that decide the speed."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def _processor() -> str:
    """The model as Linux names it; elsewhere what Python knows, which may be little."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.is_file() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())
