"""Which line breaks a program made, and which somebody meant."""

from __future__ import annotations

import textwrap

import pytest

from migrate.content import plain_to_markdown

PROSE = (
    "The slugs came over the northern wall again last night, and by the morning there was nothing left of the lettuce"
    " but stalks. I put down copper tape around the two raised beds, as Ben had told us to do in spring, and it held"
    " them off for a week at most. Has anybody tried beer traps, or the small nematodes that one waters in?"
)


def wrapped(text: str, width: int = 72) -> str:
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)


@pytest.mark.parametrize("width", [62, 65, 68, 72, 76, 78])
def test_a_wrapped_paragraph_is_one_line(width: int) -> None:
    text = f"Hello,\n\n{wrapped(PROSE, width)}\n\nRegards,\nAnn"
    assert plain_to_markdown(text).body == f"Hello,\n\n{PROSE}\n\nRegards,\nAnn"


def test_each_depth_of_quotes_has_its_own_width() -> None:
    quoted = textwrap.indent(wrapped(PROSE, 66), "> ")
    text = f"Ann wrote:\n{quoted}\n\nNo.\n\n{wrapped(PROSE, 76)}"
    assert plain_to_markdown(text).body == f"Ann wrote:\n> {PROSE}\n\nNo.\n\n{PROSE}"


@pytest.mark.parametrize(
    "text",
    [
        "The beds are dug.\nThe paths are swept.\nThe gate is shut.",
        "When all the lettuce of the garden had been eaten\nThe slugs went up the garden wall and down again\n"
        "And nobody who saw them there, and nobody at all,\nWould ever speak of what they did beyond it.",
        f"{wrapped(PROSE)}\nThanks,\nBen",
        f"{wrapped(PROSE)[:140]}\nSubject: slugs\nDate: today",
        "Frost: the third of the month, the seventh, and perhaps the ninth\nSlugs: always, and more of them after every"
        " rain\nBees: none",
    ],
)
def test_lines_that_somebody_ended_stay(text: str) -> None:
    ends = [line for line in text.split("\n") if len(line) < 60]
    body = plain_to_markdown(text).body.split("\n")
    assert all(any(line.endswith(end) for line in body) for end in ends)


def test_a_link_in_a_line_of_its_own_stays_there() -> None:
    text = f"{wrapped(PROSE)}\nhttps://example.org/a/very/long/path/to/the/nematodes/of/the/north"
    assert plain_to_markdown(text).body.split("\n")[1].startswith("https://")


def test_what_the_header_calls_flowed_is_left_as_it_says() -> None:
    text = wrapped(PROSE)
    assert plain_to_markdown(text, flowed=True).body == text


def test_a_divided_word_is_one_again() -> None:
    text = wrapped(PROSE) + "\n\n" + wrapped("x" * 30 + " " + "y" * 30 + " well- known to all", 68)
    assert "well-known to all" in plain_to_markdown(text).body


def test_items_of_a_list_are_put_together_too() -> None:
    item = textwrap.fill("- " + PROSE, 72, subsequent_indent="  ")
    assert plain_to_markdown(f"{item}\n- Short.").body == f"- {PROSE}\n- Short."


@pytest.mark.parametrize("word", ["*really*", "_really_", "this:", '"really'])
def test_a_word_that_only_looks_like_a_label_or_bullet_is_joined(word: str) -> None:
    first = "And so we sat there, all of us, until the evening, and asked about"
    text = f"{first}\n{word} and nothing else, since nobody had seen the cat of Mrs Miller or\nthe dog."
    assert plain_to_markdown(text).body.startswith(f"{first} ")
