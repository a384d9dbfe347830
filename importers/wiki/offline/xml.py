"""XML as a stream of bytes to the events of a reader: bounded, without DTDs, and going on behind what is broken.

Nothing of it is kept here: a reader collects what it wants in `found`, which is handed on after each block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar
from xml.parsers import expat

BLOCK = 1 << 18  # bytes read at once
LONGEST_TOKEN = 8 << 20  # bytes of a tag, comment or the like, which expat holds whole
MOST_NAMES = 10_000  # different names of tags and attributes, which expat never forgets
MOST_DEPTH = 200
MOST_BREAKS = 100  # in one file
_TEXT_AT_ONCE = 1 << 20  # bytes
_NEXT = re.compile(rb"<(page|mediawiki|board|topic)[\s>]")
_LONGEST_NEXT = 11  # bytes of it
# What is missing before the first tag that is read on from.
_BEFORE = {b"mediawiki": b"", b"topic": b"<mediawiki><board>"}
_ROOT = b"<mediawiki>"

Item = TypeVar("Item")
Trouble = Literal["damaged", "joined", "cut-off", "doctype", "hostile"]


@dataclass(frozen=True, slots=True)
class Break:
    """Where the XML is not as it should be. `goes_on`: what follows is read from the next page on."""

    trouble: Trouble
    byte: int
    goes_on: bool
    place: str  # as the reader says: a page's title


class Reader(Protocol[Item]):
    """What is told of tags and text. It sets `parser.CharacterDataHandler` while it wants text."""

    found: list[Item]  # emptied by whoever takes it

    def begin(self, parser: expat.XMLParserType, *, fresh: bool) -> None:
        """A document begins, or goes on with the next page (not `fresh`)."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """A tag opens."""

    def end(self, name: str) -> None:
        """And closes."""

    def broken(self) -> str:
        """Nothing follows in what is open; tells where that is."""


class _DoctypeError(Exception):
    """The document has a DTD."""


class _TooDeepError(Exception):
    """The document is nested too deep."""


class Bytes(Protocol):
    """What is read from."""

    def read(self, size: int, /) -> bytes: ...


def parsed(stream: Bytes, reader: Reader[Item]) -> Iterator[Item | Break]:
    """What the reader finds, and where the XML is broken, in order."""
    return _Parse(stream, reader).run()


class _Parse(Generic[Item]):
    def __init__(self, stream: Bytes, reader: Reader[Item]) -> None:
        self._stream = stream
        self._reader = reader
        self._read = 0  # bytes
        self._breaks = 0
        self._begin(0, b"")

    def _begin(self, offset: int, prefix: bytes) -> None:
        """A new parser; `prefix` is what is missing before the byte at `offset`."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = _TEXT_AT_ONCE
        self._parser = parser
        self._base = offset - len(prefix)
        self._depth = 0
        self._reader.begin(parser, fresh=not prefix)
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        if prefix:
            parser.Parse(prefix, False)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise _TooDeepError
        self._reader.start(name, attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._reader.end(name)

    def run(self) -> Iterator[Item | Break]:
        before = b""  # the end of what was read last, in which the next page may begin
        while True:
            data = self._stream.read(BLOCK)
            self._read += len(data)
            trouble = self._fed(data)
            yield from self._taken()
            ahead = before + data
            while trouble:
                byte = self._base + self._parser.ErrorByteIndex
                place = self._reader.broken()
                yield from self._taken()
                last = not data or trouble in ("doctype", "hostile") or self._breaks == MOST_BREAKS
                ahead = b"" if last else self._from_next(ahead, byte + 1)
                yield Break(trouble, byte, bool(ahead), place)
                if not ahead:
                    return
                self._breaks += 1
                trouble = self._fed(ahead)
                yield from self._taken()
            if not data:
                return
            before = ahead[-_LONGEST_NEXT:]

    def _taken(self) -> list[Item]:
        found, self._reader.found = self._reader.found, []
        return found

    def _fed(self, data: bytes) -> Trouble | None:
        """What was wrong with it; no data is the end."""
        try:
            self._parser.Parse(data, not data)
        except _DoctypeError:
            return "doctype"
        except _TooDeepError:
            return "damaged"
        except expat.ExpatError as error:
            if not data:
                return "cut-off"
            return "joined" if error.code in _AFTER_ROOT else "damaged"
        except (ValueError, LookupError):  # an encoding that Python does not know either
            return "hostile"
        if len(self._parser.intern) > MOST_NAMES:
            return "hostile"
        held = self._read - self._base - self._parser.CurrentByteIndex
        return "damaged" if held > LONGEST_TOKEN else None

    def _from_next(self, ahead: bytes, first: int) -> bytes:
        """The bytes read last from the next page on, but not before the byte `first`, with a parser for them; reads on
        until there is one, b"" where there is none."""
        match = _NEXT.search(ahead, max(0, first - self._read + len(ahead)))
        while not match:
            more = self._stream.read(BLOCK)
            if not more:
                return b""
            self._read += len(more)
            ahead = ahead[-_LONGEST_NEXT:] + more
            match = _NEXT.search(ahead)
        ahead = ahead[match.start() :]
        self._begin(self._read - len(ahead), _BEFORE.get(match[1], _ROOT))
        return ahead


def _refuse(*_: object) -> None:
    raise _DoctypeError


_AFTER_ROOT = [
    expat.errors.codes[text]
    for text in (expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT, expat.errors.XML_ERROR_MISPLACED_XML_PI)
]
