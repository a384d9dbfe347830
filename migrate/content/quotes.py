"""What of a mail is shown, and what is folded away.

Folded are list footers, signatures, and a quote of the mail before that nobody trimmed, below the answer or above it.
Never so much that nothing is left to show; quotes with answers between them stay whole.
"""

from __future__ import annotations

import re

from migrate.content import below, endings
from migrate.content.attribution import (
    attribution_ends,
    begins_attribution,
    ends_attribution,
    headers_end,
    is_attribution,
    is_original_mark,
    lacks_name,
    original_at,
    speaks,
)

_ATTRIBUTION_LINES = 4
_MOST_CUTS = 60
_MOST_ATTRIBUTIONS = 500  # looked for in one mail
_PICKED_LINES = 12  # of a quote that its author may have chosen, rather than a program
_FEW_LINES = 3
_OMISSION = re.compile(r"(?!>)\W{0,9}(?:(?:snip|cut|omiss|schnipp)\w{0,5}\W{0,9}|(?:\.{2,}|…)\W{0,9})$", re.IGNORECASE)


def shown(lines: list[str], *, forward: bool = False) -> list[range]:
    """The lines that are shown, in order; they have no trailing white space. What is not in these ranges is folded.

    `forward`: the subject says that the mail passes another one on, which its readers have not seen.
    """
    top = next((at for at, line in enumerate(lines) if line), len(lines))
    if forward and original_at(lines) is not None:
        return [range(_trimmed(lines, top, len(lines), quotes=False))]
    end = _trimmed(lines, top, len(lines))
    original = _original(lines, top, end)
    if top < original < end:
        end = _trimmed(lines, top, original)
    first = _behind_headers(lines, top, end)
    if first > top:
        return [range(first, end)]
    first = _behind_attribution(lines, top, end)
    if first == top:
        return [range(end)]
    if _begins_behind_omission(lines, first, end):
        return [range(end)]
    if lines[first][:1] == ">":
        return _without_quote(lines, first, end) if _is_untrimmed(lines, first, end) else [range(end)]
    return _without_attributions(lines, first, end)


def _trimmed(lines: list[str], top: int, end: int, *, quotes: bool = True) -> int:
    """The end without footers, signatures and quotes that follow each other, but behind `top`, the first text."""
    for _ in range(_MOST_CUTS):
        end = _before_blank(lines, end)
        if not end:
            break
        if lines[end - 1][0] != ">":
            cut = endings.outermost(lines, end)
        elif quotes:
            cut = min(_trailing_quote(lines, end), _quoted_ending(lines, end))
        else:
            break
        if cut >= end or cut <= top:
            break
        end = cut
    return end


def _trailing_quote(lines: list[str], end: int) -> int:
    """Where the attribution of a quote begins that reaches to the end, or the quote where it has none."""
    top = _quote_start(lines, end)
    above = _before_blank(lines, top)
    first = _attribution(lines, above)
    if first < above:
        return first
    if _names_its_author(lines[top:end]):
        return top
    # Who writes "As the book says:" wants the quote to be read; and among quotes with answers, each was chosen.
    chosen = above and lines[above - 1][-1:] in (":", "：")
    return end if chosen or any(line[:1] == ">" for line in lines[:top]) else top


def _quoted_ending(lines: list[str], end: int) -> int:
    """Where a footer or signature begins that stands at the end of a quote; or all of a quote of which that is left."""
    top = _quote_start(lines, end)
    quote = [line.strip("> ") for line in lines[top:end]]
    filled = _before_blank(quote, len(quote))
    if not filled:
        return top if any(lines[end:]) else end
    cut = min(endings.footer(quote, filled), endings.signature(quote, filled))
    return top + cut if cut < filled else end


def _quote_start(lines: list[str], end: int) -> int:
    """Where the quoted lines begin that reach to the end."""
    top = end
    while top and (not lines[top - 1] or lines[top - 1][0] == ">"):
        top -= 1
    while top < end and not lines[top]:
        top += 1
    return top


def _names_its_author(quote: list[str]) -> bool:
    """Whether the attribution stands within the quote, as some programs write it."""
    inside = [line.lstrip("> ") for line in quote[:_ATTRIBUTION_LINES]]
    lasts = range(1, len(inside) + 1)
    return any(map(is_original_mark, inside)) or any(
        is_attribution(inside[first:last]) for last in lasts for first in range(last)
    )


def _before_blank(lines: list[str], at: int) -> int:
    while at and not lines[at - 1]:
        at -= 1
    return at


def _attribution(lines: list[str], end: int, *, dated: bool = False) -> int:
    """Where the attribution begins whose last line stands before `end`; `end` where there is none."""
    if not end or not ends_attribution(lines[end - 1]):
        return end
    shortest = end
    first = end
    for _ in range(_ATTRIBUTION_LINES):
        first -= 1
        if first and not lines[first] and lines[first + 1][:1] == "<":  # the address was torn off
            first -= 1
        if first < 0 or not lines[first] or lines[first][0] == ">":
            break
        if is_attribution(lines[first:end], dated=dated):
            if begins_attribution(lines[first]):
                return first
            if shortest == end or lacks_name(lines[shortest]):
                shortest = first
    return shortest


def _original(lines: list[str], top: int, end: int) -> int:
    """Where the mail before begins that hangs below without quote marks."""
    first = _unmarked(lines, top, end)
    at = original_at(lines[:first])
    if at is None:
        return first
    text = next((line for line in lines[_behind_marks(lines, at) : end] if line), "")
    if text[:1] == ">" and lines[end - 1][:1] != ">":
        return first  # answers below a quote
    start = _rule_above(lines, at)
    return first if below.is_shown(lines[top:start], lines[at:first]) else start


def _behind_marks(lines: list[str], at: int) -> int:
    """Behind the mark at this line, and the headers that come with it."""
    if is_original_mark(lines[at]):
        at += 1
        while at < len(lines) and not lines[at]:
            at += 1
    return headers_end(lines, at)


def _rule_above(lines: list[str], at: int) -> int:
    above = _before_blank(lines, at)
    return above - 1 if above and endings.is_rule(lines[above - 1].strip()) else at


def _unmarked(lines: list[str], top: int, end: int) -> int:
    """Where an attribution begins below which no line is marked as quoted: the whole rest is the mail before."""
    if "\n>" in "\n".join(["", *lines[:end]]):
        return end
    for at in attribution_ends(lines[:end]):
        first = _attribution(lines, at + 1, dated=True) if speaks(" ".join(lines[max(top, at - 1) : at + 1])) else end
        if top < first <= at:
            return end if below.is_shown(lines[top:first], lines[first:end]) else first
    return end


def _behind_headers(lines: list[str], top: int, end: int) -> int:
    """Where the text of a mail begins that was forwarded without a word; `top` where this is none."""
    if top >= end or not is_original_mark(lines[top]):
        return top
    first = _behind_marks(lines, top)
    while first < end and not lines[first]:
        first += 1
    return first if top + 1 < first < end else top


def _behind_attribution(lines: list[str], top: int, end: int) -> int:
    """Where the text below an attribution begins that the mail begins with; `top` where there is none."""
    for last in range(top, min(top + _ATTRIBUTION_LINES, end)):
        if not lines[last]:
            break
        if ends_attribution(lines[last]) and is_attribution(lines[top : last + 1], dated=True):
            first = last + 1
            while first < end and not lines[first]:
                first += 1
            return first if first < end else top
    return top


def _is_untrimmed(lines: list[str], first: int, end: int) -> bool:
    """Whether one quote stands above one answer, as a program made it: long, or with its last blank line or footer.

    Who picks a few lines of a mail to answer wants them read; a whole mail above the answer hides it, and the reader
    of a forum has just read it.
    """
    stop = _behind_quote(lines, first, end)
    if stop >= end or any(line[:1] == ">" for line in lines[stop:end]):
        return False
    quote = [line.strip("> ") for line in lines[first:stop] if line]
    filled = sum(map(bool, quote))
    return filled > _PICKED_LINES or (filled >= _FEW_LINES and (not quote[-1] or any(map(endings.is_rule, quote))))


def _without_quote(lines: list[str], first: int, end: int) -> list[range]:
    """The ranges without the quote that begins at `first`, but for a few last lines that are not quoted in it."""
    stop = _behind_quote(lines, first, end)
    asked = stop
    filled = 0
    for at in range(stop - 1, first - 1, -1):
        if lines[at].strip("> "):
            if lines[at].replace(" ", "")[:2] == ">>":
                return [range(first if filled else 0), range(asked, end)]
            filled += 1
            if filled > _FEW_LINES:
                break
            asked = at
    return [range(stop, end)]


def _begins_behind_omission(lines: list[str], first: int, end: int) -> bool:
    """Whether the first line says that something was left out, above what was not."""
    below = next((line for line in lines[first + 1 : end] if line), "")
    return below[:1] == ">" and _OMISSION.match(lines[first]) is not None


def _behind_quote(lines: list[str], at: int, end: int) -> int:
    while at < end and (not lines[at] or lines[at][0] == ">"):
        at += 1
    return at


def _without_attributions(lines: list[str], first: int, end: int) -> list[range]:
    """The ranges between attributions: where the first one stands above unmarked text, none tells who wrote what."""
    ranges = []
    start = first
    for at in attribution_ends(lines[:end])[:_MOST_ATTRIBUTIONS]:
        begin = _attribution(lines, at + 1, dated=True)
        if start <= begin <= at:
            ranges.append(range(start, begin))
            start = at + 1
    return [*ranges, range(start, end)]
