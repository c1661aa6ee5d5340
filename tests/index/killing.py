"""Runs a function many times in child processes, and kills each (SIGKILL) at another moment.

A moment is a number of steps of the interpreter (calls and returns, those of C functions too), so that every run of the
tests kills at the same places. Forks: import it in a fresh process, because threads do not survive a fork.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

__all__ = ["Mark", "Run", "kill"]

Mark = Callable[[], None]
Run = Callable[[Path, Mark], None]


class _Profile:
    """Counts steps, and remembers after how many the functions ``named`` returned; kills this process at ``last``."""

    def __init__(self, named: frozenset[str], last: int | None = None) -> None:
        self.count = self.marked = 0
        self.returned: list[int] = []
        self._named, self._last = named, last

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        self.count += 1
        if event == "return" and frame.f_code.co_name in self._named and "index/" in frame.f_code.co_filename:
            self.returned.append(self.count)
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def mark(self) -> None:
        self.marked = self.count

    def watch(self, run: Run, folder: Path) -> None:
        sys.setprofile(self)
        try:
            run(folder, self.mark)
        finally:
            sys.setprofile(None)


def kill(run: Run, start: Path, results: Path, named: frozenset[str], moments: int) -> Iterator[Path]:
    """Folders, copied from ``start`` when that exists, in each of which ``run`` was killed; in order of the moments.

    The moments are the returns of functions ``named`` in index/, and ``moments`` others spread evenly, half of them
    before and half after ``run`` calls its mark.
    """
    total, marked, returned = _counted(run, start, results / "whole", named)
    half = moments // 2
    spread = [marked * (n + 1) // (half + 1) for n in range(half)]
    spread += [marked + (total - marked) * (n + 1) // (half + 1) for n in range(half)]
    for moment in sorted({*returned, *spread} - {0}):
        folder = results / f"killed-{moment}"
        status = _forked(start, folder, lambda: _Profile(frozenset(), moment).watch(run, folder))  # noqa: B023
        assert os.WIFSIGNALED(status), f"it was not killed after {moment} steps"
        yield folder


def _counted(run: Run, start: Path, folder: Path, named: frozenset[str]) -> tuple[int, int, list[int]]:
    counts = folder.with_suffix(".counts")

    def count() -> None:
        profile = _Profile(named)
        profile.watch(run, folder)
        counts.write_text(" ".join(map(str, [profile.count, profile.marked, *profile.returned])))

    assert _forked(start, folder, count) == 0
    total, marked, *returned = map(int, counts.read_text().split())
    return total, marked, returned


def _forked(start: Path, folder: Path, work: Callable[[], None]) -> int:
    if start.exists():
        shutil.copytree(start, folder)
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 1)
    return os.waitpid(child, 0)[1]
