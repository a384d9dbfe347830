"""The exported preview: a site of files that can lie anywhere, with every link leading somewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from migrate.archive import Archive
from migrate.cli.app import app
from migrate.mapping import MappingError
from migrate.model import Record, Thread
from migrate.pages.render import FILE_POLICY
from migrate.pages.view import POSTS_PER_PAGE
from tests.discourse.community import file, make_archive, message
from tests.preview.exported import dead_links, exported, files, seen
from tests.test_samples import SOURCE_OF, read

TAGS = """
[tags]
from_labels = true
from_prefix = true
"""
BYLINE = 'authors = "byline"\n'
LONG = 3 * POSTS_PER_PAGE + 5


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """A topic of four pages, and one with files."""
    records: list[Record] = [
        Thread(key="long", source="gardeners.example.org", title="A long one"),
        *(message(f"m{number}", "long", "m0" if number else None, author=number % 2) for number in range(LONG)),
        Thread(key="files", source="gardeners.example.org", title="Files"),
        message("f", "files", attachments=(file("plan.png"), file("minutes.txt"))),
    ]
    with make_archive(tmp_path / "a.sqlite3", records) as made:
        yield made


@pytest.mark.parametrize("mapping", ["", TAGS, BYLINE], ids=["as it comes", "tags", "byline"])
def test_every_link_of_all_samples_leads_somewhere(tmp_path: Path, mapping: str) -> None:
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        for name in SOURCE_OF:
            read(archive, name)
        written = exported(archive, tmp_path / "review", mapping, with_private=True)
    assert list(dead_links(tmp_path / "review")) == []
    assert written.topics > 30
    assert written.pages == sum(path.suffix == ".html" for path in files(tmp_path / "review"))
    assert written.size <= sum(path.stat().st_size for path in files(tmp_path / "review"))


def test_every_page_says_what_may_run_and_only_the_search_runs_anything(archive: Archive, tmp_path: Path) -> None:
    exported(archive, tmp_path / "review")
    for path in files(tmp_path / "review"):
        if path.suffix != ".html" or path.name == "report.html":  # the report's own tests look at that
            continue
        text = path.read_text("utf-8")
        (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', text)
        searches = path.parent.name == "search"
        assert policy.replace("&#39;", "'") == FILE_POLICY + ("; script-src 'self'" if searches else "")
        assert text.index("Content-Security-Policy") < text.index("<link")
        assert ("script" in seen(path).tags) == searches
        assert "style" not in seen(path).tags


def test_a_long_topic_has_pages_that_lead_to_one_another(archive: Archive, tmp_path: Path) -> None:
    exported(archive, tmp_path / "review")
    topic = tmp_path / "review/t/1"
    assert sorted(path.name for path in topic.iterdir()) == ["index.html", "page-2", "page-3", "page-4"]
    second = seen(topic / "page-2/index.html")
    assert {"../../../t/1/index.html", "../../../t/1/page-3/index.html"} <= set(second.addresses)
    assert f"post_{POSTS_PER_PAGE + 1}" in second.anchors
    assert "../../../t/1/index.html#post_1" not in second.addresses  # an answer to the first says nothing of it
    assert not list(dead_links(tmp_path / "review"))


def test_a_user_page_has_the_newest_posts_and_says_so(archive: Archive, tmp_path: Path) -> None:
    exported(archive, tmp_path / "review")
    page = seen(tmp_path / "review/u/ann_lee/index.html")
    assert f"These are the newest 20 of {(LONG + 1) // 2 + 1} posts" in page.text
    assert f"../../t/1/page-4/index.html#post_{LONG}" in page.addresses
    assert "Words of m64." in page.text


def test_pictures_are_copied_and_other_files_only_named(archive: Archive, tmp_path: Path) -> None:
    written = exported(archive, tmp_path / "review")
    assert written.pictures == 1
    (picture,) = files(tmp_path / "review/files")
    assert picture.suffix == ".png"
    text = (tmp_path / "review/t/2/index.html").read_text("utf-8")
    assert f'src="../../files/{picture.parent.name}/{picture.name}"' in text
    assert '<a class="attachment">minutes.txt</a> (19 Bytes)' in text


def test_there_is_nothing_of_what_is_not_exported(archive: Archive, tmp_path: Path) -> None:
    exported(archive, tmp_path / "review")
    pages = [path for path in files(tmp_path / "review") if path.suffix == ".html"]
    addresses = {address for path in pages for address in seen(path).addresses}
    assert not [address for address in addresses if "source/" in address or "findings/" in address]
    assert {"report.html", "search/index.html"} <= addresses


def test_the_search_lists_every_topic_in_files_of_bounded_size(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("migrate.preview.export._INDEX_FILE", 1)
    monkeypatch.setattr("migrate.preview.export.TOPICS_PER_PAGE", 1)
    exported(archive, tmp_path / "review")
    page = seen(tmp_path / "review/search/index.html")
    listed = [tmp_path / "review/search" / f"topics-{number}.js" for number in (1, 2)]
    assert {f"../search/{path.name}" for path in listed} <= set(page.addresses)
    rows = [json.loads(path.read_text("ascii").split("concat(")[1].removesuffix(");\n"))[0] for path in listed]
    assert rows == [
        [2, "Files", [], "gardeners", "Ann Lee", "2020-01-01", 0],
        [1, "A long one", [], "gardeners", "Ann Lee", "2020-01-01", LONG - 1],
    ]


def test_the_same_archive_gives_the_same_files(archive: Archive, tmp_path: Path) -> None:
    exported(archive, tmp_path / "one")
    exported(archive, tmp_path / "two")
    tops = (tmp_path / "one", tmp_path / "two")
    one, two = ({path.relative_to(top): path.read_bytes() for path in files(top)} for top in tops)
    report = Path("report.html")  # it says when it was made
    assert one.keys() == two.keys()
    assert {path for path in one if one[path] != two[path]} <= {report}


def test_the_command_says_what_it_wrote_and_what_to_do_with_it(archive: Archive, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["preview", "-a", str(archive.path), "--export", str(tmp_path / "review")])
    assert result.exit_code == 0, result.output
    assert "Written: 2 topics, " in result.output
    assert "review/index.html" in result.output
    assert "web server" in result.output
    assert "by name" in result.output


def test_with_private_is_about_files(archive: Archive) -> None:
    result = CliRunner().invoke(app, ["preview", "-a", str(archive.path), "--with-private"])
    assert result.exit_code == 2
    assert "--export" in result.output


def test_a_port_is_not_about_files(archive: Archive, tmp_path: Path) -> None:
    command = ["preview", "-a", str(archive.path), "--export", str(tmp_path / "review"), "--port", "4680"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 2
    assert "--port" in result.output
    assert not (tmp_path / "review").exists()


def test_a_private_rule_that_is_misspelt_stops_it(archive: Archive, tmp_path: Path) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text('[[rule]]\nsource = "gardneers"\nprivate = true\nread = ["staff"]\n')
    command = ["preview", "-a", str(archive.path), "--mapping", str(mapping), "--export", str(tmp_path / "review")]
    assert isinstance(CliRunner().invoke(app, command).exception, MappingError)
    assert not (tmp_path / "review").exists()
