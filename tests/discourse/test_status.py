"""What `status` tells before anything is sent: what is fixed on the forum, and what would follow."""

from __future__ import annotations

from dataclasses import replace

from migrate.archive import Archive
from migrate.discourse.facts import open_target
from migrate.discourse.push.push import Push
from migrate.discourse.status import Outlook, TargetStatus, status
from migrate.model import Thread
from migrate.plan import Choices, Selection
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, fill, message
from tests.discourse.pushing import client_of


def push(archive: Archive, forum: Sandbox, **choices: object) -> None:
    client = client_of(forum)
    Push(archive, client, open_target(archive, client, choices=Choices(**choices))).run()  # type: ignore[arg-type]


def chosen(archive: Archive, forum: Sandbox, **choices: object) -> TargetStatus:
    """How it stands after something was chosen and nothing sent."""
    open_target(archive, client_of(forum), choices=Choices(**choices))  # type: ignore[arg-type]
    return status(archive)[0]


def test_after_a_push_nothing_follows(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum)
    found = status(archive)[0]
    assert found.is_complete
    assert found.outlook == Outlook(topics=9)
    assert found.trial is None


def test_new_messages_follow_in_old_topics_and_new_ones(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum)
    fill(archive, [
        message("late", "thread-0", "m0.0", author=1, day=50),
        Thread(key="new", source=GARDENERS.key, title="New"),
        message("n.0", "new", day=51),
        message("n.1", "new", "n.0", day=52),
        message("n.2", "new", "n.1", day=53, flags=("draft",)),
    ])  # fmt: skip
    found = status(archive)[0]
    assert found.outlook == Outlook(topics=9, new_topics=1, new_replies=1)
    assert (found.kinds["post"].left, found.is_complete) == (3, False)


def test_topics_that_would_go_elsewhere_by_now_are_counted(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum)
    elsewhere = chosen(archive, forum, mapping='[[rule]]\nsource = "bakers*"\ncategory = "Bread"')
    assert elsewhere.outlook == Outlook(topics=9, elsewhere=4)
    assert elsewhere.kinds["category"].left == 1
    there = chosen(archive, forum, mapping='[[rule]]\ntitle = "*part 3"\ncategory = "gardeners"')
    assert there.outlook == Outlook(topics=9, elsewhere=1)
    skipped = chosen(archive, forum, mapping='[[rule]]\ntitle = ["*part 3", "*part 5"]\nskip = true')
    assert skipped.outlook == Outlook(topics=9, skipped=2)
    assert (skipped.kinds["post"].done, skipped.kinds["post"].total) == (28, 28)
    assert chosen(archive, forum, mapping="").outlook == Outlook(topics=9)


def test_what_was_moved_by_a_new_mapping_is_only_what_is_new(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum)
    fill(archive, [Thread(key="new", source=GARDENERS.key, title="New"), message("n.0", "new", day=51)])
    push(archive, forum, mapping='[[rule]]\ncategory = "All"')
    assert status(archive)[0].outlook == Outlook(topics=10, elsewhere=9)


def test_a_trial_says_so_and_the_rest_follows(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum, selection=Selection(limit=2))
    found = status(archive)[0]
    assert (found.trial, found.is_complete, found.outlook.topics) == ((2, 9), True, 2)
    whole = chosen(archive, forum, selection=Selection())
    assert (whole.trial, whole.is_complete) == (None, False)
    assert whole.outlook == Outlook(topics=2, new_topics=7)
    push(archive, forum, selection=Selection())
    assert status(archive)[0].outlook == Outlook(topics=9)


def test_another_forum_has_its_own_outlook(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum)
    client = client_of(forum)
    open_target(archive, client, name="another")
    first, second = status(archive)
    assert replace(first.outlook, topics=0) == Outlook()
    assert second.outlook == Outlook(new_topics=9)
