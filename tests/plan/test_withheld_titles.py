"""Titles that name somebody who asked not to be named, or whose words are gone: what becomes of their topics."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.mapping import read_mapping
from migrate.model import Record, Thread
from migrate.plan import Plan
from migrate.plan.outlines import outlines
from migrate.preview import PlannedForum
from tests.discourse.community import GARDENERS, make_archive, message

STAFF_ONLY = """
[tags]
from_prefix = true
[[rule]]
title = "*Olga Petrova*"
category = "Staff room"
read = ["staff"]
tags = ["quarrel"]
"""


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Ann wrote about Olga, and Olga about an illness."""
    records: list[Record] = [
        Thread(key="about", source=GARDENERS.key, title="A complaint about Olga Petrova"),
        message("about", "about", author=0),
        Thread(key="own", source=GARDENERS.key, title="[Illness] in the family"),
        message("own", "own", author=3),
    ]
    with make_archive(tmp_path / "a.sqlite3", records) as made:
        made.db.execute("UPDATE person_name SET name = 'Olga Petrova' WHERE name = 'Ольга'")
        yield made


def planned(archive: Archive, withheld: str) -> Plan:
    query = "INSERT INTO person_choice (person_id, withheld) SELECT id, ? FROM person WHERE key = 'olga@example.org'"
    archive.db.execute(query, (withheld,))
    return Plan(archive, mapping=read_mapping(STAFF_ONLY, "m.toml"))


@pytest.mark.parametrize("withheld", ["name", "words"])
def test_a_rule_still_takes_a_thread_whose_title_names_them(archive: Archive, withheld: str) -> None:
    plan = planned(archive, withheld)
    (staff_room,) = (category for category in plan.categories() if category.read_by)
    topic = plan.topic(next(plan.thread_ids()))
    assert "Petrova" not in topic.title
    assert (topic.category, topic.tags) == (staff_room.ref, ("quarrel",))
    outline = next(outlines(archive, plan))
    assert (outline.title, outline.category, outline.tags) == (topic.title, topic.category, topic.tags)
    (line,) = PlannedForum(archive, plan).lines([topic.thread_id])
    assert line.category
    assert (line.title, line.category.name, line.tags) == (topic.title, "Staff room", topic.tags)


def test_the_title_of_words_that_are_gone_gives_no_tag(archive: Archive) -> None:
    plan = planned(archive, "words")
    assert plan.tags() == ["quarrel"]
    shown = PlannedForum(archive, plan)
    assert shown.tag("illness", 1) is None
    assert shown.tag("quarrel", 1)


def test_that_of_whose_name_alone_is_withheld_does(archive: Archive) -> None:
    plan = planned(archive, "name")
    assert set(plan.tags()) == {"quarrel", "illness"}
    assert PlannedForum(archive, plan).tag("illness", 1)
