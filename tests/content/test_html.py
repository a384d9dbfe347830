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


def test_what_nobody_typed_as_markup_is_text_where_the_html_says_all() -> None:
    html = "<p>- one<br>- two<br>&gt; three<br>if (a) { b(); }<br>    c = d;</p>"
    table = "<table><tr><td>a</td><td>b:</td></tr><tr><td>c</td><td></td></tr></table>"
    assert html_to_markdown(html, typed=False).body == "\\- one\n\\- two\n\\> three\nif (a) { b(); }\nc = d;"
    shown = html_to_markdown(f"{table}<pre>Only words, many of them.</pre>", typed=False).body
    assert shown == "| a | b: |\n| --- | --- |\n| c |  |\n\n```\nOnly words, many of them.\n```"
    assert html_to_markdown(html).body != html_to_markdown(html, typed=False).body


def test_links_that_the_caller_knows_lead_where_it_says_and_no_others_do() -> None:
    html = '<p><a href="p0">Ann</a> <a href="person:bob">Bob</a> <a href="p1">Eve</a></p>'
    assert html_to_markdown(html, targets={"p0": "person:ann"}).body == "[Ann](person:ann) Bob Eve"


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


def test_pictures_on_the_web_become_links_so_that_nobody_loads_them_unasked() -> None:
    assert _body('Yes <img src="http://x.y/1f600.png" alt="😀" width="18">') == "Yes 😀"
    assert _body('<img src="http://x.y/p.png" alt="A bed">') == "[A bed](http://x.y/p.png)"
    assert _body('<img src="http://x.y/p.png?w=1">') == "[p.png](http://x.y/p.png?w=1)"
    assert _body('<a href="http://x.y/"><img src="http://x.y/p.png" alt="A bed"></a>') == "[A bed](http://x.y/)"


@pytest.mark.parametrize(
    "attributes",
    [
        'src="http://t.example/open.gif" width="1" height="1" alt="t"',
        'src="http://t.example/x.png" style="width:1px;height:1px"',
        'src="http://t.example/x.png" style="display: none !important" alt="t"',
        'src="http://t.example/wf/open?upn=abc"',
        'src="http://t.example/track/open.php?u=1"',
        'src="http://t.example/img/spacer.gif" width="600"',
        'src="http://t.example/icon.png" width="24"',
        'src="http://t.example/a?b"',
    ],
)
def test_trackers_and_nameless_decoration_go(attributes: str) -> None:
    assert _body(f"seen<img {attributes}>") == "seen"


@pytest.mark.parametrize(
    ("href", "target"),
    [
        (
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx.y%2Fa%3Fb%3D1&data=04",
            "https://x.y/a?b=1",
        ),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__x.y_a-5Fb&d=Dw", "https://x.y/a_b"),
        ("https://urldefense.com/v3/__https://x.y/a?b*c__;Iw!!AB!cd$", "https://x.y/a?b#c"),
        ("https://www.google.com/url?q=https://x.y/a&sa=D&source=gmail", "https://x.y/a"),
        ("https://www.google.com/search?q=https://x.y/a", "https://www.google.com/search?q=https://x.y/a"),
        ("https://x.y/a?utm_source=m&b=1&utm_medium=email#c", "https://x.y/a?b=1#c"),
        ("https://x.y/?utm_source=m&mc_cid=1", "https://x.y/"),
        ("https://eur01.safelinks.protection.outlook.com/?url=javascript:x", None),
    ],
)
def test_links_lead_where_they_led_before_programs_wrapped_them(href: str, target: str | None) -> None:
    assert _body(f'<a href="{escape_html(href)}">here</a>') == f"[here]({target or href})"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ('<a href="http://readme.md/">readme.md</a> x', "readme.md x"),
        ('<a href="http://x.y/a">http://x.y/a</a>b', "[http://x.y/a](http://x.y/a)b"),
        ('<a href="mailto:ann@x.y">Ann</a>', "[Ann](mailto:ann@x.y)"),
        ('<b>see </b><a href="http://x.y/a"><b>it</b></a><b> now</b>', "**see [it](http://x.y/a) now**"),
        ('<a href="http://x.y/a"> <b>one</b><br>two </a>', "[**one**](http://x.y/a)\n[two](http://x.y/a)"),
        ("a<b> b </b>c", "a **b** c"),
        ("<b>bold</b><b> bold</b>", "**bold bold**"),
        ("<b>Note:</b>read", "**Note**:read"),
        ('<b>"x"</b>y', '"**x**"y'),
        ("这是<b>“重点”</b>的", "这是“**重点**”的"),
        ("<b><i>both</i></b> <b>one <i>two</i></b>", "***both* one _two_**"),
        ("<b>a<br>b</b>", "**a**\n**b**"),
        ('<b style="font-weight:normal">plain</b> <span style="font-weight:700">bold</span>', "plain **bold**"),
        ("<h2><b>Title</b> #</h2>", "## Title \\#"),
        ("x<sup>2</sup> 1<sup>st</sup> H<sub>2</sub>O", "x^2 1st H2O"),
        ("<q>said</q>", '"said"'),
        ("<code>a`b</code> <kbd>*</kbd>", "``a`b`` `*`"),
        ("run <code>x</code>now", "run `x`now"),
        ("text<pre>code\n  more</pre>text", "text\n\n```\ncode\n  more\n```\n\ntext"),
        ('<pre>a<br>b <a href="http://x.y">c</a></pre>x', "```\na\nb c\n```\n\nx"),
        (
            "<pre>Dear all, this is a letter,\nwith code:\n\n    x = f(y);\n</pre>Ann",
            "Dear all, this is a letter,\nwith code:\n\n```\nx = f(y);\n```\n\nAnn",
        ),
        ("<tt>for x in y:</tt><br><tt>&nbsp;&nbsp;print(x)</tt>", "```\nfor x in y:\n  print(x)\n```"),
        ("<tt>Dear all, this is</tt><br><tt>a letter.</tt>", "Dear all, this is\na letter."),
        ('use <span style="font-family:Consolas">ls -l</span> here', "use `ls -l` here"),
        ("<div>- one</div><div>- two</div>", "- one\n- two"),
        ("&gt; said<br>&gt;&gt; before<br>answer", "> said\n>\n> > before\n\nanswer"),
    ],
)
def test_words_within_a_line(html: str, markdown: str) -> None:
    assert _body(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n* b"),
        ("<ol><li>a</li></ol><p>x<ol start=2><li>b</li></ol>", "1. a\n\nx\n\n2. b"),
        ("<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ul><li>a<ol start=4><li>b</ol></ul>", "- a\n\n  4. b"),
        ("<ul><li><p>a</p><p>b</p></li><li></li><li><pre>c</pre></li></ul>", "- a\n\n  b\n- ```\n  c\n  ```"),
        ("<li>a</li><li>b</li>", "- a\n- b"),
        ("<ol><li value=5>a<li>b<li value=9>c<li value=x>d</ol>", "5. a\n6. b\n\n9) c\n10) d"),
        ("x<ul><li>a<blockquote>q</blockquote>b</ul>y", "x\n\n- a\n\n  > q\n\n  b\n\ny"),
        ("<ul>text<li>a</ul>", "text\n\n- a"),
        (
            "<p class=MsoListParagraph>1.&nbsp;&nbsp; one</p><p class=MsoListParagraph>2.&nbsp; two</p><p>x</p>",
            "1. one\n2. two\n\nx",
        ),
        ('<p class=x style="mso-list:l0 level1"><span style="mso-list:Ignore">a)</span>one</p>', "a) one"),
    ],
)
def test_lists(html: str, markdown: str) -> None:
    assert _body(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        (
            "<table><tr><th>a<th>b<tr><td rowspan=2>1<td>2<tr><td>3</table>",
            "| a | b |\n| --- | --- |\n| 1 | 2 |\n|  | 3 |",
        ),
        (
            "<table border=1><tr><td colspan=2>a<td>b<tr><td>1<td><p>2<p>3<td><b>x|y</b></table>",
            "| a |  | b |\n| --- | --- | --- |\n| 1 | 2 3 | **x\\|y** |",
        ),
        ("<table><tr><td>When:<td>Friday<tr><td>Where:<td>here</table>", "When: Friday\nWhere: here"),
        ("<table><tr><td>left<td>right</table>", "left right"),
        ("<table border=1><tr><td>a<td><ul><li>b</ul><tr><td>c<td>d</table>", "a\n\n- b\n\nc\nd"),
        ("<table border=1><tr><td>a<td>b<tr><td><table><tr><td>c</table><td>d</table>", "a\nb\nc\nd"),
        (
            "<table border=1><caption>All</caption><tr><td>a<td>b<tr><td>c<td></table>",
            "All\n\n| a | b |\n| --- | --- |\n| c |  |",
        ),
    ],
)
def test_tables(html: str, markdown: str) -> None:
    assert _body(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("one<br><br><br>two<p>three</p><div>four</div>five", "one\n\ntwo\n\nthree\n\nfour\nfive"),
        ("<div><div>a</div><div><div>b</div></div></div>", "a\nb"),
        ("<p class=MsoNormal>a<p class=MsoNormal>b<p class=MsoNormal>&nbsp;<p class=MsoNormal>c", "a\nb\n\nc"),
        ('<p style="margin:0">a</p><p style="margin:0">b</p><p style="margin:0 0 1em">c</p>', "a\nb\nc"),
        ('<div style="white-space:pre-wrap">a\n  b\n\nc</div>', "a\nb\n\nc"),
        ("a<hr><hr><p><hr>b<ul><li>c<hr><hr>d</ul>", "a\n\n---\n\nb\n\n- c\n\n  ---\n\n  d"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ('<td style="font-size:0px"><p style="font-size:13px">seen</p></td>', "seen"),
        ("a<style>b{}</style>c<!-- d --><![if !mso]>e<![endif]>", "ace"),
        ("<b>never <i>closed <p>next", "**never *closed***\n\n***next***"),
        ("<xmp>a <b></xmp>", "a \\<b>"),
    ],
)
def test_lines_and_what_cannot_be_seen(html: str, markdown: str) -> None:
    assert _body(html) == markdown


@pytest.mark.parametrize(
    "text",
    [
        "<you@host>",
        "List<String>",
        "2*3*4 _x_ #1",
        "# x",
        "@name :smile: [removed]",
        "----------",
        "{{x}} {% y %}",
        "|a|",
        "~~",
    ],
)
def test_text_that_looks_like_markup_stays_text(text: str) -> None:
    assert seen(_body(f"<p>above<br>{escape_html(text)}<br>below</p>")) == f"above {text} below"
    assert re.sub("<[^>]*>", "", render(_body(f"<b>{escape_html(text)}</b>"))).strip() == escape_html(text, quote=False)


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


_TYPED_MARKS = re.compile(r"[>`*_•.)\d-]")  # of quotes, fences and lists typed by hand, which stay what they were


def _solid(text: str) -> str:
    return "".join(_TYPED_MARKS.sub("", squeezed(text)).split())


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


def test_a_mail_that_is_a_signature_only_shows_it() -> None:
    result = html_to_markdown('<blockquote type="cite" cite="mid:1> text <pre class="moz-signature">-- \nBob</pre>')
    assert (result.body, result.elided) == ("> \\--\n> Bob", "")


def test_a_table_may_begin_with_a_row_that_has_no_cells() -> None:
    html = "<table border=1><tr><tr><td>Bed<td>Slugs<tr><td>1<td>12</table>"
    assert _body(html).endswith("| Bed | Slugs |\n| --- | --- |\n| 1 | 12 |")


def test_all_is_shown_where_nothing_is_to_be_folded_away() -> None:
    html = "<p>Text</p><p>--<br>Ann</p><p>On Monday, Bob wrote:</p><blockquote>quoted</blockquote>"
    result = html_to_markdown(html, fold=False)
    assert result.body == "Text\n\n\\--\nAnn\n\nOn Monday, Bob wrote:\n\n> quoted"
    assert result.elided == ""
