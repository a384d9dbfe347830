"""What mail programs write into HTML that a reader never notices: how they mark quotes, signatures and hidden text.

The patterns look at the attributes of an element, as a parser writes them: ` name="value"`, in its own order.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from migrate.content.inline import EMPHASIS, MONO, STRONG, STRUCK

_HIDDEN = re.compile(
    r" hidden=\"|style=\"[^\"]*(?:display:\s*none|mso-hide:\s*all|visibility:\s*hidden"
    r"|max-height:\s*0(?:px|pt)?\s*[;\"])",
    re.IGNORECASE,
)
# The mail before follows: Outlook on the web, on telephones and on the desktop, Yahoo, Zimbra.
_REPLY = re.compile(
    r"id=\"(?:x_)*(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|zwchr)\"|class=\"[^\"]*yahoo_quoted"
    r"|style=\"border:\s*none;\s*border-top:\s*solid (?:#B5C4DF|#E1E1E1|windowtext) 1\.0pt"
)
# Gmail, Thunderbird, Outlook on the web and on telephones, Proton, Yahoo, Zimbra.
_SIGNATURE = re.compile(
    r"class=\"[^\"]*(?:gmail_signature(?!_prefix)|moz-signature|protonmail_signature_block(?!-)|ydp[^\"]*signature)"
    r"|id=\"(?:x_)*(?:Signature|ms-outlook-mobile-signature|ymail_android_signature)\"|data-marker=\"__SIG_P"
)
# How Outlook on the desktop marks lines as quoted, if it is told to.
_BAR = re.compile(r"style=\"border:\s*none;\s*border-left:\s*solid ", re.IGNORECASE)
# A block quote that programs write where somebody indented.
_INDENTED = re.compile(r"webkit-indent-blockquote|style=\"[^\"]*border:\s*(?:none|0|medium none)", re.IGNORECASE)
_CITED = re.compile(r"type=\"cite\"|gmail_quote|border-left", re.IGNORECASE)

# Paragraphs without a margin, so that an empty one parts those of the reader: Word's, and what others write for a line.
_LINE = re.compile(
    r"class=\"[^\"]*Mso(?:Normal|PlainText|NoSpacing)|style=\"(?:[^\"]*;)?\s*margin(?:-bottom)?:\s*0(?:in|cm|px|pt)?\b",
    re.IGNORECASE,
)
_SPACED = re.compile(r"mso-margin-(?:top|bottom)-alt:\s*auto|margin-bottom:\s*(?!0?\.0)[1-9]", re.IGNORECASE)
_WORD_LIST = re.compile(r"mso-list:\s*l\d+ level(\d)|class=\"[^\"]*(MsoListParagraph)", re.IGNORECASE)
_WORD_MARK = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
_MARGIN = re.compile(r"margin-left:\s*(\d{0,4}\.?\d{1,4})(in|cm|pt)", re.IGNORECASE)
_INDENT = {"in": 0.5, "cm": 1.27, "pt": 36.0}  # of one level, in Word

_KEEPS_WHITE = re.compile(
    r"white-space:\s*(?:-moz-)?pre|class=\"[^\"]*(?:moz-quote-pre|moz-signature|k9mail)| wrap=\"", re.IGNORECASE
)

_MONO_FONT = re.compile(
    r"(?:font-family:|face=\")(?:\s|&quot;|')*(?:courier|consolas|menlo|monaco|lucida console|monospace|andale mono"
    r"|dejavu sans mono|source code|sf ?mono|ui-monospace|inconsolata|fira (?:code|mono))",
    re.IGNORECASE,
)
_OTHER_FONT = re.compile(r"font-family:|face=\"", re.IGNORECASE)
_WEIGHT = re.compile(r"font-weight:\s*(?:(bold|[6-9]00)|(normal|[1-5]00))", re.IGNORECASE)
_SLANT = re.compile(r"font-style:\s*(?:(italic|oblique)|(normal))", re.IGNORECASE)
_STRUCK = re.compile(r"text-decoration(?:-line)?:[^;\"]*(line-through)()", re.IGNORECASE)

_BEACON = re.compile(
    r"/(?:open|o|wf/open|track/open|e2t/o|beacon|pixel|trk|imp)(?:\.php|\.aspx|\.gif)?(?:[/?]|\Z)"
    r"|(?:pixel|spacer|blank|clear(?:dot)?|transparent|beacon|1x1)\.(?:gif|png)",
    re.IGNORECASE,
)
_SIDE = re.compile(r"(?:^|[;\s])(?:width|height):\s*[0-2](?:px|pt)?\s*(?:;|$)", re.IGNORECASE)
_ICON = re.compile(r"(?:[1-3]?\d|40)(?:px)?\s*\Z", re.ASCII)
_NAME = re.compile(r"[^/?#]{0,100}\.(?:png|jpe?g|gif|webp|svg|bmp)(?=[?#]|\Z)", re.IGNORECASE)


class Look(NamedTuple):
    """What the attributes of an element say of it."""

    hidden: bool = False
    begins_reply: bool = False  # the mail that is answered or forwarded begins with it
    signature: bool = False  # it holds one that its author did not type
    keeps_white: bool = False  # line ends and spaces are shown: plain text, put into HTML by a program
    quote: bool = True  # a `blockquote` holds words of somebody else
    bar: bool = False  # and so does a `div`
    line: bool = False  # a `p` is no more than a line
    word_level: int = 0  # how deep the list is nested whose item Word wrote a `p` for, from 1; 0 if it is none
    word_mark: bool = False  # a `span` holds the bullet or number that Word wrote for a list's item
    adds: int = 0  # bits of style that text within it has
    removes: int = 0  # and has not


PLAIN = Look()
_ADDRESS = re.compile(r' (?:href|src)="[^"]*"')  # says nothing of it, and is another one nearly each time
_LONGEST_KEPT = 400  # characters of attributes; what is longer hardly comes again, and may be a picture


def look_of(attributes: str) -> Look:
    """What these attributes say."""
    if not attributes:
        return PLAIN
    if 'href="' in attributes or 'src="' in attributes:
        attributes = _ADDRESS.sub("", attributes)
    return _kept_look(attributes) if len(attributes) <= _LONGEST_KEPT else _look_of(attributes)


def _look_of(attributes: str) -> Look:
    adds = removes = 0
    if 'style="' in attributes or 'face="' in attributes:
        adds, removes = _styles(attributes)
    return Look(
        hidden=_HIDDEN.search(attributes) is not None,  # a font of no size is no sign: newsletters have tables of it
        begins_reply=_REPLY.search(attributes) is not None,
        signature=_SIGNATURE.search(attributes) is not None,
        keeps_white=_KEEPS_WHITE.search(attributes) is not None,
        quote=not _INDENTED.search(attributes) or _CITED.search(attributes) is not None,
        bar=_BAR.search(attributes) is not None,
        line=_LINE.search(attributes) is not None and not _SPACED.search(attributes),
        word_level=_word_level(attributes),
        word_mark=_WORD_MARK.search(attributes) is not None,
        adds=adds,
        removes=removes,
    )


_kept_look = lru_cache(1024)(_look_of)  # programs write the same ones all over their mail


def _styles(attributes: str) -> tuple[int, int]:
    """The bits of style that these attributes add and remove."""
    adds = removes = 0
    for bit, pattern in ((STRONG, _WEIGHT), (EMPHASIS, _SLANT), (STRUCK, _STRUCK)):
        found = pattern.search(attributes)
        if found and found[1]:
            adds |= bit
        elif found:
            removes |= bit
    if _OTHER_FONT.search(attributes):
        if _MONO_FONT.search(attributes):
            adds |= MONO
        else:
            removes |= MONO
    return adds, removes


def _word_level(attributes: str) -> int:
    found = _WORD_LIST.search(attributes)
    if not found:
        return 0
    if found[1]:
        return int(found[1]) or 1
    margin = _MARGIN.search(attributes)
    return max(1, round(float(margin[1]) / _INDENT[margin[2].lower()])) if margin else 1


def is_tracker(attributes: dict[str, str]) -> bool:
    """Whether a picture is not there to be seen."""
    sides = [attributes.get(side, "").removesuffix("px").strip() for side in ("width", "height")]
    return (
        any(side in ("0", "1", "2") for side in sides)
        or _SIDE.search(attributes.get("style", "")) is not None
        or (not attributes.get("alt", "").strip() and _BEACON.search(attributes.get("src", "")) is not None)
    )


def picture_name(attributes: dict[str, str]) -> str:
    """What to call a picture on the web that has no description; "" for icons, and where its address names none."""
    if any(_ICON.match(attributes.get(side, "")) for side in ("width", "height")):
        return ""
    found = _NAME.search(attributes.get("src", "")[:2000])
    return found[0] if found else ""
