"""The real chat page in a real browser: the application in its own process, Chromium driven by Playwright."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

__all__ = ["AVOTS", "chromium", "find_chromium", "served"]

AVOTS = (sys.executable, "-c", "import sys; from ui.cli import main; sys.exit(main())")
"""Starts the command line from a checkout, installed or not, when run in its root."""

_ROOT = Path(__file__).parents[2]
_QUIET = [  # a browser calls home by itself; what is measured is what the page does
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The browser that ``AVOTS_CHROMIUM`` names, else the system's; None when there is none."""
    return os.environ.get("AVOTS_CHROMIUM") or shutil.which("chromium")


@contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=_QUIET)
        yield browser
        browser.close()


@contextmanager
def served(index: Path) -> Iterator[str]:
    """Run ``avots ui`` over ``index`` on a free port; yields its address."""
    command = [*AVOTS, "ui", "--port", "0", "--index", str(index)]
    environment = {name: value for name, value in os.environ.items() if name != "AVOTS_LANG"}
    with subprocess.Popen(command, cwd=_ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield _address(process)
        finally:
            process.terminate()


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found.group()
    raise RuntimeError(f"the page did not start: {said}")
