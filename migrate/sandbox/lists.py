"""Lists of topics: latest, of a category, a tag or an author; and search."""

from __future__ import annotations

from . import dates, guard, tagging
from .answers import Answer, Json, not_found, ok, refused
from .calls import Call
from .posts import SELECT as POSTS
from .posts import post_json
from .routes import route
from .store import Cell, Row, marks
from .topics import user_stub

PER_PAGE = 30
SEARCHED = 50
ORDERS = {"created": "topics.created_at", "posts": "posts_count", "activity": "bumped_at"}


@route("GET", "/latest", "topics:read_lists")
def latest(call: Call) -> Answer:
    category_id = call.number("category")
    definitions = "topics.id NOT IN (SELECT topic_id FROM categories WHERE topic_id IS NOT NULL)"
    if category_id:
        return _list(call, f"{definitions} AND category_id = ?", category_id)
    return _list(call, definitions)


@route("GET", "/c/{slug}/{id}", "topics:read_lists")
@route("GET", "/c/{parent}/{slug}/{id}", "topics:read_lists")
def of_category(call: Call) -> Answer:
    category_id = call.place_id()
    known = call.site.store.one("SELECT 1 FROM categories WHERE id = ?", category_id)
    if known is None or guard.permission(call.site, call.user, category_id) is None:
        raise not_found()
    inside = "(category_id = ? OR category_id IN (SELECT id FROM categories WHERE parent_id = ?))"
    return _list(call, inside, category_id, category_id)


@route("GET", "/topics/created-by/{name}", "topics:read_lists")
def of_author(call: Call) -> Answer:
    user_id = call.site.store.value("SELECT id FROM users WHERE username_lower = ?", call.place["name"].lower())
    if user_id is None:
        raise not_found()
    return _list(call, "topics.user_id = ?", user_id)


@route("GET", "/tag/{name}", "topics:read_lists")
def of_tag(call: Call) -> Answer:
    return _tagged(call, tagging.find(call.site.store, call.place["name"]))


@route("GET", "/tag/{slug}/{id}", "topics:read_lists")
def of_tag_by_id(call: Call) -> Answer:
    """The address that later versions give a tag."""
    tag_id = call.site.store.value("SELECT id FROM tags WHERE id = ?", call.place_id())
    return _tagged(call, tag_id if call.site.later else None)


def _tagged(call: Call, tag_id: int | None) -> Answer:
    if tag_id is None:
        raise not_found()
    return _list(call, "topics.id IN (SELECT topic_id FROM topic_tags WHERE tag_id = ?)", tag_id)


@route("GET", "/search", "search:show")
def search(call: Call) -> Answer:
    words = (call.text("q") or "").strip()
    if len(words) < call.site.settings["min_search_term_length"]:
        raise refused(400, "Your search term is too short.")
    condition, values = _listable(call)
    found = " AND ".join("(instr(lower(posts.raw), ?) OR instr(lower(topics.title), ?))" for _ in words.split())
    needles = [needle for word in words.lower().split() for needle in (word, word)]
    sql = f"{POSTS} WHERE posts.deleted_at IS NULL AND {condition} AND {found} ORDER BY posts.id DESC LIMIT {SEARCHED}"
    rows = call.site.store.all(sql, *values, *needles)
    topic_ids = list(dict.fromkeys(row["topic_id"] for row in rows))
    topics = call.site.store.all(f"SELECT * FROM topics WHERE id IN ({marks(topic_ids)})", *topic_ids)  # noqa: S608 - only our own words are put in
    kept = ("id", "name", "username", "avatar_template", "created_at", "post_number", "topic_id")
    shapes = [post_json(call, row, raw=True) for row in rows]
    posts = [{name: shape[name] for name in kept} | {"blurb": shape["raw"][:200]} for shape in shapes]
    return ok(
        {
            "posts": posts,
            "topics": [_line(call, row) for row in topics],
            "users": [],
            "categories": [],
            "tags": [],
            "groups": [],
            "grouped_search_result": {"term": words, "post_ids": [row["id"] for row in rows], "more_posts": None},
        }
    )


def _listable(call: Call) -> tuple[str, list[Cell]]:
    """What may stand in a list for the acting user."""
    ids = guard.visible_categories(call.site, call.user)
    hidden = "" if call.staff else " AND topics.visible = 1"
    return (
        "topics.deleted_at IS NULL AND topics.archetype = 'regular'" + hidden + f" AND category_id IN ({marks(ids)})",
        list(ids),
    )


def _list(call: Call, condition: str, *values: Cell) -> Answer:
    page = max(0, call.number("page") or 0)
    order = ORDERS.get(call.text("order") or "", "bumped_at")
    direction = "ASC" if call.text("ascending") == "true" else "DESC"
    listable, bound = _listable(call)
    sql = (
        f"SELECT * FROM topics WHERE {condition} AND {listable} "  # noqa: S608 - only our own words are put in
        f"ORDER BY {order} {direction}, topics.id DESC LIMIT {PER_PAGE + 1} OFFSET ?"
    )
    rows = call.site.store.all(sql, *values, *bound, page * PER_PAGE)
    lines = [_line(call, row) for row in rows[:PER_PAGE]]
    found: Json = {
        "can_create_topic": call.user is not None,
        "per_page": PER_PAGE,
        "top_tags": [],
        "topics": lines,
    }
    if len(rows) > PER_PAGE:
        found["more_topics_url"] = f"{call.path}?page={page + 1}"
    authors = {row["user_id"]: user_stub(call, row["user_id"]) for row in rows[:PER_PAGE]}
    return ok({"users": list(authors.values()), "topic_list": found})


def _line(call: Call, row: Row) -> Json:
    store = call.site.store
    last = store.value("SELECT username FROM users WHERE id = ?", row["last_post_user_id"])
    posters = [{"extras": "latest", "description": "Original Poster", "user_id": row["user_id"]}]
    return {
        "id": row["id"],
        "title": row["title"],
        "fancy_title": row["title"],
        "slug": row["slug"],
        "posts_count": row["posts_count"],
        "reply_count": row["reply_count"],
        "highest_post_number": row["highest_post_number"],
        "created_at": dates.iso(row["created_at"]),
        "last_posted_at": dates.iso(row["last_posted_at"]),
        "bumped": True,
        "bumped_at": dates.iso(row["bumped_at"]),
        "archetype": row["archetype"],
        "category_id": row["category_id"],
        "tags": tagging.shown(call.site, row["id"]),
        "visible": bool(row["visible"]),
        "closed": bool(row["closed"]),
        "archived": bool(row["archived"]),
        "pinned": row["pinned_at"] is not None,
        "last_poster_username": last,
        "posters": posters,
    }
