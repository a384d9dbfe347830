"""Old addresses and the new ones, as rules for a web server and as a table."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Literal
from urllib.parse import urlsplit

from migrate.archive import Archive
from migrate.old_urls import OldUrl, Options, old_urls
from migrate.plan import Target

Format = Literal["csv", "nginx", "apache"]


@dataclass(frozen=True, slots=True)
class Redirect:
    """An address and what is there now: a topic, a post in it, or a category."""

    old_url: str  # with a host, percent-encoded
    path: str  # on the forum
    kind: Literal["topic", "post", "category"]
    id: int  # the topic's, post's or category's on the forum
    category_id: int | None  # that the topic was sent to, or itself; None where the journal does not tell

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
        found = posts.redirect(old) if old.kind != "source" else None
        if old.kind == "source" and old.ref in categories:
            category = categories[old.ref]
            found = Redirect(old.url, f"/c/{category}", "category", category, category)
        if found is not None:
            yield found


def write(found: Iterable[Redirect], out: IO[str], how: Format, forum: str) -> int:
    """Write them in one of the forms, each with how to use it; the number of rules. `forum` is its URL."""
    rows = ((redirect.old_url, forum + redirect.path) for redirect in found)
    if how == "csv":
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["old", "new"])
        return sum(table.writerow(row) > 0 for row in rows)
    rules = [(old.partition("://")[2], new) for old, new in rows]
    if how == "nginx":
        rules = _unlike(rules)
    out.write(_NGINX if how == "nginx" else _APACHE)
    for key, new in rules:
        # In quotes nothing of a URL means anything to nginx, since `$`, `"` and `\` are percent-encoded in it.
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
