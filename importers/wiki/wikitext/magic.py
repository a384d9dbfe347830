"""Variables and functions of the parser that need no wiki to be known: {{PAGENAME}}, {{#if:…}}, {{!}}."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from importers.wiki.site import Site
from importers.wiki.titles import Title, full_title, page_url, parse_title, subject_of, talk_of, upper_first

_SIGNS = {
    "!": "|",
    "=": "=",
    "(": "{",
    ")": "}",
    "!!": "||",
    "(!": "{|",
    "!)": "|}",
    "!-": "|-",
    "((": "{{",
    "))": "}}",
}
_NO_TEXT = frozenset(("defaultsort", "defaultsortkey", "displaytitle", "defaultcategorysort"))


def magic(name: str, arguments: list[str], site: Site, title: Title) -> str | None:
    """What the wiki makes of it; None where it is a template, or something that only the wiki knows.

    `name` is all up to the first bar, `arguments` what follows, each as it stands.
    """
    if name in _SIGNS:
        return _SIGNS[name]
    function, colon, first = name.partition(":")
    function = function.strip().lower()
    if not colon:
        return _variable(name.strip(), site, title)
    return _function(function, [first.strip(), *(argument.strip() for argument in arguments)], site)


def _variable(name: str, site: Site, title: Title) -> str | None:
    page = full_title(site, title)
    space, colon, _ = page.partition(":")
    known = {
        "PAGENAME": title.name,
        "FULLPAGENAME": page,
        "NAMESPACE": space if colon and title.namespace else "",
        "SUBPAGENAME": title.name.rpartition("/")[2],
        "BASEPAGENAME": title.name.rpartition("/")[0] or title.name,
        "ROOTPAGENAME": title.name.partition("/")[0],
        "TALKPAGENAME": full_title(site, talk_of(title)),
        "SUBJECTPAGENAME": full_title(site, subject_of(title)),
        "ARTICLEPAGENAME": full_title(site, subject_of(title)),
        "SITENAME": site.name,
        "SERVER": site.article_url.partition("/wiki/")[0],
        "CONTENTLANGUAGE": site.language,
    }
    return known.get(name) or known.get(name.removesuffix("E"))


_CASES: Mapping[str, Callable[[str], str]] = {
    "lc": str.lower,
    "uc": str.upper,
    "ucfirst": upper_first,
    "lcfirst": lambda text: text[:1].lower() + text[1:],
}


def _function(name: str, arguments: list[str], site: Site) -> str | None:
    first, second, third = (*arguments, "", "", "")[:3]
    match name:
        case "#if":
            return second if first else third
        case "#ifeq":
            return third if first == second else (*arguments, "", "", "", "")[3]
        case "#switch":
            return _switch(first, arguments[1:])
        case "lc" | "uc" | "ucfirst" | "lcfirst":
            return _CASES[name](first)
        case "urlencode" | "anchorencode":
            return quote(first.encode("utf-8", "replace"), safe="")
        case "ns":
            return _namespace(first, site)
        case "fullurl" | "canonicalurl" | "localurl":
            return page_url(site, parse_title(site, first)) or first
        case _:
            return "" if name in _NO_TEXT else None


def _switch(value: str, cases: list[str]) -> str:
    fits = False
    for place, case in enumerate(cases):
        key, equals, result = case.partition("=")
        if not equals:
            if place == len(cases) - 1:
                return case
            fits = fits or key.strip() == value
        elif fits or key.strip() == value:
            return result.strip()
    return next((case.partition("=")[2].strip() for case in cases if case.partition("=")[0].strip() == "#default"), "")


def _namespace(name: str, site: Site) -> str:
    number = int(name) if name.lstrip("-").isdecimal() and len(name) < 6 else parse_title(site, f"{name}:X").namespace
    return full_title(site, Title(number, "X")).rpartition(":")[0]
