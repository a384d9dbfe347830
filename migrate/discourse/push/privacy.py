"""Whether what is to be private can be read by others on the forum, where somebody may have changed that meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from migrate.discourse.api.answers import objects_in
from migrate.discourse.api.client import Client
from migrate.discourse.facts import STAFF_ID
from migrate.discourse.journal import Journal
from migrate.discourse.push.run import Run
from migrate.discourse.undo.removing import read_categories
from migrate.errors import TargetError
from migrate.plan import Category, Plan

_SHOWN = 5  # addresses that are told


def check_privacy(run: Run, planned: Collection[Category]) -> None:
    """Before anything is sent: raises TargetError where others could read what is for some groups only.

    It looks at the categories of `planned` that are private, and at topics that were sent to another one before that
    was known. Needs `run.categories`.
    """
    private = {category.ref: category for category in planned if category.read_by}
    if not private:
        return
    there = {category.id for category in read_categories(run.client)}
    for category in private.values():
        number = run.categories.get(category.ref)
        if number in there and (who := other_readers(run.client, number, category.read_by)):
            raise TargetError(
                f"The category {category.name!r} is there already on {run.target.url}, and can be read by"
                f" {', '.join(who)}; {_meant_for(category)}. Change who may see it there, or"
                " name another category in the mapping."
            )
    if topics := _open_topics(run):
        shown = ", ".join(f"{run.target.url}/t/{topic}" for topic in topics[:_SHOWN])
        more = f" and {len(topics) - _SHOWN} more" if len(topics) > _SHOWN else ""
        raise TargetError(
            f"{_by_whom(private.values())}, topics that were sent before are private now; but others can still read"
            f" them: {shown}{more}. Move each to a category there that only its readers by the mapping can see, and"
            " push again; `migrate verify` tells what is left."
        )


def _meant_for(category: Category) -> str:
    if category.is_reserved:
        return "an export that was read says that it is private, and the mapping does not say who but staff may read it"
    return f"the mapping says {', '.join(category.read_by)}"


def _by_whom(private: Iterable[Category]) -> str:
    return "By what was read since" if any(category.is_reserved for category in private) else "By the mapping"


def other_readers(client: Client, category_id: int, read_by: Collection[str]) -> list[str]:
    """The groups that may read a category and are not among those it is for; nobody where it is for everyone."""
    if not read_by:
        return []
    shown = client.read(f"/c/{category_id}/show.json")["category"] or {}
    wanted = {group.lower() for group in read_by}
    permissions = objects_in(shown.get("group_permissions"))
    groups = {
        str(item.get("group_name", "")).lower()
        for item in permissions
        if not (item.get("group_id") == STAFF_ID and "staff" in wanted)
    }
    others = groups - wanted
    if shown.get("read_restricted") and not others:
        return []
    return sorted(others - {"everyone"}) or ["everyone"]


def strayed_topics(plan: Plan, journal: Journal) -> dict[int, tuple[int, Category]]:
    """By thread the topics that were sent to another category than the private one that they belong to by now."""
    private = {category.ref: category for category in plan.categories() if category.read_by}
    rows = journal.all("category") if private else {}
    return {
        thread_id: (topic_id, private[ref])
        for thread_id, topic_id, category_id, ref in (plan.sent_topics() if private else ())
        if ref in private and (ref not in rows or category_id != rows[ref].remote_id)
    }


def _open_topics(run: Run) -> list[int]:
    """The topics that others can read, of those that should be in a private category.

    Those that get more posts are all asked for; of the others of groups whose export says so a few: there may be
    thousands.
    """
    strayed = strayed_topics(run.plan, run.journal)
    if not strayed:
        return []
    growing = strayed.keys() & set(run.plan.unsent_thread_ids())
    asked = growing.union(sorted(strayed.keys() & _of_private_sources(run))[:_SHOWN])
    found = []
    for topic_id, category in (strayed[thread_id] for thread_id in sorted(asked)):
        answer = run.client.read(f"/t/{topic_id}.json")
        number = answer["category_id"]
        if answer.status == 200 and (number is None or other_readers(run.client, int(number), category.read_by)):
            found.append(topic_id)
    return found


def _of_private_sources(run: Run) -> set[int]:
    query = "SELECT id FROM thread WHERE source_id IN (SELECT id FROM source WHERE private)"
    return {thread for (thread,) in run.archive.db.execute(query).fetchall()}
