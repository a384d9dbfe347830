"""Tags of a topic: cleaned, cut and dropped in silence."""

from __future__ import annotations

from .answers import server_error
from .calls import Call, as_text
from .store import Row, Store

_REMOVED = {ord(letter): None for letter in "/?#[]@!$&'()*+,;=.%\\`^|{}\"<>"}


def clean(call: Call, name: str) -> str:
    name = "-".join(name.split()).translate(_REMOVED)
    if call.site.settings["force_lowercase_tags"]:
        name = name.lower()
    return name[: call.site.settings["max_tag_length"]]


def tag_topic(call: Call, topic_id: int, asked: object) -> None:
    """Give a topic these tags and no others. Unknown ones are made only for those who may."""
    if asked is None:
        return
    if not isinstance(asked, list):
        raise server_error()
    store, settings, user = call.site.store, call.site.settings, call.member()
    store.run("DELETE FROM topic_tags WHERE topic_id = ?", topic_id)
    if not settings["tagging_enabled"] or user["trust_level"] < settings["min_trust_level_to_tag_topics"]:
        return
    may_make = call.staff or user["trust_level"] >= settings["min_trust_to_create_tag"]
    names = [clean(call, as_text(name) or "") for name in asked]
    known = [find(store, name) or (make(store, name) if may_make else None) for name in dict.fromkeys(names) if name]
    for tag_id in list(filter(None, known))[: settings["max_tags_per_topic"]]:
        store.run("INSERT OR IGNORE INTO topic_tags (topic_id, tag_id) VALUES (?, ?)", topic_id, tag_id)


def find(store: Store, name: str) -> int | None:
    tag_id: int | None = store.value("SELECT id FROM tags WHERE name = ?", name)
    return tag_id


def make(store: Store, name: str) -> int:
    return find(store, name) or store.insert("tags", name=name)


def names_of(store: Store, topic_id: int) -> list[str]:
    rows: list[Row] = store.all(
        "SELECT name FROM tags JOIN topic_tags ON tag_id = tags.id WHERE topic_id = ? ORDER BY name", topic_id
    )
    return [row["name"] for row in rows]
