"""Categories and tags of a mapping, made on the forum or found there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from migrate.archive import Archive
from migrate.discourse.facts import open_target
from migrate.discourse.journal import Journal
from migrate.discourse.push.push import Push
from migrate.discourse.push.tags import GROUP
from migrate.errors import TargetError
from migrate.model import Record, Thread
from migrate.plan import Choices, category_ref
from migrate.sandbox import Sandbox
from tests.discourse.community import BAKERS, GARDENERS, fill, make_archive, message
from tests.discourse.pushing import client_of


def call(forum: Sandbox, verb: str, path: str, **params: Any) -> Any:
    headers = {"Api-Key": forum.key, "Api-Username": "admin"}
    answer = requests.request(verb, forum.url + path, json=params or None, headers=headers, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json() if answer.text else None


def push(archive: Archive, forum: Sandbox, mapping: str) -> Journal:
    """Push with that mapping; returns the journal."""
    client = client_of(forum)
    target = open_target(archive, client, choices=Choices(mapping=mapping))
    Push(archive, client, target).run()
    return Journal(archive, target)


def categories(forum: Sandbox) -> dict[str, Any]:
    ids = [item["id"] for item in call(forum, "GET", "/site.json")["categories"]]
    return {item["name"]: item for item in (call(forum, "GET", f"/c/{number}/show.json")["category"] for number in ids)}


def shown_topics(forum: Sandbox) -> dict[str, Any]:
    found = call(forum, "GET", "/latest.json")["topic_list"]["topics"]
    return {item["title"]: call(forum, "GET", f"/t/{item['id']}.json") for item in found}


def tags_of(topic: Any) -> list[str]:
    return sorted(tag["name"] if isinstance(tag, dict) else tag for tag in topic["tags"])


PRIVATE = """
    [[rule]]
    source = "bakers*"
    parent = "Lists"
    color = "AA0000"
    private = true
    read = ["staff"]
    [[rule]]
    parent = "Lists"
    category = "Garden"
"""


def test_categories_are_made_with_parent_colour_and_readers(archive: Archive, forum: Sandbox) -> None:
    journal = push(archive, forum, PRIVATE)
    made = categories(forum)
    bakers, garden, lists = made["Bakers & Co"], made["Garden"], made["Lists"]
    assert bakers["parent_category_id"] == garden["parent_category_id"] == lists["id"]
    assert (bakers["color"], bakers["read_restricted"]) == ("AA0000", True)
    assert [(item["group_name"], item["permission_type"]) for item in bakers["group_permissions"]] == [("staff", 1)]
    assert not garden["read_restricted"]
    assert not lists["read_restricted"]
    found = shown_topics(forum)
    assert found["About seeds, part 1"]["category_id"] == bakers["id"]
    assert found["About seeds, part 2"]["category_id"] == garden["id"]
    assert all(row.ours for row in journal.all("category").values())
    public = requests.get(f"{forum.url}/latest.json", timeout=10).json()["topic_list"]["topics"]
    assert {topic["category_id"] for topic in public} <= {garden["id"], lists["id"], 1, None}


def test_a_category_that_is_there_is_used_and_not_ours(archive: Archive, forum: Sandbox) -> None:
    params = {"name": "GARDENERS", "color": "112233", "text_color": "FFFFFF"}
    there = call(forum, "POST", "/categories.json", **params)["category"]["id"]
    journal = push(archive, forum, "")
    row = journal.all("category")[category_ref("gardeners")]
    assert (row.remote_id, row.ours) == (there, False)
    assert categories(forum)["GARDENERS"]["color"] == "112233"
    assert journal.all("category")[category_ref("Bakers & Co")].ours


def test_a_category_of_that_name_elsewhere_is_another(archive: Archive, forum: Sandbox) -> None:
    params = {"color": "112233", "text_color": "FFFFFF"}
    top = call(forum, "POST", "/categories.json", name="Top", **params)["category"]["id"]
    call(forum, "POST", "/categories.json", name="gardeners", slug="other", parent_category_id=top, **params)
    journal = push(archive, forum, "")
    assert journal.all("category")[category_ref("gardeners")].ours


@pytest.mark.parametrize("permissions", [{}, {"everyone": 3}, {"staff": 1, "trust_level_0": 3}])
def test_a_private_list_never_lands_where_others_can_read(
    archive: Archive, forum: Sandbox, permissions: dict[str, int]
) -> None:
    params = {"name": "Bakers & Co", "color": "112233", "text_color": "FFFFFF"}
    call(forum, "POST", "/categories.json", permissions=permissions, **params)
    rule = '[[rule]]\nsource = "bakers*"\nprivate = true\nread = "staff"'
    with pytest.raises(TargetError, match=r"'Bakers & Co' is there already .* can be read by .* Change who may see it"):
        push(archive, forum, rule)
    assert not [title for title in shown_topics(forum) if title.startswith("About seeds")]


def test_a_private_category_of_the_same_readers_is_used(archive: Archive, forum: Sandbox) -> None:
    params = {"name": "Bakers & Co", "color": "112233", "text_color": "FFFFFF", "permissions": {"staff": 1}}
    there = call(forum, "POST", "/categories.json", **params)["category"]["id"]
    journal = push(archive, forum, '[[rule]]\nsource = "bakers*"\nprivate = true\nread = "Staff"')
    assert journal.all("category")[category_ref("Bakers & Co")].remote_id == there


def test_a_group_that_is_not_there_is_said_before_anything_is_made(archive: Archive, forum: Sandbox) -> None:
    with pytest.raises(TargetError, match="has no group 'board', which is to read the category"):
        push(archive, forum, '[[rule]]\nread = "board"')
    assert "gardeners" not in categories(forum)


BAKERS_ONLY = '[[rule]]\nsource = "bakers*"\nprivate = true\nread = "STAFF"\n'


def late(archive: Archive) -> None:
    """One more answer in a topic of the bakers' list, and a new topic there."""
    fill(
        archive,
        [
            message("late", "thread-1", "m1.0", author=1, day=50, source=BAKERS),
            Thread(key="new", source=BAKERS.key, title="A new one"),
            message("n.0", "new", day=51, source=BAKERS),
        ],
    )


def test_groups_may_be_written_in_whatever_case(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum, BAKERS_ONLY)
    assert categories(forum)["Bakers & Co"]["read_restricted"]


def test_a_category_that_became_public_meanwhile_gets_nothing_private(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum, BAKERS_ONLY)
    late(archive)
    number = categories(forum)["Bakers & Co"]["id"]
    call(forum, "PUT", f"/categories/{number}.json", permissions={"everyone": 1})
    with pytest.raises(TargetError, match=r"'Bakers & Co' .* can be read by everyone"):
        push(archive, forum, BAKERS_ONLY)
    assert "A new one" not in shown_topics(forum)
    call(forum, "PUT", f"/categories/{number}.json", permissions={"staff": 1})
    push(archive, forum, BAKERS_ONLY)
    assert "A new one" in shown_topics(forum)


def test_a_list_that_the_mapping_makes_private_later_stays_out_of_its_public_category(
    archive: Archive, forum: Sandbox
) -> None:
    push(archive, forum, "")
    late(archive)
    with pytest.raises(TargetError, match=r"'Bakers & Co' .* can be read by everyone"):
        push(archive, forum, BAKERS_ONLY)
    assert "A new one" not in shown_topics(forum)


def test_topics_of_a_list_that_is_private_by_now_get_no_more_in_public(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum, "")
    late(archive)
    elsewhere = f'{BAKERS_ONLY}category = "Bread"\n'
    topic = shown_topics(forum)["About seeds, part 1"]
    with pytest.raises(TargetError, match=rf"private now.* others can still read them: .*/t/{topic['id']}\."):
        push(archive, forum, elsewhere)
    assert shown_topics(forum)["About seeds, part 1"]["posts_count"] == topic["posts_count"]
    call(forum, "PUT", f"/t/-/{topic['id']}.json", category_id=categories(forum)["Bread"]["id"])
    push(archive, forum, elsewhere)
    assert shown_topics(forum)["About seeds, part 1"]["posts_count"] == topic["posts_count"] + 1


def test_categories_whose_addresses_would_be_the_same_are_both_made(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum, '[[rule]]\nsource = "bakers*"\ncategory = "C++"\n[[rule]]\ncategory = "C"')
    made = categories(forum)
    assert made["C"]["slug"] != made["C++"]["slug"]


TAGS = '[tags]\nfrom_prefix = true\nfrom_labels = true\n[[rule]]\ntags = ["mailing list"]\n'


@pytest.fixture
def tagged(tmp_path: Path) -> Iterator[Archive]:
    records: list[Record] = [
        Thread(key="a", source=GARDENERS.key, title="[ANN] News from the garden", labels=("Food",)),
        message("a", "a", author=1),
        message("a1", "a", "a", author=2),
        Thread(key="b", source=BAKERS.key, title="[solved] Bread"),
        message("b", "b", source=BAKERS, author=2),
    ]
    with make_archive(tmp_path / "tagged.sqlite3", records) as archive:
        yield archive


@pytest.mark.parametrize("version", ["2.9", "2026"])
def test_topics_have_their_tags_though_their_authors_may_make_none(
    tagged: Archive, tmp_path: Path, version: str
) -> None:
    with Sandbox(tmp_path / "forum.sqlite3", prepared=True, version=version) as forum:
        _check_tags(tagged, forum)


def _check_tags(tagged: Archive, forum: Sandbox) -> None:
    journal = push(tagged, forum, TAGS)
    found = shown_topics(forum)
    assert tags_of(found["News from the garden"]) == ["ann", "food", "mailing-list"]
    assert tags_of(found["Bread"]) == ["mailing-list", "solved"]
    rows = journal.all("tag").values()
    assert {row.remote_name for row in rows if row.state == "done" and row.ours} == {
        "ann",
        "food",
        "mailing-list",
        "solved",
    }


def test_a_forum_that_takes_no_names_of_tags_any_more_gets_objects(tagged: Archive, tmp_path: Path) -> None:
    with Sandbox(tmp_path / "strict.sqlite3", version="2026", prepared=True, refuses_tag_names=True) as forum:
        _check_tags(tagged, forum)
        late_one = Thread(key="c", source=GARDENERS.key, title="[ANN] Later news", labels=("Food",))
        fill(tagged, [late_one, message("c", "c", day=9)])
        push(tagged, forum, TAGS)  # all tags are there from before
        assert tags_of(shown_topics(forum)["Later news"]) == ["ann", "food", "mailing-list"]


def test_tags_that_are_there_are_not_ours_and_the_group_grows(tagged: Archive, forum: Sandbox) -> None:
    call(forum, "POST", "/tag_groups.json", name="theirs", tag_names=["ann"])
    push(tagged, forum, '[tags]\nfrom_prefix = ["ann"]')
    journal = push(tagged, forum, TAGS)
    assert {row.remote_name: row.ours for row in journal.all("tag").values()} == {
        "ann": False,
        "food": True,
        "mailing-list": True,
    } | {"solved": True}
    groups = {group["name"]: group for group in call(forum, "GET", "/tag_groups.json")["tag_groups"]}
    names = groups[GROUP].get("tag_names") or [tag["name"] for tag in groups[GROUP]["tags"]]
    assert set(names) == {"ann", "food", "mailing-list", "solved"}


def test_without_tags_nothing_is_asked_for(archive: Archive, forum: Sandbox) -> None:
    assert push(archive, forum, "").all("tag") == {}
    assert call(forum, "GET", "/tag_groups.json")["tag_groups"] == []


def test_a_footer_of_the_mapping_is_folded_on_the_forum(tmp_path: Path, forum: Sandbox) -> None:
    text = "Words.\n\nThe list: https://lists.example.org/7"
    records = [replace(message("a", "a"), body=text), replace(message("b", "b", source=BAKERS), body=text)]
    with make_archive(tmp_path / "small.sqlite3", records) as archive:
        push(archive, forum, '[[footer]]\nsource = "gardeners*"\ntext = "The list: *"')
    found = {item["title"]: item["post_stream"]["posts"][0]["cooked"] for item in shown_topics(forum).values()}
    assert "<details" in found["About a"]
    assert "<details" not in found["About b"]


def test_only_what_new_topics_go_to_is_made(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum, "")
    before = set(categories(forum))
    bread = '[[rule]]\nsource = "bakers*"\nparent = "Bread"\ncategory = "Rye"\n'
    moved = f'{bread}[[rule]]\ncategory = "Garden"\nread = "staff"\n'
    push(archive, forum, moved)
    assert set(categories(forum)) == before
    late(archive)
    push(archive, forum, moved)
    made = categories(forum)
    assert set(made) - before == {"Bread", "Rye"}
    assert shown_topics(forum)["A new one"]["category_id"] == made["Rye"]["id"]


def test_answers_to_what_is_private_by_now_stay_out_though_its_category_is_not_made(
    archive: Archive, forum: Sandbox
) -> None:
    push(archive, forum, "")
    before = set(categories(forum))
    fill(archive, [message("late", "thread-1", "m1.0", author=1, day=50, source=BAKERS)])
    with pytest.raises(TargetError, match="private now"):
        push(archive, forum, f'{BAKERS_ONLY}category = "Bread"\n')
    assert set(categories(forum)) == before
