"""Names and addresses of people who asked for it are taken out of texts, and nobody else's."""

from __future__ import annotations

from time import process_time

import pytest

from migrate.redact import Redaction, Withheld

ANN = Withheld("Former member 3", ["Ann Lee", "Ann", "A. Lee"], ["ann.lee@example.org"])
REDACTION = Redaction([ANN])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "On 1 May 2020, Ann Lee <ann.lee@example.org> wrote:\n> Hi",
            "On 1 May 2020, Former member 3 <…> wrote:\n> Hi",
        ),
        ("Am 1.2.2020 um 10:00 schrieb Ann:\n> Hi", "Am 1.2.2020 um 10:00 schrieb Former member 3:\n> Hi"),
        ("> A\\. Lee wrote:\n> > Hi", "> Former member 3 wrote:\n> > Hi"),
        ("> **From:** Lee, Ann\n> **Sent:** Monday", "> **From:** Former member 3\n> **Sent:** Monday"),
        (
            "Write to ann\\.lee@example.org or ann.lee at example.org.",
            "Write to … or ….",
        ),
    ],
)
def test_names_go_where_it_says_who_wrote_and_addresses_go_everywhere(text: str, left: str) -> None:
    assert REDACTION.in_others_words(text) == left
    assert REDACTION.everywhere(text) == left


def test_in_what_others_say_names_stay_unless_all_are_to_go() -> None:
    text = "Thank you, Ann Lee. Ann will know."
    assert REDACTION.in_others_words(text) == text
    assert REDACTION.everywhere(text) == "Thank you, Former member 3. Ann will know."


def test_a_name_over_two_lines_leaves_as_many_lines() -> None:
    text = "> On Mon, 3 Feb 2020 at 10:00, Ann\n> Lee wrote:\n>> Hi"
    left = REDACTION.in_others_words(text)
    assert "Lee" not in left
    assert len(left.split("\n")) == 3


@pytest.mark.parametrize(
    "text",
    [
        "On 1 January 2020, Ann Marie wrote:\n> Hi",
        "On 1 January 2020, Marie Ann wrote:\n> Hi",
        "On 1 January 2020, Joann Lee <joann.lee@example.org> wrote:\n> Hi",
        "On 1 January 2020, Ann Lee-Smith wrote:\n> Hi",
        "mann.lee@example.org.uk",
    ],
)
def test_other_peoples_names_and_addresses_stay(text: str) -> None:
    redaction = Redaction([Withheld("X", ["Ann Lee", "Ann"], ["ann.lee@example.org"])])
    assert redaction.everywhere(text) == text


def test_everybody_gets_their_own_name() -> None:
    redaction = Redaction([ANN, Withheld("Former member 8", ["Ben Okri"])])
    assert redaction.everywhere("Ann Lee met Ben Okri.") == "Former member 3 met Former member 8."


def test_nobody_to_redact_changes_nothing() -> None:
    assert Redaction([]).everywhere("Ann Lee <ann@example.org> wrote:") == "Ann Lee <ann@example.org> wrote:"


def test_the_longest_of_names_that_begin_alike_is_taken() -> None:
    redaction = Redaction([Withheld("One", ["Ann Lee"]), Withheld("Two", ["Ann Lee Smith"]), Withheld("İ", ["İd Lee"])])
    left = redaction.everywhere("Ann Lee, Ann Lee Smith, ann lee s, İd Lee.")
    assert left == "One, Two, One s, İ."


def test_thousands_of_people_cost_little_more_than_one() -> None:
    people = [Withheld(f"X{number}", [f"Ann{number:04} Lee"], [f"ann{number}@example.org"]) for number in range(3000)]
    redaction, text = Redaction(people), "Ann and Ben met in the garden. " * 100
    begin = process_time()
    for _ in range(20):
        assert redaction.utterly(text) == text
    assert process_time() - begin < 1  # comparing with each takes a quarter of a second a text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hello\n- Ann", "Hello\n- Former member 3"),
        ("Hello\n\n\\-- \nAnn\nBerlin", "Hello\n\n\\-- \nFormer member 3\nBerlin"),
        ("Cheers,\\\n*Ann*\\\nBerlin", "Cheers,\\\n*Former member 3*\\\nBerlin"),
        ("Thanks!\nAnn\n\n<details>", "Thanks!\nFormer member 3\n\n<details>"),
        ("These came:\n- Ben\n- Ann", "These came:\n- Ben\n- Ann"),
        ("> Ann\n\nAnn will know.\nAnn", "> Ann\n\nAnn will know.\nFormer member 3"),
    ],
)
def test_who_signs_with_one_word_does_so_no_more(text: str, left: str) -> None:
    assert REDACTION.in_own_words(text) == left
    assert REDACTION.everywhere(text) == text


@pytest.mark.parametrize(
    ("place", "left"),
    [
        ("mail/Olga Petrova.mbox@1", "mail/Former member.mbox@1"),
        ("mail/Olga_Petrova.mbox@1", "mail/Former member.mbox@1"),
        ("mail/petrova-olga/2.eml", "mail/Former member/2.eml"),
        ("OLGA.PETROVA", "Former member"),
        ("Olga%20Petrova.mbox", "Former member.mbox"),
        ("Olga_Petrovaite.mbox", "Olga_Petrovaite.mbox"),
        ("olga.mbox", "olga.mbox"),
        ("Zaręba_Jo", "Zaręba_Jo"),
    ],
)
def test_names_are_taken_out_of_the_names_of_files(place: str, left: str) -> None:
    redaction = Redaction([Withheld("Former member", ["Olga Petrova", "Jo –"])])
    assert redaction.in_place(place) == left


def test_letters_that_are_one_where_case_is_ignored_do_no_harm() -> None:
    redaction = Redaction([Withheld("Former member", ["İnci Kaya"]), Withheld("Somebody", ["Irma Ik"])])
    assert redaction.in_place("inci kaya, İNCİ KAYA; ırma ık, İrma_İk") == (
        "Former member, Former member; Somebody, Somebody"
    )
