"""What each file of an export is: by its folder where Mailchimp's own export tells, else by its first bytes."""

from __future__ import annotations

import re
from typing import Literal

from importers.mailchimp.contacts import shape_of
from importers.mailchimp.known import CAMPAIGN_ID
from importers.mailchimp.listing import columns_of
from importers.mailchimp.table import rows
from migrate.tree import Tree, TreeFile, opened, read_file

# report: who opened and clicked what, never opened itself; page: a campaign or list of them as saved from the web.
Kind = Literal["audience", "campaigns", "content", "page", "feed", "json", "picture", "template", "report", "other"]

OURS = frozenset[Kind](("audience", "campaigns", "content", "page", "feed", "json"))
HEAD = 64 * 1024
LOOKED_AT = 20  # files that are opened to see whose an export is
_READABLE = (".csv", ".tsv", ".html", ".htm", ".xml", ".rss", ".json", ".jsonl", ".ndjson")
_PRIVATE = frozenset(("reports", "aggregate_activity", "geo_data", "granular_activity", "events"))
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".heic", ".avif")
_MARKS = re.compile(
    rb"id=[\"']?awesomewrap|campaign-archive\d*\.com/\?[^\s\"'>]{0,60}id=|class=[\"']?(?:mcn|mce|display_archive)|mcnPreviewText"
    rb"|\*\|(?:MC:SUBJECT|UNSUB|ARCHIVE|LIST:)|list-manage\d*\.com/(?:unsubscribe|profile|track)|mcusercontent\.com/",
)
_FEED_MARKS = re.compile(rb"campaign-archive\d*\.com|mailchi\.mp|list-manage\d*\.com|mailchimp", re.IGNORECASE)
_JSON_MARKS = re.compile(
    rb"\"(?:long_archive_url|archive_html|variate_settings|unique_email_id|email_address|subject_line|plain_text)\"\s*:"
)
_FOLDERS = re.compile(rb"\A[\s\xef\xbb\xbf]{0,20}\{\s{0,200}\"folders\"\s{0,20}:")


def kind_of(file: TreeFile) -> Kind:
    """What a file is. Raises InputError where the export has gone meanwhile."""
    folders = {part.lower() for part in file.label.split("/")[:-1]}  # with that of a folder that was itself named
    name = file.name.lower()
    if folders & _PRIVATE:
        return "report"
    if name.startswith((".", "._")) or "__macosx" in folders:
        return "other"
    if name.endswith(_PICTURES):
        return "picture"
    if "templates" in folders:
        return "template"
    if "campaigns_content" in folders and name.endswith((".html", ".htm", ".txt")):
        return "content"
    return _by_content(file, name)


def is_ours(tree: Tree) -> bool:
    """Whether an export is one of Mailchimp's."""
    files = list(tree)
    if any("campaigns_content" in file.folder.lower().split("/") for file in files):
        return True
    readable = [file for file in files if file.name.lower().endswith(_READABLE) or len(files) == 1]
    # Tables tell at once; of what else there is, the first few do.
    readable.sort(key=lambda file: (not file.name.lower().endswith(".csv"), file.path))
    return any(kind_of(file) in OURS for file in readable[:LOOKED_AT])


def _by_content(file: TreeFile, name: str) -> Kind:
    if name.endswith((".csv", ".tsv")):
        return _table(file)
    head, _ = read_file(file, HEAD)
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if name.endswith((".html", ".htm")) or text[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "page" if _MARKS.search(head) else _deeper(file, "page")
    if text[:1] in (b"{", b"["):
        is_named = CAMPAIGN_ID.search(name) and b'"html"' in head
        return "json" if is_named or _JSON_MARKS.search(head) or _FOLDERS.search(head) else "other"
    if (b"<rss" in text[:2000] or b"<feed" in text[:2000] or b"<rdf:RDF" in text[:2000]) and _FEED_MARKS.search(head):
        return "feed"
    return "other"


def _deeper(file: TreeFile, kind: Kind) -> Kind:
    """Style sheets of a hundred kilobytes may stand before what tells."""
    whole, _ = read_file(file, 1 << 20)
    return kind if _MARKS.search(whole) else "other"


def _table(file: TreeFile) -> Kind:
    with opened(file) as content:
        table = rows(content.stream)
        header, first = next(table, []), next(table, [])
    if shape_of(file, header) is not None:
        return "audience"
    return "campaigns" if columns_of(file.name, header, first) is not None else "other"
