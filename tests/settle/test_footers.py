"""Footers learned per list: what many people's messages end with is folded, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.archive.reader import read_findings, read_messages
from migrate.model import Message
from migrate.settle import settle
from migrate.settle.footers import LEARNED
from tests.build import mail, new_archive, write

FOOTER = "\\_\\_\\_\\_\\_\\_\\_\nGarden club, plot 12\nhttps://garden.example/rules/7?from=19"


def bed(number: int) -> str:
    """A name without figures, since these are passed over."""
    return "abcdefghij"[number // 10] + "klmnopqrst"[number % 10]


def from_eight(bodies: Iterable[str]) -> list[Message]:
    return [mail(f"m{at}", author=f"p{at % 8}@e.org", body=body) for at, body in enumerate(bodies)]


def letters(count: int, ending: str, *, authors: int = 8, first: int = 0) -> list[Message]:
    return [
        mail(f"m{at}", author=f"p{at % authors}@example.org", title=f"Bed {at}", body=f"{bed(at)} is dug.\n\n{ending}")
        for at in range(first, first + count)
    ]


def settled(folder: Path, messages: list[Message]) -> Archive:
    archive = new_archive(folder, *messages)
    settle(archive)
    return archive


def texts(archive: Archive) -> dict[str, tuple[str, str]]:
    return {message.key: (message.body, message.elided) for message in read_messages(archive)}


def test_what_many_people_end_with_is_folded_and_nothing_is_lost(tmp_path: Path) -> None:
    with settled(tmp_path, [*letters(30, FOOTER), *letters(30, "Best wishes", first=30)]) as archive:
        found = texts(archive)
        assert found["m3"] == ("an is dug.", FOOTER)
        assert found["m33"] == ("dn is dug.\n\nBest wishes", "")
        (finding,) = [item for item in read_findings(archive) if item.code == LEARNED]
        assert finding.text.startswith("30 messages")
        assert "garden.example" not in finding.text


def test_numbers_and_pages_in_a_footer_may_differ(tmp_path: Path) -> None:
    messages = from_eight(f"{bed(at)}.\n\nVol {at}\nRead it all at https://x.example/m/{at}a" for at in range(30))
    with settled(tmp_path, messages) as archive:
        assert texts(archive)["m7"] == ("ar.", "Vol 7\nRead it all at https://x.example/m/7a")


@pytest.mark.parametrize(
    "ending",
    [
        "Thanks in advance!",
        "Best regards,\nthe garden club",
        "https://garden.example/",
        "Please look at:\n> https://garden.example/",
        "```\ndig --deep https://garden.example\n```",
    ],
)
def test_a_greeting_is_no_footer(tmp_path: Path, ending: str) -> None:
    messages = letters(60, ending)
    if ending.startswith("https"):
        messages = from_eight(f"{bed(at)}\n\nhttps://garden.example/{'abcdefgh'[at % 8] * at}" for at in range(60))
    with settled(tmp_path, messages) as archive:
        assert not any(elided for _, elided in texts(archive).values())


@pytest.mark.parametrize("ending", ["https://garden.example/beds/{}", "See https://garden.example/beds/{}"])
def test_addresses_of_different_pages_are_no_footer(tmp_path: Path, ending: str) -> None:
    messages = [message for at in range(60) for message in letters(1, ending.format(at), first=at)]
    with settled(tmp_path, messages) as archive:
        assert {elided for _, elided in texts(archive).values()} == {""}


def test_a_greeting_above_a_footer_stays(tmp_path: Path) -> None:
    messages = [*letters(40, f"Thanks,\n{FOOTER}"), *letters(60, FOOTER, first=40)]
    with settled(tmp_path, messages) as archive:
        assert texts(archive)["m1"] == ("al is dug.\n\nThanks,", FOOTER)


@pytest.mark.parametrize(("authors", "count"), [(1, 60), (4, 60), (8, 19)])
def test_a_signature_or_a_rare_ending_is_no_footer(tmp_path: Path, authors: int, count: int) -> None:
    with settled(tmp_path, letters(count, FOOTER, authors=authors)) as archive:
        assert not any(elided for _, elided in texts(archive).values())


def test_one_author_of_many_addresses_makes_no_footer(tmp_path: Path) -> None:
    messages = [*letters(80, FOOTER, authors=1), *letters(20, FOOTER, authors=10, first=80)]
    with settled(tmp_path, messages) as archive:
        assert not any(elided for _, elided in texts(archive).values())


def test_footers_of_two_lists_are_apart(tmp_path: Path) -> None:
    other = [
        mail(f"x{at}", source="bees", author=f"p{at}@example.org", body=f"{bed(at)}.\n\n{FOOTER}") for at in range(12)
    ]
    with settled(tmp_path, [*letters(30, FOOTER), *other]) as archive:
        found = texts(archive)
        assert found["m1"][1] == FOOTER
        assert found["x1"][1] == ""


def test_a_message_that_is_nothing_but_the_footer_keeps_it(tmp_path: Path) -> None:
    with settled(tmp_path, [*letters(30, FOOTER), mail("bare", body=FOOTER)]) as archive:
        assert texts(archive)["bare"] == (FOOTER, "")


def test_a_quote_above_the_footer_is_folded_with_it(tmp_path: Path) -> None:
    quote = "On 1 May 2020, Ann Lee \\<ann@example.org> wrote:\n> Is bed 5 dug?\n> And bed 6?"
    answer = mail("answer", author="ann@example.org", body=f"Yes.\n\n{quote}\n\n{FOOTER}", elided="older")
    with settled(tmp_path, [*letters(30, FOOTER), answer]) as archive:
        assert texts(archive)["answer"] == ("Yes.", f"{quote}\n\n{FOOTER}\n\nolder")


def test_messages_read_later_need_no_second_look_at_the_list(tmp_path: Path) -> None:
    with settled(tmp_path, letters(40, FOOTER)) as archive:
        write(archive, letters(2, FOOTER, first=40))
        settle(archive)
        assert texts(archive)["m41"] == ("el is dug.", FOOTER)
        (finding,) = [item for item in read_findings(archive) if item.code == LEARNED]
        assert finding.text.startswith("42 messages")


def test_a_list_that_grew_shows_its_footer(tmp_path: Path) -> None:
    with settled(tmp_path, letters(15, FOOTER)) as archive:
        assert texts(archive)["m1"][1] == ""
        write(archive, letters(15, FOOTER, first=15))
        settle(archive)
        assert texts(archive)["m1"][1] == FOOTER


def test_what_was_sent_to_a_forum_stays_as_it_was_sent(tmp_path: Path) -> None:
    with settled(tmp_path, letters(15, FOOTER)) as archive:
        with archive.transaction() as db:
            db.execute(
                "INSERT INTO operation (target_id, kind, ref, generation, state, attempts, sent_at)"
                " SELECT 1, 'post', id, 1, 'done', 1, 0 FROM container WHERE key = 'm1'"
            )
        write(archive, letters(30, FOOTER, first=15))
        settle(archive)
        assert texts(archive)["m1"][1] == ""
        assert texts(archive)["m2"][1] == FOOTER


def test_a_copy_is_still_known_as_one(tmp_path: Path) -> None:
    with settled(tmp_path, letters(30, FOOTER)) as archive:
        write(archive, letters(30, FOOTER))
        settle(archive)
        assert len(texts(archive)) == 30
