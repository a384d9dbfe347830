"""XML exports for tests, and what comes out of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from importers.wiki.chunks import Pages
from importers.wiki.offline import scan_files
from importers.wiki.page import Page
from importers.wiki.wishes import Wishes
from migrate.model import Finding
from migrate.sources import Chunk

NAMES = {
    -1: "Special",
    0: "",
    1: "Talk",
    2: "User",
    3: "User talk",
    4: "Garden",
    5: "Garden talk",
    8: "MediaWiki",
    10: "Template",
    90: "Thread",
    91: "Thread talk",
    92: "Summary",
}
SIGNED = "Hello. [[User:Ann|Ann]] ([[User talk:Ann|talk]]) 10:15, 3 March 2020 (UTC)"


def revision(
    text: str = SIGNED, number: int = 1, *, parent: int = 0, user: str = "Ann", time: str = "", more: str = ""
) -> str:
    """One version. `time` is by default its number of minutes after ten."""
    time = time or f"2020-03-03T{10 + number // 60:02}:{number % 60:02}:00Z"
    before = f"<parentid>{parent}</parentid>" if parent else ""
    return (
        f"<revision><id>{number}</id>{before}<timestamp>{time}</timestamp><contributor><username>{escape(user)}"
        f"</username><id>7</id></contributor>{more}<model>wikitext</model><format>text/x-wiki</format>"
        f'<text bytes="{len(text.encode())}" xml:space="preserve">{escape(text)}</text><sha1>x</sha1></revision>\n'
    )


def page(title: str, *revisions: str, namespace: int | None = None, number: int = 1, more: str = "") -> str:
    """One page, by default with one signed version."""
    if namespace is None:
        prefix = title.partition(":")[0]
        namespace = next((key for key, name in NAMES.items() if name and name == prefix), 0)
    body = "".join(revisions) or revision()
    head = f"<title>{escape(title)}</title><ns>{namespace}</ns><id>{number}</id>{more}"
    return f"<page>{head}\n{body}</page>\n"


def export(*pages: str, version: str = "0.11", base: str = "https://wiki.example.org/wiki/Main_Page") -> bytes:
    """A whole export."""
    spaces = "".join(f'<namespace key="{key}" case="first-letter">{name}</namespace>' for key, name in NAMES.items())
    info = f"<sitename>Example</sitename><dbname>example</dbname><base>{base}</base><namespaces>{spaces}</namespaces>"
    root = (
        f'<mediawiki xmlns="http://www.mediawiki.org/xml/export-{version}/" version={quoteattr(version)} xml:lang="en">'
    )
    return f"{root}\n<siteinfo>{info}</siteinfo>\n{''.join(pages)}</mediawiki>\n".encode()


def scanned(*files: Path, **wishes: object) -> list[Chunk | Finding]:
    """Chunks and findings, as they come."""
    return list(scan_files([str(file) for file in files], Wishes(**wishes)))  # type: ignore[arg-type]  # by name


def pages_of(items: Iterable[Chunk | Finding]) -> list[Page]:
    """The pages in the chunks."""
    return [each for item in items if isinstance(item, Pages) for each in item.pages]


def titles_of(items: Iterable[Chunk | Finding]) -> list[str]:
    """Their titles."""
    return [each.title for each in pages_of(items)]


def findings_of(items: Iterable[Chunk | Finding]) -> dict[str, Finding]:
    """The findings by their codes; each code once."""
    found = [item for item in items if isinstance(item, Finding)]
    assert len({item.code for item in found}) == len(found), [item.code for item in found]
    return {item.code: item for item in found}


def whose(page: Page) -> list[str | None]:
    """Per line of a page who brought it."""
    return [known.user if (known := page.brought_by(line)) else None for line in range(page.text.count("\n") + 1)]


def versions(*texts: str, users: Sequence[str] = ("Ann", "Ben", "Cleo", "Dan", "Eve")) -> list[str]:
    """A whole history: each version by another user."""
    return [
        revision(text, number, parent=number - 1, user=user)
        for number, (text, user) in enumerate(zip(texts, users, strict=False), 1)
    ]
