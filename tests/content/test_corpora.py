"""Nothing is lost of any real mail."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from migrate.content import html_to_markdown, plain_to_markdown
from migrate.content.escape import clean
from migrate.content.flowed import unflow
from migrate.content.mended import mended
from tests.content.rendering import seen, words
from tests.content.samples import Part, text_parts

_LIST_NUMBER = re.compile(r"^[> ]*(\d+)[.)] ", re.MULTILINE)  # no text of what is rendered


@pytest.fixture(scope="module")
def parts(corpora: Path) -> list[Part]:
    return list(text_parts(corpora))


def test_body_and_elided_hold_every_word_of_plain_mail(parts: list[Part]) -> None:
    plain = [part for part in parts if not part.html]
    assert len(plain) > 7000
    for part in plain:
        result = plain_to_markdown(part.text, flowed=part.flowed, delsp=part.delsp)
        lines = clean(part.text).split("\n")
        source = "\n".join(unflow(lines, delsp=part.delsp)) if part.flowed else part.text
        source = "\n".join(mended([line.rstrip() for line in clean(source).split("\n")]))
        assert sorted(words(f"{result.body}\n{result.elided}")) == sorted(words(source))


def test_mending_changes_no_letter_but_those_of_quote_marks(parts: list[Part]) -> None:
    changed = 0
    for part in parts:
        text = clean(part.text)
        before = "".join(words(text))
        changed += "".join(words("\n".join(mended([line.rstrip() for line in text.split("\n")])))) != before
    assert changed < 20  # mail whose quote marks are names, or with addresses that a program had wrapped


def test_no_mail_is_left_without_a_body(parts: list[Part]) -> None:
    for part in parts:
        result = html_to_markdown(part.text) if part.html else plain_to_markdown(part.text)
        assert result.body or not result.elided


def test_html_mail_loses_no_letter(parts: list[Part]) -> None:
    html = [part for part in parts if part.html]
    assert len(html) > 200
    for part in html:
        result = html_to_markdown(part.text)
        tree = LexborHTMLParser(clean(part.text))
        tree.strip_tags(["script", "style", "head", "title"], recursive=True)
        markdown = f"{result.body}\n\n{result.elided}"
        shown = seen(markdown) + "".join(_LIST_NUMBER.findall(markdown))
        assert not _letters(tree.body.text() if tree.body else "") - _letters(shown)


def _letters(text: str) -> Counter[str]:
    return Counter("".join(words(text)))
