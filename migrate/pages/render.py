"""Filling the templates."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .view import Author, CategoryCard, Forum, TopicLine, TopicList, TopicPage, UserPage

TEMPLATES = Path(__file__).parent / "templates"
STYLE = (TEMPLATES / "style.css").read_text("utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# Nothing but our own style sheet, and pictures of this site: no scripts, no frames, no forms, no other hosts.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Dark enough for white letters (contrast 4.5 and more), in light and dark alike.
FACES = ("#3d6b8e", "#8a4f7d", "#4d7050", "#9a5140", "#5b5ea6", "#7a6232", "#2f7273", "#a0495f", "#6b6375", "#466a34")


def latest(forum: Forum, listed: TopicList) -> str:
    return _render("latest.html", forum, listed=listed, cards=forum.categories())


def categories(forum: Forum) -> str:
    return _render("categories.html", forum, cards=forum.categories())


def category(forum: Forum, card: CategoryCard, listed: TopicList) -> str:
    return _render("category.html", forum, card=card, listed=listed)


def topic(forum: Forum, page: TopicPage) -> str:
    return _render("topic.html", forum, page=page, here={post.number for post in page.posts})


def user(forum: Forum, page: UserPage) -> str:
    return _render("user.html", forum, page=page)


def missing(forum: Forum) -> str:
    return _render("missing.html", forum)


def topic_path(topic: TopicLine) -> str:
    return f"/t/{quote(topic.slug or 'topic', safe='')}/{topic.id}"


def category_path(card: CategoryCard) -> str:
    return f"/c/{quote(card.slug or 'category', safe='')}/{card.id}"


def user_path(author: Author) -> str:
    return f"/u/{quote(author.username, safe='')}"


def _render(template: str, forum: Forum, **values: object) -> str:
    return _environment().get_template(template).render(forum=forum, style=Markup(STYLE), **values)  # noqa: S704 - our own stylesheet


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
        "topic_path": topic_path,
        "category_path": category_path,
        "user_path": user_path,
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
