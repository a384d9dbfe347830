"""What somebody left unsigned before another one's comment is told apart by the page's history, and only by that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from importers.wiki.conversation import page_records
from importers.wiki.page import Page, Revision
from importers.wiki.wishes import Wishes
from migrate.model import Message
from tests.importers.wiki.dumps import SIGNED, export, page, pages_of, scanned, versions, whose
from tests.importers.wiki.pages import SITE

BEGIN = datetime(2020, 3, 3, 10, 0, tzinfo=UTC)
TEXT = """== Seeds ==
Who has some?

I do. [[User:Bob|Bob]] 10:15, 3 March 2020 (UTC)
: Me too.
: And I. [[User:Cy|Cy]] 10:20, 3 March 2020 (UTC)
:: Thanks. [[User:Bob|Bob]] 10:30, 3 March 2020 (UTC)"""


def revision(user: str, minute: int) -> Revision:
    return Revision(id=minute + 1, at=BEGIN + timedelta(minutes=minute), user=user)


def said(*brought: Revision | None, text: str = TEXT) -> list[tuple[str, str]]:
    """Who said what, where these brought the lines of the text."""
    return [(name, body) for name, body, _ in answers(*brought, text=text)]


def answers(*brought: Revision | None, text: str) -> list[tuple[str, str, str]]:
    """The same, and to whom each is an answer."""
    revisions = tuple(dict.fromkeys(filter(None, brought)))
    lines = tuple(revisions.index(by) if by else -1 for by in brought)
    talk = Page(title="Talk:X", id=1, text=text, locator="x", revisions=revisions if brought else (), lines=lines)
    messages = [record for record in page_records(talk, SITE, Wishes()) if isinstance(record, Message)]
    keys = {message.key for message in messages}
    assert all(message.parent is None or message.parent in keys for message in messages)
    assert len(keys) == len(messages)
    names = {message.key: message.author.rpartition(":")[2] for message in messages}
    return [
        (names[message.key], " ".join(message.body.split()), names[message.parent] if message.parent else "")
        for message in messages
    ]


def lines(*, question: Revision | None, too: Revision | None) -> tuple[Revision | None, ...]:
    bob, cy, again = revision("Bob", 15), revision("Cy", 20), revision("Bob", 30)
    return (question or bob, question, None, bob, too, cy, again)


BOB = "[[User:Bob|Bob]] 10:15, 3 March 2020 (UTC)"
CY = "[[User:Cy|Cy]] 10:20, 3 March 2020 (UTC)"


@pytest.mark.parametrize(
    ("text", "points"),
    [
        (f"== Seeds ==\nWho?\n: I do. {BOB}\n: Me too. {CY}", "I do."),
        (f"== Seeds ==\n* Who?\n** I do. {BOB}\n** Me too. {CY}", "I do."),
        (f"== Seeds ==\n: Who?\n:: I do:\n::* all. {BOB}\n:: Me too. {CY}", "I do: - all."),
        (f"== Seeds ==\nWho?\n* Beans\n* Peas {BOB}\n* Me too. {CY}", "- Beans - Peas"),
    ],
)
def test_answers_below_what_nobody_signed(text: str, points: str) -> None:
    ann, bob, cy = revision("Ann", 1), revision("Bob", 15), revision("Cy", 20)
    brought = [ann, ann, *[bob] * (text.count("\n") - 2), cy]
    assert answers(*brought, text=text) == [("Ann", "Who?", ""), ("Bob", points, "Ann"), ("Cy", "Me too.", "Ann")]


def test_many_who_never_signed_take_bounded_time() -> None:
    rows = 4_000
    text = "== Seeds ==\n" + "* Who?\n" * rows + f"* I do. {BOB}"
    both = [revision("Ann", 1), revision("Dora", 2)]
    found = said(both[0], *both * (rows // 2), revision("Bob", 15), text=text)
    assert found[:2] == [("Ann", "Who?"), ("Dora", "Who?")]
    assert sum(body.count("Who?") for _, body in found) == rows


AS_SIGNED = [("Bob", "Who has some? I do."), ("Cy", "Me too. And I."), ("Bob", "Thanks.")]


def test_words_of_others_are_theirs() -> None:
    assert said(*lines(question=revision("Ann", 1), too=revision("Dora", 17))) == [
        ("Ann", "Who has some?"),
        ("Bob", "I do."),
        ("Dora", "Me too."),
        ("Cy", "And I."),
        ("Bob", "Thanks."),
    ]


@pytest.mark.parametrize(
    "other",
    [revision("Bob", 1), revision("Ann", 40), revision("TidyBot", 1), None],
    ids=["themselves, earlier", "who mended it later", "a bot", "nobody knows"],
)
def test_what_may_be_the_signers_own_stays_theirs(other: Revision | None) -> None:
    assert said(*lines(question=other, too=revision("Cy", 19))) == AS_SIGNED


def test_who_mended_it_before_the_author_came_back_did_not_write_it() -> None:
    text = f"== Seeds ==\nWho has some?\n\nI do, really. {BOB}"
    bob, ann, again = revision("Bob", 15), revision("Ann", 17), revision("Bob", 30)
    assert said(bob, ann, None, again, text=text) == [("Bob", "Who has some? I do, really.")]


def test_who_archived_a_section_wrote_nothing_of_it() -> None:
    assert said(*[revision("Archivist", 500)] * 7) == AS_SIGNED


def test_without_a_history_the_signature_counts() -> None:
    assert said() == AS_SIGNED


def test_whoever_had_no_account_is_masked_in_the_wikitext_that_is_kept() -> None:
    text = "== Seeds ==\nMine. [[Special:Contributions/192.0.2.7|192.0.2.7]] 10:15, 3 March 2020 (UTC)"
    talk = Page(title="Talk:X", id=1, text=text, locator="x")
    (hidden,) = [record for record in page_records(talk, SITE, Wishes()) if isinstance(record, Message)]
    (shown,) = [record for record in page_records(talk, SITE, Wishes(show_ips=True)) if isinstance(record, Message)]
    assert b"192.0.2.7" not in (hidden.native or b"")
    assert b"Mine." in (hidden.native or b"")
    assert b"192.0.2.7" in (shown.native or b"")


def test_the_first_answer_to_it_comes_in_the_same_thread() -> None:
    ann, bob = revision("Ann", 1), revision("Bob", 15)
    text = f"== Seeds ==\nWho?\n: I do. {BOB}"
    before = Page(title="Talk:X", id=1, text=text.rpartition("\n")[0], locator="x", revisions=(ann,), lines=(0, 0))
    after = Page(title="Talk:X", id=1, text=text, locator="x", revisions=(ann, bob), lines=(0, 0, 1))
    (asked,), (same, answer) = (
        [record for record in page_records(talk, SITE, Wishes()) if isinstance(record, Message)]
        for talk in (before, after)
    )
    assert (same.key, same.thread) == (asked.key, asked.thread)
    assert (answer.parent, answer.thread) == (asked.key, asked.thread)


def test_a_village_pump_that_nobody_named_has_its_history(tmp_path: Path) -> None:
    texts = ["== Seeds ==\nWho has some?", f"== Seeds ==\nWho has some?\n\n{SIGNED}"]
    (tmp_path / "dump.xml").write_bytes(export(page("Project:Pump", *versions(*texts), namespace=4)))
    (pump,) = pages_of(scanned(tmp_path / "dump.xml"))
    assert whose(pump)[1] == "Ann"
