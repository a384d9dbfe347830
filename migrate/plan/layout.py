"""The categories of a plan, and the tags and titles of its topics: what the mapping makes of sources and threads."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable

from migrate.discourse.names import topic_title
from migrate.mapping import Mapping, Place, Tagged, tagged
from migrate.plan.records import COLOR, Category
from migrate.plan.scope import Scope
from migrate.plan.sources import Sources
from migrate.plan.target import TargetFacts
from migrate.plan.withheld import Withholding


class Layout:
    """Where the threads of every source go. Raises MappingError where mapping and sources do not go together."""

    def __init__(
        self,
        db: sqlite3.Connection,
        mapping: Mapping,
        facts: TargetFacts,
        scope: Scope,
        sources: Sources,
        no_title: str,
        withheld: Withholding,
    ) -> None:
        self._db = db
        self._mapping = mapping
        self._facts = facts
        self._scope = scope
        self._no_title = no_title  # what a topic without one is called
        self._withheld = withheld
        self._places = sources.placed
        self._refs = {key: category_ref(*_names(place)) for key, place in self._places.items()}
        together: dict[int, list[tuple[int, int]]] = {}
        for key, ref in self._refs.items():
            together.setdefault(ref, []).append(key)
        self._said = {ref: sources.described(keys) for ref, keys in together.items()}

    def category(self, source_id: int, rule: int) -> int:
        """The ref of the category for threads of a source that a rule takes, be it one that leaves them out by now."""
        return self._refs.get((source_id, rule), 0)

    def categories(self, used: Iterable[tuple[int, int]]) -> list[Category]:
        """The categories for these sources and rules, in the order of the sources; parents before what is in them."""
        found: dict[int, Category] = {}
        for key in sorted(used):
            place = self._places[key]
            for one in (place.parent, place):
                if one is not None:
                    category = self._category(one)
                    found.setdefault(category.ref, category)
        return list(found.values())

    def tagged(self, source_id: int, title: str, labels: tuple[str, ...], *, shown: str) -> Tagged:
        """The title and the tags of a thread. Rules go by its own title, also where another one is `shown`."""
        rule = self._mapping.rule(self._scope.rule_of(source_id, title, labels))
        most = self._facts.max_tags_per_topic if self._facts.tagging_enabled else 0
        named = self._withheld.labels(labels) if self._mapping.tags_from_labels else ()
        found = tagged(self._mapping, rule, shown, named, most=most, longest=self._facts.max_tag_length)
        return found._replace(title=topic_title(found.title, self._facts.max_topic_title_length, self._no_title))

    @property
    def may_have_tags(self) -> str:
        """SQL on `thread`: whether the topic may have tags at all."""
        conditions = ["1"] if any(rule.tags for rule in self._mapping.rules) else []
        conditions += ["substr(title, 1, 1) = '['"] if self._mapping.tags_from_prefix else []
        conditions += ["labels <> '[]'"] if self._mapping.tags_from_labels else []
        return f"({' OR '.join(conditions or ['0'])})"

    @property
    def has_words(self) -> str:
        """SQL on `thread`: whether anybody wrote there whose words are sent; else its title is not, either."""
        if not self._withheld.silent:
            return "1"
        return (
            "EXISTS (SELECT 1 FROM message JOIN person ON person.id = author_id WHERE message.thread_id = thread.id"  # noqa: S608 - conditions of ours
            f" AND {self._scope.messages} AND {self._withheld.has_words})"
        )

    def tags(self) -> tuple[list[str], int]:
        """All tags that topics will have, the most used first, and how many more the forum has no room for."""
        uses: Counter[str] = Counter()
        lost = 0
        query = (
            f"SELECT source_id, title, labels, {self.has_words} FROM thread WHERE {self.may_have_tags}"  # noqa: S608 - conditions of ours
            f" AND {self._scope.threads} AND {self._scope.has_posts}"
        )
        for source_id, title, labels, has_words in self._db.execute(query).fetchall():
            shown = self._withheld.in_title(title) if has_words else ""
            found = self.tagged(source_id, title, tuple(json.loads(labels)), shown=shown)
            uses.update(found.tags)
            lost += len(found.cut)
        return [tag for tag, _ in uses.most_common()], lost

    def _category(self, place: Place) -> Category:
        *_, name = names = _names(place)
        ref = category_ref(*names)
        return Category(
            ref=ref,
            name=name,
            parent=place.parent.name if place.parent else None,
            color=place.color or COLOR,
            read_by=place.read,
            is_reserved=place.is_reserved,
            description=self._said.get(ref, ""),
        )


def _names(place: Place) -> list[str]:
    return [one.name for one in (place.parent, place) if one is not None]


def category_ref(*names: str) -> int:
    """The number of a category in the journal, made of its own name and those of what it stands in, ignoring case."""
    path = "\0".join(name.casefold() for name in names)
    return int.from_bytes(hashlib.sha256(path.encode()).digest()[:8]) >> 1
