"""What was measured of one peer, kept as JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers.judge import Scores
from eval.errors import EvaluationError

__all__ = ["RESULTS", "Costs", "Measured", "PeerResult", "read_results", "write_result"]

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Costs:
    """``index_seconds`` is for the whole folder, the model being loaded; question times are in milliseconds.

    ``index_mb`` and ``cold_mb`` are the highest resident memory, in 10^6 bytes, of the process that indexed and of one
    that opened the index, answered one question and ended, which took ``cold_seconds`` (median of a few).
    """

    passages: int
    index_seconds: float
    index_mb: float
    question_p50: float
    question_p95: float
    cold_seconds: float
    cold_mb: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One peer on one corpus of so many ``documents``."""

    corpus: str
    documents: int
    scores: Scores
    costs: Costs


@dataclass(frozen=True, slots=True)
class PeerResult:
    """``gold`` says what was asked: sha256, answerable, unanswerable, left_out. ``machine``: as in `benchmarks`."""

    peer: str
    command: str
    versions: Mapping[str, str]
    machine: Mapping[str, Any]
    gold: Mapping[str, Any]
    corpora: tuple[Measured, ...]


def write_result(result: PeerResult, directory: Path = RESULTS) -> None:
    """Write ``<peer>.json`` into ``directory``, which is made when missing."""
    directory.mkdir(parents=True, exist_ok=True)
    body = json.dumps(asdict(result), ensure_ascii=False, indent=1)
    (directory / f"{result.peer}.json").write_text(body + "\n", "utf-8")


def read_results(directory: Path = RESULTS) -> dict[str, PeerResult]:
    """What `write_result` wrote, by peer; EvaluationError when there is none, one is broken, or they do not compare."""
    results = [_read(path) for path in sorted(directory.glob("*.json"))]
    if not results:
        raise EvaluationError(f"{directory}: there are no results of peers here; see benchmarks/peers/README.md.")
    first = results[0]
    for other in results:
        if other.gold != first.gold or _corpora(other) != _corpora(first):
            raise EvaluationError(
                f"{directory}: {first.peer} and {other.peer} were not asked the same questions over the same "
                "documents; measure the older one again."
            )
    return {result.peer: result for result in results}


def _corpora(result: PeerResult) -> list[tuple[str, int]]:
    return [(measured.corpus, measured.documents) for measured in result.corpora]


def _read(path: Path) -> PeerResult:
    try:
        body = json.loads(path.read_text("utf-8"))
        return PeerResult(**body | {"corpora": tuple(_measured(item) for item in body["corpora"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvaluationError(f"{path}: this is not a result of a peer ({error}); measure it again.") from error


def _measured(item: dict[str, Any]) -> Measured:
    scores = Scores(**item["scores"] | {"right": tuple(item["scores"]["right"])})
    return Measured(item["corpus"], item["documents"], scores, Costs(**item["costs"]))
