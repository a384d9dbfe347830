"""Markdown to HTML: what comes through, and that nothing harmful does."""

from __future__ import annotations

import time

import pytest
from selectolax.lexbor import LexborHTMLParser

from migrate.pages.markdown import Upload, render


class Links:
    def mention(self, name: str) -> str | None:
        return "/u/ann" if name.lower() == "ann" else None

    def upload(self, short_name: str) -> Upload | None:
        return Upload("/uploads/x.png", 4, 3) if short_name == "known.png" else None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("~~gone~~", "<p><s>gone</s></p>"),
        ("a &lt;vector> of \\<foo>", "<p>a &lt;vector&gt; of &lt;foo&gt;</p>"),
        ("a <vector> of <foo bar> x", "<p>a  of  x</p>"),
        ("<!-- key -->", ""),
        ("`[removed]` and (removed)", "<p><code></code> and (removed)</p>"),
        ("dear @ann,", '<p>dear <a class="mention" href="/u/ann">@ann</a>,</p>'),
        ("dear @bob,", '<p>dear <span class="mention">@bob</span>,</p>'),
        ("dear @\u200bann", "<p>dear @\u200bann</p>"),
        ("`@ann` <code>@ann</code> [@ann](/x)", '<p><code>@ann</code> <code>@ann</code> <a href="/x">@ann</a></p>'),
        ("![alt|20x10](upload://known.png)", '<p><img src="/uploads/x.png" alt="alt" width="20" height="10"></p>'),
        ("![](upload://known.png)", '<p><img src="/uploads/x.png" alt="" width="4" height="3"></p>'),
        ("[a.pdf|attachment](upload://known.png)", '<p><a class="attachment" href="/uploads/x.png">a.pdf</a></p>'),
        ("see http://a.example/x(y).", '<p>see <a href="http://a.example/x(y)">http://a.example/x(y)</a>.</p>'),
        ("(http://a.example/)", '<p>(<a href="http://a.example/">http://a.example/</a>)</p>'),
        ('[quote="Ann"]\nnever closed', '<p>[quote="Ann"]<br>\nnever closed</p>'),
    ],
)
def test_the_dialect(raw: str, expected: str) -> None:
    assert render(raw, Links()) == expected


def test_quotes_and_details_nest() -> None:
    raw = (
        '[details="More"]\n[quote="ann, post:2, topic:7"]\n[quote="bob"]\ninner\n[/quote]\nouter\n[/quote]\n[/details]'
    )
    found = render(raw)
    assert found.index("<details>") < found.index('data-username="ann"') < found.index('data-username="bob"')
    assert '<a href="/t/7/2">ann:</a>' in found
    assert found.count("</aside>") == 2
    assert found.endswith("</details>")


def test_a_closing_tag_within_code_closes_nothing() -> None:
    found = render('[quote="ann"]\n```\n[/quote]\n```\nafter\n[/quote]\n\nend')
    assert "<code>[/quote]\n</code>" in found
    assert found.endswith("<p>end</p>")


FORBIDDEN = {"script", "style", "iframe", "svg", "math", "object", "embed", "form", "meta", "base", "link", "input"}
HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jAvAsCrIpT&colon;alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    "<p style=\"background:url('//evil.example/x')\">x</p>",
    "<style>body{background:url(//evil.example/x)}</style>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<iframe src=//evil.example></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action=//evil.example><input name=x><button>x</button></form>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/><link rel=stylesheet href=//evil.example/x.css>",
    '[quote="\\"><script>alert(1)</script>, post:1, topic:1"]\nx\n[/quote]',
    '[details="<script>alert(1)</script>"]\nx\n[/details]',
    '[details="</summary></details><img src=x onerror=alert(1)>"]\nx\n[/details]',
    '![a" onerror="alert(1)](upload://known.png)',
    '![a|1x1" onerror="alert(1)](upload://known.png)',
    '![x](upload://"onerror="alert(1))',
    '[a|attachment](upload://"onclick="alert(1))',
    'http://a.example/"onmouseover="alert(1)',
    "<a href=\"https://a.example/\" onclick=alert(1) style='x'>y</a>",
    "</div></article></main><script>alert(1)</script>",
    "<textarea><script>alert(1)</script>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<scr<b>ipt>alert(1)</scr</b>ipt>",
    '<a href="java[removed]script:alert(1)">x</a>',
    "<scr[removed]ipt>alert(1)</scr[removed]ipt>",
    '<a href="java&#91;removed]script:alert(1)">x</a>',
    "[removed<script>]alert(1)[removed]</script>",
]


@pytest.mark.parametrize("raw", HOSTILE)
def test_hostile_text_stays_inert(raw: str) -> None:
    tree = LexborHTMLParser(f"<div id=frame>{render(raw, Links())}</div>")
    frame = tree.css_first("#frame")
    assert frame is not None
    assert tree.body is not None
    assert [node.tag for node in tree.body.iter()] == ["div"], "it left its place"
    for node in tree.css("*"):
        assert node.tag not in FORBIDDEN
        for name, value in node.attributes.items():
            assert not name.startswith("on")
            assert name != "style"
            assert not (value or "").lower().replace("\n", "").strip().startswith(("javascript:", "data:", "vbscript:"))


@pytest.mark.parametrize(
    "raw",
    [
        "[" * 60_000,
        "![" * 30_000,
        "[quote]\n" * 8_000,
        ">" * 60_000,
        "<a href='" * 7_000,
        "a@b." * 15_000,
        "`" * 60_000,
    ],
)
def test_no_text_takes_long(raw: str) -> None:
    start = time.process_time()
    render(raw)
    assert time.process_time() - start < 5


def test_a_text_beyond_all_bounds_is_shown_plain() -> None:
    assert render("<b>" * 200_000).startswith("<pre>&lt;b&gt;")
