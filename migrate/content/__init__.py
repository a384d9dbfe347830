"""Bodies to neutral Markdown: one module per native format, and what they share. Pure functions, no input or output."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from migrate.content.converted import Converted
from migrate.content.escape import escape

__all__ = ["Converted", "escape", "html_to_markdown", "plain_to_markdown"]

_NOTHING_INLINE: Mapping[str, str] = MappingProxyType({})


def plain_to_markdown(
    text: str, *, flowed: bool = False, delsp: bool = False, forward: bool = False, fold: bool = True
) -> Converted:
    """Convert a text/plain body; `flowed` and `delsp` stand in its Content-Type (RFC 3676). Never raises.

    `forward`: its subject says that it passes another mail on. `fold`: fold away quotes and signatures, as mail has
    them; else all of it is shown.
    """
    # Most commands convert nothing, and would wait 0.1 s for all those expressions to be compiled.
    from migrate.content.plain import convert

    return convert(text, flowed=flowed, delsp=delsp, forward=forward, fold=fold)


def html_to_markdown(
    html: str,
    *,
    inline: Mapping[str, str] = _NOTHING_INLINE,
    targets: Mapping[str, str] = _NOTHING_INLINE,
    forward: bool = False,
    fold: bool = True,
    typed: bool = True,
) -> Converted:
    """Convert an HTML body; `forward`: the subject says that the mail passes another one on. `fold`: fold away quotes
    and signatures, as mail has them; else all of it is shown.

    `typed`: as people type mail, where lines that look like code, a list or a quote are meant as such; else only what
    the HTML calls by that name becomes one, and every table but an empty or nested one is a table.
    `targets` maps addresses of links to what stands in their place, ready for Markdown ("person:" and a key).
    `inline` maps Content-IDs, without angle brackets, to link targets ("attachment:" and a SHA-256). Pictures whose
    Content-ID is unknown become their alternative text. Never raises.
    """
    # The HTML libraries cost more to load than most runs over plain mail have use for.
    from migrate.content.html import convert

    return convert(html, inline, targets, forward=forward, fold=fold, typed=typed)
