"""What `status` tells before anything is sent: what is fixed on the forum, and what would follow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from migrate.archive import Archive
from migrate.discourse.facts import open_target, remember_choices
from migrate.discourse.known import known_targets
from migrate.discourse.push.push import Push
from migrate.discourse.status import Outlook, Standing, TargetStatus, prepared, status
from migrate.discourse.undo.generations import begin_undo
from migrate.discourse.undo.undo import Undo
from migrate.errors import TargetError
from migrate.model import Thread
from migrate.plan import Choices, Selection, Target
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, fill, message
from tests.discourse.pushing import client_of, setting


def push(archive: Archive, forum: Sandbox, **choices: Any) -> None:
    client = client_of(forum)
    Push(archive, client, open_target(archive, client, choices=Choices(**choices))).run()


def chosen(archive: Archive, forum: Sandbox, **choices: Any) -> TargetStatus:
    """How it stands after something was chosen and nothing sent."""
    remember_choices(archive, open_target(archive, client_of(forum), choices=Choices(**choices)))
    return status(archive)[0]


def test_after_a_push_nothing_follows(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum)
    found = status(archive)[0]
    assert found.is_complete
    assert found.outlook == Outlook(topics=9)
    assert found.trial is None


def test_new_messages_follow_in_old_topics_and_new_ones(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum)
    fill(
        archive,
        [
            message("late", "thread-0", "m0.0", author=1, day=50),
            Thread(key="new", source=GARDENERS.key, title="New"),
            message("n.0", "new", day=51),
            message("n.1", "new", "n.0", day=52),
            message("n.2", "new", "n.1", day=53, flags=("draft",)),
        ],
    )
    found = status(archive)[0]
    assert found.outlook == Outlook(topics=9, new_topics=1, new_replies=1)
    assert (found.kinds["post"].left, found.is_complete) == (3, False)


def test_topics_that_would_go_elsewhere_by_now_are_counted(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum)
    elsewhere = chosen(archive, forum, mapping='[[rule]]\nsource = "bakers*"\ncategory = "Bread"')
    assert elsewhere.outlook == Outlook(topics=9, elsewhere=4)
    assert elsewhere.kinds["category"].left == 0  # nothing new goes there
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
    Push(archive, client, open_target(archive, client, "another", Choices(selection=Selection(limit=1)))).run()
    remember_choices(archive, open_target(archive, client, "another", Choices(selection=Selection())))
    first, second = status(archive)
    assert replace(first.outlook, topics=0) == Outlook()
    assert second.outlook == Outlook(topics=1, new_topics=8)


def test_a_forum_that_was_only_looked_at_was_not_sent_to(archive: Archive, forum: Sandbox) -> None:
    client = client_of(forum)
    target = open_target(archive, client)
    Undo(archive, client, target).run()
    assert (status(archive), prepared(archive)) == ([], [])
    note_change(archive, target, "disable_emails")
    assert [(one.url, names) for one, names in prepared(archive)] == [(forum.url, ("disable_emails",))]


def test_a_push_that_was_refused_changes_nothing_that_was_chosen(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum, selection=Selection(limit=2), quotes="drop")
    (before,) = known_targets(archive)
    mapping = '[[rule]]\nsource = "bakers*"\ncategory = "Bread"\nread = ["bakers_guild"]'
    with pytest.raises(TargetError, match="no group"):
        push(archive, forum, mapping=mapping, selection=Selection(), quotes="keep", authors="byline", lang="de")
    assert known_targets(archive) == [before]
    setting(forum, "disable_emails", "no")
    with pytest.raises(TargetError, match="disable_emails"):
        push(archive, forum, selection=Selection(), quotes="keep")
    assert known_targets(archive)[0].quotes == "drop"
    assert known_targets(archive)[0].selection == Selection(limit=2)


def test_accounts_are_counted_where_people_have_none_of_their_own(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum, authors="byline")
    assert status(archive)[0].kinds["user"] == Standing(total=1, done=1)
    client = client_of(forum)
    Undo(archive, client, open_target(archive, client)).run()
    found = status(archive)[0]
    assert (found.kinds["user"], found.kinds["post"].done) == (Standing(total=0), 0)


def test_after_an_undo_all_is_taken_back_until_the_next_push(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum, selection=Selection(limit=1))
    assert not status(archive)[0].taken_back
    client = client_of(forum)
    Undo(archive, client, open_target(archive, client)).run()
    assert status(archive)[0].taken_back
    push(archive, forum, selection=Selection(limit=1))
    assert not status(archive)[0].taken_back


def test_while_an_undo_is_unfinished_no_next_push_is_foretold(archive: Archive, forum: Sandbox) -> None:
    push(archive, forum, selection=Selection(limit=1))
    chosen(archive, forum, selection=Selection())
    begin_undo(archive, known_targets(archive)[0])
    found = status(archive)[0]
    assert (found.undo_unfinished, found.outlook) == (True, Outlook())


def note_change(archive: Archive, target: Target, name: str) -> None:
    with archive.transaction() as db:
        db.execute(
            "INSERT INTO setting (target_id, name, before, changed_to, state) VALUES (?, ?, 'no', 'yes', 'changed')",
            (target.id, name),
        )
