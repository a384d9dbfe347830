"""Footers learned per list: what hundreds of its messages end with, whoever wrote them, is folded away.

The lines stay in the message: they move from the end of what is shown to the start of what is folded. What was found
is kept with the list, so that messages read later need no look at the earlier ones.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import islice, pairwise, starmap, takewhile
from typing import NamedTuple

from migrate.archive import Archive
from migrate.content.mended import NEXT_PART
from migrate.content.quotes import shown
from migrate.model import Finding

FEWEST = 20  # messages that end with it, if the list is small …
SHARE = 20  # … else one in so many …
ENOUGH = 100  # … and never more than this
AUTHORS = 5  # at least, so that nobody's signature is taken for the list's
LARGEST_SHARE = 2 / 3  # of one author, who may write under several addresses
GROWTH = 5 / 4  # of a list, until it is looked at anew
SAMPLE = 20_000  # messages of a list that are looked at, evenly spread

LEARNED = "footer-learned"

_LINES = 20  # of a footer
_COUNTED = (1, 4, _LINES)  # one after another: where the last lines are rare, what ends with them is, too
_TAIL = 2500  # characters that may hold it
_TOLD = 200  # characters of a line that are looked at
_MOST_BUCKETS = 1 << 22
_REMEMBERED = 1024  # lines
_LONG_LINE = 25  # characters; shorter ones may be a greeting
_WORDS = 4  # beside an address in a line, or else the address is what the line says

_ADDRESS = re.compile(r"https?://([^\s/<>]{1,200})\S*")
_DIGITS = re.compile(r"\d+")
_RULE = re.compile(r"[-_=*#~ ]{2,}$")
_EVIDENCE = re.compile(r"https?://|www\.|\S@\S")
_NO_FOOTER = (">", "`", "|", NEXT_PART)  # how quotes, fences, tables and files begin
_FILES = ("/attachments/", "](attachment:")

_SAMPLED = """
    SELECT message.id, source_id, author_id, substr(body, ?)
    FROM message JOIN content ON message_id = message.id JOIN grown ON source = source_id
    WHERE message.id % step = 0 AND message.id NOT IN (SELECT ref FROM operation WHERE kind = 'post')
"""
_GATHERED = """
    SELECT id, source_id, author_id, substr(body, ?)
    FROM gathered JOIN message ON id = gathered.message JOIN content ON message_id = id
"""
_TO_FOLD = """
    SELECT id, source_id, author_id, substr(body, ?) FROM message JOIN content ON message_id = id
    WHERE source_id IN (SELECT source_id FROM footer) AND (position IS NULL OR source_id IN (SELECT source FROM grown))
          AND id NOT IN (SELECT ref FROM operation WHERE kind = 'post')
"""
# What many people's messages end with, and none's for the most part.
_FREQUENT = """
    SELECT value, before, lines, line, source, sum(uses)
    FROM (SELECT value, before, lines, max(line) AS line, source, count(*) AS uses
          FROM suffix JOIN person ON person.id = author GROUP BY value, coalesce(same_as, author))
    GROUP BY value HAVING count(*) >= ? AND max(uses) <= sum(uses) * ? AND sum(uses) >= ?
    ORDER BY lines, value
"""


class _Body(NamedTuple):
    """What is needed of a message."""

    message: int
    source: int
    author: int
    text: str  # at least the last characters of its body


# The last so many lines of a body: a digest of them and of the list, that of the same without the first line, the first
# line, and the length in characters, as they stand in the body.
_Suffix = tuple[int, int, str, int]


def fold_footers(archive: Archive) -> None:
    """Learn the footers of lists that have grown, and fold them in all messages that were not sent to a forum yet.

    Run within a transaction, before new messages are settled.
    """
    db = archive.db
    grown = _grown(db)
    db.execute("CREATE TEMP TABLE grown (source INTEGER PRIMARY KEY, step INTEGER)")
    if grown:
        _learn(db, grown)
    _fold(archive)
    db.execute("DROP TABLE grown")
    db.executemany(
        "UPDATE source SET footers_among = ? WHERE id = ?", [(count, source) for source, count in grown.items()]
    )


def _grown(db: sqlite3.Connection) -> dict[int, int]:
    """The lists to be looked at, with how many messages each has now."""
    query = (
        "SELECT source.id, count(*), footers_among FROM source JOIN message ON message.source_id = source.id"
        " GROUP BY source.id"
    )
    return {
        source: count
        for source, count, before in db.execute(query)
        if count >= FEWEST and count >= before * GROWTH and count > before
    }


def _learn(db: sqlite3.Connection, grown: dict[int, int]) -> None:
    """Add the footers of these lists; what is rare is passed over roughly, in little memory, before it is counted."""
    steps = {source: -(-count // SAMPLE) for source, count in grown.items()}
    least = {source: max(FEWEST, min(-(-count // SHARE), ENOUGH) // steps[source]) for source, count in grown.items()}
    db.executemany("INSERT INTO grown VALUES (?, ?)", steps.items())
    sketch = _Sketch(sum(grown.values()) * _LINES)
    _gather(db, sketch, min(least.values()))
    for known, end in pairwise(_COUNTED):
        for body in _bodies(db, _GATHERED):
            suffixes = _suffixes(body)
            if sketch.has(islice(suffixes, known), least[body.source]):
                sketch.add(islice(suffixes, end - known))
    db.execute("CREATE TEMP TABLE suffix (value INTEGER, before INTEGER, lines INTEGER, line, author, source)")
    db.executemany(
        "INSERT INTO suffix VALUES (?, ?, ?, ?, ?, ?)",
        (
            (value, before, number, line[:_TOLD], body.author, body.source)
            for body in _bodies(db, _GATHERED)
            for number, (value, before, line, _) in enumerate(sketch.most(_suffixes(body), least[body.source]), start=1)
        ),
    )
    rows = db.execute(_FREQUENT, (AUTHORS, LARGEST_SHARE, FEWEST)).fetchall()
    db.executemany("INSERT OR IGNORE INTO footer VALUES (?, ?, ?, 0)", _footers(rows, least))
    db.execute("DROP TABLE suffix")
    db.execute("DROP TABLE gathered")


def _gather(db: sqlite3.Connection, sketch: _Sketch, least: int) -> None:
    """Count the last lines, and note the messages whose last line so many may have: most have one of their own."""
    messages, values = array("i"), array("q")
    for body in _bodies(db, _SAMPLED):
        for suffix in islice(_suffixes(body), 1):
            sketch.add([suffix])
            messages.append(body.message)
            values.append(suffix[0])
    alike = ((message,) for message, value in zip(messages, values, strict=True) if sketch.count(value) >= least)
    db.execute("CREATE TEMP TABLE gathered (message INTEGER PRIMARY KEY)")
    db.executemany("INSERT INTO gathered VALUES (?)", alike)


class _Sketch:
    """Counts of so many suffixes, roughly: never too low."""

    def __init__(self, suffixes: int) -> None:
        self._buckets = min(4 * suffixes, _MOST_BUCKETS)
        self._counts = array("I", [0]) * self._buckets

    def add(self, suffixes: Iterable[_Suffix]) -> None:
        for value, *_ in suffixes:
            self._counts[value % self._buckets] += 1

    def count(self, value: int) -> int:
        """How often one was counted, or more."""
        return self._counts[value % self._buckets]

    def has(self, suffixes: Iterable[_Suffix], least: int) -> bool:
        """Whether all of these may have been counted so often."""
        return all(self.count(value) >= least for value, *_ in suffixes)

    def most(self, suffixes: Iterable[_Suffix], least: int) -> list[_Suffix]:
        """Those that may have been counted so often, up to the first that was not."""
        return list(takewhile(lambda suffix: self.count(suffix[0]) >= least, suffixes))


def _footers(rows: list[tuple[int, int, int, str, int, int]], least: dict[int, int]) -> list[tuple[int, int, int]]:
    """Which suffixes are footers: their first line belongs to the lines below, and something shows what they are.

    What almost always continues upwards is not whole. Rows are ordered by their number of lines.
    """
    uses: dict[int, int] = {}
    proven: set[int] = set()  # an address or a rule is in it
    alone: Counter[int] = Counter()  # how often it does not continue
    for value, before, lines, line, source, count in rows:
        if count < least[source] or not (lines == 1 or _belongs(line, count, uses.get(before, 0))):
            continue
        uses[value] = alone[value] = count
        alone[before] -= count
        if before in proven or _tells(line):
            proven.add(value)
    return [
        (value, source, lines)
        for value, _, lines, _, source, _ in rows
        if value in proven and alone[value] >= least[source]
    ]


def _belongs(line: str, count: int, below: int) -> bool:
    """Whether a line that so often stands above so many equal lines is of the same footer; greetings are not."""
    return below > 0 and (2 * count >= below or len(line) >= _LONG_LINE or _tells(line))


def _tells(line: str) -> bool:
    return bool(_RULE.match(line) or _EVIDENCE.search(line))


def _bodies(db: sqlite3.Connection, query: str) -> Iterator[_Body]:
    return starmap(_Body, db.execute(query, (-_TAIL,)))


def _suffixes(body: _Body) -> Iterator[_Suffix]:
    """The last line of a body, the last two lines, and so on."""
    text = body.text
    digest = blake2b(str(body.source).encode(), digest_size=8)
    before = number = 0
    end = len(text)
    while end > 0 and number < _LINES:
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end]
        end = start - 1
        if not line:
            continue
        if not start and len(text) == _TAIL:  # only the end of a line
            break
        number += 1
        compared = _comparable(line, last=number == 1)
        if compared is None:
            break
        digest.update(b"\n" + compared.encode())
        value = int.from_bytes(digest.digest(), "big", signed=True)
        yield value, before, compared, len(text) - start
        before = value


@lru_cache(_REMEMBERED)
def _comparable(line: str, *, last: bool) -> str | None:
    """The line without what differs from message to message: numbers, and addresses of single pages; None for what no
    footer goes on with.

    Where the last line is hardly more than an address, that is whole what the author says: "see …/ticket/17".
    """
    if line.startswith(_NO_FOOTER) or any(map(line.__contains__, _FILES)):
        return None
    line = line.replace("\\", "").strip()
    if "://" in line and "](" not in line:
        if len(line.split()) > _WORDS:
            line = _ADDRESS.sub(r"https://\1", line)
        elif last:
            return line
    return _DIGITS.sub("0", line)


def _fold(archive: Archive) -> None:
    """Fold the longest known footer of each message of these lists, and of each new message."""
    db = archive.db
    known = dict(db.execute("SELECT suffix, lines FROM footer"))
    if not known:
        return
    longest = max(known.values())
    found = array("q")
    for body in _bodies(db, _TO_FOLD):
        footers = [suffix for suffix in islice(_suffixes(body), longest) if suffix[0] in known]
        if footers:
            value, _, _, length = footers[-1]
            found.extend((body.message, length, value))
    uses: Counter[int] = Counter()
    for message, length, value in zip(found[::3], found[1::3], found[2::3], strict=True):
        uses[value] += _fold_one(db, message, length)
    db.executemany(
        "UPDATE footer SET uses = uses + ? WHERE suffix = ?", [(count, value) for value, count in uses.items()]
    )
    _report(archive, [value for value, count in uses.items() if count])


def _fold_one(db: sqlite3.Connection, message: int, length: int) -> bool:
    """Fold the last so many characters of a body, and what then ends it and would have been folded without them."""
    body, elided = db.execute("SELECT body, elided FROM content WHERE message_id = ?", (message,)).fetchone()
    kept, footer = body[:-length].rstrip("\n"), body[-length:]
    if not kept or kept.count("```") % 2:
        return False  # there must be something to show, and no half of a fence
    lines = kept.split("\n")
    end = shown([line.replace("\\", "") for line in lines])
    stop = end[0].stop if len(end) == 1 and end[0].start == 0 else len(lines)
    texts = ["\n".join(lines[stop:]).strip("\n"), footer, elided]
    db.execute(
        "UPDATE content SET body = ?, elided = ? WHERE message_id = ?",
        ("\n".join(lines[:stop]).rstrip("\n"), "\n\n".join(filter(None, texts)), message),
    )
    return True


def _report(archive: Archive, values: Iterable[int]) -> None:
    query = "SELECT source.key, lines, uses FROM footer JOIN source ON source.id = source_id WHERE suffix = ?"
    for value in values:
        source, lines, uses = archive.db.execute(query, (value,)).fetchone()
        locator = f"{source}#{value & 0xFFFF_FFFF:08x}"
        archive.db.execute("DELETE FROM finding WHERE code = ? AND locator = ?", (LEARNED, locator))
        text = (
            f"{uses} messages of this list end with the same {lines} lines, whoever wrote them; these are folded away."
        )
        archive.add_finding(
            Finding(stage="settle", severity="info", code=LEARNED, text=text, source=source, locator=locator)
        )
