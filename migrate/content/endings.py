"""What stands at the end of a mail without being its text: signatures, list footers, disclaimers, lines of telephones.

Each function takes lines without trailing white space, and where their end is now (the line before it is not empty),
and returns where it would be without that ending: the same end where there is none.
"""

from __future__ import annotations

import re

from migrate.content.closings import DISCLAIMERS, FOOTERS, SENT_FROM
from migrate.content.languages import alternatives, spellings

_FOOTER_LINES = 15
_SIGNATURE_LINES = 15
_CARD_LINES = 7  # of a signature below a mere rule
_CARD_WIDTH = 64
_LONG_RULE = 30
_DISCLAIMER_LINES = 25
_ORNAMENT_LINES = 25
_DISCLAIMER_LENGTH = 90

_RULE_MARKS = frozenset("-_=*")
_RULE = re.compile(r"(?:-{1,2}|[-_=*]{5,}|--~[-~]+)$")
_FOOTER = tuple(sorted(spellings({language: line.casefold() for language, line in FOOTERS.items()})))
_CARD_RULE = re.compile(r"\s*(?:---|_{2,}|-{4,40}|={3,40}|[*~]{3,40}|[—–―─]+)$")
_CONTACT = re.compile(r"@|https?://|www\.|\+?\d[\d ()/.-]{6,}\d|\b(?:Tel|Phone|Mobile|Fax)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[.?!:;,]$")
_ORNAMENT = re.compile(r"\s*(?:([-_=*~#+—])\1*|ᐧ)$")  # the last is what a mail tracker leaves behind
_SENT_FROM = re.compile(
    rf"[<(*_\s]{{0,6}}(?:(?:{alternatives(SENT_FROM).replace('…', '.{1,40}?')})"
    r"|[\w ]{1,30} from (?:my )?(?:mobile|cell|phone|iphone|ipad)\W*$)",
    re.IGNORECASE,
)
_LONE_LINK = re.compile(r"[<(\[]?https?://\S+$")
_DISCLAIMERS = [
    [tuple(spellings({language: side.casefold()})) for side in line.split(" — ")]
    for language, line in DISCLAIMERS.items()
]


def footer(lines: list[str], end: int) -> int:
    """Where the list's footer begins: a rule, and below it a few lines that speak of the list."""
    first = max(0, end - _FOOTER_LINES)
    for at in range(end - 1, first - 1, -1):
        if lines[at][:1] == ">":
            return end
        if lines[at][:1] in _RULE_MARKS and _RULE.match(lines[at]) and _speaks_of_list(lines[at + 1 : end]):
            return at
    return end


def _speaks_of_list(lines: list[str]) -> bool:
    return any(_any_in(line[:500].casefold(), _FOOTER) for line in lines)


def signature(lines: list[str], end: int) -> int:
    """Where the signature begins; its mark is two hyphens, whose space is often lost (RFC 3676 4.3)."""
    cut = end
    for at in range(end - 1, max(0, end - _SIGNATURE_LINES) - 1, -1):
        if lines[at][:1] == ">":
            break
        if lines[at] == "--":
            cut = at
    return cut


def card(lines: list[str], end: int) -> int:
    """Where a signature begins below a rule of another kind: a few short lines, with an address or no sentence."""
    for at in range(end - 1, max(0, end - _CARD_LINES - 1) - 1, -1):
        if lines[at][:1] == ">" or len(lines[at]) > _CARD_WIDTH:
            return end
        if _CARD_RULE.match(lines[at]):
            block = lines[at + 1 : end]
            # A rule right below text underlines it, unless it is of free mail; one between blank lines parts sections.
            advertises = lines[at][:_LONG_RULE] == "_" * _LONG_RULE
            stands_so = at and (not lines[at - 1] or advertises) and block and block[0]
            short = not lines[at - 1] and len(block) <= 4 and not any(_SENTENCE.search(line) for line in block)
            return at if stands_so and (short or any(map(_CONTACT.search, block))) else end
    return end


def ornament(lines: list[str], end: int) -> int:
    """Where rules begin that nothing follows, if a blank line is above them."""
    top = end
    while top > max(0, end - _ORNAMENT_LINES) and (not lines[top - 1] or _ORNAMENT.match(lines[top - 1])):
        top -= 1
    blank = next((at for at in range(top, end) if not lines[at]), end)
    return blank if blank < end else end


def is_rule(line: str) -> bool:
    """Whether the line is a rule as mail programs and lists write it."""
    return _RULE.match(line) is not None


def sent_from(lines: list[str], end: int) -> int:
    """The line that a telephone or a program writes, with its link on a line of its own perhaps."""
    last = lines[end - 1]
    if end > 1 and _LONE_LINK.match(last) and _is_sent_from(lines[end - 2]):
        return end - 2
    return end - 1 if _is_sent_from(last) else end


def _is_sent_from(line: str) -> bool:
    return len(line) < 200 and bool(_SENT_FROM.match(line))


def disclaimer(lines: list[str], end: int) -> int:
    """Where the last paragraph begins, if it warns whom the mail was not meant for."""
    top = end
    while top > max(0, end - _DISCLAIMER_LINES) and lines[top - 1] and lines[top - 1][0] != ">":
        top -= 1
    if not top or lines[top - 1]:
        return end
    text = " ".join(lines[top:end])[:5000].casefold()
    if len(text) < _DISCLAIMER_LENGTH:
        return end
    return top if any(all(_any_in(text, words) for words in both) for both in _DISCLAIMERS) else end


def _any_in(text: str, words: tuple[str, ...]) -> bool:
    for word in words:  # noqa: SIM110  # a generator takes twice as long, for every mail
        if word in text:
            return True
    return False
