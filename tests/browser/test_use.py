"""What people do on the pages: search, turn pages, unfold quotes, look at a post's source, sort the report's tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import places
from tests.browser.looking import PHONE, visitor
from tests.browser.places import Place

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

_ROWS = "#topic-table tbody tr:visible"


@pytest.mark.parametrize("site", ["preview", "sandbox"])
def test_search_by_keyboard_leads_to_the_post(browser: Browser, request: pytest.FixtureRequest, site: str) -> None:
    place: Place = request.getfixturevalue(site)
    with visitor(browser) as who:
        page = who.go(place["latest"])
        page.locator("header input[type=search]").focus()
        page.keyboard.type("potatoes chit")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=potatoes+chit")
        found = page.locator("main .subject").first
        assert "chit potatoes" in found.inner_text()
        assert page.locator("main mark").count() > 1
        found.click()
        assert "/t/" in page.url
        assert page.locator(".post:target").count() == 1
        who.check()


@pytest.mark.parametrize("site", ["preview", "sandbox"])
def test_a_long_topic_is_read_page_by_page(browser: Browser, request: pytest.FixtureRequest, site: str) -> None:
    place: Place = request.getfixturevalue(site)
    with visitor(browser) as who:
        page = who.go(place["topic-long"])
        first = page.locator("article.post").first.get_attribute("id")
        page.locator("a[rel=next]").first.click()
        assert page.url.endswith("page=2")
        assert page.locator("article.post").first.get_attribute("id") != first
        page.locator("a[rel=prev]").first.click()
        assert page.locator("article.post").first.get_attribute("id") == first
        who.check()


def test_what_is_folded_opens_and_a_quote_leads_to_its_post(browser: Browser, preview: Place) -> None:
    with visitor(browser) as who:
        page = who.go(preview["topic"])
        fold = page.locator(".text details").first
        before = _height(fold)
        fold.locator("summary").click()
        assert _height(fold) > before
        page.locator("aside.quote .title a").first.click()
        assert page.locator(".post:target").count() == 1
        who.check()


def test_a_post_is_judged_by_its_source_and_its_findings(browser: Browser, preview: Place) -> None:
    with visitor(browser) as who:
        page = who.go(preview["findings"])
        page.goto(preview["finding"])
        page.locator("main a[href^='/source/']").first.click()
        assert page.locator("main pre").count() >= 1
        finding = page.locator("main a[href^='/findings/']").first
        finding.click()
        assert "/findings/" in page.url
        page.goto(preview["source"])
        page.locator("main a[href*='/t/']").first.click()
        page.wait_for_url("**/t/**")
        post = page.locator("article.post:target")
        post.get_by_role("link", name="source").click()
        assert page.url == preview["source"]
        who.check()


def test_a_saved_mapping_is_seen_at_the_next_look_and_a_mistake_is_told(
    browser: Browser, preview: Place, mapping: Path
) -> None:
    try:
        with visitor(browser, PHONE) as who:
            page = who.go(preview["categories"])
            assert page.get_by_role("link", name="Mill Lane").count()
            mapping.write_text(places.FIRST_MAPPING.replace("Mill Lane", "Allotments"))
            page.reload()
            assert page.get_by_role("link", name="Allotments").count()
            assert not page.get_by_role("link", name="Mill Lane", exact=True).count()
            mapping.write_text(places.FIRST_MAPPING + "\ncategory = \n")
            page.reload()
            assert "line" in page.get_by_role("status").inner_text()
            assert page.get_by_role("link", name="Allotments").count()  # as it was before
            who.fits()
            who.check()
    finally:
        mapping.write_text(places.FIRST_MAPPING)


def test_the_tables_of_the_report_sort_by_mouse_and_by_keyboard(browser: Browser, report: Path) -> None:
    with visitor(browser) as who:
        page = who.go(report.as_uri())
        header = page.locator("#topic-table th").nth(2)
        header.get_by_role("button").click()
        assert header.get_attribute("aria-sort") == "descending"
        posts = [int(text) for text in page.locator("#topic-table td:nth-child(3)").all_inner_texts()]
        assert posts == sorted(posts, reverse=True)
        assert posts[0] > posts[-1]
        page.keyboard.press("Enter")
        assert header.get_attribute("aria-sort") == "ascending"
        page.locator("#topic-table th").nth(0).get_by_role("button").focus()
        page.keyboard.press("Space")
        assert header.get_attribute("aria-sort") is None
        who.check()


def test_the_tables_of_the_report_are_searched(browser: Browser, report: Path) -> None:
    with visitor(browser) as who:
        page = who.go(report.as_uri())
        everything = page.locator(_ROWS).count()
        page.get_by_label("Search topics").fill("POTATOES")
        assert 0 < page.locator(_ROWS).count() < everything
        assert "rows" in page.locator("#topic-table-search [role=status]").inner_text()
        page.get_by_label("Search topics").fill("")
        assert page.locator(_ROWS).count() == everything
        who.check()


def test_the_report_is_whole_without_scripts(browser: Browser, report: Path) -> None:
    with visitor(browser, scripts=False) as who:
        page = who.go(report.as_uri())
        assert page.locator(_ROWS).count() > 10
        assert page.locator("button:visible, input:visible").count() == 0
        who.check()


def _height(one: Locator) -> float:
    box = one.bounding_box()
    assert box
    return box["height"]
