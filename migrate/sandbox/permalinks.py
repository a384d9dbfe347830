"""Old addresses that lead to the new ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from urllib.parse import quote

from .answers import Answer, Json, done, missing, not_found, ok, redirect, server_error, unprocessable
from .calls import Call, as_text
from .routes import route
from .store import Row

TYPES = {  # the columns behind what 2.9 and what later versions call the types
    False: {name: name for name in ("topic_id", "post_id", "category_id", "external_url")} | {"tag_name": "tag_id"},
    True: {name: f"{name}_id" for name in ("topic", "post", "category", "tag", "user")}
    | {"external_url": "external_url"},
}
_IN_PATH = "/:@!$&'()*+,;=~"  # beyond letters, digits and "-._" (RFC 3986, pchar)
NO_TARGET = dict.fromkeys(TYPES[True].values())


@route("POST", "/admin/permalinks", admin=True)
def create(call: Call) -> Answer:
    return _saved(call, lambda columns: call.site.store.insert("permalinks", **columns))


@route("PUT", "/admin/permalinks/{id}", admin=True)
def update(call: Call) -> Answer:
    if not call.site.later:
        raise not_found()
    permalink_id: int = _permalink(call, call.place_id())["id"]

    def change(columns: Json) -> int:
        call.site.store.update("permalinks", permalink_id, **columns)
        return permalink_id

    return _saved(call, change)


def _saved(call: Call, write: Callable[[Json], int]) -> Answer:
    """The answer with a permalink as it was asked for. 2.9 takes flat parameters, later versions nested ones."""
    asked = call.part("permalink") if call.site.later else call.params
    if call.site.later and not asked:
        raise missing("permalink")
    values = [as_text(asked.get(name)) for name in ("url", "permalink_type", "permalink_type_value")]
    for name, value in zip(("url", "permalink_type", "permalink_type_value"), values, strict=True):
        if not value:
            raise missing(name)
    url, kind, target = (value or "" for value in values)
    column = TYPES[call.site.later].get(kind)
    if column is None:
        raise unprocessable("Permalink type is invalid") if call.site.later else server_error()
    url = url.removeprefix("/")
    kept = _encoded(url) if call.site.later else url
    try:
        permalink_id = write(NO_TARGET | {"url": kept, column: _target_id(call, kind, target)})
    except sqlite3.IntegrityError:
        raise unprocessable("Url has already been taken") from None
    return ok({"permalink": _shape(call, _permalink(call, permalink_id))})


def _encoded(url: str) -> str:
    """As later versions keep it: percent-encoded as if it were not yet, so that "%" becomes "%25"."""
    path, mark, query = url.partition("?")
    return quote(path, safe=_IN_PATH) + mark + quote(query, safe=f"{_IN_PATH}?")


def _target_id(call: Call, kind: str, value: str) -> object:
    """What to store for a target; only tags are looked up, of the rest one that does not exist is taken as well."""
    if kind not in ("tag_name", "tag"):
        return value
    tag_id = call.site.store.value("SELECT id FROM tags WHERE name = ?", value)
    if tag_id is None and not call.site.later:
        raise not_found()
    return tag_id if tag_id is not None else -1


@route("GET", "/admin/permalinks", admin=True)
def listing(call: Call) -> Answer:
    words = call.text("filter") or ""
    sql = (
        "SELECT * FROM permalinks WHERE instr(lower(url), lower(?)) OR instr(lower(external_url), lower(?))"
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
    kinds = ("post_url", "topic_url", "category_url", "tag_url", "user_url")
    return next((targets[kind] for kind in kinds if targets.get(kind)), None)


def _targets(call: Call, row: Row) -> Json:
    store = call.site.store
    topic = store.one("SELECT id, slug, title FROM topics WHERE id = ? AND deleted_at IS NULL", row["topic_id"])
    post = store.one(
        "SELECT topics.id, slug, title, post_number FROM posts JOIN topics ON topics.id = topic_id "
        "WHERE posts.id = ? AND posts.deleted_at IS NULL AND topics.deleted_at IS NULL",
        row["post_id"],
    )
    category = store.one("SELECT id, slug, name FROM categories WHERE id = ?", row["category_id"])
    tag = store.one("SELECT name FROM tags WHERE id = ?", row["tag_id"])
    found: Json = {
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
    if call.site.later:
        name = store.value("SELECT username FROM users WHERE id = ?", row["user_id"])
        found |= {"username": name, "user_url": f"/u/{name}" if name else None}
    return found


def _shape(call: Call, row: Row) -> Json:
    kept = ["id", "url", "topic_id", "post_id", "category_id", "tag_id", "external_url"]
    kept += ["user_id"] if call.site.later else []
    return {name: row[name] for name in kept} | _targets(call, row)


def _permalink(call: Call, permalink_id: int) -> Row:
    row = call.site.store.one("SELECT * FROM permalinks WHERE id = ?", permalink_id)
    if row is None:
        raise not_found()
    return row
