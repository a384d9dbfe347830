"""The page says what the report says, stands on its own, and is well-formed."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from migrate.archive import Archive
from migrate.cli.app import app
from migrate.mapping import read_mapping
from migrate.model import Finding, Person, Record, Thread
from migrate.plan import Plan
from migrate.report.html import html_report, rows
from migrate.report.html import page as page_module
from tests.conftest import SAMPLES
from tests.discourse.community import GARDENERS, message
from tests.report.build import imported
from tests.report.parsed import Element, parse

MIA = Person(key="mia@example.org", name="Mia", email="mia@example.org", member="account")
TOMATOES = Thread(key="tomatoes", source=GARDENERS.key, title="[seeds] Tomatoes", url="https://lists.example.org/1")
SLUGS = Thread(key="slugs", source=GARDENERS.key, title="Slugs")
ODD = Finding(
    stage="read", severity="warning", code="odd-thing", text="An odd thing.", message="b", locator="garden.mbox@7"
)
COMMUNITY: tuple[Record, ...] = (
    TOMATOES,
    SLUGS,
    message("a", "tomatoes", day=1, locator="garden.mbox@1"),
    message("b", "tomatoes", "a", author=2, day=40),
    message("c", "tomatoes", "b", day=41),
    message("d", "slugs", author=3, day=400, url="https://lists.example.org/2"),
    ODD,
    MIA,
)
IMPORTERS = {"facebook-graph": "facebook", "wikitext": "wiki"}


def report(folder: Path, records: Iterable[Record] = COMMUNITY, mapping: str = "", **options: object) -> str:
    """The page of an archive of these records."""
    chosen = read_mapping(mapping, "m.toml") if mapping else None
    with imported(folder / "a.sqlite3", records) as archive:
        return html_report(archive, Plan(archive, mapping=chosen), **options)  # type: ignore[arg-type]  # by name


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of all samples together: of every kind of source, some private."""
    path = tmp_path_factory.mktemp("samples") / "a.sqlite3"
    for sample in sorted(one.name for one in SAMPLES.iterdir() if one.is_dir()):
        paths = sorted(map(str, (SAMPLES / sample).glob("*"))) if sample == "mbox" else [str(SAMPLES / sample)]
        command = ["import", IMPORTERS.get(sample, sample), *paths, "-a", str(path), "--json"]
        assert CliRunner().invoke(app, command).exit_code == 0
    with Archive.open(path, mode="read") as archive, archive.snapshot():
        return html_report(archive, Plan(archive))


@pytest.fixture(scope="module")
def parsed(samples: str) -> Element:
    return parse(samples)


def table(page: str, name: str) -> list[list[str]]:
    return parse(page).by_id(name).rows()


def test_the_page_is_well_formed(parsed: Element) -> None:
    ids = [one.attributes["id"] for one in parsed.everything() if "id" in one.attributes]
    assert len(ids) == len(set(ids)) > 10
    for name in ("aria-labelledby", "for", "aria-describedby"):
        assert {one.attributes[name] for one in parsed.everything() if name in one.attributes} <= set(ids)
    inner = [one.attributes["href"][1:] for one in parsed.all("a") if one.attributes["href"].startswith("#")]
    assert set(inner) <= set(ids)
    assert parsed.all("html")[0].attributes["lang"] == "en"


def test_headings_stand_in_order(parsed: Element) -> None:
    levels = [int(one.tag[1]) for one in parsed.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - sooner <= 1 for sooner, later in pairwise(levels))


def test_every_table_has_headers_for_all_its_columns(parsed: Element) -> None:
    tables = parsed.all("table")
    assert len(tables) >= 10
    for one in tables:
        (head,) = one.all("thead")
        headers = head.all("th")
        assert all(header.attributes["scope"] == "col" and header.text for header in headers)
        assert one.rows()
        assert {len(row) for row in one.rows()} == {len(headers)}


def test_every_drawing_says_in_words_what_it_shows(parsed: Element) -> None:
    drawings = [one for figure in parsed.all("figure") for one in figure.children if one.tag == "svg"]
    assert len(drawings) > 3
    assert all(one.attributes["role"] == "img" and re.search(r"\d", one.attributes["aria-label"]) for one in drawings)
    bars = [one for cell in parsed.all("td") for one in cell.children if one.tag == "svg"]
    assert bars
    assert all(one.attributes["aria-hidden"] == "true" for one in bars)  # the number stands beside it


def test_nothing_is_loaded_and_only_our_own_script_and_style_are_allowed(samples: str, parsed: Element) -> None:
    policy = next(one for one in parsed.all("meta") if "http-equiv" in one.attributes).attributes["content"]
    assert policy.startswith("default-src 'none';")
    for tag in ("style", "script"):
        (one,) = parsed.all(tag)
        found = base64.b64encode(hashlib.sha256(one.raw.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{found}'" in policy
        assert not one.attributes
    names = {name for one in parsed.everything() for name in one.attributes}
    assert not {name for name in names if name == "style" or name == "src" or name.startswith("on")}
    assert [one.attributes["href"] for one in parsed.all("link")] == ["data:,"]
    assert "url(" not in samples
    assert "@import" not in samples


def test_the_numbers_of_what_was_read_add_up(tmp_path: Path) -> None:
    lost = Finding(stage="read", severity="info", code="empty-message", text="Nothing in it.", lost=2)
    page = parse(report(tmp_path, [*COMMUNITY, lost, message("e", "slugs", flags=("machine-made",))]))
    (sums,) = (one for one in page.all("table") if one.attributes.get("class") == "sums")
    numbers = [int(row[-1].replace("− ", "-")) for row in sums.rows()]
    assert numbers == [7, -1, -2, 4]
    assert numbers[0] + sum(numbers[1:-1]) == numbers[-1]


def test_topics_stand_with_their_places_the_longest_first(tmp_path: Path) -> None:
    page = report(tmp_path)
    first, second = table(page, "topic-table")
    assert first[0].startswith("[seeds] Tomatoes")
    assert first[2:6] == ["3", "2", "2 Jan 2020", "11 Feb 2020"]
    assert second[0].startswith("Slugs")
    links = [one.attributes["href"] for one in parse(page).by_id("topic-table").all("a")]
    assert links[:3] == [
        "http://127.0.0.1:4680/t/seeds-tomatoes/1",
        "http://127.0.0.1:4680/source/1",
        "https://lists.example.org/1",
    ]
    assert "garden.mbox@1" in first[-1]


def test_people_stand_with_the_user_names_they_would_get(tmp_path: Path) -> None:
    found = table(report(tmp_path), "people-table")
    assert [row[:3] for row in found] == [
        ["Ann Lee", "Ann_Lee", "2"],
        ["Jürgen Groß", "Jurgen_Gross", "1"],
        ["Ольга", "olga", "1"],
        ["Mia", "Mia", "0"],
    ]
    assert found[-1][-1] == "member who wrote nothing"


@pytest.mark.parametrize(
    ("authors", "said"),
    [("existing", "Members post under accounts that they have"), ("byline", "One account posts for everybody")],
)
def test_where_nobody_gets_an_account_none_is_proposed(tmp_path: Path, authors: str, said: str) -> None:
    page = report(tmp_path, mapping=f"authors = '{authors}'")
    assert said in parse(page).text
    assert {row[1] for row in table(page, "people-table")} == {"–"}


def test_findings_lead_to_their_kind_their_post_and_their_source(tmp_path: Path) -> None:
    page = parse(report(tmp_path))
    links = [one.attributes["href"] for one in page.by_id("finding-table").all("a")]
    base = "http://127.0.0.1:4680"
    assert links == [f"{base}/source/2", f"{base}/t/seeds-tomatoes/1#post_2", "https://lists.example.org/1"]
    assert f"{base}/findings/odd-thing" in [one.attributes["href"] for one in page.all("a")]


def test_a_kind_that_was_accepted_needs_no_look(tmp_path: Path) -> None:
    page = parse(report(tmp_path, mapping='[review]\naccepted = ["odd-thing"]'))
    assert "Nothing needs a look." in page.text
    (notes,) = (one for one in page.all("details") if one.attributes.get("class") == "notes")
    assert "accepted in the mapping" in notes.text


def test_categories_and_tags_are_told(tmp_path: Path) -> None:
    page = parse(report(tmp_path, mapping="[tags]\nfrom_prefix = true\n[[rule]]\ncategory = 'Garden'"))
    (tags,) = (one for one in page.all("ul") if one.attributes.get("class") == "tags")
    assert tags.text == "seeds 1"
    assert ["Garden", "2", "everyone"] in [row for one in page.all("table") for row in one.rows()]


def test_addresses_of_the_preview_can_be_relative(tmp_path: Path) -> None:
    page = report(tmp_path, preview="")
    assert "127.0.0.1" not in page
    assert 'href="/t/slugs/2"' in page
    assert "while migrate preview runs" not in parse(page).text


def test_whoever_gets_the_page_is_told_where_its_links_work(tmp_path: Path) -> None:
    assert "while migrate preview runs" in parse(report(tmp_path)).text


def test_long_tables_are_cut_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = [replace(SLUGS, key=f"t{number}", title=f"Slugs {number}") for number in range(9)]
    messages = [message(f"m{number}", f"t{number}") for number in range(9)]
    found = [replace(ODD, locator=str(number)) for number in range(60)]
    monkeypatch.setattr(rows, "TOPICS", 4)
    page = report(tmp_path, [*COMMUNITY, *threads, *messages, *found])
    assert len(table(page, "topic-table")) == 4
    assert "4 of 11 topics, the longest; all are in migrate report --json, under topics" in parse(page).text
    assert len(table(page, "finding-table")) == 40
    assert "40 of 61 findings" in parse(page).text


def test_a_table_takes_no_more_than_its_share_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "_TABLE", 1000)
    page = report(tmp_path)
    assert len(table(page, "topic-table")) == 1
    assert "1 of 2 topics" in parse(page).text


def test_an_empty_archive_has_a_page_too(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        page = parse(html_report(archive, Plan(archive)))
    assert "No message has a usable date" in page.text
    assert "migrate import SOURCE PATH" in page.text


class Few:
    """A preview without pages of findings, sources and people."""

    def __getattr__(self, name: str) -> Callable[..., str]:
        return lambda *_: "" if name in {"other", "user"} else f"{name}.html"


def test_what_the_preview_has_no_page_of_is_no_link(tmp_path: Path) -> None:
    page = parse(report(tmp_path, preview="", to=Few()))
    links = {one.attributes["href"] for one in page.all("a") if not one.attributes["href"].startswith("#")}
    assert links == {
        "home.html",
        "topic.html",
        "post.html",
        "https://lists.example.org/1",
        "https://lists.example.org/2",
    }
    assert page.by_id("people-table").rows()[0][1] == "Ann_Lee"
