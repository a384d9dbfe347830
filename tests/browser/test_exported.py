"""The exported preview in a browser: from a folder of a web server, and straight from the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from migrate.archive import Archive
from migrate.cli.choices import read_mapping_file
from migrate.plan import Plan
from migrate.preview.export import export
from tests.browser import places
from tests.browser.hostile import LONG_TOPIC
from tests.browser.looking import DESK, PHONE, visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def site(archive: Path, mapping: Path, folder: Path) -> Path:
    """A web server's folder with the export in a folder of it."""
    with Archive.open(archive, mode="read") as opened, opened.snapshot():
        plan = Plan(opened, mapping=read_mapping_file(mapping))
        export(opened, plan, folder / "site/review", with_private=False, told=lambda done, total: None)
    return folder / "site"


@pytest.fixture(params=["web", "disk"])
def address(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    """Where the export lies, as a browser knows it."""
    if request.param == "disk":
        yield (site / "review").as_uri()
        return
    with places.files(site) as url:
        yield f"{url}/review"


def test_people_find_their_way_and_nothing_goes_wrong(browser: Browser, address: str) -> None:
    with visitor(browser, DESK) as guest:
        page = guest.go(f"{address}/index.html")
        page.get_by_role("link", name="Categories", exact=True).click()
        page.get_by_role("link", name=LONG_TOPIC).first.click()
        page.get_by_role("link", name="Next").first.click()
        assert "page-2" in page.url
        assert page.locator("article").count() > 5
        page.locator("a.by").first.click()
        assert "/u/" in page.url
        page.get_by_role("link", name="Report").click()
        assert page.url.endswith("/report.html")
        guest.check()


def test_the_search_finds_topics_and_runs_nothing_of_their_titles(browser: Browser, address: str) -> None:
    with visitor(browser, PHONE) as guest:
        page = guest.go(f"{address}/search/index.html")
        page.get_by_label("Words").fill("quotes TRICKS")
        assert page.get_by_role("status").inner_text() == "1 topic"
        assert page.evaluate("window.__ran") is None
        guest.fits()
        page.locator("#hits a").click()
        assert page.locator("h1").inner_text().startswith("<script>")
        assert page.evaluate("window.__ran") is None
        guest.check()
        guest.go(f"{address}/search/index.html").get_by_label("Words").fill("nothing of this kind")
        assert "Nothing found" in page.get_by_role("status").inner_text()


def test_the_search_is_for_everybody(browser: Browser, site: Path) -> None:
    with places.files(site) as url, visitor(browser, unguarded=True) as guest:
        guest.go(f"{url}/review/search/index.html").get_by_label("Words").fill("quotes")
        guest.is_accessible()
    with places.files(site) as url, visitor(browser, scripts=False) as guest:
        page = guest.go(f"{url}/review/search/index.html")
        assert "needs JavaScript" in page.locator("main").inner_text()
        assert not page.get_by_label("Words").is_visible()
