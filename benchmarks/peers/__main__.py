"""``python -m benchmarks.peers PEER [--python PYTHON] [--data FOLDER]``: measure one peer (see README.md).

Each phase is a process of its own in the peer's environment. Writes ``benchmarks/peers/results/<peer>.json``. Exit
codes: 0 measured, 1 a crash (Python's own), 2 something could not be measured.
"""

import argparse
import json
import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from subprocess import run
from typing import Any

from benchmarks.peers.corpus import Corpus, asked, gold, write_corpora
from benchmarks.peers.judge import score
from benchmarks.peers.protocol import Found, Quote
from benchmarks.peers.reader_folder import write_reader
from benchmarks.peers.result import Costs, Measured, PeerResult, write_result
from benchmarks.result import ROOT, describe_machine
from benchmarks.timing import seconds
from eval.errors import EvaluationError
from eval.gold import GoldFile
from eval.metrics import percentile
from index.errors import AvotsError
from index.model import checkpoint_directory, load

__all__ = ["RUNNERS", "main"]

RUNNERS: Mapping[str, str] = {
    "avots": "run_avots",
    "avots-sentence": "run_avots",
    "haystack": "run_haystack",
    "haystack-reader": "run_haystack",
    "llamaindex": "run_llamaindex",
    "txtai": "run_txtai",
    "txtai-reader": "run_txtai",
}

_WORK = ROOT / "build" / "peers"
_ROUNDS = 3
# No peer may ask a hub for what it has been given, nor report that it was used.
_OFFLINE = {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False", "TOKENIZERS_PARALLELISM": "false"}


def main(argv: Sequence[str]) -> int:
    """Measure the peer that ``argv`` names and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description="Measure a peer beside Avots.")
    parser.add_argument("peer", choices=list(RUNNERS))
    parser.add_argument("--python", default=sys.executable, help="the Python of the peer's environment (this one)")
    parser.add_argument("--data", type=Path, help="folder with fullstack_lv/, for the second corpus")
    arguments = parser.parse_args(argv)
    try:
        write_result(_measure(arguments.peer, arguments.python, arguments.data, _command(arguments)))
    except (AvotsError, OSError) as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 2
    return 0


def _command(arguments: argparse.Namespace) -> str:
    """As another person would type it, who has other folders."""
    python = [] if arguments.python == sys.executable else ["--python", "VENV/bin/python"]
    data = [] if arguments.data is None else ["--data", "FOLDER"]
    return shlex.join(["python", "-m", "benchmarks.peers", arguments.peer, *python, *data])


def _measure(peer: str, python: str, data: Path | None, command: str) -> PeerResult:
    load()  # prepares the built-in model where it never was
    reader = write_reader(ROOT / "rag" / "span_reader.onnx", checkpoint_directory(), _WORK / "reader")
    file = gold()
    corpora: list[Measured] = []
    versions: dict[str, str] = {}
    for corpus in write_corpora(_WORK / "documents", data):
        job = _write_job(_WORK / peer / corpus.folder.name, corpus, reader, file)
        measured, versions = _phases([python, "-m", f"benchmarks.peers.{RUNNERS[peer]}", peer], job, corpus, file)
        corpora.append(measured)
    machine = describe_machine()
    return PeerResult(peer, command, versions, machine, _asked(file), tuple(corpora))


def _write_job(work: Path, corpus: Corpus, reader: Path, file: GoldFile) -> Path:
    """Where everything is, as `protocol.main` reads it; ``index`` is made empty."""
    shutil.rmtree(work, ignore_errors=True)
    (work / "index").mkdir(parents=True)
    job = {
        "model": str(checkpoint_directory()),
        "reader": str(reader),
        "documents": str(corpus.folder),
        "index": str(work / "index"),
        "questions": [[question.id, question.question] for question in asked(file)],
    }
    (work / "job.json").write_text(json.dumps(job, ensure_ascii=False), "utf-8")
    return work / "job.json"


def _phases(runner: list[str], job: Path, corpus: Corpus, file: GoldFile) -> tuple[Measured, dict[str, str]]:
    index, ask = (_phase(runner, name, job) for name in ("index", "ask"))
    _phase(runner, "cold", job)  # fills the page cache
    cold = median(seconds(partial(_phase, runner, "cold", job)) for _ in range(_ROUNDS))
    times = [1000 * answer["seconds"] for answer in ask["asked"]]
    costs = Costs(
        passages=index["passages"],
        index_seconds=index["seconds"],
        index_mb=index["peak_mb"],
        question_p50=percentile(times, 50),
        question_p95=percentile(times, 95),
        cold_seconds=cold,
        cold_mb=_read(job, "cold")["peak_mb"],
    )
    scores = score(asked(file), [_found(answer) for answer in ask["asked"]], corpus.texts)
    return Measured(corpus.name, len(corpus.texts), scores, costs), dict(ask["versions"])


def _phase(runner: list[str], phase: str, job: Path) -> dict[str, Any]:
    done = run([*runner, phase, str(job)], cwd=ROOT, env=os.environ | _OFFLINE, check=False)
    if done.returncode:
        raise EvaluationError(f"{shlex.join(runner)} {phase}: failed with {done.returncode}; see what it printed.")
    return _read(job, phase)


def _read(job: Path, phase: str) -> dict[str, Any]:
    outcome: dict[str, Any] = json.loads(job.with_name(f"{phase}.json").read_text("utf-8"))
    return outcome


def _found(answer: Mapping[str, Any]) -> Found:
    cited = answer["cited"]
    return Found(tuple(Quote(**hit) for hit in answer["hits"]), None if cited is None else Quote(**cited))


def _asked(file: GoldFile) -> dict[str, Any]:
    questions = asked(file)
    answerable = sum(question.answerable for question in questions)
    return {
        "sha256": file.sha256,
        "answerable": answerable,
        "unanswerable": len(questions) - answerable,
        "left_out": len(file.questions) - len(questions),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
