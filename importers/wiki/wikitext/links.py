"""Links within the wiki and to its sisters, files, categories and links to other languages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from importers.wiki.languages import is_language
from importers.wiki.site import Site
from importers.wiki.titles import Title, full_title, is_talk, page_url, resolve
from importers.wiki.wikitext.external import is_address
from importers.wiki.wikitext.files import caption
from importers.wiki.wikitext.lined import GONE, Lined, settled
from importers.wiki.wikitext.tags import attribute, escape

_CATEGORY, _FILE, _MEDIA = 14, 6, -2
_MOST_ROUNDS = 4  # captions in captions
# Letters that belong to a link they follow; MediaWiki has a list for each language.
_TRAIL = "a-z\xdf-\xf6\xf8-\u024f\u0370-\u0373\u037b-\u04ff\u0561-\u0587\u05d0-\u05ea\u0620-\u064a\u0900-\u0dff"
_NO_TRAILS = ("zh", "gan", "hsn", "yue", "wuu", "lzh")
_LINK = re.compile(
    rf"\[\[([^\[\]|<>{{}}\n\x00-\x1f\x7f]++)(?:\|((?:[^\[\]]++|\[(?!\[)|\](?!\]))*+))?\]\](\](?!\]))?([{_TRAIL}]*)"
)
_LEAVES_NOTHING = "\x02"
_NOTHING = re.compile(rf"\s*{_LEAVES_NOTHING}")
_NO_TITLE = re.compile(r"[\[\]{}|<>\x00-\x1f\x7f]")
_IN_BRACKETS = re.compile(r"\s*[(（][^()（）]*[)）]$|,\s.*$|，.*$")


@dataclass(frozen=True, slots=True)
class _Target:
    """What a link leads to."""

    kind: str  # "page", "file", "media", "nothing" (a category, another language) or "" for what is no link
    title: Title
    opening: str  # the start tag
    label: str  # where the link has none of its own


class Links:
    """The links of one page."""

    def __init__(self, site: Site, title: Title) -> None:
        self._site = site
        self._title = title
        self._targets: dict[str, _Target] = {}
        self._inner = False  # whether links were made already that stand in the captions of files
        self._trails = site.language.partition("-")[0] not in _NO_TRAILS

    def linked(self, lined: Lined) -> Lined:
        """The text with its links as HTML."""
        text = lined.text
        if "[[" not in text:
            return lined
        self._inner = False
        for _ in range(_MOST_ROUNDS):
            before, text = text, _LINK.sub(self._link, text)
            self._inner = True
            if "[[" not in text or text == before:
                break
        if _LEAVES_NOTHING in text:
            text = _NOTHING.sub(lambda found: GONE * found[0].count("\n"), text)
        return settled(text, lined.numbers)

    def file(self, name: str, options: str) -> str:
        """A file that is named without brackets; "" where it is none."""
        target = self._target(name)
        return self._shown(target, options) if target.kind == "file" else ""

    def _link(self, found: re.Match[str]) -> str:
        name, label, bracket, trail = found.groups()
        target = self._targets.get(name) or self._target(name)
        if not target.kind or (self._inner and target.kind != "file"):
            return found[0]
        if bracket and label and "[" in label:
            label, bracket = f"{label}]", ""
        after = (bracket or "") + trail
        if target.kind == "nothing":
            return _LEAVES_NOTHING + after
        if target.kind == "file":
            return self._shown(target, label or "") + after
        if label is None:
            label = target.label
        elif not label.strip():
            label = _short(target.title) or target.label
        if bracket or not self._trails:
            return f"{target.opening}{label}</a>{after}"
        return f"{target.opening}{label}{trail}</a>"

    def _target(self, name: str) -> _Target:
        self._targets[name] = found = self._read(name)
        return found

    def _read(self, name: str) -> _Target:
        said = name.strip()
        if not said.lstrip(":") or is_address(said):
            return _Target("", self._title, "", "")
        title = resolve(self._site, said, self._title)
        if not (title.name or title.fragment or title.interwiki) or _NO_TITLE.search(title.name):
            return _Target("", title, "", "")
        label = self._label(said, title)
        kind = "page" if said.startswith(":") else self._kind(title)
        if kind in ("file", "media"):
            page = Title(_FILE, title.name)
            label = full_title(self._site, page) if kind == "file" else label
            return _Target(kind, page, self._opening("file", page), label)
        return _Target(kind, title, self._opening("interwiki" if title.interwiki else "wikilink", title), label)

    def _label(self, said: str, title: Title) -> str:
        """What a link shows that says nothing else."""
        if said.startswith("../"):
            return full_title(self._site, title)
        if said.startswith("/"):
            return said.strip("/") if said.endswith("/") else said
        said = said.removeprefix(":").strip()
        return escape(unquote(said, errors="replace")) if "%" in said else said

    def _kind(self, title: Title) -> str:
        if title.interwiki:  # on talk pages links to other languages are links like others
            return "page" if is_talk(self._title) or not is_language(title.interwiki) else "nothing"
        return {_CATEGORY: "nothing", _FILE: "file", _MEDIA: "media"}.get(title.namespace, "page")

    def _opening(self, kind: str, title: Title) -> str:
        shown = attribute(full_title(self._site, title))
        return f'<a class="{kind}" href="{attribute(page_url(self._site, title))}" title="{shown}">'

    def _shown(self, target: _Target, options: str) -> str:
        """A file by its caption, or its name; a caption with links stands behind it, in brackets."""
        said = caption(options, self._site.language)
        if "<a " in said:
            return f"{target.opening}{target.label}</a> ({said})"
        return f"{target.opening}{said or target.label}</a>"


def _short(title: Title) -> str:
    """What the pipe trick shows: the title without its namespace, and what tells it from others."""
    return _IN_BRACKETS.sub("", title.name)
