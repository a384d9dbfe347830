"""An archive and its mapping file while somebody decides: what the file says, what that would create, what to write."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from migrate.archive import Archive
from migrate.errors import InputError
from migrate.mapping import Mapping, SourceName, read_mapping
from migrate.mapping.file import read_text
from migrate.plan import Plan, Summary
from migrate.report.facts import PrivateSource
from migrate.report.facts import private_sources as readers_of_private
from migrate.review import edits
from migrate.review.answers import Answer, Readers, answers
from migrate.review.effects import Effect, effects
from migrate.review.file import BEGINNING, write_text
from migrate.review.kinds import Kind, examples, kinds_of, private_sources


class Change(NamedTuple):
    """A mapping file as it is and as it would be."""

    before: str | None  # None: there is no file
    after: str

    @property
    def lines(self) -> list[str]:
        """What goes (-) and what comes (+), a line each."""
        found = difflib.unified_diff((self.before or BEGINNING).splitlines(), self.after.splitlines(), n=0, lineterm="")
        return [line for line in list(found)[2:] if not line.startswith("@@")]


class Session:
    """Raises MappingError where the file is not right, or does not go with the archive."""

    def __init__(self, archive: Archive, path: Path) -> None:
        self.path = path
        self._archive = archive
        self._text = self._on_disk()
        self.mapping = self._read(self._text)  # what the file says now
        self._summary: Summary | None = None  # what that would create
        self._history: list[tuple[str, Change]] = []
        with archive.snapshot():
            plan = Plan(archive, mapping=self.mapping)
            self.kinds: list[Kind] = kinds_of(archive, plan)
            self.sources: dict[int, SourceName] = plan.scope.sources
            self._withheld = plan.withheld

    def is_accepted(self, code: str) -> bool:
        """Whether findings of that code were decided on, here or before."""
        return code in self.mapping.accepted

    def answers(self, code: str) -> list[Answer]:
        """What the mapping can say to these findings, of this archive."""
        return [item for item in answers(code) if not isinstance(item, Readers) or self.private_sources(code)]

    def examples(self, code: str, after: int, most: int) -> list[tuple[str, str]]:
        """Place and sentence of some findings, without addresses."""
        return examples(self._archive, self._withheld, code, after, most)

    def private_sources(self, code: str) -> list[SourceName]:
        """The sources that an answer about readers is for."""
        return [self.sources[number] for number in private_sources(self._archive, code)]

    def accepting(self, code: str) -> Change:
        """The change that accepts findings of that code and nothing else."""
        text = self._current()
        return Change(text, edits.accept(text or BEGINNING, code))

    def answering(self, code: str, answer: Answer, groups: Sequence[str] = ()) -> Change:
        """The change that an answer makes; the findings are decided on by it, too. `groups` are for Readers.

        Raises MigrateError where the mapping would not be right.
        """
        text = self._current()
        changed = edits.change(text or BEGINNING, answer, self.mapping, self.private_sources(code), groups)
        if isinstance(answer, Readers):
            self._check_others(self._read(changed), code)
        return Change(text, edits.accept(changed, code))

    def effects(self, change: Change) -> list[Effect]:
        """What becomes more or less by a change. Raises MappingError where it does not go with the archive."""
        if self._summary is None:
            self._summary = self._planned(self.mapping)
        return effects(self._summary, self._planned(self._read(change.after)))

    def write(self, code: str, change: Change) -> None:
        """Put a change into the file. Raises MigrateError where it cannot be, or somebody else changed it meanwhile."""
        self._put(change.before, change.after)
        if change.before != change.after:
            self._history.append((code, change))

    @property
    def can_undo(self) -> bool:
        """Whether anything was written that can be taken back."""
        return bool(self._history)

    def undo(self) -> str:
        """Take back what was written last. Returns the code it was about; raises as `write` does."""
        code, change = self._history[-1]
        self._put(change.after, change.before or BEGINNING)
        self._history.pop()
        return code

    def _on_disk(self) -> str | None:
        return read_text(self.path) if self.path.exists() else None

    def _current(self) -> str | None:
        """The file's text, which may have been changed in an editor since."""
        text = self._on_disk()
        if text != self._text:
            self._take(text, self._read(text))
        return text

    def _put(self, before: str | None, after: str) -> None:
        mapping = self._read(after)
        if self._on_disk() != before:
            raise InputError(f"{self.path} was changed by somebody else just now. Nothing was written; choose again.")
        if before != after:
            write_text(self.path, after)
        self._take(after, mapping)

    def _take(self, text: str | None, mapping: Mapping) -> None:
        self._text, self.mapping, self._summary = text, mapping, None

    def _read(self, text: str | None) -> Mapping:
        return read_mapping(text or "", str(self.path))

    def _check_others(self, mapping: Mapping, code: str) -> None:
        """Raises InputError where others come to read something private that nobody asked about."""
        asked, before = {source.id for source in self.private_sources(code)}, self._readers(self.mapping)
        for number, after in self._readers(mapping).items():
            if number not in asked and after != before[number]:
                raise InputError(
                    f"{after.name!r} stands in the same category, so it would be read by them, too. Give it a category"
                    " of its own first, or write the rule by hand."
                )

    def _readers(self, mapping: Mapping) -> dict[int, PrivateSource]:
        with self._archive.snapshot():
            plan = Plan(self._archive, mapping=mapping)
            private = [source.id for source in plan.scope.sources.values() if mapping.is_private(source)]
            return dict(zip(private, readers_of_private(plan), strict=True))

    def _planned(self, mapping: Mapping) -> Summary:
        with self._archive.snapshot():  # a plan's tables end with it
            return Plan(self._archive, mapping=mapping).summary()
