"""A cold ``avots ask`` as a person runs it: its own process, an index on disk, nothing loaded yet."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.corpora import SEEDS
from eval.errors import EvaluationError
from index.embedding import load_embedder
from index.sync import synchronise

__all__ = ["QUESTION", "ask_command", "run", "seeds_index"]

QUESTION = "Kad Liepājā viesojās Azerbaidžānas delegācija?"


@contextmanager
def seeds_index() -> Iterator[Path]:
    """A folder with an index of the seeds, for as long as the context lasts."""
    with TemporaryDirectory(prefix="avots-benchmark-") as directory:
        synchronise(Path(directory), [SEEDS], load_embedder())
        yield Path(directory)


def ask_command(index: Path) -> list[str]:
    """The installed ``avots`` of this environment, or where it is not installed the same entry point."""
    script = Path(sys.executable).with_name("avots")
    entry = [str(script)] if script.is_file() else [sys.executable, "-c", "import ui.cli, sys; sys.exit(ui.cli.main())"]
    return [*entry, "ask", QUESTION, "--index", str(index)]


def run(command: Sequence[str]) -> str:
    """What ``command`` prints; EvaluationError when it fails, because then its time means nothing."""
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    if done.returncode != 0:
        raise EvaluationError(f"{' '.join(command)}: failed with {done.returncode}: {done.stderr.strip()}")
    return done.stdout
