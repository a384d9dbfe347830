"""Which pages of a wiki are meant: their numbers and those of their newest versions, without their texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from importers.wiki.api.client import BATCH, Answer, RefusedError, Wiki, things
from importers.wiki.api.pieces import Listed
from importers.wiki.keys import shown_title
from importers.wiki.offline.selection import PROJECT, Asked
from importers.wiki.site import Site
from importers.wiki.structured.values import mapping, number, text
from importers.wiki.titles import Title, family_of, full_title, is_talk, parse_title, talk_of
from importers.wiki.wishes import Wishes
from migrate.model import Finding
from migrate.text import printable

_CATEGORY = 14
_ALIKE = 4  # first letters of titles that are looked through for near ones
_LONGEST_TITLE = 300  # characters; MediaWiki allows 255 bytes


class Listing:
    """Asks a wiki for its list of pages. Raises InputError where it cannot be read."""

    def __init__(self, wiki: Wiki, site: Site, wishes: Wishes) -> None:
        self._wiki = wiki
        self._site = site
        self._wishes = wishes
        self._seen: set[int] = set()

    def pages(self) -> Iterator[Listed | Finding]:
        """What the user wants, each page once. Redirects are followed, what is not there is told."""
        found = self._wanted()
        for each in self._with_talk(found) if self._wishes.newsletters else found:
            if isinstance(each, Finding):
                yield each
            elif each.id not in self._seen:
                self._seen.add(each.id)
                yield each

    def _wanted(self) -> Iterator[Listed | Finding]:
        wishes = self._wishes
        for start in range(0, len(wishes.titles), BATCH):
            yield from self._titled(wishes.titles[start : start + BATCH])
        for prefix in wishes.prefixes:
            yield from self._told("wiki-prefix-empty", "begins like this", prefix, self._prefixed(prefix))
        for category in wishes.categories:
            yield from self._told(
                "wiki-category-empty", "in this category has a talk page", category, self._members(category)
            )
        for words in wishes.searches:
            yield from self._told("wiki-search-empty", "was found by the search", words, self._searched(words))
        if not (wishes.titles or wishes.prefixes or wishes.categories or wishes.searches):
            for number in self._discussed():
                yield from self._all(number, "", asked_for=False)

    def _told(self, code: str, words: str, wanted: str, pages: Iterator[Listed]) -> Iterator[Listed | Finding]:
        """The pages; a finding where there are none."""
        shown = printable(wanted)[:_LONGEST_TITLE]
        try:
            first = list(islice(pages, 1))
            yield from first
            yield from pages
        except RefusedError as error:
            sentence = f"The wiki does not answer what was asked for by {shown!r} ({error.code})."
            yield self._finding("wiki-list-refused", sentence)
            return
        if not first:
            yield self._finding(code, f"No page {words}: {shown!r}.")

    def _titled(self, titles: Iterable[str]) -> Iterator[Listed | Finding]:
        """Pages by their titles, with their archives, and with their subpages where these are wanted."""
        usable = [title for title in dict.fromkeys(titles) if _is_title(title)]
        for title in set(titles).difference(usable):
            yield self._missing(title)
        if not usable:
            return
        found: list[Listed] = []
        for answer in self._wiki.query(titles="|".join(usable), prop="info", redirects="1"):
            for page in things(answer.get("pages")):
                listed = self._listed(page, asked_for=True)
                if listed:
                    found.append(listed)
                elif "lastrevid" not in page:
                    yield self._missing(text(page.get("title")))
            for page in things(answer.get("interwiki")):
                yield self._missing(text(page.get("title")))
        for listed in found:
            yield listed
            yield from self._below(listed)

    def _below(self, listed: Listed) -> Iterator[Listed]:
        title = parse_title(self._site, listed.title)
        family = family_of(self._site, title)
        for page in self._all(title.namespace, f"{title.name}/", asked_for=True):
            if self._wishes.subpages or family_of(self._site, parse_title(self._site, page.title)) == family:
                yield page

    def _prefixed(self, prefix: str) -> Iterator[Listed]:
        # "Talk:" is a prefix, though no title: a letter makes it one.
        title = parse_title(self._site, f"{prefix}x")
        return self._all(title.namespace, title.name[:-1], asked_for=title.name != "X")

    def _members(self, category: str) -> Iterator[Listed]:
        title = parse_title(self._site, category, _CATEGORY)
        titles = (
            full_title(self._site, talk_of(parse_title(self._site, text(page.get("title")))))
            for found in self._wiki.query(
                list="categorymembers",
                cmtitle=full_title(self._site, replace(title, namespace=_CATEGORY)),
                cmlimit=BATCH,
            )
            for page in things(found.get("categorymembers"))
        )
        yield from self._batched(titles)

    def _searched(self, words: str) -> Iterator[Listed]:
        namespaces = "|".join(map(str, self._discussed()))
        titles = (
            text(page.get("title"))
            for found in self._wiki.query(
                list="search", srsearch=words, srwhat="text", srnamespace=namespaces, srlimit=BATCH
            )
            for page in things(found.get("search"))
        )
        yield from self._batched(titles)

    def _batched(self, titles: Iterator[str]) -> Iterator[Listed]:
        while batch := list(islice((title for title in titles if _is_title(title)), BATCH)):
            for page in self._wiki.pages(titles="|".join(batch), prop="info", redirects="1"):
                if listed := self._listed(page, asked_for=True):
                    yield listed

    def _all(self, namespace: int, prefix: str, *, asked_for: bool) -> Iterator[Listed]:
        """The pages of a namespace whose titles begin so."""
        for page in self._wiki.pages(
            generator="allpages",
            gapnamespace=namespace,
            gapprefix=prefix or None,
            gapfilterredir="nonredirects",
            gaplimit=BATCH,
            prop="info",
        ):
            if listed := self._listed(page, asked_for=asked_for):
                yield listed

    def _with_talk(self, found: Iterator[Listed | Finding]) -> Iterator[Listed | Finding]:
        """With the talk pages of news, and the archives of these: what readers said of them."""
        titles: list[str] = []
        for each in found:
            yield each
            if isinstance(each, Listed):
                title = parse_title(self._site, each.title)
                if not is_talk(title):
                    titles.append(full_title(self._site, talk_of(title)))
        for talk in self._batched(iter(titles)):
            yield talk
            yield from self._below(talk)

    def _listed(self, page: Answer, *, asked_for: bool) -> Listed | None:
        identity, revision = number(page.get("pageid")), number(page.get("lastrevid"))
        title = text(page.get("title"))
        if not identity or not revision or not title or "redirect" in page or "missing" in page:
            return None
        talk = is_talk(parse_title(self._site, title))
        model = text(page.get("contentmodel")) or "wikitext"
        return Listed(identity, revision, title, number(page.get("length")), model, asked_for or talk)

    def _discussed(self) -> list[int]:
        """The namespaces that discussions are held in: those for talk, and that of the project itself."""
        numbers = {namespace.number for namespace in self._site.namespaces}
        return sorted(number for number in numbers if number == PROJECT or is_talk(Title(number, "X")))

    def _missing(self, title: str) -> Finding:
        shown = shown_title(self._site, parse_title(self._site, title))
        near = [shown_title(self._site, parse_title(self._site, each)) for each in self._near(title)]
        (sentence,) = Asked({printable(shown)[:_LONGEST_TITLE]: near}).not_found()
        return self._finding("wiki-title-not-found", sentence)

    def _near(self, title: str) -> list[str]:
        """Titles that begin alike, in its own namespace and where discussions are held."""
        parsed = parse_title(self._site, title)
        namespaces = sorted({max(parsed.namespace, 0), *self._discussed()})
        try:
            answer = self._wiki.ask(
                "query",
                list="prefixsearch",
                pssearch=parsed.name[:_ALIKE] or "A",
                psnamespace="|".join(map(str, namespaces[:BATCH])),
                pslimit=BATCH,
            )
        except RefusedError:
            return []
        found = things(mapping(answer.get("query")).get("prefixsearch"))
        return [near for each in found if (near := text(each.get("title")))]

    def _finding(self, code: str, words: str) -> Finding:
        return Finding(stage="read", severity="warning", code=code, text=words, locator=self._wiki.host)


def _is_title(title: str) -> bool:
    """Whether it can be asked for: a bar would part it in two."""
    return bool(title.strip()) and "|" not in title and "\x1f" not in title and len(title) <= _LONGEST_TITLE
