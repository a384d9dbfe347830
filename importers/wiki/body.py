"""The HTML of a comment to neutral Markdown: what MediaWiki writes is first made plain HTML that says the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from importers.wiki.discussion.signatures import title_in_url
from importers.wiki.people import author_of
from importers.wiki.site import Site
from importers.wiki.titles import clean, page_url, parse_title, user_of
from importers.wiki.wishes import Wishes
from migrate.content import html_to_markdown
from migrate.content.bounds import endless
from migrate.content.mentions import person_target

# All but these, which Markdown takes as they are: most comments have nothing else.
_MARKUP = re.compile(r'<(?!/?(?:p|div|b|i|br)(?: data-line="\d+")?(?: /)?>)')
_MOST_REPEATED = 2_000_000  # characters of references below comments; what goes beyond stays where it stands
_NOTHING: Mapping[str, str] = MappingProxyType({})
_USER = 2
# Not part of what was written: links to edit a section, arrows from a reference back to its place.
_NOT_TEXT = ".mw-editsection, .mw-cite-backlink, .mw-ref-backlink, style, script"
_LISTS = frozenset(["dl", "ul", "ol", "menu", "dir"])
_AS = "data-as"  # what an element is to be called instead
_TOKEN = re.compile(r"<(/?)([a-z][^\s/>]*)((?: [^\s/>]+?=\"[^\"]*\")*)>|<!--.*?-->", re.DOTALL)
_CALLED = re.compile(rf' {_AS}="(\w+)"')
_VOID_NAMES = "area base br col embed hr img input link meta param source track wbr"
_VOID = frozenset(_VOID_NAMES.split())
_SAFE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,15}:", re.IGNORECASE)
_PLACE = "cite_note-"
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)
_LANGUAGE = re.compile(r"mw-highlight-lang-([\w+#.-]{1,30})")
_REFERENCES = "li[id^=cite_note-]"
_STOP = re.compile(r"\s*[:,.;!?)\]]")


def comment_markdown(html: str, site: Site, page: str, *, references: Mapping[str, str] = _NOTHING) -> str:
    """Neutral Markdown for the HTML of a comment on the page of that title. People are `[Ann](person:KEY)`, where
    somebody links to a user by name.

    `references` is what `references_of` found on the whole page: those that the comment refers to are put below it.
    """
    if not _MARKUP.search(html) or endless(html):
        return html_to_markdown(html, fold=False, typed=False).body
    tree = LexborHTMLParser(html)
    cited = {place: number for place, number in _cited(tree).items() if place in references}
    for entry in tree.css(_REFERENCES):
        if entry.attributes.get("id") in references:
            entry.decompose()
    if cited:
        below = "".join(f'<li value="{number}">{references[place]}</li>' for place, number in cited.items())
        tree = LexborHTMLParser(f"{tree.body.inner_html if tree.body else ''}<ol>{below}</ol>")
    targets = _plain(tree, site, page)
    found = html_to_markdown(_renamed(tree.html or ""), targets=targets, fold=False, typed=False)
    return found.body


def references_of(html: str) -> Mapping[str, str]:
    """The texts of a page's references, as HTML, by the names of their places ("cite_note-1"): those that its text
    refers to, besides its headings."""
    if "cite_note" not in html or endless(html):
        return _NOTHING
    tree = LexborHTMLParser(html)
    tree.strip_tags(["h1", "h2", "h3", "h4", "h5", "h6"], recursive=True)
    for arrow in tree.css(_NOT_TEXT):
        arrow.decompose()
    times = Counter((link.attributes.get("href") or "").partition("#")[2] for link in tree.css("sup a"))
    found: dict[str, str] = {}
    repeated = 0
    for entry in tree.css(_REFERENCES):
        name, text = entry.attributes.get("id") or "", entry.inner_html or ""
        repeated += len(text) * times[name]
        if times[name] and repeated <= _MOST_REPEATED:
            found[name] = text
    return found


def _cited(tree: LexborHTMLParser) -> dict[str, int]:
    """The names of the references' places, in the order in which the text refers to them, and their numbers there."""
    cited: dict[str, int] = {}
    for link in tree.css("sup a"):
        _, mark, place = (link.attributes.get("href") or "").partition("#")
        if mark and place.startswith(_PLACE):
            number = _NUMBER.search(link.text())
            cited.setdefault(place, int(number[0]) if number else len(cited) + 1)
    return cited


def _plain(tree: LexborHTMLParser, site: Site, page: str) -> Mapping[str, str]:
    """Make the tree say in plain HTML what MediaWiki's classes say; returns the targets of links to people."""
    for node in tree.css(_NOT_TEXT):
        node.decompose()
    for formula in tree.css(".mwe-math-element, code.math"):
        _as_code(tree, formula)
    for box in tree.css("div.mw-highlight"):
        _tell_language(box)
    for picture in tree.css("a img"):
        _name_picture(picture)
    for colon in tree.css(".ping-end"):  # which the template adds, whatever its author writes behind it
        after = colon.next
        if after is not None and after.is_text_node and _STOP.match(after.text() or ""):
            colon.decompose()
    targets: dict[str, str] = {}
    for link in tree.css("a"):
        _mend_link(tree, link, site, page, targets)
    _name_lists(tree)
    return targets


def _name_lists(tree: LexborHTMLParser) -> None:
    """Mark what elements are to be called: indented text is a quote, what explains a term the item of a list."""
    for element in tree.css(f"[{_AS}]"):
        del element.attrs[_AS]
    for element in tree.css("tt"):
        element.attrs[_AS] = "code"
    with_terms: set[int] = set()
    for element in tree.css("dl, dt, dd, li"):
        around = element.parent
        if element.tag == "dl" and any(child.tag == "dt" for child in element.iter()):
            with_terms.add(element.mem_id)
        called = _called(element, around, around is not None and around.mem_id in with_terms)
        if element.mem_id in with_terms:
            called = "div"
        if called:
            element.attrs[_AS] = called
        if element.tag == "dt":
            element.attrs["style"] = "font-weight:bold"


def _called(element: LexborNode, around: LexborNode | None, explains: bool) -> str:
    """What an element of a list is to be; `explains`: it stands in a list that has terms."""
    parent = around.tag if around else ""
    if element.tag == "dl":
        return "div" if parent == "li" or _only_nests(element) else "blockquote"
    if element.tag == "dt" or parent not in _LISTS:  # of a list that the comment was cut from
        return "dl"  # which has blank lines around it
    if element.tag == "li":
        return ""
    return "li" if explains else "div"


def _only_nests(element: LexborNode) -> bool:
    """Whether nothing stands in the indentation but one that is deeper."""
    return all(
        inner.tag == "dl" if not inner.is_text_node else not (inner.text() or "").strip()
        for child in element.iter()
        for inner in child.iter(include_text=True)
    )


def _as_code(tree: LexborHTMLParser, formula: LexborNode) -> None:
    """Math as TeX: what MediaWiki shows as a picture keeps it in an annotation."""
    note = formula.css_first("annotation")
    picture = formula.css_first("img")
    text = (note.text() if note else picture.attributes.get("alt") if picture else formula.text()) or ""
    classes = formula.attributes.get("class") or ""
    block = "mwe-math-element-block" in classes or "display" in formula.attributes or "block" in classes.split()
    code = tree.create_node("pre" if block else "code")
    if block:
        code.attrs["data-lang"] = "latex"
    code.insert_child(text.strip())
    formula.replace_with(code)


def _tell_language(box: LexborNode) -> None:
    language = _LANGUAGE.search(box.attributes.get("class") or "")
    block = box.css_first("pre")
    if language and block:
        block.attrs["data-lang"] = language[1]


def _name_picture(picture: LexborNode) -> None:
    """A picture that links to its page: by its description, or the name of its file."""
    link = picture.parent
    while link and link.tag != "a":
        link = link.parent
    name = picture.attributes.get("alt") or ""
    if not name.strip() and link and not link.text().strip():
        address = (link.attributes.get("title") or link.attributes.get("href") or "").rpartition(":")[2]
        name = address.replace("_", " ")
    picture.replace_with(name)


def _mend_link(tree: LexborHTMLParser, link: LexborNode, site: Site, page: str, targets: dict[str, str]) -> None:
    address = (link.attributes.get("href") or "").strip()
    person = _person(link, address, site)
    if person:
        place = f"person-{len(targets)}"
        targets[place] = person_target(author_of(person, site, Wishes()).key)
        _put_person(tree, link, place)
        return
    address = _whole(address, site, page)
    if _SAFE.match(address):
        link.attrs["href"] = address
        return
    if _OTHER_SCHEME.match(address) and address not in link.text():
        link.insert_after(f" ({address})")  # a kind of address that Markdown does not link: what it is stays
    link.unwrap()


def _person(link: LexborNode, address: str, site: Site) -> str:
    """The user whose page this links to, where it says nothing but the name; "" for other links."""
    classes = (link.attributes.get("class") or "").split()
    title = (link.attributes.get("title") or "") if "wikilink" in classes else title_in_url(address, site)
    if not title:
        return ""
    parsed = parse_title(site, title)
    user = user_of(site, parsed) if parsed.namespace == _USER and not parsed.fragment else None
    if not user or author_of(user, site, Wishes()).anonymous:
        return ""
    said = clean(link.text()).removeprefix("@").strip()
    return user if clean(said.rpartition(":")[2]).lower() == user.lower() else ""


def _put_person(tree: LexborHTMLParser, link: LexborNode, place: str) -> None:
    """A reference to a person; an @ before it belongs to it."""
    anchor = tree.create_node("a")
    anchor.attrs["href"] = place
    name = " ".join(link.text().split())
    before = link.prev
    if before is not None and before.is_text_node and (before.text() or "").endswith("@"):
        name = "@" + name.removeprefix("@")
        before.replace_with((before.text() or "")[:-1])
    anchor.insert_child(name)
    link.replace_with(anchor)


def _whole(address: str, site: Site, page: str) -> str:
    """The address with its scheme and host; "" where it leads nowhere."""
    if address.startswith("#"):
        if address.startswith(f"#{_PLACE}"):
            return ""
        return page_url(site, parse_title(site, page), address[1:])
    if not address or _OTHER_SCHEME.match(address):
        return address
    base = site.article_url.replace("$1", "") or site.script_url
    if not base and not address.startswith("//"):
        return ""
    try:
        return urljoin(base or "https:", address)
    except ValueError:
        return ""


def _renamed(source: str) -> str:
    """HTML as a parser writes it, with the elements called what they were marked to be."""
    pieces: list[str] = []
    names: list[str] = []
    at = 0
    for token in _TOKEN.finditer(source):
        closing, name, attributes = token.groups()
        if not name or name in _VOID:
            continue
        pieces.append(source[at : token.start()])
        at = token.end()
        if closing:
            pieces.append(f"</{names.pop() if names else name}>")
            continue
        called = _CALLED.search(attributes)
        names.append(called[1] if called else name)
        pieces.append(f"<{names[-1]}{attributes}>")
    return "".join(pieces) + source[at:]
