"""Groups that their exports call private: nobody but staff reads them on the forum, until somebody says who may."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from migrate.archive import Archive
from migrate.archive.writer import Writer
from migrate.discourse.doctor.doctor import examine_for
from migrate.discourse.facts import open_target
from migrate.discourse.permalinks import push_permalinks
from migrate.discourse.push.push import Push
from migrate.discourse.redirects import Redirect
from migrate.discourse.verify import verify
from migrate.errors import TargetError
from migrate.model import Record, Thread
from migrate.plan import Choices, Plan, for_staff
from migrate.report.facts import gather
from migrate.sandbox import Sandbox
from tests.discourse.community import BAKERS, GARDENERS, fill, make_archive, message
from tests.discourse.pushing import client_of

PRIVATE = replace(BAKERS, private=True)


def records() -> list[Record]:
    return [
        Thread(key="open", source=GARDENERS.key, title="In the open"),
        message("a", "open"),
        message("b", "open", "a", source=BAKERS, author=1, day=1, body="Not for everybody."),
        Thread(key="secret", source=BAKERS.key, title="The secret recipe"),
        message("c", "secret", source=BAKERS, day=2),
        message("d", "secret", "c", source=BAKERS, author=2, day=3),
    ]


@pytest.fixture
def private(tmp_path: Path) -> Iterator[Archive]:
    with make_archive(tmp_path / "private.sqlite3", records()) as archive:
        make_private(archive)
        yield archive


def make_private(archive: Archive) -> None:
    """As an import does that reads so."""
    with archive.transaction():
        Writer(archive).write([PRIVATE])


def push(archive: Archive, forum: Sandbox, mapping: str = "") -> Any:
    client = client_of(forum)
    return Push(archive, client, open_target(archive, client, choices=Choices(mapping=mapping))).run()


def public_titles(forum: Sandbox) -> set[str]:
    topics = requests.get(f"{forum.url}/latest.json", timeout=10).json()["topic_list"]["topics"]
    return {topic["title"] for topic in topics}


def shown_category(forum: Sandbox, topic: int) -> int:
    return int(client_of(forum).read(f"/t/{topic}.json")["category_id"])


def test_without_a_mapping_only_staff_reads_it_and_that_is_said(private: Archive, either: Sandbox) -> None:
    result = push(private, either)
    assert result.reserved == ("Bakers & Co",)
    assert "Taken for private, so that only staff may read it: Bakers & Co." in for_staff(result.reserved)
    shown = public_titles(either)
    assert "In the open" in shown
    assert "The secret recipe" not in shown
    summary = Plan(private).summary()
    assert (summary.reserved, summary.left_out) == (("Bakers & Co",), {"private": 1})
    client = client_of(either)
    target = open_target(private, client)
    assert verify(private, client, target).is_clean
    told = {check.name: check.text for check in examine_for(private, client, target).checks}
    assert told["private"] == for_staff(["Bakers & Co"])


def test_a_mapping_opens_it(private: Archive, forum: Sandbox) -> None:
    result = push(private, forum, '[[rule]]\nsource = "bakers*"\npublic = true')
    assert result.reserved == ()
    assert "The secret recipe" in public_titles(forum)


def test_what_turns_out_to_be_private_after_it_was_sent_stops_the_next_push(tmp_path: Path, forum: Sandbox) -> None:
    with make_archive(tmp_path / "later.sqlite3", records()) as archive:
        push(archive, forum)
        assert "The secret recipe" in public_titles(forum)
        make_private(archive)
        fill(archive, [message("e", "secret", "c", source=BAKERS, author=3, day=4)])
        with pytest.raises(TargetError, match=r"'Bakers & Co' is there already .* an export that was read says that"):
            push(archive, forum)
        with pytest.raises(TargetError, match=r"By what was read since, topics .* private now.*/t/\d+\. Move each"):
            push(archive, forum, '[[rule]]\nsource = "bakers*"\ncategory = "Bread"')
        client = client_of(forum)
        (told,) = verify(archive, client, open_target(archive, client, choices=Choices(mapping=""))).open_categories
        assert told == "The category “Bakers & Co” is private, but can be read by: everyone"


def test_no_permalink_tells_a_title_of_what_is_to_be_private(tmp_path: Path, forum: Sandbox) -> None:
    with make_archive(tmp_path / "later.sqlite3", records()) as archive:
        push(archive, forum)
        make_private(archive)
        client = client_of(forum)
        target = open_target(archive, client)
        category = client.read("/site.json")["categories"]
        number = next(item["id"] for item in category if item["name"] == "Bakers & Co")
        wanted = [Redirect("https://old.example.org/1", "/t/1", "topic", 1, number)]
        result = push_permalinks(archive, client, target, wanted, lambda _progress: None)
        assert result.created == {}
        assert client.read("/admin/permalinks.json").body == []


def test_a_report_that_is_shown_around_has_no_titles_of_it(private: Archive) -> None:
    facts = gather(private)
    assert [title for title, _ in facts.longest_threads] == ["In the open"]
    assert {source.name: source.private for source in facts.sources} == {"gardeners": False, "Bakers & Co": True}


def test_staff_may_be_called_otherwise_on_the_forum(private: Archive, tmp_path: Path) -> None:
    data = tmp_path / "elsewhere.sqlite3"
    Sandbox(data, prepared=True).close()
    with closing(sqlite3.connect(data)) as db, db:
        assert db.execute("UPDATE groups SET name = 'equipe' WHERE name = 'staff'").rowcount == 1
    with Sandbox(data) as forum:
        client = client_of(forum)
        told = {check.name: check.state for check in examine_for(private, client, open_target(private, client)).checks}
        assert told["groups"] == "ok"
        push(private, forum)
        assert "The secret recipe" not in public_titles(forum)
        assert verify(private, client, open_target(private, client)).is_clean
        fill(private, [message("e", "secret", "c", source=BAKERS, author=3, day=4)])
        assert push(private, forum).refused == 0


def test_what_stays_in_public_after_it_turned_out_to_be_private_is_told(tmp_path: Path, forum: Sandbox) -> None:
    with make_archive(tmp_path / "later.sqlite3", [*records()[:2], *records()[3:]]) as archive:
        push(archive, forum)
        make_private(archive)
        bread = '[[rule]]\nsource = "bakers*"\ncategory = "Bread"\nread = ["staff"]'
        with pytest.raises(TargetError, match=r"are private now; but others can still read them: .*/t/\d+\."):
            push(archive, forum, bread)
        client = client_of(forum)
        target = open_target(archive, client, choices=Choices(mapping=bread))
        (told,) = verify(archive, client, target).open_categories
        assert told.startswith("1 topic is private by now, but can still be read by others, like ")
        number = int(told.rpartition("/")[2])
        wanted = [Redirect("https://old.example.org/1", f"/t/{number}/2", "post", 1, shown_category(forum, number))]
        assert push_permalinks(archive, client, target, wanted, lambda _progress: None).created == {}
        closed = {"name": "Safe", "color": "0088CC", "text_color": "FFFFFF", "permissions": {"staff": 1}}
        category = client.create("/categories.json", closed)["category"]
        assert client.put(f"/t/-/{number}.json", {"category_id": category["id"]}).status == 200
        assert push(archive, forum, bread).created == {}
        assert verify(archive, client, target).is_clean
