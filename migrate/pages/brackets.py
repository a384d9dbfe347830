"""The two blocks in brackets that an import writes: `[quote="ann, post:1, topic:2"]` and `[details="More"]`.

Each tag stands on a line of its own. A tag without its partner stays text.
"""

from __future__ import annotations

import re
from collections import Counter
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

_OPEN = re.compile(r"\[(quote|details)(?:=([^\]\n]{0,400}))?\][ \t\r]*$")
_CLOSE = re.compile(r"\[/(quote|details)\][ \t\r]*$")
_FENCE = re.compile(r"`{3,}|~{3,}")
_PREFIX = re.compile(r"[> \t]*")
_SIGNS = "\"'“”„«» "


def plugin(parser: MarkdownIt) -> None:
    """Teach a parser these blocks."""
    parser.block.ruler.after("fence", "brackets", _rule, {"alt": ["paragraph", "reference", "blockquote", "list"]})


def _rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    first = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start) or state.src[first : first + 1] != "[":
        return False
    opened = _OPEN.match(state.src, first, state.eMarks[start])
    partners = state.env.get("brackets")
    if partners is None:
        partners = state.env["brackets"] = _partners(state.src)
    last = partners.get(start)
    if opened is None or last is None or last >= end:
        return False
    if not silent:
        _emit(state, opened, start, last)
    return True


def _emit(state: StateBlock, opened: re.Match[str], start: int, last: int) -> None:
    before, after = _quote(opened[2] or "") if opened[1] == "quote" else _details(opened[2] or "")
    _html(state, before)
    parent, line_max = state.parentType, state.lineMax
    state.parentType, state.lineMax = "brackets", last
    state.level += 1
    state.md.block.tokenize(state, start + 1, last)
    state.level -= 1
    state.parentType, state.lineMax = parent, line_max
    _html(state, after)
    state.line = last + 1


def _html(state: StateBlock, content: str) -> None:
    state.push("html_block", "", 0).content = content


def _quote(argument: str) -> tuple[str, str]:
    name, *rest = argument.strip(_SIGNS).split(",")
    facts = dict(part.strip(_SIGNS).split(":", 1) for part in rest if ":" in part)
    post, topic = (facts.get(key, "").strip() for key in ("post", "topic"))
    name = name.strip(_SIGNS)
    attributes = f' data-username="{escape(name)}"' if name else ""
    attributes += f' data-post="{post}"' if post.isdecimal() else ""
    attributes += f' data-topic="{topic}"' if topic.isdecimal() else ""
    title = escape(name) + ":"
    if name and post.isdecimal() and topic.isdecimal():
        title = f'<a href="/t/{topic}/{post}">{title}</a>'
    head = f'<div class="title">{title}</div>\n' if name else ""
    return f'<aside class="quote no-group"{attributes}>\n{head}<blockquote>\n', "</blockquote>\n</aside>\n"


def _details(argument: str) -> tuple[str, str]:
    summary = escape(argument.strip(_SIGNS) or "Summary")
    return f"<details>\n<summary>\n{summary}</summary>\n", "</details>\n"


def _partners(source: str) -> dict[int, int]:
    """For each line that opens a block the line that closes it; found in one pass, whatever is nested or left open."""
    found: dict[int, int] = {}
    stack: list[tuple[str, int, int]] = []  # tag, depth of mail quotes around it, line
    standing: Counter[tuple[str, int]] = Counter()
    fence = ""
    for number, line in enumerate(source.split("\n")):
        prefix = _PREFIX.match(line)
        start = prefix.end() if prefix else 0
        depth = line.count(">", 0, start)
        if mark := _FENCE.match(line, start):
            fence = _after_fence(fence, mark[0])
        elif fence:
            continue
        elif opened := _OPEN.match(line, start):
            stack.append((opened[1], depth, number))
            standing[opened[1], depth] += 1
        elif (closed := _CLOSE.match(line, start)) and standing[closed[1], depth]:
            while True:
                tag, level, opener = stack.pop()
                standing[tag, level] -= 1
                if (tag, level) == (closed[1], depth):
                    found[opener] = number
                    break
    return found


def _after_fence(fence: str, mark: str) -> str:
    """The fence that is open after this mark."""
    if not fence:
        return mark
    return "" if mark.startswith(fence) else fence
