"""Who may see and do what."""

from __future__ import annotations

from . import dates
from .calls import Call
from .site import ADMINS, EVERYONE, MODERATORS, STAFF, Site
from .store import Row, marks

FULL, CREATE, SEE = 1, 2, 3  # a group's permission on a category


def group_ids(site: Site, user: Row | None) -> list[int]:
    """The groups a user belongs to, the automatic ones included; those of nobody when not logged in."""
    found = [EVERYONE]
    if user is None:
        return found
    if not user["staged"]:
        found += [10 + level for level in range(user["trust_level"] + 1)]
    if user["admin"]:
        found.append(ADMINS)
    if user["moderator"]:
        found.append(MODERATORS)
    if user["admin"] or user["moderator"]:
        found.append(STAFF)
    rows = site.store.all("SELECT group_id FROM group_users WHERE user_id = ?", user["id"])
    return found + [row["group_id"] for row in rows]


def trusted(site: Site, user: Row, level: str, groups: str) -> bool:
    """Whether a user may do what one setting of 2.9 reserves to a level of trust, and later another to groups."""
    if user["admin"] or user["moderator"]:
        return True
    if site.later:
        return not site.settings.groups(groups).isdisjoint(group_ids(site, user))
    return bool(user["trust_level"] >= site.settings[level])


def permission(site: Site, user: Row | None, category_id: int | None) -> int | None:
    """What the user may do in a category: FULL, CREATE, SEE or None for nothing at all."""
    category = site.store.one("SELECT read_restricted FROM categories WHERE id = ?", category_id)
    if category is None or (user is not None and user["admin"]):
        return FULL
    limits = site.store.value("SELECT count(*) FROM category_groups WHERE category_id = ?", category_id)
    if not limits and not category["read_restricted"]:
        return FULL
    groups = group_ids(site, user)
    best: int | None = site.store.value(
        f"SELECT min(permission_type) FROM category_groups WHERE category_id = ? AND group_id IN ({marks(groups)})",  # noqa: S608 - only our own words are put in
        category_id,
        *groups,
    )
    return best


def visible_categories(site: Site, user: Row | None) -> list[int]:
    rows = site.store.all("SELECT id FROM categories")
    return [row["id"] for row in rows if permission(site, user, row["id"]) is not None]


def may_see_topic(call: Call, topic: Row) -> bool:
    if topic["deleted_at"] is not None and not call.staff:
        return False
    if topic["archetype"] == "private_message":
        return call.admin or _invited(call, topic["id"])
    return permission(call.site, call.user, topic["category_id"]) is not None


def may_reply(call: Call, topic: Row) -> bool:
    """Whether the acting user may add to a topic; staff may even where it is closed."""
    if topic["deleted_at"] is not None:
        return False
    if topic["archetype"] == "private_message" and not (call.admin or _invited(call, topic["id"])):
        return False
    return call.staff or not (topic["closed"] or topic["archived"])


def may_edit(call: Call, owner_id: int, created_at: int) -> bool:
    """Staff always; authors while the post is young, counting from its own date."""
    if call.staff:
        return True
    limit = call.site.settings["post_edit_time_limit"] * 60_000_000
    own = call.user is not None and call.user["id"] == owner_id
    return own and (limit == 0 or dates.now() - created_at < limit)


def _invited(call: Call, topic_id: int) -> bool:
    if call.user is None:
        return False
    sql = "SELECT 1 FROM topic_allowed_users WHERE topic_id = ? AND user_id = ?"
    return call.site.store.value(sql, topic_id, call.user["id"]) is not None
