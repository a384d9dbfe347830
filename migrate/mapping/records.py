"""What a mapping file says, once it is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal, NamedTuple

from migrate.mapping.globs import covers, fits

# Under whose names posts stand: placeholder accounts, accounts that exist (else one account with bylines), one account.
Authors = Literal["placeholders", "existing", "byline"]

# What becomes of the text that is folded away: shown on a click, shown, not sent.
Tail = Literal["fold", "keep", "drop"]

Undated = Literal["keep", "leave-out"]

DEFAULT_RULE = -1  # where no rule fits: a category called like the source, public unless that is private


class SourceName(NamedTuple):
    """What a rule sees of a list or group."""

    id: int
    key: str
    name: str
    kind: str
    private: bool = False  # its export says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """For which threads it is (all that is given must fit), and what becomes of them."""

    source: tuple[str, ...] = ()  # patterns for the key or the name
    kind: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    skip: bool = False
    category: str | None = None  # None: called like the source
    parent: str | None = None
    color: str | None = None
    read: tuple[str, ...] = ()  # the only groups that may read the category
    private: bool = False  # the whole source is, whichever rule takes a thread of it
    public: bool = False  # private or not, everyone may read it
    tags: tuple[str, ...] = ()

    @property
    def takes_all(self) -> bool:
        """Whether it fits every thread of a source that it fits."""
        return not self.label and not self.title

    def fits_source(self, source: SourceName) -> bool:
        """Whether threads of that source can fit."""
        return (not self.source or fits(self.source, source.key, source.name)) and (
            not self.kind or fits(self.kind, source.kind)
        )

    def fits_thread(self, title: str, labels: Iterable[str]) -> bool:
        """Whether a thread fits whose source does."""
        return (not self.title or fits(self.title, title)) and (not self.label or fits(self.label, *labels))

    def single(self) -> Iterator[Rule]:
        """Rules with one pattern of each kind, which together fit the same threads."""
        asked = (self.source, self.kind, self.label, self.title)
        for source, kind, label, title in product(*(patterns or (None,) for patterns in asked)):
            yield Rule(source=_one(source), kind=_one(kind), label=_one(label), title=_one(title))

    def covers(self, other: Rule) -> bool:
        """Whether it fits every thread that `other` fits."""
        pairs = (
            (self.source, other.source),
            (self.kind, other.kind),
            (self.label, other.label),
            (self.title, other.title),
        )
        return all(
            not wide or (narrow and all(any(covers(one, pattern) for one in wide) for pattern in narrow))
            for wide, narrow in pairs
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """Lines that messages of some sources end with, and that are to be folded away; each line is a pattern."""

    source: tuple[str, ...] = ()
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A whole file. The first rule that fits a thread decides."""

    file: str = ""  # what it was read from, for messages
    text: str = ""
    authors: Authors | None = None
    account: str | None = None  # the user name of the one account that posts for those who have none
    quotes: Tail | None = None
    lang: str | None = None
    undated: Undated = "keep"  # messages without a usable date of their own
    mentions: bool = False  # references to people notify them, where they have an account of their own
    credit: str | None = None  # how the line that names source and licence is worded; None: as always; "": not there
    strip: tuple[str, ...] = ()  # beginnings that titles lose
    replace: tuple[tuple[re.Pattern[str], str], ...] = ()
    tags_from_prefix: bool | tuple[str, ...] = False  # True: every [prefix]; else these, as tags
    tags_from_labels: bool | tuple[str, ...] = False
    footers: tuple[Footer, ...] = ()
    accepted: tuple[str, ...] = ()  # codes of findings that somebody has looked at and decided on
    rules: tuple[Rule, ...] = ()

    def chain(self, source: SourceName) -> tuple[int, ...]:
        """The numbers of the rules that threads of a source may fit, in order; the last one fits all that are left."""
        found = []
        for number, rule in enumerate(self.rules):
            if rule.fits_source(source):
                found.append(number)
                if rule.takes_all:
                    return tuple(found)
        return (*found, DEFAULT_RULE)

    def is_private(self, source: SourceName) -> bool:
        """Whether its export or a rule says that the source is private."""
        return source.private or self.makes_private(source)

    def makes_private(self, source: SourceName) -> bool:
        """Whether a rule says that the source is private: then rules say, too, who may read it."""
        return any(rule.private and rule.fits_source(source) for rule in self.rules)

    def rule(self, number: int) -> Rule:
        """The rule of that number, or one that says nothing for DEFAULT_RULE."""
        return Rule() if number == DEFAULT_RULE else self.rules[number]

    def fold_footer(self, key: str, name: str, body: str, elided: str) -> tuple[str, str]:
        """A message's shown and folded text; what the file calls a footer of its source goes from one to the other."""
        for footer in self.footers:
            if (not footer.source or fits(footer.source, key, name)) and (at := _start(footer, body)):
                return body[:at].rstrip(), "\n\n".join(filter(None, (body[at:], elided)))
        return body, elided


def _one(pattern: str | None) -> tuple[str, ...]:
    return () if pattern is None else (pattern,)


def _start(footer: Footer, body: str) -> int:
    """Where the footer that a body ends with begins; 0 where there is none, or nothing else."""
    end = len(body)
    for pattern in reversed(footer.lines):
        line = ""
        while end > 0 and not line:
            start = body.rfind("\n", 0, end) + 1
            line = _bare(body[start:end])
            end = start - 1
        if not fits((pattern,), line):
            return 0
    return start if body[:start].strip() else 0


def _bare(line: str) -> str:
    """A line of Markdown as its author saw it, near enough."""
    return " ".join(re.sub(r"[\\<>]", "", line).split())
