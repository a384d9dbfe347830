"""The pages of findings, and the ways between them and the posts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from migrate.archive import Archive
from migrate.archive.writer import Writer
from migrate.model import Finding
from migrate.preview.findings import PER_PAGE, kind_page
from tests.conftest import SAMPLES
from tests.preview.beside import archive_of, forum_of, read, show
from tests.test_samples import SOURCE_OF

MAIL = b"""\
From: Ann Lee <ann@example.org>
Subject: Beans
Date: Mon, 3 Feb 2020 08:00:00 +0000
Message-ID: <one@example.org>

Sow them.
"""


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with archive_of(tmp_path, MAIL) as made:
        yield made


def note(archive: Archive, count: int = 1, **fields: object) -> None:
    """Findings about the one message, unless they say otherwise."""
    values: dict[str, Any] = {"stage": "read", "severity": "info", "code": "id-missing", "text": "A number was made."}
    values |= {"message": "one@example.org"} | fields
    with archive.transaction():
        Writer(archive).write(Finding(**({"locator": f"list.mbox@{number}"} | values)) for number in range(count))


@pytest.mark.parametrize("name", SOURCE_OF)
def test_every_finding_of_a_post_leads_there_and_back(tmp_path: Path, name: str) -> None:
    with read(tmp_path / "a.sqlite3", SOURCE_OF[name], SAMPLES / name) as archive:
        forum = forum_of(archive)
        listed = show(forum, "/findings")
        codes = {code for (code,) in archive.db.execute("SELECT DISTINCT code FROM finding").fetchall()}
        assert {link for link in listed.links if link.startswith("/findings/")} == {
            f"/findings/{code}" for code in codes
        }
        seen = 0
        for code in codes:
            found = kind_page(forum, code, 1)
            page = show(forum, f"/findings/{code}")
            assert found
            assert page.status == 200
            for one in found.findings:
                if one.topic is None:
                    continue
                seen += 1
                (post,) = {link for link in page.links if link == forum.to.post(one.topic, one.number or 0)}
                there = show(forum, show(forum, post).location)
                assert f"post_{one.number}" in there.ids
                assert f"/source/{one.message}#findings" in there.links
                beside = show(forum, f"/source/{one.message}")
                assert "findings" in beside.ids
                assert f"/findings/{code}" in beside.links
        with_posts = "SELECT count(*) FROM finding JOIN message ON message.id = message_id WHERE flags = '[]'"
        assert seen >= archive.db.execute(with_posts).fetchone()[0]


def test_what_is_said_of_a_place_is_of_the_message_there(archive: Archive) -> None:
    note(archive, message=None, code="header-garbage")
    forum = forum_of(archive)
    assert "/source/1" in show(forum, "/findings/header-garbage").links
    assert "/findings/header-garbage" in show(forum, "/source/1").links
    assert "/source/1#findings" in show(forum, "/t/beans/1").links


def test_a_finding_of_no_message_names_its_place_only(archive: Archive) -> None:
    note(archive, message=None, code="empty-file", locator="other.mbox")
    page = show(forum_of(archive), "/findings/empty-file")
    assert "other.mbox" in page.text
    assert not any(link.startswith(("/source", "/t/")) for link in page.links)


def test_pages_hold_fifty_each_and_all_of_them(archive: Archive) -> None:
    note(archive, 2 * PER_PAGE + 3)
    note(archive, severity="error", locator="zzz")
    forum = forum_of(archive)
    found = [kind_page(forum, "id-missing", number) for number in (1, 2, 3)]
    assert all(found)
    assert [len(page.findings) for page in found if page] == [50, 50, 4]
    assert [page.first for page in found if page] == [1, 51, 101]
    assert len({one.locator for page in found if page for one in page.findings}) == 104
    first = found[0]
    assert first
    assert (first.total, first.slice.pages, first.findings[0].severity) == (104, 3, "error")
    assert "/findings/id-missing?page=3" in show(forum, "/findings/id-missing").links
    assert show(forum, "/findings/id-missing?page=3").status == 200
    assert show(forum, "/findings/id-missing?page=4").status == 404


def test_unknown_codes_are_not_found(archive: Archive) -> None:
    forum = forum_of(archive)
    assert show(forum, "/findings/nothing-of-that-name").status == 404
    assert show(forum, "/findings/" + "x" * 500).status == 404


def test_an_archive_without_findings_says_so(archive: Archive) -> None:
    with archive.transaction() as db:
        db.execute("DELETE FROM finding")
    assert "Nothing was found that you should know of." in show(forum_of(archive), "/findings").text


def test_accepted_kinds_stand_below(archive: Archive) -> None:
    note(archive, code="date-rejected", severity="warning")
    note(archive)
    page = show(forum_of(archive, '[review]\naccepted = ["date-rejected"]\n'), "/findings")
    assert page.links.index("/findings/id-missing") < page.links.index("/findings/date-rejected")
    assert "Accepted" in page.text
    assert "Accepted" not in show(forum_of(archive), "/findings").text


def test_no_address_and_no_name_that_is_withheld(archive: Archive) -> None:
    note(archive, text="Ann Lee has ann@example.org.", locator="ann@example.org/Ann Lee.mbox")
    page = show(forum_of(archive), "/findings/id-missing")
    assert "ann@…" in page.text
    assert "example.org" not in page.text
    with archive.transaction() as db:
        db.execute("INSERT INTO person_choice (person_id, withheld) SELECT id, 'name' FROM person")
    forum = forum_of(archive)
    assert "Ann" not in show(forum, "/findings/id-missing").text
    assert "Ann" not in show(forum, "/source/1").text


def test_hostile_codes_and_sentences_stay_inert(archive: Archive) -> None:
    code = '<script>alert(1)</script>"/../?x=1#\u202e'
    note(archive, code=code, text="<img src=x onerror=alert(2)>\u202e", locator="</li><script>alert(3)</script>")
    forum = forum_of(archive)
    listed, page, beside = show(forum, "/findings"), show(forum, "/source/1"), kind_page(forum, code, 1)
    assert beside
    assert f"/findings/{quote(code, safe='')}" in listed.links
    for shown in (listed, page):
        assert not shown.tags & {"script", "img"}
        assert not any(name.startswith("on") for name in shown.attributes)
    assert "\u202e" not in page.html


def test_a_hundred_thousand_of_one_code_take_no_longer_on_the_last_page(archive: Archive) -> None:
    note(archive, 100_000)
    forum = forum_of(archive)
    began = time.monotonic()
    assert show(forum, "/findings/id-missing").status == 200
    gathered = time.monotonic() - began
    began = time.monotonic()
    for number in range(1, 2001, 100):
        assert show(forum, f"/findings/id-missing?page={number}").status == 200
    assert time.monotonic() - began < 20 * 0.1
    assert gathered < 5
