"""What is said of files that hold no pages: which are none of a wiki's, and why nothing could be read at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from importers.wiki.offline.inputs import HEAD
from migrate.files import Input
from migrate.model import Finding
from migrate.text import printable

Kind = Literal["empty", "web-page", "other"]
_KINDS: dict[Kind, tuple[str, str]] = {
    "empty": ("empty-file", "empty, as after a download that failed: download or copy it again."),
    "web-page": (
        "wiki-web-page",
        "HTML, as a browser saves a page or a wiki reports an error, and no XML export: download one from the wiki's"
        " page Special:Export, or give the wiki's address instead of a file.",
    ),
    "other": ("wiki-not-export", "neither an XML export of a wiki nor wikitext; passed over."),
}
_HTML = re.compile(rb"<!doctype\s+html\b|<(?:html|head|body)[\s>]", re.IGNORECASE)
_NAME = ".xml"  # among other files, pages of the web are no exports that failed
_DAMAGED = ("read-truncated", "read-damaged", "wiki-xml-cut-off", "wiki-xml-damaged")
# What a finding says of the rest of the file: where nothing was read it is not so.
_REST = re.compile(r"; (?:what came before|it was read on)\b[^;]*\.\Z")
_MOST_SAID = 3
_SEVERITIES = ("error", "warning", "info")


class Others:
    """Files that are not read, by what they are."""

    def __init__(self) -> None:
        self._labels: dict[Kind, list[str]] = {kind: [] for kind in _KINDS}

    def add(self, item: Input) -> None:
        """Look at the beginning of one."""
        head = item.stream.peek(HEAD)[:HEAD].removeprefix(b"\xef\xbb\xbf").strip()
        kind: Kind = "other" if head else "empty"
        if _NAME in item.label.lower() and _HTML.search(head):
            kind = "web-page"
        self._labels[kind].append(item.label)

    def told(self) -> Iterator[Finding]:
        """What there is to say, once for each kind."""
        for kind, (code, words) in _KINDS.items():
            if labels := self._labels[kind]:
                more = f" and {len(labels) - 1:,} more files are" if len(labels) > 1 else " is"
                text = f"{labels[0]}{more} {words}"
                yield Finding(stage="read", severity="warning", code=code, text=text, locator=labels[0])


def nothing_read(files: Sequence[str], findings: Sequence[Finding], missing: Sequence[str]) -> str:
    """The error for files with nothing to read: what is `missing` of what was asked for, else why, with what to do."""
    where = printable(", ".join(files))
    if missing:
        return f"{where}: {' '.join(missing)}"
    if not findings:
        return f"{where}: there are no pages in it that discussions are held on."
    worst = sorted(findings, key=lambda finding: _SEVERITIES.index(finding.severity))
    damaged = tuple(finding.locator for finding in findings if finding.code in _DAMAGED)
    told = [each for each in worst if not (each.code == _KINDS["empty"][0] and each.locator.startswith(damaged))]
    said = list(dict.fromkeys(_placed(finding, where) for finding in told))
    more = f" There are {len(said) - _MOST_SAID:,} more messages like these." if len(said) > _MOST_SAID else ""
    advice = " Download or copy it again, whole." if worst[0].code in _DAMAGED else ""
    return f"{where}: there is nothing to read. {' '.join(said[:_MOST_SAID])}{more}{advice}"


def _placed(finding: Finding, where: str) -> str:
    text = _REST.sub(".", finding.text)
    known = where.endswith(finding.locator) or finding.locator in text
    return text if known else f"{finding.locator}: {text}"
