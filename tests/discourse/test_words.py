"""Every language says everything, and what it leaves out is English."""

from __future__ import annotations

from string import Formatter

import pytest

from migrate.discourse.compose import compose
from migrate.discourse.words import ENGLISH, languages, words_of
from tests.build import moment


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_language_keeps_the_places_for_names_and_numbers(language: str) -> None:
    words = words_of(language)
    assert fields(words.byline) == {"name", "date"}
    assert fields(words.former_member) == {"number"}
    assert {"day", "year"} < fields(words.date) <= {"day", "month", "number", "year"}
    assert len(words.months) == 12
    date = words.day(int(moment(59).timestamp() * 1000))
    assert "2020" in date
    assert "29" in date
    # What stands for a text must be a text of Markdown without markup of its own.
    assert compose("", words=words) == f"*{words.no_text}*"


@pytest.mark.parametrize(
    ("locale", "date"),
    [
        ("en", "1 January 2020"),
        ("en_GB", "1 January 2020"),
        ("de", "1. Januar 2020"),
        ("pt_BR", "1 de janeiro de 2020"),
        ("zh_CN", "2020年1月1日"),
        ("ru", "1 января 2020 г."),
        ("tlh", "1 January 2020"),
        ("", "1 January 2020"),
    ],
)
def test_a_date_in_the_forums_language(locale: str, date: str) -> None:
    assert words_of(locale).day(int(moment(0).timestamp() * 1000)) == date


def test_a_language_without_words_speaks_english() -> None:
    assert words_of("tlh") == ENGLISH
