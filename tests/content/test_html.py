"""HTML mail: what was seen is seen, what was hidden stays away, and nothing of it becomes markup or a way in."""

from __future__ import annotations

import re
from html import escape as escape_html
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.content import html_to_markdown
from migrate.content.escape import clean
from tests.content.rendering import render, seen, squeezed, words
from tests.content.test_escape import markup


def _body(html: str, **inline: str) -> str:
    return html_to_markdown(html, inline=inline).body


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
        ("<div>one</div><div>two</div><div><br></div><div>three</div>", "one\ntwo\n\nthree"),
        ("<b>bold</b> <em>it</em> <s>gone</s> <code>x*y</code>", "**bold** *it* ~~gone~~ `x*y`"),
        ("<h2>Title</h2>text<hr>more", "## Title\n\ntext\n\n---\n\nmore"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ('<ol start="3"><li>x<li>y</ol>', "3. x\n4. y"),
        ("<pre>if (a &lt; b) {\n  *p++;\n}</pre>", "```\nif (a < b) {\n  *p++;\n}\n```"),
        ('<a href="http://x.y/a_(b)">see [this]</a>', "[see \\[this\\]](http://x.y/a_%28b%29)"),
        ('<a href="http://x.y/">http://x.y</a> <a href="mailto:a@b.c">a@b.c</a>', "http://x.y a@b.c"),
        ('Hello!<a href="http://x.y">there</a>', "Hello\\![there](http://x.y)"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n>\n> > b\n\nc"),
        ("<p>a&nbsp;&nbsp;b&amp;copy; &lt;tag&gt;</p>", "a b\\&copy; \\<tag>"),
        ('<font color="red">r</font><center>c</center><o:p></o:p>', "r\nc"),
        ("<p dir=rtl>שלום</p>", "שלום"),
    ],
)
def test_html_becomes_the_markdown_one_would_write(html: str, markdown: str) -> None:
    assert _body(html) == markdown


def test_tables_of_data_stay_tables_and_those_for_layout_do_not() -> None:
    data = "<table><tr><th>Name</th><th>a|b</th></tr><tr><td>x</td><td>1<br>2</td></tr></table>"
    assert "<table>" in render(_body(data))
    assert seen(_body(data)) == "Name a|b x 1 2"
    layout = f"<table><tr><td><p>Hello</p></td></tr><tr><td>{data}</td></tr></table>"
    assert _body(layout).startswith("Hello\n\n| Name")


@pytest.mark.parametrize("start", ["%PDF-1.4", "PK\x03\x04", "GIF89a"])
def test_text_that_begins_like_another_format_is_text(start: str) -> None:
    assert seen(_body(f"{start} explained")) == f"{clean(start)} explained"


def test_what_was_hidden_stays_hidden() -> None:
    html = (
        "<head><title>t1</title><style>s1</style></head><body><!-- c1 --><script>s2</script>"
        '<div style="color:red; display: none">h1</div><span hidden>h2</span><p style="MSO-HIDE:all">h3</p>'
        '<img src="http://t.example/open.gif" width="1" height="1" alt="t2"><template>t3</template>seen</body>'
    )
    assert _body(html) == "seen"


def test_pictures_stand_where_they_stood() -> None:
    html = (
        '<p>a <img src="cid:one@x" alt="the [one]"> b <img src="cid:two" alt="two"> '
        '<img src="data:image/png;base64,AA" alt="three"></p>'
    )
    assert (
        html_to_markdown(html, inline={"one@x": "attachment:AB12"}).body
        == "a ![the \\[one\\]](attachment:AB12) b two three"
    )


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        " java\nscript:alert(1)",
        "JAVASCRIPT:x",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "attachment:AB",
        "/x",
        "#x",
        "",
    ],
)
def test_only_harmless_links_stay_links(target: str) -> None:
    html = f'<a href="{escape_html(target)}">click</a><img src="{escape_html(target)}" alt="pic">'
    assert _body(html) == "clickpic"


@pytest.mark.parametrize(
    "html",
    [
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<pre>&lt;script&gt;alert(1)&lt;/script&gt;</pre>",
        '<a href="http://x.y/&quot;&gt;&lt;script&gt;">x</a>',
        '<img src="http://x.y/p" alt="](javascript:alert(1)) ![x](javascript:alert(1))">',
        '<img src="http://x.y/p)](javascript:alert(1)" alt="x">',
        '<a href="http://x.y)[a](javascript:alert(1)">x](javascript:alert(1))</a>',
        '<p a"b="<script>">x</p>',
        "<svg><script>alert(1)</script></svg><math><mi//xlink:href='javascript:x'>y",
        "<xmp><script>alert(1)</script></xmp>",
        "\ufdd0<script\ufdd0>x\ufdd2- [x](javascript:x)",
    ],
)
def test_nothing_dangerous_comes_through(html: str) -> None:
    result = html_to_markdown(html)
    assert not re.search(r"<script|<svg|<math|(?:href|src)=\"(?!https?:)", render(result.body + "\n\n" + result.elided))


def test_a_quoted_mail_at_the_end_is_folded() -> None:
    gmail = (
        '<div dir="ltr">Yes.</div><br><div class="gmail_quote"><div class="gmail_attr">'
        "On Mon, 3 Feb 2020 at 10:00, Ann &lt;ann@example.org&gt; "
        'wrote:<br></div><blockquote class="gmail_quote"><div>Is it?</div></blockquote></div>'
    )
    result = html_to_markdown(gmail)
    assert result.body == "Yes."
    assert result.elided == "On Mon, 3 Feb 2020 at 10:00, Ann \\<ann@example.org> wrote:\n\n> Is it?"
    outlook = '<p>Yes.</p><div id="divRplyFwdMsg"><b>From:</b> Ann<br><b>Sent:</b> Monday</div><p>Is it?</p>'
    assert html_to_markdown(outlook).body == "Yes."
    assert words(html_to_markdown(outlook).elided) == ["From", "Ann", "Sent", "Monday", "Is", "it"]


def test_answers_between_quotes_stay_where_they_are() -> None:
    html = "<p>On 3 Feb 2020, Ann wrote:</p><blockquote>One?</blockquote><p>Yes.</p><blockquote>Two?</blockquote>"
    assert html_to_markdown(html).elided == ""
    assert words(html_to_markdown(html).body)[-3:] == ["One", "Yes", "Two"]


_BLOCKS = st.sampled_from(["p", "div", "blockquote", "li", "ul", "td", "table", "center", "x-y"])
_trees = st.recursive(
    markup.map(escape_html),
    lambda inner: st.tuples(_BLOCKS, st.lists(inner, max_size=4)).map(
        lambda pair: f"<{pair[0]}>{'<br>'.join(pair[1])}</{pair[0]}>"
    ),
    max_leaves=12,
)


def _solid(text: str) -> str:
    return "".join(squeezed(text).split())


@given(_trees)
def test_any_text_in_any_blocks_is_seen_as_text(html: str) -> None:
    result = html_to_markdown(html)
    text = unescape(re.sub(r"<[^>]*>", " ", html))
    # The parser may move text out of a table, so the order is not compared.
    assert sorted(_solid(seen(result.body) + seen(result.elided))) == sorted(_solid(text))


@given(st.text(alphabet="<>/=\"'& abdivpscript!-[]()\n", max_size=200))
def test_any_soup_is_converted(html: str) -> None:
    result = html_to_markdown(html)
    assert not re.search(r"<script", render(result.body))
