"""Published pages: who said what, when, to whom, as DiscussionTools found it; and no word is lost or doubled."""

from __future__ import annotations

import re
import sys
from collections import Counter

import pytest

from importers.wiki.discussion.comments import Cutter, Piece, Section
from importers.wiki.discussion.tree import parse
from importers.wiki.discussion.write import Writer
from importers.wiki.page import Page
from importers.wiki.templates import Templates
from importers.wiki.titles import parse_title
from importers.wiki.wikitext import render
from tests.conftest import REPOSITORY
from tests.importers.wiki.corpora import CORPORA

sys.path.insert(0, str(REPOSITORY / "benchmarks"))

import wiki_fidelity
from fidelity.wiki_cases import cases, named_items
from fidelity.wiki_dates import present_dates
from fidelity.wiki_scores import FIELDS, Score, score

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason=f"there are no pages at {CORPORA}")
CASES = {case.name: case for case in cases(CORPORA)} if CORPORA.is_dir() else {}


@pytest.mark.parametrize("name", sorted(CASES))
def test_comments_are_found_as_published(name):
    case = CASES[name]
    found = wiki_fidelity.found(case, present_dates)

    assert score(case.expected, found).missed == []
    assert {each.id for each in found} == {each.id for each in case.expected}


def test_in_all_at_least_99_percent_are_right():
    total = Score()
    for case in CASES.values():
        total.add(score(case.expected, wiki_fidelity.found(case, present_dates)))

    for name in FIELDS:
        assert total.precision(name) >= 0.99, name
        assert total.recall(name) >= 0.99, name


@pytest.mark.parametrize(("name", "expected"), [*named_items(CORPORA)])
def test_names_are_those_that_discussiontools_gives(name, expected):
    assert wiki_fidelity.names_in(CORPORA, name) == expected


def words(html: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", re.sub(r"<!--.*?-->|<[^>]*>", " ", html, flags=re.DOTALL)))


@pytest.mark.parametrize("name", sorted(CASES))
def test_no_word_is_lost_or_doubled(name):
    case = CASES[name]
    title = parse_title(case.site, case.title)
    page = Page(title=case.title, id=0, text=case.text, locator=case.name)
    nodes = parse(render(case.text, case.site, title, Templates(case.site, page).expand).html)
    writer = Writer(nodes)
    found: Counter[str] = Counter()
    signed: Counter[str] = Counter()
    for item in Cutter(nodes, case.site, title).items():
        if isinstance(item, Piece):
            found += words(writer.comment(item, signature=True))
            signed += words(writer.comment(item, signature=True)) - words(writer.comment(item))
        elif isinstance(item, Section) and item.heading:
            found += words(writer.whole(item.heading))

    assert found == words(writer.whole(nodes[0]))
    assert signed.total() <= 30 * len(case.expected)  # names, dates and links: no sentences
