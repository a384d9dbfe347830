"""Base subjects and replies."""

import time

import pytest

from migrate.mail.prefixes import FORWARD, REPLY, spellings
from migrate.mail.subjects import (
    base_subject,
    earlier_subject,
    is_empty,
    is_forward,
    is_renamed,
    is_reply,
    is_telling,
    tags,
    thread_title,
    title_of,
    without_tags,
)


@pytest.mark.parametrize(
    "title",
    [
        "Slugs",
        "Re: Slugs",
        "RE: AW: Slugs",
        "[Gardeners] Re: [Gardeners] Slugs",
        "Re[2]: Slugs",
        "Re^3: Slugs",
        "回复：Slugs",
        "Ответ: Slugs",
        "Fwd: Slugs",
        "Re: Slugs (fwd)",
        "  Antw:   Slugs ",
        "SV: VS: Odp: YNT: Slugs",
        "Re : Slugs",
        "RE\u00a0: Slugs",
        "AW: WG: Slugs",
        "Re(3): Slugs",
        "RE: [list] Re: Slugs",
        "RV: Slugs",
        "答复: Slugs",
        "Odg: Slugs",
        "ΑΠ: Slugs",
        "Bls: Slugs",
        "رد: Slugs",
        "השב: Slugs",
        "ตอบ: Slugs",
        "TR: Vá: Slugs",
    ],
)
def test_one_subject_in_many_coats(title):
    assert base_subject(title) == "slugs"


@pytest.mark.parametrize(
    ("title", "base"),
    [
        ("Regarding slugs", "regarding slugs"),
        ("R: Slugs", "r: slugs"),
        ("[ANN]", "[ann]"),
        ("Re:", ""),
        ("", ""),
        ("Ref.: slugs", "ref.: slugs"),
        ("FS: slugs", "fs: slugs"),
        ("RE2: slugs", "re2: slugs"),
        ("[a][b] c", "c"),
    ],
)
def test_what_is_no_prefix_stays(title, base):
    assert base_subject(title) == base


def test_replies():
    assert is_reply("Re: x") and is_reply("[list] AW: x") and is_reply("回复：x") and is_reply("Fwd: Re: x")
    assert not is_reply("x") and not is_reply("Fwd: x") and not is_reply("Recipe: x") and not is_reply("")


def test_forwards():
    assert is_forward("Fwd: x") and is_forward("[list] WG: Re: x") and is_forward("x (fwd)")
    assert not any(map(is_forward, ["Re: Fwd: x", "Re: x (fwd)", "forward: x", ""]))


def test_hostile_subjects_cost_little():
    started = time.monotonic()
    for piece in ("Re:", "[", "[a", "Re[", "(fwd)", " "):
        base_subject(piece * 20_000)
        is_reply(piece * 20_000)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("[Gardeners] Slugs", "Slugs"),
        ("Re: [gardeners] AW: [Gardeners] Slugs", "Slugs"),
        ("[PATCH 2/3] [gardeners] Slugs", "[PATCH 2/3] [gardeners] Slugs"),
        ("Fwd: Slugs\n  eat everything", "Fwd: Slugs eat everything"),
        ("[gardeners] [solved] Slugs", "[solved] Slugs"),
        ("Snails (was: Re: [Gardeners] Slugs)", "Snails (was: Slugs)"),
        ("Snails (Re:[Gardeners] Re: Slugs)", "Snails (Re:Slugs)"),
        ("Snails [was [gardeners] Slugs [solved]]", "Snails [was Slugs [solved]]"),
        ("Snails (was: Re: [seeds] Slugs", "Snails (was: [seeds] Slugs"),
        ("[gardeners]", ""),
        ("", ""),
    ],
)
def test_a_thread_loses_reply_prefixes_and_its_own_lists_tag_only(subject, title):
    assert thread_title(subject, ("Gardeners of Mill Lane", "gardeners.example.org", "gardeners")) == title


def test_prefixes_of_forty_languages():
    assert len({*REPLY, *FORWARD}) >= 40
    for table in (REPLY, FORWARD):
        for spelling in spellings(table):
            assert base_subject(f"{spelling.upper()}: Slugs") == "slugs"
            assert base_subject(f"{spelling} : Slugs") == "slugs"


@pytest.mark.parametrize(
    "title", ["", "Re:", "[gardeners]", "(no subject)", "Re: <no subject>", "Kein Betreff", "无主题"]
)
def test_subjects_that_say_nothing(title):
    assert is_empty(without_tags(title))


def test_a_subject_that_says_little_is_still_one():
    assert not is_empty("?") and not is_empty("Hi") and not is_empty("None of your beds")


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("Hi all,\n\nthe *slugs* are back\\! They eat\neverything.", "the *slugs* are back! They eat"),
        ("> quoted\n\nOn 1 May 2020, Ann wrote:\n> more\n\nYes, dig it.", "Yes, dig it"),
        ("```\ndig\n```\n\n- [the plan](attachment:00), at last", "dig"),
        ("word " * 40, "word " * 13 + "word…"),
        ("> only a quote", ""),
        ("", ""),
    ],
)
def test_a_title_for_a_message_without_one(body, title):
    assert title_of(body) == title


@pytest.mark.parametrize(
    ("title", "earlier"),
    [
        ("Ducks (was: Slugs)", "slugs"),
        ("Ducks (was Re: [garden] Slugs)", "slugs"),
        ("Re: Ducks [Was: Slugs]", "slugs"),
        ("Ducks (war: Slugs (again)", "slugs (again"),
        ("Ducks (Re: Slugs)", "slugs"),
        ("Ducks (wasps)", ""),
        ("(was: Slugs)", ""),
        ("Slugs", ""),
    ],
)
def test_what_a_subject_was(title, earlier):
    assert earlier_subject(title) == earlier


@pytest.mark.parametrize(
    ("title", "before", "renamed"),
    [
        ("Re: Slugs", "[garden] slugs", False),
        ("Ducks", "Slugs", True),
        ("Ducks (was: Slugs)", "Slugs", True),
        ("Ducks", "Ducks (was: Slugs)", False),
        ("Slugs [solved]", "Slugs", True),
        ("", "Slugs", False),
        ("What do you do about slugs", "What do you do about slugs in spring", False),  # cut off
        ("What doyou do about slugs?", "What do you do about slugs?", False),  # damaged by folding
    ],
)
def test_a_new_subject_is_told_from_a_damaged_one(title, before, renamed):
    assert is_renamed(title, before) is renamed


def test_tags_and_what_says_something():
    assert tags("Re: [PATCH v2] [garden] Slugs") == "[patchv2][garden]"
    assert is_telling("slugs")
    assert not is_telling("hi")
    assert not is_telling("(no subject)")
