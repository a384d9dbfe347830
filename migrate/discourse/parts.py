"""A text that is longer than a post may be, cut into several: between its blocks, and inside one only where it must.

What is cut inside is closed and opened again: fences with what they are marked as, boxes with whom they quote, folded
text with its title, tables with their head.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from migrate.content.blockquotes import FENCE

_OPENS = re.compile(r"\[(quote|details)\b.*\]")
_TABLE_RULE = re.compile(r"\|?[ \t]*:?-[-:| \t]*")
_DEEPEST = 20  # levels of quotes that are looked into
_MARK = "> "
_ZERO_WIDTH_JOINER = "\u200d"
_JOINED = ("Mn", "Mc", "Me", "Cf")  # categories of characters that belong to the one before
_LEAST = 40  # characters between an opening and a closing line; with less room these are text like the rest

# What is not to be cut: a link, an address in angle brackets, code, an escape.
_WORD = re.compile(
    r"(?:!?\[(?:[^\[\]\\\n]|\\.){0,2000}\]\([^()\s]{0,2000}\)|<[^<>\s]{1,2000}>|`[^`\n]{1,2000}`|\\.|\S)+"
)
# A word that would start a block at the beginning of a line, where it had none before.
_BLOCK = re.compile(r"(?=[-+*](?:\s|\Z)|\#{1,6}(?:\s|\Z)|>|```|~~~|[-=]+\s*\Z|\|)|\d{1,9}(?=[.)](?:\s|\Z))")


def split_post(raw: str, limit: int, continued: str) -> list[str]:
    """The text in parts of at most `limit` characters, in their order; all but the first begin with `continued`.

    A text that fits is its only part. Blank lines at a cut are not kept; everything else is in one of the parts.
    """
    if len(raw) <= limit:
        return [raw]
    header = f"*{continued}*\n\n"
    pieces = _pack(raw.split("\n"), limit, limit - len(header))
    return [pieces[0], *(header + piece for piece in pieces[1:])]


@dataclass(slots=True)
class _Block:
    """Lines that belong together; `head` and `tail` are what a cut opens and closes again."""

    lines: list[str]
    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    is_quote: bool = False
    is_text: bool = True  # else its lines are not looked into

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def _pack(lines: Sequence[str], first: int, room: int, marks: int = 0) -> list[str]:
    """The lines in pieces: the first of at most so many characters, the others of `room`.

    `marks` is how many characters every line will have before it.
    """
    done: list[str] = []
    piece, limit = "", first
    for found in _blocks(lines):
        block, text = found, found.text
        joined = f"{piece}\n\n{text}" if piece else text
        if _size(joined, marks) <= limit:
            piece = joined
            continue
        if piece:
            done.append(piece)
            piece, limit = "", room
            block = _outside_lists(found)
            text = block.text
        if _size(text, marks) > limit:
            *full, text = _cut(block, limit, room, marks)
            done += full
            limit = room
        piece = text
    return [*done, piece] if piece or not done else done


def _size(text: str, marks: int) -> int:
    return len(text) + marks * (text.count("\n") + 1)


def _blocks(lines: Sequence[str]) -> Iterator[_Block]:
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        block = _fence(lines, at) or _box(lines, at) or _paragraph(lines, at)
        yield block
        at += len(block.lines)


def _fence(lines: Sequence[str], at: int) -> _Block | None:
    """A fence, if one opens at that line; those in quotes and lists belong to what they stand in."""
    mark = FENCE.match(lines[at])
    if mark is None or mark[1].strip():
        return None
    stop = _fence_end(lines, at, mark[2])
    # What stands round a fence ends it, too.
    opening, *code, closing = lines[at:stop] if stop else [*lines[at:], mark[1] + mark[2]]
    return _Block([opening, *code, closing], (opening,), (closing,), is_text=False)


def _outside_lists(block: _Block) -> _Block:
    """A block that begins a piece: a fence that was indented for its list would be no fence without it."""
    spaces = len(block.lines[0]) - len(block.lines[0].lstrip(" "))
    if not spaces or not block.tail:
        return block
    lines = [line[min(spaces, len(line) - len(line.lstrip(" "))) :] for line in block.lines]
    return replace(block, lines=lines, head=(lines[0],), tail=(lines[-1],))


def _fence_end(lines: Sequence[str], at: int, fence: str) -> int | None:
    for index in range(at + 1, len(lines)):
        mark = FENCE.match(lines[index])
        if mark and mark[2].startswith(fence) and not mark[1].strip() and not mark[3].strip():
            return index + 1
    return None


def _box(lines: Sequence[str], at: int) -> _Block | None:
    """A quote box or folded text, with all that stands in it."""
    opening = _OPENS.fullmatch(lines[at])
    if opening is None:
        return None
    closing, depth, index = f"[/{opening[1]}]", 0, at
    while index < len(lines) and depth <= _DEEPEST:
        if fence := _fence(lines, index):
            index += len(fence.lines)
            continue
        depth += bool((other := _OPENS.fullmatch(lines[index])) and other[1] == opening[1])
        depth -= lines[index] == closing
        index += 1
        if not depth:
            return _Block(list(lines[at:index]), (lines[at], ""), ("", closing))
    return None


def _paragraph(lines: Sequence[str], at: int) -> _Block:
    """Lines up to a blank one; what is indented after it belongs to them (a list item goes on)."""
    stop = at + 1
    while stop < len(lines) and not (_starts_block(lines, stop) or _ends(lines, stop)):
        stop += 1
    found = list(lines[at:stop])
    while not found[-1].strip():
        found.pop()
    if all(line.startswith(">") for line in found):
        return _Block(found, is_quote=True)
    if len(found) > 2 and "|" in found[1] and _TABLE_RULE.fullmatch(found[1].strip()):
        return _Block(found, (found[0], found[1]), is_text=False)
    return _Block(found)


def _starts_block(lines: Sequence[str], at: int) -> bool:
    return bool(_OPENS.fullmatch(lines[at]) or (("```" in lines[at] or "~~~" in lines[at]) and _fence(lines, at)))


def _ends(lines: Sequence[str], at: int) -> bool:
    while at < len(lines) and not lines[at].strip():
        at += 1
        if at == len(lines) or lines[at][:1].strip():
            return True
    return False


def _cut(block: _Block, first: int, room: int, marks: int) -> list[str]:
    """A block that is too long, in pieces."""
    around = sum(len(line) + 1 + marks for line in (*block.head, *block.tail))
    if (block.head or block.tail) and min(first, room) - around - marks >= _LEAST:
        inner = block.lines[_lines(block.head) : len(block.lines) - _lines(block.tail)]
        put = _pack if block.is_text else _pack_code
        pieces = put(inner, first - around, room - around, marks)
        return ["\n".join((*block.head, piece, *block.tail)) for piece in pieces]
    if block.is_quote and marks < _DEEPEST * len(_MARK) and min(first, room) - marks >= _LEAST:
        inner = [line[1:].removeprefix(" ") for line in block.lines]
        return [_quoted(piece) for piece in _pack(inner, first, room, marks + len(_MARK))]
    return _pack_lines(block.lines, first, room, marks)


def _lines(around: tuple[str, ...]) -> int:
    """How many lines of a block its head or tail are; the blank ones are put there by us."""
    return sum(1 for line in around if line)


def _quoted(text: str) -> str:
    return "\n".join(f"{_MARK}{line}".rstrip() for line in text.split("\n"))


def _pack_code(lines: Sequence[str], first: int, room: int, marks: int) -> list[str]:
    return _pack_lines(lines, first, room, marks, is_text=False)


def _pack_lines(lines: Sequence[str], first: int, room: int, marks: int, *, is_text: bool = True) -> list[str]:
    """The lines in pieces, as `_pack` does, but without looking into them."""
    done: list[str] = []
    piece: list[str] = []
    size, limit = 0, first
    is_list = is_text and not lines[0].startswith(" ")  # without its beginning, what is indented in it would be code
    for whole in lines:
        for found in _pieces_of(whole, limit - size - marks, room - marks, is_text):
            line = found
            if piece and size + len(line) + marks > limit:
                done.append("\n".join(piece))
                piece, size, limit = [], 0, room
                line = found.lstrip(" ") if is_list else found
            piece.append(line)
            size += len(line) + marks + 1
    return [*done, "\n".join(piece)]


def _pieces_of(line: str, first: int, room: int, is_text: bool) -> list[str]:
    """One line; where it is longer than any room, cut between words, and a word that is, anywhere."""
    if len(line) <= room:
        return [line]
    room -= is_text  # for a backslash
    limit = first - is_text if first > _LEAST else room
    done: list[str] = []
    start = end = 0
    for word in _WORD.finditer(line):
        if word.end() - start > limit and end > start:
            done.append(line[start:end])
            start, limit = word.start(), room
        while word.end() - start > limit:
            stop = _between_letters(line, start + limit)
            done.append(line[start:stop])
            start, limit = stop, room
        end = word.end()
    done.append(line[start:end])
    return [done[0], *map(_as_text, done[1:])] if is_text else done


def _between_letters(line: str, at: int) -> int:
    """The place, or one a little before it where no letter and its accents, nor a composed emoji, come apart."""
    for place in range(at, at - _LEAST // 2, -1):
        if line[place - 1] != _ZERO_WIDTH_JOINER and unicodedata.category(line[place]) not in _JOINED:
            return place
    return at


def _as_text(words: str) -> str:
    return _BLOCK.sub(r"\g<0>\\", words, count=1) if _BLOCK.match(words) else words
