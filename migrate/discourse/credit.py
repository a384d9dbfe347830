"""The line at the end of a post that says where it comes from, who wrote it, and under which licence.

It is in small print, which no text of a source can be: so it is known again on the forum.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from migrate.archive import Archive
from migrate.content.escape import clean, escape_inline
from migrate.redact import Redaction

_OPEN, _CLOSE = "<small>", "</small>"
_LINE = re.compile(rf"(?:\A|\n){_OPEN}[^\n]*{_CLOSE}\Z")
_LINK = re.compile(r"\[(?P<shown>(?:[^\[\]\\]|\\.)*)\]\((?P<url>https?://[^\s()<>]+)\)")
_IN_URL = "/:?@!$&*+,;=~%-._#'"  # what stays as it is; brackets would end a link in Markdown
_LONGEST = 200  # characters of a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Where a message comes from, as plain text."""

    source: str
    url: str | None  # where it can be seen
    licence: str
    licence_url: str | None


def credit_of(archive: Archive, message_id: int) -> Credit | None:
    """Whom a message is owed to; None where its source names no licence."""
    query = (
        "SELECT source.name, coalesce(message.url, source.url), licence, licence_url FROM message"
        " JOIN source ON source.id = source_id WHERE message.id = ? AND licence <> ''"
    )
    row = archive.db.execute(query, (message_id,)).fetchone()
    return Credit(source=row[0], url=row[1], licence=row[2], licence_url=row[3]) if row else None


def sent_without(archive: Archive) -> dict[int, int]:
    """The posts that forums have of sources that name no licence: how many, by source id."""
    query = (
        "SELECT source.id, count(*) FROM operation JOIN target ON target.id = target_id"
        " AND target.generation = operation.generation JOIN message ON message.id = ref"
        " JOIN source ON source.id = message.source_id"
        " WHERE operation.kind = 'post' AND part = 0 AND state = 'done' AND licence = '' GROUP BY source.id"
    )
    return dict(archive.db.execute(query).fetchall())


def credit_line(wording: str, credit: Credit, author: str, date: str) -> str:
    """The line as neutral Markdown. `wording` holds {source}, {author}, {date} and {licence}, as `Words.credit`."""
    return (
        _OPEN
        + " ".join(
            wording.format(
                source=_linked(credit.source, credit.url),
                author=_plain(author),
                date=_plain(date),
                licence=_linked(credit.licence, credit.licence_url),
            ).split()
        )
        + _CLOSE
    )


def redacted(raw: str, redaction: Redaction, *, is_own: bool) -> str:
    """A post without the names of people who are to be forgotten in its last line, if that is such a one.

    `is_own`: they wrote it. Nothing leads to a place that is called after them.
    """
    found = _LINE.search(raw)
    if found is None:
        return raw
    line = _LINK.sub(lambda link: _without_names(link, redaction), found[0])
    return raw[: found.start()] + (redaction.in_credit(line) if is_own else line)


def _without_names(link: re.Match[str], redaction: Redaction) -> str:
    url = redaction.in_url(link["url"])
    return f"[{link['shown']}]({url})" if url else link["shown"]


def _linked(text: str, url: str | None) -> str:
    target = _target(url or "")
    return f"[{_plain(text)}]({target})" if target else _plain(text)


def _target(url: str) -> str:
    """An address as the target of a link; "" for what is none of a page on the web."""
    return quote(clean(url), safe=_IN_URL, errors="replace") if url.startswith(("http://", "https://")) else ""


def _plain(text: str) -> str:
    return escape_inline(clean(" ".join(text.split())[:_LONGEST]), urls=False)
