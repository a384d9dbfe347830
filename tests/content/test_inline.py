"""Formatting takes effect wherever it begins and ends, or is left out; its marks are never seen."""

from __future__ import annotations

import re
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from migrate.content.inline import EMPHASIS, STRONG, STRUCK, Run, formatted
from tests.content.rendering import render, seen, squeezed
from tests.content.test_escape import markup

_STYLES = (0, STRONG, EMPHASIS, STRONG | EMPHASIS, STRUCK)
_LINKS = ("", "http://x.y/z")


def test_no_mark_is_left_in_the_text_wherever_styles_meet() -> None:
    pieces = [Run(text, style) for text, style in product(("a", "(b)", ' "'), _STYLES)]
    for runs in product(pieces, repeat=3):
        assert seen(formatted(runs).markdown) == squeezed("".join(run.text for run in runs))


def test_letters_next_to_each_other_keep_their_style() -> None:
    for styles in product((0, STRONG, EMPHASIS), repeat=3):
        runs = [Run(letter, style) for letter, style in zip("abc", styles, strict=True)]
        html = render(formatted(runs).markdown)
        strong = "".join(re.findall("<strong>(.*?)</strong>", html))
        assert strong == "".join(run.text for run in runs if run.style == STRONG)


def test_a_mark_does_not_end_behind_white_space_where_the_quote_that_closes_stays_outside() -> None:
    assert seen(formatted([Run("x"), Run("'1) '", STRONG)]).markdown) == "x'1) '"


@given(st.lists(st.builds(Run, markup, st.sampled_from(_STYLES), st.sampled_from(_LINKS), st.just("")), max_size=6))
def test_any_runs_are_seen_as_their_text(runs: list[Run]) -> None:
    runs = [run._replace(text=squeezed(run.text)) for run in runs]
    line = "x" + formatted([Run("x"), *runs]).markdown.removeprefix("x")
    assert "".join(seen(line).split()) == "".join(squeezed("x" + "".join(run.text for run in runs)).split())
