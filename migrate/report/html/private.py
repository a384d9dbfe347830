"""What of an archive is not everyone's to see: the lists and categories that only some may read, and all in them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from migrate.archive import Archive
from migrate.plan import Plan, category_ref
from migrate.text import mask_addresses


class Private:
    """What is left out of a page that is shown around; nothing with `with_private`."""

    def __init__(self, archive: Archive, plan: Plan, *, with_private: bool) -> None:
        self._db = archive.db
        self._plan = plan
        self._with_private = with_private

    @cached_property
    def categories(self) -> frozenset[int]:
        """The refs of those that only some may read."""
        categories = [] if self._with_private else self._plan.categories()
        return frozenset(one.ref for one in categories if one.read_by or one.is_reserved)

    @cached_property
    def sources(self) -> frozenset[int]:
        """The ids of those not to be named: all of each goes to such categories, or it is private and goes nowhere."""
        nowhere = self._said_private - self._places.keys()
        return nowhere | {source for source, places in self._places.items() if places <= self.categories}

    @cached_property
    def source_names(self) -> frozenset[str]:
        """What those are called of which no finding is told: these, and private ones that are open in part."""
        return self._called(self.sources | (self._said_private & self._parted))

    @cached_property
    def doubtful_names(self) -> frozenset[str]:
        """And those of which a part goes there, or nowhere: what is said of them, and of no topic, may be of that."""
        return self.source_names | self._called(self._said_private | self._parted)

    @cached_property
    def named_categories(self) -> frozenset[int]:
        """The refs of those that something goes to that everyone may see, and of those that these stand in."""
        places = [refs for source, refs in self._places.items() if source not in self.sources]
        named = frozenset().union(*places) - self.categories
        above = (category_ref(one.parent) for one in self._plan.categories() if one.parent and one.ref in named)
        return named.union(above)

    def came_by(self, message_id: int) -> bool:
        """Whether a message came by one of these sources, be it as a copy."""
        if not self.sources:
            return False
        rows = self._db.execute("SELECT source_id FROM origin WHERE message_id = ?", (message_id,))
        return any(source in self.sources for (source,) in rows)

    def held_back(self, message_id: int) -> bool:
        """Whether a message of a private source becomes no post: the rest of that source may be for everyone."""
        if not self._said_private:
            return False
        query = f"SELECT 1 FROM {self._held} WHERE thread_id = ?"  # noqa: S608 - our own name
        return self._db.execute(query, (message_id,)).fetchone() is not None

    @cached_property
    def threads(self) -> frozenset[int]:
        """The ids of those that come there."""
        if not self.categories:
            return frozenset()
        scope, place = self._plan.scope, self._plan.layout.category
        rows = self._db.execute(f"SELECT id, source_id, {scope.rule} FROM thread")  # noqa: S608 - conditions of ours
        return frozenset(
            thread for thread, source, rule in rows if place(source, scope.resolved(source, rule)) in self.categories
        )

    @cached_property
    def open_messages(self) -> str:
        """SQL on `message`: whether it is planned, and to be seen by everyone."""
        planned = self._plan.scope.messages
        if not (self.sources or self.threads):
            return planned
        threads = self._plan.scope.keep((thread, 0) for thread in self.threads)
        sources = ", ".join(map(str, sorted(self.sources)))
        elsewhere = f"message.thread_id NOT IN (SELECT thread_id FROM {threads})"  # noqa: S608 - our own name
        return f"{planned} AND message.source_id NOT IN ({sources}) AND {elsewhere}"

    def _called(self, sources: Iterable[int]) -> frozenset[str]:
        return frozenset(mask_addresses(self._plan.scope.sources[source].name) for source in sources)

    @cached_property
    def _held(self) -> str:
        """A table of all such messages, under the name that threads have in others of its kind."""
        scope, sources = self._plan.scope, ", ".join(map(str, sorted(self._said_private)))
        query = f"SELECT id, 0 FROM message WHERE source_id IN ({sources}) AND NOT ({scope.messages})"  # noqa: S608 - conditions of ours
        return scope.keep(self._db.execute(query))

    @cached_property
    def _said_private(self) -> frozenset[int]:
        if self._with_private:
            return frozenset()
        sources = self._plan.scope.sources.values()
        return frozenset(source.id for source in sources if self._plan.mapping.is_private(source))

    @cached_property
    def _parted(self) -> frozenset[int]:
        return frozenset(source for source, places in self._places.items() if places & self.categories)

    @cached_property
    def _places(self) -> dict[int, set[int]]:
        """The refs of the categories that topics of each source go to."""
        places: dict[int, set[int]] = {}
        for source, rule in self._plan.scope.counted():
            places.setdefault(source, set()).add(self._plan.layout.category(source, rule))
        return places
