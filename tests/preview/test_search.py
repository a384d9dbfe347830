"""Search reads from new to old, and goes on where it ended."""

from __future__ import annotations

import pytest

from migrate.archive import Archive
from migrate.model import Thread
from migrate.pages.view import Found
from migrate.plan import Plan
from migrate.preview import PlannedForum, search
from tests.discourse.community import GARDENERS, fill, message


def found(shown: PlannedForum, query: str, page: int = 1) -> list[Found]:
    answer = shown.search(query, page)
    assert answer
    return list(answer.found)


def test_all_words_must_be_there_in_any_case_and_script(archive: Archive) -> None:
    fill(
        archive,
        [
            Thread(key="s", source=GARDENERS.key, title="STRAẞE und Gärten"),
            message("s.0", "s", body="Die **ÄPFEL** sind foo\\_bar reif.", day=80),
            message("s.1", "s", "s.0", body="Äpfel und Birnen.", day=81),
        ],
    )
    shown = PlannedForum(archive, Plan(archive))
    assert [hit.number for hit in found(shown, "äpfel")] == [2, 1]
    assert [hit.number for hit in found(shown, "äpfel birnen")] == [2]
    assert [hit.number for hit in found(shown, "gärten straße")] == [1]  # a title is its first post's
    assert [hit.number for hit in found(shown, "foo_bar")] == [1]
    assert found(shown, "quitten") == []
    assert "ÄPFEL sind foo_bar" in found(shown, "foo_bar")[0].excerpt


def test_pages_go_on_where_the_last_one_ended(archive: Archive) -> None:
    many = [message(f"n.{number}", "n", body=f"Beans {number}.", day=100 + number) for number in range(45)]
    fill(archive, [Thread(key="n", source=GARDENERS.key, title="Many"), *many])
    shown = PlannedForum(archive, Plan(archive))
    first = shown.search("beans", 1)
    assert first
    assert (first.total, first.slice.pages) == (None, 2)
    numbers = [hit.number for page in (1, 2, 3) for hit in found(shown, "beans", page)]
    assert numbers == list(range(45, 0, -1))
    last = shown.search("beans", 3)
    assert last
    assert (last.total, last.slice.pages) == (45, 3)
    assert shown.search("beans", 4) is None


def test_when_time_is_up_it_says_so_and_goes_on_later(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = PlannedForum(archive, Plan(archive))
    monkeypatch.setattr(search, "SECONDS", -1)
    cut = shown.search("words", 1)
    assert cut
    assert cut.found == []
    assert "Reload" in cut.note
    monkeypatch.setattr(search, "SECONDS", 60)
    whole = shown.search("words", 1)
    assert whole
    assert len(whole.found) == 20
    assert whole.note == ""


def test_a_page_that_it_has_not_come_to_yet_is_no_missing_page(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a later page is loaded again after the mapping was saved."""
    shown = PlannedForum(archive, Plan(archive))
    monkeypatch.setattr(search, "SECONDS", -1)
    cut = shown.search("words", 2)
    assert cut
    assert "Reload" in cut.note
    monkeypatch.setattr(search, "SECONDS", 60)
    second = shown.search("words", 2)
    assert second
    assert (second.slice.page, second.note) == (2, "")
    assert shown.search("words", 99) is None
