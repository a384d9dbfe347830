"""Tags and tag groups."""

from __future__ import annotations

from . import tagging
from .answers import Answer, Json, done, missing, not_found, ok, unprocessable
from .calls import Call
from .routes import route
from .store import Row


@route("GET", "/tags")
def listing(call: Call) -> Answer:
    sql = (
        "SELECT name, count(topics.id) AS used FROM tags LEFT JOIN topic_tags ON tag_id = tags.id "
        "LEFT JOIN topics ON topics.id = topic_id AND deleted_at IS NULL GROUP BY tags.id ORDER BY name"
    )
    tags = [
        {
            "id": row["name"],
            "text": row["name"],
            "name": row["name"],
            "description": None,
            "count": row["used"],
            "pm_count": 0,
            "target_tag": None,
        }
        for row in call.site.store.all(sql)
    ]
    return ok({"tags": tags, "extras": {"categories": []}})


@route("POST", "/tag_groups")
def create(call: Call) -> Answer:
    name, store = call.text("name"), call.site.store
    if not name:
        raise missing("name")
    if store.value("SELECT 1 FROM tag_groups WHERE lower(name) = lower(?)", name):
        raise unprocessable("Name has already been taken")
    group_id = store.insert("tag_groups", name=name, one_per_topic=int(call.true("one_per_topic")))
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
    group = _group(call, call.place_id())
    if "tag_names" in call.params:
        call.site.store.run("DELETE FROM tag_group_tags WHERE tag_group_id = ?", group["id"])
        _fill(call, group["id"])
    if name := call.text("name"):
        call.site.store.update("tag_groups", group["id"], name=name)
    return ok({"success": "OK", "tag_group": _shape(call, group["id"])})


@route("DELETE", "/tag_groups/{id}")
def delete(call: Call) -> Answer:
    call.site.store.run("DELETE FROM tag_groups WHERE id = ?", _group(call, call.place_id())["id"])
    return done()


def _fill(call: Call, group_id: int) -> None:
    store = call.site.store
    for name in dict.fromkeys(tagging.clean(call, item) for item in call.items("tag_names")):
        if name:
            tag_id = tagging.make(store, name)
            store.run("INSERT OR IGNORE INTO tag_group_tags (tag_group_id, tag_id) VALUES (?, ?)", group_id, tag_id)


def _group(call: Call, group_id: int) -> Row:
    row = call.site.store.one("SELECT * FROM tag_groups WHERE id = ?", group_id)
    if row is None:
        raise not_found()
    return row


def _shape(call: Call, group_id: int) -> Json:
    group = _group(call, group_id)
    sql = "SELECT name FROM tags JOIN tag_group_tags ON tag_id = tags.id WHERE tag_group_id = ? ORDER BY name"
    return {
        "id": group["id"],
        "name": group["name"],
        "tag_names": [row["name"] for row in call.site.store.all(sql, group_id)],
        "parent_tag_name": [],
        "one_per_topic": bool(group["one_per_topic"]),
        "permissions": {"everyone": 1},
    }
