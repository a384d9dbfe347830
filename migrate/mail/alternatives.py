"""Plain or HTML: of two forms of one text the one that is complete."""

from __future__ import annotations

import re
from html import unescape

from migrate.mail.pieces import Text

LONGEST_EXCUSE = 400  # characters of a text that only says that there is HTML
LONGEST_COMPARED = 200_000  # characters; what follows is taken to be like it
FEW = 5  # words that may be missing, as hidden previews and the names of pictures are
SHARE = 20  # and one in so many

_VIEW_ELSEWHERE = re.compile(
    r"view (?:this|it|the) (?:e-?mail|message)|in (?:your|a) browser|html[- ]capable", re.IGNORECASE
)
_UNSEEN = re.compile(
    r"<(style|script|head|title)\b(?:[^<]|<(?!/\1))*+(?:</\1[^>]*>)?|<!--(?:[^-]|-(?!->))*+(?:-->)?|<[a-zA-Z/!][^<>]*>",
    re.IGNORECASE,
)
_ADDRESSES = re.compile(r"(?:https?://|mailto:|cid:|www\.)[^\s<>\"\]]+")
_WORD = re.compile(r"[^\W_]{3,}")
_QUOTE = re.compile(r"<blockquote\b", re.IGNORECASE)
_PICTURE_OR_TABLE = re.compile(
    r"<(?:img\b[^<>]{0,300}\bsrc=[\"']?cid:|th[\s>]|table\b[^<>]{0,300}\b(?:border=[\"']?[1-9]|class=[\"']?MsoTableGrid))",
    re.IGNORECASE,
)


def complete_one(plain: Text, html: Text) -> Text:
    """The plain text, unless it lacks words that the HTML has, or pictures, tables or marks of quotes with them."""
    if is_excuse(plain.text):
        return html
    shown = unescape(_UNSEEN.sub(" ", html.text[:LONGEST_COMPARED].replace("<wbr>", "")))
    written = plain.text[:LONGEST_COMPARED]
    has_more = _PICTURE_OR_TABLE.search(html.text) is not None or _tells_quotes_better(html.text, plain.text)
    tokens = set(shown.split())
    few = max(FEW, len(tokens) // SHARE)
    tokens.difference_update(written.split())
    if not has_more and len(tokens) <= few:
        return plain  # the words are counted only where there is something to count
    shown_words, written_words = _words(shown), _words(written)
    only_shown, only_written = len(shown_words - written_words), len(written_words - shown_words)
    if only_shown > max(FEW, len(shown_words) // SHARE) and only_shown > 2 * only_written:
        return html
    return html if has_more and only_written <= max(FEW, len(written_words) // SHARE) else plain


def _tells_quotes_better(html: str, plain: str) -> bool:
    """Whether only the HTML marks quotes, as where Google Groups sends it: unmarked they read as the author's."""
    return _QUOTE.search(html) is not None and not plain.startswith(">") and "\n>" not in plain


def is_excuse(text: str) -> bool:
    """Whether a plain text is empty or only says where to look instead."""
    text = text.strip()
    return not text or (len(text) < LONGEST_EXCUSE and _VIEW_ELSEWHERE.search(text) is not None)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(_ADDRESSES.sub(" ", text) if "://" in text or "cid:" in text else text))
