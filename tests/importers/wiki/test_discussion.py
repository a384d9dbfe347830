"""Which words of a page are whose comment, and which comment they answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.importers.wiki.pages import date, link, read, signature

ANN, BOB, CAT, DAN = (signature(name, minute) for minute, name in enumerate(("Ann", "Bob", "Cat", "Dan"), 1))


def authors(html: str) -> list[str | None]:
    return [comment.author for comment in read(html).comments]


def levels(html: str) -> list[int]:
    return [comment.level for comment in read(html).comments]


def parents(html: str) -> list[int | None]:
    return [comment.parent for comment in read(html).comments]


def bodies(html: str) -> list[str]:
    return [comment.html for comment in read(html).comments]


def test_headings_and_the_comments_below_them():
    found = read(
        f'<h2 data-line="0">Pickled <i>ones</i></h2><p data-line="1">Nice. {ANN}</p><h3>Sour</h3><p>No. {BOB}</p>'
    )

    assert [(heading.level, heading.text, heading.html) for heading in found.headings] == [
        (2, "Pickled ones", "Pickled <i>ones</i>"),
        (3, "Sour", "Sour"),
    ]
    assert [heading.parent for heading in found.headings] == [None, 0]
    assert [(comment.author, comment.heading) for comment in found.comments] == [("Ann", 0), ("Bob", 1)]
    assert found.comments[0].at == datetime(2020, 3, 3, 10, 1, tzinfo=UTC)


def test_what_comes_before_the_first_heading_has_a_place_of_its_own():
    found = read(f"<p>Before. {ANN}</p><h2>After</h2>")

    assert [heading.placeholder for heading in found.headings] == [True, False]
    assert found.comments[0].heading == 0


def test_a_page_without_words_has_nothing():
    found = read("<p><br></p><!-- nothing --><div> </div>")

    assert found.headings == []
    assert found.comments == []


def test_a_comment_reaches_back_to_the_one_before_it():
    html = f"<p>One.</p><p>Two. {ANN}</p><p>Three.</p><ul><li>Point</li></ul><p>Four. {BOB}</p>"

    assert bodies(html) == ["<p>One.</p><p>Two.</p>", "<p>Three.</p><ul><li>Point</li></ul><p>Four.</p>"]


def test_a_comment_ends_with_its_paragraph():
    assert bodies(f"<p>One. {ANN} And more.<br>Still Ann.</p><p>Bob. {BOB}</p>") == [
        "<p>One. And more.<br>Still Ann.</p>",
        "<p>Bob.</p>",
    ]


@pytest.mark.parametrize("around", ["<dl><dd>{}</dd></dl>", "<ul><li>{}</li></ul>", "<ol><li>{}</li></ol>"])
def test_each_list_around_a_comment_is_a_level(around):
    inner = around.format(f"Deep. {CAT}")
    html = f"<p>Top. {ANN}</p>" + around.format(f"Reply. {BOB}{inner}") + f"<p>Aside. {DAN}</p>"

    assert levels(html) == [1, 2, 3, 1]
    assert parents(html) == [None, 0, 1, None]
    assert [body.replace("<div>", "<p>").replace("</div>", "</p>") for body in bodies(html)] == [
        "<p>Top.</p>",
        "<p>Reply.</p>",
        "<p>Deep.</p>",
        "<p>Aside.</p>",
    ]


def test_a_comment_that_begins_deeper_than_it_ends_counts_where_it_is_less_deep():
    found = read(f"<p>Top. {ANN}</p><dl><dd>Quoting.</dd></dl><p>Reply. {BOB}</p>")

    assert found.comments[1].level == 1
    assert found.comments[1].html == "<dl><dd>Quoting.</dd></dl><p>Reply.</p>"


def test_points_of_a_comment_stay_points():
    html = f"<p>Top. {ANN}</p><ul><li>First.</li><li>Second. {BOB}</li></ul>"

    assert bodies(html)[1] == "<ul><li>First.</li><li>Second.</li></ul>"


def test_points_of_a_comment_stay_points_where_it_ends_otherwise():
    assert bodies(f"<ol><li>One.</li><li>Two.</li></ol><dl><dd>So there. {ANN}</dd></dl>")[0].startswith("<ol><li>One.")


def test_paragraphs_of_an_indented_comment_are_no_list():
    html = f"<p>Top. {ANN}</p><dl><dd>First.</dd><dd>Second. {BOB}</dd></dl>"

    assert bodies(html)[1] == "<div>First.</div><div>Second.</div>"


def test_who_skips_a_level_answers_the_last_comment():
    html = f"<p>Top. {ANN}</p><dl><dd><dl><dd>Deep. {BOB}</dd></dl></dd><dd>Less. {CAT}</dd></dl>"

    assert levels(html) == [1, 3, 2]
    assert parents(html) == [None, 0, 0]


def test_an_outdented_comment_answers_the_one_before_it():
    outdent = '<span class="outdent-template">┌──┘</span>'
    found = read(
        f"<p>Top. {ANN}</p><dl><dd>Reply. {BOB}</dd></dl><p>{outdent} Back. {CAT}</p><dl><dd>Me. {DAN}</dd></dl>"
    )

    assert [comment.parent for comment in found.comments] == [None, 0, 1, 2]
    assert [comment.reference_parent for comment in found.comments] == [None, 0, None, 2]
    assert found.comments[2].html == "<p> Back.</p>"


def test_what_an_outdent_says_beyond_that_is_kept():
    outdent = '<span class="outdent-template">outdented, since it is getting narrow here</span>'

    assert "getting narrow" in bodies(f"<p>Top. {ANN}</p><p>{outdent} Back. {BOB}</p>")[1]


def test_no_comment_answers_one_below_another_heading():
    assert parents(f"<h2>A</h2><p>Top. {ANN}</p><h2>B</h2><dl><dd>Indented. {BOB}</dd></dl>") == [None, None]


@pytest.mark.parametrize(
    "quoted",
    [
        "<blockquote><p>{}</p></blockquote>",
        "<p><q>{}</q></p>",
        "<p><cite>{}</cite></p>",
        '<div class="mw-notalk">{}</div>',
        '<ol class="references"><li>{}</li></ol>',
        "<h2>{}</h2>",
    ],
)
def test_signatures_in_quotes_are_no_signatures(quoted):
    assert authors(quoted.format(f"Said. {ANN}") + f"<p>Indeed. {BOB}</p>")[-1] == "Bob"
    assert "Ann" not in authors(quoted.format(f"Said. {ANN}") + f"<p>Indeed. {BOB}</p>")


def test_two_signatures_in_a_paragraph_are_one_comment():
    found = read(f"<p>One. {ANN} Added. {BOB}</p><p>Next. {CAT}</p>")

    assert [comment.author for comment in found.comments] == ["Ann", "Cat"]
    assert [other.author for other in found.comments[0].others] == ["Bob"]
    assert "Added." in found.comments[0].html
    assert "Bob" in found.comments[0].html


def test_what_nobody_signed_at_the_end_of_a_section_is_kept():
    found = read(f"<h2>A</h2><p>Signed. {ANN}</p><p>Unsigned words.</p><h2>B</h2><p>Only these.</p>")

    assert [(comment.author, comment.heading) for comment in found.comments] == [("Ann", 0), (None, 0), (None, 1)]
    assert [comment.html for comment in found.comments[1:]] == ["<p>Unsigned words.</p>", "<p>Only these.</p>"]
    assert [(comment.at, comment.name, comment.id) for comment in found.comments[1:]] == [(None, "", "")] * 2


def test_a_note_of_who_forgot_to_sign_gives_author_and_date():
    note = f'<small class="autosigned">— Preceding unsigned comment added by {link("User:Ann")} {date(1)}</small>'
    found = read(f"<p>Forgotten. {note}</p>")

    assert [(comment.author, comment.html) for comment in found.comments] == [("Ann", "<p>Forgotten.</p>")]


def test_a_comment_within_such_a_note_is_not_taken_for_one():
    found = read(f'<p><span class="autosigned">{"Many words. " * 30}{link("User:Ann")} {date(1)}</span></p>')

    assert found.comments[0].author == "Ann"
    assert found.comments[0].html.count("Many words.") == 30


def test_a_note_without_a_date_gives_the_author():
    note = f'<small class="autosigned">— Preceding unsigned comment added by {link("User:Ann")}</small>'
    found = read(f"<p>Forgotten. {note}</p><p>Reply. {BOB}</p>")

    assert [(comment.author, comment.html) for comment in found.comments] == [
        ("Ann", "<p>Forgotten.</p>"),
        ("Bob", "<p>Reply.</p>"),
    ]
    assert found.comments[0].at is None


def test_rules_and_empty_lines_between_comments_are_no_part_of_them():
    assert bodies(f"<p>One. {ANN}</p><hr><p><br></p><p>Two. {BOB}</p>") == ["<p>One.</p>", "<p>Two.</p>"]


@pytest.mark.parametrize(
    "box", ['<div class="mw-trackedTemplate"><ul><li>Tracked</li></ul></div>', "<dl><dt>A title</dt></dl>"]
)
def test_boxes_between_comments_do_not_decide_the_level_but_stay(box):
    found = read(f"<p>One. {ANN}</p>{box}<p>Two. {BOB}</p>{box}")

    assert [(comment.author, comment.level) for comment in found.comments] == [("Ann", 1), ("Bob", 1)]
    assert found.comments[1].html == f"{box}<p>Two.</p>{box}"


def test_a_box_that_holds_several_comments_is_around_none_of_them():
    html = f'<div class="closed-discussion"><p>Closed now.</p><p>One. {ANN}</p><p>Two. {BOB}</p></div>'

    assert bodies(html) == ["<div><p>Closed now.</p><p>One.</p></div>", "<p>Two.</p>"]


def test_tables_and_code_within_a_comment_stay():
    table = "<table><tbody><tr><td>1</td><td></td></tr></tbody></table>"
    html = f'<p>See:</p>{table}<pre class="code" data-lang="python">x = 1</pre><p>Done. {ANN}</p>'

    assert bodies(html) == [f'<p>See:</p>{table}<pre class="code" data-lang="python">x = 1</pre><p>Done.</p>']


def test_white_space_that_begins_code_stays():
    assert bodies(f"<p>See:</p><pre>   <b>x</b>\n y</pre><p>{ANN}</p>")[0].startswith("<p>See:</p><pre>   <b>x</b>")


def test_formatting_that_spans_comments_is_around_each():
    assert bodies(f"<small><p>One. {ANN}</p><p>Two. {BOB}</p></small>") == [
        "<small><p>One.</p></small>",
        "<small><p>Two.</p></small>",
    ]


def test_lines_of_the_page_tell_where_a_comment_begins_and_is_signed():
    html = f'<p data-line="4">One\ntwo\n{ANN}</p><ul><li data-line="8">Three\n<p data-line="9">four {BOB}</p></li></ul>'

    assert [(comment.line, comment.signature_line) for comment in read(html).comments] == [(4, 6), (8, 9)]


def test_hidden_remarks_stay_with_the_comment_before_them():
    remark = "<!-- Message sent by User:Ann@wiki using the list at X -->"

    assert remark in bodies(f"<h2>News</h2><p>Read this. {ANN}</p>{remark}<h2>More</h2>")[0]


def test_tables_of_contents_are_nobodys_words():
    html = f'<div id="toc" class="toc"><h2>Contents</h2><ul><li>A {ANN}</li></ul></div><h2>A</h2><p>Yes. {BOB}</p>'
    found = read(html)

    assert [heading.text for heading in found.headings] == ["A"]
    assert [comment.html for comment in found.comments] == ["<p>Yes.</p>"]
