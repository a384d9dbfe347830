"""Where the reader's name stood: taken out together with what would dangle ("Dear ,", "Thanks, !")."""

from __future__ import annotations

import re
from typing import NamedTuple

from importers.mailchimp.phrases import DEAR_PATTERN, TITLES_BEHIND, alternatives

READER = "\ufdd9"  # stands for the reader's own data
_EDGE = "\ufdda"  # stands before a piece that is not the beginning of the text

_WHITE = r"(?:\s|&nbsp;)"
_INLINE = rf"(?:{_WHITE}|</?(?:b|i|u|em|strong|span|font|a)\b[^<>]{{0,300}}>)"  # white space or markup within a line
_BLOCK = r"<(?:/?(?:p|div|td|tr|th|li|h\d|table|tbody|body|ul|ol|blockquote|center)\b[^<>]{0,400}|br\b[^<>]{0,100})>"
_WINDOW = 600  # characters that are looked at on either side

_READERS = re.compile(rf"{READER}(?:{_INLINE}{{0,6}}{READER}){{0,5}}")
_TAG = re.compile(r"<[^<>]*>")
_PARAMETER = re.compile(r"(?<=[?&;])[\w.\[\]%-]{1,60}=\Z")
_IN_TAG = re.compile(r"<[a-zA-Z][^<>]*\Z")
_COMMA = re.compile(rf"{_WHITE}{{0,3}}[,，、](?P<gap>{_INLINE}{{0,6}})\Z")
_SPACE = re.compile(rf"{_WHITE}{{1,9}}\Z")
_BEHIND = re.compile(
    rf"(?P<title>\s?(?:{alternatives(TITLES_BEHIND)})(?!\w))?(?P<gap>{_INLINE}{{0,6}}?)(?P<sign>[,，、:：;!！?？.。]{{1,3}})",
    re.IGNORECASE,
)
_TITLE = re.compile(rf"\s?(?:{alternatives(TITLES_BEHIND)})(?!\w)", re.IGNORECASE)
_NEXT_LETTER = re.compile(rf"((?:{_WHITE}|<[^<>]{{0,400}}>){{0,20}})([^\W\d_])")  # also of the block that follows


class _Lines(NamedTuple):
    """How lines begin and end: in HTML with its elements only, in plain text with line ends."""

    at_start: re.Pattern[str]
    dear: re.Pattern[str]
    ends: re.Pattern[str]


def _lines(white: str, line_end: str) -> _Lines:
    gap = rf"(?:{white}|</?(?:b|i|u|em|strong|span|font|a)\b[^<>]{{0,300}}>)"
    begins = rf"(?:\A(?!{_EDGE})|{_BLOCK}{line_end}){gap}{{0,12}}"
    return _Lines(
        re.compile(rf"{begins}\Z", re.IGNORECASE),
        re.compile(rf"{begins}(?P<dear>{DEAR_PATTERN})(?P<gap>{gap}{{0,8}})\Z", re.IGNORECASE),
        re.compile(rf"{gap}{{0,8}}(?:\Z|{_BLOCK}{line_end})", re.IGNORECASE),
    )


_HTML = _lines(_WHITE, "")
_TEXT = _lines(r"[ \t\xa0]", r"|\n")


class Greeted(NamedTuple):
    """The text without marks, and how many places had some."""

    text: str
    places: int


def without_reader(text: str, *, markup: bool) -> Greeted:
    """Take out each run of `READER`, and commas and greetings that have nobody left to name."""
    if READER not in text:
        return Greeted(text, 0)
    lines = _HTML if markup else _TEXT
    pieces: list[str] = []
    at = places = 0
    before = ""
    for run in _READERS.finditer(text):
        before += text[at : run.start()]
        after = text[run.end() : run.end() + _WINDOW].partition(READER)[0]
        at = run.end() + len(after)
        tail, after = _closed(before[-_WINDOW:], after, lines)
        pieces.append(before[:-_WINDOW] + tail)
        before = _EDGE + "".join(_TAG.findall(run[0])) + after
        places += 1
    pieces.append(before + text[at:])
    return Greeted("".join(pieces).replace(_EDGE, ""), places)


def _closed(before: str, after: str, lines: _Lines) -> tuple[str, str]:
    """What stands on either side of a name that was taken out, closed up."""
    parameter = _PARAMETER.search(before)
    if parameter or _IN_TAG.search(before):
        return before[: parameter.start()] if parameter else before, after
    if before[-1:] == "(" and after[:1] == ")":
        return _SPACE.sub("", before[:-1]), after[1:]
    behind = _BEHIND.match(after)
    ends = behind is None and lines.ends.match(_TITLE.sub("", after, count=1)) is not None
    dear = lines.dear.search(before) if behind or ends else None
    if dear:
        gap = "".join(_TAG.findall(dear["gap"]))
        return before[: dear.start("dear")] + gap, _begun(_without(after, behind))
    if lines.at_start.search(before):
        return before, _begun(_without(after, behind))
    comma = _COMMA.search(before) if behind or ends else None
    if comma:
        before = before[: comma.start()] + comma["gap"].rstrip()
    elif behind or ends or after[:1].isspace():
        before = _SPACE.sub("", before)
    return before, _TITLE.sub("", after, count=1) if _TITLE.match(after) else after


def _without(after: str, behind: re.Match[str] | None) -> str:
    """What follows the name, without the sign right behind it."""
    if behind is None:
        title = _TITLE.match(after)
        return after[title.end() :] if title else after
    return behind["gap"] + after[behind.end() :].lstrip(" \t\xa0")


def _begun(text: str) -> str:
    """The text with a capital letter, since it begins the line now."""
    return (
        _NEXT_LETTER.sub(lambda found: found[1] + found[2].upper(), text, count=1) if _NEXT_LETTER.match(text) else text
    )
