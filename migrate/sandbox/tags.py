"""Tags and tag groups."""

from __future__ import annotations

from . import tagging
from .answers import Answer, Json, done, invalid_access, missing, not_found, ok, unprocessable
from .calls import Call
from .routes import route
from .store import Row


@route("GET", "/tags")
def listing(call: Call) -> Answer:
    """All of them to administrators, to others those in use."""
    sql = (
        "SELECT tags.id, name, count(topics.id) AS used FROM tags LEFT JOIN topic_tags ON tag_id = tags.id "
        "LEFT JOIN topics ON topics.id = topic_id AND deleted_at IS NULL GROUP BY tags.id ORDER BY name"
    )
    rows = [row for row in call.site.store.all(sql) if row["used"] or call.admin]
    return ok({"tags": [_counted(call, row) for row in rows], "extras": {"categories": []}})


def _counted(call: Call, row: Row) -> Json:
    name = row["name"]
    head = tagging.brief(row) if call.site.later else {"id": name, "name": name}
    return head | {"text": name, "description": None, "count": row["used"], "pm_count": 0, "target_tag": None}


@route("DELETE", "/tag/{name}")
def delete_tag(call: Call) -> Answer:
    """The tag leaves all topics and groups."""
    if not call.staff:
        raise invalid_access()
    tag_id = tagging.find(call.site.store, call.place["name"])
    if tag_id is None:
        raise not_found()
    call.site.store.run("DELETE FROM tags WHERE id = ?", tag_id)
    return done()


@route("POST", "/tag_groups")
def create(call: Call) -> Answer:
    name, store = call.text("name"), call.site.store
    if not name:
        raise missing("name")
    _free(call, name)
    group_id = store.insert("tag_groups", name=name)
    _fill(call, group_id)
    return ok({"tag_group": _shape(call, group_id)})


@route("GET", "/tag_groups")
def groups(call: Call) -> Answer:
    rows = call.site.store.all("SELECT id FROM tag_groups ORDER BY id")
    return ok({"tag_groups": [_shape(call, row["id"]) for row in rows]})


@route("GET", "/tag_groups/{id}")
def show(call: Call) -> Answer:
    return ok({"tag_group": _shape(call, call.place_id())})


@route("PUT", "/tag_groups/{id}")
def update(call: Call) -> Answer:
    """The whole group as it is to be: tags that are not sent again leave it."""
    group = _group(call, call.place_id())
    name = call.text("name") or group["name"]
    _free(call, name, but=group["id"])
    call.site.store.update("tag_groups", group["id"], name=name)
    call.site.store.run("DELETE FROM tag_group_tags WHERE tag_group_id = ?", group["id"])
    _fill(call, group["id"])
    return ok({"success": "OK", "tag_group": _shape(call, group["id"])})


@route("DELETE", "/tag_groups/{id}")
def delete(call: Call) -> Answer:
    """The tags themselves stay."""
    call.site.store.run("DELETE FROM tag_groups WHERE id = ?", _group(call, call.place_id())["id"])
    return done()


def _free(call: Call, name: str, but: int | None = None) -> None:
    if call.site.store.value("SELECT 1 FROM tag_groups WHERE lower(name) = lower(?) AND id IS NOT ?", name, but):
        raise unprocessable("Name has already been taken")


def _fill(call: Call, group_id: int) -> None:
    store = call.site.store
    for tag_id in _asked(call, "tag_names", "tags"):
        store.run("INSERT OR IGNORE INTO tag_group_tags (tag_group_id, tag_id) VALUES (?, ?)", group_id, tag_id)
    parent = next(iter(_asked(call, "parent_tag_name", "parent_tag")), None)
    store.update("tag_groups", group_id, parent_tag_id=parent, one_per_topic=int(call.true("one_per_topic")))


def _asked(call: Call, by_name: str, objects: str) -> list[int]:
    """The ids of tags sent as names or, in later versions, as objects; unknown ones are made."""
    sent = call.params.get(objects) if call.site.later else None
    items: list[object] = [*call.items(by_name), *(sent if isinstance(sent, list) else [])]
    names = dict.fromkeys(filter(None, (tagging.wanted(call, item) for item in items)))
    return [tagging.make(call.site.store, name) for name in names]


def _group(call: Call, group_id: int) -> Row:
    row = call.site.store.one("SELECT * FROM tag_groups WHERE id = ?", group_id)
    if row is None:
        raise not_found()
    return row


def _shape(call: Call, group_id: int) -> Json:
    group, store = _group(call, group_id), call.site.store
    sql = "SELECT tags.id, name FROM tags JOIN tag_group_tags ON tag_id = tags.id WHERE tag_group_id = ? ORDER BY name"
    tags = store.all(sql, group_id)
    parents = store.all("SELECT id, name FROM tags WHERE id = ?", group["parent_tag_id"])
    if call.site.later:
        listed: Json = {"tags": [tagging.brief(row) for row in tags]}
        listed["parent_tag"] = [tagging.brief(row) for row in parents]
    else:
        listed = {"tag_names": [row["name"] for row in tags], "parent_tag_name": [row["name"] for row in parents]}
    facts = {"id": group["id"], "name": group["name"], "one_per_topic": bool(group["one_per_topic"])}
    return facts | listed | {"permissions": {"everyone": 1}}
