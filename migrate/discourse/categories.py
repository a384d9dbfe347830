"""Categories: made before the topics that go to them; one of that name that is there already is used."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from migrate.discourse.answers import Outcome
from migrate.discourse.client import Client
from migrate.discourse.facts import taken_names
from migrate.discourse.removing import CategoryThere, read_categories
from migrate.discourse.run import TRIES, Run
from migrate.errors import TargetError
from migrate.plan import Category, category_ref

_TEXT_COLOR = "FFFFFF"
_MAY_CREATE = 1  # of Discourse's permissions the one that members need to answer


def push_categories(run: Run) -> None:
    """Every category of the plan is there afterwards, parents first. Fills `run.categories`.

    Raises TargetError where one is refused, or where others could read in one that is to be private.
    """
    rows = run.journal.all("category")
    run.categories.update((row.ref, row.remote_id) for row in rows.values() if row.state == "done" and row.remote_id)
    planned = run.plan.categories()
    missing = [category for category in planned if category.ref not in run.categories]
    run.begin("categories", len(planned), len(planned) - len(missing))
    _check_groups(run, missing)
    for category in missing:
        _push_category(run, category)
        run.advance()


def _check_groups(run: Run, categories: list[Category]) -> None:
    wanted = {group: category for category in categories for group in category.read_by}
    known = taken_names(run.client) if wanted else set()
    for group, category in wanted.items():
        if group.lower() not in known:
            raise TargetError(
                f"{run.target.url} has no group {group!r}, which is to read the category {category.name!r}."
                " Make the group there, or name another one in the mapping file."
            )


def _push_category(run: Run, category: Category) -> None:
    existing = _find(run, category)
    run.journal.sending("category", category.ref, ours=existing is None)
    if existing is not None:
        _check_readers(run, category, existing)
    category_id, slug = (existing.id, existing.slug) if existing else _create(run, category)
    run.journal.done("category", category.ref, remote_id=category_id, remote_name=slug)
    run.categories[category.ref] = category_id
    run.created("category", adopted=existing is not None)


def _create(run: Run, category: Category) -> tuple[int, str]:
    parameters = _parameters(run, category)
    for number in range(TRIES):
        answer = run.client.create("/categories.json", parameters)
        created = answer["category"]
        if isinstance(created, dict) and "id" in created:
            return int(created["id"]), str(created.get("slug", ""))
        if (found := _find(run, category)) is not None:
            return found.id, found.slug
        if answer.outcome is Outcome.UNKNOWN:
            run.back_off(number)
        elif "slug" in parameters:
            run.check_access(answer)
            break
        else:  # "C" and "C++" have the same address unless they are given one
            letters = re.sub(r"[^a-z0-9]+", "-", category.name.lower()).strip("-")
            parameters["slug"] = f"{letters}-{category.ref % 16**6:06x}".lstrip("-")
    words = f"The forum refused the category {category.name!r}: {answer.message}"
    run.refused("category", [category.ref], "category-refused", words, locator=f"category {category.name}")
    raise TargetError(f"{words}. Make it by hand on {run.target.url}, and it will be used.")


def _parameters(run: Run, category: Category) -> dict[str, Any]:
    parameters: dict[str, Any] = {"name": category.name, "color": category.color, "text_color": _TEXT_COLOR}
    if category.parent is not None:
        parameters["parent_category_id"] = run.categories[category_ref(category.parent)]
    if category.read_by:
        parameters["permissions"] = dict.fromkeys(category.read_by, _MAY_CREATE)
    return parameters


def _find(run: Run, category: Category) -> CategoryThere | None:
    """The category of that name and parent, ignoring case as Discourse does."""
    return next((there for there in read_categories(run.client) if category_ref(*there.path) == category.ref), None)


def _check_readers(run: Run, category: Category, existing: CategoryThere) -> None:
    """A private list must not land where others can read it."""
    if who := ", ".join(other_readers(run.client, existing.id, category.read_by)):
        raise TargetError(
            f"The category {category.name!r} is there already on {run.target.url}, and can be read by {who}; the"
            f" mapping says {', '.join(category.read_by)}. Change who may see it there, or name another category in the"
            " mapping."
        )


def other_readers(client: Client, category_id: int, read_by: Collection[str]) -> list[str]:
    """The groups that may read a category and are not among those it is for; nobody where it is for everyone."""
    if not read_by:
        return []
    shown = client.read(f"/c/{category_id}/show.json")["category"] or {}
    groups = {str(item.get("group_name", "")).lower() for item in shown.get("group_permissions", [])}
    others = groups - {group.lower() for group in read_by}
    if shown.get("read_restricted") and not others:
        return []
    return sorted(others - {"everyone"}) or ["everyone"]
