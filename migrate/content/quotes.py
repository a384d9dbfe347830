"""What of a mail is shown, and what is folded away.

Folded are list footers, signatures, and a trailing quote of the mail before. Only the end of a mail is cut, step by
step from the bottom, and never so far that nothing is left to show: quotes with answers between them stay whole.
"""

from __future__ import annotations

import re

from migrate.content.attribution import begins_attribution, is_attribution, original_at

_FOOTER_LINES = 15
_SIGNATURE_LINES = 15
_ATTRIBUTION_LINES = 4
_MOST_CUTS = 10

_COLONS = frozenset((":", "："))
_RULE = re.compile(r"(?:--|[-_=*]{5,}|--~[-~]+)$")
_FOOTER = re.compile(
    r"mailing list|/listinfo/|unsubscribe|-leave@|-request@|groups\.google\.com|Yahoo! Groups"
    r"|You received this message",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"<?<?\(?(?:Sent (?:from|via|with) |Sent by |Get (?:\[?Outlook|Yahoo) |Gesendet (?:von|mit) "
    r"|Diese Nachricht wurde von |Von meinem .{1,40} gesendet|Envoyé (?:de|depuis|à partir) |Enviado (?:desde|do|de) "
    r"|Inviato da|Verzonden (?:met|vanaf|van) |Sendt fra |Skickat från |Lähetetty |Wysłan[eo] z |Отправлено (?:с|из) "
    r"|Надіслано з |发自我的|從我的|iPhoneから)",
    re.IGNORECASE,
)


def visible_end(lines: list[str]) -> int:
    """How many of the lines, which have no trailing white space, are shown; those behind are folded away."""
    top = next((at for at, line in enumerate(lines) if line), len(lines))
    end = _trimmed(lines, top, len(lines))
    original = _original(lines, end)
    return _trimmed(lines, top, original) if top < original < end else end


def _trimmed(lines: list[str], top: int, end: int) -> int:
    """The end without footers, signatures and quotes that follow each other, but behind `top`, the first text."""
    for _ in range(_MOST_CUTS):
        while end and not lines[end - 1]:
            end -= 1
        cut = min(step(lines, end) for step in _STEPS)
        if cut >= end or cut <= top:
            break
        end = cut
    return end


def _footer(lines: list[str], end: int) -> int:
    """Where the list's footer begins: a rule, and below it a few lines that speak of the list."""
    first = max(0, end - _FOOTER_LINES)
    for at in range(end - 1, first - 1, -1):
        if lines[at][:1] == ">":
            return end
        if _RULE.match(lines[at]) and any(_FOOTER.search(line, 0, 500) for line in lines[at + 1 : end]):
            return at
    return end


def _signature(lines: list[str], end: int) -> int:
    """Where the signature begins; its mark is two hyphens, whose space is often lost (RFC 3676 4.3)."""
    cut = end
    for at in range(end - 1, max(0, end - _SIGNATURE_LINES) - 1, -1):
        if lines[at][:1] == ">":
            break
        if lines[at] == "--":
            cut = at
    return cut


def _sent_from(lines: list[str], end: int) -> int:
    if end and len(lines[end - 1]) < 200 and _SENT_FROM.match(lines[end - 1]):
        return end - 1
    return end


def _trailing_quote(lines: list[str], end: int) -> int:
    """Where the attribution of a quote begins that reaches to the end."""
    top = end
    while top and (not lines[top - 1] or lines[top - 1][0] == ">"):
        top -= 1
    while top < end and not lines[top]:
        top += 1
    if top == end:
        return end
    above = top
    while above and not lines[above - 1]:
        above -= 1
    first = _attribution(lines, above)
    if first < above:
        return first
    inside = [line.lstrip("> ") for line in lines[top : top + _ATTRIBUTION_LINES]]
    return top if any(is_attribution(inside[:count]) for count in range(1, len(inside) + 1)) else end


def _attribution(lines: list[str], end: int, *, dated: bool = False) -> int:
    """Where the attribution begins whose last line stands before `end`; `end` where there is none."""
    shortest = end
    for first in range(end - 1, max(0, end - _ATTRIBUTION_LINES) - 1, -1):
        if not lines[first] or lines[first][0] == ">":
            break
        if is_attribution(lines[first:end], dated=dated):
            if begins_attribution(lines[first]):
                return first
            shortest = first if shortest == end else shortest
    return shortest


def _original(lines: list[str], end: int) -> int:
    """Where the mail before begins that hangs below without quote marks."""
    at = original_at(lines[:end])
    if at is None:
        return _unmarked(lines, end)
    if lines[end - 1][:1] != ">" and any(line[:1] == ">" for line in lines[at:end]):
        return end  # answers below a quote
    return _rule_above(lines, at)


def _rule_above(lines: list[str], at: int) -> int:
    above = at
    while above and not lines[above - 1]:
        above -= 1
    return above - 1 if above and _RULE.match(lines[above - 1].strip()) else at


def _unmarked(lines: list[str], end: int) -> int:
    """Where an attribution begins below which no line is marked as quoted: the whole rest is the mail before."""
    colons = [at for at in range(end) if lines[at][-1:] in _COLONS]
    if not colons or any(line[:1] == ">" for line in lines[:end]):
        return end
    for at in colons:
        first = _attribution(lines, at + 1, dated=True)
        if first <= at:
            return first
    return end


_STEPS = (_footer, _signature, _sent_from, _trailing_quote)
