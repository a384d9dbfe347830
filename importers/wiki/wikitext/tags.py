"""Tags that MediaWiki and its extensions define: what stands in them is not wikitext, or not at this place."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from importers.wiki.wikitext.marks import BLOCK, INLINE, Marks

# Shown as it stands, in lines of its own.
_AS_CODE = (
    *("pre", "syntaxhighlight", "source", "timeline", "score", "graph", "mapframe", "maplink", "hiero"),
    *("inputbox", "categorytree", "dynamicpagelist"),
)
_NOT_SHOWN = ("templatedata", "templatestyles", "indicator", "section", "languages", "imagemap")
_OTHER = ("nowiki", "math", "chem", "ce", "ref", "references", "poem", "gallery", "includeonly")
NAMES = (*_AS_CODE, *_NOT_SHOWN, *_OTHER)

_LANGUAGE = re.compile(r"""\blang\s*=\s*["']?([\w+#.-]{1,30})""", re.IGNORECASE)
_NAME = re.compile(r"""\bname\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'/>]+))""", re.IGNORECASE)
_INLINE = re.compile(r"\binline\b", re.IGNORECASE)
_BLOCK_MATH = re.compile(r"""\bdisplay\s*=\s*["']?block""", re.IGNORECASE)
_GALLERY_LINE = re.compile(r"\s*([^|\n]+?)\s*(?:\|\s*(.*?)\s*)?")

Fragment = Callable[[str], str]  # wikitext to inline HTML


class Tags:
    """Replaces the tags of one page by marks, or by wikitext that says the same."""

    def __init__(self, marks: Marks, fragment: Fragment) -> None:
        self._marks = marks
        self._fragment = fragment
        self._notes: list[str] = []  # the HTML of references, in order
        self._named: dict[str, int] = {}  # their numbers, from 1
        self._list: str | None = None  # the mark for the list

    def replaced(self, name: str, attributes: str, content: str | None, line: int) -> str:
        """What stands in place of `<name attributes>content</name>`, which begins in that line; `content` is None for
        `<name/>`."""
        if name in _NOT_SHOWN or name == "includeonly":
            return ""
        if name == "nowiki":
            return self._marks.put(_text(content or ""), INLINE)
        if name in ("math", "chem", "ce"):
            shown = ' display="block"' if _BLOCK_MATH.search(attributes) else ""
            return self._marks.put(f'<code class="math"{shown}>{_text((content or "").strip())}</code>', INLINE)
        if name == "ref":
            return self._reference(attributes, content)
        if name == "references":
            return self._references(content or "")
        if name == "poem":
            lines = (content or "").strip("\n").replace("\n", "<br>\n")
            return f'<div class="poem">{lines}</div>'
        if name == "gallery":
            return self._gallery(content or "", line)
        return self._code(name, attributes, content or "", line)

    def rest(self) -> str:
        """The list of references that the page has not asked for itself; "" where there is none."""
        if self._list is None:
            return self._notes_list()
        self._marks.replace(self._list, self._notes_list())
        return ""

    def _code(self, name: str, attributes: str, content: str, line: int) -> str:
        found = _LANGUAGE.search(attributes)
        language = f' data-lang="{html.escape(found[1])}"' if found and name in ("syntaxhighlight", "source") else ""
        if language and _INLINE.search(attributes):
            return self._marks.put(f"<code>{_text(content.strip())}</code>", INLINE)
        # The parser of HTML drops one newline after <pre>.
        kind = "" if name == "pre" else f' class="code"{language}'
        text = content.strip("\n") if name != "pre" else content.removeprefix("\n")
        return self._marks.put(f'<pre data-line="{line}"{kind}>\n{_text(text)}</pre>', BLOCK)

    def _reference(self, attributes: str, content: str | None) -> str:
        found = _NAME.search(attributes)
        name = next(filter(None, found.groups()), "") if found else ""
        number = self._named.get(name, 0) if name else 0
        if not number:
            self._notes.append("")
            number = len(self._notes)
            if name:
                self._named[name] = number
        if content and not self._notes[number - 1]:
            self._notes[number - 1] = self._fragment(content.strip())
        link = f'<a href="#cite_note-{number}">[{number}]</a>'
        return self._marks.put(f'<sup class="reference">{link}</sup>', INLINE)

    def _references(self, content: str) -> str:
        """The list goes where it is asked for first; what is defined in it is part of it."""
        for match in re.finditer(r"<ref\b([^<>]*?)(?<!/)>(.*?)</ref\s*>", content, re.IGNORECASE | re.DOTALL):
            self._reference(match[1], match[2])
        if self._list is None:
            self._list = self._marks.put("", BLOCK)
            return self._list
        return ""

    def _notes_list(self) -> str:
        if not self._notes:
            return ""
        notes = "".join(f'<li id="cite_note-{number}">{note}</li>' for number, note in enumerate(self._notes, 1))
        return f'<ol class="references">{notes}</ol>'

    def _gallery(self, content: str, line: int) -> str:
        items = []
        for entry in content.split("\n"):
            match = _GALLERY_LINE.fullmatch(entry[:10_000])
            if match and match[1]:
                prefix = "" if ":" in match[1] else "File:"
                said = self._fragment(f"[[:{prefix}{match[1]}]] {match[2] or ''}")
                items.append(f"<li>{said}</li>")
        return self._marks.put(f'<ul data-line="{line}" class="gallery">{"".join(items)}</ul>', BLOCK)


def _text(content: str) -> str:
    """As text; entities count even here."""
    return html.escape(html.unescape(content), quote=False)
