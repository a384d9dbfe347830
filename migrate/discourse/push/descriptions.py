"""What a list or group said of itself becomes the description of the category that is made for it.

Discourse takes it from the first paragraph of the topic about the category. What stands there is only replaced where
nobody has changed it yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from migrate.content.escape import clean, escape_inline, escape_starts
from migrate.discourse.compose import compose, normalise_raw
from migrate.discourse.journal import Operation
from migrate.discourse.push.run import Run
from migrate.discourse.undo.removing import read_categories
from migrate.plan import Category

_LONGEST = 1000  # characters
_REFUSED = "description-refused"


def push_descriptions(run: Run, planned: Iterable[Category]) -> None:
    """Every category that this archive has made says what it is for, unless the forum refuses: then with a finding."""
    rows = run.journal.all("category")
    missing = [category for category in planned if category.description and _is_open(rows.get(category.ref))]
    about = {category.id: category.about for category in read_categories(run.client)} if missing else {}
    for category in missing:
        row = rows[category.ref]
        if _describe(run, category, about.get(row.remote_id or 0)):
            run.journal.note(row, described=True)


def described(text: str) -> str:
    """A description, which is plain text, as one paragraph in the forum's dialect; cut where it is long."""
    line = " ".join(clean(text).split())
    if len(line) > _LONGEST:
        line = f"{line[:_LONGEST].rpartition(' ')[0] or line[:_LONGEST]} …"
    return compose(escape_starts([escape_inline(line)])) if line else ""


def _is_open(row: Operation | None) -> bool:
    return row is not None and row.ours and row.state == "done" and not row.noted("described")


def _describe(run: Run, category: Category, about: int | None) -> bool:
    """Whether all is done that can be."""
    text = described(run.plan.withheld.in_title(category.description))
    post = _first_post(run, about) if about and text else None
    if post is None or post.get("version", 1) > 1:
        return True
    before = str(post.get("raw") or "")
    after = normalise_raw("\n\n".join([text, *before.split("\n\n")[1:]]))
    change = {"raw": after, "raw_old": before, "original_text": before, "bypass_bump": True}
    answer = run.client.put(f"/posts/{post['id']}.json", {"post": change})
    place = f"category {category.name}"
    # Where the first answer was lost, a second try is told that the text has changed meanwhile.
    if answer.status == 200 or normalise_raw(str((_first_post(run, about) or {}).get("raw"))) == after:
        run.succeeded(_REFUSED, place)
        return True
    run.check_access(answer)
    run.failed(_REFUSED, f"The forum did not take the description of a category: {answer.message}", place)
    return False


def _first_post(run: Run, topic_id: int | None) -> dict[str, Any] | None:
    stream = run.client.read(f"/t/{topic_id}.json", include_raw="true")["post_stream"] or {}
    return next((post for post in stream.get("posts", []) if post["post_number"] == 1), None)
