"""The pieces of a mail as one body in neutral Markdown, and what is folded away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from migrate.content import Converted, escape, html_to_markdown
from migrate.content.plain import convert
from migrate.mail.message import Mail
from migrate.mail.pieces import File, Forwarded, Linked, Picture, Piece, Text
from migrate.mail.subjects import is_forward

# What mail programs write into the plain text where a picture stands in the HTML; escaped as Markdown.
_PLACEHOLDER = re.compile(r"\\\[(image|cid): ?((?:[^\[\]\\\n]|\\[^\n]){1,300}?)\\\]", re.IGNORECASE)
_BACKSLASH = re.compile(r"\\([^\w\s])")
_UNSAFE = re.compile(r"[()\\]")


class Attached(NamedTuple):
    """A file of the mail and where its bytes are found: "attachment:" and a SHA-256."""

    file: File
    target: str


def body_and_elided(mail: Mail, attached: Sequence[Attached]) -> tuple[str, str]:
    """Both as Markdown. What lists appended and what archives say of their doings is at the end of what is elided."""
    shown = _converted(mail.pieces, attached, forward=is_forward(mail.subject))
    footers = [_text(text, attached) for text in mail.footers]
    return shown.body, _joined([shown.elided, *(_joined((part.body, part.elided)) for part in footers)])


def _converted(pieces: Iterable[Piece], attached: Sequence[Attached], *, forward: bool = False) -> Converted:
    """The pieces in their order, files that are kept elsewhere at the end."""
    body: list[str] = []
    linked: list[Linked] = []
    elided: list[str] = []
    for piece in pieces:
        match piece:
            case Text():
                text = _text(piece, attached, forward=forward)
                body.append(text.body)
                elided.append(text.elided)
            case Picture():
                body += [_picture(item) for item in attached if item.file is piece.file]
            case Forwarded():
                forwarded = _forwarded(piece, attached)
                body.append(forwarded.body)
                elided.append(forwarded.elided)
            case Linked():
                linked.append(piece)
    # Where nothing else remains, what is the text again as HTML is the text.
    all_shown = not any(body)
    shown = [piece for piece in linked if piece.for_readers or all_shown]
    files = "\n".join(filter(None, map(_link, shown)))
    elided += [
        "\n".join(filter(None, ("" if piece in shown else _link(piece), escape(piece.notice)))) for piece in linked
    ]
    return Converted(_joined([*body, files]), _joined(elided))


def _text(text: Text, attached: Sequence[Attached], *, forward: bool = False) -> Converted:
    if text.html:
        inline = {item.file.content_id: item.target for item in attached if item.file.content_id}
        return html_to_markdown(text.text, inline=inline, forward=forward)
    converted = convert(text.text, flowed=text.flowed, delsp=text.delsp, forward=forward, fold=True)
    pictures = [item for item in attached if item.file.media_type.startswith("image/")]
    if not pictures or not _PLACEHOLDER.search(converted.body):
        return converted
    return Converted(_with_pictures(converted.body, pictures), converted.elided)


def _with_pictures(markdown: str, pictures: Sequence[Attached]) -> str:
    """Pictures where something stands for them: by Content-ID, by file name, or in their order if all are there."""
    known = {_plain(item.file.content_id or ""): item for item in pictures} | {
        _plain(item.file.filename): item for item in pictures
    }
    in_order: Mapping[int, Attached] = {}
    places = list(_PLACEHOLDER.finditer(markdown))
    if len(places) == len(pictures):
        in_order = {place.start(): item for place, item in zip(places, pictures, strict=True)}

    def placed(found: re.Match[str]) -> str:
        item = known.get(_plain(_BACKSLASH.sub(r"\1", found[2]))) or in_order.get(found.start())
        return _picture(item) if item else found[0]

    return _PLACEHOLDER.sub(placed, markdown)


def _plain(name: str) -> str:
    return name.strip().casefold()


def _picture(item: Attached) -> str:
    return f"![{escape(item.file.filename)}]({item.target})"


def _link(linked: Linked) -> str:
    """ "[plan.pdf](https://…) (application/pdf, 71147 bytes)" """
    about = f" ({escape(', '.join(linked.about))})" if linked.about else ""
    if not linked.url:
        return f"{escape(linked.name)}{about}".lstrip() if about or not linked.name else f"*{escape(linked.name)}*"
    if linked.url.startswith("/"):  # the archive does not say on which host
        return f"{escape(linked.name)}{about}: {escape(linked.url)}"
    return f"[{escape(linked.name)}]({_UNSAFE.sub('', linked.url)}){about}"


def _forwarded(message: Forwarded, attached: Sequence[Attached]) -> Converted:
    """A message within the message as a quote, below the fields that say whose it is."""
    inner = _converted(message.pieces, attached)
    fields = "\n".join(f"{name}: {escape(value)}" for name, value in message.fields)
    return Converted(_quoted(_joined((fields, inner.body))), _quoted(inner.elided))


def _quoted(markdown: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in markdown.split("\n")) if markdown else ""


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)
