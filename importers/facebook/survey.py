"""The first look through members' downloads: whose they are, which groups they know, how their strings are spoilt."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from importers.facebook.browser import browser_entries
from importers.facebook.groups import folded
from importers.facebook.layout import Holds, download_of, holds, is_html
from importers.facebook.shapes import is_comment, short_values, stated_author, stated_group, strings, title_in
from importers.facebook.streaming import Broken, Json, entries
from importers.facebook.text import one_line, votes
from importers.facebook.titles import Titles, author_in, frames
from migrate.model import Finding
from migrate.tree import TreeFile, opened, read_file

MOST_TITLES = 20_000  # distinct titles that are kept; those of posts name nothing but the group
MOST_NAMES = 2000  # groups or people that are known
LONGEST_PROFILE = 1 << 20  # bytes within which a profile says its name
LONGEST_PAGE = 24 * 1024 * 1024  # bytes of an HTML file: all of it must be held at once
_FULL_NAME = re.compile(
    rb'"(?:full_name|name)"\s*:\s*("(?:[^"\\\x00-\x1f\x7f-\xff]|\\(?:[bfnrt"/\\]|u[0-9a-fA-F]{4})){1,2000}")'
)
_ORDER: tuple[Holds, ...] = ("names", "comments", "mixed", "posts", "page")


@dataclass(slots=True)
class Surveyed:
    """One file with posts or comments. Strings are as they stand, of labelled values as mended."""

    file: TreeFile
    holds: Holds
    spoilt: bool = False
    titles: Counter[str] = field(default_factory=Counter)  # of posts
    groups: Counter[str] = field(default_factory=Counter)  # stated in comments
    labelled: Counter[str] = field(default_factory=Counter)  # known groups among labelled values
    entries: int = 0


@dataclass(slots=True)
class Download:
    """One member's download, or that of a page."""

    titles: Titles
    files: list[Surveyed]
    _read: dict[tuple[str, bool], str] = field(default_factory=dict)  # titles and what they name

    def group_of(self, raw: Json, surveyed: Surveyed) -> str:
        """The group an entry belongs to, by name; "" where it cannot be told."""
        if surveyed.holds == "page":
            return self.titles.owner
        if stated := stated_group(raw):
            return one_line(stated, spoilt=surveyed.spoilt)
        mended = (one_line(value, spoilt=surveyed.spoilt) for value in short_values(raw))
        return self.titles.known_group(mended) or self._group_in(title_in(raw), surveyed.spoilt)

    def counts(self) -> Counter[str]:
        """The groups, by name, with how many posts and comments each has."""
        counts: Counter[str] = Counter()
        for surveyed in self.files:
            if surveyed.holds == "page":
                counts[self.titles.owner] += surveyed.entries
                continue
            counts += surveyed.labelled
            for title, number in surveyed.titles.items():
                counts[self._group_in(title, surveyed.spoilt)] += number
            for group, number in surveyed.groups.items():
                counts[one_line(group, spoilt=surveyed.spoilt)] += number
        counts.pop("", None)
        return counts

    def _group_in(self, title: str, spoilt: bool) -> str:
        found = self._read.get((title, spoilt))
        if found is None:
            found = self.titles.group(one_line(title, spoilt=spoilt))
            if len(self._read) < MOST_TITLES:
                self._read[title, spoilt] = found
        return found


def survey(files: Sequence[TreeFile], asked: Sequence[str]) -> list[Download]:
    """Look through the files of all downloads; `asked` are names of groups that the user knows of.

    What one download knows of groups and people helps with the others.
    """
    parts: defaultdict[tuple[str, str], list[TreeFile]] = defaultdict(list)
    for file in files:
        parts[download_of(file)].append(file)
    looks = [_Look(each, asked) for each in parts.values()]
    looks = [look for look in looks if look.surveyed]
    groups = tuple(dict.fromkeys(name for look in looks for name in look.groups.values()))[:MOST_NAMES]
    people = tuple(dict.fromkeys(name for look in looks if (name := look.owner)))[:MOST_NAMES]
    found = []
    for look in looks:
        known = Titles(owner=look.owner, groups=groups, people=people)
        learned = Titles(look.owner, groups, people, frames(known, look.titles))
        found.append(Download(learned, look.surveyed))
    return found


def file_entries(file: TreeFile) -> Iterator[Json | Broken | Finding]:
    """The entries of a file, of both variants; what was wrong with the file comes last."""
    if is_html(file):
        data, trouble = read_file(file, LONGEST_PAGE)
        yield from browser_entries(data, comments=holds(file) == "comments")
        if trouble:
            yield trouble
        return
    with opened(file) as content:
        yield from entries(content.stream)
        if content.finding:
            yield content.finding


class _Look:
    """One download, looked through file by file: what names groups first, then what can be understood by them."""

    def __init__(self, files: Sequence[TreeFile], asked: Sequence[str]) -> None:
        self.groups = {folded(name): name for name in asked}
        self._authors: Counter[str] = Counter()
        self._said: list[str] = []  # titles of comments that do not state their author
        readable = [file for file in _without_twins(files) if holds(file) in _ORDER]
        readable.sort(key=lambda file: (_ORDER.index(holds(file) or "page"), file.path))
        self.surveyed = [each for file in readable if (each := self._look_through(file))]
        self.titles = [one_line(title, spoilt=each.spoilt) for each in self.surveyed for title in each.titles]
        stated = next((name for file in files if holds(file) == "owner" and (name := _profile_name(file))), "")
        author = next((name for name, _ in self._authors.most_common(1)), "")
        self.owner = stated or author or author_in([*self.titles, *self._said]) or _page(asked, self.titles)

    def _look_through(self, file: TreeFile) -> Surveyed | None:
        surveyed = Surveyed(file, holds(file) or "posts")
        names: dict[str, None] = {}
        vote = 0
        for raw in file_entries(file):
            if isinstance(raw, Broken | Finding):
                continue
            vote += sum(map(votes, strings(raw)))
            if surveyed.holds == "names":
                names.update(dict.fromkeys(strings(raw, values_only=True)))
            else:
                self._take(raw, surveyed)
        surveyed.spoilt = vote > 0
        for name in (*names, *surveyed.groups):
            self._know(one_line(name, spoilt=surveyed.spoilt))
        return surveyed if surveyed.holds != "names" else None

    def _take(self, raw: Json, surveyed: Surveyed) -> None:
        surveyed.entries += 1
        if author := stated_author(raw):
            self._authors[one_line(author, spoilt=True)] += 1
        elif is_comment(raw) and len(self._said) < MOST_NAMES:
            self._said.append(one_line(title_in(raw), spoilt=True))
        known = (self.groups.get(folded(one_line(value, spoilt=True))) for value in short_values(raw))
        if group := stated_group(raw):
            surveyed.groups[group] += 1
        elif value := next(filter(None, known), ""):
            surveyed.labelled[value] += 1
        elif not is_comment(raw):
            title = title_in(raw)
            if title in surveyed.titles or len(surveyed.titles) < MOST_TITLES:
                surveyed.titles[title] += 1

    def _know(self, name: str) -> None:
        if len(name) > 1 and len(self.groups) < MOST_NAMES:
            self.groups.setdefault(folded(name), name)


def _page(asked: Sequence[str], titles: Sequence[str]) -> str:
    """The page that the user named, if what was posted is by it: its download may hold no profile."""
    return next((name for name in asked if any(folded(title).startswith(f"{folded(name)} ") for title in titles)), "")


def _without_twins(files: Sequence[TreeFile]) -> list[TreeFile]:
    """Of a file in both variants the JSON one."""
    stems = {file.path.rpartition(".")[0] for file in files if not is_html(file)}
    return [file for file in files if not is_html(file) or file.path.rpartition(".")[0] not in stems]


def _profile_name(file: TreeFile) -> str:
    """Whose profile it is; nothing else of it is read."""
    if is_html(file):
        return ""
    with opened(file) as content:
        data = content.stream.read(LONGEST_PROFILE)
    found = _FULL_NAME.search(data)
    return one_line(json.loads(found[1]), spoilt=True) if found else ""
