"""The templates, the style and the one script of the page, and the rule that lets nothing else run or load."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from migrate.text import duration, printable

TEMPLATES = Path(__file__).parent / "templates"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def shell(template: str, values: Mapping[str, object]) -> str:
    """A page of that template, with style, script and policy."""
    style, script = (_asset(name) for name in ("style.css", "script.js"))
    # Frames cannot be forbidden in a page's own policy; there is nothing to click in it that would do harm.
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    return environment().get_template(template).render(values, style=style, script=script, policy=policy)


@cache
def environment() -> Environment:
    """Everything put into a template is escaped, and one line of characters that can be seen."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "n": lambda number: f"{number:,}",
        "day": _day,
        "date": lambda moment: moment.strftime("%Y-%m-%d"),
        "span": _span,
        "bytes": _bytes,
        "lasts": duration,
        "clip": _clipped,
        "tail": _tail,
        "counted": _counted,
        "begun": lambda text: text[:1].upper() + text[1:],
    }
    return made


def _shown(value: object) -> object:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _asset(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text("utf-8"))  # noqa: S704 - our own style and script


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _day(moment: datetime) -> str:
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def _span(first: datetime | None, last: datetime | None) -> str:
    """From when until when: "Mar 2003 – Nov 2026"; "" where nothing is dated."""
    if first is None or last is None:
        return ""
    begin, end = (f"{_MONTHS[moment.month - 1]} {moment.year}" for moment in (first, last))
    return begin if begin == end else f"{begin} – {end}"


def _bytes(size: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"


def _counted(number: int, one: str, many: str = "") -> str:
    """A number with what there is of it: "1 topic", "1,200 topics"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _tail(text: str, most: int) -> str:
    """The end of a long place, which tells more than its beginning."""
    return text if len(text) <= most else "…" + text[1 - most :]
