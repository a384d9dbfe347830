"""What to call a kind of finding and what to do about it. Codes of other packages' importers go by their own name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """A headline of a few words, and what was done or can be done."""

    headline: str
    remedy: str


WORDINGS = {
    "threads-stay-apart": Wording("one conversation, two topics", "both were sent already and stay"),
    "date-from-neighbours": Wording("no usable date", "placed between the neighbours"),
    "same-id-other-text": Wording("one Message-ID, different texts", "both are kept"),
    "chunk-failed": Wording("parts that could not be read", "import again; report it if it stays"),
    "bad-line": Wording("lines that could not be read", "mend the line and import again"),
    "attachment-missing": Wording("attachments whose file is missing", "put it into the folder and import again"),
    "attachment-changed": Wording("attachments whose file was changed", "put the right file back and import again"),
}


def wording(code: str) -> Wording:
    """The wording for a code; an unknown one is its own headline."""
    return WORDINGS.get(code, Wording(code.replace("-", " "), ""))
