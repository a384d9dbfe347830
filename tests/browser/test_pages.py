"""Every kind of page, of preview, sandbox and report: nothing breaks, nothing is asked of elsewhere, all can use it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from tests.browser.hostile import TITLE
from tests.browser.looking import DESK, PHONE, Visitor, visitor
from tests.browser.places import Place

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SHARED = ["latest", "latest-2", "categories", "category", "topic", "topic-long", "topic-files", "topic-wide"]
SHARED += ["topic-tricks", "user", "tag", "search", "search-none", "missing"]
OWN = ["findings", "finding", "source", "source-wiki"]
LOOKS: dict[str, tuple[tuple[int, int], Literal["light", "dark"]]] = {
    "light": (DESK, "light"),
    "dark": (DESK, "dark"),
    "phone": (PHONE, "light"),
}


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_the_preview(browser: Browser, preview: Place, look: str) -> None:
    with visitor(browser, *LOOKS[look]) as who:
        for kind in [*SHARED, *OWN]:
            who.go(preview[kind], 404 if kind == "missing" else 200)
            judge(who, f"preview-{kind}-{look}")


@pytest.mark.parametrize("look", ["light", "phone"])
def test_every_page_of_the_sandbox(browser: Browser, sandbox: Place, look: str) -> None:
    with visitor(browser, *LOOKS[look]) as who:
        for kind in SHARED:
            who.go(sandbox[kind], 404 if kind == "missing" else 200)
            judge(who, f"sandbox-{kind}-{look}")


@pytest.mark.parametrize("look", LOOKS)
def test_the_report(browser: Browser, report: Path, look: str) -> None:
    with visitor(browser, *LOOKS[look]) as who:
        who.go(report.as_uri())
        judge(who, f"report-{look}")


def judge(who: Visitor, name: str) -> None:
    """Without errors and requests to elsewhere, not wider than the window, and open to everybody; a picture is kept."""
    who.keep(name)
    who.check()
    assert "@example" not in who.page.inner_text("body")
    who.fits()
    if not name.endswith("phone"):
        who.is_accessible()


def test_pages_can_be_printed(browser: Browser, preview: Place, report: Path) -> None:
    with visitor(browser) as who:
        for address in (preview["latest"], preview["topic"], report.as_uri()):
            who.go(address)
            assert who.page.pdf(format="A4").startswith(b"%PDF")
            who.page.emulate_media(media="print", color_scheme="dark")
            assert who.page.evaluate(_LIGHTNESS) < 80  # dark on the white of the paper, also for whoever likes it dark
            who.check()


@pytest.mark.parametrize("unguarded", [False, True], ids=["as-served", "without-its-policy"])
@pytest.mark.parametrize("site", ["preview", "sandbox"])
def test_an_imported_post_can_do_nothing(
    browser: Browser, request: pytest.FixtureRequest, site: str, unguarded: bool
) -> None:
    place: Place = request.getfixturevalue(site)
    with visitor(browser, unguarded=unguarded) as who:
        for kind in ("topic-tricks", "latest", "category", "user-tricks", "search-tricks"):
            page = who.go(place[kind])
            page.mouse.click(600, 450)  # on whatever was put over the page
            page.wait_for_timeout(50)
            assert page.url.startswith(place.url)
            assert page.evaluate("window.__ran") is None
            assert page.locator("main :is(iframe, object, embed, link, style, meta, base, video, script)").count() == 0
            assert page.locator("main form").count() == 0
            assert page.locator('a[href^="javascript:"], a[href^="data:"], [onerror], [onload], [onfocus]').count() == 0
            who.check()
        page = who.go(place["topic-tricks"])
        assert page.get_by_text("The words that matter are still here.").is_visible()
        assert TITLE in page.inner_text("h1")
        assert page.evaluate("getComputedStyle(document.querySelector('.post')).position") == "static"


@pytest.mark.parametrize("site", ["preview", "sandbox"])
def test_the_keyboard_comes_by_in_order(browser: Browser, request: pytest.FixtureRequest, site: str) -> None:
    place: Place = request.getfixturevalue(site)
    with visitor(browser) as who:
        page = who.go(place["category"])
        reached = []
        for _ in range(12):
            page.keyboard.press("Tab")
            reached.append(page.evaluate(_FOCUSED))
        assert reached[0] == "skip"
        wanted = ["skip", "nav", "search", "subject"]
        assert [reached.index(one) for one in wanted] == sorted(reached.index(one) for one in wanted)
        page = who.go(place["category"])
        page.keyboard.press("Tab")
        place_of_link = page.locator(".skip").bounding_box()
        assert place_of_link
        assert place_of_link["x"] >= 0  # it comes into sight
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")
        who.check()


_LIGHTNESS = "Math.max(...getComputedStyle(document.body).color.match(/\\d+/g).slice(0, 3))"
_FOCUSED = """(() => { const e = document.activeElement;
  if (e.matches('.skip')) return 'skip';
  if (e.closest('header nav')) return 'nav';
  if (e.closest('.search')) return 'search';
  if (e.matches('.subject')) return 'subject';
  return e.tagName; })()"""
