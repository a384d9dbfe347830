"""Single files of wikitext: each a page, whose title is given or stands in the file's name."""

from __future__ import annotations

from collections.abc import Iterator

from importers.wiki.licence import licensed
from importers.wiki.offline.pages import Batch, finding
from importers.wiki.offline.reader import LONGEST_TEXT
from importers.wiki.offline.selection import Asked, Selection
from importers.wiki.page import Page
from importers.wiki.sites import site_of_language
from importers.wiki.titles import full_title, parse_title
from importers.wiki.wishes import Wishes
from migrate.errors import InputError
from migrate.files import Input
from migrate.model import Finding
from migrate.sources import Chunk
from migrate.text import printable

_COLONS = str.maketrans("：꞉", "::")  # in their place where a system allows no colons in names
_LONGEST = 4 * LONGEST_TEXT  # bytes


class Singles:
    """What was asked for, over all files; reads one after the other."""

    def __init__(self, wishes: Wishes, asked: Asked) -> None:
        self._wishes = wishes
        self._site = licensed(site_of_language(wishes.language, wishes.site), wishes)
        self._selection = Selection(self._site, wishes, asked)
        self._batch = Batch(wishes)
        self._files = 0

    def read(self, item: Input) -> Iterator[Chunk | Finding]:
        """The chunk that is full with this file, if any, or why it is not read. Raises InputError where --title is to
        be that of several files."""
        self._files += 1
        if self._wishes.title and self._files > 1:
            raise InputError("--title says which page a file is, but there are several files: import each by itself.")
        title = parse_title(self._site, self._wishes.title or title_of(item.label))
        shown = printable(full_title(self._site, title))
        chosen = self._wishes.titles or self._wishes.prefixes
        if chosen and self._selection.wants(title, shown, {}) is None:
            return
        text = _text(item)
        if isinstance(text, Finding):
            yield text
        else:
            page = Page(title=shown, id=0, text=text, locator=item.label)
            yield from self._batch.add(page, self._site, item.label.rpartition("/")[0] or item.label)

    def flush(self) -> Iterator[Chunk]:
        """The chunk that is not full yet."""
        return self._batch.flush()


def _text(item: Input) -> str | Finding:
    data = item.stream.read(_LONGEST + 1)
    if len(data) > _LONGEST:
        text = "A file is longer than a page can be and was left out."
        return finding("wiki-page-too-long", "error", text, item.label, lost=1)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    except UnicodeDecodeError as error:
        words = f"The file is not UTF-8 (byte {error.start:,}): save it as UTF-8 and import it again."
        return finding("wiki-not-utf-8", "error", words, item.label, lost=1)
    if not text.strip():
        return finding("empty-file", "warning", f"{item.label} is empty; it was passed over.", item.label)
    return text


def title_of(label: str) -> str:
    """The title that a file's name stands for: "Talk:Foo" for "Talk%3AFoo.wikitext", "Talk_Foo.txt" stays as it is."""
    name = label.rpartition("/")[2]
    return (name.rpartition(".")[0] or name).translate(_COLONS)
