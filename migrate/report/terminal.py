"""The report as one calm screen: what was read, what needs a look, what would be created, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from migrate.archive.writer import Counts
from migrate.plan import CategorySize, Summary, for_staff
from migrate.report.facts import Facts, FindingFacts, masked
from migrate.report.wording import wording
from migrate.text import duration, printable

_STYLES = {"error": "bold red", "warning": "yellow", "info": "dim"}
_SOURCES = 12  # that are listed, the largest first
_CATEGORIES = 12
_DETAILED = 8  # kinds of findings with remedy and example
_TOLD = 6  # kinds of findings that need nothing, a line each
_NAMED = 3  # people and threads
_LONG = 2 * 60 * 60  # seconds from which on it is worth while to raise the forum's limit
_NUMBER = 7  # columns
_INDENT = _NUMBER + 2
_PLACE = 48  # letters of a place in the export
_SENTENCE = 150
LEFT_OUT = {
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
    console: Console,
    facts: Facts,
    plan: Summary,
    requests_per_minute: int,
    *,
    with_categories: bool = False,
    options: str = "",
) -> None:
    """Everything the dry run has to say: what is there, what needs a look, what would be created.

    `options` are to be added to commands, so that they are about the same archive and mapping.
    """
    _show_unfinished(console, facts)
    _show_sources(console, facts)
    _show_people_and_threads(console, facts)
    _show_findings(console, facts, options)
    plan = masked(plan)
    _show_plan(console, plan, requests_per_minute, plan.by_category if with_categories else (), bool(facts.unfinished))


def show_import(console: Console, counts: Counts) -> None:
    """What one import did, in one line whose numbers add up."""
    parts = [f"{counts.new:,} new", f"{counts.duplicates:,} known or duplicate"]
    if counts.lost:
        parts.append(f"{counts.lost:,} left out")
    console.print(Text(f"{_count(counts.read, 'message')} read = {' + '.join(parts)}", style="bold"))


def show_next(console: Console, steps: Sequence[tuple[str, str]]) -> None:
    """What to do next: commands that can be pasted, each with what it is for."""
    width = max((len(command) for command, _ in steps), default=0)
    console.print()
    for number, (command, purpose) in enumerate(steps):
        line = Text(f"{'' if number else 'Next:':6}{command:{width}}")
        if len(line) < console.width:
            _say_in_a_line(console, line.append(f"   {purpose}", style="dim"))
        else:
            console.print(line, soft_wrap=True)  # a command that is cut cannot be pasted


def _show_unfinished(console: Console, facts: Facts) -> None:
    if facts.unfinished:
        console.print(
            Text("\nNot finished: an import into this archive was interrupted, or is still at work.", "bold red")
        )
        whole = _count(facts.kept + facts.unsettled, "message")
        _say(console, 2, Text(f"Read, but not put in order yet: {facts.unfinished:,} of {whole}."))
        _say(console, 2, Text("Nothing is lost: run the same import again, and it goes on."))


def _show_sources(console: Console, facts: Facts) -> None:
    if not facts.read:
        console.print("\nThere are no messages in the archive.")
        return
    table = Table(box=None, pad_edge=False, title_justify="left")
    table.add_column("source", overflow="fold")
    for column in ("messages", "threads", "people"):
        table.add_column(column, justify="right")
    table.add_column("from – to", no_wrap=True)
    for source in facts.sources[:_SOURCES]:
        table.add_row(
            Text(printable(source.name)),
            f"{source.messages:,}",
            f"{source.threads:,}",
            f"{source.people:,}",
            _span(source.first, source.last),
        )
    console.print()
    console.print(table)
    _show_rest(console, 0, len(facts.sources) - _SOURCES)
    parts = [f"{facts.kept:,} kept", _count(facts.duplicates, "duplicate")]
    if facts.lost:
        parts.append(f"{facts.lost:,} left out")
    if facts.unsettled:
        parts.append(f"{facts.unsettled:,} not threaded yet (run the import again)")
    console.print(Text(f"\nIn the archive: {_count(facts.read, 'message')} read = {' + '.join(parts)}", style="bold"))
    numbers = (
        _count(facts.threads, "thread"),
        _count(facts.people, "person", "people"),
        _span(facts.first, facts.last),
        f"{_count(facts.attachments, 'attachment')} ({_bytes(facts.attachment_bytes)})",
    )
    _say(console, 2, Text(" · ".join(numbers)))


def _show_people_and_threads(console: Console, facts: Facts) -> None:
    for label, rows in (("Most active", facts.busiest_people), ("Longest threads", facts.longest_threads)):
        shown = " · ".join(f"{printable(name) or '(no subject)'} {count:,}" for name, count in rows[:_NAMED])
        if shown:
            _say_in_a_line(console, Text(f"  {label}: {shown}", style="dim"))


def _show_findings(console: Console, facts: Facts, options: str) -> None:
    waiting = [one for one in facts.open_findings if one.severity != "info"]
    told = [one for one in facts.open_findings if one.severity == "info"]
    console.print(Text("\nNeeds a look" if waiting else "\nNothing needs a look.", style="bold"))
    for finding in waiting[:_DETAILED]:
        _show_finding(console, finding)
    if told:
        console.print(Text("\nGood to know", style="bold"))
    for finding in told[:_TOLD]:
        _say_in_a_line(console, _in_short(finding))
    if rest := max(0, len(waiting) - _DETAILED) + max(0, len(told) - _TOLD):
        more = _count(rest, "more kind")
        command = f"migrate report --html report.html{options}"
        console.print(Text(f"{' ' * _INDENT}and {more}, in: {command}"), soft_wrap=True)  # a cut one cannot be pasted
    if accepted := [one for one in facts.findings if one.accepted]:
        kinds = ", ".join(f"{printable(one.code)} {one.things:,}" for one in accepted)
        console.print(Text(f"Accepted in the mapping: {kinds}", style="dim"))


def _show_finding(console: Console, finding: FindingFacts) -> None:
    """What it is, in how many posts; what was or can be done; the first one."""
    words = wording(finding.code)
    line = Text(f"{finding.things:,}".rjust(_NUMBER) + "  ")
    line.append(words.headline, style=_STYLES[finding.severity])
    if finding.posts:
        whose = _count(finding.people, "person", "people")
        line.append(f"  ({_count(finding.posts, 'post')} by {whose})", style="dim")
    _hang(console, line)
    if words.remedy:
        _say(console, _INDENT, Text(words.remedy))
    for locator, text in finding.examples[:1]:
        more = f" (and {finding.more + len(finding.examples) - 1:,} more)" if finding.count > 1 else ""
        said = printable(": ".join(filter(None, (_shortened(locator), _cut(text)))))
        _say(console, _INDENT, Text(f"e.g. {said}{more}", style="dim"))


def _in_short(finding: FindingFacts) -> Text:
    """The only one of its kind that is about no message says itself what there is to say."""
    words = wording(finding.code)
    if finding.count == 1 and not finding.posts and not words.counts:
        return Text(f"{finding.things:>{_NUMBER},}  {printable(finding.examples[0][1])}")
    line = Text(f"{finding.things:>{_NUMBER},}  {words.headline}")
    return line.append(f" · {words.remedy}" if words.remedy else "", style="dim")


def _shortened(locator: str) -> str:
    """The end of a long place, from a folder on."""
    if len(locator) <= _PLACE:
        return locator
    end = locator[-_PLACE:]
    return "…" + (end[end.index("/") :] if "/" in end else end)


def _cut(text: str) -> str:
    return text if len(text) <= _SENTENCE else f"{text[:_SENTENCE].rstrip()} …"


def _show_plan(
    console: Console,
    plan: Summary,
    requests_per_minute: int,
    categories: Sequence[CategorySize],
    unfinished: bool,
) -> None:
    if not (plan.topics or plan.users or plan.left_out):
        console.print(Text("\nWould create nothing", style="bold"))
        return
    console.print(Text("\nWould create" + (" as far as it was read" if unfinished else ""), style="bold"))
    numbers = (
        _count(plan.categories, "category", "categories"),
        _count(plan.users, "placeholder account"),
        _count(plan.topics, "topic"),
        _count(plan.replies, "reply", "replies"),
        f"{_count(plan.uploads, 'upload')} ({_bytes(plan.upload_bytes)})",
    )
    _say(console, 2, Text(" · ".join(numbers)))
    _show_categories(console, categories)
    for line in _details(plan):
        _say(console, 2, Text(printable(line)))
    faster = "; migrate doctor --to URL tells how to raise it" if plan.seconds >= _LONG else ""
    pace = f"{duration(plan.seconds)} at a forum's usual limit of {requests_per_minute} requests a minute{faster}"
    _say(console, 2, Text(pace))


def _details(plan: Summary) -> Iterator[str]:
    """What is out of the ordinary in a plan, a line each."""
    if plan.reserved:
        yield for_staff(plan.reserved)
    if plan.members:
        yield f"{_count(plan.members, 'member')} without a message, among the accounts"
    if plan.anonymous:
        who = _count(plan.anonymous, "person", "people")
        yield f"{who} without an account where they wrote: one more account posts for all, and says whose words"
    if plan.licences:
        yield f"posts name their source and licence: {', '.join(plan.licences)}"
    states = ((plan.pinned, "pinned"), (plan.closed, "closed"))
    if told := [f"{_count(count, 'topic')} {state}" for count, state in states if count]:
        yield ", ".join(told)
    if plan.nameless:
        also = f", of {plan.silent:,} the words, too" if plan.silent else ""
        yield f"withheld: the names of {_count(plan.nameless, 'person', 'people')}{also}"
    if plan.tags or plan.tags_cut:
        cut = f"; {plan.tags_cut:,} more have no room in their topics, and stay in the titles" if plan.tags_cut else ""
        yield f"{_count(plan.tags, 'tag')}{cut}"
    for reason, count in plan.left_out.items():
        yield f"left out: {count:,} {LEFT_OUT.get(reason, reason)}"


def _show_categories(console: Console, categories: Sequence[CategorySize]) -> None:
    for one in categories[:_CATEGORIES]:
        path = " › ".join(filter(None, (one.parent, one.name)))
        readers = f" (only {' and '.join(one.read_by)})" if one.read_by else ""
        _say(console, 4, Text(f"{printable(path + readers)}: {_count(one.topics, 'topic')}"))
    _show_rest(console, 4, len(categories) - _CATEGORIES)


def _show_rest(console: Console, indent: int, rest: int) -> None:
    if rest > 0:
        _say(console, indent, Text(f"and {rest:,} more"))


def _say(console: Console, indent: int, text: Text) -> None:
    """A paragraph; where output is piped, one line however long it is, so that it can be searched."""
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, indent), expand=False))
    else:
        console.print(Text(" " * indent).append_text(text))


def _hang(console: Console, text: Text) -> None:
    """A line whose number stands out, should it not fit."""
    if console.is_terminal:
        first, *others = text.wrap(console, console.width - _INDENT)
        console.print(first)
        for line in others:
            _say(console, _INDENT, line)
    else:
        console.print(text)


def _say_in_a_line(console: Console, text: Text) -> None:
    """A line that ends in "…" where the terminal does; where output is piped, all of it."""
    if console.is_terminal:
        console.print(text, no_wrap=True, overflow="ellipsis")
    else:
        console.print(text)


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
