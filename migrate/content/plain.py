"""Plain text mail to neutral Markdown."""

from __future__ import annotations

from migrate.content.blocks import markdown
from migrate.content.converted import Converted
from migrate.content.escape import clean
from migrate.content.flowed import unflow
from migrate.content.footers import without_footers
from migrate.content.mended import mended
from migrate.content.quotes import shown
from migrate.content.wrappers import unwrapped


def convert(text: str, *, forward: bool, fold: bool, flowed: bool = False, delsp: bool = False) -> Converted:
    """See `plain_to_markdown`."""
    lines = clean(text).split("\n")
    if flowed:
        lines = unflow(lines, delsp=delsp)
    lines = list(map(str.rstrip, lines))
    body, elided = divided(lines, forward=forward) if fold else (lines, [])
    return Converted(markdown(body, wrapped=not flowed), markdown(elided, wrapped=not flowed))


def divided(lines: list[str], *, forward: bool = False) -> tuple[list[str], list[str]]:
    """The lines that are shown and those folded away, with `>` as the only quote mark, and without wrappers of PGP."""
    mail = unwrapped(mended(lines))
    body: list[str] = []
    elided: list[str] = []
    at = 0
    for part in without_footers(mail.text, shown(mail.text, forward=forward)):
        elided += [*mail.text[at : part.start], ""]
        body += mail.text[part.start : part.stop]
        at = part.stop
    elided += mail.text[at:]
    if not any(body):
        body, elided = mail.text, []
    return _followed(body, mail.files), _followed(elided, mail.wrapper)


def _followed(lines: list[str], more: list[str]) -> list[str]:
    return [*lines, "", *more] if more else lines
