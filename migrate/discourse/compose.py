"""Neutral Markdown to Discourse's dialect: what the forum would take for its own markup is disarmed, files are linked.

Disarmed are mentions, hashtags, emoji codes and shortcuts, previews of bare links, the literal `[removed]`, and what
the forum's typographer would change into another sign, each by an invisible character, a comment or angle brackets;
words, order and code stay as they are. E-mail addresses are masked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from migrate.content.blockquotes import FENCE
from migrate.content.escape import clean, escape_inline, escape_starts
from migrate.content.mentions import KEY, PERSON, person_key
from migrate.discourse.boxes import Boxes, Quoted
from migrate.discourse.words import ENGLISH, Words
from migrate.model import AttachmentRef
from migrate.plan import Tail
from migrate.text import mask_addresses, mask_query

# Gives the short URL ("upload://….png") of a file by its SHA-256, or None where the forum did not take it.
Resolver = Callable[[str], str | None]
# Gives the user name that stands for a reference to the person of that key, who is notified of it then; None: the name
# that the text shows stands there, and nobody is.
Mention = Callable[[str], str | None]
NO_QUOTES: Mapping[int, Quoted] = MappingProxyType({})
ELIDED_TITLE = "…"
JOINER = "\u2060"  # WORD JOINER: stops mentions and hashtags
NO_SPACE = "\u200b"  # ZERO WIDTH SPACE: stops emoji

IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml", "image/avif", "image/heic"})

_SPECIAL = "\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_SPECIAL_SPACES = re.compile(f"[{_SPECIAL}]")
# What would act at a line's start once Discourse has made plain spaces of special ones: indentation, and list markers.
_INDENT = re.compile(rf"\A([ \t>]*+)[{_SPECIAL}][{_SPECIAL} \t]*")
_MARKER = re.compile(rf"\A([ \t>]*+\d{{0,9}})([-+*]|#{{1,6}}|[.)])(?=[{_SPECIAL}])")

_TAG = re.compile(r"^((?:[^\S\n]|>)*+)\[(?=/?(?:quote|details)\b)", re.IGNORECASE | re.MULTILINE)
_REMOVED = re.compile(r"\[(?=removed\\?\])")
_TABLE_RULE = re.compile(r"[ \t>]*+\|?[ \t]*+:?-[-:| \t]*")
_BACKTICKS = re.compile("`+")

_LABEL = r"(?<!\\)\[(?P<{0}>(?:[^\[\]\\]|\\.)*)\]"
_TARGET = r"\((?:<[^<>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)"
_TOKEN = re.compile(
    rf"""(?P<image>!?){_LABEL.format("label")}\(attachment:(?P<sha256>[0-9a-f]{{64}})\)
    |{_LABEL.format("shown")}\({PERSON}(?P<person>{KEY})\)
    |{_LABEL.format("link")}(?P<target>{_TARGET})
    |(?P<end>(?<!\\)\]{_TARGET})
    |(?<!\\)<(?:mailto:)?(?P<address>[^\s<>:/@]+@[^\s<>@]+)>
    |(?<!\\)<(?P<autolink>[A-Za-z][A-Za-z0-9+.-]{{1,31}}:[^\s<>]*)>
    |(?<![A-Za-z0-9])(?P<url>https?://(?:\\[^\sA-Za-z0-9<>]|[^\s<>"\\|\[\]])+)""",
    re.VERBOSE | re.DOTALL,
)
_REFERENCE = re.compile(
    rf"{_LABEL.format('shown')}\({PERSON}(?P<person>{KEY})\)|{_LABEL.format('mail')}\(<?mailto:[^()\s<>]*>?\)",
    re.DOTALL,
)
_ADJOINS = re.compile(r"[\w@]")
_CONTINUES = re.compile(r"\\?[-_.]?\w|\[")
_AFTER_URL = ".,;:!?'\"*_~}\\"
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")

_MENTION = re.compile(r"(?<![A-Za-z0-9])@(?=\\?\w)")
_HASHTAG = re.compile(r"(?<![A-Za-z0-9&/])#(?=\\?\w)")
_EMOJI_CODE = re.compile(r"(?<![A-Za-z0-9]):(?=\\?[+-]?\w[\w+\\-]{0,60}:)")
_EMOJI_SHORTCUT = re.compile(r"(?<!\w)([:;8]|\\?[<^])(?=['-]{0,2}\\?[()\[\]DdPpOo|/*$3_]\\?[_^]{0,3}(?!\w))")

# What the typographer takes for another sign: an option for a dash, (c) for a copyright, `../x` or `1..5` for an
# ellipsis. Dashes and ellipses in prose may become what they stand for. Escapes help in newer forums only; a comment
# helps in all, and unlike an invisible character it is not copied with the command it stands in.
_SIGN = re.compile(
    r"""(?P<dash>^(?:[> \t]|[-*+][ ]|\d{1,9}[.)][ ])*+-|[^\w\s\\-]-)(?=\\?-\\?[A-Za-z])
    |(?P<paren>\()(?=(?:c|r|p|tm)\\?\))
    |(?P<dots>(?<!\.)\.)(?=\\?\.(?!\\?\.))
    |(?P<comma>,)(?=,)
    |(?P<plus>\+)(?=\\?-)""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_COMMENT = "<!-- -->"


def compose(
    body: str,
    elided: str = "",
    attachments: Sequence[AttachmentRef] = (),
    resolve: Resolver = lambda _sha256: None,
    *,
    quoted: Mapping[int, Quoted] = NO_QUOTES,
    tail: Tail = "fold",
    subject: str | None = None,
    byline: str | None = None,
    credit: str | None = None,
    mention: Mention = lambda _key: None,
    words: Words = ENGLISH,
) -> str:
    """The raw text of a post, as Discourse will store it.

    `body` and `elided` are neutral Markdown. Files that the body does not refer to are added at its end; `elided`
    becomes a block that opens on a click, or as `tail` says is shown or left out. `quoted` are the posts that block
    quotes quote, by the numbers of these (migrate.content.blockquotes, the body's before those of `elided`). `byline`
    and `subject` are plain text and stand above the rest, `credit` is Markdown and stands below it. `mention` says whom
    references to people notify. `words` are those that this adds.
    """
    files = {file.sha256: file for file in attachments}
    folded = bool(elided.strip()) and tail == "fold"
    composer = _Composer(files, resolve, mention, words, in_brackets=folded or bool(quoted))
    boxes = Boxes(quoted)
    parts = [composer.text(f"**{_plain(subject)}**")] if subject else []
    parts.append(boxes.put(body, composer.text))
    parts += [composer.link(file.sha256) for file in files.values() if file.sha256 not in composer.linked]
    if elided.strip() and tail != "drop":
        rest = boxes.put(elided, composer.text)
        parts.append(f'[details="{ELIDED_TITLE}"]\n\n{rest}\n\n[/details]' if folded else rest)
    text = normalise_raw("\n\n".join(part for part in parts if part)) or f"*{words.no_text}*"
    around = [composer.text(f"*{_plain(byline)}*") if byline else "", text, composer.text(credit) if credit else ""]
    return normalise_raw("\n\n".join(filter(None, around)))


def normalise_raw(raw: str) -> str:
    """The text as Discourse stores it: no NUL, no special spaces, no white space at the end."""
    return _SPECIAL_SPACES.sub(" ", raw.replace("\0", "")).rstrip(" \t\n\v\f\r")


def _plain(text: str) -> str:
    """Plain text as Markdown, with all that could act disarmed."""
    return escape_inline(clean(text), urls=False)


class _Composer:
    def __init__(
        self,
        files: dict[str, AttachmentRef],
        resolve: Resolver,
        mention: Mention,
        words: Words,
        *,
        in_brackets: bool,
    ) -> None:
        self._words = words
        self._mention = mention
        self._files = files
        self._in_brackets = in_brackets
        self._resolve = resolve
        self.linked: set[str] = set()

    def text(self, markdown: str) -> str:
        """One Markdown text, with every fence closed."""
        done: list[str] = []
        prose: list[str] = []
        fence, depth = "", 0
        for line in markdown.split("\n"):
            match = FENCE.match(line)
            quoted = match[1].count(">") if match else _quote_depth(line)
            if fence and quoted >= depth:
                done.append(self._in_code(line))
                if match and match[2].startswith(fence) and not match[3].strip():
                    fence = ""
                continue
            fence = ""
            if match:
                fence, depth = match[2], quoted
            elif not _is_table_rule(line):
                prose.append(_MARKER.sub(r"\1\\\2", _INDENT.sub(r"\1", line)))
                continue
            done += [*self._paragraphs(prose), self._in_code(line)]
            prose = []
        done += self._paragraphs(prose)
        if fence:
            done.append("> " * depth + fence)
        return "\n".join(done)

    def link(self, sha256: str, label: str | None = None, *, image: bool = True) -> str:
        """The Markdown for one file, or a note where the forum has not taken it."""
        file = self._files.get(sha256)
        if file is None:
            return label or ""
        self.linked.add(sha256)
        name = file.filename if label is None else label
        short_url = self._resolve(sha256)
        if short_url is None:
            return file_note(name, file.size, self._words)
        return file_link(name, file, short_url, image=image)

    def _paragraphs(self, lines: list[str]) -> list[str]:
        """Lines outside fences; a code span does not reach over a blank line."""
        return ["\n\n".join(map(self._spans, "\n".join(lines).split("\n\n")))] if lines else []

    def _spans(self, text: str) -> str:
        """A paragraph, its code spans apart from the rest (CommonMark 6.1)."""
        done: list[str] = []
        at = 0
        for start, end in _code_spans(text):
            done += [self._inline(text[at:start]), self._in_code(text[start:end])]
            at = end
        return "".join(done) + self._inline(text[at:])

    def _in_code(self, text: str) -> str:
        """Code; Discourse looks for the end of what stands in brackets there, too."""
        text = _unremoved(mask_addresses(text))
        return _TAG.sub(r"\1[" + JOINER, text) if self._in_brackets and "[" in text else text

    def _inline(self, text: str) -> str:
        """Text without code."""
        text = _REFERENCE.sub(self._named, text)
        done: list[str] = []
        at = 0
        for match in _TOKEN.finditer(text):
            done += [_quiet(text[at : match.start()]), self._token(match)]
            at = match.end()
        return _unremoved("".join(done) + _quiet(text[at:]))

    def _token(self, match: re.Match[str]) -> str:
        if match["sha256"]:
            label = unescape(match["label"])
            return self.link(match["sha256"], label or None, image=bool(match["image"]))
        if match["person"]:
            return f"@{self._mention(person_key(match['person']))}"
        if match["address"]:
            return mask_addresses(match["address"])
        if match["link"] is not None:
            return self._link(match)
        if match["end"]:
            return mask_query(match["end"])
        if match["autolink"]:
            return _url(match["autolink"])
        return _bare_url(match["url"])

    def _named(self, match: re.Match[str]) -> str:
        """A reference to somebody: kept where it is to notify them, else what it shows, disarmed with the rest.

        It is kept where it stands alone: what adjoins a user name on the forum is taken for a part of it.
        """
        shown = match["mail"] if match["person"] is None else match["shown"]
        if match["person"] is None or _ADJOINS.search(match.string, max(0, match.start() - 1), match.start()):
            return str(shown)
        if _CONTINUES.match(match.string, match.end()) or self._mention(person_key(match["person"])) is None:
            return str(shown)
        return match[0]

    def _link(self, match: re.Match[str]) -> str:
        """A link up to where its closing bracket stands; an image is left as it is."""
        label, target = match["link"], match["target"]
        url = unescape(target[1:].strip("<>"))
        is_image = match.string[: match.start()].endswith("!")
        if is_image or mask_query(url) == url:
            return f"[{_no_signs(mask_addresses(label))}]{mask_query(target)}"
        said = "" if unescape(label) == url else f"{self._inline(label)} "
        return f"{said}({_url(url)}"


def _code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where code spans are: a run of backticks, and the next one as long; a backslash disarms an opening one."""
    runs = [match.span() for match in _BACKTICKS.finditer(text)]
    closing: dict[int, list[int]] = {}  # length → indices of runs, the next one last
    for index in range(len(runs) - 1, -1, -1):
        closing.setdefault(runs[index][1] - runs[index][0], []).append(index)
    index = 0
    while index < len(runs):
        start, end = runs[index]
        if _is_escaped(text, start):
            start += 1
        later = closing.get(end - start, [])
        while later and later[-1] <= index:
            later.pop()
        if later and start < end:
            index = later[-1]
            yield start, runs[index][1]
        index += 1


def _is_escaped(text: str, at: int) -> bool:
    before = text[max(0, at - 100) : at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _is_table_rule(line: str) -> bool:
    return "|" in line and _TABLE_RULE.fullmatch(line) is not None


def _bare_url(text: str) -> str:
    """A URL in angle brackets, which keep it from becoming a preview; punctuation after it stays outside."""
    url = text.rstrip(_AFTER_URL)
    unopened = url.count(")") - url.count("(")
    while unopened > 0 and url.endswith(")"):
        url, unopened = url[:-1], unopened - 1
    url = url.rstrip(_AFTER_URL)
    if len(url) <= len("https://"):
        return text
    return f"{_url(unescape(url))}{text[len(url) :]}"


def _url(url: str) -> str:
    """A URL in angle brackets; one that lost an address leads nowhere, and is shown as it is."""
    masked = mask_query(url)
    return f"<{url}>" if masked == url else f"`{masked.replace('`', '%60')}`"


def unescape(text: str) -> str:
    """The text that Markdown's backslashes stand in."""
    return _ESCAPE.sub(r"\1", text)


def _quiet(text: str) -> str:
    text = mask_addresses(text)
    if "@" in text:
        text = _MENTION.sub("@" + JOINER, text)
    if "#" in text:
        text = _HASHTAG.sub("#" + JOINER, text)
    return _no_signs(text)


def _no_signs(text: str) -> str:
    if ":" in text:
        text = _EMOJI_CODE.sub(":" + NO_SPACE, text)
    return _SIGN.sub(r"\g<0>" + _COMMENT, _EMOJI_SHORTCUT.sub(r"\1" + NO_SPACE, text))


def _unremoved(text: str) -> str:
    return _REMOVED.sub("[" + JOINER, text) if "[removed" in text else text


def _quote_depth(line: str) -> int:
    return line[: len(line) - len(line.lstrip(" >"))].count(">")


def file_note(name: str, size: int, words: Words) -> str:
    """What stands for a file that the forum did not take."""
    shown = _quiet(escape_starts([_plain(_one_line(name))]))
    return f"{_unremoved(shown)} ({human_size(size)}, {words.not_accepted})"


def file_link(name: str, file: AttachmentRef, short_url: str, *, image: bool = True) -> str:
    """The Markdown for a file on the forum, under a name."""
    if image and file.media_type in IMAGES:
        return f"![{_label(name)}]({short_url})"
    return f"[{_label(name)}|attachment]({short_url}) ({human_size(file.size)})"


def _label(name: str) -> str:
    """A file's name or an image's description inside square brackets; the bar would start a size or a kind."""
    name = _plain(_one_line(name).replace("|", "-"))
    return _unremoved(_EMOJI_SHORTCUT.sub(r"\1" + NO_SPACE, _EMOJI_CODE.sub(":" + NO_SPACE, name)))


def _one_line(name: str) -> str:
    return mask_addresses(" ".join(name.split()))


def human_size(size: int) -> str:
    """Bytes as Discourse writes them: 17 KB, 1.4 MB."""
    if size < 1024:
        return f"{size} Bytes"
    value = float(size)
    for unit in ("KB", "MB", "GB"):
        value /= 1024
        if value < 1000 or unit == "GB":
            break
    return f"{value:.3g} {unit}"
