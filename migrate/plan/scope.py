"""Which threads and messages become topics and posts, as SQL conditions on the tables `thread` and `message`.

What a rule or a trial asks of titles and labels is decided in Python once, and kept in a temporary table: SQL cannot
fold case, and functions of ours within SQL would wait for ever where several threads share one connection.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterable
from functools import cached_property

from migrate.mapping import Mapping, may_join
from migrate.mapping.globs import fits
from migrate.plan.sources import Sources
from migrate.plan.target import Selection

# Flags that keep a message out of the forum, the first one found is the reason given.
LEFT_OUT = ("machine-made", "commit-notice", "build-notice", "no-archive", "trashed", "draft")
UNSETTLED = "unsettled"  # not threaded yet
UNDATED = "undated"  # the mapping leaves out what has no date of its own
PRIVATE = "private"  # answers on a private list, in threads of another one that others may read
SKIPPED = "mapping"  # a rule of the mapping skips the thread
NOT_CHOSEN = "selection"  # not part of the trial that was asked for

_LEFT_OUT_LIST = ", ".join(f"'{flag}'" for flag in LEFT_OUT)
_FLAGGED = f"EXISTS (SELECT 1 FROM json_each(message.flags) WHERE value IN ({_LEFT_OUT_LIST}))"  # noqa: S608 - only our own words are put in
PLANNED = f"message.thread_id IS NOT NULL AND (message.flags = '[]' OR NOT {_FLAGGED})"
_OF_THREAD = "FROM message WHERE message.thread_id = thread.id"
_LEFT_OUT_MESSAGES = f"message.flags <> '[]' AND {_FLAGGED}"
_NOT_PLANNED = (
    "SELECT id FROM message WHERE thread_id IS NULL"  # noqa: S608 - only our own words are put in
    f" UNION ALL SELECT id FROM message WHERE {_LEFT_OUT_MESSAGES}"
)
_DATED = "coalesce(message.date_source, 'neighbours') <> 'neighbours'"
_BEGAN = "(SELECT sent_at FROM message WHERE message.thread_id = thread.id ORDER BY position LIMIT 1)"

_table = itertools.count()  # temporary tables are one connection's, which several plans may share


class Scope:
    """The conditions of one plan: `threads` and `messages` hold for what is planned, `kept` whatever its thread is."""

    def __init__(self, db: sqlite3.Connection, mapping: Mapping, sources: Sources, selection: Selection) -> None:
        self._db = db
        self._mapping = mapping
        self._sources = sources
        self.sources = sources.names
        self._chains = {source.id: mapping.chain(source) for source in self.sources.values()}
        self._dated = PLANNED if mapping.undated == "keep" else f"{PLANNED} AND {_DATED}"
        self.kept = self._told()
        self.posts, self.has_posts = self._sizes()
        self._decided = self._decide()
        self.skipped = self._skipped()
        not_skipped = [f"NOT ({self.skipped})"] if self.skipped else []
        chosen = self._chosen(selection)
        self.threads = " AND ".join(not_skipped + chosen) or "1"
        if selection.limit is not None:
            self.threads += f" AND thread.id <= {self._last(selection.limit)}"
        self.messages = self._not_skipped()
        self._is_trial = bool(chosen) or selection.limit is not None
        if self._is_trial:
            # Unless it is a handful, looking at all messages in their order is quicker than going through the threads.
            column = "+message.thread_id" if selection.limit is None else "message.thread_id"
            self.messages = f"{self.kept} AND {column} IN (SELECT thread.id FROM thread WHERE {self.threads})"  # noqa: S608 - conditions of ours

    @property
    def is_everything(self) -> bool:
        """Whether neither mapping nor trial leave anything out that would be planned without them."""
        return self.messages == PLANNED

    @property
    def wrote(self) -> str:
        """SQL on `person`: whether this one wrote anything planned."""
        if self._is_trial:  # it has few messages: the others that its people wrote need not be gone through
            return f"person.id IN (SELECT author_id FROM message WHERE {self.messages})"  # noqa: S608 - conditions of ours
        return f"EXISTS (SELECT 1 FROM message WHERE author_id = person.id AND {self.by_id})"  # noqa: S608 - the same

    @property
    def by_id(self) -> str:
        """The same as `messages`, where all of them are asked for in an index: what is left out is looked for once."""
        return f"message.id NOT IN ({_NOT_PLANNED})" if self.is_everything else self.messages

    @cached_property
    def used(self) -> frozenset[tuple[int, int]]:
        """The sources and rules that topics come of, as `counted` has them."""
        if self._decided:
            return frozenset(self.counted())
        any_topic = f"SELECT 1 FROM thread WHERE thread.source_id = source.id AND {self.threads} AND {self.has_posts}"  # noqa: S608 - conditions of ours
        rows = self._db.execute(f"SELECT id FROM source WHERE EXISTS ({any_topic})").fetchall()  # noqa: S608 - the same
        return frozenset((source_id, self.resolved(source_id, None)) for (source_id,) in rows)

    def rule_of(self, source_id: int, title: str, labels: Iterable[str]) -> int:
        """The number of the rule that takes a thread."""
        *conditional, last = self._chains[source_id]
        labels = tuple(labels)
        return next((number for number in conditional if self._mapping.rules[number].fits_thread(title, labels)), last)

    def counted(self, threads: str = "1") -> dict[tuple[int, int], int]:
        """How many topics there will be by source id and rule number, of the threads of that condition."""
        condition = f"{self.threads} AND {self.has_posts} AND {threads}"
        query = f"SELECT source_id, {self.rule}, count(*) FROM thread NOT INDEXED WHERE {condition} GROUP BY 1, 2"  # noqa: S608 - conditions of ours
        return {(row[0], self.resolved(row[0], row[1])): row[2] for row in self._db.execute(query).fetchall()}

    @property
    def rule(self) -> str:
        """SQL on `thread` for the number of the rule that takes it, as `resolved` wants it."""
        return f"(SELECT rule FROM {self._decided} WHERE thread_id = thread.id)" if self._decided else "NULL"  # noqa: S608 - our own name

    def resolved(self, source_id: int, rule: int | None) -> int:
        """The number of a rule from what `rule` gave: none means the one that takes all of the source that is left."""
        return self._chains[source_id][-1] if rule is None else rule

    def left_out(self) -> dict[str, int]:
        """How many messages are left out, by reason."""
        counts: dict[str, int] = {}
        flagged = "SELECT flags, thread_id IS NULL, count(*) FROM message WHERE message.flags <> '[]' GROUP BY 1, 2"
        plain = "SELECT '[]', 1, count(*) FROM message WHERE thread_id IS NULL AND flags = '[]'"
        for flags, unsettled, count in self._db.execute(f"{flagged} UNION ALL {plain}").fetchall():
            reason = next((flag for flag in LEFT_OUT if flag in json.loads(flags)), UNSETTLED if unsettled else None)
            if reason and count:
                counts[reason] = counts.get(reason, 0) + count
        steps = [
            (UNDATED, self._dated),
            (PRIVATE, self.kept),
            (SKIPPED, self._not_skipped()),
            (NOT_CHOSEN, self.messages),
        ]
        before = PLANNED
        for reason, condition in steps:
            if condition != before and (count := self.count(before) - self.count(condition)):
                counts[reason] = count
            before = condition
        return counts

    def count(self, messages: str) -> int:
        """How many messages fulfil that condition."""
        if messages == PLANNED:  # two indexes know it; to look at all flags takes ten times as long
            settled = "SELECT count(*) FROM message WHERE thread_id IS NOT NULL"
            messages_left_out = f"{settled} AND {_LEFT_OUT_MESSAGES}"
            return int(self._db.execute(f"SELECT ({settled}) - ({messages_left_out})").fetchone()[0])
        return int(self._db.execute(f"SELECT count(*) FROM message WHERE {messages}").fetchone()[0])  # noqa: S608 - conditions of ours

    def _sizes(self) -> tuple[str, str]:
        """SQL on `thread`: how many messages of it are kept, and whether there are any."""
        if self.kept == PLANNED:  # as in `count`
            posts = f"((SELECT count(*) {_OF_THREAD}) - (SELECT count(*) {_OF_THREAD} AND {_LEFT_OUT_MESSAGES}))"
            return posts, f"EXISTS (SELECT 1 {_OF_THREAD} AND message.id NOT IN ({_NOT_PLANNED}))"
        return f"(SELECT count(*) {_OF_THREAD} AND {self.kept})", f"EXISTS (SELECT 1 {_OF_THREAD} AND {self.kept})"

    def _told(self) -> str:
        """What is dated, without messages of private lists in threads that go where others may read them.

        Threads are made of what answers what, whatever lists it came by.
        """
        private = [source for source in self.sources.values() if self._mapping.is_private(source)]
        if not private:
            return self._dated
        ids = _list(source.id for source in private)
        query = (
            "SELECT message.id, message.source_id, thread.source_id, title, labels FROM ("  # noqa: S608 - numbers of ours
            f" SELECT id, source_id, thread_id FROM message WHERE source_id IN {ids}) AS message"
            " JOIN thread ON thread.id = thread_id WHERE thread.source_id <> message.source_id"
            " AND NOT EXISTS (SELECT 1 FROM origin WHERE message_id = message.id"
            f" AND (origin.source_id = thread.source_id OR origin.source_id NOT IN {ids}))"
        )
        hidden = [
            (message, own)
            for message, own, there, title, labels in self._db.execute(query).fetchall()
            if not self._may_join(own, there, self.rule_of(there, title, json.loads(labels)))
        ]
        if not hidden:
            return self._dated
        return f"{self._dated} AND message.id NOT IN (SELECT thread_id FROM {self.keep(hidden)})"  # noqa: S608 - our own name

    def _may_join(self, own: int, there: int, rule: int) -> bool:
        return may_join(self._mapping, self._sources.placed, self.sources[own], self.sources[there], rule)

    def _not_skipped(self) -> str:
        if not self.skipped:
            return self.kept
        return f"{self.kept} AND message.thread_id NOT IN (SELECT thread.id FROM thread WHERE {self.skipped})"  # noqa: S608 - conditions of ours

    def _decide(self) -> str | None:
        """A temporary table with the rule of every thread that is not taken by the last one of its source."""
        conditional = [source for source, chain in self._chains.items() if len(chain) > 1]
        if not conditional:
            return None
        query = f"SELECT id, source_id, title, labels FROM thread WHERE source_id IN {_list(conditional)}"  # noqa: S608 - numbers
        rows = self._db.execute(query)
        taken = ((row[0], row[1], self.rule_of(row[1], row[2], json.loads(row[3]))) for row in rows.fetchall())
        decided = [(thread, rule) for thread, source, rule in taken if rule != self._chains[source][-1]]
        return self.keep(decided)

    def _skipped(self) -> str | None:
        """A condition on `thread`, where there is something that rules skip."""
        skips = [number for number, rule in enumerate(self._mapping.rules) if rule.skip]
        if not skips:
            return None
        whole = [source for source, chain in self._chains.items() if chain[-1] in skips]
        of_source = f"thread.source_id IN {_list(whole)}"
        return f"iif({self.rule} IS NULL, {of_source}, {self.rule} IN {_list(skips)})" if self._decided else of_source

    def _chosen(self, selection: Selection) -> list[str]:
        conditions = []
        if selection.since is not None:
            conditions.append(f"{_BEGAN} >= {selection.since:d}")
        if selection.only is not None:
            sources = [item.id for item in self.sources.values() if fits((selection.only,), item.key, item.name)]
            threads = self._db.execute("SELECT id, title FROM thread").fetchall()
            titled = self.keep([(thread, 0) for thread, title in threads if fits((selection.only,), title)])
            conditions.append(
                f"(thread.source_id IN {_list(sources)} OR thread.id IN (SELECT thread_id FROM {titled}))"  # noqa: S608 - our own name
            )
        return conditions

    def _last(self, limit: int) -> int:
        """The thread with which a trial of so many topics ends."""
        query = f"SELECT thread.id FROM thread WHERE {self.threads} AND {self.has_posts} ORDER BY thread.id LIMIT ?"  # noqa: S608 - conditions of ours
        found = self._db.execute(query, (limit,)).fetchall()
        return int(found[-1][0]) if found else 0

    def keep(self, rows: Iterable[tuple[int, int]]) -> str:
        """A temporary table of these ids, each with a number (`thread_id`, `rule`). Returns its name."""
        name = f"temp.scope_{next(_table)}"
        self._db.execute(f"CREATE TEMP TABLE {name.removeprefix('temp.')} (thread_id INTEGER PRIMARY KEY, rule)")
        self._db.execute("SAVEPOINT scope")
        self._db.executemany(f"INSERT INTO {name} VALUES (?, ?)", rows)  # noqa: S608 - our own name
        self._db.execute("RELEASE scope")
        return name


def _list(numbers: Iterable[int]) -> str:
    return f"({', '.join(map(str, numbers))})"
