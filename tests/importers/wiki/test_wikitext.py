"""Wikitext to HTML: what readers of a wiki see, and from which line of the page it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from importers.wiki.titles import parse_title
from importers.wiki.wikitext import Call, render
from tests.importers.wiki.rendering import html_of, linked, plain, shape, site


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\n\nc", "<p>a\nb</p><p>c</p>"),
        ("== H ==\n=== a=b ===  \n==x", "<h2>H</h2><h3>a=b</h3><p>==x</p>"),
        ("x\n----\ny", "<p>x</p><hr><p>y</p>"),
        (" pre ''i''\n two\nnot", "<pre>pre <i>i</i>\ntwo</pre><p>not</p>"),
        ("* a\n** b\n* c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        (":::a\n:b", "<dl><dd><dl><dd><dl><dd>a</dd></dl></dd></dl></dd><dd>b</dd></dl>"),
        (":*a\n:*b\n::c", "<dl><dd><ul><li>a</li><li>b</li></ul><dl><dd>c</dd></dl></dd></dl>"),
        ("*a\n\n*b", "<ul><li>a</li></ul><ul><li>b</li></ul>"),
        ("#a\n#*b\n#c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("; t : d", "<dl><dt>t</dt><dd>d</dd></dl>"),
        (";[[x|a:b]] : c", "<dl><dt><a>a:b</a></dt><dd>c</dd></dl>"),
        ("''i'' '''b''' '''''x'' y'''", "<p><i>i</i> <b>b</b> <b><i>x</i> y</b></p>"),
        ("L'''eau''' d''e''", "<p>L<b>eau</b> d<i>e</i></p>"),
        ("''a\nb''", "<p><i>a</i>\nb<i></i></p>"),
        ("{|\n! a !! b\n|-\n| c || d\n|}", "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>"),
        (":{|\n|a\n|}", "<dl><dd><table><tr><td>a</td></tr></table></dd></dl>"),
        ("{|\n|\n{|\n|b\n|}\n|}", "<table><tr><td><table><tr><td>b</td></tr></table></td></tr></table>"),
        ("<nowiki>''[[x]]''</nowiki>", "<p>''[[x]]''</p>"),
        ("<b>x</b><script>alert(1)</script>", "<p><b>x</b>&lt;script>alert(1)&lt;/script></p>"),
        ("a &amp; b & c &copy=1", "<p>a &amp; b &amp; c &amp;copy=1</p>"),
        ("x__NOTOC__ __init__", "<p>x __init__</p>"),
        ("<noinclude>a</noinclude><includeonly>b</includeonly>", "<p>a</p>"),
        ("~~~~", "<p>~~~~</p>"),
        ("<math>x^2</math> <ce>H2O</ce>", "<p><code>x^2</code> <code>\\ce{H2O}</code></p>"),
        ("<poem>\na\nb\n</poem>", "<div><p>a<br>\nb</p></div>"),
    ],
)
def test_what_is_written_is_shown_as_on_a_wiki(text: str, expected: str) -> None:
    assert shape(text) == expected


@pytest.mark.parametrize(
    ("text", "address", "title", "label"),
    [
        ("[[foo bar]]s", "https://wiki.example.org/wiki/Foo_bar", "Foo bar", "foo bars"),
        ("[[user:ann|A]]", "https://wiki.example.org/wiki/User:Ann", "User:Ann", "A"),
        ("[[Foo#A b|x]]", "https://wiki.example.org/wiki/Foo#A_b", "Foo", "x"),
        ("[[#A b]]", "https://wiki.example.org/wiki/Talk:Foo/Bar#A_b", "Talk:Foo/Bar", "#A b"),
        ("[[/Sub/]]", "https://wiki.example.org/wiki/Talk:Foo/Bar/Sub", "Talk:Foo/Bar/Sub", "Sub"),
        ("[[Help:Foo (x)|]]", "https://wiki.example.org/wiki/Help:Foo_(x)", "Help:Foo (x)", "Foo"),
        ("[[:Category:X]]", "https://wiki.example.org/wiki/Category:X", "Category:X", "Category:X"),
        ("[[meta:Foo|x]]", "https://meta.example.org/wiki/Foo", "meta:Foo", "x"),
    ],
)
def test_links_tell_their_page(text: str, address: str, title: str, label: str) -> None:
    kind = "interwiki" if title.startswith("meta") else "wikilink"
    assert f'<a class="{kind}" href="{address}" title="{title}">{label}</a>' in html_of(text)


def test_links_to_other_languages_show_on_talk_pages_only() -> None:
    assert ">fr:Foo</a>" in html_of("a [[fr:Foo]]")
    assert shape("a [[fr:Foo]]", title="Foo") == "<p>a</p>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://a.b/c.", '<a class="external" href="http://a.b/c">http://a.b/c</a>.'),
        ("(http://a.b/c)", '(<a class="external" href="http://a.b/c">http://a.b/c</a>)'),
        ("http://a.b/c_(d)", '<a class="external" href="http://a.b/c_(d)">http://a.b/c_(d)</a>'),
        ("见http://a.b/。", '见<a class="external" href="http://a.b/。">'),
        ("[http://a.b x ''y'']", '<a class="external" href="http://a.b">x <i>y</i></a>'),
        ("[http://a.b] [http://c.d]", '<a class="external" href="http://c.d">[2]</a>'),
        ("RFC 123", '<a class="external" href="https://datatracker.ietf.org/doc/html/rfc123">RFC 123</a>'),
        ("[[Foo|http://a.b]]", 'title="Foo">http://a.b</a>'),
    ],
)
def test_addresses_are_links(text: str, expected: str) -> None:
    assert expected in html_of(text)


def test_files_are_links_with_their_caption() -> None:
    assert shape("[[File:A.jpg|thumb|200px|The cat]]") == "<p><a>The cat</a></p>"
    assert shape("[[Datei:A.jpg|mini|rechts]]", language="de") == "<p><a>Datei:A.jpg</a></p>"
    assert shape("[[File:A.jpg|cap]]") == "<p><a>cap</a></p>"  # which is "none" in Catalan
    assert shape("[[Fitxer:A.jpg|cap]]", language="ca") == "<p><a>Fitxer:A.jpg</a></p>"
    assert shape("[[File:A.jpg|left|See [[B|b]]]]") == "<p><a>File:A.jpg</a> (See <a>b</a>)</p>"
    assert "<li" in html_of("<gallery>\nFile:A.jpg|''One''\n</gallery>")


def test_categories_leave_neither_text_nor_lines() -> None:
    assert shape("a\n\n[[Category:X]]\nb") == "<p>a\nb</p>"
    assert 'data-line="4">c' in html_of("a\n\n[[Category:X]]\n\nc")


def test_footnotes_are_numbered_and_stand_at_the_end() -> None:
    html = html_of("a<ref name=x>one [[Foo]]</ref> b<ref>two</ref> c<ref name=x />")
    assert re.findall(r"\[\d\]", html) == ["[1]", "[2]", "[1]"]
    assert '<li id="cite_note-2" data-line="0">two</li></ol>' in html
    assert plain(html_of("a<ref>x</ref>\n<references />\nb")).endswith("<li>x</li></ol><p>b</p>")


def test_code_is_kept_as_it_was_typed() -> None:
    html = html_of("<syntaxhighlight lang=python>\nif a < b:\n  '''x''' &lt;\n</syntaxhighlight>")
    assert (
        html.strip()
        == "<pre class=\"code\" data-lang=\"python\" data-line=\"0\">if a &lt; b:\n  '''x''' &amp;lt;</pre>"
    )


def test_attributes_that_could_do_harm_are_dropped() -> None:
    html = html_of("<span class=x onclick=y style='display:none' title=\"[[a]]''\" data-line=9>z</span>")
    assert html.strip() == ('<p data-line="0"><span class="x" title="&#91;&#91;a&#93;&#93;&#39;&#39;">z</span>\n</p>')


def test_comments_stay_and_do_not_disturb() -> None:
    html = html_of("* a\n<!-- one -->\n* b<!-- > two\n -->\n<!-- three -->== H ==")
    assert re.findall("<!--.*?-->", html, re.DOTALL) == ["<!-- one -->", "<!-- &gt; two\n -->", "<!-- three -->"]
    assert plain(re.sub("<!--.*?-->", "", html, flags=re.DOTALL)) == "<ul><li>a</li><li>b</li></ul><h2>H</h2>"


def test_languages_with_scripts_show_one_form() -> None:
    assert shape("-{zh-hans:甲;zh-hant:乙}- -{丙}-", language="zh") == "<p>甲 丙</p>"
    assert shape("-{a}-") == "<p>-{a}-</p>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "{{PAGENAME}} {{FULLPAGENAME}} {{SUBPAGENAME}} {{ns:2}} {{SITENAME}}",
            "Foo/Bar Talk:Foo/Bar Bar User Example",
        ),
        ("{{#if: |a|b}}{{#if:x|a|b}} {{#ifeq:1|1.0|y|n}}", "ba y"),
        ("{{#switch:b|a=1|b|c=2|#default=3}} {{#switch:z|a=1|4}}", "2 4"),
        ("{{lc:ABC}} {{padleft:7|3}} {{urlencode:a b}} {{!}}", "abc 007 a+b |"),
        ("{{fullurl:Foo|action=history}}", "https://wiki.example.org/w/index.php?title=Foo&amp;action=history"),
        ("{{{1|d}}} {{{1}}}", "d {{{1}}}"),
    ],
)
def test_words_that_need_no_wiki(text: str, expected: str) -> None:
    assert expected in re.sub("</?a[^>]*>", "", html_of(text))


def test_words_for_the_time_need_to_know_it() -> None:
    wiki = site()
    page = parse_title(wiki, "Talk:Foo")
    at = datetime(2020, 3, 7, tzinfo=UTC)
    assert "2020-03-7" in render("{{CURRENTYEAR}}-{{CURRENTMONTH}}-{{CURRENTDAY}}", wiki, page, linked, at=at).html
    assert "Template:CURRENTYEAR" in html_of("{{CURRENTYEAR}}")


def test_calls_come_with_what_is_in_them_expanded() -> None:
    calls: list[Call] = []

    def expand(call: Call) -> str:
        calls.append(call)
        return f"({call.name})"

    shape("{{a\n|x|[[p|q]]|k = {{b}} |<nowiki>|</nowiki><!-- c -->}}", expand)
    assert [call.name for call in calls] == ["b", "a"]
    assert calls[1].arguments == {"1": "x", "2": "[[p|q]]", "k": "(b)", "3": "<nowiki>|</nowiki>"}
    assert calls[1].source.startswith("{{a\n|x|")


def test_what_a_template_gives_is_read_as_wikitext() -> None:
    assert shape("a {{x}}", lambda call: "* b\n* ''c''") == "<p>a</p><ul><li>b</li><li><i>c</i></li></ul>"


def test_what_stands_behind_a_box_is_no_code() -> None:
    assert shape("{{box}} text", lambda call: "<div>a</div>\n") == "<div>a</div><p>text</p>"
    assert shape("{{word}}\n code", lambda call: "a") == "<p>a</p><pre>code</pre>"


def test_functions_that_are_not_known_are_told() -> None:
    text = "{{#invoke:Sum|1}} {{#odd}} {{a#b}}"
    assert shape(text, lambda call: f"({call.name})") == "<p>(#invoke:Sum) {{#odd}} {{a#b}}</p>"


def test_lines_are_those_of_the_page() -> None:
    text = (
        "a\n\n<!--\n-->\n{{t|\n* b\n* c\n}}\n<pre>\n\n</pre>\n* d <ref>x\ny</ref>\n<div\nclass=e>\n== f ==\n{|\n|g\n|}"
    )
    html = html_of(text, lambda call: f"intro{call.arguments['1']}")
    lines = dict(re.findall(r'<(\w+)(?: class="e")? data-line="(\d+)">(?=[^<]|$)', html))
    assert re.findall(r'<li data-line="(\d+)"> ([bcd])', html) == [("5", "b"), ("6", "c"), ("11", "d")]
    assert re.findall(r'<h2 data-line="(\d+)"', html_of("\n<!-- c -->\n<!-- d -->\n== a ==")) == ["3"]
    assert (lines["pre"], lines["div"], lines["h2"], lines["td"]) == ("8", "13", "15", "17")
