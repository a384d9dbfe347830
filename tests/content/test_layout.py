"""Code, output and logs of plain text mail: one fence round all of it, and none round what is said about it."""

from __future__ import annotations

import pytest

from migrate.content import plain_to_markdown

SCRIPT = """from garden import beds

_first = beds.find ( name = 'first' )

class Digger(beds.Worker):

    def dig(self):
        print self.spade

######################################################################

from garden.tools import rake

# what comes out of it

depth = 7060

bed = beds.open(
    7060,
    rake
).dig(_first)"""


def _fenced(text: str) -> list[str]:
    """What is in each fence when the text stands between two paragraphs, which must stay as they are."""
    body = plain_to_markdown(f"So it goes.\n\n{text}\n\nIs that right?").body
    assert body.startswith("So it goes.\n\n") and body.endswith("\n\nIs that right?")
    return [piece.removesuffix("\n") for piece in body.split("```\n")[1::2]]


@pytest.mark.parametrize(
    "text",
    [
        SCRIPT,
        "from garden import beds\n\nbed = beds.first()\nprint bed\n\nrake = bed.rake()\nprint rake",
        "bed.dig()\n\nbed.water()",
        "beds.register(\n    first,\n    second\n)",
        'class Bed:\n??? name = ""\n\n??? def dig(self):\n??????? return self.name',
        '<!DOCTYPE html\n   PUBLIC "-//GARDEN//DTD"\n   "http://example.org/dtd">\n\n<html>\n   <body/>\n</html>',
        'Traceback (most recent call last):\n  File\n"/lib/garden/beds.py",\nline 7, in dig\n    spade()\nNoSpade: x',
    ],
)
def test_code_is_one_fence(text: str) -> None:
    assert _fenced(text) == [text]


def test_a_lone_line_of_code_stays_in_its_text() -> None:
    assert _fenced("dig(bed)") == []
    assert _fenced("<ann> who digs?\n\n<bob> I do") == []
    assert _fenced("x = dig(1)\ny = dig(2)\n\nIt calls dig(bed), and more than once, I think.") == [
        "x = dig(1)\ny = dig(2)"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "$ dig --deep\nTrying the first bed...\nIt is dug and all is well.",
        "ann@shed:~/beds$ python dig.py\n9.85 holes a day",
        "ann@shed:~> dig\nNo spade in here, so nothing was dug",
        "[root@shed ~]# dig\ndig: Could not dig all of the beds",
        "C:\\garden>dig\nThere is no such command as dig here",
        "[ann@shed ~]$ dig",
        "\tann: take the spade\n\tYou take a heavy old spade.\n\tann: dig\n\n\tYou dig a hole.",
    ],
)
def test_what_was_typed_and_what_it_answered(text: str) -> None:
    assert _fenced(text) == [text.replace("\t", "")]


@pytest.mark.parametrize(
    "text",
    [
        "\t* Ann\n\t* Bob\n\t* Cleo",
        "\tThis is the first paragraph of a letter, with its first line set in,\nand the rest is not.",
        "bob@example.org> wrote to me about it",
        "http://example.org/~ann/beds#first is the page",
    ],
)
def test_what_only_looks_like_a_session(text: str) -> None:
    assert _fenced(text) == []


def test_logs_that_a_program_wrapped() -> None:
    log = (
        "2004/08/19 08:47 CEST [-] Loading beds.py...\n2004/08/19 08:47 CEST [-] digger 1.3.0rc1 (/usr/bin/dig 2.3.4)\n"
        'starting up\n2004/08/19 08:47 CEST [-] Unhandled error:\n         File\n"/lib/garden/beds.py", line 118, in\n'
        "dig\n           spade()\n2004/08/19 08:47 CEST [-] Nothing was dug in any of the beds today, since\nit rained"
    )
    assert _fenced(log) == [log]
    assert _fenced("2004/08/19 08:47 is when\nit rained, and nobody\ndug.") == []


def test_tabs_that_all_lines_begin_with_are_no_part_of_the_code() -> None:
    assert _fenced("\t\tdef dig(bed):\n\t\t\tbed.dig()") == ["def dig(bed):\n\tbed.dig()"]


def test_columns_at_a_bar_are_fenced_whole() -> None:
    card = (
        "  Garden | Ann Lee: Keeper of the Beds and the Paths\n"
        "   Beds  |        First Digger,  Green Project\n---------+      http://example.org/"
    )
    assert plain_to_markdown(f"Yes.\n\n-- \n{card}").elided == f"```\n--\n{card}\n```"


def test_items_of_a_list_that_end_with_a_semicolon_are_no_code() -> None:
    lines = [f"* the bed in the {side} of the garden, which we dug in spring;" for side in ("north", "south", "east")]
    assert "```" not in plain_to_markdown("Three beds are left:\n\n" + "\n".join(lines)).body


def test_a_drawing_of_columns_set_with_tabs_keeps_them() -> None:
    drawing = "T1\t\t\t\tT2\nopen\n\t\t\t\tclose\nread\n\t\t\t\tfree\nuse after free"
    assert drawing in plain_to_markdown(f"It goes like this:\n\n{drawing}\n\nSee?").body


def test_a_signature_below_signed_text_is_fenced() -> None:
    text = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nHello.\n> quoted\n\n" * 2
    signature = (
        "-----BEGIN PGP SIGNATURE-----\n\n" + "iD8DBQBAZ8FJ0Lhe9RiJonARAvjgAJ9mTwu5QxIU0YrtSxvp fYSMwPZgwCfcQSa\n" * 3
    )
    result = plain_to_markdown(f"{text}{signature}-----END PGP SIGNATURE-----")
    assert "\niD8DBQBAZ8FJ0Lhe9RiJonARAvjgAJ9mTwu5QxIU0YrtSxvp fYSMwPZgwCfcQSa\niD8" in result.body + result.elided


def test_lines_of_a_web_servers_log_are_fenced() -> None:
    line = '127.0.0.1 - - [10/Oct/2020:13:55:36 +0000] "GET /beds HTTP/1.1" 200 2326'
    assert f"```\n{line}\n{line}\n```" in plain_to_markdown(f"The log:\n{line}\n{line}\n\nThat is all.").body
