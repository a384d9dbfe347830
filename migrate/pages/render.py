"""Filling the templates."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .addresses import LIVE, Addresses
from .view import Author, CategoryCard, Forum, SearchPage, TopicList, TopicPage, UserPage

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "style.css").read_text("utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# Nothing but our own style sheet, and pictures and a search of this site: no scripts, no frames, no other hosts.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Dark enough for white letters (contrast 4.5 and more), in light and dark alike.
FACES = ("#3d6b8e", "#8a4f7d", "#4d7050", "#9a5140", "#5b5ea6", "#7a6232", "#2f7273", "#a0495f", "#6b6375", "#466a34")


def latest(forum: Forum, listed: TopicList, to: Addresses = LIVE) -> str:
    return _render("latest.html", forum, to, to.latest, listed=listed, cards=forum.categories())


def categories(forum: Forum, to: Addresses = LIVE) -> str:
    return _render("categories.html", forum, to, cards=forum.categories())


def category(forum: Forum, card: CategoryCard, listed: TopicList, to: Addresses = LIVE) -> str:
    return _render("category.html", forum, to, partial(to.category, card), card=card, listed=listed)


def tag(forum: Forum, name: str, listed: TopicList, to: Addresses = LIVE) -> str:
    return _render("tag.html", forum, to, partial(to.tag, name), name=name, listed=listed)


def topic(forum: Forum, page: TopicPage, to: Addresses = LIVE) -> str:
    here = {post.number for post in page.posts}
    return _render("topic.html", forum, to, partial(to.topic, page.topic), page=page, here=here)


def user(forum: Forum, page: UserPage, to: Addresses = LIVE) -> str:
    return _render("user.html", forum, to, partial(to.user, page.author), page=page)


def search(forum: Forum, page: SearchPage | None, to: Addresses = LIVE) -> str:
    """What was found; None: nothing was searched for yet."""
    query = page.query if page else ""
    return _render("search.html", forum, to, partial(to.search, query), page=page, query=query)


def missing(forum: Forum, to: Addresses = LIVE) -> str:
    return _render("missing.html", forum, to)


def _render(
    template: str, forum: Forum, to: Addresses, turn: Callable[[int], str] = lambda _: "", **values: object
) -> str:
    """A page; `turn` gives the address of the same page with another number."""
    return _environment().get_template(template).render(forum=forum, to=to, turn=turn, style=Markup(STYLE), **values)  # noqa: S704 - our own stylesheet


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
        "safe_html": Markup,
    }
    return environment


def _face(author: Author) -> str:
    return FACES[hashlib.sha256(author.username.lower().encode("utf-8", "replace")).digest()[0] % len(FACES)]


def _initial(author: Author) -> str:
    return next((letter for letter in author.name + author.username if letter.isalnum()), "?").upper()


def _day(moment: datetime) -> str:
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def _minute(moment: datetime) -> str:
    return f"{_day(moment)}, {moment:%H:%M} UTC"
