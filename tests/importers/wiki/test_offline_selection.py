"""Which pages of a dump are read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from migrate.errors import InputError
from migrate.model import Finding
from migrate.sources import Chunk
from tests.conftest import REPOSITORY
from tests.importers.wiki.dumps import SIGNED, export, findings_of, page, pages_of, revision, scanned, titles_of

UNSIGNED = "Nobody signed this."


@pytest.fixture
def read(tmp_path: Path):
    """Writes an export of these pages and reads it."""

    def written(*pages: str, **wishes: object):
        path = tmp_path / "dump.xml"
        path.write_bytes(export(*pages))
        return scanned(path, **wishes)

    return written


def unsigned(title: str) -> str:
    return page(title, revision(UNSIGNED))


def test_all_talk_pages_are_read(read):
    titles = ["Talk:X", "User talk:Ann", "Garden talk:Pump", "Thread talk:X"]
    assert titles_of(read(*map(unsigned, titles))) == titles


def test_other_pages_only_where_people_sign(read):
    twice = f"{SIGNED}\n\n:{SIGNED}"
    found = read(
        unsigned("Talk:X"),
        page("Garden:Pump", revision(SIGNED)),
        unsigned("Garden:About"),
        page("Article", revision(SIGNED)),  # by mistake
        page("Help desk", revision(twice)),
        page("Template:Nomination", revision(twice.replace("User:", "user_talk:"))),
    )
    assert titles_of(found) == ["Talk:X", "Garden:Pump", "Help desk", "Template:Nomination"]
    assert "(2)" in findings_of(found)["wiki-pages-unsigned"].text


def test_dates_without_users_are_no_signatures(read):
    text = "Founded at 10:15, 3 March 2020 (UTC). [[User:Ann]] " + "x" * 400 + " 10:15, 3 March 2020 (UTC)"
    assert titles_of(read(unsigned("Talk:X"), page("Garden:Pump", revision(text)))) == ["Talk:X"]


def test_in_the_languages_own_words(tmp_path: Path):
    text = "Hallo. [[Benutzer:Ann|Ann]] ([[Benutzer Diskussion:Ann|Diskussion]]) 10:15, 3. Mär. 2020 (CET)"
    data = export(page("Garten:Pumpe", revision(text), namespace=4)).replace(b'xml:lang="en"', b'xml:lang="de"')
    path = tmp_path / "dump.xml"
    path.write_bytes(data.replace(b">User<", b">Benutzer<").replace(b">Garden<", b">Garten<"))
    assert titles_of(scanned(path)) == ["Garten:Pumpe"]


@pytest.mark.parametrize(
    "title",
    [
        "Garden:Village pump",
        "garden:village pump",
        "Project:Village_pump",
        "PROJECT: Village  pump",
        "Garden:Village%20pump",
    ],
)
def test_a_title_in_any_spelling(read, title: str):
    found = read(unsigned("Garden:Village pump"), unsigned("Talk:X"), titles=(title,))
    assert titles_of(found) == ["Garden:Village pump"]


def test_archives_come_along_subpages_only_when_asked_for(read):
    pages = ["Talk:X", "Talk:X/Archive 1", "Talk:X/2019/March", "Talk:X/Draft", "Talk:X/Draft/Archive 2", "Talk:Xenia"]
    assert titles_of(read(*map(unsigned, pages), titles=("Talk:X",))) == pages[:3]
    assert titles_of(read(*map(unsigned, pages), titles=("Talk:X",), subpages=True)) == pages[:5]


def test_the_archives_of_a_page_that_is_not_in_the_file(read):
    found = read(unsigned("Talk:X/Archive 1"), titles=("Talk:X",))
    assert titles_of(found) == ["Talk:X/Archive 1"]
    assert not findings_of(found)


def test_prefixes(read):
    pages = ["Talk:Cucumber", "Talk:Cucumbers", "Talk:Soil", "Garden:Pump", "User talk:Ann"]
    assert titles_of(read(*map(unsigned, pages), prefixes=("Talk:Cu",))) == pages[:2]
    assert titles_of(read(*map(unsigned, pages), prefixes=("Talk:", "project:"))) == pages[:4]
    assert titles_of(read(*map(unsigned, pages), prefixes=("talk:cu",), titles=("User talk:Ann",))) == [
        *pages[:2],
        pages[4],
    ]


def test_news_come_with_what_is_said_of_them(read):
    pages = ["Garden:News/2020-03", "Garden talk:News/2020-03", "Talk:X"]
    wishes = {"prefixes": ("Garden:News/",), "newsletters": True}
    assert titles_of(read(*map(unsigned, pages), **wishes)) == pages[:2]
    assert titles_of(read(*map(unsigned, pages), prefixes=("Garden:News/",))) == pages[:1]


def test_what_is_said_of_an_issue_that_is_named_comes_with_its_archives(read):
    pages = ["Garden:News/2020-03", "Garden talk:News/2020-03", "Garden talk:News/2020-03/Archive 1"]
    others = ["Garden:News/2020-04", "Garden talk:News/2020-04"]
    found = read(*map(unsigned, [*pages, *others]), titles=(pages[0],), newsletters=True)
    assert titles_of(found) == pages


def test_a_title_that_is_not_there(read):
    pages = [unsigned("Talk:Cucumber"), unsigned("Garden:Soil"), unsigned("Talk:Y")]
    finding = findings_of(read(*pages, titles=("Talk:Y", "Talk:Cucumbers")))["wiki-title-not-found"]
    assert "'Talk:Cucumbers'" in finding.text and "'Talk:Cucumber'" in finding.text
    with pytest.raises(InputError, match=r"'Talk:Soil'.*'Garden:Soil'"):
        read(*pages, titles=("Talk:Soil",))


def test_a_title_that_only_leads_on(read):
    found = read(page("Talk:X", more='<redirect title="Talk:Y"/>'), unsigned("Talk:Z"), titles=("Talk:X", "Talk:Z"))
    finding = findings_of(found)["wiki-redirect-named"]
    assert "'Talk:Y'" in finding.text and finding.locator == "dump.xml:Talk:X"


@pytest.mark.parametrize("wishes", [{"categories": ("Soil",)}, {"searches": ("soil",)}])
def test_what_only_the_wiki_itself_knows(read, wishes):
    with pytest.raises(InputError, match="ask the wiki itself"):
        read(unsigned("Talk:X"), **wishes)


def test_where_there_is_no_discussion_at_all(read):
    with pytest.raises(InputError, match=r"nothing to read.*no talk pages"):
        read(unsigned("Article"))


def test_the_history_of_an_article_is_not_looked_at(read):
    twice = f"{SIGNED}\n\n:{SIGNED}"
    (only,) = pages_of(read(page("Help desk", revision("a", 1), revision(twice, 2, parent=1))))
    assert only.lines == ()
    assert only.created is not None


@pytest.mark.parametrize("address", ["192.0.2.77", "2001:DB8:0:0:0:0:0:77"])
def test_addresses_of_people_without_an_account_stay_out_of_what_is_said_of_a_page(read, address: str):
    hidden = revision("secret").replace("<text ", '<text deleted="deleted" ')
    found = read(
        page(f"User talk:{address}", hidden),
        page(f"User talk:{address}/Archive 1"),
        page("Talk:X", more=f'<redirect title="User talk:{address}"/>'),
        page(f"User talk:{address}", revision("&odd;").replace("&amp;", "&")),
        unsigned("Talk:Y"),
        titles=(f"User talk:{address}", "Talk:X", "Talk:Y", "User talk:192.0"),
    )
    said = [item for item in found if isinstance(item, Finding)]
    assert {"wiki-page-hidden", "wiki-redirect-named", "wiki-xml-damaged"} <= {item.code for item in said}
    assert all(address not in item.text + item.locator for item in said)
    assert len(pages_of(found)) == 2
    assert all(address not in each.locator for each in pages_of(found))
    assert all(address not in item.label for item in found if isinstance(item, Chunk))


def test_looking_through_a_dump_loads_nothing_that_reads_pages(tmp_path):
    path = tmp_path / "dump.xml"
    path.write_bytes(export(page("Talk:X")))
    script = (
        "import sys; from importers.wiki.offline import scan_files; from importers.wiki.wishes import Wishes;"
        f"assert list(scan_files([{str(path)!r}], Wishes()));"
        "print({'selectolax', 'importers.wiki.body', 'importers.wiki.wikitext'} & sys.modules.keys() or 'nothing')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert done.stdout.strip() == "nothing"
