"""What a subject is about, without reply prefixes and list tags: RFC 5256 2.1, in more languages."""

from __future__ import annotations

import re
from collections.abc import Iterable

# One-letter prefixes (Italian "R:", "I:") are left out: they are words of other languages.
REPLY = (
    "re",
    "aw",
    "antw",
    "antwort",
    "sv",
    "vs",
    "vá",
    "odp",
    "ynt",
    "rif",
    "res",
    "ref",
    "rv",
    "отв",
    "ответ",
    "回复",
    "答复",
    "回覆",
    "返信",
    "회신",
)
FORWARD = (
    "fwd",
    "fw",
    "wg",
    "tr",
    "enc",
    "doorst",
    "vl",
    "vb",
    "továbbítás",
    "pd",
    "i̇lt",
    "ilt",
    "пересл",
    "转发",
    "轉寄",
    "転送",
    "전달",
)

_COUNT = r"(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4}|\*\d{1,4})?"
_COLON = r"[ \t\u00a0]{0,3}[:：][ \t\u00a0]*"
_REPLY = re.compile(rf"(?:{'|'.join(map(re.escape, REPLY))}){_COUNT}{_COLON}")
_REPLY_AS_WRITTEN = re.compile(_REPLY.pattern, re.IGNORECASE)
_FORWARD = re.compile(rf"(?:{'|'.join(map(re.escape, FORWARD))}){_COUNT}{_COLON}")
_TAG = re.compile(r"\[[^\[\]]{1,60}\][ \t\u00a0]*")
_WHITE = re.compile(r"\s+")
_TRAILER = "(fwd)"


def base_subject(title: str) -> str:
    """The subject in lower case, stripped of prefixes, leading tags, "(fwd)" and extra space; may be empty.

    A tag that is all there is stays, so that "[ANN]" is not the same as nothing.
    """
    text = _WHITE.sub(" ", title).strip().lower()
    while text.endswith(_TRAILER):
        text = text.removesuffix(_TRAILER).rstrip()
    position = 0
    while match := _REPLY.match(text, position) or _FORWARD.match(text, position) or _TAG.match(text, position):
        if match.end() == len(text) and text[position] == "[":
            break
        position = match.end()
    return text[position:]


def is_reply(title: str) -> bool:
    """Whether a reply prefix stands first, after list tags; forwards are no replies."""
    text = title.strip().lower()
    position = 0
    while match := _TAG.match(text, position) or _FORWARD.match(text, position):
        position = match.end()
    return _REPLY.match(text, position) is not None


def thread_title(title: str, list_names: Iterable[str]) -> str:
    """What a thread is called: the subject as written, without reply prefixes and without the tag of its own list.

    Other tags ("[PATCH 2/3]", "[solved]") say something and stay.
    """
    text = _WHITE.sub(" ", title).strip()
    tags = tuple(f"[{name}]".casefold() for name in list_names if name)
    while True:
        if text.casefold().startswith(tags) and "]" in text:
            text = text.partition("]")[2].lstrip(" :")
        elif match := _REPLY_AS_WRITTEN.match(text):
            text = text[match.end() :]
        else:
            return text
