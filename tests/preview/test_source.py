"""A post beside its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.plan import Plan
from migrate.preview import PlannedForum, source
from tests.conftest import SAMPLES
from tests.preview.beside import archive_of, forum_of, messages, read, show
from tests.test_samples import SOURCE_OF

FIRST = b"""\
From: Ann Lee <ann@example.org>
Subject: Beans
Date: Mon, 3 Feb 2020 08:00:00 +0000
Message-ID: <one@example.org>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

R3LDvMOfZSBhdXMgS8O2bG4uCg==
"""
ANSWER = b"""\
From: Bob <bob@example.org>
Subject: Re: Beans
Date: Mon, 3 Feb 2020 09:00:00 +0000
Message-ID: <two@example.org>
In-Reply-To: <one@example.org>
Content-Type: text/html

<p>Sow them <b>deep</b>.</p>
"""
BOUNCE = b"""\
From: MAILER-DAEMON@example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Date: Mon, 3 Feb 2020 10:00:00 +0000
Message-ID: <three@example.org>
Auto-Submitted: auto-replied

It could not be delivered.
"""


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with archive_of(tmp_path, FIRST, ANSWER, BOUNCE) as made:
        yield made


def test_a_post_stands_beside_its_source(archive: Archive) -> None:
    page = show(forum_of(archive), "/source/1")
    assert page.status == 200
    assert "Grüße aus Köln." in page.source
    assert page.text.count("Grüße aus Köln.") == 2
    assert "Subject: Beans" in page.source
    assert "list.mbox@0" in page.text


def test_the_way_goes_on_to_the_next_post_and_back_to_the_topic(archive: Archive) -> None:
    forum = forum_of(archive)
    first, second = show(forum, "/source/1"), show(forum, "/source/2")
    assert "/source/2" in first.links
    assert "/source/1" in second.links
    assert "/source/3" not in second.links
    (post,) = [link for link in second.links if link.endswith("/2") and link.startswith("/t/")]
    assert show(forum, post).location.endswith("#post_2")


def test_html_is_shown_as_written_and_as_it_looks(archive: Archive) -> None:
    page = show(forum_of(archive), "/source/2")
    assert "<p>Sow them <b>deep</b>.</p>" in page.source
    assert "details" in page.tags
    assert page.text.count("Sow them deep.") == 2  # the post, and how it looks


def test_what_becomes_no_post_says_why(archive: Archive) -> None:
    page = show(forum_of(archive), "/source/3")
    assert page.status == 200
    assert "This becomes no post. It is machine-made" in page.text
    assert "It could not be delivered." in page.source


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ('[[rule]]\ntitle = "Beans"\nskip = true\n', "The mapping leaves it out."),
        ('undated = "leave-out"\n', "It has no date of its own"),
    ],
)
def test_what_the_mapping_leaves_out_says_so(tmp_path: Path, mapping: str, words: str) -> None:
    with archive_of(tmp_path, FIRST) as archive:
        with archive.transaction() as db:
            db.execute("UPDATE message SET date_source = 'neighbours' WHERE id = 1")
        assert words in show(forum_of(archive, mapping), "/source/1").text


def test_a_message_without_a_source_says_so(archive: Archive) -> None:
    with archive.transaction() as db:
        db.execute("UPDATE content SET native_id = NULL WHERE message_id = 1")
        db.execute("UPDATE native_block SET packed = x'00'")
    forum = forum_of(archive)
    assert "holds no source of this message" in show(forum, "/source/1").text
    assert "the archive is damaged" in show(forum, "/source/2").text


def test_unknown_messages_and_odd_addresses_are_not_found(archive: Archive) -> None:
    forum = forum_of(archive)
    assert show(forum, "/source/99").status == 404
    assert show(forum, f"/source/{'9' * 18}").status == 404
    for path in ("/source/", "/source/x", "/source/-1", "/source/1/2", f"/source/{'9' * 30}"):
        assert source.page(forum, path, {}) is None


def test_a_forum_without_what_is_private_has_none(archive: Archive) -> None:
    forum = PlannedForum(archive, Plan(archive), with_private=False)
    assert source.page(forum, "/source/1", {}) is None


def test_all_copies_are_named(tmp_path: Path) -> None:
    boxes = [tmp_path / "one.mbox", tmp_path / "two.mbox"]
    for box in boxes:
        box.write_bytes(b"From x Mon Feb  3 08:00:00 2020\n" + FIRST)
    with read(tmp_path / "a.sqlite3", "mbox", *boxes) as archive:
        page = show(forum_of(archive), "/source/1")
    assert "one.mbox@0" in page.text
    assert "two.mbox@0" in page.text
    assert "A copy in" in page.text


@pytest.mark.parametrize("name", SOURCE_OF)
def test_every_message_of_the_samples_has_its_source(tmp_path: Path, name: str) -> None:
    with read(tmp_path / "a.sqlite3", SOURCE_OF[name], SAMPLES / name) as archive:
        forum = forum_of(archive)
        for message in messages(archive):
            page = show(forum, f"/source/{message}")
            assert page.status == 200
            assert page.source.strip() or "It came without words." in page.text
            assert ("This becomes no post" in page.text) == (forum.number_of(message) is None)


def test_a_topic_links_the_source_of_each_post(archive: Archive) -> None:
    forum = forum_of(archive)
    page = show(forum, "/t/beans/1")
    assert {"/source/1", "/source/2"} <= set(page.links)
    assert "/source/3" not in page.links


def test_a_quote_has_the_name_of_who_is_quoted(tmp_path: Path) -> None:
    words = b"\n\nOn 3 Feb 2020, Ann Lee wrote:\n> Gr\xc3\xbc\xc3\x9fe aus K\xc3\xb6ln.\n\nTo you, too."
    head = ANSWER.partition(b"Content-Type")[0] + b"Content-Type: text/plain; charset=utf-8"
    with archive_of(tmp_path, FIRST, head + words) as archive:
        forum = forum_of(archive)
        post = show(forum, "/source/2").html.partition('id="was"')[0]
        topic = show(forum, "/t/beans/1").html
    for html in (post, topic):
        (title,) = re.findall(r'<div class="title">.*?</div>', html, re.DOTALL)
        assert "Ann Lee" in title
        assert "Ann_Lee" not in re.sub("<[^>]*>", "", title)
