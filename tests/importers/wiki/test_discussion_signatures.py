"""Who signed a comment, and what of it is signature."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from importers.wiki.discussion import Comment, discussion
from importers.wiki.titles import Title
from tests.importers.wiki.pages import SITE, date, link, read, signature

NOW = date(1)


def only(html: str, title: str = "Talk:Cucumbers") -> Comment:
    (comment,) = read(html, title).comments
    return comment


@pytest.mark.parametrize(
    ("signed", "author"),
    [
        (link("User:Ann Lee"), "Ann Lee"),
        (link("User talk:Ann"), "Ann"),
        (link("Special:Contributions/192.0.2.7"), "192.0.2.7"),
        (link("Special:Contributions/2001:db8::a"), "2001:DB8::A"),
        (link("User:ann"), "Ann"),
        (link("de:User:Ann"), "de>Ann"),
        ('<a href="/wiki/User:Ann_Lee">Ann</a>', "Ann Lee"),
        ('<a href="./User:Ann_Lee">Ann</a>', "Ann Lee"),
        ('<a href="/w/index.php?title=User:Ann_Lee&amp;action=edit&amp;redlink=1">Ann</a>', "Ann Lee"),
        ('<a href="./User:Ann?action=edit&amp;redlink=1">Ann</a>', "Ann"),
        (link("User:Ann?action=edit&amp;redlink=1"), "Ann"),
        ('<a href="https://wiki.example.org/wiki/User:J%C3%B8rn">J</a>', "Jørn"),
        (f'<span style="color:red"><b>{link("User:Ann")}</b></span>', "Ann"),
        (f"{link('User:Bob')} told me. {link('User:Ann')}", "Ann"),
        (f"{link('User:Ann')} ({link('de:User:Ann', 'there')})", "Ann"),
    ],
)
def test_the_link_nearest_to_the_date_tells_who_signed(signed, author):
    assert only(f"<p>Words. {signed} {NOW}</p>").author == author


@pytest.mark.parametrize(
    ("note", "left"),
    [
        (f"—Preceding {link('Wikipedia:Signatures', 'unsigned')} comment added by {signature('Ann', 1)}", ""),
        (f"(<i>nicht {link('Hilfe:Signatur', 'signierter')} Beitrag von</i> {signature('Ann', 1)})", ""),
        (f"(see {link('Wikipedia:Signatures', 'how to sign')}) {signature('Ann', 1)}", "how to sign"),
        (f"I left it {link('Wikipedia:Signatures', 'unsigned')}. {signature('Ann', 1)}", "I left it"),
    ],
)
def test_a_note_for_who_did_not_sign_that_was_substituted_is_cut_and_other_words_are_not(note, left):
    comment = only(f"<p>Words. <small>{note}</small></p>")
    assert comment.author == "Ann"
    assert left in comment.html
    assert left or re.sub("<[^>]*>", "", comment.html) == "Words."


@pytest.mark.parametrize(
    "signed",
    [
        link("User:Ann/Drafts"),
        link("Ann"),
        link("Special:Log/Ann"),
        '<a href="https://elsewhere.example.com/wiki/User:Ann">Ann</a>',
        '<a href="http://[broken">Ann</a>',
        f"{link('User:Ann')} <b>{'far ' * 40}</b>",
        f"{link('User:Ann')}</p><p>",
    ],
)
def test_a_date_alone_is_no_signature(signed):
    assert only(f"<p>Words. {signed} {NOW}</p>").author is None


def test_a_user_signs_on_the_own_talk_page_without_a_link():
    assert only(f'<p>Words. <a class="mw-selflink selflink">me</a> {NOW}</p>', "User talk:Ann").author == "Ann"


@pytest.mark.parametrize(
    ("own", "other", "author"),
    [
        ("fr.wikipedia.org", "en.wikipedia.org", "Ann"),
        ("fr.wikipedia.org", "meta.wikimedia.org", "Ann"),
        ("a.fandom.com", "b.fandom.com", "Ann"),
        ("a.example.org", "b.example.org", "en>Ann"),
    ],
)
def test_users_of_wikis_that_share_them_keep_their_name(own, other, author):
    site = replace(SITE, article_url=f"https://{own}/wiki/$1", interwiki=(("en", f"https://{other}/wiki/$1"),))
    html = f'<p>Words. <a class="interwiki" href="https://{other}/wiki/User:Ann" title="en:User:Ann">Ann</a> {NOW}</p>'

    assert discussion(html, site, Title(1, "Cucumbers")).comments[0].author == author


def test_an_earlier_date_ends_the_search_for_a_link():
    found = only(f"<p>Words. {signature('Ann', 1)}<br>{date(2)}</p>")

    assert (found.author, f"{found.at:%H:%M}", found.others) == ("Ann", "10:01", ())


def test_a_date_that_links_to_the_edit_counts():
    found = only(f'<p>Words. {link("User:Ann")} <a href="/wiki/Special:Diff/1">{NOW}</a></p>')

    assert (found.author, found.html) == ("Ann", "<p>Words.</p>")


@pytest.mark.parametrize(
    ("written", "left"),
    [
        (f"Words. {signature('Ann', 1)}", "Words."),
        (f"Words. --{signature('Ann', 1)}", "Words."),
        (f"Words.&nbsp;— {signature('Ann', 1)}", "Words."),
        (f"Well-known words<br>– <small>{signature('Ann', 1)}</small>", "Well-known words<br>"),
        (f"Words :-) {signature('Ann', 1)}", "Words :-)"),
        (f"Words (really) {signature('Ann', 1)}", "Words (really)"),
        (f"Words. ({signature('Ann', 1)})", "Words."),
        (f"Words. <span>[{signature('Ann', 1)}]</span>", "Words."),
        (f"Words. {signature('Ann', 1)}.", "Words."),
        (f"Words. <i>({signature('Ann', 1)}</i>) More.", "Words. More."),
        (f"Words <i>({signature('Ann', 1)}</i> more)", "Words <i>(</i> more)"),
        (f"Words <small>{signature('Ann', 1)}</small>more", "Words more"),
        (f"Words. {signature('Ann', 1)} (edited)", "Words. (edited)"),
        (f"<small>Small words. {link('User:Ann')}</small> {NOW}", "<small>Small words.</small>"),
        (f"Words. {link('User:Ann')} • <sup>({link('User talk:Ann', 'come in')})</sup> {NOW}", "Words."),
    ],
)
def test_the_signature_is_taken_out_and_nothing_else(written, left):
    assert only(f"<p>{written}</p>").html == f"<p>{left}</p>"


@pytest.mark.parametrize(
    "prose",
    [
        f"Say {link('User:Ann')}, who has never been here before, wrote this at {NOW}",
        f"I, {link('User:Ann')}, am sure of this. {link('User:Ann')} {NOW}",
        f"{link('User:Ann')} always says so! {link('User talk:Ann')} {NOW}",
    ],
)
def test_a_link_within_a_sentence_stays(prose):
    found = only(f"<p>{prose}</p>")

    assert found.author == "Ann"
    assert "User:Ann</a>" in found.html
    assert "2020" not in found.html


def test_the_name_is_shown_as_in_the_signature():
    signed = f"{link('User:Ann', 'The <i>Great</i> Ann')} ({link('User talk:Ann', 'talk')})"

    assert only(f"<p>Words. {signed} {NOW}</p>").shown == "The Great Ann"
    assert only(f"<p>Words. {link('User talk:Ann', 'talk')} {NOW}</p>").shown == "talk"


def test_names_are_those_of_discussiontools():
    found = read(
        f"<h2>Green and long</h2><p>One. {signature('Ann Lee', 1)}</p><dl><dd>Two. {signature('Bob', 2)}</dd></dl>"
        f"<p>Three. {signature('Ann Lee', 1)}</p><h3>More</h3><p>Four. {signature('Bob', 0)}</p>"
    )

    assert [(heading.name, heading.id) for heading in found.headings] == [
        ("h-Ann_Lee-20200303100100", "h-Green_and_long-2020-03-03T10:01:00.000Z"),
        ("h-Bob-20200303100000", "h-More-Green_and_long-2020-03-03T10:00:00.000Z"),
    ]
    assert [comment.name for comment in found.comments[:2]] == ["c-Ann_Lee-20200303100100", "c-Bob-20200303100200"]
    assert [comment.id for comment in found.comments] == [
        "c-Ann_Lee-2020-03-03T10:01:00.000Z-Green_and_long",
        "c-Bob-2020-03-03T10:02:00.000Z-Ann_Lee-2020-03-03T10:01:00.000Z",
        "c-Ann_Lee-2020-03-03T10:01:00.000Z-Green_and_long-1",
        "c-Bob-2020-03-03T10:00:00.000Z-More",
    ]


def test_newer_names_have_digits_only():
    found = read(f"<h2>Hi</h2><p>{link('User:Ann')} 01:01, 7 February 2024 (UTC)</p>")

    assert found.headings[0].id == "h-Hi-20240207010100"
    assert found.comments[0].id == "c-Ann-20240207010100-Hi"


def test_long_headings_are_cut_in_ids_between_letters():
    found = read(f"<h2>{'ü' * 50}</h2><p>{signature('Ann', 1)}</p>")

    assert found.headings[0].id == f"h-{'ü' * 40}-2020-03-03T10:01:00.000Z"
