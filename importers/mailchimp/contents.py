"""The text of a campaign out of whatever holds it: the API's answer, a file of an export, a feed, a saved page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from importers.mailchimp.known import CAMPAIGN_ID, line
from importers.mailchimp.messages import Content
from migrate.content.escape import clean
from migrate.mail.charsets import decode
from migrate.mail.problems import Problems

LARGEST = 16 << 20  # bytes of one campaign
HTML_HEAD = 4096
MOST_LINKS = 20_000  # that are looked at in one text
_META = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_LINK = re.compile(r"(?:href|content|src)\s*=\s*[\"']?(https?://[^\s\"'<>]{1,2000})", re.IGNORECASE)
_PICTURE = re.compile(r"(?:src|background)\s*=\s*[\"']?([^\s\"'<>]{1,2000})", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,600})</title>", re.IGNORECASE)
_ARCHIVE = re.compile(r"(?:^|\.)campaign-archive\d*\.com\Z")
_MANAGE = re.compile(r"(?:^|\.)list-manage\d*\.com\Z")


def text_of(data: bytes, problems: Problems) -> str:
    """The bytes of an HTML or text file as text."""
    found = _META.search(data[:HTML_HEAD])
    data = data.removeprefix(b"\xef\xbb\xbf")
    return clean(decode(data, found[1].decode("ascii") if found else "utf-8", problems))


def of_api(value: Mapping[str, Any], winner: str = "") -> Content:
    """What the API answers of a campaign's content. `archive_html` is what a reader sees of whom nothing is known.

    `winner` is the label of the variant that everybody got, "" where nobody knows.
    """
    variants = value.get("variate_contents")
    choices = [each for each in variants if isinstance(each, Mapping)] if isinstance(variants, list) else []
    html = _text(value.get("archive_html")) or _text(value.get("html"))
    text = _text(value.get("plain_text"))
    if html or text:
        return Content(html=html, text=text, variants=max(1, len(choices)))
    if not choices:
        return Content()
    won = [each for each in choices if winner and line(each.get("content_label")) == winner]
    chosen = (won or choices)[0]
    return Content(
        html=_text(chosen.get("html")),
        text=_text(chosen.get("plain_text")),
        variants=len(choices),
        guessed=not won and len(choices) > 1,
    )


def _text(value: object) -> str:
    text = value[:LARGEST] if isinstance(value, str) else ""
    return clean(text) if text.strip() else ""


def title_of(html: str) -> str:
    """The title of a page, without what the web archive puts round it."""
    found = _TITLE.search(html[: 1 << 20])
    return line(unescape(found[1])) if found else ""


def ids_in(html: str) -> set[str]:
    """Ids of the campaign that the addresses in its text name: the way to leave names it, and what counts clicks.

    An earlier issue may be linked, too: where only links to issues are there and they differ, nothing is known.
    """
    sure: set[str] = set()
    issues: set[str] = set()
    for found in islice(_LINK.finditer(html), MOST_LINKS):
        for kind, each in _id_in(unescape(found[1])):
            (sure if kind else issues).add(each)
    return sure or (issues if len(issues) == 1 else set())


def _id_in(address: str) -> Iterable[tuple[bool, str]]:
    try:
        parts = urlsplit(address)
        query = parse_qs(parts.query, max_num_fields=50)
        host = parts.hostname or ""
    except ValueError:
        return
    if each := _first(query, "mc_cid"):
        yield True, each
    if _MANAGE.search(host) and (each := _first(query, "c")):
        yield True, each
    if _ARCHIVE.search(host) and parts.path in ("", "/") and (each := _first(query, "id")):
        yield "e" in query, each


def id_of_address(address: str) -> str:
    """The id of the campaign that is shown at an address of the archive; "" where the address does not tell."""
    return next((each for _, each in _id_in(address)), "")


def _first(query: Mapping[str, list[str]], name: str) -> str:
    value = query.get(name, [""])[0].lower()
    return value if CAMPAIGN_ID.fullmatch(value) else ""


def pictures_in(html: str) -> set[str]:
    """The file names of the pictures in a text, as they stand there."""
    names = (unquote(unescape(found[1]).partition("?")[0]).rpartition("/")[2] for found in _PICTURE.finditer(html))
    return {name for name in names if "." in name}
