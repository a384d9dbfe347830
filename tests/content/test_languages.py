"""What mail programs write round a quote, in every language of the tables."""

from __future__ import annotations

import pytest

from migrate.content import closings, languages
from migrate.content.languages import spellings
from migrate.content.plain import divided
from tests.content import attributions

LINES = [(code, line) for code, lines in attributions.ATTRIBUTIONS.items() for line in lines]
MARKS = [
    (code, spelling)
    for table in (languages.ORIGINAL, languages.FORWARDED)
    for code, line in table.items()
    for spelling in sorted(spellings({code: line}))
]


def _split(text: str) -> tuple[str, str]:
    body, elided = divided(text.split("\n"))
    return "\n".join(body).strip("\n"), "\n".join(elided).strip("\n")


def test_every_language_of_the_tables_has_examples() -> None:
    assert set(attributions.ANSWERED_WITHIN) == set(languages.ANSWERED_WITHIN)
    assert set(attributions.ATTRIBUTIONS) == set(languages.WROTE) | set(languages.WROTE_WITHOUT_SPACES)
    assert set(attributions.HEADERS) >= set(languages.FROM) - {"is"}
    assert set(attributions.SENT_FROM) == set(closings.SENT_FROM)
    assert set(languages.OTHER_FIELDS) == set(languages.FROM)


@pytest.mark.parametrize(("code", "line"), LINES)
def test_an_attribution_is_folded_with_the_quote_below_it(code: str, line: str) -> None:
    for quote in ("> One?\n> Two?", "\n> One?\n>\n> Two?\n>"):
        assert _split(f"Yes, gladly.\n\n{line}\n{quote}") == ("Yes, gladly.", f"{line.strip(chr(10))}\n{quote}")


@pytest.mark.parametrize(("code", "line"), LINES)
def test_an_attribution_may_stand_behind_quote_marks(code: str, line: str) -> None:
    quoted = "\n".join(f"> {each}" for each in line.split("\n"))
    assert _split(f"Please look here:\n\n{quoted}\n> One?") == ("Please look here:", f"{quoted}\n> One?")


@pytest.mark.parametrize(("code", "line"), [(code, line) for code, line in LINES if not line.startswith(("In ", "*"))])
def test_all_below_an_attribution_is_the_mail_before_where_nothing_is_marked(code: str, line: str) -> None:
    assert _split(f"Yes, gladly.\n\n{line}\n\nOne?") == ("Yes, gladly.", f"{line}\n\nOne?")


@pytest.mark.parametrize(("code", "headers"), attributions.HEADERS.items())
def test_headers_begin_the_mail_before(code: str, headers: str) -> None:
    for rule in ("", f"{'_' * 32}\n", "-----Original Message-----\n"):
        assert _split(f"Yes, gladly.\n\n{rule}{headers}\n\nOne?") == ("Yes, gladly.", f"{rule}{headers}\n\nOne?")


@pytest.mark.parametrize(("code", "mark"), MARKS)
def test_a_mark_begins_the_mail_before(code: str, mark: str) -> None:
    assert _split(f"Yes.\n\n-------- {mark} --------\nOne?") == ("Yes.", f"-------- {mark} --------\nOne?")
    assert _split(f"Yes.\n\nThe {mark} is here.\n\nOne?")[1] == ""


@pytest.mark.parametrize(("code", "line"), attributions.ANSWERED_WITHIN.items())
def test_the_mail_before_is_shown_where_the_answers_are_within_it(code: str, line: str) -> None:
    headers = attributions.HEADERS.get(code, attributions.HEADERS["en"])
    assert _split(f"{line}\n\n{headers}\n\nOne?\nYes.")[1] == ""


@pytest.mark.parametrize(("code", "line"), attributions.SENT_FROM.items())
def test_what_a_telephone_adds_is_folded(code: str, line: str) -> None:
    assert _split(f"Yes.\n\n{line}") == ("Yes.", line)


@pytest.mark.parametrize(
    "text",
    [
        "On the first day I wrote:\n\nnothing at all.",
        "From: the beginning it was so.\nTo: the end it will be.",
        "Am Anfang schrieb ich viel.\n\nDann nichts.",
        "See the original message.\n\nIt says so.",
        "You can reach me on 5 May at 10:30:\n\n the door is open.",
        "Ann wrote to me, and said: come at 10:00\n\nSo I went.",
        "Version 2.1 brings the following:\n\nmore beds.",
        "Beds for 2020 were built with tools of the following:\n\nspades.",
        "On 12 May 2019 we met in the shed, and this is what Bob wrote:\n\nThe beds are dug.",
        "am 3. Mai 2019 um 10 Uhr hat mir der Verein Folgendes geschrieben:\n\nWir danken.",
        "The digging begins at 10:00 on 3 May. As Bob (bob@example.org) wrote:\n\nbring spades.",
        "We dug, and in\nOctober and November 2006, Bob said:\n\nLet us rest.",
        "Thank you for coming. I end with what Ann Lee wrote in 1893:\n\n> Who plants a tree\n> plants hope.",
    ],
)
def test_prose_that_sounds_alike_stays(text: str) -> None:
    assert _split(text)[1] == ""
