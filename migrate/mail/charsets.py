"""Bytes to text: by their label, by what programs really mean by it, by guessing only where the label fails."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from functools import lru_cache

import webencodings

from migrate.mail.problems import Problem, Problems

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
LONGEST_LABEL = 60

# Written by programs that mean the wider one.
WIDER = {"gbk": "gb18030", "gb2312": "gb18030"}
# Names that neither the WHATWG table nor Python knows.
MISNAMED = {
    "utf8mb3": "utf-8",
    "utf8mb4": "utf-8",
    "x-mac-ce": "mac-latin2",
    "x-mac-centraleurroman": "mac-latin2",
    "x-mac-icelandic": "mac-iceland",
    "x-mac-japanese": "shift_jis",
    "x-mac-korean": "euc-kr",
    "x-mac-chinesesimp": "gb18030",
    "x-mac-chinesetrad": "big5",
    "iso-latin-1": "iso-8859-1",
    "iso-8859-1-i": "iso-8859-1",
    "iso-8859-1-windows-3.1-latin-1": "windows-1252",
}
# Labels that say nothing, or that are written by programs which do not know.
WEAK = {
    "",
    "us-ascii",
    "ascii",
    "ansi_x3.4-1968",
    "iso-8859-1",
    "iso8859-1",
    "latin1",
    "latin-1",
    "windows-1252",
    "cp1252",
}
SILENT = {"", "us-ascii", "ascii", "ansi_x3.4-1968"}
# Text codecs of Python that are no charsets of mail, or unsafe on hostile input.
REFUSED = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "utf-7-imap"}

# What the detector is believed; for short Western texts it also names charsets that no mail was ever written in.
BELIEVED = {
    "big5",
    "euc-jp",
    "euc-kr",
    "gb18030",
    "iso-2022-jp",
    "iso-8859-2",
    "iso-8859-5",
    "iso-8859-7",
    "iso-8859-8",
    "koi8-r",
    "koi8-u",
    "shift_jis",
    "tis-620",
    "utf-16le",
    "utf-16be",
    "utf-8",
    "windows-1250",
    "windows-1251",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
}

_LABEL_NOISE = re.compile(r"[^a-z0-9._:+-]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_JIS_RUN = re.compile(rb"\x1b(\$[@B]|\([BHIJ])")
# A gateway took away the escape characters: pairs of printing characters between what they began.
_JIS_BARED = re.compile(rb"(?<!\x1b)\$([@B](?:[!-~]{2}){1,80}?)\(([BJ])")
_JIS_LINE = re.compile(rb"(\n[^\x1b]*+)")
_WITHOUT_DASH = re.compile(r"(windows|dos|ibm)-?(\d{3,4})\Z")
_JIS_ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\([BIJ])")


def decode(data: bytes, label: str | None, problems: Problems, what: str = "text") -> str:
    """The text of `data`. Whatever is guessed or replaced by U+FFFD adds a problem; `what` names the place in it."""
    name = clean_label(label)
    if name in WEAK and data.isascii() and not _JIS_ESCAPE.search(data):
        return data.decode("ascii")
    if name.startswith("iso-2022-jp") and b"\x1b" not in data and _JIS_BARED.search(data):
        problems.append(Problem("charset-guessed", "warning", f"The {what} had lost its escape characters."))
        data = _JIS_BARED.sub(b"\x1b$\\1\x1b(\\2", data)
    text = _by_evidence(data, name) or _by_label(data, name)
    if text is None:
        return _by_guess(data, name, problems, what)
    if REPLACEMENT in text:
        problems.append(Problem("charset-damaged", "info", f"The {what} already held replacement characters (\ufffd)."))
    return text


def is_utf8(data: bytes) -> bool:
    """Whether the bytes are valid UTF-8, as other charsets hardly are by accident."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def clean_label(label: str | None) -> str:
    """A charset label in lower case without quotes and stray punctuation."""
    return _clean(label[:LONGEST_LABEL]) if label else ""


@lru_cache(maxsize=512)
def _clean(label: str) -> str:
    name = _LABEL_NOISE.sub("", label.lower().removeprefix("charset=")).strip(".:")
    return MISNAMED.get(name, name)


def _by_evidence(data: bytes, name: str) -> str | None:
    """What the bytes themselves say where the label is weak: UTF-8 and ISO-2022-JP hardly happen by accident."""
    if name in WEAK and not data.isascii():
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return None
    if name in WEAK and _JIS_ESCAPE.search(data):
        return _iso_2022_jp(data)
    return None


def _by_label(data: bytes, name: str) -> str | None:
    """Decoded as labelled; None where the label is unknown, silent or does not fit."""
    if name in SILENT and not data.isascii():
        return None
    if name.startswith("iso-2022-jp"):
        return _iso_2022_jp(data)
    codec = _utf_16(data) if name == "utf-16" else python_codec(name)
    if codec is None:
        return None
    try:
        text = data.decode(codec)
    except (UnicodeError, ValueError):
        return None
    text = text.removeprefix("\ufeff")
    return _SURROGATE.sub(REPLACEMENT, text) if codec == "utf-7" else text


def _utf_16(data: bytes) -> str:
    """Which of the two it is without a mark: in most scripts line ends, spaces and Latin letters have a zero byte."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    big, little = data[::2].count(0), data[1::2].count(0)
    return "utf-16le" if little > big else "utf-16be"  # RFC 2781 4.3


@lru_cache(maxsize=512)
def python_codec(name: str) -> str | None:
    """The Python codec for a cleaned label: by the WHATWG table, then by Python's own; None if nobody knows it."""
    if name.startswith("utf-16") and name != "utf-16":
        return name if name in ("utf-16le", "utf-16be") else None
    if name in ("utf-7", "utf-16", "utf-32"):
        return name
    encoding = webencodings.lookup(name)
    if encoding is not None and encoding.name not in ("replacement", "x-user-defined"):
        codec: str = encoding.codec_info.name
        return WIDER.get(codec, WIDER.get(encoding.name, codec))
    bare = name.removeprefix("x-").removeprefix("cs")
    if numbered := _WITHOUT_DASH.match(bare):
        bare = f"cp{numbered[2]}"
    spellings = (bare, bare.replace("cp-", "cp"), bare.replace("win-", "windows-"), bare.replace("-", ""))
    found = next(filter(None, map(_text_codec, spellings)), None)
    return WIDER.get(found, found) if found else None


def _text_codec(spelling: str) -> str | None:
    try:
        codec = codecs.lookup(spelling).name
        b"a".decode(codec, "replace")  # raises for what turns bytes into bytes
    except (LookupError, ValueError):
        return None
    return None if codec in REFUSED else codec


def _iso_2022_jp(data: bytes) -> str | None:
    """ISO-2022-JP; by way of Shift_JIS where it holds what only Windows has, such as circled digits (row 13)."""
    try:
        return data.decode("iso2022_jp_2")
    except UnicodeDecodeError:
        pass
    try:
        return _shift_jis(data).decode("cp932")
    except (UnicodeDecodeError, ValueError):
        return None


def _shift_jis(data: bytes) -> bytes:
    output = bytearray()
    mode = b"(B"
    data = _JIS_LINE.sub(b"\x1b(B\\1", data)  # each line begins in ASCII (RFC 1468)
    for index, run in enumerate(_JIS_RUN.split(data)):
        if index % 2:
            mode = run
        elif mode in (b"$@", b"$B"):
            output += b"".join(_jis_pair(*run[at : at + 2]) for at in range(0, len(run) - 1, 2))
        elif mode == b"(I":
            output += bytes(byte | 0x80 for byte in run)
        else:
            output += run
    return bytes(output)


def _jis_pair(row: int, cell: int) -> bytes:
    """One double-byte character of JIS X 0208 in Shift_JIS: two rows of 94 cells share a lead byte."""
    lead = (row + 1) // 2 + (0x70 if row < 0x5F else 0xB0)
    trail = cell + (0x7E if row % 2 == 0 else 0x1F + (cell >= 0x60))
    return bytes((lead, trail))


def _by_guess(data: bytes, name: str, problems: Problems, what: str) -> str:
    """The label failed: UTF-8 is never so by accident; else the label if it fits all but a few, a detector, Western."""
    if not data.isascii() and (text := _read_as(("utf-8",), data, name, problems, what)) is not None:
        return text
    labelled = python_codec(name)
    if labelled is not None and name not in SILENT:
        text = data.decode(labelled, "replace")
        if text.count(REPLACEMENT) * 2 <= sum(not character.isascii() for character in text):
            return _replaced(text, name, problems, what)
    return _read_as((_detected(data), "cp1252"), data, name, problems, what) or _replaced(
        data.decode("cp1252", "replace"), name, problems, what
    )


def _detected(data: bytes) -> str | None:
    import cchardet  # loaded for the few that need it

    detected = str(cchardet.detect(data)["encoding"] or "").lower()
    return python_codec(detected) if detected in BELIEVED else None


def _read_as(candidates: Iterable[str | None], data: bytes, name: str, problems: Problems, what: str) -> str | None:
    """The text by the first of the candidates that fits all of it, and the problem that says so."""
    for codec in filter(None, candidates):
        text = data.decode(codec, "replace")
        if REPLACEMENT not in text:
            label = f"charset {name!r}" if name else "no charset"
            problems.append(Problem("charset-guessed", "warning", f"The {what} has {label}; it was read as {codec}."))
            return _SURROGATE.sub(REPLACEMENT, text)
    return None


def _replaced(text: str, name: str, problems: Problems, what: str) -> str:
    count = text.count(REPLACEMENT)
    if count:
        words = (
            f"{count} characters of the {what} could not be decoded as {name or 'any charset'}; they show as \ufffd."
        )
        problems.append(Problem("charset-replaced", "warning", words))
    return text
