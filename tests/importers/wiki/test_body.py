"""Comments as Markdown: they read as their authors wrote them, and nothing of them is lost or acts by itself."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from html import unescape

import pytest

from importers.wiki.body import comment_markdown, references_of
from importers.wiki.sites import site_of_language
from migrate.content.mentions import person_target
from tests.content.rendering import render, seen, words

_SITE = site_of_language("en", "https://wiki.example.org/wiki/Main_Page")
_ANN = person_target(f"wiki:{_SITE.key}:Ann")
_URL = _SITE.article_url.replace("$1", "")


def _markdown(html: str, references: Mapping[str, str] | None = None) -> str:
    return comment_markdown(html, _SITE, "Talk:Garden", references=references or {})


def _link(page: str, label: str, kind: str = "wikilink") -> str:
    return f'<a class="{kind}" href="{_URL}{page.replace(" ", "_")}" title="{page}">{label}</a>'


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One.</p><p>Two<br>three.</p>", "One.\n\nTwo\nthree."),
        (
            "<p><b>bold</b> <i>it</i> <s>gone</s> <u>under</u> <small>small</small></p>",
            "**bold** *it* ~~gone~~ under small",
        ),
        ("<p>x<sup>2</sup>, H<sub>2</sub>O</p>", "x^2, H2O"),
        ("<p>a</p><hr><p>b</p>", "a\n\n---\n\nb"),
        ("<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>", "- a\n  1. b\n- c"),
        ("<p>So:</p><dl><dd>set apart</dd><dd>too</dd></dl>", "So:\n\n> set apart\n> too"),
        ("<dl><dd><dl><dd><dl><dd>far</dd></dl></dd></dl></dd></dl>", "> far"),
        ("<dl><dt>Bed</dt><dd>of roses</dd><dd>of earth</dd></dl>", "**Bed**\n\n- of roses\n- of earth"),
        ("<ul><li>one<dl><dd>and more of it</dd></dl></li><li>two</li></ul>", "- one\n  and more of it\n- two"),
        ("<dd>One.</dd><dd>Two.</dd>", "One.\n\nTwo."),
        ("<li>Keep it.</li>", "Keep it."),
        ("<blockquote><p>hers</p></blockquote><p>mine</p>", "> hers\n\nmine"),
        ("<p><q>hers</q></p>", '"hers"'),
        ("<p>type <code>a*b</code>, <tt>c_d</tt></p>", "type `a*b`, `c_d`"),
        ('<pre class="code" data-lang="python">if a:\n    b()</pre>', "```python\nif a:\n    b()\n```"),
        (
            '<div class="mw-highlight mw-highlight-lang-php"><pre><span>echo</span> 1;</pre></div>',
            "```php\necho 1;\n```",
        ),
        ('<pre data-lang="a b`\n">x</pre>', "```\nx\n```"),
        (
            "<pre>These are only words in a box of their own.</pre>",
            "```\nThese are only words in a box of their own.\n```",
        ),
        (r'<p>so <code class="math">\frac{a}{b}</code></p>', r"so `\frac{a}{b}`"),
        ('<p>So</p><div><code class="math block">x^2</code></div>', "So\n\n```latex\nx^2\n```"),
        (
            '<table class="wikitable"><tr><th>a</th><th>b</th></tr><tr><td colspan="2">c|d</td></tr></table>',
            "| a | b |\n| --- | --- |\n| c\\|d |  |",
        ),
        ('<div class="poem"><p>Roses<br>are</p></div>', "Roses\nare"),
        (
            "<p>* no item<br>1. nor this<br>&gt; nor a quote<br># nor a title</p>",
            "\\* no item\n1\\. nor this\n\\> nor a quote\n\\# nor a title",
        ),
        ("<p>a *b* [c](d) &lt;b&gt; `e` &amp;amp;</p>", "a \\*b\\* \\[c\\](d) \\<b> \\`e\\` \\&amp;"),
        ("    not code, though it is indented", "not code, though it is indented"),
    ],
)
def test_what_people_write_reads_the_same(html: str, markdown: str) -> None:
    assert _markdown(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        (_link("Cold frame", "frames"), f"[frames]({_URL}Cold_frame)"),
        ('<a class="wikilink" href="" title="Cold frame">frames</a>', "frames"),
        ('<a href="/wiki/Cold_frame" title="Cold frame">frames</a>', f"[frames]({_URL}Cold_frame)"),
        ('<a href="//other.example.org/x">x</a>', "[x](https://other.example.org/x)"),
        ('<a href="#Peas">peas</a>', f"[peas]({_URL}Talk:Garden#Peas)"),
        ('<a class="external" href="https://example.org/a_(b)">see</a>', "[see](https://example.org/a_%28b%29)"),
        ('<a href="irc://irc.example.org/x">chat</a>', "chat (irc://irc.example.org/x)"),
        ('<a href="javascript:alert(1)">click</a>', "click (javascript:alert(1))"),
        ('<a class="file" href="https://wiki.example.org/wiki/File:Bed.jpg" title="File:Bed.jpg">A bed</a>',
         "[A bed](https://wiki.example.org/wiki/File:Bed.jpg)"),
        ('<a class="image" href="/wiki/File:Old_bed.jpg"><img src="//u.example.org/x.jpg" alt=""></a>',
         f"[Old bed.jpg]({_URL}File:Old_bed.jpg)"),
        ('<a href="/wiki/File:Bed.jpg"><img src="//u.org/x.jpg" alt="A bed"></a>', f"[A bed]({_URL}File:Bed.jpg)"),
    ],
)  # fmt: skip
def test_links_lead_where_they_led(html: str, markdown: str) -> None:
    assert _markdown(f"<p>{html}</p>") == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        (_link("User:Ann", "Ann"), f"[Ann]({_ANN})"),
        (f"Dear @{_link('User:Ann', 'Ann')}: yes", f"Dear [@Ann]({_ANN}): yes"),
        (_link("User:Ann", "@Ann"), f"[@Ann]({_ANN})"),
        (_link("User:Ann", "User:Ann"), f"[User:Ann]({_ANN})"),
        ('<a href="/wiki/User:Ann">Ann</a>', f"[Ann]({_ANN})"),
        (_link("User:Ann", "our gardener"), f"[our gardener]({_URL}User:Ann)"),
        (_link("User:Ann/Beds", "Ann/Beds"), f"[Ann/Beds]({_URL}User:Ann/Beds)"),
        (_link("User talk:Ann", "Ann"), f"[Ann]({_URL}User_talk:Ann)"),
    ],
)
def test_who_is_named_is_a_reference_to_a_person(html: str, markdown: str) -> None:
    assert _markdown(f"<p>{html}</p>") == markdown


@pytest.mark.parametrize(
    ("behind", "left"), [(" hi", ": hi"), (", hi", ", hi"), (": hi", ": hi"), (").", ")."), (" : oui", " : oui")]
)
def test_the_colon_that_a_template_adds_behind_a_name_is_not_doubled(behind: str, left: str) -> None:
    html = f'<p>@{_link("User:Ann", "Ann")}<span class="ping-end">:</span>{behind}</p>'
    assert _markdown(html) == f"[@Ann]({_ANN}){left}"


@pytest.mark.parametrize("name", ["192.0.2.7", "2001:DB8:0:0:0:0:0:1", "~2025-12345-6"])
def test_who_had_no_account_is_never_called(name: str) -> None:
    assert "person:" not in _markdown(f"<p>{_link(f'User:{name}', name)}</p>")


def test_nobody_can_forge_a_reference() -> None:
    for address in ("person:wiki:x:Ann", "person-0", "person-1"):
        html = f'<p>{_link("User:Ann", "Ann")} <a href="{address}">Bob</a> [Bob](person:wiki:x:Bob)</p>'
        assert re.findall(r"(?<!\\)\]\((person:[^)]*)", _markdown(html)) == [_ANN]


def test_a_strange_name_does_not_break_out_of_its_reference() -> None:
    name = "A](x) *n* `n`"
    html = _markdown(f'<p><a class="wikilink" href="x" title="User:{name}">{name}</a> on</p>')
    assert seen(html) == f"{name} on"
    assert render(html).count("<a ") == 1


_PAGE = """<h2>Beds<sup class="reference"><a href="#cite_note-9">[9]</a></sup></h2>
<p>Dig.<sup class="reference"><a href="#cite_note-1">[1]</a></sup></p>
<p>Sow.<sup class="reference"><a href="#cite_note-peas-2">[2]</a></sup></p>
<ol class="references"><li id="cite_note-1"><span class="mw-cite-backlink">↑</span> <i>Earth</i>, p. 3</li>
<li id="cite_note-peas-2">Peas</li><li id="cite_note-9">Titles</li></ol>"""


def test_references_stand_below_the_comment_that_refers_to_them() -> None:
    found = references_of(_PAGE)
    lines = [line for line in _PAGE.split("\n") if line]
    assert _markdown(lines[1], references=found) == "Dig.\\[1\\]\n\n1. *Earth*, p. 3"
    assert _markdown(lines[2], references=found) == "Sow.\\[2\\]\n\n2. Peas"
    assert _markdown("\n".join(lines[3:]), references=found) == "1. Titles"


def test_a_long_reference_is_not_repeated_without_end() -> None:
    cited = '<sup><a href="#cite_note-1">[1]</a></sup>'
    page = f'{cited * 1000}<ol class="references"><li id="cite_note-1">{"long " * 1000}</li></ol>'
    assert references_of(page) == {}
    assert "long" in _markdown(page, references=references_of(page))


_RICH = (
    "<p>Alpha <b>beta <i>gamma</i></b> {link} delta<br>epsilon</p><ul><li>zeta<ul><li>eta</li></ul></li></ul>"
    "<dl><dt>theta</dt><dd>iota</dd></dl><dl><dd>kappa<dl><dd>lambda</dd></dl></dd></dl>"
    "<table><caption>mu</caption><tr><th>nu</th><td>xi<ul><li>omicron</li></ul></td></tr></table>"
    '<div class="closed-discussion" data-title="x"><p>pi</p><div class="collapsed">rho</div></div>'
    "<pre>sigma\n tau</pre><center>upsilon</center><figure><a href='/wiki/File:A.png'><img alt='phi'></a>"
    "<figcaption>chi</figcaption></figure><h3>psi</h3><p>omega</p>"
)


def test_no_word_is_lost() -> None:
    html = _RICH.format(link=_link("User:Ann", "Ann"))
    visible = words(unescape(re.sub(r"<[^>]*>", " ", re.sub(r"<img alt='(\w+)'>", r" \1 ", html))))
    assert len(visible) == 25
    shown = words(seen(_markdown(html)))
    assert [word for word in visible if word not in shown] == []


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 20_000 + "deep",
        "<dl><dd>" * 20_000 + "deep",
        "<dl>" + "<dd>x</dd>" * 20_000 + "<dt>deep</dt></dl>",
        "<p>" + "<b><i>" * 20_000 + "deep",
        "<p " + "a=b " * 50_000 + ">deep</p>",
        "<p>" + _link("User:Ann", "Ann") * 3_000 + "deep</p>",
        "<p>deep\x00\ud800\ufdd0" + "<" * 100_000,
        "<sup><a href='#cite_note-1'>[1]</a></sup>" * 3_000 + "deep",
    ],
)
def test_hostile_html_takes_no_time_and_keeps_its_words(html: str) -> None:
    begun = time.process_time()
    markdown = _markdown(html, references={"cite_note-1": "x"})
    assert references_of(html) is not None
    assert time.process_time() - begun < 5
    assert "deep" in markdown
    assert not re.search("[\x00\ud800\ufdd0]", markdown)
