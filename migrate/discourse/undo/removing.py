"""Removing one thing from a forum: an account, a category, a tag, a permalink; only where nobody else uses it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import quote

from migrate.discourse.api.answers import Answer, number_of, objects_in
from migrate.discourse.api.client import Client
from migrate.discourse.facts import admin_settings
from migrate.discourse.former import account_of
from migrate.discourse.journal import Operation
from migrate.errors import TargetError


@dataclass(frozen=True, slots=True)
class Removal:
    """What became of it; one that stays has a reason, and a path under which to look at it."""

    fate: Literal["removed", "gone", "stays"]
    name: str = ""
    why: str = ""
    path: str = ""


REMOVED, GONE = Removal("removed"), Removal("gone")


@dataclass(frozen=True, slots=True)
class CategoryThere:
    """A category of the forum."""

    id: int
    slug: str
    path: tuple[str, ...]  # its name after those of what it stands in
    parent_id: int | None
    about: int | None  # the topic that describes it
    is_restricted: bool  # not everybody may read it


@dataclass(frozen=True, slots=True)
class TagThere:
    """A tag of the forum."""

    id: int | None  # None up to Discourse 2.9, where tags are known by their names only
    messages: int  # private ones that have it


def check_still_admin(client: Client) -> None:
    """After a 404, with which Discourse answers a key that is not accepted any more, too: raises TargetError then."""
    admin_settings(client)


def remove_account(client: Client, row: Operation) -> Removal:
    """A placeholder whose posts are gone. One that a person has taken over, or that wrote anything else, stays."""
    there = account_of(client, row.remote_id or 0, row.remote_name)
    if there is None:
        check_still_admin(client)
        return GONE
    name, path = there.username, f"/admin/users/{there.id}"
    if there.is_members:
        return Removal("stays", name, "a person uses this account now", f"/u/{quote(name)}")
    answer = client.delete(f"{path}.json")
    removal = _outcome(client, answer, f"{path}.json", name, f"/u/{quote(name)}")
    # An account with posts is refused with `deleted`; without it, for its age, where statistics were made anew.
    if removal.fate == "stays" and answer["deleted"] is None:
        return replace(removal, why=f"{removal.why} (Perhaps its setting delete_user_max_post_age forbids it.)")
    return removal


def remove_permalink(client: Client, row: Operation) -> Removal:
    """A redirect."""
    answer = client.delete(f"/admin/permalinks/{row.remote_id}.json")
    if answer.status == 404:
        check_still_admin(client)
        return GONE
    return REMOVED if answer.status == 200 else Removal("stays", row.remote_name or "", answer.message)


def remove_tag(client: Client, row: Operation) -> Removal:
    """A tag that no topic has, as far as the forum shows it; its own count is out of date at times."""
    name = row.remote_name or ""
    path = f"/tag/{quote(name, safe='')}"
    listed = client.read(f"{path}.json")
    if listed.status == 404:
        check_still_admin(client)
        return GONE
    if _topics(listed) or ((tag := read_tags(client).get(name)) and tag.messages):
        return Removal("stays", name, "other topics have it", path)
    return _outcome(client, client.delete(f"{path}.json"), f"{path}.json", name, path)


def remove_categories(client: Client, rows: Iterable[Operation]) -> list[tuple[Operation, Removal]]:
    """Categories in which nothing is left, those inside others first."""
    there = {category.id: category for category in read_categories(client)}
    done = []
    for row in sorted(
        rows, key=lambda row: len(there[row.remote_id].path) if row.remote_id in there else 0, reverse=True
    ):
        category = there.get(row.remote_id or 0)
        done.append((row, _remove_category(client, category) if category else GONE))
    return done


def remove_empty_tag_group(client: Client, name: str) -> None:
    """The group that tags were made in, once there are none left in it."""
    for group in client.read("/tag_groups.json")["tag_groups"] or []:
        if str(group.get("name", "")).lower() == name and not (group.get("tag_names") or group.get("tags")):
            client.delete(f"/tag_groups/{group['id']}.json")


def read_categories(client: Client) -> list[CategoryThere]:
    """All categories of the forum. Raises TargetError where it does not list them."""
    items = client.read("/site.json")["categories"]
    if not isinstance(items, list):
        raise TargetError(f"{client.host} does not list its categories.")
    by_id = {number: item for item in objects_in(items) if (number := number_of(item.get("id"))) is not None}
    return [
        CategoryThere(
            id=number,
            slug=str(item.get("slug") or f"{number}-category"),
            path=_names(by_id, number),
            parent_id=item.get("parent_category_id"),
            about=_about(item),
            is_restricted=bool(item.get("read_restricted")),
        )
        for number, item in by_id.items()
    ]


def read_tags(client: Client) -> dict[str, TagThere]:
    """The forum's tags by their names."""
    answer = client.read("/tags.json")
    extras = answer["extras"] if isinstance(answer["extras"], dict) else {}
    lists = [answer["tags"], *(group.get("tags") for group in extras.get("tag_groups") or [])]
    return {
        str(item["name"] if "name" in item else item["id"]): TagThere(
            id=item["id"] if isinstance(item.get("id"), int) else None, messages=int(item.get("pm_count") or 0)
        )
        for items in lists
        for item in items or []
    }


def _remove_category(client: Client, category: CategoryThere) -> Removal:
    path, name = f"/c/{category.slug}/{category.id}", category.path[-1]
    others = [
        topic
        for topic in _topics(client.read(f"{path}.json"))
        if topic.get("id") != category.about or topic.get("posts_count", 1) > 1
    ]
    if others:
        return Removal("stays", name, "there are topics in it", path)
    return _outcome(client, client.delete(f"/categories/{category.id}.json"), f"/c/{category.id}/show.json", name, path)


def _outcome(client: Client, answer: Answer, shown: str, name: str, path: str) -> Removal:
    """After a DELETE: a refusal may be that of its own repetition, so what was to go is looked at under `shown`."""
    if answer.status == 200:
        return REMOVED
    if client.read(shown).status in (403, 404):
        check_still_admin(client)
        return REMOVED
    return Removal("stays", name, answer.message, path)


def _topics(answer: Answer) -> list[dict[str, Any]]:
    topics = (answer["topic_list"] or {}).get("topics")
    return [topic for topic in topics if isinstance(topic, dict)] if isinstance(topics, list) else []


def _names(by_id: dict[int, dict[str, Any]], number: int | None) -> tuple[str, ...]:
    item = by_id.get(number) if number else None
    return (*_names(by_id, item.get("parent_category_id")), str(item.get("name", ""))) if item else ()


def _about(item: dict[str, Any]) -> int | None:
    last = str(item.get("topic_url") or "").rpartition("/")[2]
    return int(last) if last.isdigit() else None
