"""Categories: making, listing, who may enter, removing."""

from __future__ import annotations

import re

from migrate.pages.slugs import slug

from . import dates, guard
from .answers import Answer, Json, done, invalid_access, ok, redirect, server_error, unprocessable
from .calls import Call, as_text, leading_int
from .cooking import cook
from .routes import route
from .site import EVERYONE, SYSTEM_ID, UNCATEGORIZED_ID
from .store import Row

LONGEST_NAME = 50
_TO_REPLACE = "(Replace this first paragraph"
REVIEW = ("no_one", "everyone")  # whose posts must be approved; the modes that name groups are not played here


@route("POST", "/categories", admin=True)
def create(call: Call) -> Answer:
    name = call.required("name")
    parent_id = call.number("parent_category_id") or None
    address = call.text("slug") or slug(name, call.site.settings["slug_generation_method"], otherwise="")
    _check(call, name, address, parent_id)
    store = call.site.store
    category_id = store.insert(
        "categories",
        name=name,
        slug=address,
        color=call.text("color") or "0088CC",
        text_color=call.text("text_color") or "FFFFFF",
        parent_id=parent_id,
    )
    _permit(call, category_id)
    _review(call, category_id)
    store.update("categories", category_id, topic_id=_about_topic(call, name, category_id))
    return ok({"category": detailed(call, _category(call, category_id))})


@route("PUT", "/categories/{id}", admin=True)
def update(call: Call) -> Answer:
    category = _category(call, call.place_id())
    name = call.text("name") or category["name"]
    address = call.text("slug") or category["slug"]
    _check(call, name, address, category["parent_id"], but=category["id"])
    call.site.store.update(
        "categories",
        category["id"],
        name=name,
        slug=address,
        color=call.text("color") or category["color"],
        text_color=call.text("text_color") or category["text_color"],
    )
    if call.part("permissions"):
        _permit(call, category["id"])
    _review(call, category["id"])
    return ok({"success": "OK", "category": detailed(call, _category(call, category["id"]))})


@route("DELETE", "/categories/{id}", admin=True)
def delete(call: Call) -> Answer:
    category, store = _category(call, call.place_id()), call.site.store
    used = "SELECT count(*) FROM topics WHERE category_id = ? AND deleted_at IS NULL AND id IS NOT ?"
    children = store.value("SELECT count(*) FROM categories WHERE parent_id = ?", category["id"])
    topics = store.value(used, category["id"], category["topic_id"])
    if topics or children or category["id"] == UNCATEGORIZED_ID:
        raise invalid_access()
    store.run("UPDATE topics SET deleted_at = ? WHERE id = ?", dates.now(), category["topic_id"])
    store.run("UPDATE posts SET deleted_at = ? WHERE topic_id = ?", dates.now(), category["topic_id"])
    store.run("UPDATE topics SET category_id = NULL WHERE category_id = ?", category["id"])
    store.run("DELETE FROM categories WHERE id = ?", category["id"])
    return done()


@route("GET", "/c/{id}/show", "categories:show")
def show(call: Call) -> Answer:
    category = _category(call, call.place_id())
    if guard.permission(call.site, call.user, category["id"]) is None:
        raise invalid_access()
    return ok({"category": detailed(call, category)})


@route("GET", "/categories", "categories:list")
def listing(call: Call) -> Answer:
    seen = visible(call)
    nested = call.true("include_subcategories")
    tops = []
    for row in seen:
        if row["parent_id"] is None:
            children = [shape(call, child) for child in seen if child["parent_id"] == row["id"]]
            top = shape(call, row) | {"subcategory_ids": [child["id"] for child in children]}
            tops.append(top | ({"subcategory_list": children} if nested else {}))
    lists = {"can_create_category": call.admin, "can_create_topic": call.user is not None, "categories": tops}
    return ok({"category_list": lists})


@route("GET", "/c/{id}")
def by_id(call: Call) -> Answer:
    category = _category(call, call.place_id())
    return redirect(f"{call.site.base_url}/c/{category['slug']}/{category['id']}")


def visible(call: Call) -> list[Row]:
    """The categories that the acting user may see."""
    ids = set(guard.visible_categories(call.site, call.user))
    return [row for row in call.site.store.all("SELECT * FROM categories ORDER BY id") if row["id"] in ids]


def shape(call: Call, row: Row) -> Json:
    store = call.site.store
    count = (
        "SELECT count(*) AS topics, coalesce(sum(posts_count), 0) AS posts FROM topics "
        "WHERE category_id = ? AND deleted_at IS NULL AND id IS NOT ?"
    )
    counted = store.one(count, row["id"], row["topic_id"])
    about = store.value("SELECT slug FROM topics WHERE id = ?", row["topic_id"])
    found: Json = {
        "id": row["id"],
        "name": row["name"],
        "color": row["color"],
        "text_color": row["text_color"],
        "slug": row["slug"],
        "topic_count": counted["topics"] if counted else 0,
        "post_count": counted["posts"] if counted else 0,
        "position": row["id"],
        "description": row["description"],
        "description_text": row["description"],
        "topic_url": f"/t/{about}/{row['topic_id']}" if about else None,
        "read_restricted": bool(row["read_restricted"]),
        "permission": guard.permission(call.site, call.user, row["id"]) if call.user else None,
        "notification_level": 1,
        "can_edit": call.staff,
        "has_children": False,
        "custom_fields": {},
    }
    if row["parent_id"] is not None:
        found["parent_category_id"] = row["parent_id"]
    return found


def detailed(call: Call, row: Row) -> Json:
    """A category by itself: who may enter it, and whose posts must be approved there."""
    sql = (
        "SELECT groups.name AS group_name, groups.id AS group_id, permission_type FROM category_groups "
        "JOIN groups ON groups.id = group_id WHERE category_id = ? ORDER BY groups.id"
    )
    groups = [dict(item) for item in call.site.store.all(sql, row["id"])]
    if not groups and not row["read_restricted"]:
        groups = [{"group_name": "everyone", "group_id": EVERYONE, "permission_type": guard.FULL}]
    shown = shape(call, row) | {"group_permissions": groups}
    asked = {"topic": row["topic_review"], "reply": row["reply_review"]}
    if call.site.later:
        modes = {f"{kind}_posting_review_mode": REVIEW[value] for kind, value in asked.items()}
        return shown | {"category_setting": modes | {f"require_{kind}_approval": bool(v) for kind, v in asked.items()}}
    fields = {f"require_{kind}_approval": "true" for kind, value in asked.items() if value}
    return shown | {"custom_fields": fields}


def _check(call: Call, name: str, address: str, parent_id: int | None, but: int | None = None) -> None:
    store, wrong = call.site.store, []
    same = "SELECT 1 FROM categories WHERE lower(name) = lower(?) AND parent_id IS ? AND id IS NOT ?"
    if store.value(same, name, parent_id, but):
        wrong.append("Category Name has already been taken")
    if address and store.value("SELECT 1 FROM categories WHERE slug = ? AND id IS NOT ?", address, but):
        wrong.append("Slug is already in use")
    if len(name) > LONGEST_NAME:
        wrong.append(f"Category Name is too long (maximum is {LONGEST_NAME} characters)")
    depth, above = 1, parent_id
    while above is not None:
        depth, above = depth + 1, store.value("SELECT parent_id FROM categories WHERE id = ?", above)
    if depth > call.site.settings["max_category_nesting"]:
        wrong.append("You can't nest a subcategory under another")
    if wrong:
        raise unprocessable(*wrong)


def _permit(call: Call, category_id: int) -> None:
    """Set who may do what; without any, or with everyone allowed to see, the category is public."""
    store, asked = call.site.store, call.part("permissions")
    store.run("DELETE FROM category_groups WHERE category_id = ?", category_id)
    for name, level in asked.items():
        group_id = store.value("SELECT id FROM groups WHERE name = ?", name)
        if group_id is None:
            raise server_error()
        store.insert(
            "category_groups",
            category_id=category_id,
            group_id=group_id,
            permission_type=min(3, max(1, leading_int(str(level)))),
        )
    public = not asked or "everyone" in asked
    store.update("categories", category_id, read_restricted=int(not public))


def _review(call: Call, category_id: int) -> None:
    """Set whose topics and replies must be approved, where the request says so."""
    sent = call.part("category_setting_attributes" if call.site.later else "custom_fields")
    for kind in ("topic", "reply"):
        flag, mode = as_text(sent.get(f"require_{kind}_approval")), as_text(sent.get(f"{kind}_posting_review_mode"))
        if call.site.later and mode is not None:
            if mode not in REVIEW:
                raise unprocessable("Posting review groups must be chosen for this mode.")
            flag = "true" if mode == "everyone" else "false"
        if flag is not None:
            call.site.store.update("categories", category_id, **{f"{kind}_review": int(flag in ("true", "t", "1"))})


def describe(call: Call, topic_id: int, cooked: str) -> None:
    """The first paragraph of the topic about a category, once somebody has changed it, is its description."""
    paragraph = re.search(r"<p>(.*?)</p>", cooked, re.DOTALL)
    description = paragraph[1] if paragraph and not paragraph[1].startswith(_TO_REPLACE) else None
    call.site.store.run("UPDATE categories SET description = ? WHERE topic_id = ?", description, topic_id)


def _about_topic(call: Call, name: str, category_id: int) -> int:
    store, now = call.site.store, dates.now()
    title, raw = (
        f"About the {name} category",
        f"{_TO_REPLACE} with a brief description of your new category.)\n\n"
        "What is this category for? What should be known before writing here?",
    )
    topic_id = store.insert(
        "topics",
        title=title,
        slug=slug(title, call.site.settings["slug_generation_method"]),
        user_id=SYSTEM_ID,
        category_id=category_id,
        created_at=now,
        bumped_at=now,
        last_posted_at=now,
        last_post_user_id=SYSTEM_ID,
        posts_count=1,
        highest_post_number=1,
        pinned_at=now,
    )
    store.insert(
        "posts",
        topic_id=topic_id,
        post_number=1,
        user_id=SYSTEM_ID,
        raw=raw,
        cooked=cook(call.site, raw),
        created_at=now,
        updated_at=now,
    )
    return topic_id


def _category(call: Call, category_id: int) -> Row:
    row = call.site.store.one("SELECT * FROM categories WHERE id = ?", category_id)
    if row is None:
        raise invalid_access()
    return row
