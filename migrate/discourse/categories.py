"""Categories: one per source; one of that name that is there already is used."""

from __future__ import annotations

from migrate.discourse.answers import Outcome
from migrate.discourse.run import TRIES, Run
from migrate.errors import TargetError
from migrate.plan import Category

_COLOR, _TEXT_COLOR = "0088CC", "FFFFFF"


def push_categories(run: Run) -> None:
    """Every source has a category afterwards. Fills `run.categories`. Raises TargetError where one is refused."""
    rows = run.journal.all("category")
    planned = run.plan.categories()
    run.categories.update((row.ref, row.remote_id) for row in rows.values() if row.state == "done" and row.remote_id)
    run.begin("categories", len(planned), len(run.categories))
    for category in planned:
        if category.ref not in run.categories:
            _push_category(run, category)
            run.advance()


def _push_category(run: Run, category: Category) -> None:
    run.journal.sending("category", category.ref)
    existing = _find(run, category.name)
    category_id, slug = existing or _create(run, category)
    run.journal.done("category", category.ref, remote_id=category_id, remote_name=slug)
    run.categories[category.ref] = category_id
    run.created("category", adopted=existing is not None)


def _create(run: Run, category: Category) -> tuple[int, str]:
    parameters = {"name": category.name, "color": _COLOR, "text_color": _TEXT_COLOR}
    for number in range(TRIES):
        answer = run.client.create("/categories.json", parameters)
        created = answer["category"]
        if isinstance(created, dict) and "id" in created:
            return int(created["id"]), str(created.get("slug", ""))
        if (found := _find(run, category.name)) is not None:
            return found
        if answer.outcome is not Outcome.UNKNOWN:
            run.check_access(answer)
            break
        run.back_off(number)
    words = f"The forum refused the category {category.name!r}: {answer.message}"
    run.refused("category", [category.ref], "category-refused", words, locator=f"category {category.name}")
    raise TargetError(f"{words}. Make it by hand on {run.target.url}, and it will be used.")


def _find(run: Run, name: str) -> tuple[int, str] | None:
    """A category of that name, ignoring case as Discourse does, that is nobody's subcategory."""
    answer = run.client.read("/categories.json", include_subcategories="true")
    for item in (answer["category_list"] or {}).get("categories", []):
        if item["name"].casefold() == name.casefold() and not item.get("parent_category_id"):
            return int(item["id"]), str(item.get("slug", ""))
    return None
