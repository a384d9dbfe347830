"""What an archive becomes on a forum, told before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.discourse.journal import Journal
from migrate.model import Message, Person, Record, Source, Thread
from migrate.plan import Plan, Target, TargetFacts, placeholder_address
from tests.discourse.community import BAKERS, GARDENERS, PEOPLE, fill, make_archive, message, talk


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with make_archive(tmp_path / "migration.sqlite3", talk()) as made:
        yield made


def small(folder: Path, *records: Record) -> Archive:
    return make_archive(folder / "small.sqlite3", records)


def target_of(archive: Archive) -> Target:
    archive.db.execute(
        "INSERT INTO target (id, url, generation, facts) VALUES (1, 'https://forum.example.org', 1, '{}')"
    )
    return Target(id=1, url="https://forum.example.org", generation=1, facts=TargetFacts())


def test_the_summary_counts_what_will_be_created(archive: Archive) -> None:
    summary = Plan(archive).summary()
    assert (summary.categories, summary.users, summary.topics, summary.replies) == (2, 5, 9, 29)
    assert (summary.uploads, summary.upload_bytes) == (3, 157)
    assert summary.left_out == {"machine-made": 1, "no-archive": 1}
    assert summary.requests == 2 * 5 + 2 + 3 + 38
    assert summary.verify_requests == 9
    assert summary.seconds == 53


def test_everything_is_planned_or_left_out_for_a_reason(archive: Archive) -> None:
    archive.db.execute("UPDATE message SET thread_id = NULL WHERE id = (SELECT id FROM container WHERE key = 'm0.4')")
    summary = Plan(archive).summary()
    (messages,) = archive.db.execute("SELECT count(*) FROM message").fetchone()
    assert summary.topics + summary.replies + sum(summary.left_out.values()) == messages
    assert summary.left_out["unsettled"] == 1


def test_a_faster_forum_takes_less_time(archive: Archive) -> None:
    assert Plan(archive, TargetFacts(requests_per_minute=600)).summary().seconds == 6


def test_an_empty_archive_plans_nothing(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "empty.sqlite3", mode="create") as archive:
        plan = Plan(archive)
        assert (plan.posts, plan.categories(), list(plan.users()), list(plan.thread_ids())) == (0, [], [], [])
        assert plan.summary().requests == 0


def test_users_in_order_of_appearance_with_names_of_their_own(archive: Archive) -> None:
    users = list(Plan(archive).users(["Ann_Lee", "OLGA"]))
    assert [user.username for user in users] == ["Ann_Lee1", "Ann_Lee2", "Jurgen_Gross", "olga1", "The_Secretary"]
    assert [user.name for user in users] == ["Ann Lee", "Ann Lee", "Jürgen Groß", "Ольга", "The Secretary"]
    assert users[0].address == "ann@example.org"
    assert users[4].address == placeholder_address("name:the secretary")


def test_a_placeholder_address_can_never_receive_mail() -> None:
    address = placeholder_address("ann@example.org")
    assert address.endswith("@import.invalid")
    assert len(address) == 40 + len("@import.invalid")
    assert "ann" not in address


def test_an_address_is_used_once(tmp_path: Path) -> None:
    twin = Person(key="name:twin", name="Twin", email="ANN@example.org")
    own = message("a", "one")
    other = Message(
        **{name: getattr(own, name) for name in own.__dataclass_fields__} | {"key": "b", "author": twin.key}
    )
    with small(tmp_path, own, twin, other) as archive:
        addresses = [user.address for user in Plan(archive).users()]
        assert addresses == ["ann@example.org", placeholder_address("name:twin")]


def test_names_that_were_sent_stay(archive: Archive) -> None:
    target = target_of(archive)
    (person,) = archive.db.execute("SELECT id FROM person WHERE key = 'ann.lee@example.net'").fetchone()
    Journal(archive, target).sending("user", person, remote_name="Ann_Lee")
    names = [user.username for user in Plan(archive, target=target).users()]
    assert names[:2] == ["Ann_Lee1", "Ann_Lee"]


def test_limits_of_the_forum_hold(archive: Archive) -> None:
    facts = TargetFacts(max_username_length=6, max_topic_title_length=10, reserved_usernames=("olga",))
    plan = Plan(archive, facts)
    assert [user.username for user in plan.users()] == ["Ann_Le", "Ann_L1", "Jurgen", "olga1", "The_Se"]
    assert plan.topic(1).title == "About see…"


def test_categories_have_names_of_their_own(tmp_path: Path) -> None:
    other = Source(key="other.example.org", kind="mbox", name="Gardeners")
    unused = Source(key="unused.example.org", kind="mbox", name="unused")
    records: list[Record] = [
        other,
        unused,
        message("a", "one"),
        message("b", "two", source=other),
        message("c", "three", source=BAKERS),
    ]
    with small(tmp_path, *records) as archive:
        assert [category.name for category in Plan(archive).categories()] == ["gardeners", "Bakers & Co", "Gardeners 2"]


def test_a_topic_has_its_posts_in_order(archive: Archive) -> None:
    plan = Plan(archive)
    topics = {topic.thread_key: topic for topic in map(plan.topic, plan.thread_ids())}
    assert len(topics) == 9
    topic = topics["thread-1"]
    assert (topic.title, topic.source_key) == ("About seeds, part 1", BAKERS.key)
    assert [post.message_key for post in topic.posts] == [f"m1.{number}" for number in range(5)]
    assert topics["twins"].title == "(no subject)"


def test_replies_to_left_out_messages_answer_the_one_above(archive: Archive) -> None:
    plan = Plan(archive)
    topic = next(topic for topic in map(plan.topic, plan.thread_ids()) if topic.thread_key == "left")
    first, last = topic.posts
    assert (first.message_key, first.parent_id) == ("l.1", None)
    assert (last.message_key, last.parent_id) == ("l.3", first.message_id)


def test_a_thread_of_left_out_messages_is_no_topic(tmp_path: Path) -> None:
    with small(tmp_path, message("a", "one", flags=("draft",)), message("b", "two")) as archive:
        plan = Plan(archive)
        assert [plan.topic(thread_id).thread_key for thread_id in plan.thread_ids()] == ["two"]
        assert plan.summary().left_out == {"draft": 1}
        assert [user.username for user in plan.users()] == ["Ann_Lee"]


def test_dates_that_are_missing_or_in_the_future_come_from_neighbours(tmp_path: Path) -> None:
    dates: dict[str, Any] = {"sent_at": None, "date_source": None}
    records: list[Record] = [
        message("a", "one", **dates),
        message("b", "one", "a", day=1),
        message("c", "one", "b", **dates),
        message("d", "one", "c", day=50_000),
        message("e", "two", **dates),
    ]
    with small(tmp_path, *records) as archive:
        plan = Plan(archive)
        first, second = (plan.topic(thread_id) for thread_id in plan.thread_ids())
        assert {post.created_at for post in first.posts} == {1_577_966_400_000}
        assert second.posts[0].created_at == 0


def test_what_is_sent_is_not_planned_again(archive: Archive) -> None:
    target = target_of(archive)
    plan, journal = Plan(archive, target=target), Journal(archive, target)
    everything = list(plan.thread_ids())
    assert list(plan.unsent_thread_ids()) == everything
    for post in plan.topic(1).posts:
        journal.sending("post", post.message_id, thread_id=1)
        journal.done("post", post.message_id, remote_id=post.message_id, topic_id=1, post_number=1)
    assert list(plan.unsent_thread_ids()) == everything[1:]
    fill(archive, [message("m0.9", "thread-0", "m0.0", author=1)])
    assert list(plan.unsent_thread_ids()) == everything


def test_pages_of_threads_follow_each_other(tmp_path: Path) -> None:
    records: list[Record] = [message(f"m{number}", f"t{number}") for number in range(1203)]
    with small(tmp_path, Thread(key="none", source=GARDENERS.key, title="Empty"), *records) as archive:
        thread_ids = list(Plan(archive).thread_ids())
        assert len(set(thread_ids)) == len(thread_ids) == 1203


def test_a_deep_chain_is_no_trouble(tmp_path: Path) -> None:
    records: list[Record] = [
        message(f"m{n}", "deep", f"m{n - 1}" if n else None, author=n % len(PEOPLE)) for n in range(3000)
    ]
    with small(tmp_path, *records) as archive:
        posts = Plan(archive).topic(1).posts
        assert [post.parent_id for post in posts[1:]] == [post.message_id for post in posts[:-1]]


def test_facts_are_kept_and_unknown_ones_ignored() -> None:
    facts = TargetFacts(title="Forum", max_post_length=5, reserved_usernames=("a", "b"))
    assert TargetFacts.from_json(facts.to_json()) == facts
    assert TargetFacts.from_json('{"title": "Old", "gone": 1}') == TargetFacts(title="Old")


def test_a_changed_subject_is_said_where_it_changes(tmp_path: Path) -> None:
    titles = {
        "a": "Slugs and lettuce",
        "b": "Re: [gardeners] Slugs and lettuce",
        "c": "Re: [gardeners] Ducks (was: Slugs and lettuce)",
        "d": "AW: Ducks",
        "e": "Re: Ducks (was: Slugs and lettuce)",
        "f": "Re: Slugs and",
        "g": "",
    }
    parents = {"b": "a", "c": "b", "d": "c", "e": "c", "f": "a", "g": "a"}
    records: list[Record] = [
        replace(message(key, "one", parents.get(key), day=day), title=title)
        for day, (key, title) in enumerate(titles.items())
    ]
    with small(tmp_path, *records) as archive:
        plan = Plan(archive)
        (topic,) = map(plan.topic, plan.thread_ids())
        subjects = {post.message_key: post.subject for post in topic.posts if post.subject}
        assert subjects == {"c": "Ducks (was: Slugs and lettuce)", "f": "Slugs and"}


def test_a_message_without_parent_is_compared_with_the_opening(tmp_path: Path) -> None:
    records: list[Record] = [
        replace(message(key, "one", day=day), title=title)
        for day, (key, title) in enumerate({"a": "Slugs", "b": "Ducks"}.items())
    ]
    with small(tmp_path, *records) as archive:
        plan = Plan(archive)
        (topic,) = map(plan.topic, plan.thread_ids())
        assert [post.subject for post in topic.posts] == [None, "Ducks"]
