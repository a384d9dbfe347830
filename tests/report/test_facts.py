"""What the report says: findings ranked by what they touch, and what is kept from being seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.mapping import read_mapping
from migrate.model import Finding, Origin, Person, Record, Severity, Source
from migrate.pages.evidence import Noted
from migrate.plan import Plan
from migrate.preview import PlannedForum
from migrate.preview.findings import kind_page
from migrate.report.facts import FindingFacts, PrivateSource, gather
from migrate.report.tables import finding_rows, person_rows
from migrate.report.touched import how_many
from migrate.settle import settle
from tests.build import BEN, GARDENERS, mail, moment, new_archive


def found(code: str, severity: Severity = "info", text: str = "", **fields: object) -> Finding:
    """A finding; each needs a place or a text of its own."""
    values: dict[str, object] = {"stage": "read", "locator": "", "text": text or f"Something about {code}."}
    return Finding(severity=severity, code=code, **(values | fields))  # type: ignore[arg-type]  # fields by name


def archive_of(folder: Path, *records: Record) -> Archive:
    archive = new_archive(folder, *records)
    settle(archive)
    return archive


def kinds(archive: Archive, mapping: str = "") -> dict[str, FindingFacts]:
    plan = Plan(archive, mapping=read_mapping(mapping, "m.toml"))
    return {one.code: one for one in gather(archive, plan).findings}


def test_errors_come_first_then_what_touches_most(tmp_path: Path) -> None:
    messages = [mail(str(number)) for number in range(5)]
    records: list[Record] = [
        *messages,
        *[found("b-many", message=str(number), locator=str(number)) for number in range(4)],
        *[found("a-few", message=str(number), locator=str(number)) for number in range(2)],
        found("y-warning", "warning"),
        found("z-error", "error"),
    ]
    with archive_of(tmp_path, *records) as archive:
        assert list(kinds(archive)) == ["z-error", "y-warning", "b-many", "a-few"]


def test_posts_and_people_are_counted_once_each(tmp_path: Path) -> None:
    records: list[Record] = [
        mail("a"),
        mail("b"),
        mail("c", author=BEN.key),
        *[found("odd-thing", text=text, message=key, locator=key) for key in "abc" for text in ("One.", "Two.")],
    ]
    with archive_of(tmp_path, *records) as archive:
        odd = kinds(archive)["odd-thing"]
    assert (odd.count, odd.posts, odd.people, odd.more) == (6, 3, 2, 4)


def test_a_finding_that_came_before_its_message_is_tied_to_it_by_its_place(tmp_path: Path) -> None:
    early = found("odd-thing", message="a", locator="gardeners.mbox@a", source=GARDENERS.key)
    elsewhere = found("odd-thing", text="Another.", locator="somewhere")
    with archive_of(tmp_path, early, elsewhere, mail("a")) as archive:
        assert kinds(archive)["odd-thing"].posts == 1
        rows = list(finding_rows(archive, Plan(archive)))
    (message,) = [row.message for row in rows if row.locator == "gardeners.mbox@a"]
    assert message is not None
    assert [row.message for row in rows if row.locator == "somewhere"] == [None]


def test_what_counts_many_things_at_the_place_of_the_first_is_not_about_that_one(tmp_path: Path) -> None:
    text = "Dates that do not say their time zone: 1,200. They are taken for UTC."
    counted = found("zone-unknown", text=text, locator="gardeners.mbox@a")
    with archive_of(tmp_path, mail("a"), counted) as archive:
        zone = kinds(archive)["zone-unknown"]
    assert (zone.count, zone.things, zone.posts, zone.touched) == (1, 1200, 0, 1200)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Pages with nothing on them were passed over (13).", 13),
        ("6 comments could not be tied to a post: several fit.", 6),
        ("Templates were left out, since nobody was sent one (files: 2).", 2),
        ("Campaigns that were tests were left out: 1,024.", 1024),
        ("This entry holds neither words nor pictures.", 1),
        ("The date 2019-03-02 is impossible.", 1),
        ("Files in Takeout (2).zip are encrypted (1,012): unpack it with its password and name the folder.", 1012),
        ("Takeout (2).zip is encrypted: unpack it with its password and name the folder.", 1),
        ("Posts that moderators hid or deleted (3) are left out.", 3),
        ("6 comments could not be tied to a post (4).", 6),
    ],
)
def test_a_text_tells_how_many(text: str, number: int) -> None:
    assert how_many(text) == number


def test_codes_without_end_are_gone_through_at_once(tmp_path: Path) -> None:
    asked: list[str] = []
    with archive_of(tmp_path, *(found(f"code-{number}", text=f"Of {number}.") for number in range(50))) as archive:
        archive.db.set_trace_callback(asked.append)
        facts = gather(archive).findings
        archive.db.set_trace_callback(None)
    assert {(one.code, one.examples[0][1]) for one in facts} == {(f"code-{at}", f"Of {at}.") for at in range(50)}
    assert len([query for query in asked if "FROM finding" in query]) < 10


def test_items_that_became_no_message_are_counted(tmp_path: Path) -> None:
    lost = found("campaign-not-sent", text="Campaigns that were never sent were left out (drafts): 3.", lost=3)
    with archive_of(tmp_path, mail("a"), lost) as archive:
        facts = gather(archive)
    assert (facts.lost, facts.findings[0].lost, facts.findings[0].things) == (3, 3, 3)


def test_what_the_mapping_accepts_is_counted_and_marked(tmp_path: Path) -> None:
    with archive_of(tmp_path, mail("a"), found("odd-thing"), found("other-thing")) as archive:
        plan = Plan(archive, mapping=read_mapping('[review]\naccepted = ["odd-thing"]', "m.toml"))
        facts = gather(archive, plan)
        rows = {row.code: row.accepted for row in finding_rows(archive, plan)}
    assert {one.code: one.accepted for one in facts.findings} == {"odd-thing": True, "other-thing": False} == rows
    assert [one.code for one in facts.open_findings] == ["other-thing"]


def test_who_may_read_a_private_list_is_told_and_answers_the_question(tmp_path: Path) -> None:
    board = Source(key="board", kind="mbox", name="Board", private=True)
    question = found("visibility-unknown", source=board.key)
    records: list[Record] = [
        board,
        mail("a", source=board.key, origins=(Origin(source=board.key, locator="x"),)),
        question,
    ]
    with archive_of(tmp_path, *records) as archive:
        assert gather(archive).privacy.private == (PrivateSource("board", "Board", ("staff",), public=False),)
        assert not kinds(archive)["visibility-unknown"].accepted
        answer = '[[rule]]\nsource = "board"\nread = ["committee"]'
        plan = Plan(archive, mapping=read_mapping(answer, "m.toml"))
        assert gather(archive, plan).privacy.private == (PrivateSource("board", "Board", ("committee",), public=False),)
        assert kinds(archive, answer)["visibility-unknown"].accepted
        public = Plan(archive, mapping=read_mapping('[[rule]]\nsource = "board"\npublic = true', "m.toml"))
        assert gather(archive, public).privacy.private[0].public


def test_privacy_in_numbers(tmp_path: Path) -> None:
    left = Person(key="zoe@example.org", name="Zoë", email="zoe@example.org", member="never")
    with archive_of(tmp_path, mail("a"), mail("b", flags=("no-archive",)), left) as archive:
        archive.db.execute("INSERT INTO person_choice (person_id, withheld) VALUES (1, 'words')")
        privacy = gather(archive).privacy
    assert (privacy.addresses, privacy.names_withheld, privacy.words_withheld) == (2, 1, 1)
    assert (privacy.suppressed, privacy.forgotten, privacy.not_archived) == (1, 0, 1)


def test_an_import_that_was_not_finished_shows(tmp_path: Path) -> None:
    with new_archive(tmp_path, mail("a"), mail("b")) as archive:
        assert gather(archive).unfinished == 2
        settle(archive)
        assert gather(archive).unfinished == 0


def test_dates_that_cannot_be_are_not_told(tmp_path: Path) -> None:
    records = [mail("a", day=3), mail("b", day=5), mail("c", day=100_000), mail("d", day=-600_000)]
    with archive_of(tmp_path, *records) as archive:
        facts = gather(archive)
        (person,) = person_rows(archive, Plan(archive))
    expected = (moment(3), moment(5))
    for one in (facts, facts.sources[0], person):
        assert (one.first, one.last) == expected


def test_no_thread_of_a_source_that_the_mapping_makes_private_is_named(tmp_path: Path) -> None:
    private = '[[rule]]\nsource = "gardeners"\nprivate = true\nread = ["committee"]'
    with archive_of(tmp_path, mail("a")) as archive:
        assert gather(archive).longest_threads == [("About a", 1)]
        assert gather(archive, Plan(archive, mapping=read_mapping(private, "m.toml"))).longest_threads == []


def test_who_withheld_a_name_is_not_in_the_place_or_the_words_of_a_finding(tmp_path: Path) -> None:
    odd = found("odd-thing", text="Ann_Lee.mbox is cut off.", locator="inbox/ann-lee.mbox@1")
    with archive_of(tmp_path, mail("a"), odd) as archive:
        archive.db.execute("INSERT INTO person_choice (person_id, withheld) VALUES (1, 'name')")
        (kind,) = gather(archive).findings
        (row,) = finding_rows(archive, Plan(archive))
        (shown,) = findings_of(archive)
    words = "Former member 1.mbox is cut off.", "inbox/Former member 1.mbox@1"
    assert [(text, place) for place, text in kind.examples] == [words]
    assert (row.text, row.locator) == (shown.text, shown.locator) == words


def findings_of(archive: Archive) -> Sequence[Noted]:
    """As the preview has them."""
    page = kind_page(PlannedForum(archive, Plan(archive)), "odd-thing", 1)
    return page.findings if page else ()
