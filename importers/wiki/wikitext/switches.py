"""Switches such as __NOTOC__, which show nothing."""

from __future__ import annotations

import re

from importers.wiki.site import Site
from importers.wiki.wikitext.lined import Lined

_ENGLISH = re.compile(
    r"__(?:(?i:NOTOC|FORCETOC|TOC|NOEDITSECTION|NOGALLERY|NOTITLECONVERT|NOTC|NOCONTENTCONVERT|NOCC)|NEWSECTIONLINK"
    r"|NONEWSECTIONLINK|HIDDENCAT|EXPECTUNUSEDCATEGORY|INDEX|NOINDEX|STATICREDIRECT|NOGLOBAL|DISAMBIG|START|END"
    r"|ARCHIVEDTALK|NOTALK|EXPECTED_UNCONNECTED_PAGE)__"
)
_OTHER = re.compile(r"__[^\W\d_]{2,30}(?:_[^\W\d_]{1,30}){0,5}__")


def without_switches(lined: Lined, site: Site) -> Lined:
    """The text without its switches, in English and, elsewhere, as words in capitals."""
    if "__" not in lined.text:
        return lined
    text = _ENGLISH.sub("", lined.text)
    if not site.language.startswith("en"):
        text = _OTHER.sub(lambda found: "" if found[0] == found[0].upper() else found[0], text)
    return Lined(text, lined.numbers)
