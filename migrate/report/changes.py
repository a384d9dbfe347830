"""How a comparison looks, on a terminal and as JSON."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from migrate.report.compare import Changes, Some
from migrate.report.terminal import LEFT_OUT
from migrate.report.wording import wording
from migrate.text import duration, printable

_NUMBERS = {
    "read": "messages read",
    "kept": "messages kept",
    "users": "placeholder accounts",
    "pinned": "pinned topics",
    "closed": "closed topics",
    "seconds": "time to send it",
}
_TOPICS = {
    "appear": "new",
    "disappear": "not there any more",
    "split": "in several topics now",
    "merge": "made of several",
    "move": "in another category, or for other readers",
    "retitle": "with another title",
    "retag": "with other tags",
    "grow": "with more posts",
    "shrink": "with fewer posts",
}
_PEOPLE = {"appear": "new", "disappear": "not there any more", "rename": "with another user name"}


def show_changes(console: Console, names: tuple[str, str], changes: Changes) -> None:
    """What changed, in numbers and with the first ones of each kind; `names` are those of what is compared."""
    console.print(Text(f"Before: {printable(names[0])}\nAfter:  {printable(names[1])}"))
    if changes.is_nothing:
        console.print(Text("\nNothing changed. The words of posts are not compared.", style="bold"))
        return
    if changes.numbers:
        console.print()
        console.print(_table(changes))
    _show_kinds(console, "Topics", changes.topics, _TOPICS)
    _show_kinds(console, "People", changes.people, _PEOPLE)
    if changes.findings:
        console.print(Text("\nFindings", style="bold"))
    for code, was, now in changes.findings:
        console.print(Text(f"  {wording(code).headline}: {was:,} → {now:,}"))


def changes_to_json(names: tuple[str, str], changes: Changes) -> dict[str, Any]:
    """One object, as docs/report.md describes it."""
    return {
        "before": names[0],
        "after": names[1],
        "numbers": _pairs(changes.numbers),
        "topics": {kind: _some(some) for kind, some in changes.topics.items()},
        "people": {kind: _some(some) for kind, some in changes.people.items()},
        "findings": _pairs(changes.findings),
    }


def _pairs(changed: list[tuple[str, int, int]]) -> dict[str, dict[str, int]]:
    return {name: {"before": was, "after": now} for name, was, now in changed}


def _some(some: Some) -> dict[str, Any]:
    return {"count": some.count, "first": [{"of": of, "before": was, "after": now} for of, was, now in some.first]}


def _table(changes: Changes) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("", overflow="fold")
    for column in ("before", "after"):
        table.add_column(column, justify="right")
    for name, was, now in changes.numbers:
        numbers = (duration(was), duration(now)) if name == "seconds" else (f"{was:,}", f"{now:,}")
        table.add_row(Text(_label(name)), *numbers)
    return table


def _label(name: str) -> str:
    if name.startswith("left_out."):
        reason = name.removeprefix("left_out.")
        return f"left out: {LEFT_OUT.get(reason, reason)}"
    return _NUMBERS.get(name, name)


def _show_kinds(console: Console, heading: str, kinds: dict[str, Some], words: dict[str, str]) -> None:
    if any(some.count for some in kinds.values()):
        console.print(Text(f"\n{heading}", style="bold"))
    for kind, some in kinds.items():
        if not some.count:
            continue
        console.print(Text(f"{some.count:>7,}  {words[kind]}"))
        for of, was, now in some.first:
            console.print(Text(f"         {printable(_in_words(of, was, now))}", style="dim"))
        if some.count > len(some.first):
            console.print(Text(f"         and {some.count - len(some.first):,} more", style="dim"))


def _in_words(of: str, was: str, now: str) -> str:
    of = of or "(no subject)"
    if not was and not now:
        return of
    return f"{was} → {now}" if now == of else f"{of}: {was or '–'} → {now or '–'}"
