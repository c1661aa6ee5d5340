"""What a runner of a peer is, and the process that measures one. Standard library only: it runs in each peer's own
environment, which has nothing of this project's.
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

__all__ = ["Found", "Peer", "Quote", "main", "read_documents"]


@dataclass(frozen=True, slots=True)
class Quote:
    """Text that a peer returned, said to stand in ``document``.

    ``within`` is the passage that an answer was extracted from: a date stands in a page more than once.
    """

    document: str
    text: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """``hits``: what was retrieved, best first. ``cited``: what is shown as the answer; None when it was refused."""

    hits: tuple[Quote, ...]
    cited: Quote | None


class Peer(Protocol):
    """Made from the folder with the embedding model, which is not loaded then."""

    def prepare(self) -> None:
        """Load the model for indexing; not timed."""

    def index(self, documents: Path, folder: Path) -> int:
        """Index a folder of ``*.txt`` into the empty ``folder``; the number of passages."""

    def open(self, folder: Path, reader: Path) -> None:
        """Load what asking needs, and what `index` left in ``folder``.

        ``reader`` is the folder of a question-answering model, for those that use one.
        """

    def ask(self, question: str) -> Found: ...


def read_documents(folder: Path) -> dict[str, str]:
    """The texts of a folder by file name, in the order of the names."""
    return {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.txt"))}


def main(peers: Mapping[str, Callable[[Path], Peer]], packages: Sequence[str]) -> None:
    """Run one phase of one peer; ``JOB`` is a JSON file that says where everything is, written by the driver.

    index: writes ``index.json`` beside JOB: passages, seconds, peak memory, versions of ``packages``.
    ask: every question once, after the first as a warm-up: ``ask.json``.
    cold: the first question alone; the driver times the whole process: ``cold.json``.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("peer", choices=list(peers))
    parser.add_argument("phase", choices=list(_PHASES))
    parser.add_argument("job", type=Path)
    arguments = parser.parse_args()
    job = json.loads(arguments.job.read_text("utf-8"))
    outcome = _PHASES[arguments.phase](peers[arguments.peer](Path(job["model"])), job)
    outcome |= {"peak_mb": _peak(), "versions": {name: version(name) for name in packages}}
    path = arguments.job.with_name(f"{arguments.phase}.json")
    path.write_text(json.dumps(outcome, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _index(peer: Peer, job: Mapping[str, Any]) -> dict[str, Any]:
    peer.prepare()
    began = time.perf_counter()
    passages = peer.index(Path(job["documents"]), Path(job["index"]))
    return {"passages": passages, "seconds": time.perf_counter() - began}


def _ask(peer: Peer, job: Mapping[str, Any]) -> dict[str, Any]:
    _cold(peer, job)
    return {"asked": [{"id": identifier, **_timed(peer, question)} for identifier, question in job["questions"]]}


def _timed(peer: Peer, question: str) -> dict[str, Any]:
    began = time.perf_counter()
    found = peer.ask(question)
    return {"seconds": time.perf_counter() - began, **asdict(found)}


def _cold(peer: Peer, job: Mapping[str, Any]) -> dict[str, Any]:
    peer.open(Path(job["index"]), Path(job["reader"]))
    peer.ask(job["questions"][0][1])
    return {}


_PHASES: Mapping[str, Callable[[Peer, Mapping[str, Any]], dict[str, Any]]] = {
    "index": _index,
    "ask": _ask,
    "cold": _cold,
}


def _peak() -> float:
    """Highest resident memory of this process in MB (10^6 bytes). Linux: `ru_maxrss` would count the starting one."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6
