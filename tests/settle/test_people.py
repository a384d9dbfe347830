"""Several addresses and spellings of one person become one account, and nobody else's."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from migrate.archive import Archive
from migrate.archive.reader import read_findings
from migrate.model import Message, Person, Record, Source
from migrate.plan import Plan
from migrate.settle import settle
from migrate.settle.people import join_people
from tests.build import mail, write
from tests.settle.threads import settled


def person(key: str, name: str = "Cat Ito") -> Person:
    email = None if key.startswith("name:") else key
    return Person(key=key, name=name, names=(name,), email=email)


def written(author: str, day: float, **fields: str) -> Message:
    return mail(f"{author}/{day}", day=day, author=author, **fields)


def accounts(archive: Archive) -> dict[str, str]:
    """Address → name of the accounts."""
    return {user.address: user.name for user in Plan(archive).users()}


def test_one_person_is_one_account_under_the_address_used_last(tmp_path: Path) -> None:
    records: list[Record] = [
        person("cat@example.net"),
        written("cat@example.net", 1),
        written("cat@example.net", 2),
        person("cat@example.com", "Cat M. Ito"),
        written("cat@example.com", 3),
        person("name:cat ito"),
        written("name:cat ito", 0),
    ]
    with settled(tmp_path, *records) as archive:
        assert accounts(archive) == {"cat@example.com": "Cat Ito"}
        plan = Plan(archive)
        (user,) = plan.users()
        assert {post.person_id for thread in plan.thread_ids() for post in plan.topic(thread).posts} == {user.person_id}
        assert plan.summary().users == 1
        assert [finding.code for finding in read_findings(archive)] == ["people-joined"]


@pytest.mark.parametrize(
    "others",
    [
        [("cat@example.net", "Cat Ito"), ("ito@example.com", "Cat Ito")],  # two of that name
        [("cat@example.net", "Cat Ito"), ("ito@example.com", "Cat Ito"), ("name:cat ito", "Cat Ito")],  # whose is it?
        [("cat@gmail.com", "Cat Ito"), ("ito@gmail.com", "Cat Ito")],  # a provider is no organisation
    ],
)
def test_people_who_only_look_alike_stay_apart(tmp_path: Path, others: list[tuple[str, str]]) -> None:
    records: list[Record] = [record for key, name in others for record in (person(key, name), written(key, 1))]
    with settled(tmp_path, *records) as archive:
        assert len(accounts(archive)) == len(others)
        assert [finding.code for finding in read_findings(archive)] == ["people-alike"]


def test_two_addresses_are_one_person_s_through_a_third(tmp_path: Path) -> None:
    addresses = ["ito@example.com", "cat@example.net", "cat.ito@example.co.uk", "cat@example.com"]
    records: list[Record] = [record for key in addresses for record in (person(key), written(key, 1))]
    with settled(tmp_path, *records) as archive:
        assert set(accounts(archive)) == {"ito@example.com", "cat.ito@example.co.uk"}
        assert sorted(finding.code for finding in read_findings(archive)) == ["people-alike", "people-joined"]


def test_a_shared_address_is_nobodys(tmp_path: Path) -> None:
    records: list[Record] = [
        person("ito@example.net", "Cat Ito"),
        written("ito@example.net", 1),
        person("ito@example.net", "Dan Ito"),
        written("ito@example.net", 2),
        person("ito@example.com", "Cat Ito"),
        written("ito@example.com", 3),
    ]
    with settled(tmp_path, *records) as archive:
        assert len(accounts(archive)) == 2


def test_a_name_alone_is_looked_for_in_its_own_list(tmp_path: Path) -> None:
    bakers = Source(key="bakers.example.org", kind="mbox", name="bakers")
    records: list[Record] = [
        bakers,
        person("name:cat ito"),
        written("name:cat ito", 1, source=bakers.key),
        person("cat@example.net"),
        written("cat@example.net", 2),
    ]
    with settled(tmp_path, *records) as archive:
        assert len(accounts(archive)) == 2
        write(archive, [written("cat@example.net", 3, source=bakers.key)])
        settle(archive)
        assert len(accounts(archive)) == 1


@pytest.mark.parametrize(
    ("pushed", "addresses"), [(["cat@example.com"], {"cat@example.com"}), (None, {"cat@example.net"})]
)
def test_an_account_on_a_forum_stays_what_it_is(tmp_path: Path, pushed: list[str] | None, addresses: set[str]) -> None:
    with settled(tmp_path, person("cat@example.com"), written("cat@example.com", 1)) as archive:
        for key in pushed or ():
            push(archive, key)
        write(archive, [person("cat@example.net"), written("cat@example.net", 2)])
        settle(archive)
        assert accounts(archive).keys() == addresses


def test_two_accounts_on_a_forum_stay_two(tmp_path: Path) -> None:
    records: list[Record] = [
        person("cat@gmail.com"),
        written("cat@gmail.com", 1),
        person("ito@example.net"),
        written("ito@example.net", 1),
    ]
    with settled(tmp_path, *records) as archive:
        push(archive, "cat@gmail.com")
        push(archive, "ito@example.net")
        write(archive, [person("cat@example.net"), written("cat@example.net", 2)])
        settle(archive)
        assert accounts(archive).keys() == {"cat@gmail.com", "ito@example.net"}


def test_a_finding_names_people_and_no_addresses(tmp_path: Path) -> None:
    records: list[Record] = [person("cat@example.net", "cat@example.net"), person("cat@example.com")]
    records += [written("cat@example.net", day) for day in range(3)]
    records += [person("cat@example.net"), written("cat@example.net", 4), written("cat@example.com", 5)]
    with settled(tmp_path, *records) as archive:
        assert [(item.code, item.locator) for item in read_findings(archive)] == [("people-joined", "Cat Ito")]


def test_an_address_within_a_name_is_masked(tmp_path: Path) -> None:
    name = "Cat Ito cat@example.net"
    records = [person("cat@example.net", name), person("cat@example.com", name)]
    with settled(tmp_path, *records, written("cat@example.net", 1), written("cat@example.com", 2)) as archive:
        assert [(item.code, "@example" in item.locator) for item in read_findings(archive)] == [
            ("people-joined", False)
        ]


def test_two_accounts_of_one_person_are_not_said_to_be_joined(tmp_path: Path) -> None:
    with settled(tmp_path, person("cat@gmail.com"), written("cat@gmail.com", 1)) as archive:
        push(archive, "cat@gmail.com")
        write(archive, [person("cat@example.net"), written("cat@example.net", 2, source="bakers.example.org")])
        push(archive, "cat@example.net")
        settle(archive)
        assert [finding.code for finding in read_findings(archive)] == []


def push(archive: Archive, key: str) -> None:
    with archive.transaction() as db:
        db.execute(
            "INSERT INTO operation (target_id, kind, ref, generation, state, attempts, sent_at)"
            " SELECT 1, 'user', id, 1, 'done', 1, 0 FROM person WHERE key = ?",
            (key,),
        )


@pytest.mark.parametrize("alike", [2, 12_000])
def test_many_namesakes_take_no_longer_each_than_a_few(tmp_path: Path, alike: int) -> None:
    letters = "abcdefghij"
    with settled(tmp_path) as archive:
        people = [(number, f"u{number // 2}@h{number % 2}.example") for number in range(1000, 25_000)]
        with archive.transaction() as db:
            db.execute("INSERT INTO source (id, key, kind, name, description) VALUES (9, 's', 'mbox', 's', '')")
            db.executemany("INSERT INTO person (id, key, email) VALUES (?, ?, ?)", [(n, a, a) for n, a in people])
            names = ((n, f"Ann {''.join(letters[int(d)] for d in str(n // alike)).title()}son") for n, _ in people)
            db.executemany("INSERT INTO person_name (person_id, name, uses) VALUES (?, ?, 1)", names)
            db.executemany(
                "INSERT INTO message (id, source_id, author_id, sent_at, title, flags, locator, digest)"
                " VALUES (?, 9, ?, ?, '', '[]', '', 0)",
                [(n, n, n) for n, _ in people],
            )
            begin = process_time()
            join_people(archive)
            took = process_time() - begin
            (joined,) = db.execute("SELECT count(*) FROM person WHERE same_as IS NOT NULL").fetchone()
    assert joined > 10_000
    assert took < 5  # half a second; with a look at everybody for each pair it was twenty
