"""Base subjects and replies."""

import time

import pytest

from migrate.mail.subjects import base_subject, is_reply, thread_title


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
        ("[a][b] c", "c"),
    ],
)
def test_what_is_no_prefix_stays(title, base):
    assert base_subject(title) == base


def test_replies():
    assert is_reply("Re: x") and is_reply("[list] AW: x") and is_reply("回复：x") and is_reply("Fwd: Re: x")
    assert not is_reply("x") and not is_reply("Fwd: x") and not is_reply("Recipe: x") and not is_reply("")


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
        ("[gardeners]", ""),
        ("", ""),
    ],
)
def test_a_thread_loses_reply_prefixes_and_its_own_lists_tag_only(subject, title):
    assert thread_title(subject, ("Gardeners of Mill Lane", "gardeners.example.org", "gardeners")) == title
