"""Magic words and parser functions that need nothing but the page's title: {{PAGENAME}}, {{#if:…}}, {{ns:2}}."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import quote, quote_plus, urlencode, urlsplit

from importers.wiki.site import Site
from importers.wiki.titles import Title, full_title, page_url, parse_title, subject_of, talk_of

_LONGEST_PADDING = 500
_NUMBER = re.compile(r"[+-]?(?:\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})(?:[eE][+-]?\d{1,3})?")
_TAG_NAME = re.compile(r"[a-z][a-z0-9]*")
_MODIFIER = re.compile(r"\s*(?:safesubst|subst|msgnw|msg|raw)\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Context:
    """Where the words stand."""

    site: Site
    title: Title
    at: datetime | None  # when the page was saved, for what depends on the time


class Parts(Protocol):
    """What stands between the pipes: expanded when it is asked for. 0 is what stands before the first one."""

    def __len__(self) -> int: ...
    def __getitem__(self, number: int, /) -> str: ...
    @property
    def keys(self) -> list[str | None]: ...
    def value(self, number: int) -> str: ...


@dataclass(frozen=True, slots=True)
class _Asked:
    """A function's call."""

    context: Context
    first: str  # what stands behind the colon
    parts: Parts

    def __getitem__(self, number: int) -> str:
        return (self.parts[number] if number else self.first).strip()


def resolved(context: Context, head: str, parts: Parts) -> str | None:
    """What stands in place of a magic word or parser function; None where it is none of these.

    `head` is what stands before the first pipe: "PAGENAME", "#if: x ".
    """
    name, colon, first = head.partition(":")
    name = name.strip()
    if not colon:
        return _variable(context, name) if len(parts) == 1 else None
    if _MODIFIER.match(head):
        return None
    function = _FUNCTIONS.get(name) or _FUNCTIONS.get(name.lower())
    if function is not None:
        return function(_Asked(context, first, parts))
    if name in _OF_TITLE:
        return _OF_TITLE[name](context.site, parse_title(context.site, first))
    return None


def _variable(context: Context, name: str) -> str | None:
    if name in _OF_TITLE:
        return _OF_TITLE[name](context.site, context.title)
    if name in _OF_SITE:
        return _OF_SITE[name](context.site) or None
    if context.at is not None and name.startswith(("CURRENT", "LOCAL", "REVISION")):
        form = _TIMES.get(name.removeprefix("CURRENT").removeprefix("LOCAL").removeprefix("REVISION"))
        return form(context.at) if form else None
    return {"!": "|", "=": "="}.get(name)


def _part(number: int) -> Callable[[Title], Title]:
    def find(title: Title) -> Title:
        pieces = title.name.split("/")
        return Title(title.namespace, "/".join(pieces[:number]) or title.name)

    return find


_base, _root = _part(-1), _part(1)


def _sub(title: Title) -> str:
    return title.name.rpartition("/")[2]


def _space(site: Site, title: Title) -> str:
    return full_title(site, Title(title.namespace, "")).rstrip(":")


_TITLE_FORMS: Mapping[str, Callable[[Site, Title], str]] = {
    "PAGENAME": lambda site, title: title.name,
    "FULLPAGENAME": full_title,
    "BASEPAGENAME": lambda site, title: _base(title).name,
    "ROOTPAGENAME": lambda site, title: _root(title).name,
    "SUBPAGENAME": lambda site, title: _sub(title),
    "TALKPAGENAME": lambda site, title: full_title(site, talk_of(title)),
    "SUBJECTPAGENAME": lambda site, title: full_title(site, subject_of(title)),
    "ARTICLEPAGENAME": lambda site, title: full_title(site, subject_of(title)),
    "NAMESPACE": _space,
    "TALKSPACE": lambda site, title: _space(site, talk_of(title)),
    "SUBJECTSPACE": lambda site, title: _space(site, subject_of(title)),
    "ARTICLESPACE": lambda site, title: _space(site, subject_of(title)),
    "NAMESPACENUMBER": lambda site, title: str(title.namespace),
}


def _encoded(form: Callable[[Site, Title], str]) -> Callable[[Site, Title], str]:
    return lambda site, title: quote(form(site, title).replace(" ", "_"), safe="/:;@$!*(),~-._", errors="replace")


_OF_TITLE: Mapping[str, Callable[[Site, Title], str]] = {
    **_TITLE_FORMS,
    **{f"{name}E": _encoded(form) for name, form in _TITLE_FORMS.items() if name != "NAMESPACENUMBER"},
}


def _server(site: Site) -> str:
    parts = urlsplit(site.script_url or site.article_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


_OF_SITE: Mapping[str, Callable[[Site], str]] = {
    "SITENAME": lambda site: site.name,
    "SERVER": _server,
    "SERVERNAME": lambda site: urlsplit(site.script_url or site.article_url).netloc,
    "SCRIPTPATH": lambda site: urlsplit(site.script_url).path.rpartition("/")[0] if site.script_url else "",
    "CONTENTLANGUAGE": lambda site: site.language,
    "CONTENTLANG": lambda site: site.language,
}
_TIMES: Mapping[str, Callable[[datetime], str]] = {
    "YEAR": lambda at: f"{at:%Y}",
    "MONTH": lambda at: f"{at:%m}",
    "MONTH1": lambda at: str(at.month),
    "DAY": lambda at: str(at.day),
    "DAY2": lambda at: f"{at:%d}",
    "DOW": lambda at: str(at.isoweekday() % 7),
    "WEEK": lambda at: str(at.isocalendar().week),
    "TIME": lambda at: f"{at:%H:%M}",
    "HOUR": lambda at: f"{at:%H}",
    "TIMESTAMP": lambda at: f"{at:%Y%m%d%H%M%S}",
}


def _if(asked: _Asked) -> str:
    return asked[1] if asked[0] else asked[2]


def _if_equal(asked: _Asked) -> str:
    return asked[2] if _same(asked[0], asked[1]) else asked[3]


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    return bool(_NUMBER.fullmatch(one) and _NUMBER.fullmatch(other) and float(one) == float(other))


def _switch(asked: _Asked) -> str:
    """The value of the case that is equal; cases without a value take that of the next one that has it."""
    wanted, found, default, last = asked[0], False, "", ""
    by_default = False
    for number, key in enumerate(asked.parts.keys, 1):
        if key is None:
            last = asked[number]
            found = found or _same(last, wanted)
            by_default = by_default or last == "#default"
            continue
        last = ""
        if found or _same(key, wanted):
            return asked.parts.value(number)
        if by_default or key == "#default":
            default, by_default = asked.parts.value(number), False
    keys = asked.parts.keys
    return last if keys and keys[-1] is None else default


def _tag(asked: _Asked) -> str:
    """The extension's tag that the function stands for."""
    name = asked[0].lower()
    if not _TAG_NAME.fullmatch(name):
        return ""
    keys = asked.parts.keys
    set_to = [(key, asked.parts.value(number)) for number, key in enumerate(keys, 1) if key and number > 1]
    attributes = "".join(f' {key}="{value.replace(chr(34), "&quot;")}"' for key, value in set_to)
    return f"<{name}{attributes}>{asked.parts[1]}</{name}>" if len(asked.parts) > 1 else f"<{name}{attributes} />"


def _name_of_space(asked: _Asked) -> str:
    site = asked.context.site
    wanted = asked[0].replace("_", " ")
    if re.fullmatch(r"-?[0-9]{1,6}", wanted):
        return _space(site, Title(int(wanted), ""))
    found = parse_title(site, f"{wanted}:X") if wanted else Title(0, "")
    return _space(site, found) if found.namespace else ""


def _url(asked: _Asked) -> str:
    """The address of a page; with a query it is that of the script."""
    site, title = asked.context.site, parse_title(asked.context.site, asked[0])
    query = asked[1]
    if not query or title.interwiki or not site.script_url:
        return page_url(site, title) or full_title(site, title)
    named = urlencode({"title": full_title(site, title).replace(" ", "_")}, safe="/:", errors="replace")
    return f"{site.script_url}?{named}&{query}"


def _pad(asked: _Asked, left: bool) -> str:
    text, width, sign = asked[0], asked[1], asked[2] or "0"
    wanted = min(int(width), _LONGEST_PADDING) if re.fullmatch(r"[0-9]{1,9}", width) else 0
    padding = (sign * wanted)[: max(0, wanted - len(text))]
    return padding + text if left else text + padding


def _gender(asked: _Asked) -> str:
    """Which one somebody prefers is not known here: the neutral form."""
    return asked[3] or asked[1]


def _plural(asked: _Asked) -> str:
    return asked[1] if asked[0] == "1" or len(asked.parts) < 3 else asked[2]


def _anchor(asked: _Asked) -> str:
    return asked[0].replace(" ", "_")


def _nothing(asked: _Asked) -> str:
    return ""


_FUNCTIONS: Mapping[str, Callable[[_Asked], str]] = {
    "#if": _if,
    "#ifeq": _if_equal,
    "#switch": _switch,
    "#tag": _tag,
    "#iferror": lambda asked: asked[2] if 'class="error"' in asked[0] else asked[1] or asked[0],
    "lc": lambda asked: asked[0].lower(),
    "uc": lambda asked: asked[0].upper(),
    "lcfirst": lambda asked: asked[0][:1].lower() + asked[0][1:],
    "ucfirst": lambda asked: asked[0][:1].upper() + asked[0][1:],
    "ns": _name_of_space,
    "nse": lambda asked: _name_of_space(asked).replace(" ", "_"),
    "fullurl": _url,
    "canonicalurl": _url,
    "localurl": _url,
    "fullurle": _url,
    "urlencode": lambda asked: quote_plus(asked[0], errors="replace"),
    "anchorencode": _anchor,
    "padleft": lambda asked: _pad(asked, True),
    "padright": lambda asked: _pad(asked, False),
    "formatnum": lambda asked: asked[0],
    "grammar": lambda asked: asked[1],
    "gender": _gender,
    "plural": _plural,
    "#language": lambda asked: asked[0],
    "DISPLAYTITLE": _nothing,
    "DEFAULTSORT": _nothing,
    "DEFAULTSORTKEY": _nothing,
    "DEFAULTCATEGORYSORT": _nothing,
}
