"""Filling the templates."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from .addresses import LIVE, Addresses
from .dressing import dress, plain
from .evidence import Kind, KindPage, SourceView
from .view import (
    POSTS_PER_PAGE,
    Author,
    CategoryCard,
    Forum,
    SearchPage,
    TopicLine,
    TopicList,
    TopicPage,
    UserPage,
    excerpt,
)
from .visible import visible

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "style.css").read_text("utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# Nothing but our own style sheet, and pictures and a search of this site: no scripts, no frames, no other hosts.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# Of a page that is a file, for its head: frames cannot be forbidden there.
FILE_POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MOST_CARDS = 6  # on the first page: the largest categories
QUIET_DAYS = 30  # without a post, after which a topic says how long it was quiet
# Dark enough for white letters (contrast 4.5 and more), in light and dark alike.
FACES = ("#3d6b8e", "#8a4f7d", "#4d7050", "#9a5140", "#5b5ea6", "#7a6232", "#2f7273", "#a0495f", "#6b6375", "#466a34")


def latest(forum: Forum, listed: TopicList, to: Addresses = LIVE) -> str:
    cards = sorted(forum.categories(), key=lambda card: -card.topics)
    return _render("latest.html", forum, to, to.latest, listed=listed, cards=cards[:MOST_CARDS], of=len(cards))


def categories(forum: Forum, to: Addresses = LIVE) -> str:
    return _render("categories.html", forum, to, cards=forum.categories())


def category(forum: Forum, card: CategoryCard, listed: TopicList, to: Addresses = LIVE) -> str:
    return _render("category.html", forum, to, partial(to.category, card), card=card, listed=listed)


def tag(forum: Forum, name: str, listed: TopicList, to: Addresses = LIVE) -> str:
    return _render("tag.html", forum, to, partial(to.tag, name), name=name, listed=listed)


def topic(forum: Forum, page: TopicPage, to: Addresses = LIVE) -> str:
    here = {post.number for post in page.posts}
    first = (page.slice.page - 1) * POSTS_PER_PAGE + 1
    values = {"page": page, "here": here, "first": first, "total": max(page.topic.replies + 1, len(here))}
    dressed = _dresser(page.topic, [post.author for post in page.posts], here, to)
    return _render("topic.html", forum, to, partial(to.topic, page.topic), dressed=dressed, **values)


def user(forum: Forum, page: UserPage, to: Addresses = LIVE) -> str:
    return _render("user.html", forum, to, partial(to.user, page.author), page=page)


def search(forum: Forum, page: SearchPage | None, to: Addresses = LIVE) -> str:
    """What was found; None: nothing was searched for yet."""
    query = page.query if page else ""
    return _render("search.html", forum, to, partial(to.search, query), page=page, query=query)


def find(forum: Forum, to: Addresses, scripts: Sequence[str]) -> str:
    """The one page with scripts, of a forum in files: they look through a list of topics. Gives their addresses."""
    return _render("find.html", forum, to, policy=f"{FILE_POLICY}; script-src 'self'", scripts=scripts)


def source(forum: Forum, view: SourceView, to: Addresses = LIVE) -> str:
    """A post beside what it was made of."""
    dressed = _dresser(view.topic, view.authors, (), to)
    return _render("source.html", forum, to, view=view, dressed=dressed)


def findings(forum: Forum, kinds: Sequence[Kind], to: Addresses = LIVE) -> str:
    return _render("findings.html", forum, to, kinds=kinds)


def finding(forum: Forum, page: KindPage, to: Addresses = LIVE) -> str:
    """The findings of one kind."""
    path = f"findings/{quote(page.code, safe='')}"

    def turn(number: int) -> str:
        return to.other(f"{path}?page={number}" if number > 1 else path)

    return _render("finding.html", forum, to, turn, page=page)


def missing(forum: Forum, to: Addresses = LIVE) -> str:
    return _render("missing.html", forum, to)


def _dresser(
    line: TopicLine | None, authors: Iterable[Author], here: Collection[int], to: Addresses
) -> Callable[[str], Markup]:
    """Gives posts their looks; `authors` may be quoted, `here` are the numbers of posts on the same page."""
    known = {author.username: author for author in authors}

    def face(username: str) -> Markup:
        author = known.get(username) or Author(username=username)
        return Markup('{}<span dir="auto">{}</span>').format(_avatar(author), author.name or username)

    def jump(topic_id: int, number: int) -> str:
        if line is None or topic_id != line.id:
            return to.other(f"t/{topic_id}/{number}")
        return f"#post_{number}" if number in here else to.post(line, number)

    return partial(dress, face=face, jump=jump)


def _render(
    template: str, forum: Forum, to: Addresses, turn: Callable[[int], str] = lambda _: "", **values: object
) -> str:
    """A page; `turn` gives the address of the same page with another number."""
    values = {"policy": FILE_POLICY, "style": Markup(STYLE), **values}  # noqa: S704 - our own stylesheet
    return _environment().get_template(template).render(forum=forum, to=to, turn=turn, **values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "face": _face,
        "initial": _initial,
        "day": _day,
        "minute": _minute,
        "iso": lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "grouped": lambda number: f"{number:,}",
        "color": lambda color: color if len(color) == 6 and color.isalnum() else "888888",
        "gap": _gap,
        "marked": _marked,
        "visible": visible,
        "segment": lambda text: quote(text, safe=""),
        "sentence": lambda text: text[:1].upper() + text[1:],
        "said": lambda html: excerpt(plain(html), ()),
    }
    return environment


def _face(author: Author) -> str:
    return FACES[hashlib.sha256(author.username.lower().encode("utf-8", "replace")).digest()[0] % len(FACES)]


def _initial(author: Author) -> str:
    return next((letter for letter in author.name + author.username if letter.isalnum()), "?").upper()


def _avatar(author: Author) -> Markup:
    """A small one, beside a quote."""
    return Markup(_environment().get_template("parts.html").module.avatar(author, 22))  # type: ignore[attr-defined]  # noqa: S704 - a template's


def _marked(text: str, query: str) -> Markup:
    """Plain text as HTML, with the words of a query marked."""
    words = sorted(map(re.escape, query.split()), key=len, reverse=True)
    pieces: Iterable[str] = re.split(f"({'|'.join(words)})", text, flags=re.IGNORECASE) if words else [text]
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if index % 2 else escape(piece) for index, piece in enumerate(pieces)
    )


def _gap(before: datetime, moment: datetime) -> str:
    """How long nobody wrote, where it was long: "5 months later"."""
    days = (moment - before).days
    if days < QUIET_DAYS:
        return ""
    number, unit = (days // 365, "year") if days >= 365 else (days // 30, "month")
    return f"{number} {unit}{'' if number == 1 else 's'} later"


def _day(moment: datetime) -> str:
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def _minute(moment: datetime) -> str:
    return f"{_day(moment)}, {moment:%H:%M} UTC"
