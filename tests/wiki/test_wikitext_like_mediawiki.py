"""Our HTML beside that of a real MediaWiki: the same elements and the same words, for what is tricky to read."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import requests
from selectolax.lexbor import LexborHTMLParser, LexborNode

from importers.wiki.sites import site_of_language
from importers.wiki.titles import parse_title
from importers.wiki.wikitext import render
from tests.wiki.mediawiki import MediaWiki

_PAGE = "Talk:Foo/Bar"
_NOT_TEXT = "#toc, .toc, style, link, meta, .mw-editsection, .mw-cite-backlink"
_ONLY_AROUND = ("span", "font", "tbody")  # elements that say nothing of the structure
_BLOCK = r"</?(?:ul|ol|li|dl|dd|dt|table|tr|td|th|caption|h\d|pre|div|blockquote|hr|center)>"

# What a page may hold, by what it is about.
SNIPPETS = {
    "paragraphs": ["a\nb\n\nc\n\n\nd\n\n\n\ne", "\n\n\na", "a\n=b=\nc", "\ta", "a<br>\nb", "&nbsp;\n\nc"],
    "lists": [
        "* a\n* b\n** c\n* d",
        ":a\n::b\n:::c\n:d",
        ":a\n:::b\n:c",
        "*a\n:b\n#c",
        "*:a\n*:b\n**c",
        ":*a\n::b\n:*c",
        "#a\n#*b\n#c",
        "text\n* a\ntext\n\n* b\n\n* c",
        "*\n* \n:",
        "#a\n##b\n#:c\n#d",
        "**a\n*b",
        "*a\n*#b\n*#c\n**d",
        "::::a\n:b",
        "* '''a\n* b'''",
        "*a\n**b\n\n**c",
    ],
    "terms": [
        ";t:d\n;t2\n:d2",
        ";a\n;b\n:c\n;d:e",
        ":;a:b\n::c",
        "; [[Foo:x|a:b]] : c",
        "; <b>x:y</b>:z",
        ";http://x.org/ : y",
        ";a\n*b",
    ],
    "preformatted": [" pre\n pre2\nnot\n  two", " \n a\n \n b", " ''x''\n* y", "* a\n pre", "<pre>a\n''b''\n</pre> x"],
    "rules and headings": [
        "x\n----\ny\n-----z",
        "== H ==\n=== ==\n====\n==a\nb==\n====== y ======\n======= z =======\n== a = b ==  ",
        "==a== x",
        "==a==<!-- c -->\n== b == <!-- c --> \nx",
        "<h2>x</h2>\n<h3 id=a>y</h3>z",
    ],
    "emphasis": [
        "'''b''' ''i'' '''''bi''''' '''''b''' i'' '''''i'' b'''",
        "''a '''b'' c'''",
        "''a ''b''' c''",
        "L'''eau''' d''e''",
        "'''a",
        "''a\nb''",
        "''''a''''",
        "''''''a''''''",
        "'a''b'''c''''d'''''e",
        "x '''y ''z",
        "a'''b ''c",
        "l'''x''",
        "''a'''b''c'''d",
        "ab'''c '''d '''e ''f",
        "ab'''c x'''d '''e ''f",
        "a '''b cd'''e '''f ''g",
    ],
    "links": [
        "[[Foo]] [[foo bar|x]]s [[:Category:X]] [[Category:Y]] z",
        "a\n[[Category:Y]]\nb",
        "a\n\n[[Category:Y]]\n\nb",
        "[[Foo#Bar]] [[#Bar]] [[#Bar|x]] [[/Sub]] [[/Sub/]] [[../X]] [[Talk:Foo/Bar]]",
        "[[a|b|c]] [[a|b]c]] [[a|[b]]] [[a]]]",
        "[[a\nb]] [[a|b\nc]] [[a{b]] [[a<b]] [[]] [[|x]] [[ ]] [[a|[[b]]]]",
        "[[http://x.org]] [[http://x.org y]]",
        "[[Foo|''x'']] ''[[Foo|x]]''",
        "[[User:Ann]] [[user talk:ann|t]] [[Special:Contributions/192.0.2.1|x]]",
        "[[%41b]] [[a%5Bb]] [[Foo&amp;bar]] [[Foo & bar]] [[a_b]] [[:a]]",
        "[[a|<b>x</b>]] [[a|<nowiki>]]</nowiki>]]",
        "[[:File:A.jpg]] [[:File:A.jpg|z]] [[Media:A.jpg]] [[File:A.jpg]]",
    ],
    "the web": [
        "http://a.b/c. http://a.b/c, (http://a.b/c) http://a.b/(c) http://a.b/c_(d). http://a.b?x=1&y=2;",
        "[http://a.b] [http://a.b c] [http://a.b c]d [//a.b c] [//a.b] [http://a.b ''c'']",
        "[mailto:a@b.c m] mailto:a@b.c",
        "[http://a.b/ c\nd] [ http://a.b c] [a.b c] [http://a.b|c]",
        "[http://a.b http://c.d] [http://a.b [c]] [[http://a.b c]]",
        "http://a.b/&lt;c http://a.b/&amp;c ftp://x.y irc://x.y xhttp://a.b HTTP://A.b https:// http:///x",
    ],
    "html": [
        "<b>x</b> <i>y <script>z</script> <a href='x'>q</a> <foo></i>",
        "<div>\nx\n\ny\n</div>\nz",
        "<div>x</div>y\nz",
        "a <div>b</div> c\n\nd",
        "<blockquote>a\n\nb</blockquote>\nc",
        "<blockquote>\na\nb\n</blockquote>",
        "x<br>y<br/>z</br>w<hr>v<br clear=all />",
        "<small>a\n\nb</small>",
        "<s>a</s><del>b</del><ins>c</ins><u>d</u><sub>e</sub><sup>f</sup><tt>g</tt><code>h</code><big>i</big>",
        "<ul><li>a</li><li>b</li></ul>\nc",
        "<table>\n<tr>\n<td>a\n\nb\n</td>\n</tr>\n</table>\nc",
        "a < b > c & d &amp; &foo; &nbsp; &#65; &#x41; &lt;",
        "<div\nclass=x>y</div>",
        "* <div>a\nb</div>\n* c",
    ],
    "tables": [
        "{|\n| a\n|}",
        "{| class=x\n|+ cap\n! h1 !! h2\n|-\n| a || b\n|- style=x\n| c | d || e\n|}",
        "{|\n|-\n|}",
        "{|\n| a\nb\n\nc\n* d\n|}\ne",
        "{|\n|\n{|\n| in\n|}\n|}",
        ":{|\n| a\n|}\n:b",
        "{|\n! a\n| b\n! c !! d || e\n|}",
        "{|\n| [[a|b]] || x=y | z\n|}",
        "x\n{|\n| a",
        "* a\n{|\n|b\n|}\n* c",
        "|a\n! b\n|}",
        "{|\n|a<br>b\n|<pre>x\ny</pre>\n|}",
    ],
    "comments": [
        "a<!-- c -->b\n<!-- c -->\nd\n\n<!-- x -->\n\ne",
        "* a\n<!-- c -->\n* b",
        "* a <!-- c\n d -->\n* b",
        "<!-- c -->* a",
        "a\n <!-- c --> \nb",
        "a<!-- unclosed\nb",
    ],
    "words and functions": [
        "{{PAGENAME}} {{FULLPAGENAME}} {{NAMESPACE}} {{BASEPAGENAME}} {{SUBPAGENAME}} {{ROOTPAGENAME}}",
        "{{TALKPAGENAME}} {{SUBJECTPAGENAME}} {{ns:2}} {{ns:user talk}} {{lc:ABC}} {{uc:abc}} {{ucfirst:abc}}",
        "{{padleft:7|3}} {{padright:7|3|x}} {{formatnum:1}} {{urlencode:a b/c}} {{PAGENAMEE}}",
        "{{#if:x|a|b}} {{#if: |a|b}} {{#if:x}} {{#ifeq:a|a|y|n}} {{#ifeq:1|1.0|y|n}}",
        "{{#switch:b|a=1|b=2|#default=3}} {{#switch:c|a|c=1|d}} {{#switch:z|a=1|d}} {{#switch:q|a|b=1|#default=d}}",
        "{{!}} {{=}} {{{1}}} {{{1|d}}} {{ {a}} {{a[b}} {{a|b",
        "{{plural:1|a|b}} {{plural:2|a|b}} {{DEFAULTSORT:x}}y {{DISPLAYTITLE:z}}",
        "{{#if:x|\n* a|b}}",
        "<noinclude>a</noinclude> <includeonly>b</includeonly>",
        "a __NOTOC__ b __FOO__ __init__ __notoc__ ~~~~ ~~~",
    ],
    "extensions": [
        "<nowiki>''x'' [[y]] {{z}} &lt; <b> & </nowiki> a<nowiki/>b",
        "<pre>\n<nowiki>x</nowiki> &lt;\n</pre>",
        "a<ref>x</ref> b<ref name=n>y</ref> c<ref name=n />",
        "a<ref group=g>x</ref><references group=g />",
        "a<ref>unclosed",
        "<ref name=q/><references><ref name=q>z</ref></references>",
        "<poem>\na\n b\n\nc\n</poem>",
        "<syntaxhighlight lang=python>\ndef f():\n  '''x''' &lt;\n</syntaxhighlight>",
    ],
}


@pytest.mark.parametrize("about", SNIPPETS)
def test_the_same_as_a_real_mediawiki(mediawiki: MediaWiki, about: str) -> None:
    site = replace(site_of_language("en", f"{mediawiki.url}/index.php/Main_Page"), name="Test Wiki")
    page = parse_title(site, _PAGE)
    ours = {text: _structure(render(text, site, page, lambda call: call.source).html) for text in SNIPPETS[about]}

    assert ours == {text: _structure(_parsed(mediawiki, text)) for text in SNIPPETS[about]}


def _parsed(wiki: MediaWiki, text: str) -> str:
    """What the wiki makes of it."""
    asked = {
        "action": "parse",
        "format": "json",
        "formatversion": "2",
        "title": _PAGE,
        "text": text,
        "contentmodel": "wikitext",
        "prop": "text",
        "disablelimitreport": "1",
        "disableeditsection": "1",
        "wrapoutputclass": "",
    }
    answer = requests.post(f"{wiki.url}/api.php", data=asked, timeout=60).json()
    html = answer["parse"]["text"]
    assert isinstance(html, str)
    return html


def _structure(html: str) -> str:
    """Elements and words. Where a paragraph begins and ends counts only between texts, and boxes around lists of
    footnotes and around code, which are a matter of the skin, not at all."""
    tree = LexborHTMLParser(f"<body>{html}")
    for node in tree.css(_NOT_TEXT):
        node.decompose()
    for box in tree.css("div.mw-references-wrap, div.mw-highlight"):
        box.unwrap()
    tree.unwrap_tags(list(_ONLY_AROUND))
    assert tree.body
    text = re.sub(r"[\s\xa0]+", " ", "".join(_pieces(tree.body)))
    text = re.sub(rf" ?({_BLOCK}|</?p>|<br>) ?", r"\1", text)
    for _ in range(3):  # elements around nothing, some of which MediaWiki takes out and others not
        text = re.sub(r"<(\w+)> ?</\1>", "", text)
    text = re.sub("(?: ?</?p> ?)+", "¶", text)
    return re.sub(rf"¶?({_BLOCK})¶?", r"\1", re.sub(rf"¶?({_BLOCK})¶?", r"\1", text)).strip("¶ ")


def _pieces(node: LexborNode) -> list[str]:
    pieces: list[str] = []
    for child in node.iter(include_text=True):
        if child.is_text_node:
            pieces.append(child.text() or "")
        elif child.tag and child.tag[0].isalpha():
            closing = [] if child.tag in ("br", "hr", "wbr") else [f"</{child.tag}>"]
            pieces += [f"<{child.tag}>", *_pieces(child), *closing]
    return pieces
