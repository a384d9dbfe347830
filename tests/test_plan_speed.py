"""What is looked up before the first request grows with an archive, and not with its square."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from migrate.archive import Archive
from migrate.model import Person, Record, Thread
from migrate.plan import Plan, Target, TargetFacts
from tests.build import GARDENERS, mail, write

URL = "https://forum.example.org"


def steps(folder: Path, size: int, work: Callable[[Plan], object]) -> int:
    """How many thousand steps SQLite takes for that, with so many people, each with a thread, half of them sent."""
    with Archive.open(folder / f"{size}.sqlite3", mode="create") as archive:
        records: list[Record] = [GARDENERS]
        for number in range(size):
            person = Person(key=f"p{number}@example.org", name=f"Person {number}", email=f"p{number}@example.org")
            thread = Thread(key=f"t{number}", source=GARDENERS.key, title="Beans")
            records += [person, thread, mail(f"m{number}", author=person.key, thread=thread.key)]
        write(archive, records)
        db = archive.db
        db.execute("UPDATE message SET position = 1")
        db.execute("INSERT INTO target (id, url, generation, facts) VALUES (1, ?, 1, '{}')", (URL,))
        db.execute(
            "INSERT INTO operation (target_id, generation, kind, ref, state, attempts, sent_at, thread_id, remote_id)"
            " SELECT 1, 1, 'post', id, 'done', 1, 0, thread_id, id FROM message WHERE id <= ?",
            (size // 2,),
        )
        plan, count = Plan(archive, target=Target(id=1, url=URL, generation=1, facts=TargetFacts())), 0

        def tick() -> int:
            nonlocal count
            count += 1
            return 0

        db.set_progress_handler(tick, 1000)
        work(plan)
        db.set_progress_handler(None, 0)
        return count


@pytest.mark.parametrize(
    "work",
    [
        lambda plan: len(list(plan.users())),
        lambda plan: plan.posts,
        lambda plan: plan.categories(),
        lambda plan: next(plan.unsent_thread_ids()),
    ],
    ids=["users", "posts", "categories", "unsent"],
)
def test_four_times_the_archive_takes_about_four_times_as_long(tmp_path: Path, work: Callable[[Plan], object]) -> None:
    few, many = (steps(tmp_path, size, work) for size in (300, 1200))
    assert many <= 6 * max(few, 10)
