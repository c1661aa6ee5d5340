"""``python -m benchmarks [NAME ...] [--data FOLDER]``: measure, print, and write ``benchmarks/results/<name>.json``.

Exit codes: 0 measured (whether a target was reached is printed, not judged), 1 a crash (Python's own), 2 something
could not be measured.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import cold, embedding, headlines, memory, question, reading
from benchmarks.result import Result, report, write_result
from index.errors import AvotsError

__all__ = ["BENCHMARKS", "main"]

BENCHMARKS: Mapping[str, Callable[[Path | None], Result]] = {
    "embedding": embedding.measure,
    "cold": cold.measure,
    "memory": memory.measure,
    "question": question.measure,
    "reading": reading.measure,
    "headlines": headlines.measure,
}


def main(argv: Sequence[str]) -> int:
    """Run the benchmarks that ``argv`` names, all when it names none, and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Avots against its targets.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(BENCHMARKS)}; all when none is named")
    parser.add_argument("--data", type=Path, help="folder with qa/ and fullstack_lv/ (or set AVOTS_DATA)")
    arguments = parser.parse_args(argv)
    unknown = [name for name in arguments.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
    data = arguments.data or (Path(os.environ["AVOTS_DATA"]) if os.environ.get("AVOTS_DATA") else None)
    names = arguments.names or _all(data)
    return _measure(names[0], data) if len(names) == 1 else max(_apart(name, data) for name in names)


def _all(data: Path | None) -> list[str]:
    """Every benchmark that can be measured; what needs data is left out visibly where there is none."""
    if data is None:
        print("skipped: headlines, because no folder of data is given (--data or AVOTS_DATA).", file=sys.stderr)
    return [name for name in BENCHMARKS if data is not None or name != "headlines"]


def _apart(name: str, data: Path | None) -> int:
    """One of several: in a process of its own, so that what one has loaded does not weigh on the next."""
    given = [] if data is None else ["--data", str(data)]
    return abs(subprocess.run([sys.executable, "-m", "benchmarks", name, *given], check=False).returncode)


def _measure(name: str, data: Path | None) -> int:
    try:
        result = BENCHMARKS[name](data)
    except AvotsError as error:
        print(f"not measured: {error}", file=sys.stderr, flush=True)
        return 2
    write_result(result)
    print(report(result), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
