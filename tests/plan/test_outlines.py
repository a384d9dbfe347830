"""The topics of a plan in a line each are what the plan says of each of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.mapping import read_mapping
from migrate.plan import Plan
from migrate.plan.outlines import outlines
from tests.discourse.community import make_archive, talk

MAPPING = """
[tags]
from_prefix = true

[[rule]]
title = "About seeds, part 1"
category = "Seeds"
tags = ["sowing"]

[[rule]]
title = "About seeds, part 2"
skip = true
"""


@pytest.mark.parametrize("mapping", ["", MAPPING], ids=["without", "with mapping"])
@pytest.mark.parametrize("withheld", [None, "words"])
def test_outlines_are_what_the_topics_are(tmp_path: Path, mapping: str, withheld: str | None) -> None:
    with make_archive(tmp_path / "a.sqlite3", talk()) as archive:
        if withheld:
            archive.db.execute("INSERT INTO person_choice (person_id, withheld) VALUES (4, ?)", (withheld,))
        plan = Plan(archive, mapping=read_mapping(mapping, "m.toml"))
        found = {one.thread_id: one for one in outlines(archive, plan)}
        assert list(found) == list(plan.thread_ids())
        for thread_id, one in found.items():
            topic = plan.topic(thread_id)
            assert (one.title, one.category, one.tags, one.states) == (
                topic.title, topic.category, topic.tags, topic.states
            )  # fmt: skip
            assert (one.posts, one.people) == (len(topic.posts), len({post.person_id for post in topic.posts}))
            dates = [post.claimed_at for post in topic.posts if post.claimed_at is not None]
            assert (one.first, one.last) == (min(dates, default=None), max(dates, default=None))


def test_a_topic_whose_words_are_all_withheld_says_so(tmp_path: Path) -> None:
    with make_archive(tmp_path / "a.sqlite3", talk()) as archive:
        archive.db.execute("INSERT INTO person_choice SELECT id, NULL, NULL, NULL, NULL, 'words' FROM person")
        plan = Plan(archive)
        titles = {one.title for one in outlines(archive, plan)}
    assert not any("seeds" in title for title in titles)


def test_they_come_in_the_order_of_their_keys_too(tmp_path: Path) -> None:
    with make_archive(tmp_path / "a.sqlite3", talk()) as archive:
        keys = [one.thread_key for one in outlines(archive, Plan(archive), order="key")]
    assert keys == sorted(keys)
    assert len(keys) > 5


def test_an_empty_archive_has_none(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        assert list(outlines(archive, Plan(archive))) == []
