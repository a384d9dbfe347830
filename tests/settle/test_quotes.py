"""A quote refers to the message whose author wrote the words, and to none where that is in doubt."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.settle import settle
from tests.build import mail, new_archive
from tests.settle.quoting import (
    CID,
    FROST,
    SOUP,
    STRAW,
    attributions,
    found,
    quote,
    references,
    written,
)


def test_a_quote_refers_to_the_message_it_answers(tmp_path: Path) -> None:
    answer = written("b", f"On Monday, Ann Lee wrote:\n{quote(FROST)}\n\nNot here.", "a", by="ben")
    assert found(tmp_path, written("a", FROST), answer) == [("b", 0, "a")]


def test_interleaved_quotes_each_refer_to_it(tmp_path: Path) -> None:
    first, second = FROST.split("\n")
    text = f"On Monday, Ann Lee wrote:\n> {first}\n\nNot here.\n\n> {second}\n\nI did.\n\n> soft again.\n\nWhen?"
    answer = written("b", text, "a", by="ben")
    assert found(tmp_path, written("a", FROST), answer) == [("b", number, "a") for number in range(3)]


@pytest.mark.parametrize(
    "changed",
    [
        "\n".join(FROST.replace("\n", " ")[at : at + 31] for at in range(0, len(FROST), 31)),
        FROST.replace("\n", " "),
        FROST.upper(),
        FROST.replace("the whole bed of beans", "[...]"),
        FROST.replace("\n", " [snip] ").replace("straw, and", "straw..."),
        FROST.replace("morning.\n", "morning. […]\n").replace("I would", "*I* would"),
        FROST.replace(",", " ,").replace(" ", "  "),
        FROST
        + "\n\n_______________________________________________\nGardeners mailing list\nhttps://lists.example.org/g",
    ],
    ids=["rewrapped", "unwrapped", "shouted", "shortened", "cut", "marked up", "spaced", "with the list's footer"],
)
def test_what_programs_and_people_do_to_a_quote_does_not_hide_it(tmp_path: Path, changed: str) -> None:
    answer = written("b", f"Ann Lee wrote:\n{quote(changed)}\n\nNot here.", "a", by="ben")
    assert found(tmp_path, written("a", FROST), answer) == [("b", 0, "a")]


def test_flowed_text_is_found_in_wrapped_text_of_any_script(tmp_path: Path) -> None:
    text = "霜が早く降りて、物置の裏の豆の畑は朝までにすっかり黒くなってしまいました。藁をかけて待つことにします。"
    answer = written("b", f"Ann Lee wrote:\n> {text[:20]}\n> {text[20:]}\n\nはい。", "a", by="ben")
    assert found(tmp_path, written("a", text), answer) == [("b", 0, "a")]


def test_other_words_are_nobody_s(tmp_path: Path) -> None:
    answer = written("b", f"Ann Lee wrote:\n{quote(SOUP)}\n\nWhere?", "a", by="ben")
    rewritten = "The frost came late this year, and only one bed of peas before the house was white at noon, they say."
    more = written("c", f"Ann Lee wrote:\n{quote(rewritten)}\n\nWhere?", "a", by="ben")
    assert found(tmp_path, written("a", FROST), answer, more) == []


def test_a_quote_within_a_quote_refers_to_the_message_above(tmp_path: Path) -> None:
    inner = f"Ann Lee wrote:\n{quote(FROST)}\n\n{STRAW}"
    answer = written("c", f"Ben Okri wrote:\n{quote(inner)}\n\n{SOUP}", "a", "b", by="cid")
    messages = [written("a", FROST), written("b", inner, "a", by="ben"), answer]
    assert found(tmp_path, *messages) == [("b", 0, "a"), ("c", 0, "b"), ("c", 1, "a")]


def test_words_that_are_only_quoted_there_are_looked_for_further_up(tmp_path: Path) -> None:
    middle = written("b", f"{quote(FROST)}\n\n{STRAW}", "a", by="ben")
    answer = written("c", f"{quote(FROST)}\n\n{SOUP}", "a", "b", by="cid")
    assert found(tmp_path, written("a", FROST), middle, answer) == [("b", 0, "a"), ("c", 0, "a")]


def test_a_message_beside_it_is_found_as_well(tmp_path: Path) -> None:
    messages = [written("a", FROST), written("b", STRAW, "a", by="ben"), written("c", f"{quote(STRAW)}\n\n{SOUP}", "a")]
    assert found(tmp_path, *messages) == [("c", 0, "b")]


def test_later_messages_and_other_threads_are_not_quoted(tmp_path: Path) -> None:
    messages = [
        written("a", FROST),
        written("b", f"{quote(STRAW)}\n\n{SOUP}", "a", by="ben"),
        written("c", STRAW, "b", by="cid"),
        written("x", SOUP, by="cid"),
        written("y", f"{quote(FROST)}\n\nNo.", "x"),
    ]
    assert found(tmp_path, *messages) == []


def test_of_two_who_wrote_the_same_the_attribution_chooses(tmp_path: Path) -> None:
    both = [written("a", FROST, by="ann"), written("b", f"{FROST}\n\n{SOUP}", "a", by="ben")]
    for number, (name, quoted) in enumerate([("Ann Lee", "a"), ("Ben Okri", "b"), ("Somebody", "b")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        answer = written("c", f"On Monday, {name} wrote:\n{quote(FROST)}\n\nNot here.", "a", "b", by="cid")
        assert found(folder, *both, answer) == [("c", 0, quoted)], name


def test_of_two_beside_it_who_wrote_the_same_neither_is_chosen_without_a_name(tmp_path: Path) -> None:
    both = [written("a", SOUP), written("b", FROST, "a", by="ben"), written("c", FROST, "a", by="cid")]
    assert found(tmp_path, *both, written("d", f"{quote(FROST)}\n\nNot here.", "a")) == []


def test_words_attributed_to_somebody_else_are_not_hers_who_passed_them_on(tmp_path: Path) -> None:
    """Ann's mail holds words of Ben's unmarked; that mail of his was never on the list."""
    messages = [written("a", SOUP, by="ben"), written("b", f"Ben told me:\n\n{FROST}", "a")]
    text = f"Ben Okri wrote:\n{quote(FROST)}\n\nNot here."
    assert found(tmp_path, *messages, written("c", text, "a", "b", by="cid")) == []


def test_one_may_quote_oneself(tmp_path: Path) -> None:
    messages = [written("a", FROST), written("b", f"I wrote:\n{quote(FROST)}\n\nIt was the cat.", "a")]
    assert found(tmp_path, *messages) == [("b", 0, "a")]


def test_a_single_word_needs_a_name_or_a_single_candidate(tmp_path: Path) -> None:
    question = "Yes, or yesterday? Nobody knows."
    messages = [
        written("a", question),
        written("b", "> Yes\n\nNo.", "a", by="ben"),
        written("c", "> day\n\nNo.", "a", by="ben"),
        written("d", "> maybe\n\nNo.", "a", by="ben"),
        written("e", f"{question} And more.", "a", by="cid"),
        written("f", "Cid Young wrote:\n> Yes\n\nNo.", "a", "e", by="ben"),
        written("g", "Ann Lee wrote:\n> Yes\n\nNo.", "a", "e", by="ben"),
        written("h", "> Yes\n\nNo.", "a", "e", by="ben"),
    ]
    assert found(tmp_path, *messages) == [("b", 0, "a"), ("f", 0, "e")]


def test_marks_in_code_are_no_quotes(tmp_path: Path) -> None:
    fenced = mail("b", "a", day=1, body=f"```\n{quote(FROST)}\n```\n\n{quote(FROST)}\n\nNo.")
    assert found(tmp_path, written("a", FROST), fenced) == [("b", 0, "a")]


def test_folded_quotes_are_counted_after_those_of_the_body(tmp_path: Path) -> None:
    text = f"> {FROST[:60]}\n\nNot here."
    answer = mail("b", "a", day=1, body=text, elided=f"On Monday, Ann Lee wrote:\n{quote(FROST)}")
    assert found(tmp_path, written("a", FROST), answer) == [("b", 0, "a"), ("b", 1, "a")]


def test_a_signature_alone_does_not_make_a_quote_somebody_s(tmp_path: Path) -> None:
    card = "Ann Lee, head gardener of the botanical garden of Exampleton, telephone four five six"
    question = mail("a", body=SOUP, elided=f"\\--\n{card}")
    assert found(tmp_path, question, written("b", f"{quote(card)}\n\nWhat a title!", "a", by="ben")) == []


@pytest.mark.parametrize(
    ("attribution", "spared"),
    [
        ("On Mon, 6 Jan 2020 at 10:00, Ann Lee <ann@example.org> wrote:", 1),
        ("Ann Lee wrote:", 1),
        ("Am Montag, den 6. Januar 2020 um 10:00 Uhr schrieb Ann Lee:", 1),
        ("On Mon, 6 Jan 2020 at 10:00:00 +0100, Ann Lee\n<ann@example.org> wrote:", 2),
        ("Ann Lee <ann@example.org> schrieb am 06.01.2020 um 10:00 in\nNachricht <5E12F00D.1@gwsmtp.example.org>:", 2),
        ("Ann Lee <ann@example.org> wrote about the frost in\nNachricht <5E12F00D.1@gwsmtp.example.org>:", 0),
        ("On Mon, 6 Jan 2020 at 10:00, bob@example.net wrote:", 0),
        ("On Monday, Ann Lee wrote:\n\n[...]\n", 0),
        ("On Monday you wrote:", 0),
        ("On the last meeting but one of our dear gardening society and its many friends Ann Lee wrote:", 0),
        ("On 6/1/2020 10:00, ann at example.org (Ann) wrote:", 1),
        ("Op maandag 6 januari 2020 om 10:00 schreef Ann Lee:", 1),
        ("2020年1月6日(月) 10:00 Ann Lee <ann@example.org>のメール:", 1),
        ("As Ann said:", 0),
        ("Unlike others, I agree with what Ann Lee wrote:", 0),
        ("On Monday, Ann Lee and Cid Young wrote:", 0),
        ("On Monday, in despair at last, Ann Lee wrote:", 0),
        ("", 0),
    ],
)
def test_an_attribution_that_only_says_who_and_when_can_be_spared(
    tmp_path: Path, attribution: str, spared: int
) -> None:
    text = f"Hello,\n{attribution}\n{quote(FROST)}\n\nNot here.".replace("\n\n>", "\n>").replace("<", r"\<")
    with new_archive(
        tmp_path, CID, written("a", FROST), mail("b", "a", day=1, body=text), written("c", SOUP, "b", by="cid")
    ) as archive:
        settle(archive)
        assert (references(archive), attributions(archive)) == ([("b", 0, "a")], [spared])


def test_the_lines_above_a_quote_within_it_are_not_its_author_s_words(tmp_path: Path) -> None:
    """Ben's program put nothing there; Cid's made up for it."""
    bens = written("b", f"{quote(FROST)}\n\n{STRAW}", "a", by="ben")
    text = f"Ben Okri wrote:\n> On Monday the sixth of January, Ann Lee wrote:\n{quote(FROST, '> > ')}\n> {STRAW[:20]}"
    messages = [written("a", FROST), bens, mail("c", "a", "b", author=CID.key, day=2, body=f"{text}\n\n{SOUP}")]
    assert found(tmp_path, *messages) == [("b", 0, "a"), ("c", 0, "b"), ("c", 1, "a")]


@pytest.mark.parametrize(
    ("inside", "heading"),
    [
        ("On Jan 1, 2020, at 12:00, Ann Lee <ann@example.org> wrote:", 1),
        ("On Jan 1, 2020, at 12:00 o'clock in the very cold,\nAnn Lee <ann@example.org> wrote:", 0),
        ("On Jan 1, 2020, at 12:00,\nAnn Lee <ann@example.org> wrote:", 2),
        ('From: "Ann Lee" <ann@example.org>\nTo: "The Gardeners" <g@example.org>\nSubject: Frost', 0),
    ],
)
def test_an_attribution_may_stand_at_the_top_of_the_quote(tmp_path: Path, inside: str, heading: int) -> None:
    """As Apple's and Hotmail's programs put it. Too little is quoted to be known without the name."""
    words = FROST[:20]
    text = f"{quote(inside)}\n>\n> {words}\n\nNot here.".replace("<", r"\<")
    messages = [written("a", FROST), written("b", f"{FROST} {SOUP}", "a", by="ben")]
    with new_archive(tmp_path, CID, *messages, mail("c", "a", "b", author=CID.key, day=2, body=text)) as archive:
        settle(archive)
        assert references(archive) == [("c", 0, "a")]
        assert archive.db.execute("SELECT attribution, heading FROM quote").fetchall() == [(0, heading)]


def test_an_attribution_at_the_top_of_a_quote_may_belong_to_the_one_within(tmp_path: Path) -> None:
    inner = f"On Jan 1, 2020, at 12:00, Ann Lee wrote:\n{quote(FROST)}\n\n{STRAW}"
    messages = [written("a", FROST), written("b", inner, "a", by="ben")]
    answer = written("c", f"{quote(inner)}\n\n{SOUP}", "a", "b", by="cid")
    assert found(tmp_path, *messages, answer) == [("b", 0, "a"), ("c", 0, "b"), ("c", 1, "a")]


def test_a_quote_of_nothing_but_a_quote_is_of_the_message_answered(tmp_path: Path) -> None:
    passed_on = written("b", f"{quote(FROST)}\n\n{STRAW}", "a", by="ben")
    answer = written("c", f"{quote(FROST, '> > ')}\n\n{SOUP}", "a", "b", by="cid")
    assert found(tmp_path, written("a", FROST), passed_on, answer) == [
        ("b", 0, "a"),
        ("c", 0, "b"),
        ("c", 1, "a"),
    ]


def test_marks_that_are_one_too_many_make_no_quote_of_whoever_wrote_the_words(tmp_path: Path) -> None:
    answer = mail("b", "a", author="ben@example.org", day=1, body=f"{quote(FROST, '> > ')}\n\nNot here.")
    assert found(tmp_path, written("a", FROST), answer) == [("b", 1, "a")]


def test_who_is_named_is_quoted_where_the_archive_lost_the_text(tmp_path: Path) -> None:
    lost = mail("a", body="[attachment.htm](https://lists.example.org/attachments/20200101/1a2b/attachment.htm)")
    assert found(tmp_path, lost, written("b", f"Ann Lee wrote:\n{quote(FROST)}\n\nNo.", "a", by="ben")) == [
        ("b", 0, "a")
    ]
    (tmp_path / "unnamed").mkdir()
    assert found(tmp_path / "unnamed", lost, written("b", f"{quote(FROST)}\n\nNo.", "a", by="ben")) == []


@pytest.mark.parametrize("cut", ["...", "[...]", r"\[…\]", r"\<snip>", "[snip]"])
def test_what_was_left_out_may_stand_between_attribution_and_quote(tmp_path: Path, cut: str) -> None:
    both = [written("a", FROST), written("b", f"{FROST}\n\n{SOUP}", "a", by="ben")]
    text = f"On Monday, Ann Lee wrote:\n\n{cut}\n\n{quote(FROST)}\n\nNot here."
    assert found(tmp_path, *both, mail("c", "a", "b", author=CID.key, day=2, body=text)) == [("c", 0, "a")]
