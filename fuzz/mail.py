"""Coverage-guided fuzzing of what reads strangers' mail: `make fuzz`, or `python fuzz/mail.py html -runs=9999`.

First the target (mime, html, plain, compose), then libFuzzer's own options, then folders of seeds. What crashes is
written to a file; make a test of it.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import atheris

with atheris.instrument_imports(include=["migrate", "importers"]):
    from migrate.content import html_to_markdown, plain_to_markdown
    from migrate.content.escape import clean
    from migrate.content.mended import mended
    from migrate.discourse.compose import compose, normalise_raw
    from migrate.mail.message import read_mail
    from migrate.pages.markdown import render

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def mime(data: bytes) -> None:
    """A whole mail: never an exception, no character lost without a word."""
    mail = read_mail(data, now=NOW)
    text = mail.subject + mail.author.name + "".join(part.text for part in mail.texts)
    assert not any("\ud800" <= character <= "\udfff" for character in text), "half a surrogate pair"
    assert "\0" not in text, "a NUL"
    assert mail.problems or "\ufffd" not in text or "\ufffd" in data.decode("utf-8", "ignore"), "lost without a word"
    for part in mail.texts:
        html(part.text.encode()) if part.html else plain(part.text.encode())


def plain(data: bytes) -> None:
    """A plain text: every letter is in the body or in what is folded away, but for names that are quote marks."""
    text = data.decode("utf-8", "replace")
    result = plain_to_markdown(text)
    source = "\n".join(mended([line.rstrip() for line in clean(text).split("\n")]))
    missing = _letters(source) - _letters(f"{result.body}\n{result.elided}")
    assert not missing, f"letters are missing: {missing}"
    _harmless(result.body)


def html(data: bytes) -> None:
    """An HTML text: no exception, nothing that acts."""
    result = html_to_markdown(data.decode("utf-8", "replace"))
    assert result.body or not result.elided
    _harmless(result.body)


def composed(data: bytes) -> None:
    """Any Markdown: a text that Discourse stores as it is sent."""
    raw = compose(data.decode("utf-8", "replace"))
    assert normalise_raw(raw) == raw
    _harmless(raw)


def _letters(text: str) -> Counter[str]:
    return Counter(re.sub(r"[\W_]+", "", text))


def _harmless(markdown: str) -> None:
    assert "<script" not in render(markdown).lower()


TARGETS: dict[str, Callable[[bytes], None]] = {"mime": mime, "html": html, "plain": plain, "compose": composed}

if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()
