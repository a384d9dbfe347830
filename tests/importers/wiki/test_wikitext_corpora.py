"""Published pages come out whole: every word that their readers saw is in the HTML, as often as on the page."""

from __future__ import annotations

import html
import re
import sys
from collections import Counter

import pytest

from importers.wiki.titles import parse_title
from importers.wiki.wikitext import Call, render
from tests.conftest import REPOSITORY
from tests.importers.wiki.corpora import CORPORA

sys.path.insert(0, str(REPOSITORY / "benchmarks"))

from fidelity.wiki_cases import cases

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason=f"there are no pages at {CORPORA}")
CASES = {case.name: case for case in cases(CORPORA)} if CORPORA.is_dir() else {}
_UNSEEN = re.compile(
    r"<!--.*?-->|<[^<>]*>|\[\[(?:Kategoria|Category|Catégorie|تصنيف):[^\]]*\]\]|__[A-Z]+__|(?<=\[)https?:[^\s\]]*"
    r"|\[\[[^\[\]|]*\|(?:[^\[\]|]*\|)*|\[\[:|^\{\|.*$|^\|-.*$|^[|!][^|\n\[\]]*=[^|\n\[\]]*\|(?!\|)",
    re.DOTALL | re.MULTILINE,
)
_CALL = re.compile(r"\{\{[^{}]*\}\}")


def words(text: str) -> Counter[str]:
    """The words of a text, each as often as it stands there."""
    return Counter(re.findall(r"\w+", html.unescape(text)))


def visible(text: str) -> str:
    """Wikitext without templates and without what its readers do not see."""
    text = re.sub(r"<(nowiki|math|gallery)\b[^>]*>.*?</\1>", "", text, flags=re.DOTALL)
    while (without := _CALL.sub("", text)) != text:
        text = without
    return _UNSEEN.sub(" ", text)


@pytest.mark.parametrize("name", sorted(CASES))
def test_no_word_is_lost(name: str) -> None:
    case = CASES[name]
    found = render(case.text, case.site, parse_title(case.site, case.title), lambda call: "").html
    shown = words(re.sub(r"<!--.*?-->|<[^<>]*>", " ", found, flags=re.DOTALL))
    assert words(visible(case.text)).total() > 5
    assert words(visible(case.text)) - shown == Counter()


@pytest.mark.parametrize("name", sorted(CASES))
def test_blocks_tell_the_line_they_begin_in(name: str) -> None:
    """The first words of each heading stand in the line that it names; lines never go back."""
    case = CASES[name]
    lines = case.text.split("\n")

    def expand(call: Call) -> str:
        return "one\n\ntwo\n" + " ".join(call.arguments.values())

    found = render(case.text, case.site, parse_title(case.site, case.title), expand).html
    headings = re.findall(r'<h\d data-line="(\d+)">(.*?)</h\d>', found)
    assert len(headings) == sum(line.startswith("==") and "{{" not in line for line in lines)
    for number, heading in headings:
        assert words(re.sub("<[^>]*>", " ", heading)) - words(lines[int(number)]) == Counter()
    body = found.partition('<ol class="references">')[0]
    numbers = [int(number) for number in re.findall(r'data-line="(\d+)"', body)]
    assert numbers == sorted(numbers)
    assert numbers[-1] < len(lines)
