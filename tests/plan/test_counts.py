"""What is counted in indexes is what the conditions themselves say, message by message, of an odd archive."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.discourse.status import status
from migrate.plan import LEFT_OUT, Plan, Selection, Target
from migrate.plan.target import TargetFacts
from tests.discourse.community import make_archive, talk

FLAGS = ([], [], [], ["comment"], ["closed", "reply"], *([flag] for flag in LEFT_OUT), ["draft", "pinned"])
STATES = ("done", "done", "sending", "refused", "undone")
MAPPINGS = (
    "",
    'undated = "leave-out"',
    '[[rule]]\ntitle = "*part 3"\nskip = true\n[[rule]]\ntitle = "*part 4"\ncategory = "Fours"\n',
    '[[rule]]\nsource = "bakers*"\nskip = true\n',
    '[[rule]]\nsource = "bakers*"\nprivate = true\nread = ["bakers"]\n',
)
OPERATION = """
    INSERT INTO operation (target_id, attempts, sent_at, kind, ref, part, generation, state, thread_id, post_number,
                           details) VALUES (1, 1, 0, ?, ?, ?, ?, ?, ?, ?, ?)
"""
SELECTIONS = (Selection(), Selection(limit=4), Selection(only="*part 5"), Selection(since=1_100_000_000_000))


@pytest.fixture(params=range(4))
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    """Flags, threads, sources, dates and people by chance, messages in no thread and threads without any."""
    chance = random.Random(request.param)
    with make_archive(tmp_path / "migration.sqlite3", talk()) as made, made.transaction() as db:
        messages = [message for (message,) in db.execute("SELECT id FROM message").fetchall()]
        threads = [thread for (thread,) in db.execute("SELECT id FROM thread").fetchall()]
        for message in messages:
            thread, source = chance.choice([None, *threads[:-2]]), chance.choice((1, 2))
            dated, flags = chance.choice((None, "neighbours", "header")), json.dumps(chance.choice(FLAGS))
            values = "thread_id = ?, source_id = ?, date_source = ?, flags = ?"
            db.execute(f"UPDATE message SET {values} WHERE id = ?", (thread, source, dated, flags, message))
        db.execute("UPDATE person SET same_as = 1 WHERE id IN (2, 3)")
        for message in chance.sample(messages, len(messages) // 2):
            number, state = chance.choice((1, 2, None)), chance.choice(STATES)
            details = json.dumps({"category": chance.choice((7, 8))}) if number == 1 else None
            for generation, part in chance.choice((((2, 0),), ((1, 0), (2, 0)), ((2, 0), (2, 1)), ((1, 0),))):
                row = ("post", message, part, generation, state, chance.choice(threads), number, details)
                db.execute(OPERATION, row)
        for person in range(4):
            db.execute(OPERATION, ("user", person, 0, 2, chance.choice(STATES), None, None, None))
        yield made


@pytest.fixture(params=[(text, selection) for text in MAPPINGS for selection in SELECTIONS])
def target(archive: Archive, request: pytest.FixtureRequest) -> Target:
    text, selection = request.param
    columns = "id, url, generation, facts, mapping, selection"
    row = (text, selection.to_json())
    archive.db.execute(f"INSERT INTO target ({columns}) VALUES (1, 'https://f.example', 2, '{{}}', ?, ?)", row)
    facts = TargetFacts()
    return Target(id=1, url="https://f.example", generation=2, facts=facts, mapping=text, selection=selection)


def test_posts_topics_and_people(archive: Archive, target: Target) -> None:
    plan, db = Plan(archive, target=target), archive.db
    rows = db.execute(f"SELECT message.id, thread_id, author_id FROM message WHERE {plan.scope.messages}").fetchall()
    joined = dict(db.execute("SELECT id, coalesce(same_as, id) FROM person").fetchall())
    own = {row[0] for row in db.execute("SELECT ref FROM operation WHERE kind = 'user' AND generation = 2"
                                        " AND state IN ('done', 'sending')")}  # fmt: skip
    assert plan.posts == len(rows)
    assert plan.people == len({author if author in own else joined[author] for _, _, author in rows})
    assert plan.scope.used == plan.scope.counted().keys()
    assert sum(plan.scope.counted().values()) == len({thread for _, thread, _ in rows}) == len([*plan.thread_ids()])
    kept = Counter(thread for (thread,) in db.execute(f"SELECT thread_id FROM message WHERE {plan.scope.kept}"))
    sizes = db.execute(f"SELECT id, {plan.scope.posts}, {plan.scope.has_posts} FROM thread").fetchall()
    assert {thread: (posts, has_posts) for thread, posts, has_posts in sizes} == {
        thread: (kept[thread], kept[thread] > 0) for thread, _, _ in sizes
    }


def test_what_is_left_out(archive: Archive, target: Target) -> None:
    plan = Plan(archive, target=target)
    found, reasons = plan.scope.left_out(), Counter[str]()
    for flags, thread in archive.db.execute("SELECT flags, thread_id FROM message").fetchall():
        reason = next((flag for flag in LEFT_OUT if flag in json.loads(flags)), None if thread else "unsettled")
        reasons[reason or "none"] += 1
    assert {reason: found.pop(reason, 0) for reason in {*LEFT_OUT, "unsettled"}} == {
        reason: reasons[reason] for reason in {*LEFT_OUT, "unsettled"}
    }
    assert plan.posts + sum(found.values()) == reasons["none"]


def test_what_was_sent_and_what_follows(archive: Archive, target: Target) -> None:
    plan, db = Plan(archive, target=target), archive.db
    places = defaultdict[tuple[int | None, int], int](int)
    for _, _, category, ref in plan.sent_topics():
        places[category, ref] += 1
    assert {(category, ref): topics for category, ref, topics in plan.sent_places()} == places
    planned = dict(db.execute(f"SELECT message.id, thread_id FROM message WHERE {plan.scope.messages}").fetchall())
    rows = db.execute("SELECT kind, ref, state FROM operation WHERE generation = 2 AND part = 0 AND ref").fetchall()
    assert plan.sent == sum(kind == "post" and state == "done" and ref in planned for kind, ref, state in rows)
    found = status(archive)[0]
    counts = Counter((kind, state) for kind, _, state in rows)
    post = found.kinds["post"]
    assert (post.sending, post.refused) == (counts["post", "sending"], counts["post", "refused"])
    assert post.done == (counts["post", "done"] if plan.scope.is_everything else plan.sent)
    user = found.kinds["user"]
    assert (user.done, user.sending) == (min(counts["user", "done"], user.total), counts["user", "sending"])
    tried = {
        thread for (thread,) in db.execute("SELECT thread_id FROM operation WHERE kind = 'post' AND generation = 2")
    }
    new = Counter(thread for thread in planned.values() if thread not in tried)
    if post.left:
        assert found.outlook.new_topics == len(new)
        assert found.outlook.new_replies == max(0, post.left - new.total())
