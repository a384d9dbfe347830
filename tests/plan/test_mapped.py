"""What a mapping makes of a plan: categories, titles, tags, what is left out, all counts."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.discourse.journal import Journal
from migrate.mapping import Mapping, MappingError, read_mapping
from migrate.model import Origin, Record, Source, Thread
from migrate.plan import Plan, Selection, Target, TargetFacts, category_ref
from tests.discourse.community import BAKERS, GARDENERS, make_archive, message, talk


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with make_archive(tmp_path / "migration.sqlite3", talk()) as made:
        yield made


def mapping(text: str) -> Mapping:
    return read_mapping(text, "map.toml")


def target_of(archive: Archive, **chosen: object) -> Target:
    insert = (
        "INSERT OR IGNORE INTO target (id, url, generation, facts) VALUES (1, 'https://forum.example.org', 1, '{}')"
    )
    archive.db.execute(insert)
    target = Target(id=1, url="https://forum.example.org", generation=1, facts=TargetFacts())
    return replace(target, **chosen)  # type: ignore[arg-type]  # fields by name, as a test needs them


def topics(plan: Plan) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """Thread key → category, title, tags."""
    names = {category.ref: category.name for category in plan.categories()}
    found = map(plan.topic, plan.thread_ids())
    return {topic.thread_key: (names[topic.category], topic.title, topic.tags) for topic in found}


RULES = """
    [tags]
    from_prefix = true
    [[rule]]
    title = "*part 3"
    category = "Threes"
    parent = "Numbers"
    color = "AA0000"
    tags = ["three"]
    [[rule]]
    source = "bakers*"
    title = "*part 5"
    skip = true
    [[rule]]
    source = "bakers*"
    read = "staff"
    private = true
"""


def test_topics_go_where_the_rules_say(archive: Archive) -> None:
    with pytest.raises(MappingError, match=r"map.toml, line 4: 'Bakers & Co' is private, .* public category 'Threes'"):
        Plan(archive, mapping=mapping(RULES)).categories()
    plan = Plan(archive, mapping=mapping(RULES.replace('tags = ["three"]', 'tags = ["three"]\n    public = true')))
    found = plan.categories()
    assert [(item.name, item.parent, item.color, item.read_by) for item in found] == [
        ("gardeners", None, "0088CC", ()),
        ("Numbers", None, "0088CC", ()),
        ("Threes", "Numbers", "AA0000", ()),
        ("Bakers & Co", None, "0088CC", ("staff",)),
    ]
    assert found[2].ref == category_ref("Numbers", "Threes")
    assert topics(plan)["thread-3"] == ("Threes", "About seeds, part 3", ("three",))
    assert topics(plan)["thread-1"] == ("Bakers & Co", "About seeds, part 1", ())
    assert "thread-5" not in topics(plan)
    assert plan.tags() == ["three"]


def test_a_list_may_share_the_category_of_another(archive: Archive) -> None:
    plan = Plan(archive, mapping=mapping('[[rule]]\nsource = "bakers*"\ncategory = "Gardeners"'))
    assert [category.name for category in plan.categories()] == ["Gardeners"]


def test_a_thread_whose_first_message_came_by_another_list_has_a_category(tmp_path: Path) -> None:
    records: list[Record] = [
        Thread(key="one", source=GARDENERS.key, title="One"),
        message("a", "one", flags=("machine-made",)),
        message("b", "one", "a", source=BAKERS, day=1),
    ]
    with make_archive(tmp_path / "small.sqlite3", records) as archive:
        assert topics(Plan(archive)) == {"one": ("gardeners", "One", ())}


ACROSS: list[Record] = [
    Thread(key="public", source=GARDENERS.key, title="Public"),
    message("a", "public"),
    message("b", "public", "a", source=BAKERS, author=1, day=1),
    message(
        "both",
        "public",
        "a",
        source=BAKERS,
        author=1,
        day=1.5,
        origins=(Origin(source=BAKERS.key, locator="b@1"), Origin(source=GARDENERS.key, locator="g@1")),
    ),
    message("c", "public", "b", author=2, day=2),
    Thread(key="private", source=BAKERS.key, title="Private"),
    message("d", "private", source=BAKERS),
    message("e", "private", "d", day=1),
]
SECRET = '[[rule]]\nsource = "bakers*"\nprivate = true\nread = "staff"\n'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", "a b both c"),
        (SECRET, "a both c"),
        (f'[[rule]]\ntitle = "public"\ncategory = "News"\npublic = true\n{SECRET}', "a b both c"),
        (f'{SECRET}[[rule]]\nprivate = true\nread = "staff"', "a b both c"),
        (f'{SECRET}[[rule]]\nprivate = true\nread = ["staff", "members"]', "a both c"),
        (f'{SECRET}[[rule]]\nread = "members"', "a both c"),
    ],
)
def test_answers_on_a_private_list_stay_out_of_what_others_read(tmp_path: Path, text: str, shown: str) -> None:
    with make_archive(tmp_path / "across.sqlite3", ACROSS) as archive:
        plan = Plan(archive, mapping=mapping(text))
        public, private = map(plan.topic, plan.thread_ids())
        keys = [post.message_key for post in public.posts]
        assert keys == shown.split()
        assert public.posts[-1].parent_id == public.posts[1 if "b" in keys else 0].message_id
        assert [post.message_key for post in private.posts] == ["d", "e"]
        assert plan.summary().left_out == ({} if "b" in keys else {"private": 1})
        assert plan.posts == len(keys) + 2


def test_what_rules_skip_is_counted(archive: Archive) -> None:
    plan = Plan(
        archive, mapping=mapping('[[rule]]\ntitle = "*part 5"\nskip = true\n[[rule]]\nsource = "b*"\nskip = true')
    )
    summary = plan.summary()
    assert summary.left_out == {"machine-made": 1, "no-archive": 1, "mapping": 5 * 3 + 3}
    assert (summary.topics, summary.replies, summary.categories) == (9 - 4, 40 - 2 - 18 - 5, 1)
    assert plan.posts == summary.topics + summary.replies
    assert len(list(plan.thread_ids())) == summary.topics
    assert {user.person_id for user in plan.users()} == {
        post.person_id for thread in plan.thread_ids() for post in plan.topic(thread).posts
    }
    assert summary.users == plan.people == len(list(plan.users()))


def test_undated_messages_may_be_left_out(archive: Archive) -> None:
    plan = Plan(archive, mapping=mapping('undated = "leave-out"'))
    assert plan.summary().left_out == {"machine-made": 1, "no-archive": 1, "undated": 1}
    files = next(topic for topic in map(plan.topic, plan.thread_ids()) if topic.thread_key == "files")
    assert [post.message_key for post in files.posts] == ["f.0", "f.1"]


@pytest.mark.parametrize("authors", ["existing", "byline"])
def test_no_placeholders_where_one_account_posts(archive: Archive, authors: str) -> None:
    assert Plan(archive, mapping=mapping(f'authors = "{authors}"')).summary().users == 0
    summary = Plan(archive, target=target_of(archive, authors=authors)).summary()
    assert (summary.users, summary.requests) == (0, 2 + 3 + 38)


def tagged_archive(folder: Path) -> Archive:
    records: list[Record] = [
        Thread(key="a", source=GARDENERS.key, title="[ANN] [jobs] News", labels=("Food", "Plants")),
        message("a", "a"),
        Thread(key="b", source=GARDENERS.key, title="[ann] More"),
        message("b", "b"),
        Thread(key="c", source=GARDENERS.key, title="[gone] Left out"),
        message("c", "c", flags=("draft",)),
    ]
    return make_archive(folder / "small.sqlite3", records)


TAGS = "[tags]\nfrom_prefix = true\nfrom_labels = true"


def test_tags_fit_the_forum_and_what_does_not_is_counted(tmp_path: Path) -> None:
    with tagged_archive(tmp_path) as archive:
        plan = Plan(archive, TargetFacts(max_tags_per_topic=3, max_tag_length=4), mapping=mapping(TAGS))
        assert topics(plan) == {
            "a": ("gardeners", "News", ("ann", "jobs", "food")),
            "b": ("gardeners", "More", ("ann",)),
        }
        assert plan.tags() == ["ann", "jobs", "food"]
        assert (plan.summary().tags, plan.summary().tags_cut) == (3, 1)
        assert plan.summary().requests == 2 * 1 + 1 + 1 + 2


def test_a_forum_without_tags_gets_none(tmp_path: Path) -> None:
    with tagged_archive(tmp_path) as archive:
        plan = Plan(archive, TargetFacts(tagging_enabled=False), mapping=mapping(TAGS))
        assert topics(plan)["a"] == ("gardeners", "[ANN] [jobs] News", ())
        assert (plan.tags(), plan.summary().tags_cut) == ([], 5)


def test_what_was_sent_keeps_category_title_and_tags(archive: Archive) -> None:
    target = target_of(archive, mapping='[[rule]]\ncategory = "New"\ntags = ["new"]')
    journal, old = Journal(archive, target), category_ref("Old")
    journal.sending("category", old)
    journal.done("category", old, remote_id=7)
    details = json.dumps({"category": 7, "tags": ["old"], "title": "As it was"})
    journal.sending("post", 1, thread_id=1, details=details)
    before = Plan(archive, target=target).topic(1)
    assert (before.title, before.category, before.tags) == ("About seeds, part 0", category_ref("New"), ("new",))
    journal.done("post", 1, remote_id=1, topic_id=1, post_number=1)
    after = Plan(archive, target=target).topic(1)
    assert (after.title, after.category, after.tags) == ("As it was", old, ("old",))


def test_a_mapping_that_was_kept_and_is_not_right_any_more_is_an_error(archive: Archive) -> None:
    with pytest.raises(MappingError, match=r"the mapping kept for https://forum\.example\.org, line 1"):
        Plan(archive, target=target_of(archive, mapping="colour = 1"))


def test_rules_mean_the_same_for_one_thread_and_for_all(tmp_path: Path) -> None:
    rng = random.Random(3)
    sources = [
        Source(key=f"list{number}", kind=rng.choice(["mbox", "wiki"]), name=f"List {number}") for number in range(6)
    ]
    records: list[Record] = [*sources]
    for number in range(300):
        source = rng.choice(sources)
        title = f"{rng.choice(['[a] ', '', '[b] '])}{rng.choice(['frost', 'slugs', 'ÄPFEL'])} {number}"
        records.append(
            Thread(key=f"t{number}", source=source.key, title=title, labels=rng.choice([(), ("x",), ("y", "X")]))
        )
        records.append(message(f"m{number}", f"t{number}", source=source))
    text = """
        [[rule]]
        title = "*frost*"
        source = ["list1", "list2"]
        skip = true
        [[rule]]
        label = "x"
        kind = "wiki"
        category = "Labelled"
        [[rule]]
        title = "*äpfel*"
        category = "Apples"
        [[rule]]
        source = ["list2", "list3"]
        skip = true
        [[rule]]
        title = "[a]*"
        skip = true
    """
    with make_archive(tmp_path / "small.sqlite3", records) as archive:
        plan = Plan(archive, mapping=mapping(text))
        wanted: dict[tuple[int, int], int] = {}
        for source_id, title, labels in archive.db.execute("SELECT source_id, title, labels FROM thread").fetchall():
            rule = plan.scope.rule_of(source_id, title, json.loads(labels))
            if not plan.mapping.rule(rule).skip:
                wanted[source_id, rule] = wanted.get((source_id, rule), 0) + 1
        assert plan.scope.counted() == wanted
        assert plan.posts == sum(wanted.values()) == len(list(plan.thread_ids()))
        assert 50 < plan.posts < 250
        assert plan.summary().left_out == {"mapping": 300 - plan.posts}


def chosen(archive: Archive, **selection: Any) -> list[str]:
    plan = Plan(archive, target=target_of(archive, selection=Selection(**selection)))
    assert list(plan.unsent_thread_ids()) == list(plan.thread_ids())
    keys = [plan.topic(thread).thread_key for thread in plan.thread_ids()]
    summary = plan.summary()
    assert (summary.topics, summary.topics + summary.replies) == (len(keys), plan.posts)
    assert plan.share == (len(keys), 9)
    assert summary.left_out.get("selection", 0) == 38 - plan.posts
    return keys


DAY = 86_400_000
NEW_YEAR = 1_577_880_000_000  # noon, as `moment(0)`


def test_a_trial_is_a_part_of_the_plan(archive: Archive) -> None:
    assert chosen(archive, limit=2) == ["thread-0", "thread-1"]
    assert chosen(archive, limit=100) == chosen(archive)
    assert chosen(archive, only="*PART 3") == ["thread-3"]
    assert chosen(archive, only="bakers.*") == ["thread-1", "thread-3", "thread-5", "twins"]
    assert chosen(archive, only="Bakers & Co", limit=1) == ["thread-1"]
    assert chosen(archive, since=NEW_YEAR + 20 * DAY) == ["files", "twins", "left"]
    assert chosen(archive, since=NEW_YEAR + 20 * DAY + 1) == ["twins", "left"]
    assert chosen(archive, only="nothing like it") == []


def test_a_trial_goes_on_with_its_own_topics(archive: Archive) -> None:
    target = target_of(archive, selection=Selection(limit=2))
    plan, journal = Plan(archive, target=target), Journal(archive, target)
    first, second = plan.thread_ids()
    for post in plan.topic(first).posts:
        journal.sending("post", post.message_id, thread_id=first)
        journal.done("post", post.message_id, remote_id=post.message_id, topic_id=1, post_number=1)
    again = Plan(archive, target=target)
    assert (list(again.unsent_thread_ids()), again.sent) == ([second], 5)


def test_what_is_in_doubt_or_refused_is_not_passed_over(archive: Archive) -> None:
    target = target_of(archive)
    plan, journal = Plan(archive, target=target), Journal(archive, target)
    for number, thread in enumerate(list(plan.thread_ids())[:3]):
        for post in plan.topic(thread).posts:
            journal.sending("post", post.message_id, thread_id=thread)
            if number != 1 or post.parent_id is not None:
                journal.done("post", post.message_id, remote_id=post.message_id, topic_id=thread, post_number=2)
    assert list(plan.unsent_thread_ids())[:2] == [2, 4]
