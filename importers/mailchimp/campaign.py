"""A campaign's HTML as the body of a message."""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from importers.mailchimp import layout, merge_tags
from importers.mailchimp.conversion import Conversion, Losses, concluded, titled
from importers.mailchimp.facts import Facts
from importers.mailchimp.footer import Fate, fates
from importers.mailchimp.lines import Anchor, Line, seen
from importers.mailchimp.links import Targets, cleaned_in, is_icon
from importers.mailchimp.merge_tags import MARKS
from importers.mailchimp.plain import convert_text
from migrate.content import html_to_markdown
from migrate.content.bounds import bare_text, endless
from migrate.content.escape import clean

__all__ = ["Conversion", "convert", "convert_text", "image_urls"]

_NO_TEXT = ["script", "style", "template", "iframe", "object", "applet", "noembed", "noframes", "svg"]
_NO_FACTS = Facts()


@dataclass(slots=True)
class _Page:
    """A parsed campaign without what was hidden in it."""

    tree: LexborHTMLParser
    lines: list[Line]
    fates: list[Fate]
    preview: str
    title: str


def convert(html: str, facts: Facts, text: str = "") -> Conversion:
    """The message of a campaign's HTML, merge tags and all. Never raises.

    `text` is the plain text of the same campaign, "" where there is none: it may tell where counted links lead.
    """
    html = clean(html)
    if endless(html):
        return convert_text(bare_text(html), facts)
    losses = Losses()
    filled = merge_tags.fill(html, facts, markup=True)
    losses.add(filled)
    source = cleaned_in(filled.text)
    page = _page(source, facts.archive_url)
    losses.lines = page.fates.count(Fate.DROPPED)
    preview = merge_tags.fill(clean(facts.preview_text), facts, markup=False).text or page.preview
    title = titled(facts, page.title or _heading(page))
    targets = Targets(merge_tags.fill(clean(text), facts, markup=False).text)
    folded = Fate.FOLDED in page.fates
    body = _markdown(page, Fate.KEPT, facts, targets, losses)
    elided = _markdown(_page(source, facts.archive_url), Fate.FOLDED, facts, targets, losses) if folded else ""
    return concluded(title, body, elided, MARKS.sub("", preview), losses)


def image_urls(html: str) -> list[str]:
    """The addresses of the pictures that `convert` would show if it had their files, in their order, each once."""
    html = clean(html)
    if endless(html):
        return []
    page = _page(cleaned_in(merge_tags.fill(html, _NO_FACTS, markup=True).text), "")
    found: dict[str, None] = {}
    for line, fate in zip(page.lines, page.fates, strict=True):
        for node in line.nodes if fate is not Fate.DROPPED else ():
            source = (node.attributes.get("src") or "").strip() if node.tag == "img" else ""
            if source and not is_icon(source):
                found[source] = None
    return list(found)


def _page(source: str, here: str) -> _Page:
    tree = LexborHTMLParser(source)
    tree.strip_tags(_NO_TEXT, recursive=True)
    title = tree.css_first("title")
    found = seen(tree, here)
    for node in found.hidden:
        node.remove()
    name = MARKS.sub("", title.text()) if title else ""
    return _Page(tree, found.lines, fates(found.lines), found.preview, name)


def _heading(page: _Page) -> str:
    lines = (line.text for line, fate in zip(page.lines, page.fates, strict=True) if line.heading and fate is Fate.KEPT)
    return MARKS.sub("", next(lines, ""))


def _markdown(page: _Page, fate: Fate, facts: Facts, targets: Targets, losses: Losses) -> str:
    """The lines of this fate as Markdown; the page is used up."""
    done: set[int] = set()
    for line, its in zip(page.lines, page.fates, strict=True):
        if its is fate:
            for anchor in line.anchors:
                if anchor.node.mem_id not in done:
                    done.add(anchor.node.mem_id)
                    losses.counted += _lead(anchor, targets)
            continue
        for node in line.nodes:
            node.remove()
    layout.mark_layout(page.tree)
    inline, missing = layout.with_pictures(page.tree, facts.images)
    losses.pictures += missing
    html = (page.tree.html or "").replace(layout.PARTS, "<p></p>")
    return html_to_markdown(html, inline=inline, fold=False).body


def _lead(anchor: Anchor, targets: Targets) -> bool:
    """Let a link lead where it is to lead on a forum; whether only Mailchimp knows where that is."""
    kind, address = anchor.link
    if kind == "tracked":
        known = targets.find(_label(anchor.node))
        anchor.node.attrs["href"] = known or address
        return not known
    if kind == "reader" or not address:
        anchor.node.attrs["href"] = ""
    else:
        anchor.node.attrs["href"] = address
    return False


def _label(node: LexborNode) -> str:
    picture = node.css_first("img")
    return node.text().strip() or ((picture.attributes.get("alt") or "") if picture else "")
