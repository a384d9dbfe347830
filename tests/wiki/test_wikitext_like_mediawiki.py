"""Wikitext reads as MediaWiki itself shows it: the same elements around the same text."""

from __future__ import annotations

import re

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from importers.wiki.titles import parse_title
from importers.wiki.wikitext import render
from tests.importers.wiki.pages import SITE
from tests.wiki.mediawiki import MediaWiki

SNIPPETS = {
    "paragraphs": "One\ntwo\n\nthree\n\nfour",
    "lists": "* a\n* b\n** c\n*: d\n# e\n## f\n: g\n:: h\n: i\ntext",
    "jumps": ":::: deep\n: shallow\n*:: odd\n:*# mixed\n:*#: more",
    "mixtures": ": a\n* b\n:: c\n** d\n:* e\n*: f",
    "definitions": ";term:what it is\n; term 2\n: its meaning\n;a [http://x.org y]: z",
    "blank lines in lists": ": a\n\n: b\n\n* c",
    "apostrophes": "''i'' '''b''' '''''bi''''' '''''b''' i'' ''i '''b'''''",
    "unbalanced apostrophes": "l'''amour'' and '''b\n''i\n''''four\n'''''''seven''",
    "headings": "== Two ==\ntext\n=== Three ===\n= One =\n== =odd= ==\n== a == b\n======= seven =======",
    "heading and comment": "== Two == <!-- c -->\ntext",
    "preformatted": " code here\n  more\nnot code\n\n again\n* no",
    "rules": "----\ntext\n------ text",
    "table": "{| class=wikitable\n|+ Title\n! a !! b\n|-\n| 1 || 2\n|-\n| style='x:y' | 3\n* list\n* list 2\n| [[A|b]]\n|}\nafter",
    "table in table": "{|\n|\n{|\n| in\n|}\n| out\n|}",
    "indented table": ":{|\n| a\n|}\ntext",
    "table without end": "{|\n| a\n| b",
    "nowiki": "<nowiki>''no'' [[x]] {{y}} &lt; <b></nowiki> &amp; &copy;\n<pre>\n''p''\n * q</pre>",
    "links": "[[Foo]] [[Foo|bar]]s [[foo bar#x|y]] [[ ]] [[a<b]] [[a|''b'']] ''[[c]]''",
    "external links": "http://a.org/x. (http://b.org/y) [http://c.org] [http://d.org '''e'''] http://f.org/(g) [[h http://i.org",
    "html": "<b>b</b> <small>s<br>t</small> \n<div>d</div>\ne\n\n<div>\nf\n\ng\n</div>\n<script>x</script> <a href='y'>z</a>",
    "html and lists": "* <div>a</div>\n* <small>b</small>\n* c",
    "blockquote": "<blockquote>\nq\n\nr\n</blockquote>\ns",
    "comments": "a <!-- c --> b\n<!-- alone -->\nd\n* e\n<!-- in a list -->\n* f",
    "entities": "&lt;b&gt; &nbsp; &#65; &x; & < >",
    "reply": "Text. ~~~\n:Answer\n:* point\n:* point\n:Rest\n::Deeper",
    "magic": "{{PAGENAME}} {{#if:x|yes|no}} {{#if:|yes|no}} {{uc:abc}} {{!}} {{#ifeq:a|b|c|d}} {{lc:ABC}}",
    "code": "<syntaxhighlight lang=text>\na <b>\n</syntaxhighlight>\n<code>x</code>",
    "poem": "<poem>\na\n  b ''c''\n</poem>",
    "unclosed": "<nowiki>a\n{{b\n[[c\nd\n'''e\n{{{f",
    "braces": "{{{x|default}}} {{{y}}} }} {{}} { }",
    "switches": "__NOTOC__a __FOO__ b",
}
_DROPPED = ".mw-editsection, #toc, .toc, script, style, link, meta"


def shape(html: str) -> str:
    """The elements and the text, without attributes and white space between them."""
    tree = LexborHTMLParser(f"<body><div>{html}</div></body>")
    for node in tree.css(_DROPPED):
        node.decompose()
    out: list[str] = []
    assert tree.body
    _write(tree.body, out, preformatted=False)
    text = re.sub(r"\s*(<[^<>]*>)\s*", r"\1", re.sub(" +", " ", "".join(out)))
    return re.sub(r"</?(?:tbody|span|div|body)>|<p></p>|<p><br></p>", "", text).replace("><", ">\n<")


def _write(node: LexborNode, out: list[str], *, preformatted: bool) -> None:
    for child in node.iter(include_text=True):
        if child.is_text_node:
            text = (child.text_content or "").replace("<", "‹").replace(">", "›")
            out.append(text if preformatted else re.sub(r"[ \t\r\n]+", " ", text))
        elif child.tag and child.tag[0] not in "-!":
            out.append(f"<{child.tag}>")
            _write(child, out, preformatted=child.tag == "pre" or preformatted)
            out.append(f"</{child.tag}>" if child.tag not in ("br", "hr") else "")


@pytest.fixture(scope="module")
def shown(mediawiki: MediaWiki) -> dict[str, str]:
    """What MediaWiki makes of each."""
    site = mediawiki.as_user("")
    return {
        name: site.post("parse", text=text, title="Talk:X", contentmodel="wikitext", disablelimitreport=1)["parse"][
            "text"
        ]["*"]
        for name, text in SNIPPETS.items()
    }


@pytest.mark.parametrize("name", SNIPPETS)
def test_the_shape_is_mediawikis(shown: dict[str, str], name: str) -> None:
    html = render(SNIPPETS[name], SITE, parse_title(SITE, "Talk:X"), lambda call: call.source).html
    assert shape(html) == shape(shown[name])
