"""The report as a few calm lines on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from migrate.archive.writer import Counts
from migrate.plan import CategorySize, Summary, for_staff
from migrate.report.facts import Facts, FindingFacts
from migrate.report.wording import wording
from migrate.text import duration, printable

_STYLES = {"error": "bold red", "warning": "yellow", "info": "dim"}
_CATEGORIES = 12  # that are listed
_LEFT_OUT = {
    "machine-made": "machine-made (bounces, automatic answers, commands to the list)",
    "commit-notice": "notices of commits",
    "build-notice": "notices of builds",
    "no-archive": "marked by their authors as not to be archived",
    "trashed": "in the trash",
    "draft": "drafts",
    "undated": "without a date of their own",
    "private": "answers on a private list or group, to conversations elsewhere that others can read",
    "mapping": "that the mapping leaves out",
    "selection": "that are not part of the trial",
    "unsettled": "read by an import that was interrupted: run it again",
}


def show(
    console: Console, facts: Facts, plan: Summary, requests_per_minute: int, *, with_categories: bool = False
) -> None:
    """Everything the dry run has to say: what is there, what needs a look, what would be created."""
    _show_sources(console, facts)
    _show_people_and_threads(console, facts)
    _show_findings(console, facts.findings)
    _show_plan(console, plan, requests_per_minute, plan.by_category if with_categories else ())


def show_import(console: Console, counts: Counts) -> None:
    """What one import did, in one line whose numbers add up."""
    parts = [f"{counts.new:,} new", f"{counts.duplicates:,} known or duplicate"]
    if counts.lost:
        parts.append(f"{counts.lost:,} left out")
    console.print(Text(f"{_count(counts.read, 'message')} read = {' + '.join(parts)}", style="bold"))


def _show_sources(console: Console, facts: Facts) -> None:
    if not facts.read:
        console.print("\nThere are no messages in the archive.")
        return
    table = Table(box=None, pad_edge=False, title_justify="left")
    table.add_column("source", overflow="fold")
    for column in ("messages", "threads", "people"):
        table.add_column(column, justify="right")
    table.add_column("from – to")
    for source in facts.sources:
        table.add_row(
            Text(printable(source.name)),
            f"{source.messages:,}",
            f"{source.threads:,}",
            f"{source.people:,}",
            _span(source.first, source.last),
        )
    console.print()
    console.print(table)
    parts = [f"{facts.kept:,} kept", _count(facts.duplicates, "duplicate")]
    if facts.lost:
        parts.append(f"{facts.lost:,} left out")
    if facts.unsettled:
        parts.append(f"{facts.unsettled:,} not threaded yet (run the import again)")
    console.print(
        f"\nIn the archive: {_count(facts.read, 'message')} read = {' + '.join(parts)}\n"
        f"  {_count(facts.threads, 'thread')} · {_count(facts.people, 'person', 'people')}"
        f" · {_span(facts.first, facts.last)}"
        f" · {_count(facts.attachments, 'attachment')} ({_bytes(facts.attachment_bytes)})"
    )


def _show_people_and_threads(console: Console, facts: Facts) -> None:
    for label, rows in (("Most active", facts.busiest_people), ("Longest threads", facts.longest_threads)):
        shown = " · ".join(f"{printable(name) or '(no subject)'} {count:,}" for name, count in rows[:5])
        if shown:
            console.print(Text(f"  {label}: {shown}", style="dim"))


def _show_findings(console: Console, findings: list[FindingFacts]) -> None:
    if not findings:
        console.print("\nNothing needs a look.")
        return
    console.print(Text("\nNeeds a look", style="bold"))
    for finding in findings:
        words = wording(finding.code)
        line = Text(f"{finding.count:>7,}  ")
        line.append(words.headline, style=_STYLES[finding.severity])
        if words.remedy:
            line.append(f" · {words.remedy}")
        console.print(line)
        for locator, text in finding.examples:
            console.print(Text(f"           {printable(f'{locator}: {text}' if locator else text)}", style="dim"))


def _show_plan(console: Console, plan: Summary, requests_per_minute: int, categories: Sequence[CategorySize]) -> None:
    if not (plan.topics or plan.users or plan.left_out):
        console.print(Text("\nWould create nothing", style="bold"))
        return
    console.print(Text("\nWould create", style="bold"))
    console.print(
        f"  {_count(plan.categories, 'category', 'categories')} · {_count(plan.users, 'placeholder account')}"
        f" · {_count(plan.topics, 'topic')} · {_count(plan.replies, 'reply', 'replies')}"
        f" · {_count(plan.uploads, 'upload')} ({_bytes(plan.upload_bytes)})"
    )
    _show_categories(console, categories)
    if plan.reserved:
        console.print(Text(f"  {printable(for_staff(plan.reserved))}"))
    if plan.members:
        console.print(f"  {_count(plan.members, 'member')} without a message, among the accounts")
    if plan.anonymous:
        who = _count(plan.anonymous, "person", "people")
        console.print(f"  {who} without an account where they wrote: one account posts for all, and says whose words")
    if plan.licences:
        console.print(Text(f"  posts name their source and licence: {printable(', '.join(plan.licences))}"))
    if plan.pinned or plan.closed:
        console.print(f"  {_count(plan.pinned, 'topic')} pinned, {plan.closed:,} closed")
    if plan.nameless:
        people = _count(plan.nameless, "person", "people")
        also = f", of {plan.silent:,} the words, too" if plan.silent else ""
        console.print(f"  withheld: the names of {people}{also}")
    if plan.tags or plan.tags_cut:
        cut = f"; {plan.tags_cut:,} more have no room in their topics, and stay in the titles" if plan.tags_cut else ""
        console.print(f"  {_count(plan.tags, 'tag')}{cut}")
    for reason, count in plan.left_out.items():
        console.print(f"  left out: {count:,} {_LEFT_OUT.get(reason, reason)}")
    console.print(f"  {duration(plan.seconds)} at a forum's usual limit of {requests_per_minute} requests a minute")


def _show_categories(console: Console, categories: Sequence[CategorySize]) -> None:
    for one in categories[:_CATEGORIES]:
        path = " › ".join(filter(None, (one.parent, one.name)))
        readers = f" (only {' and '.join(one.read_by)})" if one.read_by else ""
        console.print(Text(f"    {printable(path + readers)}: {_count(one.topics, 'topic')}"))
    if len(categories) > _CATEGORIES:
        console.print(f"    and {len(categories) - _CATEGORIES:,} more")


def _span(first: datetime | None, last: datetime | None) -> str:
    if first is None or last is None:
        return "no dates"
    begin, end = f"{first:%b %Y}", f"{last:%b %Y}"
    return begin if begin == end else f"{begin} – {end}"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _bytes(size: int) -> str:
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size = round(size / 1000)
    return f"{size:,} GB"
