"""Requests whose answer never came: looked up on the forum, so that the journal says what is there and what is not."""

from __future__ import annotations

import time
from collections.abc import Callable

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.journal import Journal, Operation, topic_key
from migrate.discourse.push.accounts import look_up
from migrate.discourse.push.lookup import RUNNING_SECONDS, Lookup
from migrate.discourse.push.users import IMPORTER, IMPORTER_KEY
from migrate.discourse.undo.removing import read_categories, read_tags
from migrate.plan import Target, category_ref, placeholder_address


def settle_doubts(archive: Archive, client: Client, target: Target) -> None:
    """Whatever this archive may have made without knowing is noted as done, or as undone where it is not there.

    Replies are left to whoever reads their topic. Waits until the forum cannot be at work on any of these requests any
    more: a minute after the last one left. Raises Stopped and TargetError.
    """
    _Doubts(archive, client, target).settle()


class _Doubts:
    def __init__(self, archive: Archive, client: Client, target: Target) -> None:
        self._archive = archive
        self._client = client
        self._target = target
        self._journal = Journal(archive, target)

    def settle(self) -> None:
        rows = self._journal.in_doubt()
        if not rows:
            return
        last = max(row.sent_at for row in rows) / 1000
        self._client.pace.sleep(max(0.0, min(last + RUNNING_SECONDS - time.time(), RUNNING_SECONDS)))
        kinds: dict[str, Callable[[list[Operation]], None]] = {
            "post": self._topics,
            "user": self._accounts,
            "category": self._categories,
            "tag": self._tags,
            "permalink": self._permalinks,
        }
        for kind, settle in kinds.items():
            if mine := [row for row in rows if row.kind == kind and row.ours]:
                settle(mine)

    def _note(self, row: Operation, remote_id: int | None, name: str | None = None) -> None:
        if remote_id is None:
            self._journal.undone([row])
        else:
            self._journal.done(row.kind, row.ref, remote_id=remote_id, remote_name=name)

    def _topics(self, rows: list[Operation]) -> None:
        lookup = Lookup(self._archive, self._client, self._target)
        for row in (row for row in rows if row.topic_id is None):
            source_key, thread_key = self._archive.db.execute(
                "SELECT source.key, thread.key FROM thread JOIN source ON source.id = source_id WHERE thread.id = ?",
                (row.thread_id,),
            ).fetchone()
            found = lookup.topic(topic_key(source_key, thread_key, self._target.generation))
            if found is None:
                self._journal.undone([row])
            else:
                self._journal.done(
                    "post",
                    row.ref,
                    remote_id=found.id,
                    remote_name=found.slug,
                    topic_id=found.topic_id,
                    post_number=found.number,
                )

    def _accounts(self, rows: list[Operation]) -> None:
        for row in rows:
            found = next(filter(None, (look_up(self._client, address) for address in self._addresses(row.ref))), None)
            ours = found if found and found.staged else None
            self._note(row, ours.id if ours else None, ours.username if ours else None)

    def _addresses(self, person: int) -> list[str]:
        """Which an account of theirs may have been made with, planned still or not."""
        if person == IMPORTER:
            return [placeholder_address(IMPORTER_KEY)]
        row = self._archive.db.execute("SELECT key, email FROM person WHERE id = ?", (person,)).fetchone()
        return [placeholder_address(row[0]), *filter(None, row[1:])] if row else []

    def _categories(self, rows: list[Operation]) -> None:
        there = {category_ref(*category.path): category for category in read_categories(self._client)}
        for row in rows:
            found = there.get(row.ref)
            self._note(row, found.id if found else None, found.slug if found else None)

    def _tags(self, rows: list[Operation]) -> None:
        there = read_tags(self._client)
        self._journal.undone(row for row in rows if row.remote_name not in there)
        for row in rows:
            if row.remote_name in there:
                self._journal.done("tag", row.ref, remote_id=0)

    def _permalinks(self, rows: list[Operation]) -> None:
        for row in rows:
            listed = self._client.read("/admin/permalinks.json", filter=row.remote_name or "").body
            items = listed if isinstance(listed, list) else []
            found = next((item for item in items if item.get("url") == row.remote_name), None)
            self._note(row, int(found["id"]) if found else None)
