"""Pictures of the chat page for the README: `make screenshots`, or `python -m docs.screenshots`."""

import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

from index.embedding import load_embedder
from index.sync import synchronise
from tests.ui.browser import chromium, find_chromium, served

__all__ = ["main"]

_ROOT = Path(__file__).parents[1]
_PICTURES = _ROOT / "docs" / "pictures"
_ANSWERED = "Kad Liepājā viesojās Azerbaidžānas delegācija?"
_REFUSED = "Cik iedzīvotāju ir Liepājā?"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: how the visitor's screen is, and what the visitor does before it is taken."""

    name: str
    locale: str
    scheme: Literal["light", "dark"]
    width: int
    act: Callable[[Page], None]


def _cite(page: Page) -> None:
    _ask(page, _ANSWERED, ".answer")
    page.locator("blockquote button.cite").first.click()
    page.locator("#document mark").first.wait_for()


def _refuse(page: Page) -> None:
    _ask(page, _ANSWERED, ".answer")
    _ask(page, _REFUSED, ".refusal")


def _ask(page: Page, question: str, result: str) -> None:
    page.get_by_role("textbox").fill(question)
    page.get_by_role("textbox").press("Enter")
    page.locator(result).wait_for()


_WANTED = (
    Picture("chat-lv", "lv-LV", "light", 1200, _cite),
    Picture("chat-lv-refusal", "lv-LV", "light", 1200, _refuse),
    Picture("chat-en-dark", "en-GB", "dark", 1200, _cite),
    Picture("chat-phone", "lv-LV", "light", 400, _cite),
)


def main() -> int:
    """Write every picture; 2 when there is no browser to take them with."""
    executable = find_chromium()
    if executable is None:
        print("No chromium found: apt install chromium, or name one in AVOTS_CHROMIUM.", file=sys.stderr)
        return 2
    _PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(_ROOT / "seeds", Path(folder, "seeds"))
        index = Path(folder, "index")
        synchronise(index, [Path(folder, "seeds")], load_embedder())
        with served(index) as address, chromium(executable) as browser:
            for picture in _WANTED:
                _take(browser, address, picture)
    return 0


def _take(browser: Browser, address: str, picture: Picture) -> None:
    context = browser.new_context(
        locale=picture.locale, color_scheme=picture.scheme, viewport={"width": picture.width, "height": 800}
    )
    page = context.new_page()
    page.goto(address)
    page.locator("#conversation section").wait_for()
    picture.act(page)
    page.wait_for_timeout(1000)  # smooth scrolling comes to rest
    page.screenshot(path=_PICTURES / f"{picture.name}.png")
    context.close()


if __name__ == "__main__":
    sys.exit(main())
