"""A page as a strict parser sees it: what is not well-formed is an error, and what the page says can be asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(("br", "hr", "img", "input", "link", "meta", "wbr", "path", "rect", "line"))


@dataclass
class Element:
    """An element with what is in it."""

    tag: str
    attributes: dict[str, str]
    content: list[Element | str] = field(default_factory=list)

    @property
    def children(self) -> list[Element]:
        """The elements right in it."""
        return [one for one in self.content if isinstance(one, Element)]

    @property
    def raw(self) -> str:
        """All words in it."""
        return "".join(one.raw if isinstance(one, Element) else one for one in self.content)

    @property
    def text(self) -> str:
        """All words in it, in one line."""
        return " ".join(self.raw.split())

    def all(self, *tags: str) -> list[Element]:
        """The elements in it with one of these tags, in order."""
        found = []
        for child in self.children:
            found += [child] if child.tag in tags else []
            found += child.all(*tags)
        return found

    def by_id(self, name: str) -> Element:
        """The one element with that id."""
        (found,) = (one for one in self.everything() if one.attributes.get("id") == name)
        return found

    def everything(self) -> list[Element]:
        """All elements in it."""
        return [one for child in self.children for one in (child, *child.everything())]

    def rows(self) -> list[list[str]]:
        """The texts of the cells of a table's body."""
        (body,) = self.all("tbody")
        return [[cell.text for cell in row.all("td", "th")] for row in body.all("tr")]


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"<{tag}> has an attribute twice"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].content.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop().tag == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.open[-1].content.append(data)


def parse(page: str) -> Element:
    """The page's root. Raises AssertionError where elements are not closed in the order they were opened."""
    parser = _Parser()
    parser.feed(page)
    parser.close()
    assert len(parser.open) == 1, f"not closed: {[one.tag for one in parser.open[1:]]}"
    return parser.root
