"""Pages made to be hard: much of everything, nothing closed. Time grows with the length, and no word is lost."""

from __future__ import annotations

import time

import pytest

from tests.importers.wiki.pages import date, link, read, signature

SECONDS = 10  # far more than needed; what takes quadratic time takes minutes
SIGNED = signature("Ann", 1)
DEEP = 5_000


@pytest.mark.parametrize(
    ("html", "comments"),
    [
        pytest.param(f"<p>w1 {SIGNED}</p>" * 10_000, 10_000, id="many comments"),
        pytest.param(f"<dl><dd>w1 {SIGNED}" * DEEP, DEEP, id="deep comments"),
        pytest.param(f"<div><div>w1 {SIGNED}" * DEEP, DEEP, id="deep boxes"),
        pytest.param(f"<dl><dd>{'<div>' * DEEP}" + f"<p>w1 {SIGNED}</p>" * DEEP, DEEP, id="all within deep boxes"),
        pytest.param("<dl><dd>" * DEEP + "w1" + "</dd></dl>" * DEEP + f"<p>{SIGNED}</p>", 1, id="one deep point"),
        pytest.param(f"<p>w1 {SIGNED}" + f" {date(2)}" * 10_000, 1, id="dates without end"),
        pytest.param(f"<p>w1 {SIGNED}" + f" <i>{date(2)}</i>" * 10_000, 1, id="dates in elements"),
        pytest.param(f"<p>w1 {SIGNED}" + f" {SIGNED}" * 10_000, 1, id="signatures in one paragraph"),
        pytest.param(f"<p>w1 {link('User:Ann')}{'<i></i>' * 25_000}{date(1)}", 1, id="empty elements before the date"),
        pytest.param("<b><i><u>" * DEEP + f"<p>w1 {SIGNED}</p>" * DEEP, DEEP, id="formatting nobody closes"),
        pytest.param("".join(f"<font size={n}>" for n in range(DEEP)) + "</p><p>w1" * DEEP, 1, id="fonts"),
        pytest.param(f"<p>w1 {SIGNED}</p>" + "</b>" * 100_000, 1, id="stray end tags"),
        pytest.param("w1" + '<a b="' * 25_000, 1, id="broken tags"),
        pytest.param("w1" + "<!--" * 100_000, 1, id="comments nobody closes"),
        pytest.param("w1" + "<style>" * 100_000, 1, id="styles nobody closes"),
        pytest.param('<span class="autosigned">w1 ' * DEEP, 1, id="notes in notes"),
        pytest.param(f'<p><span class="autosigned">{link("User:Ann")}</span>' + "<i>w1</i>" * DEEP, 1, id="one note"),
        pytest.param(
            f'<p>w1 <span class="autosigned">{link("User:Ann")}</span> {date(1)}' * DEEP, DEEP, id="notes with dates"
        ),
        pytest.param(f"<p>{'<i>' * DEEP}w1" + f"{SIGNED} " * DEEP, 1, id="signatures in deep formatting"),
        pytest.param("<a><span>" * DEEP + f"w1 {SIGNED}", 1, id="links in links"),
        pytest.param(f'<p><a href="#cite_note-1">1</a>w1 {SIGNED}</p>' * DEEP, DEEP, id="references without notes"),
        pytest.param("<h2>A</h2>" * 25_000 + f"<p>w1 {SIGNED}", 1, id="headings"),
    ],
)
def test_time_grows_with_the_length(html, comments):
    started = time.process_time()
    found = read(html)

    assert time.process_time() - started < SECONDS
    assert len(found.comments) == comments
    assert sum(comment.html.count("w1") for comment in found.comments) == html.count("w1")


def test_ids_stay_unique():
    found = read(f"<p>w1 {SIGNED}</p>" * 1000)

    assert len({comment.id for comment in found.comments}) == 1000


@pytest.mark.parametrize("char", ["\0", "\ud800", "\u202e", "&#0;", "&#xd800;", "&#x110000;"])
def test_odd_characters_are_no_reason_to_fail(char):
    found = read(f"<h2>A{char}</h2><p>b{char} {link(f'User:An{char}n')} {date(1)}</p>")

    assert len(found.comments) == 1
    found.comments[0].id.encode()
