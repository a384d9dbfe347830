"""Old addresses that lead to the new ones."""

from __future__ import annotations

import sqlite3

from .answers import Answer, Json, done, not_found, ok, redirect, server_error, unprocessable
from .calls import Call
from .routes import route
from .store import Row

TYPES = ("topic_id", "post_id", "category_id", "tag_name", "external_url")


@route("POST", "/admin/permalinks", admin=True)
def create(call: Call) -> Answer:
    url, kind, value = (call.required(name) for name in ("url", "permalink_type", "permalink_type_value"))
    if kind not in TYPES:
        raise server_error()
    store, target = call.site.store, value
    if kind == "tag_name":
        kind, target = "tag_id", store.value("SELECT id FROM tags WHERE name = ?", value)
        if target is None:
            raise not_found()
    try:
        permalink_id = store.insert("permalinks", url=url.removeprefix("/"), **{kind: target})
    except sqlite3.IntegrityError:
        raise unprocessable("Url has already been taken") from None
    return ok({"permalink": _shape(call, _permalink(call, permalink_id))})


@route("GET", "/admin/permalinks", admin=True)
def listing(call: Call) -> Answer:
    words = call.text("filter") or ""
    sql = (
        "SELECT * FROM permalinks WHERE instr(url, ?) OR instr(coalesce(external_url, ''), ?)"
        " ORDER BY id DESC LIMIT 100"
    )
    return ok([_shape(call, row) for row in call.site.store.all(sql, words, words)])


@route("DELETE", "/admin/permalinks/{id}", admin=True)
def delete(call: Call) -> Answer:
    call.site.store.run("DELETE FROM permalinks WHERE id = ?", _permalink(call, call.place_id())["id"])
    return done()


@route("GET", "/permalink-check")
def check(call: Call) -> Answer:
    row = _find(call, call.required("path"))
    target = _target(call, row) if row else None
    if row is None or target is None:
        return ok({"found": False})
    return ok({"found": True, "internal": row["external_url"] is None, "target_url": target})


def visit(call: Call, path: str) -> Answer | None:
    """The redirection for a path, still percent-encoded and with its query; None if no permalink has it."""
    row = _find(call, path)
    target = _target(call, row) if row else None
    return redirect(target) if target else None


def _find(call: Call, path: str) -> Row | None:
    # A slash at the end is taken off what is asked for, never off what is stored: such an entry is not found.
    return call.site.store.one("SELECT * FROM permalinks WHERE url = ?", path.strip("/"))


def _target(call: Call, row: Row) -> str | None:
    if row["external_url"]:
        return str(row["external_url"])
    targets = _targets(call, row)
    return next(filter(None, (targets[name] for name in ("post_url", "topic_url", "category_url", "tag_url"))), None)


def _targets(call: Call, row: Row) -> Json:
    store = call.site.store
    topic = store.one("SELECT id, slug, title FROM topics WHERE id = ?", row["topic_id"])
    post = store.one(
        "SELECT topics.id, slug, title, post_number FROM posts JOIN topics ON topics.id = topic_id WHERE posts.id = ?",
        row["post_id"],
    )
    category = store.one("SELECT id, slug, name FROM categories WHERE id = ?", row["category_id"])
    tag = store.one("SELECT name FROM tags WHERE id = ?", row["tag_id"])
    return {
        "topic_title": topic["title"] if topic else None,
        "topic_url": f"/t/{topic['slug']}/{topic['id']}" if topic else None,
        "post_url": f"/t/{post['slug']}/{post['id']}/{post['post_number']}" if post else None,
        "post_number": post["post_number"] if post else None,
        "post_topic_title": post["title"] if post else None,
        "category_name": category["name"] if category else None,
        "category_url": f"/c/{category['slug']}/{category['id']}" if category else None,
        "tag_name": tag["name"] if tag else None,
        "tag_url": f"/tag/{tag['name']}" if tag else None,
    }


def _shape(call: Call, row: Row) -> Json:
    kept = ("id", "url", "topic_id", "post_id", "category_id", "tag_id", "external_url")
    return {name: row[name] for name in kept} | _targets(call, row)


def _permalink(call: Call, permalink_id: int) -> Row:
    row = call.site.store.one("SELECT * FROM permalinks WHERE id = ?", permalink_id)
    if row is None:
        raise not_found()
    return row
