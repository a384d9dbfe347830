"""Repaired HTML, read element by element and written as blocks and runs of Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape

from migrate.content import programs
from migrate.content.attribution import ORIGINAL_BEGINS
from migrate.content.inline import CODE, EMPHASIS, MONO, STRONG, STRUCK, Run
from migrate.content.links import link_target, picture_file
from migrate.content.page import Container, ListBlock, Page, quote
from migrate.content.tables import DATA, SIDE_BY_SIDE, DataTable
from migrate.content.word import WordLists

SIGNATURE_BEGINS = "\ufdd5"  # a line of its own that says so

_DEEPEST = 14  # quotes and (twice) lists within each other: Markdown renderers stop at some nesting

# As the parser writes it: every attribute has a value in double quotes. Comments and the like have no name.
_TOKEN = re.compile(r'<(/?)([a-zA-Z][^\s/>]*)((?: [^\s/>]+?="[^"]*")*)>|<!--.*?-->|<!\w[^>]*>', re.DOTALL)
_ATTRIBUTE = re.compile(r' ([^\s/>]+?)="([^"]*)"')
_VOID_NAMES = "area base basefont bgsound br col embed frame hr img input link meta param source track wbr"
_VOID = frozenset(_VOID_NAMES.split())
_UNSEEN = frozenset(("input", "link", "meta", "audio", "video", "canvas", "datalist"))
_WHITE = re.compile(r"[ \t\n\r\f]+")
_WHITE_RUN = re.compile(r"\A +|  +")
_NUMBER = re.compile(r"\d{1,9}\Z", re.ASCII)
_LANGUAGE = re.compile(r"[\w+#.-]{1,30}\Z", re.ASCII)
_POWER = re.compile(r"[-+−]?\d")
_SPOKEN = re.compile(r"[^\W_]")

_STYLES = dict.fromkeys(("b", "strong"), STRONG) | dict.fromkeys(("i", "em", "cite", "var", "dfn"), EMPHASIS)
_STYLES |= dict.fromkeys(("s", "strike", "del"), STRUCK) | dict.fromkeys(("code", "kbd", "samp"), CODE) | {"tt": MONO}
_LINES = (
    "address article aside caption center dd details div dt fieldset figcaption figure footer form header legend"
    " main nav section summary option textarea button"
)
_BLOCKS = frozenset((*_LINES.split(), "p", "dl", "ul", "ol", "menu", "li", "blockquote", "pre", "h1", "h2", "h3", "hr"))
_KEEPS_WHITE = frozenset(("p", "div", "td", "body", "blockquote", "pre"))

_End = Callable[[], None] | None


class Reader:
    """Takes the tokens of a document one by one; `page` is what was written for them."""

    def __init__(
        self, inline: Mapping[str, str], targets: Mapping[str, str], *, code_by_looks: bool = True, typed: bool = True
    ) -> None:
        """`inline`, `targets` and `typed` are those of `html_to_markdown`; `code_by_looks`: take a font for code as the
        sign of code."""
        self.page = Page(typed=typed)
        self.letters = self.mono_letters = 0
        self._inline = inline
        self._targets = targets
        self._known = ~0 if code_by_looks else ~MONO
        self._open: list[tuple[_End, int, str, bool]] = []  # how each open element ends, and what was before it
        self._style = 0
        self._link = ""
        self._keep = False  # white space stays
        self._unseen = 0  # open elements within a hidden one, and itself
        self._nesting = 0
        self._code: list[str] | None = None  # what a `pre` holds
        self._language = ""  # it is written in
        self._lists: list[ListBlock] = []
        self._word = WordLists(self.page)
        self._tables: list[DataTable | None] = []  # None for layout
        self._beside = False  # cells stand side by side
        self._marking = False  # the text is the mark of an item that Word wrote
        self._raised = False  # the next text is an exponent, if it is a number

    def read(self, source: str) -> None:
        """Read HTML as a parser writes it (well-formed)."""
        pieces = _TOKEN.split(source)
        self._text(pieces[0])
        for closing, name, attributes, text in zip(*(pieces[group::4] for group in range(1, 5)), strict=True):
            if closing:
                self._end()
            elif name:
                self._start(name, attributes)
            self._text(text)
        self.page.flush()

    def _start(self, name: str, attributes: str) -> None:
        look = programs.look_of(attributes)
        if self._unseen or look.hidden or name in _UNSEEN:
            self._unseen += name not in _VOID
            return
        before = (self._style, self._link, self._keep)
        end = None
        if self._code is not None:
            self._in_code(self._code, name, attributes)
        else:
            self._style |= _STYLES.get(name, 0)
            if look is not programs.PLAIN:
                self._note(name, look)
            begin = _BEGIN.get(name)
            if begin:
                end = begin(self, name, attributes)
        if name in _VOID:
            self._style, self._link, self._keep = before
        else:
            self._open.append((end, *before))

    def _end(self) -> None:
        if self._unseen:
            self._unseen -= 1
        elif self._open:
            end, style, link, keep = self._open.pop()
            if end:
                end()
            self._style, self._link, self._keep = style, link, keep

    def _note(self, name: str, look: programs.Look) -> None:
        """What the attributes say, whatever the element is."""
        self._style = self._style & ~look.removes | look.adds
        if look.keeps_white and name in _KEEPS_WHITE:
            self._keep = True
        if look.begins_reply and not self._in_cells():
            self.page.marker(ORIGINAL_BEGINS)
        elif look.signature and not self._in_cells():
            self.page.marker(SIGNATURE_BEGINS)

    def _text(self, text: str) -> None:
        if not text or self._unseen:
            return
        if "&" in text:
            text = text.replace("&nbsp;", "\xa0").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        if self._code is not None:
            self._code.append(text)
        elif self._marking:
            self._word.mark += text
        elif self._keep:
            self._lines(text)
        else:
            self._add(_WHITE.sub(" ", text) if "\n" in text or "  " in text or "\t" in text else text)

    def _lines(self, text: str) -> None:
        for number, line in enumerate(text.split("\n")):
            if number:
                self.page.line_break()
            if line.isspace():
                self._add(" ")
            elif line:
                self._add(_WHITE_RUN.sub(lambda run: "\xa0" * len(run[0]), line.expandtabs()))

    def _add(self, text: str) -> None:
        if self._raised and text.strip():
            self._raised = False
            text = "^" * bool(_POWER.match(text)) + text
        size = len(text)
        self.letters += size
        self.mono_letters += size if self._style & MONO else 0
        style = self._style & self._known
        self.page.add(Run(text, style & ~STRONG if self.page.heading else style, self._link))

    # Each of these begins an element, and says what to do where it ends.

    def _line(self, name: str, attributes: str) -> _End:
        self.page.new_line()
        return self.page.new_line

    def _paragraph(self, name: str, attributes: str) -> _End:
        look = programs.look_of(attributes)
        level = look.word_level if not self._in_cells() else 0
        if level:
            return self._word.item(level)
        if look.line:
            return self._line(name, attributes)
        self.page.new_block()
        return self.page.new_block

    def _span(self, name: str, attributes: str) -> _End:
        if not programs.look_of(attributes).word_mark:
            return None
        self._marking = True
        return self._marked

    def _marked(self) -> None:
        self._marking = False

    def _break(self, name: str, attributes: str) -> _End:
        self.page.line_break()
        return None

    def _rule(self, name: str, attributes: str) -> _End:
        self.page.rule()
        return None

    def _heading(self, name: str, attributes: str) -> _End:
        self.page.flush()
        self.page.heading = int(name[1])
        return self.page.flush

    def _quote(self, name: str, attributes: str) -> _End:
        look = programs.look_of(attributes)
        if not (look.quote if name == "blockquote" else look.bar) or self._in_cells():
            return self._line(name, attributes)
        return self._nested(quote(), 1)

    def _nested(self, container: Container, nesting: int) -> _End:
        """Begin a container, or where they are nested too deep, only a line."""
        if self._nesting + nesting > _DEEPEST:
            return self._line("", "")
        self._nesting += nesting
        self.page.begin(container)

        def end() -> None:
            self._nesting -= nesting
            self.page.end()

        return end

    def _list(self, name: str, attributes: str) -> _End:
        start = _attributes(attributes).get("start", "")
        number = (int(start) if _NUMBER.match(start) else 1) if name == "ol" else None
        # A list right within a list belongs to the item before it.
        around = self.page.last_item(self._lists[-1]) if self._lists else None
        end_around = self._nested(around, 2) if around else None
        self._lists.append(self.page.new_list(number))

        def end() -> None:
            self.page.flush()
            self._lists.pop()
            if end_around:
                end_around()

        return end

    def _item(self, name: str, attributes: str) -> _End:
        block = self._lists[-1] if self._lists else self.page.stray_list()
        value = _attributes(attributes).get("value", "") if block.number is not None else ""
        if _NUMBER.match(value) and int(value) != block.number:
            block = self._numbered_anew(block, int(value))
        item = block.item()
        end_item = self._nested(item, 2)

        def end() -> None:
            if end_item:
                end_item()
            if item.begun and block.number is not None:
                block.number += 1

        return end

    def _numbered_anew(self, block: ListBlock, number: int) -> ListBlock:
        """The list in which the next item has that number: this one if it has none yet, or one that begins here."""
        if self.page.last_item(block) is None:
            block.number = number
            return block
        anew = self.page.new_list(number)
        self._lists[-1:] = [anew] * bool(self._lists)
        return anew

    def _preformatted(self, name: str, attributes: str) -> _End:
        if self._keep:
            return self._line(name, attributes)
        self.page.flush()
        self._code = []
        self._language = _attributes(attributes).get("data-lang", "")
        return self._end_code

    def _in_code(self, code: list[str], name: str, attributes: str) -> None:
        if name == "img":
            code.append(unescape(_attributes(attributes).get("alt", "")))
        elif name == "br" or (name in _BLOCKS and code and code[-1][-1:] != "\n"):
            code.append("\n")

    def _end_code(self) -> None:
        text = "".join(self._code or ())
        self._code = None
        self.letters += len(text)
        self.page.code(text, self._language if _LANGUAGE.match(self._language) else "")

    def _anchor(self, name: str, attributes: str) -> _End:
        address = unescape(_attributes(attributes).get("href", ""))
        self._link = self._targets.get(address) or link_target(address) or ""
        return None

    def _raise(self, name: str, attributes: str) -> _End:
        self._raised = not self.page.is_fresh
        return self._lower

    def _lower(self) -> None:
        self._raised = False

    def _quotation(self, name: str, attributes: str) -> _End:
        self._add('"')
        return lambda: self._add('"')

    def _picture(self, name: str, attributes: str) -> _End:
        """A file of the mail is shown where it stood. One on the web becomes a link, for it is decoration nearly
        always, and to show it would tell its owner who reads."""
        found = {key: unescape(value) for key, value in _ATTRIBUTE.findall(attributes)}
        alt = _WHITE.sub(" ", found.get("alt", "")).strip()
        source = found.get("src", "")
        file = picture_file(source, self._inline)
        if file:
            self.page.add(Run(alt, self._style & ~(CODE | MONO), self._link, file))
        elif programs.is_tracker(found):
            return None
        elif source[:4].lower() == "http":
            name = alt or programs.picture_name(found)
            if _SPOKEN.search(name):  # not an emoji
                self._link = self._link or link_target(source) or ""
            self._add(name)
        else:
            self._add(alt)
        return None

    def _table(self, name: str, attributes: str) -> _End:
        if DATA not in attributes:
            self._tables.append(None)
            self.page.new_line()
            return self._end_layout
        self.page.flush()
        self._tables.append(DataTable())
        return self._end_table

    def _end_layout(self) -> None:
        self._tables.pop()
        self.page.new_line()

    def _end_table(self) -> None:
        table = self._tables.pop()
        rows = table.finished() if table else []
        if rows:
            self.page.table(rows)

    def _in_cells(self) -> bool:
        return bool(self._tables) and self._tables[-1] is not None

    def _row(self, name: str, attributes: str) -> _End:
        table = self._tables[-1] if self._tables else None
        if table:
            table.begin_row()
            return None
        self._beside = SIDE_BY_SIDE in attributes
        return self._line(name, attributes)

    def _cell(self, name: str, attributes: str) -> _End:
        table = self._tables[-1] if self._tables else None
        if table is None:
            if self._beside:
                self._add(" ")
                return None
            return self._line(name, attributes)
        found = _attributes(attributes)
        return lambda: table.add(self.page.cell(), found.get("colspan"), found.get("rowspan"))

    def _caption(self, name: str, attributes: str) -> _End:
        return self.page.flush


_Begin = Callable[[Reader, str, str], _End]
_BEGIN: dict[str, _Begin] = dict.fromkeys(_LINES.split(), Reader._line)
_BEGIN |= dict.fromkeys(("p", "dl"), Reader._paragraph)
_BEGIN |= dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Reader._heading)
_BEGIN |= dict.fromkeys(("blockquote", "div"), Reader._quote)
_BEGIN |= dict.fromkeys(("ul", "ol", "menu", "dir"), Reader._list)
_BEGIN |= dict.fromkeys(("pre", "listing"), Reader._preformatted)
_BEGIN |= dict.fromkeys(("td", "th"), Reader._cell)
_BEGIN |= {
    "a": Reader._anchor,
    "br": Reader._break,
    "caption": Reader._caption,
    "hr": Reader._rule,
    "img": Reader._picture,
    "li": Reader._item,
    "q": Reader._quotation,
    "span": Reader._span,
    "sup": Reader._raise,
    "table": Reader._table,
    "tr": Reader._row,
}


def _attributes(text: str) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(text))
