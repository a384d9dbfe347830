"""Reading everything back from the forum, and comparing it with what the archive holds and what was sent."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.differences import Comparison, Difference
from migrate.discourse.journal import Journal, Operation
from migrate.discourse.push.accounts import all_accounts
from migrate.discourse.push.placed import topic_of
from migrate.discourse.push.privacy import other_readers, strayed_topics
from migrate.discourse.push.run import run_parallel
from migrate.discourse.reading import TopicThere, read_topic
from migrate.discourse.undo.removing import read_categories
from migrate.plan import Category, Plan, Selection, Target

_EXAMPLES = 1000


@dataclass(slots=True)
class Verification:
    """What a comparison found. `examples` holds the differences, at most the first thousand."""

    topics: int = 0  # that were looked at
    of_topics: int = 0  # of so many; more than `topics` where it is a sample
    checked: int = 0  # messages that were sent, or refused
    missing: int = 0
    extra: int = 0
    different: int = 0
    not_sent: int = 0  # messages that the push has not come to yet
    not_chosen: int = 0  # messages that it was not to send; counted where all topics are looked at
    refused_files: int = 0  # their posts only name them
    lost_members: int = 0  # who wrote nothing and got an account, which is not there any more; asked with all topics
    open_categories: list[str] = field(default_factory=list)  # what of them is open to more people than was meant
    examples: list[Difference] = field(default_factory=list)

    @property
    def equal(self) -> int:
        """How many messages are there as they should be."""
        return self.checked - self.missing - self.different

    @property
    def is_clean(self) -> bool:
        """Whether the forum holds what was sent, no more and no less, for no more eyes than it should."""
        return not (self.missing or self.extra or self.different or self.lost_members or self.open_categories)

    def add(self, checked: int, not_sent: int, differences: list[Difference]) -> None:
        """Count one topic."""
        self.topics += 1
        self.checked += checked
        self.not_sent += not_sent
        for difference in differences:
            setattr(self, difference.kind, getattr(self, difference.kind) + 1)
        self.examples += differences[: _EXAMPLES - len(self.examples)]


def verify(
    archive: Archive,
    client: Client,
    target: Target,
    progress: Callable[[int], None] = lambda _checked: None,
    *,
    fraction: float = 1.0,
) -> Verification:
    """Compare every message that was sent with its post, and every topic with what was planned for it.

    With a `fraction` (above 0, up to 1) of the topics: the same ones every time. `progress` is called with the number
    of messages looked at so far. Raises TargetError.
    """
    plan = Plan(archive, target=target)
    journal = Journal(archive, target)
    authors = journal.remote_ids("user")
    refused_files = journal.count("upload", "refused")
    planned = frozenset(plan.thread_ids())
    wanted = sorted(planned | _sent_threads(archive, target))
    sample = [thread_id for thread_id in wanted if _share(thread_id) < fraction] or wanted[:1]
    result = Verification(of_topics=len(wanted), refused_files=refused_files)
    lock = threading.Lock()
    strayed = strayed_topics(plan, journal)
    readable: list[int] = []  # of them, those that others can read

    def check(thread_id: int) -> None:
        topic, rows = plan.topic(thread_id), _rows(journal, thread_id)
        topic_id = topic_of({row.ref: row for row in rows if not row.part})
        there = read_topic(client, topic_id) if topic_id else None
        comparison = Comparison(topic, rows, authors, there, is_to_move=thread_id in strayed)
        differences = comparison.differences()
        is_open = thread_id in strayed and _is_open(client, there, strayed[thread_id][1])
        with lock:
            readable.extend([topic_id] if is_open and topic_id else [])
            waiting = comparison.not_sent if thread_id in planned else 0
            result.add(len(topic.posts) - comparison.not_sent, waiting, differences)
            progress(result.checked + result.not_sent)

    result.open_categories = [*_open_categories(client, plan, journal)]
    run_parallel(check, sample, client)
    if readable:
        first = f"{target.url}/t/{min(readable)}"
        count = f"{len(readable):,} topic{'s are' if len(readable) > 1 else ' is'}"
        result.open_categories.append(f"{count} private by now, but can still be read by others, like {first}")
    if fraction >= 1:
        everything = Plan(archive, target=replace(target, selection=Selection()))
        result.not_chosen = max(0, everything.posts - result.checked - result.not_sent)
        result.lost_members = _lost_members(client, plan, journal)
    return result


def _rows(journal: Journal, thread_id: int) -> list[Operation]:
    return [row for row in journal.thread_parts(thread_id) if row.state != "undone"]


def _sent_threads(archive: Archive, target: Target) -> set[int]:
    """Those of which something is on the forum, be it planned by now or not."""
    sent = archive.db.execute(
        "SELECT DISTINCT thread_id FROM operation WHERE target_id = ? AND kind = 'post' AND thread_id IS NOT NULL"
        " AND generation = ? AND state != 'undone'",
        (target.id, target.generation),
    )
    return {thread_id for (thread_id,) in sent.fetchall()}


def _share(thread_id: int) -> float:
    """A number from 0 to 1 by which a sample is drawn."""
    return int.from_bytes(hashlib.sha256(str(thread_id).encode()).digest()[:4]) / 2**32


def _lost_members(client: Client, plan: Plan, journal: Journal) -> int:
    if not plan.members:
        return 0
    accounts = journal.remote_ids("user")
    made = [accounts[person] for person in plan.members if person in accounts]
    there = {account.id for account in all_accounts(client).values()} if made else set()
    return sum(number not in there for number in made)


def _is_open(client: Client, there: TopicThere | None, category: Category) -> bool:
    """Whether a topic that is private by now can be read by others."""
    number = there.category_id if there and not there.is_deleted else None
    return number is not None and bool(other_readers(client, number, category.read_by))


def _open_categories(client: Client, plan: Plan, journal: Journal) -> Iterator[str]:
    """Private categories that are there and can be read by others than was planned."""
    private = [category for category in plan.categories() if category.read_by]
    there = {category.id for category in read_categories(client)} if private else set()
    rows = journal.all("category")
    for category in private:
        row = rows.get(category.ref)
        if row is None or row.state != "done" or row.remote_id not in there:
            continue
        if others := other_readers(client, row.remote_id, category.read_by):
            yield f"The category “{category.name}” is private, but can be read by: {', '.join(others)}"
