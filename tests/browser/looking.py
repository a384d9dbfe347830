"""Somebody who looks at pages, and notes what must not happen: errors, dialogs, requests to elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe

from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

SCREENSHOTS = REPOSITORY / "screenshots"
DESK, PHONE = (1200, 900), (390, 844)
_AXE = Axe()


class Visitor:
    """A page in the browser, and what went wrong on it so far."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        self.asked: list[str] = []
        self._here = ""
        page.on(
            "console", lambda said: self._blame(f"console: {said.text}") if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: self._blame(f"script: {error}"))
        page.on("dialog", self._dismiss)
        page.on("request", lambda request: self._note(request.url))
        page.on("popup", lambda opened: self._blame(f"window: {opened.url}"))

    def go(self, url: str, status: int = 200) -> Page:
        """Open an address, which is answered so; pages that are missing are an error for the console, too."""
        self._here = _origin(url)
        answer = self.page.goto(url)
        assert answer is not None
        if not url.startswith("file:"):
            assert answer.status == status, url
        if status != 200:
            self.faults = [fault for fault in self.faults if f"status of {status}" not in fault]
        return self.page

    def check(self) -> None:
        """Nothing went wrong since the last time."""
        faults, self.faults = self.faults, []
        assert not faults, (self.page.url, faults)

    def fits(self) -> None:
        """Nothing stands out on the right."""
        wide = "[document.scrollingElement.scrollWidth, window.innerWidth]"
        needed, there = self.page.evaluate(wide)
        assert needed <= there, (self.page.url, needed, there, self.page.evaluate(_WIDEST))

    def is_accessible(self) -> None:
        """axe-core finds nothing serious."""
        found = [
            (one["id"], one["impact"], [(node["target"], node["html"][:150]) for node in one["nodes"][:3]])
            for one in _AXE.run(self.page).response["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        assert not found, (self.page.url, found)

    def keep(self, name: str) -> None:
        """Keep a picture of the page as it stands."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    def _note(self, url: str) -> None:
        self.asked.append(url)
        if not url.startswith("data:") and _origin(url) != self._here:
            self._blame(f"request to elsewhere: {url}")

    def _blame(self, fault: str) -> None:
        self.faults.append(fault)

    def _dismiss(self, dialog: Dialog) -> None:
        self._blame(f"dialog: {dialog.message}")
        dialog.dismiss()


@contextmanager
def visitor(
    browser: Browser,
    size: tuple[int, int] = DESK,
    scheme: Literal["light", "dark"] = "light",
    *,
    scripts: bool = True,
    unguarded: bool = False,
) -> Iterator[Visitor]:
    """A new visitor; `unguarded`: without the page's Content-Security-Policy, which axe-core needs."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        java_script_enabled=scripts,
        bypass_csp=unguarded,
        service_workers="block",
    )
    context.set_default_timeout(5_000)
    try:
        yield Visitor(context.new_page())
    finally:
        context.close()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


_WIDEST = """Array.from(document.querySelectorAll("body *"))
  .filter(e => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 4).map(e => e.outerHTML.slice(0, 120))"""
