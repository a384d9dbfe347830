"""What of posts may go into files that are handed on: no address of anybody, no link into nowhere, clean pictures."""

from __future__ import annotations

import re
from pathlib import Path

from migrate.media import HEAD, media_type_of, without_whereabouts

# A web server would let anything else run in a browser, or people save what nobody has looked at.
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_LARGEST_PICTURE = 30_000_000  # bytes; it is cleaned in memory
_TAG = re.compile(r'<(?:a|img)\s(?:[^<>"]++|"[^"]*+")*+>')
# An address in the words of a post, also with a part of it in bold. What links say may hold a Message-ID.
_WRITTEN = re.compile(
    r"""https?://[^\s<>]++|(?P<before>(?:[\w!#$%&*+=?^{|}~.-]|</(?:strong|b|em|i|code|u)>)"""
    r"""(?:[@\uff20]\u2060?|&amp;(?:#\u2060?(?:0{0,5}64|x0{0,5}40)|commat);)(?:<(?:strong|b|em|i|code|u)>)?)"""
    r"""(?:(?:[\w-]{1,63}\.){1,8}[\w-]{1,63}|\[[\d.:a-f]{3,40}\])"""
    r"""|<(?:[^<>"]++|"[^"]*+")*+>""",
    re.IGNORECASE,
)
_OURS = r"(?:\.\./)*(?:u/[a-z0-9_-]+/index\.html|files/[0-9a-f]{2}/[0-9a-f]+\.[a-z]+)"
_NOWHERE = re.compile(rf'\s(?:href|src)="(?!https?://|"|{_OURS}")[^"]*"', re.IGNORECASE)


def handed_on(html: str) -> str:
    """The HTML of a post without links into a site it is no part of any more, and without addresses in its words."""
    html = _TAG.sub(lambda tag: _NOWHERE.sub("", tag[0]), html)
    return _WRITTEN.sub(lambda found: f"{found['before']}…" if found["before"] else found[0], html)


def picture(path: Path) -> tuple[bytes, str] | None:
    """A picture that holds no script and does not tell where it was taken, and its ending; None for anything else."""
    try:
        if path.stat().st_size > _LARGEST_PICTURE:
            return None
        content = path.read_bytes()
    except OSError:
        return None
    kind = media_type_of(content[:HEAD], "")
    if kind not in _ENDINGS:
        return None
    cleaned, is_sure = without_whereabouts(content, kind)
    return (cleaned, _ENDINGS[kind]) if is_sure else None
