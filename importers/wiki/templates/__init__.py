"""What takes the place of the templates on a page: known ones read as on the wiki, of others nothing is lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from importers.wiki.keys import shown_title
from importers.wiki.page import Page
from importers.wiki.site import Site
from importers.wiki.templates.expansions import EXPANSIONS, positional, user_link
from importers.wiki.templates.names import SHOWN, Known, known
from importers.wiki.titles import Title, clean, full_title, parse_title, resolve
from importers.wiki.wikitext import Call
from migrate.model import Finding
from migrate.text import printable

# Gives the wikitext that the wiki itself makes of a template's call, or None where it does not answer.
AskWiki = Callable[[str], str | None]

_TEMPLATE, _USER = 10, 2
_MOST_ASKED = 200  # calls of one page
_MOST_NAMED = 10  # templates in one finding
_LONGEST_NAME = 60
_LOOKED_AT = 2000  # characters of a parameter
_BEHIND_SUBST = re.compile(r"(?:subst|safesubst|msg|msgnw|raw)\s*:\s*", re.IGNORECASE)
_HEADING = re.compile(r"^=.*=[ \t]*$", re.MULTILINE)
_CALLED = re.compile(r"(?<!\{)\{\{[ \n]{0,3}([^{}|<>\[\]#]{1,200})(?=[|}])")
_PROSE = re.compile(r"(?:[^\W\d_]+[\W\d_]{1,3}){2}[^\W\d_]{2}|[^\x00-\x7f]{6}|\[\[")
_FILE = re.compile(r"[^\n|\[\]{}<>#]{1,200}\.(?:png|jpe?g|gif|svg|webp|tiff?|og[gv]|web[mp]|pdf)", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"sig|firm|podpis|подпис|підпис|unterschrift|assina|allekirj|imza|توقيع|امضا|חתימה|署名|签名|簽名|서명", re.I
)
_SHORT_PART = 3  # letters of a subpage that holds nothing but a signature: "User:Ann/s"


class Templates:
    """Expands the templates of one page, and counts those that could not be."""

    def __init__(self, site: Site, page: Page, ask: AskWiki | None = None) -> None:
        self._site = site
        self._page = page
        self._ask = ask
        self._title = parse_title(site, page.title)
        first = _HEADING.search(page.text)
        self._lead = "\n" + page.text[: first.start() if first else 0]
        self._asked: dict[str, str | None] = {}
        self._unknown: Counter[str] = Counter()
        self._banners: Counter[str] = Counter()
        self._pages: Counter[str] = Counter()

    def expand(self, call: Call) -> str:
        """Wikitext, with some HTML that says what it is, to stand in place of a template. Never fails."""
        name = _plain_name(call.name)
        found = known(name, self._site.language)
        title = resolve(self._site, name, self._title) if name.startswith(("/", "../")) else None
        title = title or (Title(_TEMPLATE, name) if name.startswith("#") else parse_title(self._site, name, _TEMPLATE))
        if not found and title.namespace == _TEMPLATE:
            found = known(title.name, self._site.language)
        if found and found.kind != "banner":
            return self._known(found, call)
        if found:
            self._banners[self._countable(name)] += 1
            return ""
        return self._template(call, title) if title.namespace == _TEMPLATE else self._transcluded(title)

    def findings(self) -> Iterator[Finding]:
        """What was not understood, one for each kind, with the names and how often they were met."""
        if self._unknown:
            yield self._finding(
                "template-unknown",
                self._unknown,
                "Templates that are not known are shown as their parameters, or a link",
            )
        if self._banners:
            yield self._finding("banner-dropped", self._banners, "Boxes for readers of the page are left out")
        if self._pages:
            yield self._finding(
                "page-transcluded", self._pages, "Pages that were shown within this one are links; import them as well"
            )

    def _finding(self, code: str, met: Counter[str], text: str) -> Finding:
        shown = [f"{name} ({count})" if count > 1 else name for name, count in met.most_common(_MOST_NAMED)]
        names = ", ".join(shown) + (f" and {len(met) - len(shown)} more" if len(met) > len(shown) else "")
        return Finding(stage="read", severity="info", code=code, text=f"{text}: {names}.", locator=self._page.locator)

    def _known(self, found: Known, call: Call) -> str:
        if found.kind == SHOWN:
            return " ".join([found.shown, *(text for text in positional(call) if len(text) > 1)])
        return EXPANSIONS[found.kind](call, self._site)

    def _countable(self, name: str) -> str:
        return printable(shown_title(self._site, Title(0, name))[:_LONGEST_NAME]) or "?"

    def _transcluded(self, title: Title) -> str:
        """A page that is no template: somebody's signature, or a discussion that is read as a page of its own."""
        if title.namespace == _USER:
            user, _, part = title.name.partition("/")
            part = part.rpartition("/")[2]
            if part and (len(part) <= _SHORT_PART or _SIGNATURE.search(part)):
                return user_link(self._site, user)
        self._pages[self._countable(full_title(self._site, title))] += 1
        return f"[[:{full_title(self._site, title)}]]"

    def _template(self, call: Call, title: Title) -> str:
        texts = _told(call)
        if f"\n{call.source}" in self._lead and not any(map(_is_prose, texts)):
            self._banners[self._countable(title.name)] += 1
            return ""
        answer = self._answer(call.source)
        if answer is not None:
            return answer
        self._unknown[self._countable(title.name)] += 1
        return self._readable(title, texts)

    def _answer(self, source: str) -> str | None:
        if self._ask and source not in self._asked and len(self._asked) < _MOST_ASKED:
            self._asked[source] = self._ask(source)
        return self._asked.get(source)

    def _readable(self, title: Title, texts: list[str]) -> str:
        """The parameters where they read as text; else a link to the template, which is where one can look them up."""
        if any(map(_is_prose, texts)):
            shown = "<br>".join(f"[[:File:{text}]]" if _FILE.fullmatch(text) else text for text in texts)
            # Paragraphs and lists are in a box on the wiki, which ends before what follows.
            return f"<div>\n{shown}\n</div>" if "\n" in shown else shown
        name = full_title(self._site, title)
        if not title.name or set("[]{}<>|#\n") & set(name):
            linked = f"<nowiki>{clean(name).replace('<', '&lt;')}</nowiki>"
        else:
            linked = f"[[:{name}]]"
        return f"{linked} ({', '.join(texts)})" if texts else linked


def is_closed(site: Site, text: str) -> bool:
    """Whether a section's wikitext says by a template that its discussion is over: closed, resolved, archived."""
    for name in _CALLED.findall(text):
        title = parse_title(site, _plain_name(name), _TEMPLATE)
        found = known(title.name, site.language) if title.namespace == _TEMPLATE else None
        if found and found.kind in ("close top", "closed"):
            return True
    return False


def _plain_name(name: str) -> str:
    return _BEHIND_SUBST.sub("", clean(name), count=2)


def _told(call: Call) -> list[str]:
    """The parameters that say something: those without a name, and others that read as text or name a file."""
    named = [text.strip() for name, text in call.arguments.items() if not name.isdecimal()]
    return [*positional(call), *(text for text in named if _is_prose(text) or _FILE.fullmatch(text))]


def _is_prose(text: str) -> bool:
    """Whether it has words in a row, or a link."""
    return _PROSE.search(text, 0, _LOOKED_AT) is not None
