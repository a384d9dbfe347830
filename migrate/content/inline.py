"""A line of formatted text as Markdown: emphasis that takes effect wherever it stands, links, code and pictures."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from migrate.content.escape import escape_inline
from migrate.content.links import says_the_same

# Bits of a style. MONO is code by its looks only: a line that is all MONO may be prose in such a font.
STRONG, EMPHASIS, STRUCK, CODE, MONO = 1, 2, 4, 8, 16

_LINK, _UNDERLINED = 32, 64  # kinds of spans too; the latter is emphasis that a star would not do for
_KINDS = {STRONG: "**", EMPHASIS: "*", STRUCK: "~~"}
_DELIMITERS = {**_KINDS, _UNDERLINED: "_"}
_ATOM = "\ufdd0"  # stands for code, a picture or an address in the text of a line; no text holds it
_WHITE = re.compile(r"\s+")
_BACKTICKS = re.compile("`+")
_ENDS_ADDRESS = re.compile(r"[.,;:!?)\]'\"*]{0,5}(?:[\s>]|\Z)")
_INDENT = "    "
_PARTNERS = dict(zip("\"'“„‘«([「『（【", "\"'”“’»)]」』）】", strict=True))
_WORD = re.compile(f"[^\\W_]|{_ATOM}")
_PROSE = re.compile(r"(?:[^\W\d_]+[,;:']? ){2}[^\W\d_]+")  # words in a row


class Run(NamedTuple):
    """Text of one style; `link` is its target, "" for none; `picture` where the text is the name of a picture there."""

    text: str
    style: int = 0
    link: str = ""
    picture: str = ""


class Line(NamedTuple):
    """One line: as text that keeps its indentation, as Markdown, and whether that says more than the text.

    What acts at the start of a line only is not escaped yet. Lines in a font for code have an indentation.
    """

    plain: str
    markdown: str
    rich: bool


class _Span(NamedTuple):
    start: int
    end: int
    kind: int
    target: str = ""


BLANK = Line("", "", False)


def formatted(runs: Sequence[Run]) -> Line:
    """The line that consists of these runs; none of them holds a line end."""
    plain = "".join(map(itemgetter(0), runs)).strip(" ").replace("\xa0", " ").rstrip()
    if not plain:
        pictures = [run for run in runs if run.picture]
        return _rich(pictures, "") if pictures else BLANK
    if set(map(_LOOK, runs)) == _BARE:
        return Line(plain, escape_inline(" ".join(plain.split())), False)
    letters = [run.style for run in runs if not run.text.isspace()]
    if all(style & (MONO | CODE) for style in letters):
        plain = _INDENT + plain
        runs = [run._replace(style=run.style & ~MONO) for run in runs]
    return _rich(runs, plain)


_LOOK = itemgetter(1, 2, 3)
_BARE = {_LOOK(Run(""))}


def _rich(runs: Sequence[Run], plain: str) -> Line:
    text, by_kind, atoms = _flat(runs)
    spans = list(_nested(text, by_kind))
    return Line(plain, _written(text, spans, atoms), bool(spans) or any(atom[0] == "!" for atom in atoms))


def _flat(runs: Sequence[Run]) -> tuple[str, dict[int, list[_Span]], list[str]]:
    """The text, with a character for each atom; the spans of each kind, in order; the Markdown of the atoms."""
    pieces: list[str] = []
    spans: dict[int, list[_Span]] = {_LINK: [], STRONG: [], EMPHASIS: [], STRUCK: []}
    atoms: list[str] = []
    at = 0
    white = True
    for (style, link, picture), group in groupby(runs, _LOOK):
        text = "".join(map(itemgetter(0), group))
        if "  " in text or not text.isprintable():  # white space that is not a single space
            text = _WHITE.sub(" ", text)
        if white and not picture:
            text = text.removeprefix(" ")
        if picture:
            atoms.append(f"![{escape_inline(text.strip(), urls=False)}]({picture})")
            text = _ATOM
        elif text.strip() and (style & CODE or (style & MONO and not _PROSE.search(text) and "`" not in text)):
            atoms.append(_code(text.strip()))
            text = " " * text.startswith(" ") + _ATOM + " " * text.endswith(" ")
        if not text:
            continue
        white = text.endswith(" ")
        pieces.append(text)
        for kind in _KINDS:
            if style & kind:
                _extend(spans[kind], _Span(at, at + len(text), kind))
        if link:
            _extend(spans[_LINK], _Span(at, at + len(text), _LINK, link))
        at += len(text)
    return "".join(pieces).rstrip(), spans, atoms


def _extend(spans: list[_Span], span: _Span) -> None:
    """Add the span, or make the last one longer if this one goes on with it."""
    if spans and spans[-1].end == span.start and spans[-1].target == span.target:
        span = span._replace(start=spans.pop().start)
    spans.append(span)


def _code(text: str) -> str:
    ticks = "`" * (max(map(len, _BACKTICKS.findall(text)), default=0) + 1)
    room = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{ticks}{room}{text}{room}{ticks}"


_NO_SPANS: tuple[list[int], list[_Span]] = ([], [])


def _nested(text: str, spans: dict[int, list[_Span]]) -> Iterator[_Span]:
    """The spans, each lying within, around or beside any other, and ending where Markdown lets them end."""
    done: list[tuple[list[int], list[_Span]]] = []
    for kind, found in spans.items():
        if not found:
            done.append(_NO_SPANS)
            continue
        fitted = []
        for span in _joined(text, found):
            fitting = _clickable(text, span) if kind == _LINK else _fitted(text, span, done)
            if fitting:
                fitted.append(fitting)
        if kind == EMPHASIS:
            fitted = _untangled(text, fitted, done[1])
        done.append(([span.start for span in fitted], fitted))
        yield from fitted


def _untangled(text: str, spans: list[_Span], strong: tuple[list[int], list[_Span]]) -> list[_Span]:
    """Emphasis without what would be misread: where three stars stand, those further right may close either kind."""
    strong_edges = {edge for span in strong[1] for edge in span[:2]}
    edges = {edge for span in spans for edge in span[:2]}
    result = []
    for span in spans:
        other = _around(span.start, strong)
        inner = bisect_right(strong[0], span.start)
        holds_strong = inner < len(strong[0]) and strong[0][inner] < span.end
        if not (other and other.start in edges) and not (holds_strong and span.start in strong_edges):
            result.append(span)
        elif not (text[span.start - 1 : span.start] + text[span.end : span.end + 1]).strip():
            result.append(span._replace(kind=_UNDERLINED))
    return result


def _joined(text: str, spans: list[_Span]) -> list[_Span]:
    """The spans, those with only white space between them as one."""
    result: list[_Span] = []
    for span in spans:
        goes_on = result and span.target == result[-1].target and text[result[-1].end : span.start].isspace()
        result.append(span._replace(start=result.pop().start) if goes_on else span)
    return result


def _clickable(text: str, span: _Span) -> _Span | None:
    """The link without white space at its ends; none where its text says the same."""
    inside = text[span.start : span.end]
    start = span.start + len(inside) - len(inside.lstrip())
    end = span.start + len(inside.rstrip())
    label = text[start:end]
    ends = "://" not in label or (not text[max(0, start - 1) : start].isalnum() and _ENDS_ADDRESS.match(text, end))
    if not label or (ends and says_the_same(label, span.target)):
        return None
    return span._replace(start=start, end=end)


def _fitted(text: str, span: _Span, done: list[tuple[list[int], list[_Span]]]) -> _Span | None:
    """The span without what it may not begin or end with (CommonMark 6.2), and where it crosses no other."""
    start, end = span.start, min(span.end, len(text))
    while start < end:
        if around := _across(start, end, start, done):
            start = around.end
        elif not _may_stand(text, start, start - 1, _begins_link(start, end, done)):
            start += 1
        elif around := _across(start, end, end, done):
            end = around.start
        elif not _may_stand(text, end - 1, end, _ends_link(start, end, done)):
            end -= 1
        else:
            if not _WORD.search(text, start, end):
                break
            fitting = span._replace(start=start, end=end)
            balanced = _balanced(text, span, fitting)
            crossing = any(_across(balanced.start, balanced.end, edge, done) for edge in balanced[:2])
            return fitting if crossing else balanced
    return None


def _balanced(text: str, whole: _Span, span: _Span) -> _Span:
    """The span without a bracket or quotation mark whose partner was left out of it."""
    if span.end - span.start < 2:
        return span
    if _PARTNERS.get(text[span.start], _ATOM) in text[span.end : whole.end]:
        return span._replace(start=span.end - len(text[span.start + 1 : span.end].lstrip()))
    if any(_PARTNERS.get(sign) == text[span.end - 1] for sign in text[whole.start : span.start]):
        return span._replace(end=span.start + len(text[span.start : span.end - 1].rstrip()))
    return span


def _around(at: int, done: tuple[list[int], list[_Span]]) -> _Span | None:
    """The span that begins before `at` and ends behind it."""
    starts, spans = done
    found = bisect_right(starts, at - 1) - 1
    return spans[found] if found >= 0 and spans[found].end > at else None


def _across(start: int, end: int, edge: int, done: list[tuple[list[int], list[_Span]]]) -> _Span | None:
    """A span that one of these edges lies in, and the other not."""
    for spans in done:
        around = _around(edge, spans)
        if around and (around.end < end if edge == start else around.start > start):
            return around
    return None


def _begins_link(start: int, end: int, done: list[tuple[list[int], list[_Span]]]) -> bool:
    starts, links = done[0]
    found = bisect_right(starts, start) - 1
    return found >= 0 and starts[found] == start and links[found].end < end


def _ends_link(start: int, end: int, done: list[tuple[list[int], list[_Span]]]) -> bool:
    starts, links = done[0]
    found = bisect_right(starts, end - 1) - 1
    return found >= 0 and links[found].end == end and starts[found] > start


def _may_stand(text: str, inner: int, outer: int, at_link: bool) -> bool:
    """Whether a delimiter between these two characters faces the inner one."""
    inside = text[inner]
    if inside.isspace():
        return False
    if not 0 <= outer < len(text) or text[outer].isspace():
        return True
    if not at_link and inside != _ATOM and (inside.isalnum() or unicodedata.category(inside)[0] not in "PS"):
        return True
    outside = text[outer]
    return outside == _ATOM or (outside.isascii() and not outside.isalnum()) or unicodedata.category(outside)[0] == "P"


def _written(text: str, spans: list[_Span], atoms: list[str]) -> str:
    # Where spans meet, those that end come first, the inner one before the outer, and then those that begin.
    edges = [(span.end, 0, -span.start, -_RANK[span.kind], span) for span in spans]
    edges += [(span.start, 1, -span.end, _RANK[span.kind], span) for span in spans]
    result: list[str] = []
    in_link = False
    at = 0
    for edge, opens, *_, span in sorted(edges):
        result.append(_text(text[at:edge], in_link=in_link, begun=at > 0))
        at = edge
        if span.kind != _LINK:
            result.append(_DELIMITERS[span.kind])
            continue
        if opens and result[-1][-1:] == "!":
            result[-1] = result[-1][:-1] + "\\!"
        result.append("[" if opens else f"]({span.target})")
        in_link = bool(opens)
    result.append(_text(text[at:], in_link=in_link, begun=at > 0, ends=True))
    return _with_atoms("".join(result), atoms)


_RANK = {_LINK: 0, STRONG: 1, EMPHASIS: 2, _UNDERLINED: 2, STRUCK: 3}


def _text(text: str, *, in_link: bool, begun: bool = True, ends: bool = False) -> str:
    """A piece of the text, escaped; at its ends something may come next that a tilde or a bracket would spoil."""
    if not text:
        return ""
    result = escape_inline(text, urls=not in_link)
    if (begun and result[0] == "<") or (not ends and result[-1] == ">" != text[-1]):  # of an address
        result = escape_inline(text, urls=False)
    if text[0] == "~" and result[0] == "~":
        result = "\\" + result
    if text[-1] == "~" and result[-2:] != "\\~":
        result = result[:-1] + "\\~"
    return result


def _with_atoms(markdown: str, atoms: list[str]) -> str:
    if not atoms:
        return markdown
    pieces = markdown.split(_ATOM)
    result = [pieces[0]]
    for atom, piece in zip(atoms, pieces[1:], strict=True):
        if atom[0] == "!" and result[-1][-1:] == "!":
            result[-1] = result[-1][:-1] + "\\!"
        result += [atom, piece]
    return "".join(result)
