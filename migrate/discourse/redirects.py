"""Old addresses and the new ones, as rules for a web server and as a table."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Literal
from urllib.parse import quote, urlsplit

from migrate.archive import Archive
from migrate.mapping import clean_tag
from migrate.old_urls import OldUrl, Options, old_urls
from migrate.plan import Target

Format = Literal["csv", "nginx", "apache"]


@dataclass(frozen=True, slots=True)
class Redirect:
    """An address and what is there now: a topic, a post in it, a category, or a tag."""

    old_url: str  # with a host, percent-encoded
    path: str  # on the forum
    kind: Literal["topic", "post", "category", "tag"]
    target: int | str  # the topic's, post's or category's id on the forum; a tag's name
    category_id: int | None  # that the topic was sent to, or itself; None for a tag, or where the journal does not tell

    @property
    def is_place(self) -> bool:
        """Whether it is a place on a page: no server is told which, so only a table can have it."""
        return "#" in self.old_url

    @property
    def old_path(self) -> str:
        """The old address without its host, as a permalink has it: no slash at either end, query included."""
        parts = urlsplit(self.old_url)
        return parts.path.strip("/") + (f"?{parts.query}" if parts.query else "")


def redirects(archive: Archive, target: Target, options: Options) -> Iterator[Redirect]:
    """Where everything stands now that was sent to the forum. Raises InputError as `old_urls`."""
    posts = _Posts(archive, target)
    categories = _categories(archive, target)
    for old in old_urls(archive, options):
        if old.kind == "source":
            found = _to_category(old, categories[old.ref]) if old.ref in categories else None
        else:
            found = posts.page(old) if old.kind == "page" else posts.redirect(old)
        if found is not None:
            yield found


def _to_category(old: OldUrl, category: int) -> Redirect:
    return Redirect(old.url, f"/c/{category}", "category", category, category)


def write(found: Iterable[Redirect], out: IO[str], how: Format, forum: str) -> int:
    """Write them in one of the forms, each with how to use it; the number of rules. `forum` is its URL.

    Places on pages stand in the table only.
    """
    rows = ((redirect.old_url, forum + redirect.path) for redirect in found if how == "csv" or not redirect.is_place)
    if how == "csv":
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["old", "new"])
        return sum(table.writerow(row) > 0 for row in rows)
    rules = [(old.partition("://")[2], new) for old, new in rows]
    if how == "nginx":
        rules = _unlike(rules)
    out.write(_NGINX if how == "nginx" else _APACHE)
    for key, new in rules:
        # In quotes nothing of a URL means anything to nginx, since `"` and `\` are percent-encoded in it. (`$` does,
        # but only in the address that is led to, which is the forum's.)
        out.write(f'"{key}" "{new}";\n' if how == "nginx" else f"{key} {new}\n")
    return len(rules)


def _unlike(rules: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those that no other is like but for the case: nginx ignores that, and takes no rule twice."""
    uses = Counter(key.lower() for key, _ in rules)
    return [rule for rule in rules if uses[rule[0].lower()] == 1]


class _Posts:
    """Where threads and messages are on the forum."""

    def __init__(self, archive: Archive, target: Target) -> None:
        self._db = archive.db
        self._target = (target.id, target.generation)
        self._longest_tag = target.facts.max_tag_length

    def page(self, old: OldUrl) -> Redirect | None:
        """A page of several threads: the category that holds nothing else, the tag that all of them have after one of
        their labels, or the one category they are in; None where they have none of that in common."""
        query = (
            "SELECT json_extract(details, '$.category'), json_extract(details, '$.tags'), labels"  # noqa: S608 - our own words
            f" FROM operation JOIN thread ON thread.id = thread_id WHERE {_FIRST_POSTS}"
            " AND thread_id IN (SELECT value FROM json_each(?))"
        )
        rows = self._db.execute(query, (*self._target, json.dumps(old.threads))).fetchall()
        categories = {row[0] for row in rows}
        category = categories.pop() if len(categories) == 1 else None
        if category is not None and self._topics_in[category] == len(rows):
            return _to_category(old, category)
        if tag := self._common_tag([(json.loads(tags or "[]"), json.loads(labels)) for _, tags, labels in rows]):
            return Redirect(old.url, f"/tag/{quote(tag)}", "tag", tag, None)
        return None if category is None else _to_category(old, category)

    @cached_property
    def _topics_in(self) -> Counter[int]:
        query = f"SELECT json_extract(details, '$.category') FROM operation WHERE {_FIRST_POSTS}"  # noqa: S608 - our own words
        return Counter(category for (category,) in self._db.execute(query, self._target).fetchall())

    def _common_tag(self, rows: Sequence[tuple[list[str], list[str]]]) -> str | None:
        """The first of their labels that all of these, tags and labels, have as a tag."""
        tagged = [
            [tag for label in labels if (tag := clean_tag(label, self._longest_tag)) in tags] for tags, labels in rows
        ]
        return next((tag for tag in tagged[0] if all(tag in others for others in tagged)), None) if tagged else None

    def _as_tags(self, labels: Iterable[str]) -> list[str]:
        return [clean_tag(label, self._longest_tag) for label in labels]

    def redirect(self, old: OldUrl) -> Redirect | None:
        column = "ref" if old.kind == "message" else "thread_id"
        row = self._db.execute(
            "SELECT topic_id, post_number, remote_id, thread_id FROM operation WHERE target_id = ? AND generation = ?"  # noqa: S608 - our own words
            f" AND kind = 'post' AND part = 0 AND state = 'done' AND {column} = ? ORDER BY post_number LIMIT 1",
            (*self._target, old.ref),
        ).fetchone()
        if row is None:
            return None
        topic_id, number, post_id, thread_id = row
        category = self._category(thread_id)
        if number == 1:
            return Redirect(old.url, f"/t/{topic_id}", "topic", topic_id, category)
        return Redirect(old.url, f"/t/{topic_id}/{number}", "post", post_id, category)

    def _category(self, thread_id: int) -> int | None:
        row = self._db.execute(
            "SELECT json_extract(details, '$.category') FROM operation WHERE target_id = ? AND generation = ?"
            " AND kind = 'post' AND thread_id = ? AND post_number = 1 AND details IS NOT NULL LIMIT 1",
            (*self._target, thread_id),
        ).fetchone()
        return row[0] if row else None


_FIRST_POSTS = (
    "target_id = ? AND generation = ? AND kind = 'post' AND part = 0 AND post_number = 1 AND state = 'done'"
    " AND details IS NOT NULL"
)


def _categories(archive: Archive, target: Target) -> dict[int, int]:
    """Source id → category id, where all that was sent of a source is in one category."""
    rows = archive.db.execute(
        "SELECT DISTINCT source_id, json_extract(details, '$.category') FROM operation"
        " JOIN thread ON thread.id = thread_id WHERE target_id = ? AND generation = ?"
        " AND kind = 'post' AND state = 'done' AND post_number = 1"
        " AND details IS NOT NULL",
        (target.id, target.generation),
    ).fetchall()
    found: dict[int, set[int]] = {}
    for source_id, category in rows:
        found.setdefault(source_id, set()).add(category)
    return {source_id: next(iter(several)) for source_id, several in found.items() if len(several) == 1}


_NGINX = """\
# For nginx, on the host that served the old addresses. In `http`:
#     map_hash_bucket_size 512; map_hash_max_size 262144;
#     map $host$request_uri $moved { include /etc/nginx/moved.map; }
# and in its `server`:
#     if ($moved) { return 301 $moved; }
"""
_APACHE = """\
# For Apache, on the host that served the old addresses:
#     RewriteEngine On
#     RewriteMap moved "txt:/etc/apache2/moved.txt"
#     RewriteCond "%{THE_REQUEST}" "^\\S+ (/\\S*)"
#     RewriteCond "${moved:%{HTTP_HOST}%1}" "^(https?://\\S+)$"
#     RewriteRule "^" "%1" [R=301,L,NE,QSD]
"""
