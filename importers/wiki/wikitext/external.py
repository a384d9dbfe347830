"""Links to the rest of the web: in brackets, bare, and the numbers that MediaWiki links (RFC, PMID, ISBN)."""

from __future__ import annotations

import html
import re

from importers.wiki.site import Site
from importers.wiki.titles import Title, full_title, page_url
from importers.wiki.wikitext.tags import attribute

# MediaWiki's $wgUrlProtocols.
_PROTOCOLS = (
    r"(?:https?://|ftps?://|mailto:|ircs?://|git://|gopher://|mms://|nntp://|redis://|sftp://|ssh://|svn://|telnet://"
    r"|worldwind://|bitcoin:|geo:|magnet:|matrix:|news:|sips?:|sms:|tel:|urn:|xmpp:)"
)
_CHARACTER = r"[^\[\]<>\"\x00-\x20\x7f\s]"
_BOUND = "&(?:lt|gt|nbsp|#0*60|#0*62|#x0*3c|#x0*3e);"  # entities that end an address
_FOUND = re.compile(
    r"(?P<skip><a[ >].*?</a>|<[^<>]*>)"
    rf"|\[(?P<target>(?:{_PROTOCOLS}|//)(?:(?!{_BOUND}){_CHARACTER})++)(?P<label>(?:[^\[\]\n]++|\[(?!{_PROTOCOLS}|//))*+)\]"
    # The look ahead spares most words the trial of each protocol.
    rf"|(?<![A-Za-z0-9_])(?=[a-z]{{3,10}}:)(?P<bare>{_PROTOCOLS}(?:(?!{_BOUND}){_CHARACTER})++)"
    r"|(?<!\w)(?-i:(?P<kind>RFC|PMID)[ \xa0]{1,9}(?P<number>[0-9]{1,9})(?!\w)"
    r"|(?P<isbn>ISBN[ \xa0]{1,9}(?:97[89][ \xa0-]?)?(?:[0-9][ \xa0-]?){9}[0-9Xx])(?!\w))",
    re.IGNORECASE | re.DOTALL,
)
_WORTH = re.compile("//|:|RFC|PMID|ISBN")
_ENTITY_END = re.compile(r"&(?:[a-zA-Z]{1,30}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6})$")
_NUMBERS = {
    "RFC": "https://datatracker.ietf.org/doc/html/rfc",
    "PMID": "https://pubmed.ncbi.nlm.nih.gov/",
}


class External:
    """Links of one page: those without a label are numbered."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._count = 0

    def linked(self, text: str) -> str:
        """The text with its links to the web."""
        return _FOUND.sub(self._link, text) if _WORTH.search(text) else text

    def _link(self, found: re.Match[str]) -> str:
        if found["skip"]:
            return found[0]
        if found["target"]:
            return self._bracketed(found)
        if found["bare"]:
            return _bare(found["bare"])
        if found["kind"]:
            return anchor(f"{_NUMBERS[found['kind']]}{found['number']}", found[0])
        return self._book(found[0])

    def _bracketed(self, found: re.Match[str]) -> str:
        label = found["label"].strip()
        if not label:
            self._count += 1
            return anchor(found["target"], f"[{self._count}]")
        return anchor(found["target"], label)

    def _book(self, said: str) -> str:
        number = re.sub("[^0-9X]", "", said[4:].upper())
        if len(number) not in (10, 13):
            return said
        title = Title(-1, f"BookSources/{number}")
        shown = attribute(full_title(self._site, title))
        return f'<a class="wikilink" href="{attribute(page_url(self._site, title))}" title="{shown}">{said}</a>'


def anchor(address: str, label: str) -> str:
    """A link to the web. Both are HTML already, but for the wikitext in the address."""
    return f'<a class="external" href="{attribute(address)}">{label}</a>'


def is_address(text: str) -> bool:
    """Whether it begins like the address of something on the web."""
    return _ADDRESS.match(text) is not None


_ADDRESS = re.compile(_PROTOCOLS, re.IGNORECASE)


def _bare(address: str) -> str:
    """A bare address: punctuation at its end is none of it, nor is a bracket that it does not open."""
    closing = ",;.:!?" if "(" in address else ",;.:!?)"
    kept = address.rstrip(closing)
    if address[len(kept) :].startswith(";") and _ENTITY_END.search(kept):
        kept += ";"
    if _ADDRESS.fullmatch(kept) or not kept:
        return address
    return anchor(kept, html.escape(html.unescape(kept), quote=False)) + address[len(kept) :]
