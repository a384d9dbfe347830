"""Categories: made before the topics that go to them; one of that name that is there already is used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from migrate.discourse.api.answers import Outcome, number_of
from migrate.discourse.facts import groups_by_name
from migrate.discourse.push.descriptions import push_descriptions
from migrate.discourse.push.privacy import check_privacy
from migrate.discourse.push.run import TRIES, Run
from migrate.discourse.undo.removing import CategoryThere, read_categories
from migrate.errors import TargetError
from migrate.plan import Category, category_ref

_TEXT_COLOR = "FFFFFF"
_MAY_CREATE = 1  # of Discourse's permissions the one that members need to answer


def check_groups(run: Run) -> None:
    """Raises TargetError where a category that is still to be made is for a group that the forum does not have."""
    there = {row.ref for row in run.journal.all("category").values() if row.state == "done"}
    _groups(run, [category for category in run.plan.needed_categories() if category.ref not in there])


def push_categories(run: Run) -> None:
    """Every category that a new topic goes to is there afterwards, parents first. Fills `run.categories`.

    Raises TargetError where one is refused, or where others could read in one that is to be private.
    """
    rows = run.journal.all("category")
    run.categories.update((row.ref, row.remote_id) for row in rows.values() if row.state == "done" and row.remote_id)
    planned = run.plan.needed_categories()
    missing = [category for category in planned if category.ref not in run.categories]
    run.begin("categories", len(planned), len(planned) - len(missing))
    groups = _groups(run, missing)
    for category in missing:
        _push_category(run, category, groups)
        run.advance()
    check_privacy(run, run.plan.categories())
    push_descriptions(run, planned)  # not before: it may be private, too


def _groups(run: Run, categories: list[Category]) -> dict[str, str]:
    """The groups that are to read them, by their names in lower case, as the forum writes them: it wants just that."""
    wanted = {group: category for category in categories for group in category.read_by}
    known = groups_by_name(run.client) if wanted else {}
    for group, category in wanted.items():
        if group.lower() not in known:
            raise TargetError(
                f"{run.target.url} has no group {group!r}, which is to read the category {category.name!r}."
                " Make the group there, or name another one in the mapping file."
            )
    return known


def _push_category(run: Run, category: Category, groups: Mapping[str, str]) -> None:
    existing = _find(run, category)
    run.journal.sending("category", category.ref, ours=existing is None)
    category_id, slug = (existing.id, existing.slug) if existing else _create(run, category, groups)
    run.journal.done("category", category.ref, remote_id=category_id, remote_name=slug)
    run.categories[category.ref] = category_id
    run.created("category", adopted=existing is not None)


def _create(run: Run, category: Category, groups: Mapping[str, str]) -> tuple[int, str]:
    parameters = _parameters(run, category, groups)
    for attempt in range(TRIES):
        answer = run.client.create("/categories.json", parameters)
        created = answer["category"]
        if isinstance(created, dict) and (number := number_of(created.get("id"))) is not None:
            return number, str(created.get("slug", ""))
        if (found := _find(run, category)) is not None:
            return found.id, found.slug
        if answer.outcome is Outcome.UNKNOWN:
            run.back_off(attempt)
        elif "slug" in parameters:
            run.check_access(answer)
            break
        else:  # "C" and "C++" have the same address unless they are given one
            letters = re.sub(r"[^a-z0-9]+", "-", category.name.lower()).strip("-")
            parameters["slug"] = f"{letters}-{category.ref % 16**6:06x}".lstrip("-")
    words = f"The forum refused the category {category.name!r}: {answer.message}"
    run.refused("category", [category.ref], "category-refused", words, locator=f"category {category.name}")
    raise TargetError(f"{words}. Make it by hand on {run.target.url}, and it will be used.")


def _parameters(run: Run, category: Category, groups: Mapping[str, str]) -> dict[str, Any]:
    parameters: dict[str, Any] = {"name": category.name, "color": category.color, "text_color": _TEXT_COLOR}
    if category.parent is not None:
        parameters["parent_category_id"] = run.categories[category_ref(category.parent)]
    if category.read_by:
        parameters["permissions"] = {groups[group.lower()]: _MAY_CREATE for group in category.read_by}
    return parameters


def _find(run: Run, category: Category) -> CategoryThere | None:
    """The category of that name and parent, ignoring case as Discourse does."""
    return next((there for there in read_categories(run.client) if category_ref(*there.path) == category.ref), None)
