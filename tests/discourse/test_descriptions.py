"""What a group said of itself is the description of its category on the forum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.archive.writer import Writer
from migrate.discourse.facts import open_target
from migrate.discourse.push import descriptions
from migrate.discourse.push.descriptions import described
from migrate.discourse.push.push import Push
from migrate.errors import TargetError
from migrate.sandbox import Sandbox
from tests.discourse.community import BAKERS, GARDENERS, make_archive, message
from tests.discourse.pushing import client_of, findings
from tests.discourse.undoing import KilledError, die_after, held, sent, undone

SAID = "For @all who garden.\n\nWrite to ann@example.org, or not: #beans."


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    records = [message("a", "a"), message("b", "b", source=BAKERS)]
    with make_archive(tmp_path / "migration.sqlite3", records) as made:
        say(made, SAID)
        yield made


def say(archive: Archive, words: str, source: Any = GARDENERS) -> None:
    with archive.transaction():
        Writer(archive).write([replace(source, description=words)])


def category(forum: Sandbox, name: str) -> dict[str, Any]:
    listed = client_of(forum).read("/site.json")["categories"]
    return next(item for item in listed if item["name"].lower() == name.lower())


def about(forum: Sandbox, name: str) -> dict[str, Any]:
    topic = category(forum, name)["topic_url"].rpartition("/")[2]
    posts = client_of(forum).read(f"/t/{topic}.json", include_raw="true")["post_stream"]["posts"]
    found: dict[str, Any] = posts[0]
    return found


def test_it_is_the_first_paragraph_of_the_topic_about_the_category(archive: Archive, either: Sandbox) -> None:
    sent(archive, either)
    first, *rest = about(either, "gardeners")["raw"].split("\n\n")
    assert first == "For @\u2060all who garden. Write to ann@…, or not: #\u2060beans."
    assert rest  # the forum's own words stay
    assert "who garden" in category(either, "gardeners")["description"]
    assert category(either, "Bakers & Co")["description"] is None
    assert findings(archive) == {}


def test_it_is_written_once_and_what_somebody_changed_stays(archive: Archive, forum: Sandbox) -> None:
    sent(archive, forum)
    post = about(forum, "gardeners")
    sent(archive, forum)
    assert about(forum, "gardeners")["version"] == post["version"] == 2
    client_of(forum).put(f"/posts/{about(forum, 'Bakers & Co')['id']}.json", {"post": {"raw": "Our own words of it."}})
    say(archive, "Bread", BAKERS)
    sent(archive, forum)
    assert about(forum, "Bakers & Co")["raw"] == "Our own words of it."


def test_a_category_that_was_there_keeps_its_own(archive: Archive, forum: Sandbox) -> None:
    client_of(forum).create("/categories.json", {"name": "Gardeners", "color": "112233", "text_color": "FFFFFF"})
    sent(archive, forum)
    assert about(forum, "gardeners")["version"] == 1


def test_a_description_that_comes_later_is_written_with_the_next_push(archive: Archive, forum: Sandbox) -> None:
    sent(archive, forum)
    say(archive, "Bread and how it is made.", BAKERS)
    sent(archive, forum)
    assert about(forum, "Bakers & Co")["raw"].startswith("Bread and how it is made.\n\n")


@pytest.mark.parametrize("answered", [True, False])
def test_a_push_that_dies_at_it_goes_on_with_it(archive: Archive, forum: Sandbox, answered: bool) -> None:
    client = client_of(forum)
    put, seen = client.put, []

    def dying(path: str, params: Any = None) -> Any:
        if path.startswith("/posts/"):
            seen.append(path)
            die_after(client, 1, answered=answered)
        return put(path, params)

    client.put = dying  # type: ignore[method-assign]  # to die at this one request
    with pytest.raises(KilledError):
        Push(archive, client, open_target(archive, client, "the forum")).run()
    assert seen
    sent(archive, forum)
    post = about(forum, "gardeners")
    assert (post["version"], post["raw"].startswith("For @\u2060all")) == (2, True)


def test_an_undo_takes_it_with_its_category(archive: Archive, forum: Sandbox) -> None:
    before = held(forum)
    sent(archive, forum)
    there = held(forum)
    assert undone(archive, forum).left == []
    assert held(forum) == before
    sent(archive, forum)
    assert held(forum) == there
    assert about(forum, "gardeners")["raw"].startswith("For @\u2060all")


def test_what_the_forum_refuses_is_said_and_tried_again(
    archive: Archive, forum: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(descriptions, "described", lambda _text: "x" * 40_000)
    assert sent(archive, forum).refused == 1
    assert findings(archive) == {"description-refused": 1}
    monkeypatch.undo()
    assert sent(archive, forum).refused == 0
    assert findings(archive) == {}
    assert about(forum, "gardeners")["raw"].startswith("For @\u2060all")


@pytest.mark.parametrize(
    ("mapping", "name", "shown"),
    [
        ('[[rule]]\ncategory = "All"', "All", False),  # two have something to say of it
        ('[[rule]]\nsource = "gard*"\ncategory = "Garden"', "Garden", True),
        ('[[rule]]\ntitle = "About a*"\ncategory = "Some"', "Some", False),  # it is about all of the list
    ],
)
def test_it_is_for_the_category_of_the_whole_list(
    archive: Archive, forum: Sandbox, mapping: str, name: str, shown: bool
) -> None:
    say(archive, "Bread", BAKERS)
    sent(archive, forum, mapping)
    assert ("who garden" in about(forum, name)["raw"]) is shown


def test_a_long_one_is_cut_and_a_hostile_one_is_text() -> None:
    assert len(described("word " * 5000)) < 1010
    assert described("x" * 5000).startswith("x" * 1000)
    assert described("# <b>[quote]\n- item\x00") == described("# <b>[quote] - item")
    assert described(" \n ") == ""
    assert described("# Title").startswith("\\#")


def test_nothing_is_described_before_it_is_known_to_be_private(archive: Archive, forum: Sandbox) -> None:
    with archive.transaction():
        Writer(archive).write([replace(GARDENERS, private=True)])
    params = {"name": "gardeners", "color": "112233", "text_color": "FFFFFF"}
    client_of(forum).create("/categories.json", params)
    with pytest.raises(TargetError, match="can be read by everyone"):
        sent(archive, forum)
    assert about(forum, "gardeners")["version"] == 1
