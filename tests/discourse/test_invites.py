"""The list for invitations: who stands in it, who never does, and what the file is like."""

import csv
import stat

import pytest

from migrate.archive import Archive
from migrate.archive.writer import Writer
from migrate.discourse.invites import invitations_path, write_invitations
from migrate.model import Person, Record
from tests.build import ANN, mail, new_archive, write


def invited(address: str) -> Person:
    return Person(key=address, email=address, member="invite")


def never(address: str) -> Person:
    return Person(key=address, member="never")


def listed(archive: Archive) -> list[str]:
    """The addresses in the file, after writing it."""
    if write_invitations(archive) is None:
        assert not invitations_path(archive.path).exists()
        return []
    with invitations_path(archive.path).open(newline="") as file:
        header, *rows = list(csv.reader(file))
    assert header == ["email", "groups", "topic_id"]
    assert all(row[1:] == ["", ""] for row in rows)
    return [row[0] for row in rows]


def test_who_is_to_be_invited_stands_in_it_and_nobody_else(tmp_path):
    account = Person(key="dan@example.org", email="dan@example.org", member="account")
    with new_archive(tmp_path, invited("cem@example.org"), account, mail("1")) as archive:
        assert listed(archive) == ["cem@example.org"]
        path = invitations_path(archive.path)
        assert path.name == "migration.invites.csv"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("first", [True, False])
def test_who_never_may_be_is_not_in_it_in_whatever_order(tmp_path, first):
    records: list[Record] = [invited("cem@example.org"), never("cem@example.org"), invited("eva@example.org")]
    with new_archive(tmp_path) as archive:
        for record in records if first else records[::-1]:
            write(archive, [record])
        assert listed(archive) == ["eva@example.org"]


def test_a_list_that_grew_empty_does_not_stay(tmp_path):
    with new_archive(tmp_path, invited("cem@example.org")) as archive:
        assert listed(archive) == ["cem@example.org"]
        write(archive, [never("cem@example.org")])
        assert listed(archive) == []


def test_who_wrote_is_invited_to_take_over_the_account(tmp_path):
    with new_archive(tmp_path, mail("1"), invited(ANN.key)) as archive:
        assert listed(archive) == [ANN.key]


@pytest.mark.parametrize("choice", ["account = 'ann'", "withheld = 'name'", "withheld = 'words'"])
def test_a_member_and_who_is_withheld_are_not(tmp_path, choice):
    with new_archive(tmp_path, invited(ANN.key)) as archive:
        with archive.transaction() as db:
            db.execute("INSERT INTO person_choice (person_id) SELECT id FROM person WHERE key = ?", (ANN.key,))
            db.execute(f"UPDATE person_choice SET {choice}")
        assert listed(archive) == []


def test_one_person_is_invited_once_and_not_at_all_where_another_address_left(tmp_path):
    people = [invited("cem@example.org"), invited("cem@example.net"), invited("eva@example.org"), ANN]
    with new_archive(tmp_path, *people) as archive:
        with archive.transaction() as db:
            same = "UPDATE person SET same_as = (SELECT id FROM person WHERE key = ?) WHERE key = ?"
            db.execute(same, ("cem@example.org", "cem@example.net"))
            db.execute(same, ("eva@example.org", ANN.key))
        assert listed(archive) == ["cem@example.org", "eva@example.org"]
        with archive.transaction():
            Writer(archive).write([never(ANN.key)])
        assert listed(archive) == ["cem@example.org"]


@pytest.mark.parametrize("address", ["=1+1@example.org", "+1@example.org", "-x@example.org"])
def test_what_a_spreadsheet_would_calculate_is_left_out_and_counted(tmp_path, address):
    with new_archive(tmp_path, invited(address), invited("cem@example.org")) as archive:
        assert listed(archive) == ["cem@example.org"]
        written = write_invitations(archive)
    assert written is not None and (written.count, written.unsafe) == (1, 1)


def test_a_long_list_takes_no_longer_for_each(tmp_path):
    """Whoever is to be invited is not looked for among all others again."""
    with new_archive(tmp_path, *(invited(f"m{number}@example.org") for number in range(1500))) as archive:
        steps: list[int] = []
        archive.db.set_progress_handler(lambda: steps.append(1), 10_000)
        assert len(listed(archive)) == 1500
        archive.db.set_progress_handler(None, 0)
    assert len(steps) < 100
