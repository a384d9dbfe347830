"""What stands at the end of a mail without being its text: signatures, list footers, disclaimers, lines of telephones.

Each function takes lines without trailing white space, and where their end is now (the line before it is not empty),
and returns where it would be without that ending: the same end where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from migrate.content.closings import DISCLAIMERS, FOOTERS, SENT_FROM
from migrate.content.languages import alternatives, spellings
from migrate.content.mended import NEXT_PART

_Ending = Callable[[list[str], int], int]

_FOOTER_LINES = 15
_SIGNATURE_LINES = 15
_CARD_LINES = 7  # of a signature below a mere rule
_CARD_WIDTH = 76
_LONG_RULE = 30
_FRAME = 20  # characters of the rules round a signature, at least
_DISCLAIMER_LINES = 25
_ORNAMENT_LINES = 25
_DISCLAIMER_LENGTH = 90

_LONGEST_FOOTER = 3000  # characters
_LEAVING = "+unsubscribe@"
_GOOGLE = re.compile(r"(?<![@.\w])Google(?!groups?\.com)")

_RULE_MARKS = frozenset("-_=*")
_RULE = re.compile(r"(?:-{1,2}|[-_=*]{5,}|--~[-~]+)$")
_ENGLISH_FIRST = sorted(FOOTERS, key=lambda language: language != "en")
_FOOTER = tuple(word for language in _ENGLISH_FIRST for word in spellings({language: FOOTERS[language].casefold()}))
_CARD_RULE = re.compile(r"\s*(?:---|_{2,}|-{4,40}|={3,40}|[*~]{3,40}|[—–―─]+)$")
_CONTACT = re.compile(
    r"@|\w at [\w-]+\.\w|https?://|www\.|\+?\d[\d ()/.-]{6,}\d|\b(?:Tel|Phone|Mobile|Fax)\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"[.?!:;,]$")
_ORNAMENT = re.compile(r"\s*(?:([-_=*~#+—])\1*|ᐧ)$")  # the last is what a mail tracker leaves behind
_ENDS_OF_RULES = frozenset("-_=*~#+—–―─ᐧ")  # of any kind; to pass over most lines
_SENT_FROM = re.compile(
    rf"[<(*_\s]{{0,6}}(?:(?:{alternatives(SENT_FROM).replace('…', '.{1,40}?')})"
    r"|[\w ]{1,30} from (?:my )?(?:mobile|cell|phone|iphone|ipad)\W*$)",
    re.IGNORECASE,
)
_SENT_MARKS = "<(*_ \t"
_SENT_FIRST_TWO = frozenset(spelling[:2].casefold() for spelling in spellings(SENT_FROM))
_DEVICE = re.compile(
    r"from my|phone|ipad|android|black ?berry|galaxy|device|mobile|outlook|mail|yahoo|windows|tablet|handy|cell",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"(?:P\.? ?){1,3}[SD]\b\.?(?:[\s:.,–—-]|$)|N\.?B\.?[\s:]")
_LONGEST_LINE = 100  # characters of a signature; longer ones are paragraphs
_LONE_LINK = re.compile(r"[<(\[]?https?://\S+$")
_OF_MAIL = re.compile(
    r"mail|messag|mensag|mensaj|communi|comuni|transmission|nachricht|bericht|meddel|viesti|wiadomo|сообщени|письм|správ|zpráv"
    r"|correo|courriel|document|邮件|郵件|信息"
)
_DISCLAIMERS = [
    [tuple(spellings({language: side.casefold()})) for side in line.split(" — ")]
    for language, line in DISCLAIMERS.items()
]
_SECRET = tuple(dict.fromkeys(word[:6] for secret, _ in _DISCLAIMERS for word in secret))  # a quick look


def outermost(lines: list[str], end: int) -> int:
    """Where the end would be without the ending that begins first; the last line is none of a quote."""
    if any([line and line[-1] in _ENDS_OF_RULES for line in lines[max(0, end - _FOOTER_LINES) : end]]):  # noqa: C419  # faster
        first = min([ending(lines, end) for ending in _BELOW_RULES])
        if first < end - 1 and "" in lines[first - 1 : end]:
            return first  # the others begin within the last paragraph, and this one above it
    else:
        first = _google_footer(lines, end)
    return min(first, sent_from(lines, end), disclaimer(lines, end))


def footer(lines: list[str], end: int) -> int:
    """Where the list's footer begins: a rule, and below it a few lines that speak of the list."""
    first = max(0, end - _FOOTER_LINES)
    for at in range(end - 1, first - 1, -1):
        mark = lines[at][:1]
        if mark == ">":
            break
        if mark in _RULE_MARKS and _RULE.match(lines[at]) and _speaks_of_list(lines[at + 1 : end]):
            return at
    return _google_footer(lines, end)


def _google_footer(lines: list[str], end: int) -> int:
    """Where the last paragraph begins, if it is what Google Groups appends, the rule above it lost.

    In every language it names the group's maker and the address for leaving.
    """
    top = _paragraph(lines, end, _FOOTER_LINES)
    if top and lines[top - 1]:
        return end
    paragraph = "\n".join(lines[top:end])[:_LONGEST_FOOTER]
    return top if _LEAVING in paragraph and _GOOGLE.search(paragraph) else end


def _paragraph(lines: list[str], end: int, most: int) -> int:
    """Where the last paragraph begins, without quotes, or what is left of it within so many lines."""
    least = max(0, end - most)
    while end > least and lines[end - 1] and lines[end - 1][0] != ">":
        end -= 1
    return end


def _speaks_of_list(lines: list[str]) -> bool:
    return _any_in("\n".join([line[:500] for line in lines]).casefold(), _FOOTER)


def signature(lines: list[str], end: int) -> int:
    """Where the signature begins; its mark is two hyphens, whose space is often lost (RFC 3676 4.3)."""
    first = max(0, end - _SIGNATURE_LINES)
    if "--" not in lines[first:end]:
        return end
    cut = end
    for at in range(end - 1, first - 1, -1):
        if lines[at][:1] == ">":
            break
        if lines[at] == "--":
            cut = at
    return end if _is_text(lines[cut + 1 : end]) else cut


def _is_text(below: list[str]) -> bool:
    """Whether what follows a rule is more of the mail: with a postscript, or a paragraph that stands apart."""
    if below[:1] == [""] and any(len(line) > _LONGEST_LINE and not line.startswith(NEXT_PART) for line in below):
        return not _speaks_of_list(below)
    return any(map(_POSTSCRIPT.match, below))


def card(lines: list[str], end: int) -> int:
    """Where a signature begins below a rule of another kind: a few short lines, with an address or no sentence."""
    for at in range(end - 1, max(0, end - _CARD_LINES - 1) - 1, -1):
        if lines[at][:1] == ">":
            return end
        if lines[at][-1:] in _ENDS_OF_RULES and _CARD_RULE.match(lines[at]):
            block = lines[at + 1 : end]
            # A rule right below text underlines it, unless it is of free mail; one between blank lines parts sections.
            advertises = lines[at][:_LONG_RULE] == "_" * _LONG_RULE
            narrow = advertises or all(len(line) <= _CARD_WIDTH for line in block)
            stands_so = at and narrow and (not lines[at - 1] or advertises) and block and block[0]
            short = not lines[at - 1] and len(block) <= 4 and not any(_SENTENCE.search(line) for line in block)
            is_card = stands_so and (short or any(map(_CONTACT.search, block))) and not _is_text(block)
            return at if is_card and not _leads_in(lines[:at]) else end
    return end


def frame(lines: list[str], end: int) -> int:
    """Where a signature begins that stands between two long rules, the same above and below."""
    rule = lines[end - 1]
    if len(rule) < _FRAME or rule[0] not in _RULE_MARKS or not _RULE.match(rule):
        return end
    first = max(1, end - _SIGNATURE_LINES)
    above = next((at for at in range(end - 2, first - 1, -1) if lines[at] == rule or lines[at][:1] == ">"), end)
    stands_so = above < end and lines[above] == rule and not lines[above - 1]
    return above if stands_so and any(map(_CONTACT.search, lines[above:end])) else end


def _leads_in(above: list[str]) -> bool:
    last = next((line for line in reversed(above) if line), "")
    return last[-1:] in (":", "：")


def ornament(lines: list[str], end: int) -> int:
    """Where rules begin that nothing follows, if a blank line is above them."""
    top = end
    if lines[end - 1][-1] not in _ENDS_OF_RULES:
        return end
    while top > max(0, end - _ORNAMENT_LINES) and (not lines[top - 1] or _ORNAMENT.match(lines[top - 1])):
        top -= 1
    blank = next((at for at in range(top, end) if not lines[at]), end)
    return blank if blank < end else end


def is_rule(line: str) -> bool:
    """Whether the line is a rule as mail programs and lists write it."""
    return _RULE.match(line) is not None


def sent_from(lines: list[str], end: int) -> int:
    """The line that a telephone or a program writes, with its link or a rule on a line of its own perhaps."""
    beside = end > 1 and (_LONE_LINK.match(lines[end - 1]) or _ORNAMENT.match(lines[end - 1]))
    if beside and _is_sent_from(lines, end - 2):
        return end - 2
    return end - 1 if _is_sent_from(lines, end - 1) else end


def _is_sent_from(lines: list[str], at: int) -> bool:
    """Whether this line is one of those; right below text it must name a device, or it may be the end of a sentence."""
    line = lines[at]
    if len(line) >= 200 or line[-1:] == "?" or not (_may_be_sent_from(line) and _SENT_FROM.match(line)):
        return False
    above = lines[at - 1] if at else ""
    apart = not above or _ORNAMENT.match(above) or _SENT_FROM.match(above)
    return bool(apart or _DEVICE.search(line))


def _may_be_sent_from(line: str) -> bool:
    """Whether the pattern is worth its time; spellings that do not tell how a line begins are not in ASCII."""
    return not line.isascii() or line.lstrip(_SENT_MARKS)[:2].casefold() in _SENT_FIRST_TWO or " from " in line.lower()


def disclaimer(lines: list[str], end: int) -> int:
    """Where the last paragraph begins, if it warns whom the mail was not meant for."""
    top = _paragraph(lines, end, _DISCLAIMER_LINES)
    if not top or lines[top - 1]:
        return end
    text = " ".join(lines[top:end])[:5000].casefold()
    if len(text) < _DISCLAIMER_LENGTH or not _any_in(text, _SECRET) or not _OF_MAIL.search(text):
        return end
    return top if any(all(_any_in(text, words) for words in both) for both in _DISCLAIMERS) else end


def _any_in(text: str, words: tuple[str, ...]) -> bool:
    for word in words:  # noqa: SIM110  # a generator takes twice as long, for every mail
        if word in text:
            return True
    return False


_BELOW_RULES: tuple[_Ending, ...] = (footer, signature, card, frame, ornament)
