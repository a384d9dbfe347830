"""What the public archive of campaigns shows: its feed, and its pages as saved from a browser."""

from __future__ import annotations

import io
import re
from datetime import datetime
from html import unescape
from itertools import islice
from typing import Any, NamedTuple
from xml.sax import SAXException

from importers.mailchimp.contents import id_of_address, ids_in, title_of
from importers.mailchimp.known import Campaign, campaign_id, line, moment, url
from importers.mailchimp.messages import Content
from migrate.content.escape import clean

LARGEST_FEED = 32 << 20  # bytes
LONGEST_LINK = 3000  # characters of a link's tag, or of its text
LONGEST_HEAD = 1 << 18  # characters of a page in which it says what it is
MOST_ITEMS = 5000  # of a feed, or of a page that lists campaigns
_FEED_NAME = re.compile(r"\s+(?:campaign )?archive(?: feed)?\Z", re.IGNORECASE)
_LISTED = re.compile(r"(\d{1,4}[./-]\d{1,2}[./-]\d{2,4})\s{0,20}[-–—:]?\s{0,20}<a\s", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*[\"']?(https?://[^\s\"'>]{1,2000})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_META = re.compile(
    r"<meta[^>]{0,300}property=[\"']og:(title|url|description)[\"'][^>]{0,300}content=[\"']([^\"']{0,2000})[\"']",
    re.IGNORECASE,
)
_CANONICAL = re.compile(
    r"<link[^>]{0,200}rel=[\"']canonical[\"'][^>]{0,200}href=[\"'](https?://[^\"']{1,2000})", re.IGNORECASE
)
_LANGUAGE = re.compile(r"<html[^>]{0,300}\blang=[\"']?([A-Za-z]{2,3}(?:-[A-Za-z]{2,4})?)\b", re.IGNORECASE)
_BAR = "#awesomewrap, #awesomebar, #campaign-archive-bar, .awesome-bar"


class Feed(NamedTuple):
    """The campaigns of a feed, each with its text, in its order."""

    items: list[tuple[Campaign, Content]]
    damaged: bool  # cut off, or no XML in some place; the items are what could be read


def feed(data: bytes, now: datetime) -> Feed:
    """What is in a feed. Never raises."""
    import feedparser  # slow to load

    # As a stream: the parser takes what is no stream for the name of a file, too.
    parsed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    name = _FEED_NAME.sub("", line(parsed.feed.get("title")))
    language = line(parsed.feed.get("language"), 20)
    items = []
    for entry in parsed.entries[:MOST_ITEMS]:
        html = clean(_content(entry))
        address = url(entry.get("link"))
        ids = {id_of_address(address), campaign_id(entry.get("id")), id_of_address(line(entry.get("id"), 2000))} - {""}
        ids = ids or ids_in(html)
        campaign = Campaign(
            id=ids.pop() if len(ids) == 1 else "",
            subject=line(unescape(line(entry.get("title")))),
            from_name=line(entry.get("author")),
            list_name=name,
            sent_at=moment(entry.get("published") or entry.get("updated"), now),
            archive_url=address,
            language=language,
            status="sent",
        )
        items.append((campaign, Content(html=html)))
    return Feed(items, isinstance(parsed.get("bozo_exception"), SAXException))


def _content(entry: Any) -> str:  # noqa: ANN401 - feedparser's own kind of dictionary
    """The whole text of an item; the summary where there is none."""
    texts = [each.get("value") for each in entry.get("content", ()) if isinstance(each.get("value"), str)]
    summary = entry.get("summary")
    return max(texts, key=len, default="") or (summary if isinstance(summary, str) else "")


def listed(html: str, now: datetime) -> list[Campaign]:
    """The campaigns that a page of the archive lists by day, subject and address; [] where it lists none.

    Days are month/day/year, as Mailchimp writes them for everybody who chose nothing else.
    """
    found = []
    for match in islice(_LISTED.finditer(html), MOST_ITEMS):
        # By hand, since a pattern that looks for the end of each would be slow on a page made to be.
        opened = html.find(">", match.end(), match.end() + LONGEST_LINK)
        closed = html.find("</a", opened, opened + LONGEST_LINK) if opened > 0 else -1
        address = _HREF.search(html, match.end(), opened) if closed > 0 else None
        subject = line(unescape(_TAG.sub("", html[opened + 1 : closed]))) if address else ""
        if address and subject:
            link = url(unescape(address[1]))
            found.append(
                Campaign(
                    id=id_of_address(link),
                    subject=subject,
                    sent_at=_day(match[1], now),
                    whole_day=True,
                    archive_url=link,
                    status="sent",
                )
            )
    return found


def _day(text: str, now: datetime) -> datetime | None:
    parts = [int(part) for part in re.split(r"[./-]", text)]
    if parts[0] > 31:
        year, month, day = parts
    else:
        month, day, year = parts
        if month > 12 or "." in text:
            month, day = day, month
    return moment(f"{year + 2000 if year < 100 else year:04}-{month:02}-{day:02} 12:00", now)


def of_page(html: str) -> Campaign:
    """What a saved page tells of the campaign it shows. Its date is not on it."""
    meta = {found[1].lower(): unescape(found[2]) for found in _META.finditer(html[:LONGEST_HEAD])}
    ids = ids_in(html)
    canonical = _CANONICAL.search(html[:LONGEST_HEAD])
    language = _LANGUAGE.search(html[:4096])
    subject = line(meta.get("title")) or title_of(html)
    return Campaign(
        id=next(iter(ids)) if len(ids) == 1 else "",
        subject="" if "*|" in subject else subject,  # a text of which nothing was filled in
        archive_url=url(meta.get("url")) or (url(unescape(canonical[1])) if canonical else ""),
        language=language[1] if language else "",
        status="sent",
    )


def without_bar(html: str) -> str:
    """A saved page without the bar that the archive puts above the campaign."""
    if "awesome" not in html:
        return html
    from selectolax.lexbor import LexborHTMLParser  # slow to load

    tree = LexborHTMLParser(html)
    for node in tree.css(_BAR):
        node.decompose()
    return tree.html or html
