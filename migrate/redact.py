"""Taking people's names and addresses out of texts, where they asked for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urldefrag

from migrate.content.attribution import is_attribution
from migrate.content.languages import FROM, OTHER_FIELDS, alternatives
from migrate.content.mentions import change_mentions
from migrate.people import place_of

NO_ADDRESS = "…"

# Between the words of a name a line may end, in a quote, too.
_BETWEEN = r"(?:[ \t]|\\?\n[ \t>]*)+"
_JOINED = r"(?:[_.+-]|%20)"  # what stands between them in names of files
_LINE_ENDS = re.compile(r"\\?\n[ \t>]*")
_AT = r"(?:\\?@|%40| ?[(\[] ?at ?[)\]] ?| at )"
_QUOTE_MARKS = re.compile(r"^(?:[ \t]{0,3}>)+[ \t]?")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_FIELD = re.compile(rf"[\s*_]*(?:{alternatives(FROM)}|{alternatives(OTHER_FIELDS)})\s?[*_]{{0,2}}[:：]", re.IGNORECASE)
_APART = (r"(?<![\w@])", r"(?![\w@]|\\?[.+-]\w)")  # not within another name, an address or a host
_WORD_BEFORE = re.compile(r"([^\W\d_]{2,}) \Z")
_WORD_BEHIND = re.compile(r" ([^\W\d_]{2,})")
_SIGNATURE = re.compile(r"\s*\\?--\s*")
_ITEM = re.compile(r"\s*[-*+] ")
_SAME = str.maketrans({"ı": "i", "\u0307": None})  # İ, I and ı are one letter where case is ignored
_PARTS = re.compile(r"[/:?&=]")  # between those of an address
_SIGNS = re.compile(r"[\W_]+")
_NO_WORD = re.compile(r"[^\w.@+]+")
_AROUND = 2  # lines before and behind a name that may belong to the attribution it stands in


@dataclass(frozen=True, slots=True)
class Withheld:
    """Somebody whose name is not to be shown: what stands in its place, and what to look for."""

    stand_in: str
    names: Sequence[str]
    addresses: Sequence[str] = field(default=(), repr=False)
    keys: Sequence[str] = field(default=(), repr=False)  # as persons of the archive, for references to them


_Tree = dict[str, "_Tree"]  # by the next letter; "" where one may end


class Redaction:
    """Takes out all names and addresses of some people.

    Names of one word ("Ann") are taken out of lines that say who wrote, and nowhere else: elsewhere they are anybody's.
    """

    def __init__(self, people: Iterable[Withheld]) -> None:
        people = list(people)
        self._by_key = {key: person.stand_in for person in people for key in person.keys}
        self._stand_ins: dict[str, str] = {}
        full: set[str] = set()
        short: set[str] = set()
        addresses: set[str] = set()
        handles = {name: person.stand_in for person in people for key in person.keys if (name := _handle(key))}
        for person in people:
            addresses |= {address.strip() for address in person.addresses if "@" in address}
            for name in filter(None, map(str.strip, person.names)):
                if "@" in name and " " not in name:
                    addresses.add(name)
                    continue
                words = name.split()
                (full if len(words) > 1 else short).add(name)
                self._stand_ins.setdefault(_folded(name), person.stand_in)
                if len(words) == 2:  # as address books have it
                    turned = f"{words[1]}, {words[0]}"
                    full.add(turned)
                    self._stand_ins.setdefault(_folded(turned), person.stand_in)
        for name, stand_in in handles.items():
            self._stand_ins.setdefault(_folded(name), stand_in)
        self._handles = _any_of(map(_as_title, handles), r"(?<=[:/=|-])", r"(?=[#/:&?|\]}-]|\Z)")
        in_files = {name: words for name in full if len(words := _plain(name)) > 1}
        self._joined = {_folded("".join(words)): self._stand_ins[_folded(name)] for name, words in in_files.items()}
        self._in_files = _any_of(map(_in_file, in_files.values()), r"(?<![^\W_])", r"(?![^\W_])")
        self._letters = _any_of((map(re.escape, address.lower()) for address in addresses), "", "")
        self._addresses = _any_of(map(_address, addresses), r"(?<![\w.+-])", r"(?!\\?[\w-]|\\?\.\w)")
        self._full = _any_of(map(_name, full), *_APART)
        self._names = _any_of(map(_name, full | short), *_APART)
        self._words = _any_of(map(_name, full), r"(?<!\w)", r"(?!\w)")
        self._signed = _any_of(map(_name, short), r"(?<![\w@>])", r"(?=\W*\Z)")

    def everywhere(self, text: str) -> str:
        """The text without their addresses and full names, and without their short ones where it says who wrote."""
        text = self.in_others_words(text)
        return self._full.sub(self._stand_in, text) if self._full else text

    def in_others_words(self, text: str) -> str:
        """Somebody else's text without their addresses, and without their names where it says who wrote what, or where
        it refers to them."""
        if self._by_key:
            text = change_mentions(text, lambda _shown, key: self._by_key.get(key))
        if self._names and self._names.search(text):
            text = self._in_attributions(text)
        return self._addresses.sub(NO_ADDRESS, text) if self._addresses else text

    def in_own_words(self, text: str) -> str:
        """Their own text with their short names taken out of the lines that they sign with, too."""
        if self._signed is None:
            return self.everywhere(text)
        lines = text.split("\n")
        for at, line in enumerate(lines):
            match = self._signed.search(line)
            if match and not re.search(r"[\w>]", line[: match.start()]) and _is_signed(lines, at):
                lines[at] = line[: match.start()] + self._stand_in(match) + line[match.end() :]
        return self.everywhere("\n".join(lines))

    def utterly(self, text: str) -> str:
        """Likewise, and without their names and addresses within longer ones, paths and ids."""
        text = self.everywhere(text)
        text = self._words.sub(self._stand_in, text) if self._words else text
        return self._letters.sub(NO_ADDRESS, text) if self._letters and "@" in text else text

    def in_place(self, text: str) -> str:
        """Where something stands, without their names as files have them, and as users of a wiki: in titles of pages,
        in ids of comments."""
        text = self.utterly(text)
        if self._in_files:
            text = self._in_files.sub(lambda match: self._joined[_folded("".join(_plain(unquote(match[0]))))], text)
        return self._handles.sub(self._stand_in, _spoken(text)) if self._handles and self.holds_handle(text) else text

    def holds_handle(self, text: str) -> bool:
        """Whether their name as a user of a wiki is there, in the title of a page or the id of a comment."""
        return self._handles is not None and self._handles.search(_spoken(text)) is not None

    def in_credit(self, line: str) -> str:
        """A line that names who wrote something, without their names, be they of one word."""
        line = self._names.sub(self._stand_in, line) if self._names else line
        return self._addresses.sub(NO_ADDRESS, line) if self._addresses else line

    def in_url(self, url: str) -> str:
        """An address without the place on its page where that is called after them; "" where the page is."""
        page, place = urldefrag(url)
        if any(_folded(part) in self._stand_ins for part in _PARTS.split(_spoken(page))) or self.holds_address(page):
            return ""
        is_theirs = self._names is not None and self._names.search(_NO_WORD.sub(" ", _spoken(place)))
        return page if is_theirs else url

    def holds_address(self, text: str) -> bool:
        """Whether one of their addresses stands there, be it within something longer."""
        return "@" in text and self._letters is not None and self._letters.search(text) is not None

    def mentions(self, text: str) -> bool:
        """Whether `utterly` would change the text."""
        return self.utterly(text) != text

    def _in_attributions(self, text: str) -> str:
        assert self._names is not None
        lines = text.split("\n")
        plain = [_ESCAPE.sub(r"\1", _QUOTE_MARKS.sub("", line)) for line in lines]
        done: list[str] = []
        at = 0
        for match in self._names.finditer(text):
            first = text.count("\n", 0, match.start())
            last = first + match[0].count("\n")
            if _is_whole(text, match) and _says_who(plain, first, last):
                done += [text[at : match.start()], self._stand_in(match)]
                at = match.end()
        return "".join(done) + text[at:]

    def _stand_in(self, match: re.Match[str]) -> str:
        # As many lines as before: what is known of attributions counts them.
        return self._stand_ins[_folded(_LINE_ENDS.sub(" ", match[0]))] + "".join(_LINE_ENDS.findall(match[0]))


def _says_who(lines: Sequence[str], first: int, last: int) -> bool:
    """Whether these lines belong to an attribution, or are a field of the header above a quoted mail."""
    if _FIELD.match(lines[first]):
        return True
    return any(
        is_attribution(list(lines[start:stop]))
        for start in range(max(0, first - _AROUND), first + 1)
        for stop in range(last + 1, min(len(lines), last + _AROUND + 1) + 1)
    )


def _is_signed(lines: Sequence[str], at: int) -> bool:
    """Whether a line that holds a name alone is one that people sign with, rather than one of a list."""
    before = lines[at - 1].rstrip("\\ \t") if at else ""
    behind = lines[at + 1] if at + 1 < len(lines) else ""
    if _SIGNATURE.fullmatch(before) or before.endswith(","):
        return True
    return not behind.strip() and not (_ITEM.match(lines[at]) and _ITEM.match(before))


def _is_whole(text: str, match: re.Match[str]) -> bool:
    """Whether this is no word of somebody else's name: "Ann" in "Ann Marie" and in "Marie Ann"."""
    if " " in match[0] or "\n" in match[0]:
        return True
    before = _WORD_BEFORE.search(text, max(0, match.start() - 50), match.start())
    behind = _WORD_BEHIND.match(text, match.end())
    return not (before and before[1].istitle()) and not (behind and behind[1].istitle())


def _handle(key: str) -> str:
    """What a person is called in the place that the key names; "" for other keys, and what is no name."""
    name = key.removeprefix(place_of(key)) if place_of(key) else ""
    return "" if name.startswith("#") else name


def _as_title(name: str) -> list[str]:
    return [*map(_letter, name)]


def _spoken(url: str) -> str:
    return unquote(url, errors="replace").replace("_", " ")


def _folded(name: str) -> str:
    return " ".join(_ESCAPE.sub(r"\1", name).casefold().translate(_SAME).split())


def _any_of(patterns: Iterable[Iterable[str]], before: str, behind: str) -> re.Pattern[str] | None:
    """Any of these, each letter by letter; of those that begin alike the longest one."""
    tree: _Tree = {}
    for pattern in patterns:
        node = tree
        for part in pattern:
            node = node.setdefault(part, {})
        node[""] = {}
    return re.compile(f"{before}{_pattern(tree)}{behind}", re.IGNORECASE) if tree else None


def _pattern(tree: _Tree) -> str:
    """With thousands of names in a row, each place of a text would be compared with all of them."""
    found = []
    for first in filter(None, tree):
        parts, below = [first], tree[first]
        while len(below) == 1 and "" not in below:
            ((part, below),) = below.items()
            parts.append(part)
        found.append("".join(parts) + (_pattern(below) if below.keys() != {""} else ""))
    if len(found) == 1 and "" not in tree:
        return found[0]
    return f"(?:{'|'.join(found)}){'?' if '' in tree else ''}"


def _name(name: str) -> list[str]:
    first, *others = name.split()
    return [*map(_letter, first), *(part for word in others for part in (_BETWEEN, *map(_letter, word)))]


def _plain(name: str) -> list[str]:
    return _SIGNS.sub(" ", name).split()


def _in_file(words: Sequence[str]) -> list[str]:
    return [part for word in words for part in (_JOINED, *map(_letter, word))][1:]


def _address(address: str) -> list[str]:
    local, _, host = address.rpartition("@")
    return [*map(_letter, local), _AT, *map(_letter, host)]


def _letter(letter: str) -> str:
    small = letter.lower()
    letter = small if len(small) == 1 else letter  # İ has two
    return letter if letter.isalnum() else rf"\\?{re.escape(letter)}"
