"""What the preview shows is what a push makes of it: every sample, beside a sandbox that it was sent to."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.mapping import Mapping, read_mapping
from migrate.model import Record, Thread
from migrate.pages.view import CategoryCard, Forum, PostView, TopicLine
from migrate.plan import Choices, Plan
from migrate.preview import PlannedForum
from migrate.sandbox import Sandbox
from migrate.sandbox.forum import SiteForum
from migrate.sandbox.site import Site
from tests.discourse.community import GARDENERS, make_archive, message, talk
from tests.test_samples import SOURCE_OF, read

BYLINE = 'authors = "byline"\nquotes = "keep"\n'
CHOSEN = """
mentions = true
quotes = "drop"
[tags]
from_labels = true
from_prefix = true
[[rule]]
title = "*to*"
category = "Garden"
parent = "Archive"
tags = ["moved"]
read = ["staff"]
"""
_ADDRESS = re.compile(r'(href|src)="(?:/(?:t|u|files|uploads)/|#post_)[^"]*"')


def pushed(archive: Archive, mapping: Mapping, folder: Path) -> tuple[Site, dict[int, int]]:
    """A forum that has all of it, and the threads of its topics."""
    with (
        Sandbox(folder / "forum.sqlite3", prepared=True) as forum,
        closing(Client(forum.url, forum.key, forum.admin_username, stop=threading.Event())) as client,
    ):
        target = open_target(archive, client, choices=Choices().under(mapping))
        assert Push(archive, client, target).run().refused == 0
    query = "SELECT topic_id, thread_id FROM operation WHERE kind = 'post' AND part = 0"
    return Site(folder / "forum.sqlite3"), dict(archive.db.execute(query))


def every_topic(forum: Forum) -> Iterator[TopicLine]:
    page = 1
    while (listed := forum.latest(page)) and page <= listed.slice.pages:
        yield from listed.lines
        page += 1


def whole(forum: Forum, topic: TopicLine) -> TopicLine:
    """A topic's line as it stands above its posts. A forum counts the traces of closing and pinning among these."""
    shown = forum.topic(topic.id, 1)
    assert shown
    return replace(shown.topic, replies=shown.topic.replies + topic.closed + topic.pinned)


def posts_of(forum: Forum, topic_id: int) -> list[PostView]:
    """All posts but the traces of what was done to the topic."""
    found: list[PostView] = []
    page = 1
    while shown := forum.topic(topic_id, page):
        found += [post for post in shown.posts if not post.note]
        page += 1
    return found


def category(card: CategoryCard | None) -> tuple[object, ...] | None:
    return (card.name, card.slug, card.color.upper(), card.parent, card.restricted, card.topics) if card else None


def line(topic: TopicLine) -> tuple[object, ...]:
    about = (topic.title, topic.slug, topic.author.username, topic.author.name, topic.replies)
    return (*about, topic.created_at, category(topic.category), set(topic.tags), topic.pinned, topic.closed)


def post(view: PostView, threads: dict[int, int] | None = None) -> tuple[object, ...]:
    """A post, its addresses left out: they are another site's."""
    html = _ADDRESS.sub(r'\1=""', view.html)
    if threads is not None:
        html = re.sub(r'data-topic="(\d+)"', lambda found: f'data-topic="{threads[int(found[1])]}"', html)
    return view.number, view.author.username, view.author.name, view.created_at, view.reply_to, html


def compare(archive: Archive, mapping: Mapping, folder: Path) -> int:
    """Push an archive; all there is on the forum is in the preview, in the same order. Returns the number of topics."""
    site, threads = pushed(archive, mapping, folder)
    planned = PlannedForum(archive, Plan(archive, mapping=mapping))
    with closing(site):
        forum = SiteForum(site, site.store.one("SELECT * FROM users WHERE id = 1"))
        topics, expected = list(every_topic(forum)), [whole(planned, topic) for topic in every_topic(planned)]
        assert [threads[topic.id] for topic in topics] == [topic.id for topic in expected]
        assert list(map(line, topics)) == list(map(line, expected))
        written: Counter[str] = Counter()
        for topic in topics:
            sent, shown = posts_of(forum, topic.id), posts_of(planned, threads[topic.id])
            assert [post(view, threads) for view in sent] == [post(view) for view in shown]
            written.update(view.author.username for view in sent)
        for username in written:
            user, theirs = planned.user(username, 1), forum.user(username, 1)
            assert user and theirs
            assert [said.post.html for said in user.posts] or not theirs.posts
        cards = [str(category(card)) for card in forum.categories()]
        assert sorted(cards) == sorted(str(category(card)) for card in planned.categories())
    return len(topics)


@pytest.mark.parametrize("text", ["", BYLINE, CHOSEN], ids=["as it comes", "byline", "chosen"])
@pytest.mark.parametrize("name", SOURCE_OF)
def test_a_preview_is_what_the_push_makes(tmp_path: Path, name: str, text: str) -> None:
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        read(archive, name)
        assert compare(archive, read_mapping(text, "m.toml"), tmp_path) > 5


def test_so_it_is_with_long_texts_wishes_of_people_and_dates_that_are_none(tmp_path: Path) -> None:
    words = "\n\n".join(f"Paragraph {number} says that beans and peas are sown in spring." for number in range(1200))
    long: list[Record] = [
        Thread(key="long", source=GARDENERS.key, title="A long one [beans]"),
        message("long.0", "long", author=1, day=40, body=words),
        message("long.1", "long", "long.0", author=2, day=41, body="Short."),
        message("long.2", "long", "long.1", author=3, day=42, body=f"> Short.\n\n{words[:40_000]}"),
        message("long.3", "long", "long.2", author=4, day=43, elided=words[:33_000]),
        message("long.4", "long", "long.3", author=0, day=44),
        Thread(key="odd", source=GARDENERS.key, title="Odd dates"),
        message("odd.0", "odd", author=0, sent_at=None, date_source=None),
        message("odd.1", "odd", "odd.0", author=5, day=30),
        message("odd.2", "odd", "odd.1", author=1, day=90_000),
    ]
    with make_archive(tmp_path / "a.sqlite3", [*talk(), *long]) as archive:
        choices = (("jurgen@example.org", "withheld", "words"), ("olga@example.org", "withheld", "name"))
        for key, column, value in (*choices, ("al@example.org", "username", "alfred")):
            query = f"INSERT INTO person_choice (person_id, {column}) SELECT id, ? FROM person WHERE key = ?"
            archive.db.execute(query, (value, key))
        assert compare(archive, read_mapping("", "m.toml"), tmp_path) == 11
        thread = archive.db.execute("SELECT id FROM thread WHERE key = 'long'").fetchone()[0]
        shown = PlannedForum(archive, Plan(archive)).topic(thread, 1)
        assert shown
        assert len(shown.posts) > 8
