"""The addresses of everybody in an archive, for pages that are shown around: none of them may stand there."""

from __future__ import annotations

import re
from urllib.parse import unquote

from migrate.archive import Archive

_AT = re.compile(r"@|%40| at | ?(?:[\[(]|&lt;) ?at ?(?:[\])]|&gt;) ?", re.IGNORECASE)
_BEFORE = re.compile(r"[\w.+%'-]{1,64}\Z")
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
_LOCAL = re.compile(r"[\w.+-]+\Z")


class Known:
    """Whose addresses are known."""

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
