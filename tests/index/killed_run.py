"""Runs `synchronise` many times in child processes, and kills each (SIGKILL) at another moment.

Arguments: an index to start from (or a folder that is not there), the sources, a folder for the results, how many
moments. The moments are the first returns of the functions that write (every one of `Staging.put`), and others spread
evenly over all that Python does, half of them over the writing at the end. Prints the names of the folders, one killed
index in each.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from index.sync import Progress, synchronise
from tests.index.examples import HashEmbedder

_WRITERS = frozenset({"create", "write", "begin", "put", "put_document", "remove_document", "write_generation", "_digest"})
_WRITERS |= {"build", "commit", "_finish", "_row", "_embed", "close", "_connect"}


class _Profile:
    """Counts what the interpreter does; calls ``at`` with the count before each step."""

    def __init__(self, at: Callable[[int], None]) -> None:
        self.count = 0
        self.named: dict[str, int] = {}
        self._at = at

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        self.count += 1
        name = frame.f_code.co_name
        if event == "return" and name in _WRITERS and "index/" in frame.f_code.co_filename:
            self.named.setdefault(f"{name} {self.count}" if name == "put" else name, self.count)
        self._at(self.count)


def _run(directory: Path, sources: Path, at: Callable[[int], None]) -> tuple[_Profile, int]:
    """Run to the end; returns the profile and the count at which writing began."""
    profile, writing = _Profile(at), 0

    def report(progress: Progress) -> None:
        nonlocal writing
        if progress == Progress("write", 0, 1):
            writing = profile.count

    sys.setprofile(profile)
    try:
        synchronise(directory, [sources], HashEmbedder(), report)
    finally:
        sys.setprofile(None)
    return profile, writing


def _killed(start: Path, directory: Path, sources: Path, moment: int) -> None:
    def at(count: int) -> None:
        if count == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    if start.exists():
        shutil.copytree(start, directory)
    child = os.fork()
    if child == 0:
        _run(directory, sources, at)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, f"it was not killed at {moment}"


def main() -> None:
    start, sources, results, moments = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
    if start.exists():
        shutil.copytree(start, results / "whole")
    child = os.fork()  # the counting run too: FAISS's threads do not survive a fork
    if child == 0:
        profile, writing = _run(results / "whole", sources, lambda count: None)
        (results / "counts").write_text(f"{profile.count} {writing} {' '.join(map(str, profile.named.values()))}")
        os._exit(0)
    os.waitpid(child, 0)
    total, writing, *named = map(int, (results / "counts").read_text().split())
    half = moments // 2
    spread = [writing * (n + 1) // (half + 1) for n in range(half)]
    spread += [writing + (total - writing) * (n + 1) // (half + 1) for n in range(half)]
    for moment in sorted({*named, *spread}):
        _killed(start, results / f"killed-{moment}", sources, moment)
        print(f"killed-{moment}")


if __name__ == "__main__":
    main()
