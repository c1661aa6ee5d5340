"""Peak resident memory of one cold ``avots ask``."""

import sys
from pathlib import Path
from statistics import median

from benchmarks.command import ask_command, run, seeds_index
from benchmarks.result import Result

__all__ = ["measure"]

_ROUNDS = 3
# In a small process of its own: Linux counts the peak of a program from that of the process which started it.
_WATCH = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes in what `ru_maxrss` counts


def measure(data: Path | None, rounds: int = _ROUNDS) -> Result:
    """The median of a few processes, in MB (10^6 bytes). ``data`` is not needed."""
    with seeds_index() as directory:
        peaks = [_peak(ask_command(directory)) for _ in range(rounds)]
        bare = _peak([sys.executable, "-c", ""])
    return Result(
        name="memory",
        title="peak memory of one cold `avots ask`, in MB",
        value=median(peaks),
        target=700.0,
        at_most=True,
        sides={"avots ask": f"{median(peaks):.0f} MB", "python alone": f"{bare:.0f} MB"},
        details={"rounds": rounds, "highest, in MB": round(max(peaks), 1)},
    )


def _peak(command: list[str]) -> float:
    return int(run([sys.executable, "-c", _WATCH, *command])) * _UNIT / 1e6
