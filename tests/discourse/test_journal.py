"""Keys that are the same every time, and rows that say how far an operation is."""

from __future__ import annotations

import re

from migrate.archive import Archive
from migrate.discourse.journal import Journal, nonce, reply_key, topic_key
from migrate.plan import Target, TargetFacts

TARGET = Target(id=1, url="https://forum.example.org", generation=1, facts=TargetFacts())


def test_keys_fit_what_discourse_takes() -> None:
    assert re.fullmatch(r"k[0-9a-f]{40}", topic_key("list", "thread", 1))
    assert re.fullmatch(r"https://import\.invalid/1/[0-9a-f]{40}", reply_key("list", "message", 1))
    assert 0 <= nonce("message", 5) < 2**31


def test_keys_do_not_change_between_versions() -> None:
    assert topic_key("gardeners.example.org", "a@b", 1) == "k4783d23792dc91be855b045decbf2c0f24aff2f0"
    assert reply_key("gardeners.example.org", "a@b", 1).endswith("/16366ec08b0f0b6d46499c6f0750569128f9acc9")


def test_a_generation_changes_both_keys() -> None:
    assert topic_key("list", "thread", 1) != topic_key("list", "thread", 2)
    assert reply_key("list", "message", 1) != reply_key("list", "message", 2)


def test_parts_of_keys_do_not_run_together() -> None:
    assert topic_key("ab", "c", 1) != topic_key("a", "bc", 1)
    assert reply_key("ab", "c", 1) != reply_key("a", "bc", 1)


def test_an_operation_is_sending_then_done(archive: Archive) -> None:
    journal = Journal(archive, TARGET, clock=lambda: 5.0)
    assert journal.get("post", 7) is None
    journal.sending("post", 7, thread_id=3, topic_id=11, digest="d")
    journal.sending("post", 7, thread_id=3, topic_id=11, digest="d")
    row = journal.get("post", 7)
    assert row is not None
    assert (row.state, row.attempts, row.sent_at, row.topic_id) == ("sending", 2, 5000, 11)
    journal.done("post", 7, remote_id=99, topic_id=11, post_number=4, remote_name="slug")
    row = journal.thread(3)[7]
    assert (row.state, row.remote_id, row.post_number, row.digest) == ("done", 99, 4, "d")
    assert journal.count("post", "done") == 1


def test_what_is_refused_keeps_the_forums_words(archive: Archive) -> None:
    journal = Journal(archive, TARGET)
    journal.refused("post", [7, 8], "Too long.", thread_id=3)
    assert {row.refusal for row in journal.thread(3).values()} == {"Too long."}
    journal.sending("post", 7, thread_id=3)
    row = journal.get("post", 7)
    assert row is not None
    assert (row.state, row.attempts, row.refusal) == ("sending", 1, None)


def test_targets_and_generations_do_not_see_each_other(archive: Archive) -> None:
    journal = Journal(archive, TARGET)
    journal.sending("user", 1, remote_name="ann")
    again = Target(id=1, url=TARGET.url, generation=2, facts=TARGET.facts)
    other = Target(id=2, url="https://other.example.org", generation=1, facts=TARGET.facts)
    assert Journal(archive, again).all("user") == {}
    assert Journal(archive, other).all("user") == {}
