"""What the tests of the export share: an export of an archive, and a walk through its links."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from migrate.archive import Archive
from migrate.mapping import read_mapping
from migrate.plan import Plan
from migrate.preview.export import Written, export


def exported(archive: Archive, folder: Path, mapping: str = "", *, with_private: bool = False) -> Written:
    """The export of an archive to a folder."""
    with archive.snapshot():
        plan = Plan(archive, mapping=read_mapping(mapping, "m.toml"))
        return export(archive, plan, folder, with_private=with_private, told=lambda done, total: None)


class _Seen(HTMLParser):
    """The addresses, the anchors and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.anchors: set[str] = set()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("href", "src", "action"):
                self.addresses.append(value or "")
            elif name == "id" and value:
                self.anchors.add(value)
            assert not name.startswith("on"), (tag, name)

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(page: Path) -> _Seen:
    """What stands in a page."""
    parser = _Seen()
    parser.feed(page.read_text("utf-8"))
    return parser


def files(folder: Path) -> list[Path]:
    """All files of a folder; none of them is a link."""
    found = [path for path in sorted(folder.rglob("*")) if not path.is_dir()]
    assert not any(path.is_symlink() for path in found)
    return found


def dead_links(folder: Path) -> Iterator[tuple[str, str]]:
    """Every link of every page that leads to nothing in the folder: the page, and the link as it stands there."""
    pages = {path.resolve(): seen(path) for path in files(folder) if path.suffix == ".html"}
    for path, page in pages.items():
        for address in page.addresses:
            if address.startswith(("https://", "http://", "mailto:", "data:,")):
                continue
            target = urlsplit(address)
            there = (path.parent / unquote(target.path)).resolve() if target.path else path
            is_there = not target.scheme and not target.netloc and address and there.is_file()
            if not is_there or (target.fragment and target.fragment not in pages[there].anchors):
                yield str(path), address


def holding(folder: Path, *words: str) -> list[tuple[str, str]]:
    """Which files hold which of these words in any case of letters, in their bytes or in their names."""
    found = []
    for path in files(folder):
        content = path.read_bytes().lower() + str(path.relative_to(folder)).lower().encode()
        found += [(str(path.relative_to(folder)), word) for word in words if word.lower().encode() in content]
    return found
