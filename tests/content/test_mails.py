"""HTML as mail programs write it, and the Markdown that a person would have written instead."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from migrate.content import html_to_markdown
from tests.content.rendering import seen, words

_MAILS = sorted((Path(__file__).parent / "mails").glob("*.html"))
_INLINE = {"bed@garden.example": "attachment:AB12"}
_FOLDED = "%% folded %%"  # the line in the Markdown below which lies what is folded away


@pytest.mark.parametrize("path", _MAILS, ids=lambda path: path.stem)
def test_mail_reads_as_its_author_would_have_written_it(path: Path) -> None:
    result = html_to_markdown(path.read_text(), inline=_INLINE)
    body, _, elided = path.with_suffix(".md").read_text().partition(f"{_FOLDED}\n")
    assert result.body == body.strip("\n")
    assert result.elided == elided.strip("\n")


@pytest.mark.parametrize("path", _MAILS, ids=lambda path: path.stem)
def test_every_word_that_was_seen_is_there(path: Path) -> None:
    tree = LexborHTMLParser(path.read_text().replace("&shy;", ""))
    tree.strip_tags(["head", "style"], recursive=True)
    for hidden in tree.css('[style*="display:none"], [style*="mso-list:Ignore"]'):
        hidden.remove()
    result = html_to_markdown(path.read_text(), inline=_INLINE)
    shown = seen(f"{result.body}\n\n{result.elided}") + "".join(str(number) for number in range(10))  # of lists
    text = tree.body.text(separator=" ") if tree.body else ""
    assert not Counter("".join(words(text))) - Counter("".join(words(shown)))
