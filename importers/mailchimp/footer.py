"""Which lines of a campaign are its text, and which Mailchimp or the law put round it.

The way out of the list, the postal address, who owns the rights, and why somebody gets this mail stand together, at the
end for the most part. They are left out: they were written for one reader, and hold an address that was not given for a
forum. What else stands among them (an editor's name, links to other places) is kept, folded away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from importers.mailchimp import phrases
from importers.mailchimp.lines import Line
from importers.mailchimp.merge_tags import LEAVES, MARKS, NEAR

_LONGEST = 350  # characters of a line that is about the mail itself
_LONGEST_AMONG = 160  # of one that may stand among such lines
_MOST_AMONG = 4  # such lines one after the other
_LONGEST_FOOTER = 1500  # characters of other text in an element that calls itself a footer
_LONGEST_ADDRESS = 80
_MOST_OF_ADDRESS = 6  # lines
_AT_TOP = 8  # lines in which the way to the browser is looked for
_FEW_WORDS = 40  # characters beside links that make a line one of links
_PREVIEW_OF_TEMPLATE = ("use this area to offer a short preview of your email's content.",)


class Fate(Enum):
    """What becomes of a line."""

    KEPT = "kept"
    FOLDED = "folded"
    DROPPED = "dropped"


class _Role(Enum):
    """What a line is by its own words and links."""

    OUT = "out"  # the way out of the list
    NEAR = "near"  # what stands near it
    ADDRESS = "address"  # a postal address, behind words that say so
    NOTHING = "nothing"  # for the mail only: see it in the browser, tell others
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    plain: str
    role: _Role
    line: Line


def fates(lines: Sequence[Line]) -> list[Fate]:
    """What becomes of each line. Never are all of them left out."""
    told = _told(lines)
    result = [_fate(one) for one in told]
    for group in _groups(told):
        for at in group:
            result[at] = Fate.FOLDED if told[at].role is _Role.TEXT else Fate.DROPPED
    if Fate.KEPT not in result:
        return [Fate.KEPT if one.role is _Role.TEXT else fate for one, fate in zip(told, result, strict=True)]
    return result


def _fate(one: _Line) -> Fate:
    """What becomes of a line by itself."""
    if one.role is _Role.NOTHING:
        return Fate.DROPPED
    return Fate.FOLDED if one.line.follow else Fate.KEPT


def _told(lines: Sequence[Line]) -> list[_Line]:
    said = [MARKS.sub("", line.text) for line in lines]
    counts: dict[str, int] = {}
    for text in said:
        counts[text] = counts.get(text, 0) + 1
    result: list[_Line] = []
    for at, (line, text) in enumerate(zip(lines, said, strict=True)):
        plain = phrases.plain(text) if len(text) <= _LONGEST else ""
        role = _role(line, plain, at)
        if role is _Role.TEXT and result and _goes_on_with_address(result, line, plain):
            role = _Role.ADDRESS
        if line.preheader and (counts[text] > 1 or plain in _PREVIEW_OF_TEMPLATE):
            counts[text] -= 1
            role = _Role.NOTHING
        result.append(_Line(text, plain, role, line))
    return result


def _role(line: Line, plain: str, at: int) -> _Role:
    if len(line.text) > _LONGEST:
        return _Role.TEXT
    kinds = {kind for _, kind in line.texts}
    service = kinds & {"reader", "here", "share"}
    if service and not kinds & {"plain", "tracked"} and _beside(line) <= _FEW_WORDS:
        return _Role.OUT if "reader" in kinds else _Role.NOTHING
    whole = "".join(text for text, _ in line.texts) if len(line.texts) < 200 else ""
    if LEAVES in whole or "reader" in kinds or phrases.WAY_OUT_ALONE.fullmatch(plain):
        return _Role.OUT
    if phrases.WAY_OUT.search(plain) and (service or not _is_sentence(plain) or line.footer):
        return _Role.OUT
    if phrases.IN_BROWSER.search(plain) and (at < _AT_TOP or "here" in kinds or line.footer or line.preheader):
        return _Role.NOTHING if len(plain) <= _LONGEST_AMONG else _Role.TEXT
    if line.card:
        return _Role.ADDRESS
    return _Role.NEAR if NEAR in whole or phrases.NEAR_WAY_OUT.search(plain) else _Role.TEXT


def _beside(line: Line) -> int:
    """How many letters stand beside the links of a line that were made for the mail."""
    return sum(sum(map(str.isalnum, text)) for text, kind in line.texts if kind not in ("reader", "here", "share"))


def _is_sentence(plain: str) -> bool:
    return plain.count(" ") > 12


def _goes_on_with_address(before: list[_Line], line: Line, plain: str) -> bool:
    """Whether a line is of the postal address that the lines before it begin."""
    if not plain or len(plain) > _LONGEST_ADDRESS or plain[-1] in ".!?" or line.heading:
        return False
    if before[-1].role is _Role.ADDRESS and line.first and not any(map(str.isdigit, plain)):
        return False  # another block
    for one in reversed(before[-_MOST_OF_ADDRESS:]):
        if phrases.ADDRESS_FOLLOWS.search(one.plain):
            return one.role is _Role.NEAR
        if one.role is not _Role.ADDRESS:
            return False
    return False


def _groups(lines: Sequence[_Line]) -> Iterator[range]:
    """The ranges of lines that are footers, and what of other text stands in them."""
    size = sum(len(one.text) for one in lines if one.role is _Role.TEXT)
    out = any(one.role is _Role.OUT for one in lines)
    before = 0  # characters of text in front of where `at` is
    at = 0
    ranges = list(_ranges(lines))
    for found in ranges:
        before += sum(len(one.text) for one in lines[at : found.start] if one.role is _Role.TEXT)
        among = sum(len(lines[i].text) for i in found if lines[i].role is _Role.TEXT)
        behind = size - before - among
        roles = [lines[i].role for i in found]
        at = found.stop
        is_footer = _Role.OUT in roles or (not out and at >= len(lines) - 2 and roles.count(_Role.NEAR) > 1)
        if is_footer and (not among or before > behind):
            group = _with_name(lines, found)
            yield _with_tail(lines, group) if found is ranges[-1] else group
        elif is_footer:
            yield from (range(i, i + 1) for i in found if lines[i].role is not _Role.TEXT)
        before += among


def _ranges(lines: Sequence[_Line]) -> Iterator[range]:
    """Lines about the mail itself that stand together, and elements that call themselves a footer."""
    start = stop = -1
    for at, one in enumerate(lines):
        if one.role in (_Role.TEXT, _Role.NOTHING):
            continue
        if start >= 0 and not _are_near(lines, stop, at):
            yield _of_element(lines, start, stop)
            start = -1
        if start < 0:
            start = at
        stop = at + 1
    if start >= 0:
        yield _of_element(lines, start, stop)


def _are_near(lines: Sequence[_Line], stop: int, at: int) -> bool:
    """Whether what stands between two such lines may be of the same footer."""
    if lines[stop - 1].line.footer and lines[stop - 1].line.footer == lines[at].line.footer:
        return True
    between = [one for one in lines[stop:at] if one.role is _Role.TEXT]
    return len(between) <= _MOST_AMONG and all(map(_may_be_among, between))


def _may_be_among(one: _Line) -> bool:
    return len(one.text) <= _LONGEST_AMONG and not one.line.heading and one.text[-1:] not in ("!", "?", "！", "？")


def _of_element(lines: Sequence[_Line], start: int, stop: int) -> range:
    """The range, made as long as the element round it that calls itself a footer, unless that holds the text, too."""
    footer = lines[stop - 1].line.footer
    first, last = start, stop
    while footer and first > 0 and lines[first - 1].line.footer == footer:
        first -= 1
    while footer and last < len(lines) and lines[last].line.footer == footer:
        last += 1
    size = sum(len(one.text) for one in lines[first:last] if one.role is _Role.TEXT)
    return range(first, last) if size <= _LONGEST_FOOTER else range(start, stop)


def _with_name(lines: Sequence[_Line], group: range) -> range:
    """The range, and above it in the same block the name of whose newsletter it is."""
    if group.start < 2 or lines[group.start].line.first:
        return group
    name = lines[group.start - 1]
    is_name = name.role is _Role.TEXT and name.line.first and len(name.text) <= _LONGEST_ADDRESS
    return range(group.start - 1, group.stop) if is_name and _may_be_among(name) else group


def _with_tail(lines: Sequence[_Line], group: range) -> range:
    """The last range, and what looks like a postal address behind it."""
    tail = lines[group.stop :]
    texts = [one for one in tail if one.role is _Role.TEXT]
    looks = len(texts) <= _MOST_OF_ADDRESS and any(char.isdigit() for one in texts for char in one.text)
    if looks and all(len(one.text) <= _LONGEST_ADDRESS and one.text[-1:] not in ".!?" for one in texts):
        return range(group.start, len(lines))
    return group
