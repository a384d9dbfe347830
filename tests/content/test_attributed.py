"""Whom the line above a quote names, in conversations of any size."""

from __future__ import annotations

import pytest

from migrate.content.attributed import Attribution, Participants


@pytest.mark.parametrize(("people", "named"), [(2, 2), (500, 500), (501, 0), (5000, 0)])
def test_a_word_that_hundreds_share_names_nobody(people: int, named: int) -> None:
    participants = Participants({number: {"person", f"own{number}"} for number in range(people)})
    assert len(participants.named_in(Attribution("On Monday, Person wrote:", 1))) == named


def test_the_rest_of_a_name_still_names_whose_it_is() -> None:
    participants = Participants({number: {"person", "ann" if number == 7 else "ben"} for number in range(5000)})
    assert participants.named_in(Attribution("Ann Person wrote:", 1)) == {7: 1}


@pytest.mark.parametrize(
    ("text", "is_all"),
    [
        ("On Mon, 5 Jan 2004 at 10:00, Ann Lee wrote:", True),
        ("On Mon, 5 Jan 2004 at 10:00, Ann Lee <ann at example.org> wrote:", True),
        ("On Mon, 5 Jan 2004 at 10:00, Ann Lee <ann@beans.example.org> wrote:", True),
        ("2004年1月5日(月) 10:00 Ann Lee <ann@example.org>:", True),
        ("Ann Lee, who knows beans, wrote:", False),
        ("Ann Lee wrote at home:", False),
    ],
)
def test_an_attribution_that_says_more_is_known(text: str, is_all: bool) -> None:
    assert Attribution(text, 1).only_names({"ann", "lee"}) is is_all
