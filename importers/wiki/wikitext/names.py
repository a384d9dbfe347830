"""The names of extensions' tags: what stands between them is not read as the rest of the page is."""

from __future__ import annotations

import re

# Tags whose content is not wikitext, or is handled as a text of its own.
EXTENSIONS = frozenset(
    {
        *("nowiki", "pre", "syntaxhighlight", "source", "math", "ce", "chem", "ref", "references", "poem", "gallery"),
        *("timeline", "score", "templatedata", "graph", "mapframe", "maplink", "hiero", "inputbox", "imagemap"),
        *("templatestyles", "indicator", "section", "categorytree", "dynamicpagelist", "charinsert", "quiz", "phonos"),
        *("ascii2unicode", "langconvert"),
    }
)
_INCLUDES = frozenset({"noinclude", "includeonly", "onlyinclude"})
LONGEST_TAG = 5000  # characters; what is longer is no tag

_NAMES = "|".join(sorted(EXTENSIONS | _INCLUDES, key=len, reverse=True))
OPENING = rf"<(?P<name>{_NAMES})(?=[\s/>])"
INCLUDE_END = r"</(?:noinclude|onlyinclude|includeonly)\s{0,9}>"


class Ends:
    """Finds the ends of extensions' tags in one text. What was not found once is not searched for again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._missing: set[str] = set()

    def tag(self, start: int) -> int:
        """Where the tag that begins there ends; -1 where it does not."""
        return self._text.find(">", start, start + LONGEST_TAG) + 1 or -1

    def closing(self, name: str, start: int) -> re.Match[str] | None:
        """The end tag of that name from `start` on."""
        if name in self._missing:
            return None
        found = _end_of(name).search(self._text, start)
        if found is None:
            self._missing.add(name)
        return found


_ENDS: dict[str, re.Pattern[str]] = {}


def _end_of(name: str) -> re.Pattern[str]:
    if name not in _ENDS:
        _ENDS[name] = re.compile(rf"</{name}\s{{0,9}}>", re.IGNORECASE)
    return _ENDS[name]
