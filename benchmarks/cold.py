"""How long a cold ``avots ask`` takes, set against a bare import of sentence-transformers."""

import sys
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.command import ask_command, run, seeds_index
from benchmarks.result import Result
from benchmarks.timing import interleaved, ratio_of_medians

__all__ = ["measure"]

_ROUNDS = 7


def measure(data: Path | None, rounds: int = _ROUNDS) -> Result:
    """Wall times of whole processes; the first of each side only warms the page cache. ``data`` is not needed."""
    with seeds_index() as directory:
        command = ask_command(directory)
        ask = partial(run, command)
        load = partial(run, [sys.executable, "-c", "import sentence_transformers"])
        ask()
        load()
        asking, loading = interleaved(ask, load, rounds)
    return Result(
        name="cold",
        title="cold `avots ask` / `import sentence_transformers`",
        value=ratio_of_medians(asking, loading),
        target=0.4,
        at_most=True,
        sides={
            "avots ask": f"{median(asking):.2f} s",
            "import sentence_transformers": f"{median(loading):.2f} s",
        },
        details={
            "rounds": rounds,
            "started as": Path(command[0]).name,
            "fastest ask in seconds": round(min(asking), 2),
        },
    )
