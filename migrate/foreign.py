"""Kinds of export that people have and no importer reads: what they are, and what can be done about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from migrate.errors import MigrateError
from migrate.tree import read_tree
from migrate.unpack import FOREIGN

_MAGIC = {
    b"!BDN": "This is an Outlook data file (PST). Turn it into mbox files first, as readpst of libpst does, and read"
    " them with `migrate import mbox`.",
    b"%PDF": "This is a PDF, in which messages cannot be told apart. Ask for the export in another form.",
    **{magic: f"This is a {name} archive: unpack it, and name the folder." for magic, name in FOREIGN.items()},
}
_NAMES = (  # what stands in an export, and whose it is then; all of it must be there
    (("channels.json", "users.json"), "a Slack export"),
    (("messages/index.json", "servers/index.json"), "a Discord export"),
    (("data/account.js", "data/manifest.js"), "a Twitter archive"),
    (("_chat.txt",), "a WhatsApp chat"),
)
_WHATSAPP = re.compile(r"whatsapp chat\b.*\.(txt|zip)", re.IGNORECASE)
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".tif", ".tiff", ".bmp", ".mp4", ".mov")


def foreign(path: Path) -> str:
    """A sentence or two on a file or folder that no importer recognises; "" where it is not known either."""
    if path.is_file():
        with path.open("rb") as file:
            head = file.read(8)
        if words := next((words for magic, words in _MAGIC.items() if head.startswith(magic)), ""):
            return words
    if _WHATSAPP.fullmatch(path.name):
        return _not_read("a WhatsApp chat")
    try:
        names = [file.path for file in read_tree([str(path)])]
    except MigrateError:
        return ""
    for wanted, what in _NAMES:
        if all(_holds(names, name) for name in wanted):
            return _not_read(what)
    if names and all(name.lower().endswith(_PICTURES) for name in names):
        return "There are only pictures in it; the messages they belong to are in other files of the export."
    return ""


def _holds(names: Sequence[str], wanted: str) -> bool:
    return any(name == wanted or name.endswith(f"/{wanted}") for name in names)


def _not_read(what: str) -> str:
    return f"This looks like {what}, which cannot be read yet."
