"""Links within the wiki, to other wikis, to files: `[[target|text]]`."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from importers.wiki.site import Site
from importers.wiki.titles import Title, full_title, interwiki_url, page_url, resolve
from importers.wiki.wikitext.marks import EDGE, INLINE, Marks

_BRACKETS = re.compile(r"\[\[|\]\]")
_TRAIL = re.compile(r"[a-z\u00df-\u00f6\u00f8-\u00ff\u0430-\u044f\u0451]+")
_NO_TARGET = re.compile(r"[\[\]{}<>\n\x7f]")
_OPTION = re.compile(
    r"(?:\d+(?:x\d+)?|x\d+)\s*px|thumb(?:nail)?|frame(?:d|less)?|border|left|right|center|centre|none"
    r"|upright(?:[= ][\d.]+)?|(?:baseline|sub|super|top|text-top|middle|bottom|text-bottom)"
    r"|(?:alt|link|lang|page|class|thumb|manualthumb)=.*",
    re.IGNORECASE | re.DOTALL,
)
_DEEPEST = 10  # brackets in brackets
_MEDIA, _FILE, _CATEGORY = -2, 6, 14

Format = Callable[[str], str]


class Links:
    """Puts the links of one page aside. `format_text` makes HTML of the text of a link."""

    def __init__(self, site: Site, title: Title, marks: Marks, format_text: Format) -> None:
        self._site = site
        self._title = title
        self._marks = marks
        self._format = format_text

    def put_aside(self, text: str, numbers: list[int]) -> tuple[str, list[int]]:
        """The text with marks in place of links; `numbers` are those of its lines, of which a link may take several."""
        if "[[" not in text:
            return text, numbers
        out: list[str] = []
        begun: list[int] = []  # where in `out` brackets began
        taken: list[tuple[int, int]] = []  # lines that are within links: from, to
        at = lines = 0
        began_at: list[int] = []  # their lines
        for match in _BRACKETS.finditer(text):
            if match.start() < at:
                continue
            piece = text[at : match.start()]
            lines += piece.count("\n")
            out.append(piece)
            at = match.end()
            if match[0] == "[[":
                if len(begun) == _DEEPEST:
                    del begun[0], began_at[0]
                begun.append(len(out))
                began_at.append(lines)
                out.append("[[")
            elif begun and (done := self._link("".join(out[begun[-1] + 1 :]), text, at)):
                mark, at = done
                del out[begun.pop() :]
                out.append(mark)
                if (first := began_at.pop()) < lines:
                    taken.append((first, lines))
            else:
                del begun[-1:], began_at[-1:]
                out.append("]]")
        out.append(text[at:])
        return "".join(out), _without(numbers, taken)

    def _link(self, inside: str, text: str, end: int) -> tuple[str, int] | None:
        """The mark for a link, and where the text goes on behind its trail; None where it is none."""
        target, bar, shown = inside.partition("|")
        if _NO_TARGET.search(target) or not target.strip():
            return None
        title = resolve(self._site, target.strip().removeprefix(":"), self._title)
        is_plain = target.lstrip().startswith(":")
        if title.namespace == _CATEGORY and not is_plain and not title.interwiki:
            name = html.escape(full_title(self._site, title))
            return self._marks.put(f'<link class="category" title="{name}">', INLINE), end
        if title.namespace == _FILE and not is_plain and not title.interwiki:
            return self._file(title, shown.split("|") if bar else []), end
        if EDGE in shown and "<a " in self._marks.resolved(shown):
            return None  # links do not nest: the inner one counts
        if trail := _TRAIL.match(text, end):
            end = trail.end()
        label = shown.strip() if bar else target.strip().removeprefix(":")
        if bar and not shown.strip():
            label = re.sub(r"^[^:]*:|\s*\([^()]*\)$|,.*$", "", target.strip().removeprefix(":"))
        label = self._format(label) + (trail[0] if trail else "")
        return self._marks.put(self._anchor(title, label), INLINE), end

    def _anchor(self, title: Title, label: str) -> str:
        if title.namespace == _MEDIA:
            title = Title(_FILE, title.name)
        kind = "interwiki" if title.interwiki else "wikilink"
        if title.interwiki and not interwiki_url(self._site, title.interwiki):
            kind = "wikilink"
        url = page_url(self._site, title, title.fragment)
        name = html.escape(full_title(self._site, title))
        return f'<a class="{kind}" href="{html.escape(url)}" title="{name}">{label}</a>'

    def _file(self, title: Title, options: list[str]) -> str:
        said = [part.strip() for part in options if part.strip() and not _OPTION.fullmatch(part.strip())]
        name = html.escape(full_title(self._site, title))
        label = self._format(" ".join(said[-1].split("\n"))) if said else html.escape(title.name)
        url = html.escape(page_url(self._site, title))
        if EDGE in label and "<a " in self._marks.resolved(label):  # a caption with links of its own
            return self._marks.put(
                f'<a class="file" href="{url}" title="{name}">{html.escape(title.name)}</a> {label}', INLINE
            )
        return self._marks.put(f'<a class="file" href="{url}" title="{name}">{label}</a>', INLINE)


def _without(numbers: list[int], taken: list[tuple[int, int]]) -> list[int]:
    """The numbers of the lines that are left where links that took several lines became one."""
    if not taken:
        return numbers
    gone = {line for first, last in taken for line in range(first + 1, last + 1)}
    return [number for line, number in enumerate(numbers) if line not in gone]
