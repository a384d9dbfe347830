"""What makes patterns quick changes nothing they find: each is compared with its plain and slow definition."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from string import ascii_letters

import pytest

from migrate.content import html, layout, links, lists, preformatted, programs, wrapping
from migrate.content.escape import _LINE_START, clean, escape_inline
from tests.content.samples import text_parts
from tests.content.test_escape import MARKUP

_PIECES = [
    *MARKUP,
    *(
        "\n",
        "\n",
        "\n",
        "> ",
        ";\n",
        "{\n",
        "  |",
        "   ",
        "\t",
        "•",
        "12",
        "3.",
        "1. ",
        "-\t",
        "\xa0",
        "\u200c",
        "\u200b",
    ),
    *("diff --git", "Index: x", "--- a", "-----BEGIN PGP", "Traceback (most", "@@ -1", "+---", "|a|", ",---", " a | 1"),
    *(
        "2020-01-01 10:00:01",
        "Jan  1 10:00:00 x",
        "[ 1.000] x",
        "10:00:00.1",
        "[2020-01-01 10:00",
        "127.0.0.1 - - [01/",
    ),
    *("def f(", "import x", "for x in y:", "if (x) {", "#include <x", "struct x {", "class A:", "async def f("),
]


@pytest.fixture(scope="module")
def samples() -> list[str]:
    chosen = random.Random(11)
    return ["\n" + "".join(chosen.choices(_PIECES, k=chosen.randint(1, 14))) for _ in range(30_000)]


@pytest.fixture(scope="module")
def mails(corpora: Path) -> list[str]:
    return ["\n" + clean(part.text) for part in text_parts(corpora)][::3]


_INLINE = re.compile(
    r"[`\[\]<]|\\(?=[!-/:-@\[-`{-~\n]|\Z)|(?<! )\*|\*(?! )|(?<![^\W_])_|_(?![^\W_])|(?<=~)~|~(?=~)"
    r"|&(?=#?[0-9A-Za-z]{1,40};)"
)
_INVISIBLE = re.compile("[\u00ad\u034f\u200b\u2060\ufeff]|[\u200c\u200d]+(?=\\s|&nbsp;)|(?<=[\\s;])[\u200c\u200d]+")


def _without(pattern: re.Pattern[str], look: str) -> re.Pattern[str]:
    assert look in pattern.pattern
    return re.compile(pattern.pattern.replace(look, ""))


def _pairs() -> Iterator[tuple[Callable[[str], object], Callable[[str], object]]]:
    yield lambda text: escape_inline(text, urls=False), lambda text: _INLINE.sub(lambda sign: "\\" + sign[0], text)
    yield _found(_LINE_START), _found(_without(_LINE_START, r"(?=[-\d>#+*=|:])"))
    begins = r"(?=[ \t,+|`@\[#•*\-\dA-Zacdfipsvw])"
    yield _found(preformatted._CANDIDATE), _found(_without(preformatted._CANDIDATE, begins))
    yield _found(lists._ITEMS), _found(re.compile(r"\n {0,12}(?:[-*•]|\d{1,3}[.)])[ \t]"))
    yield lambda text: bool(layout._SPACES.search(text)), lambda text: bool(re.search(r"[^\s>] {3}", text))
    columns = re.compile(r"[^\s.!?:;,)]  +\S")
    yield lambda text: bool(wrapping._COLUMNS.search(text)), lambda text: bool(columns.search(text))
    yield lambda text: html._INVISIBLE.sub("", text), lambda text: _INVISIBLE.sub("", text)


def _found(pattern: re.Pattern[str]) -> Callable[[str], object]:
    return lambda text: [found.span() for found in pattern.finditer(text)]


@pytest.mark.parametrize(("quick", "plain"), list(_pairs()))
def test_a_quick_pattern_finds_what_the_plain_one_finds(
    samples: list[str], quick: Callable[[str], object], plain: Callable[[str], object]
) -> None:
    for text in samples:
        assert quick(text) == plain(text)


@pytest.mark.parametrize(("quick", "plain"), list(_pairs()))
def test_a_quick_pattern_finds_the_same_in_real_mail(
    mails: list[str], quick: Callable[[str], object], plain: Callable[[str], object]
) -> None:
    for text in mails:
        assert quick(text) == plain(text)


@pytest.mark.parametrize("host", [*links._WRAPPERS, "urldefense.us", "eur01.safelinks.protection.outlook.com"])
def test_every_wrapper_is_seen_in_an_address(host: str) -> None:
    for written in (host, host.upper(), host.replace("k", "\u212a")):
        path = "/url" if "google" in host else "/x"
        address = (
            f"https://{written}{path}?"
            + "&".join(f"{name}=http://example.org/" for name in "uqa")
            + "&url=http://example.org/"
        )
        if host == "urldefense.us":
            address = f"https://{written}/v3/__http://example.org/__;!x"
        assert links.link_target(address) == "http://example.org/"


def test_a_look_is_that_of_the_attributes_however_long_they_are() -> None:
    """What is kept for the next element, and what is too long to be kept, says the same."""
    styles = (
        "font-weight:bold",
        "font-weight:400;font-style:italic",
        "font-family:Courier",
        "display:none",
        "mso-list:Ignore",
    )
    for style in (
        *styles,
        "mso-list:l0 level2 lfo1",
        "white-space:pre-wrap",
        "margin:0cm",
        "border:none;border-left:solid blue 1.5pt",
    ):
        short = f' class="x" style="{style}"'
        long = short + f' title="{ascii_letters * 20}"'
        assert (
            programs.look_of(short) == programs.look_of(long) == programs.look_of(f' href="y"{short}') != programs.PLAIN
        )
