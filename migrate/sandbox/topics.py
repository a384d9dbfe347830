"""Topics: reading with their posts, and looking them up by key."""

from __future__ import annotations

from . import dates, guard, notify, tagging
from .answers import Answer, Json, html, invalid_parameters, not_found, ok, redirect, server_error
from .calls import Call
from .cooking import avatar
from .posts import SELECT, post_json
from .routes import route
from .store import Cell, Row, marks

CHUNK = 20  # posts in one answer
PRINTED = 1000  # posts in one answer with `print`
MEGA = 10_000  # from so many posts on, the list of ids is left out
NOBODY: Json = {"id": None, "username": None, "name": None, "avatar_template": ""}


def find_topic(call: Call, topic_id: int) -> Row:
    """A topic; RefusalError (404) when it is not there or hidden from the acting user."""
    topic = call.site.store.one("SELECT * FROM topics WHERE id = ?", topic_id)
    if topic is None or not guard.may_see_topic(call, topic):
        raise not_found()
    return topic


@route("GET", "/t/external_id/{key}", "topics:read")
def by_external_id(call: Call) -> Answer:
    if not call.path_ends_in_json:  # a web page then, there for any key
        return html("<!DOCTYPE html><title>Discourse</title>")
    sql = "SELECT * FROM topics WHERE external_id = ? AND deleted_at IS NULL"
    topic = call.site.store.one(sql, call.place["key"])
    if topic is None or not guard.may_see_topic(call, topic):
        raise not_found()
    return redirect(f"{call.site.base_url}/t/{topic['slug']}/{topic['id']}.json")


@route("GET", "/embed/info", "topics:wordpress")
def embed_info(call: Call) -> Answer:
    url = call.required("embed_url")
    if call.key is None:
        raise invalid_parameters("api key")
    sql = "SELECT topic_id, post_id FROM topic_embeds WHERE embed_url = ? AND deleted_at IS NULL"
    embed = call.site.store.one(sql, url)
    if embed is None:
        raise not_found()
    topic = call.site.store.one("SELECT * FROM topics WHERE id = ?", embed["topic_id"])
    if topic is None or topic["deleted_at"] is not None:
        raise server_error()
    return ok(
        {
            "topic_id": topic["id"],
            "post_id": embed["post_id"],
            "topic_slug": topic["slug"],
            "comment_count": topic["posts_count"] - 1,
        }
    )


@route("GET", "/t/{id}", "topics:read")
@route("GET", "/t/{slug}/{id}", "topics:read")
def show(call: Call) -> Answer:
    return _show(call, find_topic(call, call.place_id()), _first_wanted(call))


@route("GET", "/t/{id}/{number}", "topics:read")
@route("GET", "/t/{slug}/{id}/{number}", "topics:read")
def show_near(call: Call) -> Answer:
    topic = find_topic(call, call.place_id())
    sql = "SELECT count(*) FROM posts WHERE topic_id = ? AND post_number < ? AND deleted_at IS NULL"
    before = call.site.store.value(sql, topic["id"], call.place_id("number"))
    return _show(call, topic, max(0, before - 5))


@route("GET", "/t/{id}/posts", "topics:read")
def some_posts(call: Call) -> Answer:
    topic = find_topic(call, call.place_id())
    ids = [int(item) for item in call.items("post_ids") if item.isdecimal()][:1000]
    if ids:
        rows = _posts(call, topic, f"posts.id IN ({marks(ids)}) ORDER BY post_number", *ids)
    else:
        after = call.number("post_number") or 0
        onwards = (
            "posts.post_number > ? ORDER BY post_number"
            if call.true("asc")
            else ("posts.post_number < ? ORDER BY post_number DESC")
        )
        rows = _posts(call, topic, f"{onwards} LIMIT {CHUNK}", after)
    raw = call.true("include_raw")
    return ok({"post_stream": {"posts": [post_json(call, row, raw=raw) for row in rows]}, "id": topic["id"]})


def _first_wanted(call: Call) -> int:
    return CHUNK * (max(1, call.number("page") or 1) - 1)


def _show(call: Call, topic: Row, first: int) -> Answer:
    printed = call.true("print")
    size = PRINTED if printed else CHUNK
    if printed:
        first = PRINTED * (max(1, call.number("page") or 1) - 1)
    rows = _posts(call, topic, "1 ORDER BY post_number LIMIT ? OFFSET ?", size, first)
    if not rows and first:
        raise not_found()
    raw = printed or call.true("include_raw")
    stream: Json = {"posts": [post_json(call, row, raw=raw) for row in rows]}
    if topic["posts_count"] < MEGA:
        stream["stream"] = _stream(call, topic)
    else:
        last = "SELECT max(id) FROM posts WHERE topic_id = ? AND deleted_at IS NULL"
        stream |= {"isMegaTopic": True, "lastId": call.site.store.value(last, topic["id"])}
    return ok({"post_stream": stream} | topic_json(call, topic))


def _shown(call: Call, topic: Row) -> str:
    """Of a deleted topic, which only staff sees, the first post is deleted with it and shown all the same."""
    return "(posts.deleted_at IS NULL OR posts.post_number = 1)" if topic["deleted_at"] else "posts.deleted_at IS NULL"


def _posts(call: Call, topic: Row, condition: str, *values: Cell) -> list[Row]:
    where = f"{SELECT} WHERE posts.topic_id = ? AND {_shown(call, topic)} AND {condition}"
    return call.site.store.all(where, topic["id"], *values)


def _stream(call: Call, topic: Row) -> list[int]:
    sql = f"SELECT id FROM posts WHERE topic_id = ? AND {_shown(call, topic)} ORDER BY post_number"  # noqa: S608 - only our own words are put in
    return [row["id"] for row in call.site.store.all(sql, topic["id"])]


def topic_json(call: Call, topic: Row) -> Json:
    """The upper part of /t/ID.json. A topic without external_id leaves that field out."""
    shape = {
        "timeline_lookup": [],
        "suggested_topics": [],
        "tags": tagging.shown(call.site, topic["id"]),
        "tags_descriptions": {},
        "id": topic["id"],
        "title": topic["title"],
        "fancy_title": topic["title"],
        "posts_count": topic["posts_count"],
        "created_at": dates.iso(topic["created_at"]),
        "views": 1,
        "reply_count": topic["reply_count"],
        "like_count": 0,
        "last_posted_at": dates.iso(topic["last_posted_at"]),
        "visible": bool(topic["visible"]),
        "closed": bool(topic["closed"]),
        "archived": bool(topic["archived"]),
        "has_summary": False,
        "archetype": topic["archetype"],
        "slug": topic["slug"],
        "category_id": topic["category_id"],
        "word_count": None,
        "deleted_at": dates.iso(topic["deleted_at"]),
        "user_id": topic["user_id"],
        "featured_link": topic["featured_link"],
        "pinned_globally": bool(topic["pinned_globally"]),
        "pinned_at": dates.iso(topic["pinned_at"]),
        "pinned_until": None,
        "pinned": topic["pinned_at"] is not None,
        "unpinned": None,
        "image_url": None,
        "slow_mode_seconds": 0,
        "draft": None,
        "draft_key": f"topic_{topic['id']}",
        "draft_sequence": 0,
        "current_post_number": 1,
        "highest_post_number": topic["highest_post_number"],
        "deleted_by": user_stub(call, topic["deleted_by"]) if topic["deleted_by"] else None,
        "actions_summary": [],
        "chunk_size": CHUNK,
        "bookmarked": False,
        "topic_timer": None,
        "message_bus_last_id": 0,
        "participant_count": _participants(call, topic),
        "details": _details(call, topic),
    }
    if topic["external_id"] is not None:
        shape["external_id"] = topic["external_id"]
    embedded = call.site.store.value(
        "SELECT 1 FROM topic_embeds WHERE topic_id = ? AND deleted_at IS NULL", topic["id"]
    )
    if embedded and call.site.settings["embed_truncate"]:
        shape["expandable_first_post"] = True
    return shape


def _participants(call: Call, topic: Row) -> int:
    sql = "SELECT count(DISTINCT user_id) FROM posts WHERE topic_id = ? AND deleted_at IS NULL"
    count: int = call.site.store.value(sql, topic["id"])
    return count


def _details(call: Call, topic: Row) -> Json:
    details: Json = {
        "can_edit": call.staff,
        "participants": [],
        "created_by": user_stub(call, topic["user_id"]),
        "last_poster": user_stub(call, topic["last_post_user_id"]),
        "notification_level": notify.level(call.site.store, topic["id"], call.user["id"]) if call.user else 1,
        "can_create_post": call.user is not None and guard.may_reply(call, topic),
    }
    if topic["archetype"] == "private_message":
        sql = "SELECT user_id FROM topic_allowed_users WHERE topic_id = ? ORDER BY user_id"
        invited = [user_stub(call, row["user_id"]) for row in call.site.store.all(sql, topic["id"])]
        details |= {"allowed_users": invited, "allowed_groups": []}
    return details


def user_stub(call: Call, user_id: int | None) -> Json:
    user = call.site.store.one("SELECT id, username, name, avatar_id FROM users WHERE id = ?", user_id)
    if user is None:
        return NOBODY
    face = avatar(call.site, user["username"], user["avatar_id"])
    return {"id": user["id"], "username": user["username"], "name": user["name"], "avatar_template": face}
