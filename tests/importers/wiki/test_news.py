"""Newsletters: an issue is a topic, what readers said of it its replies, and each wherever it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from importers.wiki.chunks import READERS
from importers.wiki.offline import scan_files
from importers.wiki.wishes import Wishes
from migrate.errors import InputError
from migrate.model import Finding, Message, Record, Thread
from migrate.sources import Chunk
from tests.importers.wiki.dumps import SIGNED, export, page, revision, scanned, versions

DELIVERED = (
    "== Tech News ==\nThe news. [[User:Sender|Sender]] 10:15, 3 March 2020 (UTC)\n"
    "<!-- Message sent by User:Ann@metawiki using the list at https://meta.example.org/?title=List&oldid=1 -->\n"
)


def read(tmp_path: Path, *pages: str, prefixes: tuple[str, ...] = ("Garden:News", "User talk:")) -> list[Record]:
    path = tmp_path / "dump.xml"
    path.write_bytes(export(*pages))
    items = scanned(path, newsletters=True, prefixes=prefixes)
    return [record for item in items if isinstance(item, Chunk) for record in READERS[type(item)](item)]


def messages(records: list[Record]) -> list[Message]:
    return [record for record in records if isinstance(record, Message)]


def test_replies_stand_below_their_issue_also_once_they_are_archived(tmp_path: Path) -> None:
    talk = ["Garden talk:News/2020-03", "Garden talk:News/2020-03/Archive 1"]
    pages = [page(title, revision(f"== About {number} ==\n{SIGNED}")) for number, title in enumerate(talk)]
    issue, *replies = messages(read(tmp_path, page("Garden:News/2020-03", revision("Spring.")), *pages))
    assert [(reply.thread, reply.parent) for reply in replies] == [(issue.thread, issue.key)] * 2


def test_the_same_words_below_two_issues_are_said_twice(tmp_path: Path) -> None:
    issues = [f"News/2020-{month}" for month in ("03", "04")]
    pages = [page(f"Garden talk:{issue}", revision("== Comments ==\nThank you!")) for issue in issues]
    found = messages(read(tmp_path, *pages))
    assert [message.body for message in found] == ["Thank you!"] * 2
    assert len({message.key for message in found}) == len({message.thread for message in found}) == 2


def test_who_changed_an_issue_last_has_not_written_it(tmp_path: Path) -> None:
    changed = page("Garden:News/1", revision("Spring.", 9, parent=8, user="Mender"))
    records = read(tmp_path, changed)
    assert [message.author for message in messages(records)] == ["wiki:wiki.example.org:#unknown"]
    assert "dated-by-edit" in [record.code for record in records if isinstance(record, Finding)]
    records = read(tmp_path, page("Garden:News/1", *versions("Spring is here.", "Spring.")))
    assert [message.author for message in messages(records)] == ["wiki:wiki.example.org:Ann"]
    assert "dated-by-edit" not in [record.code for record in records if isinstance(record, Finding)]


@pytest.mark.parametrize("title", ["Garden:News", "News"])
def test_the_history_of_a_page_with_all_issues_tells_who_wrote_which(title: str, tmp_path: Path) -> None:
    march, april = "== 3 March 2020 ==\nFrost.", "== 4 April 2020 ==\nRain."
    found = messages(read(tmp_path, page(title, *versions(march, f"{april}\n{march}")), prefixes=(title,)))
    told = [(message.title, (message.author or "").rpartition(":")[2], message.sent_at) for message in found]
    assert [each[:2] for each in told] == [("4 April 2020", "Ben"), ("3 March 2020", "Ann")]
    assert [at.minute for *_, at in told if at] == [2, 1]


def test_what_was_delivered_to_many_is_a_topic_of_its_own(tmp_path: Path) -> None:
    thanks = ": Thank you. [[User:{0}]] 10:20, 3 March 2020 (UTC)"
    pages = [page(f"User talk:{name}", revision(DELIVERED + thanks.format(name))) for name in ("Bob", "Cy")]
    found = messages(read(tmp_path, *pages))
    assert len({message.key for message in found}) == 3
    assert {message.thread for message in found} == {found[0].key}
    assert [message.parent for message in found] == [None, found[0].key] * 2


def test_what_else_is_said_on_a_page_with_a_delivery_is_not_said_of_it(tmp_path: Path) -> None:
    records = read(tmp_path, page("User talk:Bob", revision(DELIVERED)))
    assert {record.key for record in records if isinstance(record, Thread)} == {messages(records)[0].key}
    records = read(tmp_path, page("User talk:Bob", revision(f"{DELIVERED}\n== Hi ==\n{SIGNED}")))
    delivered, other = messages(records)
    assert other.parent == other.thread != delivered.thread


def test_issues_of_two_years_are_told_apart_by_their_pages(tmp_path: Path) -> None:
    text = "== 1 March ==\nNothing new.\n== 2 April ==\nNothing new."
    found = messages(read(tmp_path, *(page(f"Garden:News/{year}", revision(text)) for year in (2019, 2020))))
    assert len({message.thread for message in found}) == len({message.key for message in found}) == 4


def test_somebody_has_to_say_which_pages_are_news(tmp_path: Path) -> None:
    (tmp_path / "dump.xml").write_bytes(export(page("Garden:News/1")))
    with pytest.raises(InputError, match=r"--newsletters: say which pages"):
        list(scan_files([str(tmp_path / "dump.xml")], Wishes(newsletters=True)))
    (tmp_path / "News.wikitext").write_text("Spring.", "utf-8")
    assert list(scan_files([str(tmp_path / "News.wikitext")], Wishes(newsletters=True)))
