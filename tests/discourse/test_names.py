"""Names that Discourse takes, the same every time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.discourse.names import (
    RESERVED_USERNAMES,
    Usernames,
    display_name,
    topic_title,
    unused_name,
    username_fault,
)
from migrate.text import mask_addresses


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("Ann Lee", "Ann_Lee"),
        ("Jürgen Groß", "Jurgen_Gross"),
        ("Łukasz Øst", "Lukasz_Ost"),
        ("  -.x.- ", "x11"),
        ("node.js", "node_js"),
        ("a__b--c", "a_b_c"),
        ("ann@example.org", "ann"),
        ("A very long name indeed, Dr.", "A_very_long_name_ind"),
        ("Admin", "Admin1"),
        ("Ольга", "user1"),
    ],
)
def test_a_name_becomes_a_username(wish: str, name: str) -> None:
    assert Usernames([]).propose(wish) == name


def test_usernames_collide_ignoring_case_and_are_numbered() -> None:
    names = Usernames(["ANN", "ann2"])
    assert [names.propose("Ann") for _ in range(3)] == ["Ann1", "Ann3", "Ann4"]


def test_a_number_fits_into_the_limit() -> None:
    names = Usernames([], longest=10)
    assert [names.propose("abcdefghijkl") for _ in range(3)] == ["abcdefghij", "abcdefghi1", "abcdefghi2"]


def test_short_names_that_collide_stay_long_enough() -> None:
    names = Usernames([])
    proposed = [names.propose("a") for _ in range(150)]
    assert len({name.lower() for name in proposed}) == 150
    assert all(3 <= len(name) <= 20 for name in proposed)


def test_the_second_wish_counts_where_the_first_has_no_letters() -> None:
    assert Usernames([]).propose("Ольга", "olga@example.org") == "olga"


def test_titles_are_one_line_within_the_limit_and_never_empty() -> None:
    assert topic_title(" Seeds\n for\tall ", 255) == "Seeds for all"
    assert topic_title("", 255) == "(no subject)"
    assert topic_title("\u200b\u202e \x1b", 255) == "(no subject)"
    assert topic_title("a\x1b[31mb", 255) == "a [31mb"
    assert [topic_title(title, 255) for title in ("\U0001f600", "?!", "שלום")] == ["\U0001f600", "?!", "שלום"]
    assert topic_title("x" * 300, 255) == "x" * 254 + "…"
    assert topic_title("For ann@example.org", 255) == "For ann@…"


def test_names_of_categories_are_unique() -> None:
    assert unused_name("Seeds", {"seeds", "seeds 2"}, 50) == "Seeds 3"
    assert unused_name("x" * 60, {"x" * 49 + "…"}, 50) == "x" * 47 + "… 2"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ann@example.org", "ann@…"),
        ("<a.b+c@mail.example.co.uk>.", "<a.b+c@…>."),
        ("a\\_b@ex-ample.org, next", "a\\_b@…, next"),
        ("me @ home, user@localhost, @handle", "me @ home, user@localhost, @handle"),
        ("Ann \\<ann.lee at example.org> wrote:", "Ann \\<ann.lee at …> wrote:"),
        ("Le 3 mai, <ann chez example.org>", "Le 3 mai, <ann chez …>"),
        ("On Monday, ann at example.org wrote:", "On Monday, ann at … wrote:"),
        ("> Ann\n> ann at example.org\n> bye", "> Ann\n> ann at …\n> bye"),
        ("Look at example.org, it is at example.org.", "Look at example.org, it is at example.org."),
        ("if a <b at x.y and <img src x.png>", "if a <b at x.y and <img src x.png>"),
    ],
)
def test_addresses_lose_their_host(text: str, masked: str) -> None:
    assert mask_addresses(text) == masked


def test_a_display_name_holds_no_address() -> None:
    assert display_name("Ann  <ann@example.org>") == "Ann <ann@…>"


@given(
    st.lists(st.text(max_size=30), min_size=1, max_size=30),
    st.lists(st.from_regex(r"[a-z]{1,6}[1-9]?\*?", fullmatch=True), max_size=10),
    st.integers(min_value=8, max_value=60),
)
def test_every_proposal_is_a_user_name_that_nobody_has(wishes: list[str], taken: list[str], longest: int) -> None:
    names = Usernames(taken, longest=longest)
    proposed = [names.propose(wish, f"user{number}") for number, wish in enumerate(wishes)]
    folded = [name.lower() for name in proposed]
    assert [username_fault(name, 3, longest) for name in proposed] == [""] * len(wishes)
    assert len(set(folded)) == len(folded)
    assert not {name for name in taken if "*" not in name}.intersection(folded)
    assert not RESERVED_USERNAMES.intersection(folded)
    again = Usernames(taken, longest=longest)
    assert [again.propose(wish, f"user{number}") for number, wish in enumerate(wishes)] == proposed


@pytest.mark.parametrize("name", ["ann", "_ann", "a.b-c_d", "x11", "node.jsx"])
def test_user_names_as_discourse_takes_them(name: str) -> None:
    assert username_fault(name) == ""
    assert Usernames([]).claim(name) == name


@pytest.mark.parametrize(
    "name", ["an", "a" * 21, ".ann", "-ann", "ann_", "ann.", "a__n", "a.-n", "ann.js", "ann.JSON", "jürgen", "ann lee"]
)
def test_user_names_as_discourse_refuses_them(name: str) -> None:
    assert username_fault(name)


def test_a_reserved_beginning_is_gone_round() -> None:
    assert Usernames(["ann*"]).propose("Ann") == "m_Ann"


def test_a_name_that_was_asked_for_and_is_taken_becomes_one_like_it() -> None:
    assert Usernames(["ann.lee"]).claim("ann.lee") == "ann_lee"
