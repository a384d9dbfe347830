"""A campaign's plain text as the body of a message: what Mailchimp makes of the HTML, or what somebody wrote so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from importers.mailchimp import merge_tags
from importers.mailchimp.conversion import Conversion, Losses, concluded, titled
from importers.mailchimp.facts import Facts
from importers.mailchimp.footer import Fate, fates
from importers.mailchimp.lines import Line
from importers.mailchimp.links import Kind, cleaned_in, look
from importers.mailchimp.merge_tags import MARKS
from migrate.content import escape, plain_to_markdown
from migrate.content.escape import clean

_MARK = MARKS.pattern
_ADDRESS = rf"(?:https?://|mailto:)[^\s()<>]{{1,4000}}|{_MARK}"
_LINKED = re.compile(rf"\(({_ADDRESS})\)|({_ADDRESS})")  # "Read more (https://…)", or the address alone
_RULE = re.compile(r"\s*([-=_*])\1{19,}\s*\Z")
_STARS = re.compile(r"\s{0,3}\*\* ?(?=\S)")  # before headings and links
_LONGEST_HEADING = 200


def convert_text(text: str, facts: Facts) -> Conversion:
    """The message of a campaign's plain text, merge tags and all. Never raises."""
    losses = Losses()
    filled = merge_tags.fill(clean(text), facts, markup=False)
    losses.add(filled)
    rows = [row.strip() for row in cleaned_in(filled.text).split("\n")]
    filled_rows = {at: None for at, row in enumerate(rows) if row and not _RULE.match(row)}
    lines = [_line(rows[i], i == 0 or i - 1 not in filled_rows, facts) for i in filled_rows]
    decided = dict(zip(filled_rows, fates(lines), strict=True))
    losses.lines += sum(1 for fate in decided.values() if fate is Fate.DROPPED)
    body, elided = (
        _markdown([row if decided.get(i, fate) is fate else "" for i, row in enumerate(rows)], facts, losses)
        for fate in (Fate.KEPT, Fate.FOLDED)
    )
    preview = merge_tags.fill(clean(facts.preview_text), facts, markup=False).text
    return concluded(titled(facts), body, elided, MARKS.sub("", preview), losses)


def _line(row: str, first: bool, facts: Facts) -> Line:
    texts: list[tuple[str, Kind | None]] = []
    at = 0
    for found in _LINKED.finditer(row):
        kind = look(found[1] or found[2], facts.archive_url).kind
        # What stands before an address in brackets is the link's text.
        texts.append((row[at : found.start()], kind if found[1] else None))
        texts.append((found[2] or "", kind) if not MARKS.fullmatch(found[0].strip("()")) else (found[0], None))
        at = found.end()
    texts.append((row[at:], None))
    return Line(texts=texts, first=first)


def _markdown(rows: Sequence[str], facts: Facts, losses: Losses) -> str:
    """The rows as Markdown: those with a rule below become headings, other rules stay rules."""
    parts: list[str] = []
    text: list[str] = []

    def end() -> None:
        parts.append(plain_to_markdown("\n".join(text), fold=False).body)
        text.clear()

    for at, row in enumerate(rows):
        if not _RULE.match(row):
            text.append(_shown(row, facts, losses))
            continue
        heading = text.pop() if at and rows[at - 1] and len(rows[at - 1]) <= _LONGEST_HEADING and row[0] == "-" else ""
        end()
        parts.append(f"## {escape(heading)}" if heading else "---")
    end()
    shown = [part for part in parts if part]
    return "\n\n".join(part for at, part in enumerate(shown) if part != "---" or shown[at - 1 : at] != ["---"])


def _shown(row: str, facts: Facts, losses: Losses) -> str:
    """A row without Mailchimp's marks and without addresses that were made for one reader."""

    def address(found: re.Match[str]) -> str:
        link = look(found[1] or found[2], facts.archive_url)
        losses.counted += link.kind == "tracked"
        if link.kind in ("reader", "here") or not link.address:
            return ""
        return f"({link.address})" if found[1] else link.address

    return MARKS.sub("", _LINKED.sub(address, _STARS.sub("", row, count=1))).strip()
