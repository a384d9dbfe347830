"""Tags of a topic: cleaned, cut, and where they are unknown often dropped in silence."""

from __future__ import annotations

from migrate.pages.slugs import slug

from . import guard
from .answers import Json, invalid_parameters, server_error
from .calls import Call, as_text
from .site import Site
from .store import Row, Store

_REMOVED = {ord(letter): None for letter in "/?#[]@!$&'()*+,;=.%\\`^|{}\"<>"}


def clean(call: Call, name: str) -> str:
    name = "-".join(name.split()).translate(_REMOVED)
    if call.site.settings["force_lowercase_tags"]:
        name = name.lower()
    return name[: call.site.settings["max_tag_length"]]


def tag_topic(call: Call, topic_id: int, asked: object, *, skip: bool = False) -> list[str]:
    """Give a topic these tags and no others; gives what is wrong with them, in words for people.

    Unknown tags are made only for those who may. 2.9 cuts what is too many and drops what is not allowed; later both is
    wrong, but `skip` (skip_validations) then lets those tag who may not.
    """
    if asked is None:
        return []
    if not isinstance(asked, list):
        raise server_error()
    if not call.site.takes_tag_names and not all(isinstance(item, dict) for item in asked):
        raise invalid_parameters("tags")
    site, most, allowed = call.site, call.site.settings["max_tags_per_topic"], may_tag(call.site, call.user)
    site.store.run("DELETE FROM topic_tags WHERE topic_id = ?", topic_id)
    names = list(dict.fromkeys(filter(None, (wanted(call, item) for item in asked))))
    if site.later and names and not (allowed or skip):
        return ["You are not permitted to tag this topic."]
    if site.later and len(names) > most:
        return [f"A topic can have at most {most} tags."]
    if not site.settings["tagging_enabled"] or not (allowed or site.later):
        return []
    may_make = may_create(site, call.user) if allowed else True
    known = [find(site.store, name) or (make(site.store, name) if may_make else None) for name in names]
    for tag_id in list(filter(None, known))[:most]:
        site.store.run("INSERT OR IGNORE INTO topic_tags (topic_id, tag_id) VALUES (?, ?)", topic_id, tag_id)
    return []


def wanted(call: Call, item: object) -> str:
    """The name that one item of a list of tags stands for, cleaned; later versions take objects as well."""
    if isinstance(item, dict) and call.site.later:
        name = call.site.store.value("SELECT name FROM tags WHERE id = ?", as_text(item.get("id")))
        item = name or item.get("name")
    return clean(call, as_text(item) or "")


def may_tag(site: Site, user: Row | None) -> bool:
    if user is None or not site.settings["tagging_enabled"]:
        return False
    return guard.trusted(site, user, "min_trust_level_to_tag_topics", "tag_topic_allowed_groups")


def may_create(site: Site, user: Row | None) -> bool:
    return user is not None and guard.trusted(site, user, "min_trust_to_create_tag", "create_tag_allowed_groups")


def find(store: Store, name: str) -> int | None:
    tag_id: int | None = store.value("SELECT id FROM tags WHERE name = ?", name)
    return tag_id


def make(store: Store, name: str) -> int:
    return find(store, name) or store.insert("tags", name=name)


def names_of(store: Store, topic_id: int) -> list[str]:
    return [row["name"] for row in _tags(store, topic_id)]


def shown(site: Site, topic_id: int) -> list[str] | list[Json]:
    """A topic's tags as its answers hold them: names, in later versions objects."""
    if not site.later:
        return names_of(site.store, topic_id)
    return [brief(row) for row in _tags(site.store, topic_id)]


def brief(row: Row) -> Json:
    """A tag as an object; `row` has id and name."""
    return {"id": row["id"], "name": row["name"], "slug": slug(row["name"], otherwise=f"{row['id']}-tag")}


def _tags(store: Store, topic_id: int) -> list[Row]:
    sql = "SELECT tags.id, name FROM tags JOIN topic_tags ON tag_id = tags.id WHERE topic_id = ? ORDER BY name"
    return store.all(sql, topic_id)
