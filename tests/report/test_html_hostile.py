"""Whatever titles, names and places say, the page stays what it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from migrate.model import Finding, Person, Record, Source, Thread
from migrate.plan import Plan
from migrate.report.html import html_report
from tests.discourse.community import GARDENERS, message
from tests.report.build import imported
from tests.report.parsed import Element, parse

WORDS = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "</style><style>*{display:none}</style>",
    "\"' onmouseover='alert(1)' x=\"",
    "<!-- -->]]><![CDATA[",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;&#60;",
    "</td></tr></table>",
)


def community(words: str) -> list[Record]:
    source = Source(key="odd.example.org", kind="mbox", name=words, description=words)
    person = Person(key="name:odd", name=words)
    thread = Thread(key="odd", source=source.key, title=words, labels=(words,), url="https://example.org/?" + words)
    found = Finding(stage="read", severity="warning", code=words, text=words, message="odd", locator=words)
    written = replace(message("odd", "odd", url=f"javascript:{words}"), author=person.key, source=source.key)
    return [source, person, thread, replace(written, locator=words), found]


def page(folder: Path, name: str, words: str) -> str:
    with imported(folder / f"{name}.sqlite3", community(words)) as archive:
        return html_report(archive, Plan(archive))


def outline(root: Element) -> list[tuple[str, list[str]]]:
    """What the page is made of, without what it says."""
    return [(one.tag, sorted(one.attributes)) for one in root.everything()]


@pytest.mark.parametrize("words", WORDS)
def test_markup_is_text(tmp_path: Path, words: str) -> None:
    harmless, found = (parse(page(tmp_path, name, text)) for name, text in (("a", "Beans"), ("b", words)))
    assert outline(found) == outline(harmless)
    assert " ".join(words.split()) in found.by_id("topic-table").text
    assert " ".join(words.split()) in found.by_id("people-table").text
    assert " ".join(words.split()) in found.by_id("finding-table").text
    assert not [one for one in found.all("a") if one.attributes["href"].lower().startswith("javascript")]


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\x1b", "\x9b", "\u200f"])
def test_signs_that_reorder_or_command_are_not_there(tmp_path: Path, sign: str) -> None:
    assert sign not in page(tmp_path, "a", f"Beans{sign}snaeB")


def test_a_title_without_end_and_dates_out_of_range_do_no_harm(tmp_path: Path) -> None:
    records: list[Record] = [
        Thread(key="long", source=GARDENERS.key, title="x" * 100_000, url="https://example.org/" + "y" * 100_000),
        message("long", "long", locator="z" * 100_000),
        message("early", "long", day=-600_000),
        message("late", "long", day=2_000_000),
        message("never", "long", sent_at=None, date_source=None),
    ]
    with imported(tmp_path / "a.sqlite3", records) as archive:
        found = html_report(archive, Plan(archive))
    assert len(found) < 60_000
    assert "3 messages without a usable date are not in here" in parse(found).text
