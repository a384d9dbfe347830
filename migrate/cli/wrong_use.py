"""What Typer says of a value it cannot use, in words for people who do not program."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperGroup

_TOLD = (
    (r"'(.*)' does not match the formats? .*", r"'\1' is not a date that is understood: write it like 2024-05-31"),
    (r"'(.*)' is not one of (.*?)\.?", r"there is no '\1'; choose one of \2"),
    (r"'.*' is not a valid int.*", "write a whole number, like 5"),
    (r"'.*' is not a valid float.*", "write a number, like 0.05"),
    (r".* is not in the range x>=(\S+)\.", r"it must be \1 or more"),
    (r".* is not in the range (\S+?)<=x<=(\S+)\.", r"it must be from \1 to \2"),
)


class PlainGroup(TyperGroup):
    """The commands, what comes first in front; what they cannot use is told plainly."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - the class of it is private to Typer
        """Their names, as the help shows them."""
        return sorted(super().list_commands(ctx), key=lambda name: name != "import")

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - the class of it is private to Typer
        """Run the command that was typed."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = plainly(error.message)
            raise


def plainly(message: str) -> str:
    """The message in other words, where it is one of those that are known."""
    for pattern, words in _TOLD:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return f"{found.expand(words)}."
    return message
