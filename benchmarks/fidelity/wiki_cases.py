"""Talk pages whose comments DiscussionTools found, with the settings of their wikis."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from importers.wiki.site import DateStyle, Namespace, Site

_MONTHS = (
    *("january", "february", "march", "april", "may_long", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
_SHORT = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FALLBACK = "enwiki"  # whose settings stand in for a wiki whose own are not there: Commons


@dataclass(frozen=True, slots=True)
class Found:
    """One comment, as somebody found it."""

    author: str
    at: datetime
    level: int
    parent: int | None  # which of the comments it answers
    heading: str  # the id of the heading it stands below
    id: str


@dataclass(frozen=True, slots=True)
class Case:
    """One page, and what there is to be found."""

    name: str
    site: Site
    title: str
    text: str
    expected: tuple[Found, ...]


def cases(folder: Path) -> Iterator[Case]:
    """Every page in `folder`/pages, by name."""
    for path in sorted((folder / "pages").glob("*.expected.json")):
        name = path.name.removesuffix(".expected.json")
        answer = json.loads(path.read_text(encoding="utf-8"))
        wiki = Path(answer["wiki_config"]).name.removesuffix("-config.json")
        yield Case(
            name=name,
            site=site(folder / "sites", wiki),
            title=answer["title"],
            text=path.with_name(f"{name}.wikitext").read_text(encoding="utf-8"),
            expected=_expected(answer["threads"]),
        )


def named_items(folder: Path) -> Iterator[tuple[str, set[str]]]:
    """Every dump in `folder`/dumps, and what DiscussionTools calls the headings and comments in all its revisions."""
    for path in sorted((folder / "dumps").glob("*/discussiontools_items.json")):
        yield path.parent.name, {each["it_itemname"] for each in json.loads(path.read_text(encoding="utf-8"))}


def revisions(folder: Path, name: str) -> Iterator[Case]:
    """All revisions of all pages of that dump."""
    wiki = site(folder / "sites", _FALLBACK)
    tree = ElementTree.parse(folder / "dumps" / name / "dump.xml")  # noqa: S314 - a small file of the corpora
    for page in tree.iterfind("{*}page"):
        for revision in page.iterfind("{*}revision"):
            yield Case(name, wiki, page.findtext("{*}title", ""), revision.findtext("{*}text", ""), ())


def site(folder: Path, wiki: str) -> Site:
    """The wiki of that name ("plwiki"), with its namespaces and the way it writes dates."""
    if not (folder / f"{wiki}-config.json").is_file():
        wiki = _FALLBACK
    config = json.loads((folder / f"{wiki}-config.json").read_text(encoding="utf-8"))
    data = json.loads((folder / f"{wiki}-data.json").read_text(encoding="utf-8"))
    host = f"{wiki.removesuffix('wiki')}.wikipedia.org"
    return Site(
        key=host,
        name=host,
        language=config["wgContentLanguage"],
        article_url=f"https://{host}{config['wgArticlePath']}",
        namespaces=_namespaces(config),
        contributions=(data["specialContributionsName"], "Contributions"),
        dates=tuple(_style(data, variant) for variant in data["dateFormat"]),
        timezone=data["localTimezone"],
    )


def moment(text: str) -> datetime:
    """A moment as DiscussionTools writes it: ISO 8601, or 14 digits."""
    return datetime.fromisoformat(text) if "T" in text else datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _expected(threads: list[dict[str, Any]]) -> tuple[Found, ...]:
    # What stands below a lower heading is listed with the higher one and again with its own.
    comments = {each["id"]: each for each in threads if each["type"] == "comment"}
    numbers = {name: number for number, name in enumerate(comments)}
    return tuple(
        Found(
            author=each["author"],
            at=moment(each["timestamp"]),
            level=each["level"],
            parent=numbers.get(each["parent"]),
            heading=each["heading"],
            id=each["id"],
        )
        for each in comments.values()
    )


def _style(data: Mapping[str, Any], variant: str) -> DateStyle:
    words = data["contLangMessages"][variant]
    return DateStyle(
        data["dateFormat"][variant],
        months=tuple(words[name] for name in _MONTHS),
        genitive=tuple(words[f"{name.removesuffix('_long')}-gen"] for name in _MONTHS),
        short=tuple(words[name] for name in _SHORT),
        digits="".join(data["digits"][variant]),
        zones=tuple(data["timezones"][variant].items()),
    )


def _namespaces(config: Mapping[str, Any]) -> tuple[Namespace, ...]:
    names = {int(number): [name] for number, name in config["wgFormattedNamespaces"].items()}
    for name, number in config["wgNamespaceIds"].items():
        names.setdefault(number, []).append(name.replace("_", " "))
    return tuple(Namespace(number, tuple(dict.fromkeys(each))) for number, each in sorted(names.items()))
