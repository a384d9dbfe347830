"""The last gate before a browser: only known, harmless HTML gets through."""

from __future__ import annotations

import re

import nh3

# As Discourse allows them, less what plays or embeds.
_NAMES = (
    "a abbr aside b big blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p "
    "picture pre ruby rb rp rt s small source span strike strong sub summary sup table tbody td th thead tr ul"
)
TAGS = set(_NAMES.split())
REMOVED_WHOLE = {"script", "style"}
ATTRIBUTES = {
    "a": {"href", "name", "title", "data-orig-href"},
    "aside": {"data-username", "data-post", "data-topic"},
    "div": {"align", "lang", "dir"},
    "img": {"src", "alt", "title", "width", "height", "data-orig-src"},
    "ol": {"start", "reversed", "type"},
    "span": {"lang"},
    "abbr": {"title"},
    "td": {"align"},
    "th": {"align"},
}
CLASSES = {
    "a": {"mention", "attachment"},
    "span": {"mention"},
    "aside": {"quote", "no-group"},
    "div": {"title"},
}
_LANGUAGES = (
    "auto bash c cpp css diff html java javascript json lisp lua make markdown nohighlight perl php plaintext python "
    "ruby rust sh sql text xml yaml"
)

_cleaner = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    allowed_classes=CLASSES | {"code": {f"lang-{name}" for name in _LANGUAGES.split()}},
    clean_content_tags=REMOVED_WHOLE,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)


_TAG = re.compile(r"</?([A-Za-z][^\s<>/]{0,100})[^<>]*>")


def without_unknown_tags(html: str) -> str:
    """HTML less the tags we do not know. The sanitiser would take what stands in `<list>` or `<vector>` for MathML."""
    return _TAG.sub(lambda tag: tag[0] if tag[1].lower() in TAGS | REMOVED_WHOLE else "", html)


def sanitise(html: str) -> str:
    """HTML with nothing in it that runs, loads from another scheme, or changes the page around it."""
    cleaned: str = _cleaner.clean(html)
    return cleaned
