"""Kills `synchronise` at many moments. Arguments: an index to start from (or a folder that is not there), the sources,
a folder for the results, how many moments. Prints the folders, one killed index in each."""

import sys
from pathlib import Path

from index.sync import Progress, synchronise
from tests.index.examples import HashEmbedder
from tests.index.killing import Mark, kill

_WRITERS = frozenset({"create", "write", "begin", "put", "write_generation", "build", "commit", "_finish", "close"})


def main() -> None:
    start, sources, results = map(Path, sys.argv[1:4])

    def run(directory: Path, mark: Mark) -> None:
        def report(progress: Progress) -> None:
            if progress == Progress("write", 0, 1):
                mark()

        synchronise(directory, [sources], HashEmbedder(), report)

    for folder in kill(run, start, results, _WRITERS, int(sys.argv[4])):
        print(folder)


if __name__ == "__main__":
    main()
