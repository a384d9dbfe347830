"""Changing a forum's settings for the time of a push, and putting them back. What is about to change is noted first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.doctor.settings import Advice, is_same
from migrate.discourse.facts import admin_settings
from migrate.errors import TargetError
from migrate.plan import Target

# done; refused by the forum; left alone, since it is not as we set it any more
Fate = Literal["done", "refused", "kept"]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one setting."""

    name: str
    value: str  # that it was to have
    fate: Fate
    words: str = ""  # of the forum, or the value somebody else gave it


def apply(archive: Archive, client: Client, target: Target, advice: Iterable[Advice]) -> list[Change]:
    """Change these settings on the forum. Raises TargetError where it stops answering, or takes the key no more."""
    return [_change(archive, client, target, item) for item in advice if item.kind != "your decision"]


def restore(archive: Archive, client: Client, target: Target) -> list[Change]:
    """Put back what is still as we set it, the last one first. Run it again where it was interrupted.

    Raises TargetError as `apply`.
    """
    now = admin_settings(client)
    query = (
        "SELECT id, name, before, changed_to FROM setting WHERE target_id = ? AND state = 'changed' ORDER BY id DESC"
    )
    rows = archive.db.execute(query, (target.id,)).fetchall()
    return [_restore(archive, client, now, *row) for row in rows]


def _change(archive: Archive, client: Client, target: Target, item: Advice) -> Change:
    state = "for good" if item.kind == "for good" else "changed"
    with archive.transaction() as db:
        row = db.execute(
            "INSERT INTO setting (target_id, name, before, changed_to, state) VALUES (?, ?, ?, ?, ?)",
            (target.id, item.name, item.value, item.wanted, state),
        ).lastrowid
    refusal = _put(client, item.name, item.wanted)
    if refusal is None:
        return Change(item.name, item.wanted, "done")
    with archive.transaction() as db:
        db.execute("DELETE FROM setting WHERE id = ?", (row,))
    return Change(item.name, item.wanted, "refused", refusal)


def _restore(
    archive: Archive, client: Client, now: dict[str, str], row: int, name: str, before: str, changed_to: str
) -> Change:
    value = now.get(name)
    if value is None or not (is_same(value, changed_to) or is_same(value, before)):
        _note(archive, row, "kept")
        return Change(name, before, "kept", "it is not shown any more" if value is None else value)
    if not is_same(value, before) and (refusal := _put(client, name, before)) is not None:
        return Change(name, before, "refused", refusal)
    _note(archive, row, "restored")
    now[name] = before
    return Change(name, before, "done")


def _put(client: Client, name: str, value: str) -> str | None:
    """The forum's refusal, if it is one."""
    answer = client.put(f"/admin/site_settings/{name}.json", {name: value})
    if answer.status in (400, 422):
        return answer.message
    if answer.status in (403, 404):
        raise TargetError(f"{client.host} does not let {client.api_username} change its settings ({answer.message}).")
    if answer.status != 200:
        raise TargetError(f"{client.host} does not say what became of {name} ({answer.message}). Run the same again.")
    return None


def _note(archive: Archive, row: int, state: str) -> None:
    with archive.transaction() as db:
        db.execute("UPDATE setting SET state = ? WHERE id = ?", (state, row))
