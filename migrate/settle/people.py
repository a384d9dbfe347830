"""Which persons are one: `person.same_as`, settled anew after every import. Accounts on a forum stay what they are."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from migrate.archive import Archive
from migrate.model import Finding
from migrate.people import is_told_apart, name_key, traits
from migrate.text import mask_addresses
from migrate.threads import Forest

MAIN_NAME = 0.9  # of the messages under a full name have the same one, or several people share the address

_JOINED = "people-joined"
_ALIKE = "people-alike"
_JOINED_TEXT = "One person wrote under {count} addresses or spellings; they become one account."
_ALIKE_TEXT = "{count} people have the same full name, but nothing else shows that they are one; they stay apart."
_NAMESAKES = """
    INSERT INTO namesake SELECT key, person, first
    FROM (SELECT key, person, sum(uses) AS uses, sum(sum(uses)) OVER named AS all_uses, min(min(id)) OVER named AS first
          FROM full_name GROUP BY key, person WINDOW named AS (PARTITION BY person))
    WHERE uses >= ? * all_uses AND person NOT IN (SELECT person_id FROM person_choice WHERE same_as IS NOT NULL)
"""
_WROTE = """
    INSERT INTO wrote SELECT author_id, source_id, max(coalesce(sent_at, 0)) FROM message
    WHERE author_id IN (SELECT person FROM namesake WHERE key IN
                        (SELECT key FROM namesake GROUP BY key HAVING count(*) > 1)) GROUP BY author_id, source_id
"""
_AS_WRITTEN = "SELECT name FROM full_name WHERE key = ? GROUP BY name ORDER BY sum(uses) DESC, name LIMIT 1"
_WRITERS = """
    SELECT person.id, person.key, coalesce(email, ''), source, latest FROM namesake
    JOIN person ON person.id = person JOIN wrote ON author = person WHERE namesake.key = ? ORDER BY namesake.id
"""
# As with a person who is posted under an account that is not made for them.
_SAME_ACCOUNT = """
    INSERT OR IGNORE INTO operation (target_id, kind, ref, generation, state, attempts, sent_at, remote_id, remote_name,
                                     ours)
    SELECT target_id, kind, :person, operation.generation, state, 0, sent_at, remote_id, remote_name, 0
    FROM target JOIN operation ON target_id = target.id WHERE kind = 'user' AND ref = :head AND state = 'done'
"""


@dataclass(slots=True)
class _Writer:
    """A person of the archive who wrote something."""

    id: int
    key: str
    email: str
    sources: set[int] = field(default_factory=set)
    latest: int = 0  # date of the last message, in milliseconds


def join_people(archive: Archive) -> None:
    """Settle who is the same as whom, and report who was joined and who only looks alike.

    What people chose goes before what is found here, and before the accounts that are on a forum: there everybody
    keeps the account that their posts stand under, and elsewhere it is as chosen.
    """
    db = archive.db
    before = _joined(db)
    chosen = dict(db.execute("SELECT person_id, same_as FROM person_choice WHERE same_as IS NOT NULL").fetchall())
    accounts = {person for (person,) in db.execute("SELECT DISTINCT ref FROM operation WHERE kind = 'user'")}
    kept = "SELECT id FROM person WHERE same_as IN (SELECT ref FROM operation WHERE kind = 'user')"
    settled = accounts | {person for (person,) in db.execute(kept)}
    anew = chosen.keys() | (before.keys() - settled)
    db.executemany("UPDATE person SET same_as = NULL WHERE id = ?", ((item,) for item in anew))
    db.execute("DELETE FROM finding WHERE stage = 'settle' AND code IN (?, ?)", (_JOINED, _ALIKE))
    members = Counter(_joined(db).values())
    for name, writers in _namesakes(db):
        clusters = _clusters(writers)
        for cluster in clusters:
            count = _join(db, cluster, accounts, settled, members)
            if count > 1:
                _report(archive, _JOINED, _JOINED_TEXT, name, count)
        if len(clusters) > 1:
            _report(archive, _ALIKE, _ALIKE_TEXT, name, len(clusters))
    _choose(db, chosen)
    _keep_accounts(db, before)


def _choose(db: sqlite3.Connection, chosen: dict[int, int]) -> None:
    """Join whom people joined, and with them those who were joined to them before."""
    joined = _joined(db)
    members: defaultdict[int, list[int]] = defaultdict(list)
    for person, head in joined.items():
        members[head].append(person)
    for person in chosen:
        head = person
        while chosen.get(head, head) != head:
            head = chosen[head]
        head = joined.get(head, head)
        if head != person:
            moved = [person, *members.pop(person, ())]
            members[head] += moved
            db.executemany("UPDATE person SET same_as = ? WHERE id = ?", ((head, other) for other in moved))


def _keep_accounts(db: sqlite3.Connection, before: dict[int, int]) -> None:
    """Who is somebody else now stays, on each forum, under the account that their posts were sent with."""
    after = _joined(db)
    for person, head in before.items():
        if after.get(person) != head:
            db.execute(_SAME_ACCOUNT, {"person": person, "head": head})


def _joined(db: sqlite3.Connection) -> dict[int, int]:
    return dict(db.execute("SELECT id, same_as FROM person WHERE same_as IS NOT NULL").fetchall())


def _namesakes(db: sqlite3.Connection) -> Iterator[tuple[str, list[_Writer]]]:
    """Each full name that several share, as most write it, and those. Who has several full names is nobody's namesake.

    Only a full name is shown: what else somebody signed with may be an address. Those of whom people said who they are
    do not count. All of it is kept in the database: there are many people.
    """
    db.execute("CREATE TEMP TABLE full_name (key, person, id, name, uses, PRIMARY KEY (key, person, id)) WITHOUT ROWID")
    db.execute("CREATE TEMP TABLE namesake (key, person, id, PRIMARY KEY (key, person)) WITHOUT ROWID")
    db.execute("CREATE TEMP TABLE wrote (author INTEGER, source, latest, PRIMARY KEY (author, source)) WITHOUT ROWID")
    names = db.execute("SELECT person_id, id, name, uses FROM person_name WHERE uses > 0")
    db.executemany(
        "INSERT INTO full_name VALUES (?, ?, ?, ?, ?)", ((key, *row) for row in names if (key := name_key(row[2])))
    )
    db.execute(_NAMESAKES, (MAIN_NAME,))
    db.execute(_WROTE)
    for (key,) in db.execute("SELECT key FROM namesake GROUP BY key HAVING count(*) > 1 ORDER BY min(id)").fetchall():
        (name,) = db.execute(_AS_WRITTEN, (key,)).fetchone()
        yield name, _writers(db, key)
    for table in ("full_name", "namesake", "wrote"):
        db.execute(f"DROP TABLE {table}")


def _writers(db: sqlite3.Connection, key: str) -> list[_Writer]:
    """Those of a name who wrote something."""
    found: dict[int, _Writer] = {}
    for person, person_key, email, source, latest in db.execute(_WRITERS, (key,)):
        writer = found.setdefault(person, _Writer(person, person_key, email))
        writer.sources.add(source)
        writer.latest = max(writer.latest, latest)
    return list(found.values())


def _clusters(writers: list[_Writer]) -> list[list[_Writer]]:
    """The people among those of one name. One without address is who wrote in the same place, if that is only one.

    Whose address was cut stays alone, as that somebody else has a like one is only a guess; so do the users of a wiki.
    """
    clusters = _by_address([item for item in writers if item.email])
    nameless: list[list[_Writer]] = []
    alone = [item for item in writers if not item.email and is_told_apart(item.key)]
    without = [item for item in writers if not (item.email or is_told_apart(item.key))]
    for writer in sorted(without, key=lambda item: item.key):
        same_place = [cluster for cluster in nameless if _meet(cluster, [writer])]
        if same_place:
            same_place[0].append(writer)
        else:
            nameless.append([writer])
    for cluster in nameless:
        here = [other for other in clusters if other[0].email and _meet(cluster, other)]
        if len(here) == 1:
            here[0].extend(cluster)
        else:
            clusters.append(cluster)
    return [*clusters, *([writer] for writer in alone)]


def _by_address(writers: list[_Writer]) -> list[list[_Writer]]:
    """Those whose addresses have something in common, be it through others."""
    writers.sort(key=lambda item: item.key)
    forest = Forest(len(writers))
    first: dict[str, int] = {}  # by trait, who has it
    for number, writer in enumerate(writers, 1):
        for trait in traits(writer.email):
            forest.link(first.setdefault(trait, number), forest.root(number))
    clusters: defaultdict[int, list[_Writer]] = defaultdict(list)
    for number, writer in enumerate(writers, 1):
        clusters[forest.root(number)].append(writer)
    return sorted(clusters.values(), key=lambda cluster: cluster[-1].key)


def _meet(one: list[_Writer], other: list[_Writer]) -> bool:
    """Whether some of them wrote in the same source."""
    return any(item.sources & there.sources for item in one for there in other)


def _join(
    db: sqlite3.Connection, cluster: list[_Writer], accounts: set[int], settled: set[int], members: Counter[int]
) -> int:
    """Make a cluster one: under an account that is on a forum, else under the address that was used last.

    That is the address its owner most likely still reads, and so can take the account over with. `members` has how
    many are joined to somebody already. Returns how many are one then: fewer than the cluster has where some of them
    are on a forum by themselves.
    """
    head = max(cluster, key=lambda item: (item.id in accounts, bool(item.email), item.latest, item.key))
    if head.id in settled and head.id not in accounts:
        return 0
    others = [item.id for item in cluster if item is not head and item.id not in settled]
    db.executemany("UPDATE person SET same_as = ? WHERE id = ?", ((head.id, item) for item in others))
    return 1 + members[head.id] + len(others)


def _report(archive: Archive, code: str, text: str, name: str, count: int) -> None:
    text, locator = text.format(count=count), mask_addresses(name)
    archive.add_finding(Finding(stage="settle", severity="info", code=code, text=text, locator=locator))
