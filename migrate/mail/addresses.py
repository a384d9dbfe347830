"""Who wrote a message: addresses as they are written, hidden or rewritten by lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from migrate.mail.headers import Headers, decode_header
from migrate.mail.names import is_full_name, is_role, spoken_name
from migrate.mail.problems import Problem, Problems

LONGEST_ADDRESS = 254  # RFC 5321 4.5.3.1
LONGEST_MAILBOX = 2000  # bytes of an address with its name; bounds what the patterns below can cost
LONGEST_FIELD = 20_000  # bytes
MAX_ADDRESSES = 200


class Mailbox(NamedTuple):
    """A display name and a lower-cased address; either may be empty."""

    name: str
    address: str


LIST_FIELDS = (b"list-post", b"list-id", b"x-beenthere", b"x-mailing-list", b"mailing-list")
# What Mailman writes for "@", in the languages it is translated to.
AT_WORDS = ("at", "en", "a", "op", "w", "em", "la", "на", "na", "στο", "＠", "在", "於", "tại", "عند", "ב", "ĉe", "در")
_AT = "|".join(map(re.escape, AT_WORDS))
_HOST = r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}"
_LOCAL = r"[^\s<>()\",;:@\[\]\\]{1,64}"
_WRITTEN_AT = re.compile(r" ?[(\[{] ?(?:at|ät|@) ?[)\]}] ?(?=[\w-]{1,63}\.[\w-])", re.IGNORECASE)  # "user(at)host"
_WRITTEN_DOT = re.compile(r" ?[(\[{] ?(?:dot|punkt|point|punto) ?[)\]}] ?", re.IGNORECASE)
_SPOKEN_DOT = re.compile(rf"(?<= ){_LOCAL} {{1,2}}at {{1,2}}[\w-]{{1,63}}(?: dot [\w-]{{1,63}}){{1,5}}", re.IGNORECASE)
_ADDRESS = re.compile(rf"\"?({_LOCAL}|\"[^\"\s]{{1,64}}\")\"?@([\w.-]{{1,253}})\Z")
_HIDDEN = re.compile(rf"({_LOCAL}) {{1,2}}(?:(?:{_AT}) {{1,2}})?({_HOST})\Z")
_ANGLES = re.compile(r"<([^<>]*)>?[^<>]*\Z")
_COMMENT = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*\Z")
_LAST_WORD = re.compile(rf"(?:(.*)\s)?({_LOCAL}@[\w.-]{{1,253}})\Z", re.DOTALL)
# Lists write it in lower case; "Nils Per Andersson" is a name.
_VIA = re.compile(
    r"\s\(?(?:(via)|por meio de|durch|per|через|par|przez|közül|genom|mediante|přes|通过|経由|通過)\s+(\S.*)\Z"
)
_REWRITTEN = re.compile(rf"({_LOCAL})=40({_HOST})@dmarc\.")  # as the IETF's lists do
_BREAKS = re.compile(r"[\s_()]+")
_ROUTE = re.compile(r"@[^:\s]{1,253}:|mailto:", re.IGNORECASE)  # RFC 5322 4.4, and what is copied from a link
_MASKED = re.compile(r"(?:\.{2}|…)@|@[^@]*(?:\.{2}|…)|\*{2}")  # web archives cut so: "jo...@example.org", "jo@exa..."
_OF_GROUPS = "@googlegroups.com"
_MAILTO = re.compile(r"mailto:([^>?\s,]{1,254})", re.IGNORECASE)
_SEPARATORS = re.compile(r"\"(?:[^\"\\]|\\.){0,500}\"|<[^<>]{0,500}>|\([^()]{0,500}\)|[,;]")


def parse_mailbox(value: bytes, problems: Problems) -> Mailbox:
    """One address with its name, in any of the forms found in mail and in list archives (`user at host (Name)`)."""
    mailbox, found = _mailbox_and_problems(value[:LONGEST_MAILBOX])
    problems += found
    return mailbox


@lru_cache(maxsize=1024)  # who writes to a list writes again
def _mailbox_and_problems(value: bytes) -> tuple[Mailbox, tuple[Problem, ...]]:
    problems: Problems = []
    return _mailbox(value, problems), tuple(problems)


def _mailbox(value: bytes, problems: Problems) -> Mailbox:
    text = _unhidden(value.decode("latin-1").strip())
    if match := _ANGLES.search(text):
        name, address = text[: match.start()], match[1]
    elif (match := _COMMENT.search(text)) and (plain := _address(text[: match.start()])):
        return Mailbox(_name(match[1], problems), plain)
    elif plain := _address(text):
        return Mailbox("", plain)
    elif match := _LAST_WORD.match(text):
        name, address = match[1] or "", match[2]
    else:
        name, address = text, ""
    plain = _address(address)
    if not plain and "=?" in text and "@" in (decoded := decode_header(text.encode("latin-1", "replace"), problems)):
        return _mailbox(decoded.replace("=?", "").encode()[:LONGEST_MAILBOX], problems)  # address and all was encoded
    return Mailbox(_name(name or ("" if plain else address), problems), plain)


def _unhidden(text: str) -> str:
    """Addresses as they were before somebody hid them: `user(at)host dot org`."""
    if "@" in text:
        return text
    text = _WRITTEN_AT.sub("@", _WRITTEN_DOT.sub(".", text))
    if " dot " not in text.lower():
        return text.strip()
    return _SPOKEN_DOT.sub(lambda match: match[0].replace(" dot ", "."), f" {text}").strip()


def _address(text: str) -> str:
    """A lower-cased address, also where "@" is written as a word; empty if it is none."""
    if "@" not in text and "." not in text:
        return ""  # the words for "@" stand before a host, too
    text = (text if text.isascii() else _utf8(text)).strip().strip("<>")
    if ":" in text and (route := _ROUTE.match(text)):
        text = text[route.end() :]
    match = _ADDRESS.match(text) or _HIDDEN.match(text)
    if match is None:
        return ""
    host = match[2] if ".." in match[2] else match[2].strip(".")  # the dots say that it was cut
    address = f"{match[1].strip(chr(34))}@{host}".lower()
    return address if len(address) <= LONGEST_ADDRESS and address.isprintable() else ""


def _utf8(text: str) -> str:
    """Text that was bytes read as Latin-1, as UTF-8 if it is that."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _name(text: str, problems: Problems) -> str:
    """A display name: decoded, without quotes round it and without what is not printable, as people say it."""
    name = decode_header(text.encode("latin-1", "replace"), problems).strip()
    while len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    name = name.replace('\\"', '"').replace("\\\\", "\\").strip('" ')
    if not name.isprintable():
        name = "".join(character for character in name if character.isprintable())
    return "" if _address(name) else spoken_name(name)


def parse_mailboxes(value: bytes, problems: Problems) -> list[Mailbox]:
    """All addresses of a field like Reply-To or Cc; at most the first 200."""
    text = value[:LONGEST_FIELD].decode("latin-1")
    pieces: list[str] = []
    start = 0
    for match in _SEPARATORS.finditer(text):
        if match[0] in ",;":
            pieces.append(text[start : match.start()])
            start = match.end()
    pieces.append(text[start:])
    mailboxes = [parse_mailbox(piece.encode("latin-1"), problems) for piece in pieces[:MAX_ADDRESSES] if piece.strip()]
    return [mailbox for mailbox in mailboxes if mailbox.address]


def is_masked(address: str) -> bool:
    """Whether an address was cut before it was shown: several people may share what is left of it."""
    may_be = ".." in address or "…" in address or "**" in address
    return may_be and _MASKED.search(address) is not None


def list_addresses(headers: Headers) -> frozenset[str]:
    """The addresses of the list a message came through, as far as its header tells them."""
    return _list_addresses(*map(headers.first, LIST_FIELDS))


@lru_cache(maxsize=64)  # the same in all mail of a list
def _list_addresses(*fields: bytes) -> frozenset[str]:
    """By the values of `LIST_FIELDS`."""
    post, identifier, *named = (field.decode("ascii", "replace") for field in fields)
    found = {match[1].lower() for match in _MAILTO.finditer(post)}
    for name in named:
        value = name.removeprefix("list ").partition(";")[0]
        if address := _address(value.strip()):
            found.add(address)
    identifier = identifier.rpartition("<")[2].partition(">")[0].strip().lower()
    local, dot, host = identifier.partition(".")
    if dot and "@" not in identifier:
        found.add(f"{local}@{host}")
    return frozenset(found)


def author(headers: Headers, envelope: bytes, list_names: Iterable[str], problems: Problems) -> Mailbox:
    """Who wrote the message. Where the list put its own address into From, the author is looked for elsewhere.

    `list_names` are names and addresses of the list the mail belongs to, for archives whose headers do not tell them.
    """
    found = _author(headers, envelope, list_names, problems)
    if is_masked(found.address):
        problems.append(Problem("address-masked", "info", "The author's address was cut; nobody can tell whose it is."))
    return found


def _author(headers: Headers, envelope: bytes, list_names: Iterable[str], problems: Problems) -> Mailbox:
    scratch: Problems = []
    sender = parse_mailbox(_first_of(headers.first(b"from") or headers.first(b"sender")), problems)
    lists = {*list_addresses(headers), *(name for name in list_names if "@" in name)}
    via = _VIA.search(sender.name)
    if _is_list_by_name(sender, list_names, headers) or (via and _is_called(via[2], sender.address)):
        lists.add(sender.address)
    if sender.address.endswith(_OF_GROUPS):
        lists.add(sender.address)  # nobody has one of their own there, so another group sent it on
    name = spoken_name(sender.name[: via.start()].strip("' \"")) if via else sender.name
    if sender.address and sender.address not in lists:
        rewritten = _REWRITTEN.match(sender.address)
        address = f"{rewritten[1]}@{rewritten[2]}" if rewritten else sender.address
        return _of_a_person(Mailbox(name if via and via[1] else sender.name, address))
    if not sender.address and not sender.name:
        return _from_envelope(envelope, lists, problems)
    if not sender.address:
        return sender
    found = _behind_the_list(headers, lists, name, scratch) or _envelope_address(envelope, lists)
    if found is None and (own := _address(name)):
        found = Mailbox("", own)
    cut = name.removesuffix("---")  # Mailman cut the host off an address
    name = "" if cut != name or "@" in name else name
    if found is None:
        problems.append(Problem("sender-hidden", "warning", "The list put its own address in place of the author's."))
        return Mailbox(name or cut, "")
    problems.append(Problem("sender-restored", "info", "The author was found behind the list's own address."))
    return _of_a_person(Mailbox(found.name or name, found.address))


def _of_a_person(sender: Mailbox) -> Mailbox:
    """Behind an address that several use (webmaster@) each is known by the full name; without one it is the address."""
    return Mailbox(sender.name, "") if is_role(sender.address) and is_full_name(sender.name) else sender


def _is_called(via: str, address: str) -> bool:
    """Whether words of what stands after "via" are what the address is called: then it is the list's."""
    local, words = (_BREAKS.sub("-", text.lower()) for text in (address.partition("@")[0], via))
    return bool(local) and f"-{local}-" in f"-{words}-"


def _is_list_by_name(sender: Mailbox, list_names: Iterable[str], headers: Headers) -> bool:
    """Old Mailman wrote `gardeners@host (Ann Lee)`. A mailbox called after its owner is told by the name in both.

    Where the sender had no name, the list's own tag in the subject tells.
    """
    local = sender.address.partition("@")[0]
    if not any(local == name.lower() for name in list_names):
        return False
    return local not in sender.name.lower() if sender.name else f"[{local}]" in headers.text(b"subject").lower()


def _behind_the_list(headers: Headers, lists: set[str], name: str, problems: Problems) -> Mailbox | None:
    """The chain for senders that a list rewrote: Google's fields, Reply-To or Cc by the name, Reply-To, X-MailFrom."""

    def others(field: bytes) -> list[Mailbox]:
        found = parse_mailboxes(headers.first(field), problems)
        return [mailbox for mailbox in found if mailbox.address not in lists]

    for field in (b"x-original-from", b"x-original-sender"):
        if found := others(field):
            return found[0]
    answers_to = others(b"reply-to")
    for mailbox in (*answers_to, *others(b"cc")):
        if name and mailbox.name.casefold() == name.casefold():
            return mailbox
    if len(answers_to) == 1:
        return answers_to[0]
    return next(iter(others(b"x-mailfrom")), None)


def _envelope_address(envelope: bytes, lists: set[str]) -> Mailbox | None:
    words = envelope.removeprefix(b"From ").split(b" ", 1)[0].decode("latin-1")
    address = _address(words)
    if not address or address in lists or _looks_technical(address):
        return None
    return Mailbox("", address)


def _from_envelope(envelope: bytes, lists: set[str], problems: Problems) -> Mailbox:
    found = _envelope_address(envelope, lists)
    if found is None:
        problems.append(Problem("author-missing", "warning", "The message does not say who wrote it."))
        return Mailbox("", "")
    problems.append(Problem("author-from-envelope", "info", "The author was taken from the separator line."))
    return found


def _looks_technical(address: str) -> bool:
    local, _, host = address.partition("@")
    return local in ("mailer-daemon", "mboxrd") or "-bounces" in local or "+bnc" in local or "." not in host


def _first_of(value: bytes) -> bytes:
    """The first of several authors (RFC 5322 3.6.2 allows a list)."""
    if b"," not in value:
        return value
    text = value[:LONGEST_FIELD].decode("latin-1")
    for match in _SEPARATORS.finditer(text):
        if match[0] == "," and "@" in text[: match.start()]:
            return text[: match.start()].encode("latin-1")
    return value
