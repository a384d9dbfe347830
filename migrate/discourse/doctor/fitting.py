"""How an archive fits a forum: names that are taken, categories and tags that are there, files it refuses, how long."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.compose import human_size
from migrate.discourse.doctor.checks import Check
from migrate.discourse.doctor.needs import PROGRAMS, FileKind, Needs, refused_files
from migrate.discourse.facts import groups_by_name
from migrate.discourse.journal import Journal
from migrate.discourse.push.accounts import inhabitants
from migrate.plan import Category, Plan, Selection, Summary, Target, for_staff
from migrate.text import duration

_USERS_READ = 5_000  # a hundred take one request
_NAMED = 6
_SERVERS_LIMIT = 10 * 1024 * 1024  # bytes; the web server of the standard install takes no more
_LIMIT = "DISCOURSE_MAX_ADMIN_API_REQS_PER_MINUTE"


def fitting(archive: Archive, client: Client, target: Target, needs: Needs) -> list[Check]:
    """What of an archive the forum takes as it is."""
    plan = Plan(archive, target=target)
    checks = [_categories(client, plan.needed_categories()), _names(archive, client, plan, target)]
    if private := [category for category in plan.needed_categories() if category.read_by]:
        checks.append(_groups(client, private))
    if reserved := [category.name for category in plan.needed_categories() if category.is_reserved]:
        checks.append(Check("private", "ok", for_staff(reserved)))
    if needs.tags:
        checks.append(_tags(client, target, needs.tags))
    if needs.files:
        checks.append(_uploads(needs.files, target))
    checks.append(_duration(archive, plan.summary(), target))
    if target.selection != Selection():
        topics, of_topics = plan.share
        words = (
            f"Categories, names and time are for the trial of {topics:,} topics that was asked for last; what else the"
            f" archive needs is for all {of_topics:,}."
        )
        checks.append(Check("trial", "ok", words))
    return checks


def _categories(client: Client, planned: list[Category]) -> Check:
    there = _existing(client)
    used = [there[key] for one in planned if (key := ((one.parent or "").casefold(), one.name.casefold())) in there]
    held = [str(item.get("name")) for item in used if _is_reviewed(client, item)]
    if held:
        words = (
            f"Posts wait for approval in {_some(held)}: switch that off in the settings of the category for the push."
        )
        return Check("categories", "to do", words)
    new = len(planned) - len(used)
    parts = [f"{new:,} to be made"] if new else []
    if used:
        parts.append(f"{len(used):,} there already and used: {_some([str(item.get('name')) for item in used])}")
    return Check("categories", "ok", f"Categories: {'; '.join(parts) or 'none needed'}.")


def _groups(client: Client, private: list[Category]) -> Check:
    there = groups_by_name(client)
    wanted = {group: category.name for category in private for group in category.read_by}
    lacking = [f"{group} (to read {name})" for group, name in wanted.items() if group.lower() not in there]
    if not lacking:
        return Check("groups", "ok", f"Groups that are to read what is private: {_some(wanted)}.")
    words = (
        f"There is no such group: {', '.join(lacking)}. Make it at {client.host}/g/custom/new, or name another one in"
        " `read` of the mapping file: no push starts before."
    )
    return Check("groups", "to do", words)


def _existing(client: Client) -> dict[tuple[str, str], dict[str, Any]]:
    """The forum's categories by the folded names of the one they stand in (empty: in none) and their own."""
    listed = client.read("/categories.json", include_subcategories="true")["category_list"]
    found = {}
    for item in _items(listed, "categories"):
        found["", _folded(item)] = item
        found |= {(_folded(item), _folded(child)): child for child in _items(item, "subcategory_list")}
    return found


def _is_reviewed(client: Client, item: dict[str, Any]) -> bool:
    """Whether posts in a category wait for approval; newer versions have modes for it."""
    category = client.read(f"/c/{item.get('id')}/show.json")["category"]
    if not isinstance(category, dict):
        return False
    places = [value for name in ("custom_fields", "category_setting") if isinstance(value := category.get(name), dict)]
    values = [place.get(f"require_{what}_approval") for place in [*places, category] for what in ("topic", "reply")]
    modes = [place.get(f"{what}_posting_review_mode") for place in [*places, category] for what in ("topic", "reply")]
    return any(value in (True, "true", "t") for value in values) or "everyone" in modes


def _names(archive: Archive, client: Client, plan: Plan, target: Target) -> Check:
    users = _count_users(client)
    if users is None or users > _USERS_READ:
        words = "Which names are taken is seen at the push: there are too many accounts to ask for them all now."
        return Check("names", "cannot tell", words)
    there = inhabitants(client)
    sent = Journal(archive, target).all("user")
    people = [user for user in plan.users() if user.person_id not in sent]
    changed = sum(user.username.lower() in there.taken for user in people)
    members = sum(user.address.lower() in there.members for user in people)
    words = f"Accounts: {len(people):,} to be made"
    words += f"; {_taken(changed)}" if changed else ", all names are free"
    words += (
        f"; {members:,} {'author is a member' if members == 1 else 'authors are members'} already" if members else ""
    )
    return Check("names", "ok", f"{words}.")


def _taken(count: int) -> str:
    return "1 name is taken and gets a number" if count == 1 else f"{count:,} names are taken and get a number"


def _count_users(client: Client) -> int | None:
    about = client.read("/about.json")["about"]
    stats = about.get("stats") if isinstance(about, dict) else None
    if not isinstance(stats, dict):
        return None
    count = stats.get("user_count", stats.get("users_count"))
    return int(str(count)) if str(count).isdecimal() else None


def _tags(client: Client, target: Target, wanted: frozenset[str]) -> Check:
    if not target.facts.tagging_enabled:
        return Check("tags", "to do", f"Tags are switched off, {len(wanted):,} would be left out (tagging_enabled).")
    listed = client.read("/tags.json")
    groups = _items(listed["extras"], "tag_groups")
    items = [*_items(listed.body, "tags"), *(tag for group in groups for tag in _items(group, "tags"))]
    there = {str(item.get("name") or item.get("text") or item.get("id")) for item in items}
    return Check("tags", "ok", f"Tags: {len(wanted - there):,} to be made, {len(wanted & there):,} there already.")


def _uploads(files: tuple[FileKind, ...], target: Target) -> Check:
    refused = refused_files(files, target.facts)
    count, size = sum(kind.count for kind in files), sum(kind.size for kind in files)
    words = f"Files: {count:,} ({human_size(size)})"
    largest = max((kind.largest for kind in files if kind not in refused), default=0)
    if not refused:
        return Check("uploads", "ok", f"{words}, all of kinds and sizes it takes.{_servers_limit(largest)}")
    listed = _some(map(_kind, refused))
    words += f"; of these kinds it refuses some or all: {listed}. A post then names the file and says so."
    if all(kind.extension in PROGRAMS or not kind.extension for kind in refused):
        words += " Programs, and files without an extension, are for you to allow."
        return Check("uploads", "ok", f"{words}{_servers_limit(largest)}")
    return Check("uploads", "to do", f"{words} The settings below change it.{_servers_limit(largest)}")


def _servers_limit(largest: int) -> str:
    if largest <= _SERVERS_LIMIT:
        return ""
    return (
        f" The web server before the forum must take {human_size(largest)} at once, too (client_max_body_size, 10 MB as"
        " it is installed)."
    )


def _kind(kind: FileKind) -> str:
    return f"{'.' + kind.extension if kind.extension else 'no extension'} {kind.count:,} ({human_size(kind.size)})"


def _duration(archive: Archive, summary: Summary, target: Target) -> Check:
    per_minute = target.facts.requests_per_minute
    (seen,) = archive.db.execute(_BUSIEST_MINUTE, (target.id,)).fetchone()
    if seen > per_minute:
        seconds = summary.requests * 60 // seen
        words = f"It took {seen:,} requests in a minute before; so this archive takes {duration(seconds)}."
        return Check("duration", "ok", words)
    words = (
        f"How many requests a minute it takes: {per_minute} unless the server's environment says more ({_LIMIT})."
        f" At {per_minute}, this archive takes {duration(summary.seconds)} ({summary.requests:,} requests)."
    )
    return Check("duration", "cannot tell", words)


def _items(holder: object, name: str) -> list[dict[str, Any]]:
    """The objects in a list of an object, whatever it really is."""
    listed = holder.get(name) if isinstance(holder, dict) else None
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def _folded(item: dict[str, Any]) -> str:
    return str(item.get("name", "")).casefold()


def _some(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


_BUSIEST_MINUTE = (
    "SELECT coalesce(max(sent), 0) FROM"
    " (SELECT count(*) AS sent FROM operation WHERE target_id = ? GROUP BY sent_at / 60000)"
)
