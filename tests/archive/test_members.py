"""Members in the archive: whoever left is nobody's member, and nothing is kept of who was nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.archive.reader import read_messages, read_persons
from migrate.model import Member, Person
from tests.build import ANN, mail, new_archive, write

MIA = Person(key="mia@example.org", name="Mia Moor", email="mia@example.org")


def member(as_what: Member | None, person: Person = MIA) -> Person:
    return replace(person, member=as_what)


def persons(archive: Archive) -> dict[str, Member | None]:
    return {person.key: person.member for person in read_persons(archive)}


def names(archive: Archive) -> set[str]:
    return {name for (name,) in archive.db.execute("SELECT name FROM person_name")}


@pytest.mark.parametrize("one_by_one", [True, False])
@pytest.mark.parametrize("as_what", ["account", "invite"])
def test_whoever_left_is_gone_whatever_is_read_first(tmp_path: Path, as_what: Member, one_by_one: bool) -> None:
    for number, records in enumerate(
        ([member(as_what), member("never")], [member("never"), member(as_what)], [member("never")])
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        with new_archive(folder, mail("a")) as archive:
            for batch in [[record] for record in records] if one_by_one else [records]:
                write(archive, batch)
            assert MIA.key not in persons(archive)
            assert "Mia Moor" not in names(archive)


def test_whoever_left_and_wrote_stays_an_author(tmp_path: Path) -> None:
    with new_archive(tmp_path, member("account"), mail("a", author=MIA.key)) as archive:
        write(archive, [member("never")])
        assert persons(archive)[MIA.key] is None
        assert "Mia Moor" in names(archive)
        assert [message.author for message in read_messages(archive)] == [MIA.key]


def test_whoever_left_and_is_answered_stays(tmp_path: Path) -> None:
    with new_archive(tmp_path, member("account"), mail("a", answers=MIA.key)) as archive:
        write(archive, [member("never")])
        assert persons(archive)[MIA.key] is None
        assert [message.answers for message in read_messages(archive)] == [MIA.key]


def test_whoever_left_may_write_later_in_the_same_import(tmp_path: Path) -> None:
    with new_archive(tmp_path, member("account")) as archive:
        write(archive, [member("never"), member(None), mail("a", author=MIA.key)])
        write(archive, [member("account"), mail("b", author=MIA.key)])
        assert persons(archive)[MIA.key] is None
        assert [message.author for message in read_messages(archive)] == [MIA.key] * 2
    with new_archive(tmp_path) as archive:
        write(archive, [member("never"), mail("c", author=MIA.key)])
        assert persons(archive)[MIA.key] is None


@pytest.mark.parametrize("order", [("account", "invite"), ("invite", "account"), ("account", None)])
def test_an_account_is_more_than_an_invitation(tmp_path: Path, order: tuple[Member | None, ...]) -> None:
    with new_archive(tmp_path, *map(member, order)) as archive:
        assert persons(archive)[MIA.key] == "account"


def test_an_author_who_becomes_a_member_is_one_person(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a"), member("account", ANN)) as archive:
        assert persons(archive)[ANN.key] == "account"
        assert len(persons(archive)) == 2
