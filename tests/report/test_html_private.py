"""What is private stays off the page, whatever table or chart it could get into; addresses always do."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.mapping import read_mapping
from migrate.model import Finding, Origin, Person, Record, Source, Thread
from migrate.plan import Plan
from migrate.report.html import html_report
from tests.discourse.community import BAKERS, GARDENERS, PEOPLE, message
from tests.report.build import imported
from tests.report.parsed import parse

BOARD = Source(key="board.example.org", kind="mbox", name="Boardroom", private=True, description="For the elders.")
ELDER = Person(key="elder@example.org", name="Edda Elder", email="elder@example.org")
QUIET = Person(key="quiet@example.org", name="Quinn Quiet", email="quiet@example.org", member="account")
BUDGET = Thread(key="budget", source=BOARD.key, title="[money] Budget", url="https://lists.example.org/boardroom/1")
SLUGS = Thread(key="slugs", source=GARDENERS.key, title="Slugs")
SECRETS = ("Boardroom", "elders", "Edda", "Elder", "Budget", "money", "boardroom", "odd-place", "Quinn")
RECORDS: tuple[Record, ...] = (
    BOARD,
    ELDER,
    QUIET,
    BUDGET,
    SLUGS,
    replace(message("s", "budget", source=BOARD, locator="boardroom.mbox@1"), author=ELDER.key),
    message("o", "slugs", locator="garden.mbox@1"),
    Finding(stage="read", severity="warning", code="odd-thing", text="Odd.", message="s", locator="boardroom.mbox@1"),
    Finding(stage="read", severity="warning", code="odd-thing", text="Odd.", source=BOARD.key, locator="odd-place-1"),
    Finding(stage="read", severity="warning", code="odd-thing", text="Odd.", locator="odd-place-2"),
    Finding(
        stage="read", severity="warning", code="odd", text="Odd.", source=BOARD.key, message="o", locator="odd-place-3"
    ),
)
READ = "[tags]\nfrom_prefix = true\n[[rule]]\nsource = 'Boardroom'\ncategory = 'Boardroom'\nread = ['elders']\n"


def page(folder: Path, *records: Record, mapping: str = READ, with_private: bool = False) -> str:
    with imported(folder / "a.sqlite3", [*RECORDS, *records]) as archive:
        plan = Plan(archive, mapping=read_mapping(mapping, "m.toml") if mapping else None)
        return html_report(archive, plan, with_private=with_private)


LEFT_OUT = "[[rule]]\nsource = 'Boardroom'\nskip = true\n"


@pytest.mark.parametrize("mapping", ["", READ, LEFT_OUT], ids=["as the export says", "with readers", "left out"])
def test_nothing_of_a_private_source_is_there(tmp_path: Path, mapping: str) -> None:
    found = page(tmp_path, mapping=mapping)
    assert "Slugs" in found
    assert [word for word in SECRETS if word in found] == []
    assert "1 private list or group" in parse(found).text


def test_what_the_mapping_opens_to_everyone_is_there(tmp_path: Path) -> None:
    found = page(
        tmp_path,
        replace(message("j", "slugs", source=BOARD, locator="boardroom.mbox@9"), author=ELDER.key),  # becomes no post
        Finding(stage="read", severity="info", code="odd", text="Odd.", message="j", locator="boardroom.mbox@9"),
        mapping="[tags]\nfrom_prefix = true\n[[rule]]\nsource = 'Boardroom'\npublic = true",
    )
    told = {*SECRETS, "odd-place-3"} - {"Quinn", "odd-place"}
    assert [word for word in told if word not in found] == []
    # Members, and what is told of no topic, may belong to what nobody is to see.
    assert [word for word in ("Quinn", "odd-place-1", "odd-place-2", "mbox@9") if word in found] == []
    assert "everyone may read some of what is in them" in parse(found).text


def test_what_the_mapping_opens_a_part_of_stays_private_beside_that(tmp_path: Path) -> None:
    found = page(
        tmp_path,
        Thread(key="open", source=BOARD.key, title="Open day"),
        replace(message("x", "open", source=BOARD, locator="open.mbox@1"), author=PEOPLE[2].key),
        replace(message("j", "slugs", source=BOARD, locator="boardroom.mbox@9"), author=ELDER.key),  # becomes no post
        Finding(stage="read", severity="info", code="odd", text="Odd.", message="j", locator="boardroom.mbox@9"),
        mapping="[[rule]]\nsource = 'Boardroom'\ntitle = 'Open day'\ncategory = 'News'\npublic = true",
    )
    assert "Open day" in found
    assert [word for word in ("Budget", "Edda", "Quinn", "odd-place", "boardroom.mbox") if word in found] == []


def test_all_of_it_is_there_when_asked_for(tmp_path: Path) -> None:
    found = page(tmp_path, with_private=True)
    assert [word for word in SECRETS if word not in found] == []
    assert "give it only to people who may read it" in parse(found).text


PUBLIC_BOARD = replace(BOARD, private=False)


@pytest.mark.parametrize(
    "rule",
    [
        "source = 'Boardroom'\ncategory = 'Elders'\nread = ['old']",
        "source = 'Boardroom'\nprivate = true\nread = ['old']",
        "source = 'Boardroom'\nparent = 'Hall'\nread = ['old']\n[[rule]]\ncategory = 'Hall'\nread = ['old']",
        "source = 'Boardroom'\nparent = 'Hall'\n[[rule]]\ncategory = 'Hall'\nread = ['old']",
    ],
)
def test_what_the_mapping_keeps_for_some_is_private_too(tmp_path: Path, rule: str) -> None:
    with imported(tmp_path / "a.sqlite3", [PUBLIC_BOARD, *RECORDS[1:]]) as archive:
        plan = Plan(archive, mapping=read_mapping(f"[tags]\nfrom_prefix = true\n[[rule]]\n{rule}", "m.toml"))
        closed, everything = (html_report(archive, plan, with_private=asked) for asked in (False, True))
    words = ("Boardroom", "Edda", "Budget", "money", "odd-place", "boardroom.mbox")
    assert [word for word in words if word in closed] == []
    assert [word for word in words if word not in everything] == []


def test_a_part_that_only_some_may_read_is_private_and_the_rest_is_not(tmp_path: Path) -> None:
    mapping = "[[rule]]\ntitle = '*budget*'\ncategory = 'Elders'\nread = ['old']"
    with imported(
        tmp_path / "a.sqlite3",
        [
            PUBLIC_BOARD,
            *RECORDS[1:],
            Thread(key="open", source=BOARD.key, title="Open day"),
            replace(message("x", "open", source=BOARD, locator="y.mbox@1"), author=PEOPLE[2].key),
        ],
    ) as archive:
        found = html_report(archive, Plan(archive, mapping=read_mapping(mapping, "m.toml")))
    assert "Open day" in found
    assert "Boardroom" in found
    # A finding without a message may be about the part that is private.
    assert [
        word for word in ("Budget", "Edda", "Elders", "odd-place-1", "odd-place-2", "boardroom.mbox") if word in found
    ] == []


def test_a_copy_that_came_by_a_private_source_does_not_tell_its_place(tmp_path: Path) -> None:
    origins = (Origin(source=BOARD.key, locator="boardroom.mbox@2"), Origin(source=GARDENERS.key, locator="g.mbox@2"))
    both = message("b", "both", locator="boardroom.mbox@2", origins=origins)
    odd = Finding(stage="read", severity="info", code="odd", text="Twice.", message="b", locator="boardroom.mbox@2")
    found = page(tmp_path, Thread(key="both", source=GARDENERS.key, title="Both"), both, odd)
    assert "Both" in found
    assert "boardroom.mbox" not in found


def test_a_topic_whose_first_message_is_held_back_begins_with_the_next(tmp_path: Path) -> None:
    found = page(
        tmp_path,
        Thread(key="mixed", source=GARDENERS.key, title="Mixed"),
        replace(message("first", "mixed", source=BOARD, locator="boardroom.mbox@9", url="https://example.org/b/9")),
        message("second", "mixed", day=1, locator="garden.mbox@10"),
        mapping="[[rule]]\nsource = 'Boardroom'\npublic = true",
    )
    assert "garden.mbox@10" in found
    assert "boardroom.mbox@9" not in found
    assert "example.org/b/9" not in found


def test_a_licence_of_a_private_source_is_not_told(tmp_path: Path) -> None:
    board = replace(BOARD, licence="By leave of the elders")
    with imported(tmp_path / "a.sqlite3", [board, *RECORDS[1:], replace(GARDENERS, licence="CC0-1.0")]) as archive:
        closed, everything = (html_report(archive, Plan(archive), with_private=asked) for asked in (False, True))
    assert "CC0-1.0" in closed
    assert "By leave" not in closed
    assert "By leave of the elders, CC0-1.0" in parse(everything).text


def test_of_somebody_in_both_only_what_is_open_is_counted(tmp_path: Path) -> None:
    extra = [message(f"x{number}", "budget", source=BOARD, day=number) for number in range(1, 5)]
    people = parse(page(tmp_path, *extra)).by_id("people-table").rows()
    assert [row[:4] for row in people] == [["Ann Lee", "Ann_Lee", "1", "1 Jan 2020"]]


def test_members_who_wrote_nothing_are_named_where_nothing_is_private(tmp_path: Path) -> None:
    with imported(tmp_path / "a.sqlite3", [SLUGS, QUIET, message("o", "slugs")]) as archive:
        assert "Quinn Quiet" in html_report(archive, Plan(archive))


def test_no_address_of_anybody_is_there(tmp_path: Path) -> None:
    records: list[Record] = [
        Person(key="only@example.org", name="only@example.org", email="only@example.org"),
        Thread(
            key="ask",
            source=BAKERS.key,
            title="Ask only@example.org or <olga@example.org>",
            url="https://lists.example.org/of/olga@example.org/1?from=al@example.org",
        ),
        replace(message("q", "ask", source=BAKERS, locator="only@example.org.mbox@1"), author="only@example.org"),
        message("q2", "ask", author=3, url="https://lists.example.org/by/olga%40example.org", source=BAKERS),
        Finding(stage="read", severity="info", code="odd", text="Of olga@example.org.", message="q2", locator="q2"),
        Thread(key="no-url", source=BAKERS.key, title="Of strangers"),
        message("q4", "no-url", url="https://lists.example.org/?by=stranger@example.net", source=BAKERS),
        Finding(stage="read", severity="info", code="odd", text="Of a stranger.", message="q4", locator="q4"),
        Thread(key="coded", source=BAKERS.key, title="Ask olga%40example.org or olga at example.org"),
        message("q5", "coded", author=1, source=BAKERS, locator="olga%40example.org.mbox@1"),
        Finding(stage="read", severity="info", code="odd-stranger@example.net", text="Odd: olga%40example.org."),
        Person(key="coded@example.org", name="coded%40example.org", email="coded@example.org"),
        replace(message("q6", "coded", source=BAKERS), author="coded@example.org"),
        Person(key="root@localhost", name="Root", email="root@localhost"),
        Thread(key="here", source=BAKERS.key, title="Here", url="https://lists.example.org/by/root@localhost"),
        replace(message("q7", "here", source=BAKERS), author="root@localhost"),
        replace(BAKERS, key="al@example.org", name="al@example.org", description="Write to al@example.org"),
        Thread(key="al", source="al@example.org", title="Al"),
        replace(message("q3", "al"), source="al@example.org"),
    ]
    found = page(tmp_path, *records, with_private=True)
    with Archive.open(tmp_path / "a.sqlite3", mode="read") as archive:
        addresses = [address for (address,) in archive.db.execute("SELECT email FROM person WHERE email IS NOT NULL")]
    assert len(addresses) > 5
    assert [address for address in addresses if re.search(f"{address}|{address.replace('@', '%40')}", found)] == []
    assert "@example" not in found
    assert "%40example" not in found
    assert " at example" not in found
    assert not [
        one
        for one in parse(found).all("a")
        if "//lists.example.org" in one.attributes["href"] and "olga" in one.attributes["href"]
    ]
    assert "Ask only@…" in found


def test_who_asked_not_to_be_named_is_not(tmp_path: Path) -> None:
    source = replace(BAKERS, key="olga.example.org", name="News of Olga Petrova", description="By Olga Petrova.")
    olga = Person(key="olga.petrova@example.org", name="Olga Petrova", email="olga.petrova@example.org")
    records: list[Record] = [
        olga,
        source,
        Thread(key="t", source=source.key, title="Thanks, Olga Petrova", url="https://example.org/user/Olga_Petrova"),
        replace(message("q", "t", source=source, locator="Olga Petrova.mbox@1"), author=olga.key),
        Finding(
            stage="read",
            severity="info",
            code="odd",
            text="By Olga Petrova.",
            message="q",
            locator="Olga Petrova.mbox@1",
        ),
    ]
    with imported(tmp_path / "a.sqlite3", records) as archive:
        named = html_report(archive, Plan(archive))
        archive.db.execute(
            "INSERT INTO person_choice (person_id, withheld) SELECT id, 'name' FROM person WHERE key = ?", (olga.key,)
        )
        page = html_report(archive, Plan(archive))
    assert named.count("Olga") > 5
    assert "Olga" not in page
    assert "1 person asked not to be named" in parse(page).text
