"""Single posts: their shape, reading, changing, deleting and recovering."""

from __future__ import annotations

from . import checks, dates, guard
from .answers import Answer, Json, empty, invalid_access, missing, not_found, ok, refused, text, unprocessable
from .calls import Call, as_text
from .categories import describe
from .cooking import avatar, cook
from .routes import route
from .store import Row
from .text import stored

SELECT = """
SELECT posts.*, topics.slug AS topic_slug, topics.deleted_at AS topic_deleted_at, topics.title AS topic_title,
       users.username, users.name, users.admin, users.moderator, users.trust_level, users.avatar_id,
       answered.username AS reply_username, answered.avatar_id AS reply_avatar_id
FROM posts JOIN topics ON topics.id = posts.topic_id LEFT JOIN users ON users.id = posts.user_id
     LEFT JOIN users AS answered ON answered.id = posts.reply_to_user_id
"""
SMALL_ACTION = 3


def find_post(call: Call, post_id: int) -> Row:
    """A post with its author; RefusalError (404) when it is not there."""
    row = call.site.store.one(f"{SELECT} WHERE posts.id = ?", post_id)
    if row is None:
        raise not_found()
    return row


def visible_post(call: Call, post_id: int) -> Row:
    """As above, and 404 as well when the acting user may not see it."""
    row = find_post(call, post_id)
    topic = call.site.store.one("SELECT * FROM topics WHERE id = ?", row["topic_id"])
    if topic is None or not guard.may_see_topic(call, topic) or (row["deleted_at"] is not None and not call.staff):
        raise not_found()
    return row


def post_json(call: Call, row: Row, *, raw: bool) -> Json:
    """The shape every endpoint shows posts in."""
    staff, own = call.staff, call.user is not None and call.user["id"] == row["user_id"]
    deleted = row["deleted_at"] is not None
    shape = {
        "id": row["id"],
        "name": row["name"],
        "username": row["username"],
        "avatar_template": avatar(call.site, row["username"] or "", row["avatar_id"]),
        "created_at": dates.iso(row["created_at"]),
        "cooked": row["cooked"],
        "post_number": row["post_number"],
        "post_type": row["post_type"],
        "updated_at": dates.iso(row["updated_at"]),
        "reply_count": row["reply_count"],
        "reply_to_post_number": row["reply_to_post_number"],
        "quote_count": 0,
        "incoming_link_count": 0,
        "reads": 0,
        "readers_count": 0,
        "score": 0,
        "yours": own,
        "topic_id": row["topic_id"],
        "topic_slug": row["topic_slug"],
        "display_username": row["name"],
        "primary_group_name": None,
        "flair_name": None,
        "flair_url": None,
        "flair_bg_color": None,
        "flair_color": None,
        "version": row["version"],
        "can_edit": guard.may_edit(call, row["user_id"], row["created_at"]),
        "can_delete": staff and not deleted and row["post_number"] > 1,
        "can_recover": staff and deleted,
        "can_wiki": staff,
        "user_title": None,
        "bookmarked": False,
        "actions_summary": [],
        "moderator": bool(row["moderator"]),
        "admin": bool(row["admin"]),
        "staff": bool(row["admin"] or row["moderator"]),
        "user_id": row["user_id"] or None,
        "hidden": False,
        "trust_level": row["trust_level"],
        "deleted_at": dates.iso(row["deleted_at"]),
        "user_deleted": False,
        "edit_reason": row["edit_reason"],
        "can_view_edit_history": True,
        "wiki": bool(row["wiki"]),
    }
    if row["reply_username"]:
        face = avatar(call.site, row["reply_username"], row["reply_avatar_id"])
        shape["reply_to_user"] = {"username": row["reply_username"], "avatar_template": face}
    if row["action_code"]:
        shape["action_code"] = row["action_code"]
    if call.site.later:
        shape |= {"post_url": f"/t/{row['topic_slug']}/{row['topic_id']}/{row['post_number']}", "mentioned_users": []}
        shape |= {"badges_granted": [], "flair_group_id": None, "post_localizations": [], "can_see_hidden_post": True}
    if raw:
        shape["raw"] = row["raw"]
    return shape


@route("GET", "/posts/{id}", "topics:read")
def show(call: Call) -> Answer:
    return ok(post_json(call, visible_post(call, call.place_id()), raw=True))


@route("GET", "/posts/by_number/{topic_id}/{number}", "topics:read")
def by_number(call: Call) -> Answer:
    return ok(post_json(call, _numbered(call), raw=True))


@route("GET", "/raw/{topic_id}/{number}", "topics:read")
def raw_by_number(call: Call) -> Answer:
    return text(_numbered(call)["raw"])


@route("GET", "/raw/{topic_id}", "topics:read")
def raw_topic(call: Call) -> Answer:
    first = 100 * (max(1, call.number("page") or 1) - 1)
    topic = call.site.store.one("SELECT * FROM topics WHERE id = ?", call.place_id("topic_id"))
    if topic is None or not guard.may_see_topic(call, topic):
        raise not_found()
    sql = f"{SELECT} WHERE posts.topic_id = ? AND posts.deleted_at IS NULL ORDER BY post_number LIMIT 100 OFFSET ?"
    rows = call.site.store.all(sql, topic["id"], first)
    heads = [f"{row['username']} | {dates.iso(row['created_at'])} | #{row['post_number']}" for row in rows]
    return text(
        "".join(
            f"{head}\n\n{row['raw']}\n\n-------------------------\n\n" for head, row in zip(heads, rows, strict=True)
        )
    )


@route("GET", "/posts/{id}/raw", "topics:read")
def raw_by_id(call: Call) -> Answer:
    return text(visible_post(call, call.place_id())["raw"])


@route("GET", "/posts/{id}/replies", "topics:read")
def replies(call: Call) -> Answer:
    post = visible_post(call, call.place_id())
    sql = (
        f"{SELECT} WHERE posts.topic_id = ? AND posts.reply_to_post_number = ? AND posts.deleted_at IS NULL "
        "ORDER BY posts.post_number LIMIT 100"
    )
    rows = call.site.store.all(sql, post["topic_id"], post["post_number"])
    return ok([post_json(call, row, raw=False) for row in rows])


@route("GET", "/posts", "topics:read")
def latest(call: Call) -> Answer:
    before = call.number("before") or call.site.store.value("SELECT max(id) + 1 FROM posts") or 1
    sql = f"{SELECT} WHERE posts.id < ? AND posts.id >= ? ORDER BY posts.id DESC"
    rows = []
    for row in call.site.store.all(sql, before, before - 50):
        topic = call.site.store.one("SELECT * FROM topics WHERE id = ?", row["topic_id"])
        if topic and row["deleted_at"] is None and guard.may_see_topic(call, topic):
            rows.append(row)
    return ok({"latest_posts": [post_json(call, row, raw=True) for row in rows]})


@route("PUT", "/posts/{id}", "posts:edit")
def update(call: Call) -> Answer:
    if not call.part("post"):
        raise missing("post")
    post, change = visible_post(call, call.place_id()), call.part("post")
    if not guard.may_edit(call, post["user_id"], post["created_at"]):
        raise invalid_access()
    call.site.pace.check(call.member(), "edit")
    old = change.get("original_text" if call.site.later and "original_text" in change else "raw_old")
    if old is not None and old != post["raw"]:
        raise refused(409, "That post was edited by another user and your changes can no longer be saved.")
    raw = stored(str(change.get("raw", "")))
    if errors := checks.length_errors(call, raw, first=post["post_number"] == 1):
        raise unprocessable(*errors)
    now = dates.now()
    call.site.store.update(
        "posts",
        post["id"],
        raw=raw,
        cooked=cook(call.site, raw),
        version=post["version"] + int(raw != post["raw"]),
        edit_reason=change.get("edit_reason"),
        updated_at=now,
    )
    if post["post_number"] == 1:
        describe(call, post["topic_id"], cook(call.site, raw))
    if not _bumps_not(call, change):
        sql = "UPDATE topics SET bumped_at = ? WHERE id = ? AND highest_post_number = ?"
        call.site.store.run(sql, now, post["topic_id"], post["post_number"])
    return ok({"post": post_json(call, find_post(call, post["id"]), raw=True)})


def _bumps_not(call: Call, change: Json) -> bool:
    """Later versions let staff edit a last post without moving its topic up."""
    asked = as_text(change.get("bypass_bump")) or call.text("bypass_bump") or ""
    return call.site.later and call.staff and asked.lower() in ("true", "t", "1")


@route("PUT", "/posts/{id}/rebake")
def rebake(call: Call) -> Answer:
    post = visible_post(call, call.place_id())
    _staff_only(call)
    call.site.store.update("posts", post["id"], cooked=cook(call.site, post["raw"]))
    return empty()


@route("PUT", "/posts/{id}/wiki")
def wiki(call: Call) -> Answer:
    post = visible_post(call, call.place_id())
    _staff_only(call)
    call.site.store.update("posts", post["id"], wiki=int(call.true("wiki")))
    return empty()


@route("DELETE", "/posts/{id}")
def delete(call: Call) -> Answer:
    post = visible_post(call, call.place_id())
    own = call.user is not None and call.user["id"] == post["user_id"]
    if post["post_number"] == 1 or post["deleted_at"] is not None or not (call.staff or own):
        raise invalid_access()
    call.site.pace.check(call.member(), "deletion")
    call.site.store.update("posts", post["id"], deleted_at=dates.now(), deleted_by=call.member()["id"])
    recount(call, post["topic_id"])
    return empty()


@route("PUT", "/posts/{id}/recover")
def recover(call: Call) -> Answer:
    post = visible_post(call, call.place_id())
    _staff_only(call)
    call.site.store.update("posts", post["id"], deleted_at=None, deleted_by=None)
    recount(call, post["topic_id"])
    return ok(post_json(call, find_post(call, post["id"]), raw=True))


def recount(call: Call, topic_id: int) -> None:
    """Set a topic's figures after posts came or went. The highest number ever given stays."""
    call.site.store.run(
        "UPDATE topics SET "
        "posts_count = (SELECT count(*) FROM posts WHERE topic_id = topics.id AND deleted_at IS NULL), "
        "(last_posted_at, last_post_user_id) = (SELECT created_at, user_id FROM posts "
        "WHERE topic_id = topics.id AND deleted_at IS NULL ORDER BY post_number DESC LIMIT 1) WHERE id = ?",
        topic_id,
    )


def _numbered(call: Call) -> Row:
    place = call.place_id("topic_id"), call.place_id("number")
    sql = "SELECT id FROM posts WHERE topic_id = ? AND post_number = ?"
    post_id = call.site.store.value(sql, *place)
    if post_id is None:
        raise not_found()
    return visible_post(call, post_id)


def _staff_only(call: Call) -> None:
    if not call.staff:
        raise invalid_access()
