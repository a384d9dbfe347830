"""What stands in place of a known template: wikitext that reads as the template does."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from importers.wiki.dates import timestamps_in
from importers.wiki.site import Site
from importers.wiki.templates.cited import cited
from importers.wiki.titles import Title, clean, full_title, is_ip, parse_title, user_of
from importers.wiki.wikitext import Call

_USER = 2
_TASKS = "https://phabricator.wikimedia.org/"
_TASK = re.compile(r"[TDP]?\d{1,7}\Z")
_LINK = re.compile(r"\[\[:?([^\[\]|]{1,300})(?:\|[^\[\]]*)?\]\]")
_MARKUP = re.compile(r"<[^<>]{0,300}>|'{2,5}|\[\[(?:[^\[\]|]{0,300}\|)?|\]\]|[{}\[\]]")
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)|\d年")
_QUOTED = ('"', "“", "„", "«", "‘", "「", "'")
_LONGEST_REASON = 300  # characters of the attribute that tells why something was closed
_LONGEST_DATE = 200
_ACTS_AT_START = "*#:;{| "

Expansion = Callable[[Call, Site], str]


def positional(call: Call) -> list[str]:
    """The parameters without a name, in order, without white space around them."""
    numbers = sorted(int(name) for name in call.arguments if name.isascii() and name.isdecimal() and len(name) < 7)
    return [text for number in numbers if (text := call.arguments.get(str(number), "").strip())]


def nowiki(text: str) -> str:
    """Text that no markup in it acts in."""
    return f"<nowiki>{html.escape(text, quote=False)}</nowiki>" if text else ""


def user_link(site: Site, name: str, label: str = "") -> str:
    """A link to a user's page; to the contributions of who had no account."""
    prefix, mark, user = _user_name(site, name).rpartition(">")
    if not user:
        return ""
    title = Title(-1, f"Contributions/{user}") if is_ip(user) else Title(_USER, user)
    return f"[[:{prefix}{mark and ':'}{full_title(site, title)}|{label or user}]]"


def _user_name(site: Site, text: str) -> str:
    """The user that somebody named in a parameter: a name, the title of a page, or a link to one."""
    linked = _LINK.search(text)
    title = parse_title(site, linked[1] if linked else _MARKUP.sub("", text), _USER)
    return user_of(site, title) or clean(title.name).partition("/")[0]


def _unsigned(call: Call, site: Site) -> str:
    """A signature like any other. Which parameter is the date differs among wikis, but it can be seen."""
    texts = positional(call) or [text.strip() for text in call.arguments.values()]
    date = next((text for text in texts if timestamps_in(site, text)), "")
    date = date or next((text for text in texts if _is_dated(text)), "")
    user = next((text for text in texts if text and text != date), "")
    shown = " ".join(filter(None, ["—", user_link(site, user), _with_zone(site, date[:_LONGEST_DATE])]))
    return f'<small class="autosigned">{shown}</small>'


def _is_dated(text: str) -> bool:
    """Whether it has a year and a time; many an IP address looks like that ("2001:db8::1")."""
    return bool(_YEAR.search(text[:_LONGEST_DATE])) and ":" in text and not is_ip(clean(text))


def _with_zone(site: Site, date: str) -> str:
    """The date as signatures have it: people leave the zone out, which is the wiki's."""
    if not date or timestamps_in(site, date):
        return date
    for written in (f"{date} (UTC)", *(f"{date} ({zone})" for zone in _zones(site))):
        found = timestamps_in(site, written)
        if found and (site.timezone == "UTC" or not written.endswith("(UTC)")):
            return written
    return date


def _zones(site: Site) -> Sequence[str]:
    """The abbreviations of the wiki's zone, in winter and in summer."""
    try:
        zone = ZoneInfo(site.timezone)
    except (ValueError, OSError):
        return ()
    winter = datetime(2020, 1, 1, 12, tzinfo=zone)
    names = (winter.tzname(), (winter + timedelta(days=182)).tzname())
    return [name for name in dict.fromkeys(names) if name]


def _ping(call: Call, site: Site) -> str:
    users = [f"@{user_link(site, name, _label(call, at))}" for at, name in enumerate(_people(call, site), 1)]
    after = call.arguments.get("p", ":").strip()
    return ", ".join(users) + (f'<span class="ping-end">{after}</span>' if users and after else "")


def _people(call: Call, site: Site) -> list[str]:
    return [name for name in positional(call) if _user_name(site, name)]


def _label(call: Call, at: int) -> str:
    return call.arguments.get(f"label{at}", "").strip() or (call.arguments.get("label", "").strip() if at == 1 else "")


def _user(call: Call, site: Site) -> str:
    names = positional(call) or [call.arguments.get(key, "") for key in ("user", "User", "nom")]
    label = names[1] if len(names) == 2 else ""
    return user_link(site, names[0], label) if names else ""


def _outdent(call: Call, site: Site) -> str:
    texts = [text for text in positional(call) if not re.fullmatch(r"[:*#\d\s-]*", text)]
    label = call.arguments.get("label", "").strip() or " ".join(texts)
    return f'<span class="outdent-template"></span>{label and f"({label}) "}'


def _boxed(kind: str) -> Expansion:
    def top(call: Call, site: Site) -> str:
        """The reason is told in words as well, for it may be signed."""
        reason = _reason(call)
        told = html.escape(" ".join(_MARKUP.sub("", reason).split())[:_LONGEST_REASON])
        return f'\n<div class="{kind}" data-title="{told}">\n{reason}\n\n'

    return top


def _reason(call: Call) -> str:
    # The status and the title come first, for what follows may be signed.
    names = ("status", "title", "titre", "titel", "header", "result", "reason", "résultat", "resultado", "ergebnis")
    told = [call.arguments.get(name, "").strip() for name in names]
    return "\n\n".join(dict.fromkeys(text for text in [*told, *positional(call)] if text))


def _box_ends(call: Call, site: Site) -> str:
    return "\n</div>\n"


def _closed(call: Call, site: Site) -> str:
    """A mark in the text; a box where it has a parameter, which is often the signature of who closed it."""
    shown = " ".join([f"✓ '''{nowiki(call.name.strip())}'''", *positional(call)])
    return f"<div>{shown}</div>" if positional(call) else shown


def _collapse(call: Call, site: Site) -> str:
    texts = positional(call)
    title = call.arguments.get("title", call.arguments.get("titre", "")).strip()
    inside = call.arguments.get("content", call.arguments.get("contenu", "")).strip()
    parts = [title, *texts, inside] if title or inside else texts[::-1] if _is_heading(texts) else texts
    return '\n<div class="collapsed">\n' + "\n\n".join(filter(None, parts)) + "\n</div>\n"


def _is_heading(texts: list[str]) -> bool:
    """Whether the second of two is the title of the first."""
    return len(texts) == 2 and len(texts[1]) < len(texts[0])


def _quote(call: Call, site: Site) -> str:
    text = "".join(positional(call)[:1])
    source = [*positional(call)[1:], *(call.arguments.get(name, "").strip() for name in ("author", "by"))]
    said = " – ".join(filter(None, source))
    shown = text if text.startswith(_QUOTED) else f"<q>{text}</q>"
    return f"{shown} – {said}" if said else shown


def _block_quote(call: Call, site: Site) -> str:
    names = ("text", "quote", "texte", "texto", "Text")
    texts = positional(call)
    text = next((found for name in names if (found := call.arguments.get(name, "").strip())), "") or "".join(texts[:1])
    others = [
        call.arguments.get(name, "").strip() for name in ("author", "by", "auteur", "autor", "source", "ts", "title")
    ]
    source = ", ".join(part for part in [*others, *texts] if part and part != text)
    if not text and not source:  # it begins a quote that another template ends
        return ""
    if "\n" not in text and text[:1] not in _ACTS_AT_START:  # so it stays in the list item that it stands in
        return f"<blockquote>{text}{source and f'<br>— {source}'}</blockquote>"
    return f"\n<blockquote>\n{text}\n" + (f"\n— {source}\n" if source else "") + "</blockquote>\n"


def _template_link(call: Call, site: Site) -> str:
    name, *rest = positional(call) or [""]
    label = nowiki("|".join([name, *rest]))
    page = clean(_MARKUP.sub("", name))
    linked = f"[[:Template:{page}|{label}]]" if page and not set("<>|#") & set(page) else label
    return f"{nowiki('{{')}{linked}{nowiki('}}')}"


def _within(before: str, after: str, at: int = 0) -> Expansion:
    """The parameter at that place (the first ones before it are settings), or the only one, between two pieces."""

    def write(call: Call, site: Site) -> str:
        texts = positional(call) or [text.strip() for name, text in call.arguments.items() if name in ("text", "texte")]
        return f"{before}{' '.join(texts[min(at, len(texts) - 1) :])}{after}" if texts else ""

    return write


def _code(call: Call, site: Site) -> str:
    texts = positional(call) or [call.arguments.get("code", "")]
    return f"<code>{texts[0]}</code>" if len(texts) < 3 else "<code>" + "|".join(texts) + "</code>"


def _code_block(call: Call, site: Site) -> str:
    return f"\n<pre>{(positional(call) or [''])[-1]}</pre>\n"


def _links(call: Call, site: Site) -> str:
    pages = [text for text in positional(call) if "[" not in text]
    return ", ".join(f"[[:{page.lstrip(':')}]]" for page in pages) or " ".join(positional(call))


def _foreign_link(call: Call, site: Site) -> str:
    page = call.arguments.get(site.language, "").strip() or "".join(positional(call)[:1])
    page = page or next((text.strip() for text in call.arguments.values() if text.strip()), "")
    return f"[[:{page}]]" if page else ""


def _item(call: Call, site: Site) -> str:
    """An item of Wikidata, by its number."""
    number = "".join(positional(call)[:1]).upper()
    return f"[https://www.wikidata.org/wiki/Q{number.removeprefix('Q')} Q{number.removeprefix('Q')}]" if number else ""


def _task(call: Call, site: Site) -> str:
    """A task in the tracker of Wikimedia; "tracked" is a box beside the text, which no comment consists of."""
    numbers = [text for text in positional(call) if _TASK.match(text)]
    shown = " ".join(f"[{_TASKS}{_task_id(number)} {_task_id(number)}]" for number in numbers)
    shown = " ".join([shown, *(text for text in positional(call) if text not in numbers)]).strip()
    if not call.name.strip().lower().startswith("tracked"):
        return shown
    return f'<div class="tracked mw-trackedTemplate">{shown}</div>'


def _task_id(number: str) -> str:
    return f"T{number}" if number[0].isdigit() else number


def _revision(call: Call, site: Site) -> str:
    """A page with the number of one of its revisions, or of two to compare; what is no number is the label."""
    texts = [
        text
        for name in ("page", "title", "1", "2", "3", "4", "diff", "oldid", "label")
        if (text := call.arguments.get(name, "").strip())
    ]
    numbers = [text for text in texts if text.isascii() and text.isdecimal()]
    words = [text for text in texts if text not in numbers and text not in ("prev", "next", "cur", "current")]
    label = " – ".join(dict.fromkeys(words)) or " ".join([call.name.strip(), *numbers[:1]])
    if not numbers or not site.script_url:
        return label
    query = f"diff={numbers[0]}" if "dif" in call.name.lower() or len(numbers) > 1 else f"oldid={numbers[0]}"
    query += f"&oldid={numbers[1]}" if len(numbers) > 1 else ""
    return f"[{site.script_url}?{query} {_MARKUP.sub('', label)}]"


def _cited(call: Call, site: Site) -> str:
    told = {name.lower(): text.strip() for name, text in call.arguments.items()}
    return ", ".join(filter(None, [cited(told), *positional(call)]))


def _first(call: Call, site: Site) -> str:
    return (positional(call) or [""])[0]


def _welcome(call: Call, site: Site) -> str:
    """Its long text stands on the wiki only; the parameters are not shown."""
    return f"'''{nowiki(call.name.rpartition(':')[2].strip())}'''"


EXPANSIONS: Mapping[str, Expansion] = {
    "unsigned": _unsigned,
    "ping": _ping,
    "user": _user,
    "outdent": _outdent,
    "close top": _boxed("closed-discussion"),
    "close bottom": _box_ends,
    "closed": _closed,
    "collapse top": _boxed("collapsed"),
    "collapse bottom": _box_ends,
    "collapse": _collapse,
    "quote": _quote,
    "block quote": _block_quote,
    "template link": _template_link,
    "text": _within("", ""),
    "first text": _first,
    "second text": _within("", "", 1),
    "small": _within("<small>", "</small>"),
    "struck": _within("<s>", "</s>"),
    "underlined": _within("<u>", "</u>"),
    "superscript": _within("<sup>", "</sup>"),
    "subscript": _within("<sub>", "</sub>"),
    "code": _code,
    "code block": _code_block,
    "link": _links,
    "foreign link": _foreign_link,
    "item": _item,
    "task": _task,
    "diff": _revision,
    "revision": _revision,
    "references": lambda call, site: "<references />",
    "nothing": lambda call, site: "",
    "welcome": _welcome,
    "request": lambda call, site: "'''Request for comment'''",
    "cited": _cited,
}
