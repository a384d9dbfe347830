"""What Mailman's archives made of attachments: notices of files that lie elsewhere, and dividers between texts.

The notices are translated list by list, so they are known by their shape: a divider, a line that says what happened,
named fields, and last the address below the archive's "attachments" folder; or no address where nothing was kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from migrate.mail.headers import decode_header
from migrate.mail.pieces import Linked, Text

# Mailman 2.1's message catalogues.
_NEXT_PART = (
    "next part", "nächster Teil", "próxima parte", "próximo parte", "part següent", "section suivante",
    "parte successiva", "volgend deel", "nästa del", "neste del", "næste del", "seuraava osa", "další část",
    "ďalšia časť", "następna część", "következő rész", "partea următoare", "следующая часть", "наступна частина",
    "следећи део", "sonraki bölüm", "下一部分", "下一部份", "次のパート",
)  # fmt: skip
_DIVIDER = re.compile(rf"^-{{10,}} (?:{'|'.join(_NEXT_PART)}) -{{10,}}[ \t]*\n", re.MULTILINE)
_ADDRESS = r"<?(?P<url>(?:https?:/)?/[^\s<>()]{1,500}/attachments/\d{8}/[0-9a-f]{4,40}/[^\s<>()]{1,300})>?"
_FIELD = r"[^\s:][^:\n]{0,30}?[ \t]{0,10}:(?:[ \t][^\n]{0,300})?(?:\n[ \t][^\n]{1,300}){0,4}\n"
_NOTICE = re.compile(
    rf"(?P<says>[^\s:][^:\n]{{5,120}})\n(?P<fields>(?:(?!U[Rr][Ll]\b){_FIELD}){{0,5}}+)"
    rf"(?P<url_label>U[Rr][Ll])[ \t]{{0,10}}:[ \t]{{0,4}}{_ADDRESS}[ \t]*(?:\n|\Z)"
)
# Behind a divider: what was thrown away (Mailman 3 does with all but text). There or first: what never was a file.
_NOTICE_OF_NOTHING = re.compile(
    rf"(?:(?P<says>[^\s:][^:\n]{{5,120}}\.\.\.)\n(?P<fields>(?:{_FIELD}){{4}}+)"
    r"|(?P<skipped>Skipped content of type \w{1,40}/[\w.+-]{1,80})[ \t]*(?:\n|\Z))(?=\s*(?:\Z|-{10,} |_{5,}\n))"
)
_SKIPPED = re.compile(r"(Skipped content of type \w{1,40}/[\w.+]{1,40}(?:-[\w.+]{1,40}){0,5})(?=-{10,} )")
_SPACE = re.compile(r"\s+")
_HTML_NAME = re.compile(r"\.html?\Z", re.IGNORECASE)
_UNKNOWN = "not available"
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
LONGEST_NOTICE = 600  # characters up to its address
FILE_FIELDS = 4  # name, type, size, description


def taken_apart(text: Text) -> Iterator[Text | Linked]:
    """The texts between the dividers, and the files that were taken out; the text itself where there are none."""
    # A rare last character is found faster: the space is asked for only where there are hyphens.
    divided = "----------" in text.text and "---------- " in text.text
    if text.html or not (divided or _may_begin_with_notice(text.text[:LONGEST_NOTICE])):
        yield text
        return
    whole = _SKIPPED.sub(r"\1\n", text.text) if "Skipped content" in text.text else text.text
    marks = [*((found.start(), found.end()) for found in _DIVIDER.finditer(whole)), (len(whole), len(whole))]
    yield from _part(text, whole, (0, len(whole) - len(whole.lstrip())), marks[0][0])
    for divider, (end, _) in pairwise(marks):
        yield from _part(text, whole, divider, end)


def _may_begin_with_notice(head: str) -> bool:
    return "/attachments/" in head or head.lstrip().startswith("Skipped content of type ")


def _part(text: Text, whole: str, divider: tuple[int, int], end: int) -> Iterator[Text | Linked]:
    """What stands between a divider, or the beginning, and the next: a notice and a text, or one of them."""
    start, behind = divider
    words = whole[start:behind].strip("- \t\n")
    if notice := _NOTICE.match(whole, behind, end):
        yield _linked(notice, words)
        start = notice.end()
    elif (notice := _NOTICE_OF_NOTHING.match(whole, behind, end)) and (gone := _thrown_away(notice, words)):
        yield gone
        start = notice.end()
    if whole[start:end].strip():
        yield text if end - start == len(text.text) else replace(text, text=whole[start:end])


def _thrown_away(found: re.Match[str], divider: str) -> Linked | None:
    """What is said of something that is nowhere to be found; None where it is a text of that shape."""
    if found["skipped"]:
        return Linked(found["skipped"], "", (), divider, for_readers=False)
    lines = _fields(found["fields"])
    name, kind, *others = map(_value, lines)
    if not divider or "/" not in kind:
        return None
    said = _on_one_line((divider, found["says"], *lines))
    for_readers = kind not in (*_SIGNATURES, "text/html")
    return Linked(_named(name, ""), "", _known(kind, *others), said, for_readers)


def _on_one_line(lines: Iterable[str]) -> str:
    return " · ".join(_SPACE.sub(" ", line).strip() for line in lines if line)


def _known(*values: str) -> tuple[str, ...]:
    return tuple(value for value in values if value and value != _UNKNOWN)


def _linked(notice: re.Match[str], divider: str) -> Linked:
    url = notice["url"]
    own_name = url.rpartition("/")[2]
    lines = _fields(notice["fields"])
    fields = [_value(line) for line in lines]
    said = _on_one_line((divider, notice["says"], *lines, notice["url_label"]))
    if len(fields) == FILE_FIELDS and "/" in fields[1]:
        name, kind, size, description = fields
        about = _known(kind, size, description)
        return Linked(_named(name, own_name), url, about, said, for_readers=kind not in _SIGNATURES)
    if len(fields) == 1:
        return Linked(_named(fields[0], own_name), url, (), said, for_readers=True)
    # Without fields it is the text again, as HTML; with others an embedded message.
    html = not fields and _HTML_NAME.search(own_name) is not None
    return Linked(own_name, url, tuple(filter(None, fields)), said, for_readers=not html)


def _named(name: str, own_name: str) -> str:
    return own_name if not name or name == _UNKNOWN else name


def _fields(lines: str) -> list[str]:
    """The fields, those that go on in the next line made whole."""
    return re.sub(r"\n[ \t]+", " ", lines.rstrip("\n")).split("\n") if lines else []


def _value(field: str) -> str:
    """What stands behind the colon, decoded where Mailman left that to its readers."""
    value = field.partition(":")[2].strip()
    return decode_header(value.encode("utf-8", "replace"), []) if "=?" in value else value
