"""The variant of a download that is made for a browser, as far as its pages tell what is what.

The names of its classes are shortened anew every few years, so only its structure counts: each entry ends with its
date, and around the date, what was written stands below what Facebook says that somebody did.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from selectolax.lexbor import LexborHTMLParser, LexborNode

from importers.facebook.dates import looks_like_date, read_date
from importers.facebook.streaming import Json

MOST_CLIMBED = 12  # elements from the date to what holds all of an entry
LONGEST_DATE = 60  # characters
MOST_ALIKE = 4  # kinds of elements that dates stand in
_BLOCKS = frozenset({"div", "p", "td", "tr", "li", "table", "section", "article", "h1", "h2", "h3", "ul", "header"})
_GROUP = re.compile(
    r"(?:group|gruppe|groupe|grupo|gruppo|groep|grupa|grupp|ryhmä|skupina|grup|группа|група|nhóm|グループ|그룹|小组|群组|"
    r"社團|المجموعة|קבוצה)\s?[:：]\s*(.{1,300})",
    re.IGNORECASE,
)


def browser_entries(data: bytes, *, comments: bool) -> Iterator[Json]:
    """The entries of a page as the JSON variant would hold them. Dates count as if the account's clock were UTC."""
    page = LexborHTMLParser(data.decode("utf-8", "replace"))
    dates = [node for node in page.css("div, td, span, time, a") if _is_date(node)]
    alike: defaultdict[tuple[str, str | None], list[LexborNode]] = defaultdict(list)
    for date in dates:
        alike[date.tag or "", date.attributes.get("class")].append(date)
    common = sorted(alike.values(), key=len, reverse=True)[:MOST_ALIKE]
    # People write dates, too: those of the page itself look alike, and with them alone the most entries are found.
    yield from max((list(_entries(each, comments)) for each in (dates, *common)), key=len)


def _entries(dates: Sequence[LexborNode], comments: bool) -> Iterator[Json]:
    within = Counter(node.mem_id for date in dates for node in _around(date))
    return (entry for date in dates if (entry := _entry(date, comments, within)))


def _is_date(node: LexborNode) -> bool:
    """Whether an element holds a date and nothing else, and no element in it does so."""
    if any(child.is_element_node for child in node.iter()):
        return False
    text = node.text(strip=True)
    return 6 < len(text) <= LONGEST_DATE and looks_like_date(text)


def _around(date: LexborNode) -> Iterator[LexborNode]:
    """The elements around a date that may be its entry, the innermost first."""
    node = date.parent
    for _ in range(MOST_CLIMBED):
        if node is None or node.tag in ("body", "html", "-undef"):
            return
        yield node
        node = node.parent


def _entry(date: LexborNode, comments: bool, within: Mapping[int, int]) -> Json:
    blocks = _blocks(date, within)
    if len(blocks) < 2:
        return None
    said, content = blocks[0], blocks[1:]
    lines = [line for block in content for line in _lines(block)]
    when = read_date(date.text(strip=True))
    group = next((found[1].strip() for line in lines if (found := _GROUP.fullmatch(line))), "")
    text = "\n".join(line for line in lines if not _GROUP.fullmatch(line)).strip()
    written = {"comment": text, "group": group} if group or comments else None
    return {
        "timestamp": int(when.timestamp()) if when else None,
        "title": " ".join(_lines(said)),
        "data": [{"comment": written} if written else {"post": text}],
        "attachments": [{"data": list(_files(content))}],
    }


def _blocks(date: LexborNode, within: Mapping[int, int]) -> list[LexborNode]:
    """What stands above a date in the smallest element that holds anything above it; `within` counts the dates that
    elements hold: one with several is no entry."""
    node = date
    for parent in _around(date):
        if within[parent.mem_id] > 1:
            return []
        above = [child for child in _above(parent, node) if child.text(strip=True) or child.css_first("img, video, a")]
        if above:
            return above if len(above) > 1 else _parted(above[0])
        node = parent
    return []


def _above(parent: LexborNode, node: LexborNode) -> list[LexborNode]:
    found = []
    for child in parent.iter():
        if child.mem_id == node.mem_id:
            break
        found.append(child)
    return found


def _parted(block: LexborNode) -> list[LexborNode]:
    for _ in range(MOST_CLIMBED):
        children = list(block.iter())
        if len(children) != 1:
            return children
        block = children[0]
    return []


def _lines(block: LexborNode) -> list[str]:
    """The text of an element, a line for each block and line break in it."""
    parts: list[str] = []
    for node in block.traverse(include_text=True):
        if node.tag == "-text":
            parts.append(" ".join((node.text_content or "").split(" ")).replace("\n", " "))
        elif node.tag == "br" or node.tag in _BLOCKS:
            parts.append("\n")
    lines = "".join(parts).split("\n")
    return [line.strip() for line in lines if line.strip()]


def _files(blocks: Sequence[LexborNode]) -> Iterator[Json]:
    """Pictures, videos and links; a picture is mostly within a link to itself."""
    seen = set()
    for block in blocks:
        for node in block.css("a[href], img[src], video[src], source[src]"):
            target = node.attributes.get("href") or node.attributes.get("src") or ""
            if target in seen or target.startswith(("#", "data:", "mailto:", "javascript:")):
                continue
            seen.add(target)
            is_page = node.tag == "a" and target.startswith(("http://", "https://"))
            yield {"external_context": {"url": target}} if is_page else {"media": {"uri": target}}
