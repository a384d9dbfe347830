"""Text for a page with what cannot be seen made visible, so that nothing in it hides, moves or joins other signs."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

# Controls but for line ends and tabs; what reorders or hides, less the joiners that some scripts are written with.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]+"
)
_PICTURES = 0x2400  # the signs that stand for the first 32 controls
_DELETE = 0x7F


def visible(text: str) -> Markup:
    """The text as HTML; line ends of any kind are one."""
    text = text.replace("\r\n", "\n")
    pieces = []
    at = 0
    for match in _UNSEEN.finditer(text):
        pieces += [escape(text[at : match.start()]), _SIGN.format("".join(map(_written, match[0])))]
        at = match.end()
    return Markup("").join([*pieces, escape(text[at:])])


_SIGN = Markup('<b class="sign">{}</b>')


def _written(sign: str) -> str:
    code = ord(sign)
    if code < ord(" "):
        return chr(_PICTURES + code)
    if code == _DELETE:
        return "\N{SYMBOL FOR DELETE}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
