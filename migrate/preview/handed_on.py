"""What of posts may go into files that are handed on: no address of anybody, no link into nowhere, clean pictures."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from migrate.archive import Archive
from migrate.media import HEAD, media_type_of, without_whereabouts

# A web server would let anything else run in a browser, or people save what nobody has looked at.
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_LARGEST_PICTURE = 30_000_000  # bytes; it is cleaned in memory
_TAG = re.compile(r'<(?:a|img)\s(?:[^<>"]++|"[^"]*+")*+>')
_OURS = r"(?:\.\./)*(?:u/[a-z0-9_-]+/index\.html|files/[0-9a-f]{2}/[0-9a-f]+\.[a-z]+)"
_NOWHERE = re.compile(rf'\s(?:href|src)="(?!https?://|mailto:|"|{_OURS}")[^"]*"', re.IGNORECASE)
_AT = re.compile(r"@|%40| at | ?(?:[\[(]|&lt;) ?at ?(?:[\])]|&gt;) ?", re.IGNORECASE)
_BEFORE = re.compile(r"[\w.+%'-]{1,64}\Z")
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_LOCAL = re.compile(r"[\w.+-]+\Z")


class Known:
    """The addresses of everybody in an archive."""

    def __init__(self, archive: Archive) -> None:
        rows = archive.db.execute("SELECT lower(email) FROM person WHERE email <> ''")
        self._known = frozenset(address for (address,) in rows)

    def without(self, text: str) -> str:
        """The text with their hosts taken out, wherever they stand: texts come masked, but for the paths of links."""
        pieces, at = [], 0
        for sign in _AT.finditer(text):
            host = _HOST.match(text, sign.end())
            if host and self._is_known(text[max(0, sign.start() - 64) : sign.start()], host[0]):
                pieces += [text[at : sign.end()], "…"]
                at = host.end()
        return "".join([*pieces, text[at:]]) if pieces else text

    def _is_known(self, before: str, host: str) -> bool:
        found = _BEFORE.search(before)
        local = _LOCAL.search(unquote(found[0], errors="replace").lower()) if found else None
        if local is None:
            return False
        labels = host.lower().split(".")
        hosts = [".".join(labels[:count]) for count in range(1, len(labels) + 1)]
        names = {local[0], local[0].strip(".+-_")}
        return any(f"{name}@{host}" in self._known for name in names for host in hosts)


def without_dead_links(html: str) -> str:
    """The HTML of a post without links that lead into a site it is no part of any more."""
    return _TAG.sub(lambda tag: _NOWHERE.sub("", tag[0]), html)


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
