"""Which page of a pipermail archive was which message."""

from __future__ import annotations

import html
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from importers.mbox import MboxImporter
from migrate import sources
from migrate.archive import Archive
from migrate.errors import InputError
from migrate.ingest import ingest
from migrate.model import Source
from migrate.old_urls import OldUrl, Options, old_urls
from tests.build import new_archive

BASE = "https://lists.example.org/pipermail/gardeners"


def imported(folder: Path, *paths: Path, **options: str) -> Archive:
    said = sources.Options({name: (value,) for name, value in options.items()})
    archive = Archive.open(folder / "migration.sqlite3", mode="create")
    ingest(archive, MboxImporter(), [str(path) for path in paths], said)
    return archive


def write_mbox(path: Path, mails: list[str]) -> Path:
    path.write_text("".join(f"From ann Thu Apr  1 12:00:00 2004\n{mail}\n" for mail in mails))
    return path


def index_page(rows: list[tuple[int, str, str]]) -> str:
    """What pipermail writes: number, subject, author."""
    items = "".join(
        f'<LI><A HREF="{number:06}.html">{html.escape(subject)}\n</A><A NAME="{number}">&nbsp;</A>\n'
        f"<I>{html.escape(author)}\n</I>\n"
        for number, subject, author in rows
    )
    return f"<HTML><BODY><ul>{items}</ul><a href='thread.html'>by thread</a></BODY></HTML>"


def messages(archive: Archive, options: Options) -> dict[str, str]:
    """Old address → Message-ID."""
    keys = dict(archive.db.execute("SELECT id, key FROM container"))
    return {found.url: keys[found.ref] for found in old_urls(archive, options) if found.kind == "message"}


def mails(*days: str) -> list[str]:
    return [
        f"From: Ann <ann@example.org>\nDate: {day} 12:00:00 +0000\nSubject: [G] Seeds {number}\n"
        f"Message-ID: <{number}@x>\n\nWords {number}.\n"
        for number, day in enumerate(days)
    ]


def test_in_a_raw_mbox_pages_are_counted(tmp_path: Path) -> None:
    path = write_mbox(tmp_path / "gardeners.mbox", mails("4 Mar 2004", "5 Mar 2004", "31 Mar 2004"))
    with imported(tmp_path, path) as archive:
        found = messages(archive, Options(base_urls={"": f"{BASE}/"}))
    assert found == {
        f"{BASE}/2004-March/000000.html": "0@x",
        f"{BASE}/2004-March/000001.html": "1@x",
        # The server's clock may have been ahead: then it stood in April.
        f"{BASE}/2004-March/000002.html": "2@x",
        f"{BASE}/2004-April/000002.html": "2@x",
    }


def test_a_copy_of_a_message_has_its_own_page(tmp_path: Path) -> None:
    twice = mails("4 Mar 2004", "5 Mar 2004")
    path = write_mbox(tmp_path / "gardeners.mbox", [twice[0], *twice])
    with imported(tmp_path, path) as archive:
        found = messages(archive, Options(base_urls={"gardeners": BASE}))
    assert [found[f"{BASE}/2004-March/00000{number}.html"] for number in range(3)] == ["0@x", "0@x", "1@x"]


def test_monthly_files_are_not_counted_but_looked_up(tmp_path: Path) -> None:
    folder = tmp_path / "gardeners"
    folder.mkdir()
    write_mbox(folder / "2004-March.txt", mails("4 Mar 2004", "5 Mar 2004"))
    with imported(tmp_path, folder) as archive:
        with pytest.raises(InputError, match="--index"):
            list(old_urls(archive, Options(base_urls={"": BASE})))
        saved = tmp_path / "saved" / "lists.example.org" / "pipermail" / "gardeners" / "2004-March"
        saved.mkdir(parents=True)
        with pytest.raises(InputError, match=r"holds no date\.html"):
            list(old_urls(archive, Options(base_urls={"": BASE}, indexes={"": tmp_path / "saved"})))
        page = index_page([(207, "[G] Seeds 0", "Ann"), (209, "[G] Seeds 1", "Ann"), (210, "Gone", "Ben")])
        (saved / "date.html").write_text(page)
        found = messages(archive, Options(base_urls={"": BASE}, indexes={"": tmp_path / "saved"}))
    assert found == {f"{BASE}/2004-March/000207.html": "0@x", f"{BASE}/2004-March/000209.html": "1@x"}


def test_one_subject_by_several_authors_is_told_apart(tmp_path: Path) -> None:
    folder = tmp_path / "gardeners"
    folder.mkdir()
    three = [
        f"From: {name} <{name.lower()}@example.org>\nDate: {day} Mar 2004 12:00:00 +0000\nSubject: Re: Peas\n"
        f"Message-ID: <{name}@x>\n\nWords of {name}.\n"
        for day, name in enumerate(("Ann", "Ben", "Cleo"), 3)
    ]
    write_mbox(folder / "2004-March.txt", three)
    (folder / "2004-March").mkdir()
    # Ben's was numbered first, Cleo has another name there, and a fourth mail is not in the export.
    page = index_page([(1, "Peas", "Ben"), (2, "Peas", "Ann"), (3, "Peas", "Cleopatra"), (4, "Peas", "Dee")])
    (folder / "2004-March" / "date.html").write_text(page)
    with imported(tmp_path, folder / "2004-March.txt") as archive:
        source = archive.db.execute("SELECT key FROM source").fetchone()[0]
        options = Options(base_urls={source: BASE}, indexes={source: folder})
        found = messages(archive, options)
    assert found == {
        f"{BASE}/2004-March/000001.html": "Ben@x",
        f"{BASE}/2004-March/000002.html": "Ann@x",
        f"{BASE}/2004-March/000003.html": "Cleo@x",
    }


@pytest.mark.parametrize(("name", "pages"), [("reality", 126), ("divunal-list", 1663)])
def test_real_archives_by_their_index(tmp_path: Path, corpora: Path, name: str, pages: int) -> None:
    rows: list[dict[str, Any]] = [
        json.loads(line) for line in (corpora / "mbox" / f"{name}.threads.jsonl").read_text().splitlines()
    ]
    listed: defaultdict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for row in rows:
        listed[row["month"]].append((row["n"], row["subject"], row["author"]))
    for month, entries in listed.items():
        (tmp_path / "saved" / month).mkdir(parents=True)
        (tmp_path / "saved" / month / "date.html").write_text(index_page(sorted(entries)))
    with imported(tmp_path, corpora / "mbox" / name) as archive:
        options = Options(base_urls={"": BASE}, indexes={"": tmp_path / "saved"})
        found = {item.url: item.ref for item in old_urls(archive, options) if item.kind == "message"}
        names: defaultdict[int, set[str]] = defaultdict(set)
        query = "SELECT message.id, name FROM message JOIN person_name ON person_name.person_id = author_id"
        for message_id, author in archive.db.execute(query):
            names[message_id].add(author)
    assert len(rows) == pages
    assert len(found) >= pages - 2
    assert len(set(found.values())) == len(found)
    known = {author for several in names.values() for author in several}
    signed = [row for row in rows if row["author"] in known]
    page_of = {(row["month"], row["n"]): f"{BASE}/{row['month']}/{row['n']:06}.html" for row in rows}
    wrong = [
        row["n"]
        for row in signed
        if (url := page_of[row["month"], row["n"]]) in found and row["author"] not in names[found[url]]
    ]
    assert len(wrong) <= len(signed) // 200


@pytest.mark.parametrize("name", ["growers", "GROWERS of Mill Lane", "Growers.Example.org"])
def test_a_source_is_meant_by_its_key_its_beginning_or_its_name_in_any_case(tmp_path: Path, name: str) -> None:
    lists = {"growers.example.org": "Growers of Mill Lane", "bakers.example.org": "Bread", "bakers.example.com": "Cake"}
    with new_archive(tmp_path, *(Source(key=key, kind="mbox", name=said) for key, said in lists.items())) as archive:
        assert OldUrl(f"{BASE}/", "source", 2) in list(old_urls(archive, Options(base_urls={name: BASE})))
        with pytest.raises(InputError, match="no source 'bakers'"):  # which of the two?
            list(old_urls(archive, Options(base_urls={"bakers": BASE})))


def test_what_options_name_must_be_there(tmp_path: Path) -> None:
    first = write_mbox(tmp_path / "gardeners.mbox", mails("4 Mar 2004"))
    second = write_mbox(tmp_path / "bakers.mbox", mails("4 Mar 2004"))
    with imported(tmp_path, first, second) as archive:
        with pytest.raises(InputError, match="several sources"):
            list(old_urls(archive, Options(base_urls={"": BASE})))
        with pytest.raises(InputError, match="no source 'cooks'"):
            list(old_urls(archive, Options(base_urls={"cooks": BASE})))
        assert [type(item) for item in old_urls(archive, Options())] == []
        assert OldUrl(f"{BASE}/", "source", 1) in list(old_urls(archive, Options(base_urls={"gardeners": BASE})))
