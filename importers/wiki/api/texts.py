"""The texts of pages, the versions before them, and what templates make of themselves: asked of the wiki."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from importers.wiki.api.client import BATCH, Answer, RefusedError, Wiki, things
from importers.wiki.history import LineHistory, Version, numbered
from importers.wiki.page import Page, Revision
from importers.wiki.structured.values import inside, mapping, number, text

MOST_VERSIONS = 500  # of one page that are looked through
MOST_TEXT = 16 * 1024 * 1024  # characters of them
_AT_ONCE = 4 * 1024 * 1024  # bytes of versions in a request
_MOST_CALLS = 40  # templates in a request
_CALLS_LENGTH = 20_000  # characters of them
_ENOUGH_WITHOUT = 5  # versions in a row without the words; pages are emptied and restored
_HIDDEN = ("texthidden", "suppressed")


@dataclass(frozen=True, slots=True)
class Told:
    """A version as the wiki tells it."""

    revision: Revision | None  # None without a date
    parent: int | None
    text: str | None  # None where it is hidden, or no longer there
    hidden: bool  # something of it is


def current_texts(wiki: Wiki, revisions: Sequence[int]) -> dict[int, Told]:
    """The versions with these numbers; those that are not in it the wiki no longer has."""
    try:
        return _current(wiki, revisions)
    except RefusedError:
        pass
    found: dict[int, Told] = {}
    for revision in revisions:  # one of them may be damaged in the wiki's database
        try:
            found |= _current(wiki, [revision])
        except RefusedError:
            continue
    return found


def _current(wiki: Wiki, revisions: Sequence[int]) -> dict[int, Told]:
    found = {}
    for page in wiki.pages(revids="|".join(map(str, revisions)), prop="revisions", **_with_text()):
        for each in things(page.get("revisions")):
            found[number(each.get("revid"))] = _told(each)
    return found


def first_revision(wiki: Wiki, page: int) -> Revision | None:
    """Who began the page; None where that is not told."""
    query = {"prop": "revisions", "pageids": page, "rvdir": "newer", "rvlimit": 1, "rvprop": _PROPERTIES}
    try:
        answer = wiki.ask("query", **query)
    except RefusedError:
        return None
    told = [
        _told(each) for found in things(inside(answer, "query", "pages")) for each in things(found.get("revisions"))
    ]
    return told[0].revision if told else None


def with_history(wiki: Wiki, page: Page, lines: frozenset[str]) -> Page:
    """The page with who brought which line, as far as that has to be known for these lines of its text.

    Versions are looked at from the newest on, until the lines are not there yet.
    """
    versions: list[Told] = []
    size = without = 0
    try:
        for told in _versions(wiki, page):
            versions.append(told)
            size += len(told.text or "")
            if told.text is not None:
                without = without + 1 if lines.isdisjoint(told.text.split("\n")) else 0
            if without >= _ENOUGH_WITHOUT or len(versions) >= MOST_VERSIONS or size > MOST_TEXT:
                break
    except RefusedError:
        return page
    history = LineHistory()
    for place, told in enumerate(reversed(versions)):
        if told.revision:
            history.add(_version(told.revision, told.parent, place), told.text)
    owners, numbers = numbered(history.owners())
    by_id = {told.revision.id: told.revision for told in versions if told.revision}
    if len(numbers) != page.text.count("\n") + 1:  # somebody has written meanwhile
        return page
    return replace(page, revisions=tuple(by_id[owner.id] for owner in owners), lines=tuple(numbers))


def _versions(wiki: Wiki, page: Page) -> Iterator[Told]:
    """From the page's own version back."""
    limit = max(1, min(BATCH, _AT_ONCE // (len(page.text) + 1)))
    start = page.revision.id if page.revision else None
    for found in wiki.pages(pageids=page.id, prop="revisions", rvstartid=start, rvlimit=limit, **_with_text()):
        yield from map(_told, things(found.get("revisions")))


def _version(revision: Revision, parent: int | None, place: int) -> Version:
    time = revision.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Version(revision.id, parent, time, revision.user, revision.comment, (time, revision.id, place))


_PROPERTIES = "ids|timestamp|user|comment"


def _with_text() -> Mapping[str, str]:
    return {"rvprop": f"{_PROPERTIES}|content", "rvslots": "main"}


def _told(each: Answer) -> Told:
    slot = mapping(inside(each, "slots", "main")) or each  # before 1.32 it stands in the revision itself
    content = slot.get("content", slot.get("*"))
    hidden = any(flag in part for part in (each, slot) for flag in _HIDDEN)
    at = _moment(each.get("timestamp"))
    user = text(each.get("user")) or None
    revision = (
        None
        if at is None
        else Revision(
            id=number(each.get("revid")),
            at=at,
            # Who may see what is hidden is shown it, marked as such: it stays out all the same.
            user=None if "userhidden" in each else user,
            comment="" if "commenthidden" in each else text(each.get("comment")),
        )
    )
    usable = isinstance(content, str) and not hidden and "textmissing" not in slot
    return Told(
        revision=revision,
        parent=number(each.get("parentid")) or None,
        text=text(content).replace("\r\n", "\n") if usable else None,
        hidden=hidden or "userhidden" in each or "commenthidden" in each,
    )


def _moment(value: object) -> datetime | None:
    try:
        return datetime.strptime(text(value)[:30], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


class Expansions:
    """What templates give on this wiki, several asked for at a time, each once."""

    def __init__(self, wiki: Wiki) -> None:
        self._wiki = wiki
        self._known: dict[str, str | None] = {}

    def get(self, source: str) -> str | None:
        """Of a call ("{{foo|bar}}") that was asked for; None where the wiki did not answer."""
        return self._known.get(source)

    def one(self, title: str, source: str) -> str | None:
        """The same, asked for now."""
        self.ask(title, [source])
        return self.get(source)

    def ask(self, title: str, sources: Sequence[str]) -> None:
        """Have those expanded that are not known yet, as they would be on that page."""
        batch: list[str] = []
        for source in dict.fromkeys(sources):
            if source in self._known or len(source) > _CALLS_LENGTH:
                continue
            if len(batch) >= _MOST_CALLS or sum(map(len, batch)) + len(source) > _CALLS_LENGTH:
                self._expand(title, batch)
                batch = []
            batch.append(source)
        self._expand(title, batch)

    def _expand(self, title: str, sources: Sequence[str]) -> None:
        if not sources:
            return
        mark = "migrate" + hashlib.sha256("\0".join(sources).encode()).hexdigest()[:24]
        whole = self._expanded(title, f"\n{mark}\n".join(sources))
        parts = [] if whole is None else whole.split(f"\n{mark}\n")
        if len(parts) == len(sources):
            self._known.update(zip(sources, parts, strict=True))
        elif len(sources) == 1:
            self._known[sources[0]] = None
        else:  # one of them swallows what follows
            middle = len(sources) // 2
            self._expand(title, sources[:middle])
            self._expand(title, sources[middle:])

    def _expanded(self, title: str, wikitext: str) -> str | None:
        """None where the wiki refuses."""
        try:
            answer = self._wiki.ask("expandtemplates", title=title, text=wikitext, prop="wikitext")
        except RefusedError:
            return None
        said = mapping(answer.get("expandtemplates"))
        return text(said.get("wikitext", said.get("*")))
