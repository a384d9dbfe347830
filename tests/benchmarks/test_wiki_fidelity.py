"""The benchmark of talk pages runs on a small page, and tells right answers from wrong ones."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PROGRAM = REPOSITORY / "benchmarks" / "wiki_fidelity.py"
MONTHS = [
    *("January", "February", "March", "April", "May_long", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
TEXT = """== Cucumbers ==
Green. [[User:Ann|Ann]] 10:01, 3 March 2020 (UTC)
:Long. [[User:Bob|Bob]] 10:02, 3 March 2020 (UTC)
::Old. [[User:Cat|Cat]] 3 March 2020, 10:03 (UTC)
"""


def comment(author: str, minute: int, level: int, parent: str | None = None) -> dict[str, object]:
    """A comment that is expected."""
    return {
        "type": "comment",
        "author": author,
        "timestamp": f"2020-03-03T10:{minute:02}:00.000Z",
        "level": level,
        "id": f"c-{author}",
        "heading": "h-Cucumbers-2020-03-03T10:01:00.000Z",
        "parent": parent,
    }


def run(folder: Path, *comments: dict[str, object]) -> tuple[list[str], str]:
    """The cells of the table's last line, and the progress."""
    pages, sites = folder / "wiki" / "pages", folder / "wiki" / "sites"
    pages.mkdir(parents=True)
    sites.mkdir()
    answer = {"title": "Talk:Food", "wiki_config": "../enwiki-config.json", "threads": comments}
    (pages / "food.expected.json").write_text(json.dumps(answer), "utf-8")
    (pages / "food.wikitext").write_text(TEXT, "utf-8")
    config = {
        "wgContentLanguage": "en",
        "wgArticlePath": "/wiki/$1",
        "wgFormattedNamespaces": {"1": "Talk", "2": "User", "3": "User talk"},
        "wgNamespaceIds": {"user": 2},
    }
    (sites / "enwiki-config.json").write_text(json.dumps(config), "utf-8")
    words = {month.lower(): month.removesuffix("_long") for month in MONTHS}
    words |= {f"{name.removesuffix('_long')}-gen": month for name, month in words.items()}
    words |= {month[:3].lower(): month[:3] for month in MONTHS}
    data = {
        "dateFormat": {"en": "H:i, j F Y"},
        "digits": {"en": list("0123456789")},
        "localTimezone": "UTC",
        "specialContributionsName": "Contributions",
        "timezones": {"en": {"UTC": "UTC"}},
        "contLangMessages": {"en": words},
    }
    (sites / "enwiki-data.json").write_text(json.dumps(data), "utf-8")
    command = [sys.executable, str(PROGRAM), "--corpora", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    return [cell.strip() for cell in done.stdout.splitlines()[-1].strip("|").split("|")], done.stderr


def test_what_is_right_counts_as_right(tmp_path):
    cells, progress = run(tmp_path, comment("Ann", 1, 1), comment("Bob", 2, 2, "c-Ann"))

    assert cells == ["all", "2", "2", *["100.0 % / 100.0 %"] * 5, "1 more"]
    assert progress == ""


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        (comment("Eve", 2, 2, "c-Ann"), 3),
        (comment("Bob", 5, 2, "c-Ann"), 4),
        (comment("Bob", 2, 3, "c-Ann"), 5),
        (comment("Bob", 2, 2), 6),
        (comment("Bob", 2, 2, "c-Ann") | {"heading": "h-Other"}, 7),
    ],
)
def test_what_is_wrong_counts_as_wrong(tmp_path, wrong, column):
    cells, progress = run(tmp_path, comment("Ann", 1, 1), wrong)

    assert cells[column] == "50.0 % / 50.0 %"
    assert [cell for cell in cells[3:8] if cell != cells[column]] == ["100.0 % / 100.0 %"] * 4
    assert wrong["id"] in progress


def test_what_is_missing_lowers_the_recall(tmp_path):
    cells, _ = run(tmp_path, comment("Ann", 1, 1), comment("Bob", 2, 2, "c-Ann"), comment("Dan", 9, 1))

    assert cells[1:4] == ["3", "2", "100.0 % / 66.6 %"]


def test_what_is_too_much_lowers_the_precision(tmp_path):
    cells, _ = run(tmp_path, comment("Ann", 1, 1))

    assert cells[1:4] == ["1", "2", "50.0 % / 100.0 %"]
