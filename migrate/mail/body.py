"""From the parts of a message to what its reader sees, and to the files it carries."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from migrate.mail import enriched, invitations, reports, tnef
from migrate.mail.alternatives import complete_one
from migrate.mail.charsets import decode
from migrate.mail.headers import NO_HEADERS, Headers, decode_header, parse_headers
from migrate.mail.mime import Part, parse_parts
from migrate.mail.pieces import File, Forwarded, Picture, Piece, Text
from migrate.mail.problems import Problem, Problems
from migrate.mail.smime import signed_content
from migrate.mail.transfer import content, text_content

MAX_DEPTH = 4  # messages within messages
BODIES = ("text/plain", "text/html")
OTHER_FORMS = (*enriched.MEDIA_TYPES, "text/watch-html", "text/x-amp-html")  # of the same text
SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
CONTROL = "application/pgp-encrypted"  # holds a version number only (RFC 3156 4)
CALENDARS = ("text/calendar", "application/ics")
SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
LONGEST_FILENAME = 200
LONGEST_TEXT = 24 << 20  # bytes; a longer one is a file: it would fill a thousand posts, and memory many times over
SHOWN_OF_LONG = 64 << 10  # bytes of it that are shown
NAMES = {
    "application/ics": "invitation.ics",
    "application/pdf": "attachment.pdf",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "image/gif": "image.gif",
    "image/jpeg": "image.jpg",
    "image/jpg": "image.jpg",
    "image/png": "image.png",
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "receipt.txt",
    "message/rfc822": "message.eml",
    "message/rfc822-headers": "headers.txt",
    "text/calendar": "invitation.ics",
    "text/csv": "attachment.csv",
    "text/html": "attachment.html",
    "text/plain": "attachment.txt",
    "text/rfc822-headers": "headers.txt",
    "text/vcard": "contact.vcf",
    "text/x-vcard": "contact.vcf",
    **dict.fromkeys(tnef.MEDIA_TYPES, tnef.FILENAME),
}

_FOOTER_RULE = re.compile(r"\A\s*(?:_{20,}|-- ?|-{20,})\s*\n")
_FOOTER_WORDS = re.compile(r"mailing list|unsubscribe|listinfo|/lists?/", re.IGNORECASE)
LONGEST_FOOTER = 4000
# Empty lines, and the separator line of a mailbox the message was taken from.
_BEFORE_HEADER = re.compile(rb"\s*+(?:>?From [^\n]{1,200}\d\d:\d\d[^\n]{0,100}\n)?")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n?")
_ENCRYPTED = Problem("mail-encrypted", "warning", "The text is encrypted; it was kept as it is.")
_LONG = Problem("text-too-long", "warning", "A very long text was kept as a file; its beginning is shown.")
_SIGNATURE_REMOVED = Problem("signature-removed", "info", "A cryptographic signature was left out.")


@dataclass(slots=True)
class Body:
    """What is shown in its order, what a list appended, the files, and the parts whose content is among the files."""

    pieces: list[Piece] = field(default_factory=list)
    footers: list[Text] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    attached: list[Part] = field(default_factory=list)


def read_body(raw: bytes, root: Part, problems: Problems, *, returned: bool, depth: int = 0) -> Body:
    """Read all parts. `returned`: messages within are what a server sends back, to be kept but not to be read."""
    if root.media_type == "text/plain" and not root.children and not _is_long(root):
        return Body([read_text(raw, root, problems)])
    reader = _Reader(raw, root, problems, returned, depth)
    return reader.read()


class _Reader:
    """Walks over the parts of one message, or of one signed within it."""

    def __init__(self, raw: bytes, root: Part, problems: Problems, returned: bool, depth: int) -> None:
        self.raw = raw
        self.root = root
        self.problems = problems
        self.returned = returned
        self.depth = depth
        self.body = Body()
        self._chosen: dict[int, Text] = {}  # by the identity of their parts: decoded for the choice already
        self._instead: list[Text] = []  # texts to be shown if there are no others

    def read(self) -> Body:
        stack = [self.root]
        while stack:
            part = stack.pop()
            self.returned = self.returned or part.media_type == "multipart/report"
            if part.media_type == "multipart/alternative" and part.children:
                stack.extend(reversed(self._better(part)))
            elif part.children:
                stack.extend(reversed(part.children))
            else:
                self._leaf(part)
        if not any(isinstance(piece, Text | Forwarded) for piece in self.body.pieces):
            self.body.pieces += self._instead
        self._epilogue()
        self._place_pictures()
        return self.body

    def _better(self, alternative: Part) -> list[Part]:
        """The parts of the text that is complete, and what is no text. A form may be several parts."""
        leaves = [leaf for child in alternative.children for leaf in child.leaves()]
        plain = [leaf for leaf in leaves if leaf.media_type == "text/plain" and self._is_text(leaf)]
        html = [leaf for leaf in leaves if leaf.media_type == "text/html" and self._is_text(leaf)]
        best = self._complete(plain, html) if plain and html else plain or html
        other = [leaf for leaf in leaves if leaf.media_type in OTHER_FORMS] if best else []
        left_out = {id(leaf) for leaf in (*plain, *html, *other)}.difference(map(id, best))
        return [leaf for leaf in leaves if id(leaf) not in left_out]

    def _complete(self, plain: list[Part], html: list[Part]) -> list[Part]:
        noted: tuple[Problems, Problems] = ([], [])
        texts = [[read_text(self.raw, part, noted[at]) for part in form] for at, form in enumerate((plain, html))]
        whole = [
            form[0] if len(form) == 1 else replace(form[0], text="\n".join(t.text for t in form)) for form in texts
        ]
        choice = int(complete_one(*whole).html)
        best = (plain, html)[choice]
        self._chosen.update(zip(map(id, best), texts[choice], strict=True))
        self.problems += noted[choice]
        return best

    def _leaf(self, part: Part) -> None:
        if self._is_text(part):
            self._text(part)
            return
        special = _SPECIAL.get(part.media_type)
        if special is None and _filename(part, self.problems).lower() == tnef.FILENAME:
            special = _Reader._tnef
        if special is not None and special(self, part):
            return
        if part.stop > part.start or _has_name(part):
            file = self._attach(part)
            if part.media_type.startswith("image/") and part.disposition != "attachment":
                self.body.pieces.append(Picture(file))

    def _is_text(self, part: Part) -> bool:
        if part is self.root:
            return part.media_type.startswith("text/") and part.media_type not in CALENDARS
        is_body = part.media_type in BODIES or part.media_type in enriched.MEDIA_TYPES
        return is_body and part.disposition != "attachment" and not _has_name(part)

    def _text(self, part: Part, *, footer: bool = False) -> None:
        text = self._chosen.get(id(part)) or read_text(self.raw, part, self.problems)
        if _is_long(part):
            self._attach(part)
            self.problems.append(_LONG)
        if footer or (self.body.pieces and _is_footer(part, text)):
            self.body.footers.append(text)
        else:
            self.body.pieces.append(text)

    def _epilogue(self) -> None:
        """What a list appended that knows nothing of MIME."""
        start, stop = self.root.epilogue, self.root.stop
        if start is not None and self.raw[start:stop].strip():
            self._text(Part(NO_HEADERS, start, stop, "text/plain", {}), footer=True)

    def _attach(self, part: Part) -> File:
        name = _filename(part, self.problems) or NAMES.get(part.media_type, "attachment.bin")
        content_id = part.headers.text(b"content-id").strip().strip("<>") or None
        file = File(name, part.media_type, content(self.raw, part, self.problems), content_id)
        self.body.files.append(file)
        self.body.attached.append(part)
        return file

    # Parts of these kinds; True where nothing more is to be done about the part.

    def _control(self, part: Part) -> bool:
        self.problems.append(_ENCRYPTED)
        return True

    def _signature(self, part: Part) -> bool:
        self.problems.append(_SIGNATURE_REMOVED)
        return True

    def _message(self, part: Part) -> bool:
        if not self.returned and self.depth < MAX_DEPTH:
            forwarded = self._forwarded(content(self.raw, part, self.problems))
            if forwarded is not None:
                self.body.pieces.append(forwarded)
                return self.depth > 0  # it is in the file of the message around it
        return False

    def _forwarded(self, data: bytes) -> Forwarded | None:
        lead = _BEFORE_HEADER.match(data)
        headers, start = parse_headers(data, lead.end() if lead else 0, len(data), self.problems)
        if not headers:
            return None
        inner = self._inner(data, headers, start)
        self.body.files += inner.files
        return Forwarded(_fields(headers, self.problems), (*inner.pieces, *inner.footers))

    def _inner(self, data: bytes, headers: Headers, start: int) -> Body:
        root = parse_parts(data, headers, start, self.problems)
        return read_body(data, root, self.problems, returned=self.returned, depth=self.depth + 1)

    def _calendar(self, part: Part) -> bool:
        text = invitations.as_text(read_text(self.raw, part, self.problems).text)
        known = {piece.text for piece in self.body.pieces if isinstance(piece, Text)}
        if text and text not in known:
            self.body.pieces.append(Text(text))
        return False

    def _report(self, part: Part) -> bool:
        text = reports.as_text(content(self.raw, part, self.problems), self.problems)
        if text:
            self._instead.append(Text(text))
        return False

    def _smime(self, part: Part) -> bool:
        data = signed_content(content(self.raw, part, self.problems)) if self.depth < MAX_DEPTH else None
        if data is None:
            self.problems.append(_ENCRYPTED)
            return False
        headers, start = parse_headers(data, 0, len(data), self.problems)
        inner = self._inner(data, headers, start)
        self.body.pieces += inner.pieces
        self.body.footers += inner.footers
        self.body.files += inner.files
        return self._signature(part)

    def _tnef(self, part: Part) -> bool:
        found = tnef.opened(content(self.raw, part, self.problems), self.problems)
        if found is None:
            return False
        self.body.files += [
            File(_safe_filename(name) or "attachment.bin", "application/octet-stream", data, None)
            for name, data in found.files
        ]
        if found.text or found.html:
            self._instead.append(Text(_LINE_END.sub("\n", found.text or found.html), html=not found.text))
        return bool(found.files or found.text or found.html)  # a text in RTF alone stays closed, and so the file

    def _place_pictures(self) -> None:
        """Pictures stay where text follows them; others, and those that stand in the HTML, are files only."""
        pieces = self.body.pieces
        if not any(isinstance(piece, Picture) for piece in pieces):
            return
        last = max((at for at, piece in enumerate(pieces) if isinstance(piece, Text) and piece.text.strip()), default=0)
        html = [piece.text for piece in pieces if isinstance(piece, Text) and piece.html]
        self.body.pieces = [
            piece
            for at, piece in enumerate(pieces)
            if not isinstance(piece, Picture) or (at < last and not _stands_in(html, piece.file))
        ]


_SPECIAL: dict[str, Callable[[_Reader, Part], bool]] = {
    CONTROL: _Reader._control,
    "message/rfc822": _Reader._message,
    **dict.fromkeys(SIGNATURES, _Reader._signature),
    **dict.fromkeys(CALENDARS, _Reader._calendar),
    **dict.fromkeys(SMIME, _Reader._smime),
    **dict.fromkeys(tnef.MEDIA_TYPES, _Reader._tnef),
    **dict.fromkeys(reports.MEDIA_TYPES, _Reader._report),
}


def _stands_in(html: list[str], file: File) -> bool:
    return bool(file.content_id) and any(f"cid:{file.content_id}" in text for text in html)


def _fields(headers: Headers, problems: Problems) -> tuple[tuple[str, str], ...]:
    values = (
        (name, decode_header(headers.first(name.lower().encode()), problems)) for name in ("From", "Date", "Subject")
    )
    return tuple((name, value) for name, value in values if value)


def _has_name(part: Part) -> bool:
    return "name" in part.parameters or b"filename" in part.headers.first(b"content-disposition").lower()


def _filename(part: Part, problems: Problems) -> str:
    return _safe_filename(part.filename(problems)) if _has_name(part) else ""


def _is_footer(part: Part, text: Text) -> bool:
    """Whether a text part is what Mailman appends: a rule, then the list's name and addresses."""
    if part.media_type != "text/plain" or part.stop - part.start > LONGEST_FOOTER:
        return False
    return bool(_FOOTER_RULE.match(text.text) and _FOOTER_WORDS.search(text.text))


def _is_long(part: Part) -> bool:
    return part.stop - part.start > LONGEST_TEXT


def _beginning(raw: bytes, part: Part) -> Part:
    """The first lines of a part."""
    end = raw.rfind(b"\n", part.start, part.start + SHOWN_OF_LONG) + 1
    return replace(part, stop=end or part.start + SHOWN_OF_LONG)


def read_text(raw: bytes, part: Part, problems: Problems) -> Text:
    """A leaf as text, decoded; of a very long one the beginning."""
    is_long = _is_long(part)
    data = text_content(raw, _beginning(raw, part) if is_long else part, problems)
    if is_long:
        data = data[: data.rfind(b"\n") + 1] or data  # lines of base64 end within words, and within characters
    html = part.media_type == "text/html"
    charset = part.parameters.get("charset")
    if html and not charset and (meta := _META_CHARSET.search(data[:2048])):
        charset = meta[1].decode("ascii")
    text = decode(data, charset, problems).removeprefix("\ufeff")
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    if "\0" in text:
        problems.append(
            Problem("nul-removed", "warning", f"{text.count(chr(0))} NUL characters were removed from the text.")
        )
        text = text.replace("\0", "")
    if part.media_type in enriched.MEDIA_TYPES:
        text = enriched.as_plain(text)
    if "-----BEGIN PGP MESSAGE-----\n" in text and not html:
        problems.append(_ENCRYPTED)
    flowed = part.parameters.get("format", "").lower() == "flowed"
    return Text(text, html, flowed, flowed and part.parameters.get("delsp", "").lower() == "yes")


def _safe_filename(name: str) -> str:
    """The last component, printable and of bearable length."""
    name = "".join(character for character in name.replace("\\", "/").rpartition("/")[2] if character.isprintable())
    stem, dot, extension = name.strip(" .").rpartition(".")
    if not dot or len(extension) > 20:
        return name.strip(" .")[:LONGEST_FILENAME]
    return f"{stem[:LONGEST_FILENAME]}.{extension}"
