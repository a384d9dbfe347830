"""The lines that say whose words follow, as mail programs write them in many languages."""

from __future__ import annotations

import re

from migrate.content.languages import (
    FORWARDED,
    FROM,
    ON,
    ORIGINAL,
    OTHER_FIELDS,
    WROTE,
    WROTE_WITHOUT_SPACES,
    alternatives,
    spellings,
)

ORIGINAL_BEGINS = "\ufdd4"  # a line of its own that says so; a noncharacter, which no text holds

_LONGEST = 500  # characters of an attribution; longer ones are text
_HEADERS = 8  # lines of a block of headers that are looked at

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")  # marks of direction round names and dates
_VERB = rf"(?:(?:^|\W)(?:{alternatives(WROTE)})(?!\w)|{alternatives(WROTE_WITHOUT_SPACES)})"
_WROTE = re.compile(rf"{_VERB}[^\n]{{0,150}}[:：]\W{{0,3}}$", re.IGNORECASE)
_QUOTING = re.compile(r"Quoting .{3,200}:$")
_BEGINS_WITH_VERB = re.compile(rf"\W*{_VERB}", re.IGNORECASE)
_FENCED = re.compile(rf"-{{2,6}} ?.{{0,300}}{_VERB}.{{0,100}}-{{2,6}}$", re.IGNORECASE)  # Zoho's has no colon
_ADDRESS = r"[<(\[]\s?(?:mailto:)?[^\s<>()]{1,120}(?:@| at )[^\s<>()]{1,120}\s?[>)\]]"  # archives write " at "
# "2013/7/20 Name <address>" and "2016-03-03 17:21 GMT+01:00 Name": older Gmail wrote no verb.
# With two spaces behind the date it is an entry of a ChangeLog.
_DATE_AND_NAME = re.compile(
    rf"\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}\b(?!\s\s).{{0,200}}{_ADDRESS}\W{{0,3}}$"
    r"|\d{4}-\d\d-\d\d \d\d?:\d\d GMT[+-]\d\d:\d\d \w.{0,80}$"
)
# Some languages have no verb at all: a date, the name, its address and a colon.
_ADDRESS_AT_END = re.compile(rf"\d.{{0,300}}{_ADDRESS}\W{{0,3}}[:：]\W{{0,3}}$")
# "* Name <address> [2006-12-15 11:56:55 +0100]:" is mutt's, with or without the address.
_DATE_IN_BRACKETS = re.compile(r"(?:\* )?[^\W\d][^\[\]]{1,200} \[[^\[\]]{0,15}\d[^\[\]]{0,25}\d:\d\d[^\[\]]{0,20}\]:$")
_WORD = re.compile(r"\w+")
_VERBS = frozenset(max(_WORD.findall(spelling.casefold()), key=len) for spelling in spellings(WROTE))
_LONE_VERBS = frozenset(spelling.casefold() for spelling in spellings(WROTE) if spelling.isalpha())
_UNSPACED_VERB = re.compile(alternatives(WROTE_WITHOUT_SPACES))
_DATED = re.compile(r"\d.{0,200}\d|@")
TIME_OR_ADDRESS = re.compile(r"\d[:.h時时시]\s?\d\d|@|<")  # which programs write, and hardly anybody types
_SENTENCES = re.compile(r"(?<!\w)[^\W\d_]{3,}[.!] [A-ZÀ-ÞΑ-ΩА-Я]")  # where one ends, and the next begins
_MOST_WORDS = 10  # of an attribution with neither
_LAST_CHARACTERS = frozenset(":：*\u200e\u200f\u202c\u2069")
_FIRST_CHARACTER = frozenset("-2")  # of those that end without a colon: hyphens round it, or a year
_ENGLISH = r"On|At|Quoting|In (?:an? )?(?:article|message)"
_BEGINNING = re.compile(
    rf"[\W_]*(?:(?:{_ENGLISH})\s|(?:{alternatives(ON)})\s?(?=.*\d)|\d{{1,4}}[-./年년\s]"
    r"|\w{1,14}[.,]{0,2}\s\d"  # a day of the week, in any language
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,|[^\W\d]{5,14},\s\d)"
)

_MARK = re.compile(
    rf"[\s*_>]*(?:-{{2,}}\s*(?:{alternatives(ORIGINAL)}|{alternatives(FORWARDED)})(?!\w).{{0,80}}?-{{2,}}[\s*]*$"
    rf"|(?:{alternatives(FORWARDED)})\s?[:：][\s*]*$)",
    re.IGNORECASE,
)
_NO_WORDS = re.compile(r"[-\s*_>]*$")
_LONGEST_FORWARDED = max(map(len, spellings(FORWARDED))) + 3
_FROM = re.compile(rf"[ \t*]*(?:{alternatives(FROM)})\s?\*?[:：]")
_OTHER_FIELD = re.compile(rf"[ \t*]*(?:{alternatives(OTHER_FIELDS)})\s?\*?[:：]")
_FIRST_CHARACTERS = re.escape("".join(sorted({spelling[0] for spelling in spellings(FROM) | spellings(FORWARDED)})))
_BEGINS_ORIGINAL = re.compile(  # the first characters only to pass over most lines
    rf"\n(?=[ \t*]*+(?=[-{ORIGINAL_BEGINS}{_FIRST_CHARACTERS}])(?:-{{2,}}+[^\S\n]*+\w[^\n]*--|{ORIGINAL_BEGINS}"
    rf"|(?:{alternatives(FROM)})\s?\*?[:：]|(?:{alternatives(FORWARDED)})\s?[:：]))"
)


def is_attribution(lines: list[str], *, dated: bool = False) -> bool:
    """Whether these lines together are one attribution ("On …, … wrote:"), and not what somebody tells with such words.

    `dated` asks for a date or address in it, and that it begins with that or has a time: nothing marks what is quoted.
    """
    text = " ".join(lines).strip()
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    if not _ends_so(text) or len(text) > _LONGEST or (dated and not _is_dated(text)):
        return False
    if text[-1:] == "-":
        return bool(_FENCED.match(text))
    if _says_who_wrote(text):
        return not _tells(text)
    if text[-2:] == "]:":
        return bool(_DATE_IN_BRACKETS.match(text))
    addressed = ("@" in text or " at " in text) and _ADDRESS_AT_END.search(text)
    return bool(addressed or _DATE_AND_NAME.match(text) or _QUOTING.match(text))


def _ends_so(text: str) -> bool:
    """Whether any of the patterns can match: with a colon near the end, hyphens round it, or a date at its start."""
    end = text[-4:]
    return ":" in end or "：" in end or text[:2] == "--" == end[-2:] or text[:1].isdigit()


def _is_dated(text: str) -> bool:
    return bool(_DATED.search(text)) and bool(TIME_OR_ADDRESS.search(text) or begins_attribution(text))


def _tells(text: str) -> bool:
    """Whether this is prose: several sentences, or many words without the time or address that programs write."""
    several = (". " in text or "! " in text) and _SENTENCES.search(text)
    return bool(several) or (len(text.split()) > _MOST_WORDS and not TIME_OR_ADDRESS.search(text))


def _says_who_wrote(text: str) -> bool:
    """Whether the text ends with a verb, or a verb and a name; where no verb is, the long pattern is spared."""
    found = _WORD.findall(text.casefold())
    if found and found[-1] in _LONE_VERBS and text[-1] in ":：":
        return True
    possible = not _VERBS.isdisjoint(found) or (not text.isascii() and _UNSPACED_VERB.search(text))
    return bool(possible and _WROTE.search(text))


def attribution_ends(lines: list[str]) -> list[int]:
    """Which lines an attribution may end with; a quick look, to pass over most."""
    return [
        at
        for at, line in enumerate(lines)
        if line and (line[-1] in _LAST_CHARACTERS or (line[0] in _FIRST_CHARACTER and ends_attribution(line)))
    ]


def ends_attribution(line: str) -> bool:
    """The same of one line."""
    return line[-1:] in _LAST_CHARACTERS or line[:2] == "20" or line[:2] == "--" == line[-2:]


def speaks(text: str) -> bool:
    """Whether a verb of an attribution may be in the text, or an address; a quick look too."""
    return (
        "@" in text
        or " at " in text
        or "]:" in text
        or "GMT" in text
        or not text.isascii()
        or not _VERBS.isdisjoint(_WORD.findall(text.lower()))
    )


def begins_attribution(line: str) -> bool:
    """Whether an attribution may begin with this line: with a date, in most languages after a preposition."""
    return bool(_BEGINNING.match(_INVISIBLE.sub("", line)))


def lacks_name(line: str) -> bool:
    """Whether the line begins with the verb of an attribution, so that the name stands above."""
    return bool(_BEGINS_WITH_VERB.match(line))


def original_at(lines: list[str]) -> int | None:
    """The first line that says that the mail before follows: a mark, or a block of its headers as Outlook writes it."""
    text = "\n" + "\n".join(lines)
    at = end = 0
    for found in _BEGINS_ORIGINAL.finditer(text):
        at += text.count("\n", end, found.end())
        end = found.end()
        if is_original_mark(lines[at - 1]) or headers_end(lines, at - 1) > at:
            return at - 1
    return None


def is_original_mark(line: str) -> bool:
    """Whether the line says that another mail follows, sent before or forwarded."""
    if "--" not in line and (line[-1:] not in _LAST_CHARACTERS or len(line.strip("*_> \t")) > _LONGEST_FORWARDED):
        return line == ORIGINAL_BEGINS
    return len(line) < _LONGEST and not _NO_WORDS.match(line) and bool(_MARK.match(line))


def headers_end(lines: list[str], start: int) -> int:
    """Behind the block of headers that begins at `start` with the sender; `start` where there is none."""
    if start >= len(lines) or not _FROM.match(lines[start]):
        return start
    end = start + 1
    fields = 0
    while end < min(len(lines), start + _HEADERS):
        field = bool(_OTHER_FIELD.match(lines[end] or "".join(lines[end + 1 : end + 2])))
        if not lines[end] and not field:
            break
        fields += field and bool(lines[end])
        end += 1
    return end if fields >= 2 else start
