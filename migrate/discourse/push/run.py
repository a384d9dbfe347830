"""What the steps of one push share: archive, forum, plan, journal, and the count of what happened."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from migrate.archive import Archive
from migrate.discourse.api.answers import Answer
from migrate.discourse.api.client import GO_ON, Client
from migrate.discourse.api.pace import Stopped
from migrate.discourse.facts import disable_emails, refuse_to_mail
from migrate.discourse.journal import Journal, Kind
from migrate.discourse.push.lookup import Lookup
from migrate.errors import TargetError
from migrate.model import Finding, Severity
from migrate.plan import Plan, Target
from migrate.plan.authors import head_sql, words_for

# A request whose answer is lost every time, while look-ups work, is not worth more.
TRIES = 6
# So many refusals without a single success between them: it is the forum, not the messages.
REFUSALS_IN_A_ROW = 25
_SYSTEMATIC = ("user-refused", "post-refused", "post-queued")
_STAFF_SECONDS = 0.1  # between two looks at how many workers there should be
_IDLE_SECONDS = 1.0
# A push can take days, in which somebody may let the forum send e-mail again.
EMAILS_SECONDS = 300.0

Stage = Literal["users", "categories", "tags", "posts", "states", "permalinks"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage is. `done` counts what is settled: created, adopted, refused, or there from before."""

    stage: Stage
    done: int
    total: int
    uploads: int
    retries: int
    refused: int
    waiting_seconds: float = 0.0  # that nothing is sent for because of the forum's limit


@dataclass(slots=True)
class PushResult:
    """What one run did. `created` and `adopted` are by kind: user, category, upload, topic, reply."""

    created: dict[str, int] = field(default_factory=dict)
    adopted: dict[str, int] = field(default_factory=dict)  # found on the forum by their keys
    already: int = 0  # posts that an earlier run had sent
    refused: int = 0  # of every kind
    mended: int = 0  # posts that got a file which the forum refused before
    reserved: tuple[str, ...] = ()  # private categories that only staff may read, since nobody said who may
    without_files: int = 0  # messages that only name a file of theirs
    retries: int = 0
    stopped: bool = False  # by the user, before the end


class Run:
    """One push under way. Its methods may be called from several threads."""

    def __init__(
        self,
        archive: Archive,
        client: Client,
        plan: Plan,
        target: Target,
        progress: Callable[[Progress], None],
        *,
        allow_emails: bool = True,
    ) -> None:
        self.archive = archive
        self.client = client
        self.plan = plan
        self.target = target
        self.journal = Journal(archive, target)
        self.lookup = Lookup(archive, client, target)
        self.words = words_for(target.facts, target)
        self.accounts: dict[int, int] = {}  # person id → user id
        self.usernames: dict[int, str] = {}  # person id → name of that account
        self.names: dict[int, str] = {}  # person id → as shown
        self.importer_id: int | None = None  # the user that posts for those who have no account
        self.categories: dict[int, int] = {}  # ref → category id
        self.tag_ids: dict[str, int] = {}  # by name; none where the forum knows tags by their names only
        self.refused_files: dict[int, str] = {}  # attachment id → why, in this run
        self.told_files: set[int] = set()  # those of them that are counted as refused
        self.result = PushResult()
        self._progress = progress
        self._lock = threading.Lock()
        self._stage: tuple[Stage, int] = ("users", 0)
        self._done = 0
        self._refusals = 0
        self._allow_emails = allow_emails
        self._asked = time.monotonic()  # whether people could be mailed

    def begin(self, stage: Stage, total: int, done: int = 0) -> None:
        """A stage begins, of which so much was done before."""
        with self._lock:
            self._stage, self._done = (stage, total), done
        self.client.stage = stage
        self.advance(0)

    def advance(self, count: int = 1) -> None:
        """So much more of the stage is settled."""
        with self._lock:
            self._done += count
            stage, total = self._stage
            self._progress(
                Progress(
                    stage=stage,
                    done=self._done,
                    total=total,
                    uploads=self.result.created.get("upload", 0),
                    retries=self.client.retries,
                    refused=self.result.refused,
                    waiting_seconds=self.client.pace.waiting_seconds,
                )
            )

    def is_importer(self, person_id: int) -> bool:
        """Whether this person's messages are posted by the one account that posts for several."""
        return self.importer_id is not None and self.accounts.get(person_id) == self.importer_id

    def mentioned(self, person_key: str) -> str | None:
        """The user name that a reference to that person becomes; None: a plain name, since nobody is to be notified."""
        if not self.plan.mapping.mentions:
            return None
        query = f"SELECT {head_sql(self.target)} FROM person WHERE key = ?"  # noqa: S608 - numbers of ours are put in
        row = self.archive.db.execute(query, (person_key,)).fetchone()
        return self.usernames.get(row[0]) if row and not self.is_importer(row[0]) else None

    def parallel(self, work: Callable[[int], None], items: Iterable[int]) -> None:
        """Call `work` for every item with the client's workers, and say every second how far it is.

        Raises TargetError, too, where meanwhile the forum could mail people again.
        """
        run_parallel(work, items, self.client, idle=self._look_around)

    def _look_around(self) -> None:
        self.advance(0)
        if not self._allow_emails and time.monotonic() - self._asked >= EMAILS_SECONDS:
            refuse_to_mail(self.target, disable_emails(self.client))
            self._asked = time.monotonic()

    def created(self, what: str, *, adopted: bool = False) -> None:
        """Count something that is on the forum now, or was found there."""
        with self._lock:
            counts = self.result.adopted if adopted else self.result.created
            counts[what] = counts.get(what, 0) + 1
            self._refusals = 0

    def refused(
        self,
        kind: Kind,
        refs: Sequence[int],
        code: str,
        words: str,
        *,
        thread_id: int | None = None,
        messages: Sequence[str] = (),
        locator: str = "",
        part: int = 0,
    ) -> None:
        """Note that something will not be on the forum: in the journal, and as findings, one for each message.

        Raises TargetError where the forum refuses everything.
        """
        self.journal.refused(kind, refs, words, thread_id=thread_id, part=part)
        for message in messages or (None,):
            self.find("error", code, words, message=message, locator=locator)
        with self._lock:
            self.result.refused += len(refs)
            self._refusals += code in _SYSTEMATIC
            refusals = self._refusals
        if refusals >= REFUSALS_IN_A_ROW:
            raise TargetError(f"{self.target.url} refuses everything, at last with: {words} {GO_ON}")

    def failed(self, code: str, words: str, locator: str) -> None:
        """Note what is not as it should be on the forum and has no row of its own; the next push tries it again."""
        self.find("warning", code, words, locator=locator)
        with self._lock:
            self.result.refused += 1

    def succeeded(self, code: str, locator: str) -> None:
        """Take back what was noted of an earlier try."""
        with self.archive.transaction() as db:
            db.execute("DELETE FROM finding WHERE stage = 'push' AND code = ? AND locator = ?", (code, locator))

    def back_off(self, attempt: int) -> None:
        """Before trying again what had no clear answer: at once the first time (attempt 0), then ever later."""
        with self._lock:
            self.client.retries += 1
        self.client.pace.sleep(min(2.0**attempt / 4, 30.0) if attempt else 0.0)

    def find(self, severity: Severity, code: str, text: str, *, message: str | None = None, locator: str = "") -> None:
        """Note a finding of the push; one of a message stands where the message was read."""
        if message is not None and not locator:
            query = "SELECT locator FROM message JOIN container USING (id) WHERE key = ?"
            (locator,) = self.archive.db.execute(query, (message,)).fetchone()
        finding = Finding(stage="push", severity=severity, code=code, text=text, message=message, locator=locator)
        self.archive.add_finding(finding)

    def accepted(self, message_id: int) -> None:
        """What was refused before is on the forum now: take back what was found about it."""
        with self.archive.transaction() as db:
            db.execute(
                "DELETE FROM finding WHERE stage = 'push' AND message_id = ? AND (code GLOB 'post-*'"
                " OR code IN ('topic-refused', 'author-refused', 'key-taken'))",
                (message_id,),
            )

    def mended(self, message_id: int) -> None:
        """A post has a file that it only named before: take back what was found about it."""
        with self._lock:
            self.result.mended += 1
        with self.archive.transaction() as db:
            db.execute(
                "DELETE FROM finding WHERE stage = 'push' AND message_id = ? AND code = 'upload-refused' AND 1 ="
                " (SELECT count(*) FROM message_attachment JOIN operation ON ref = attachment_id AND kind = 'upload'"
                " WHERE message_id = ? AND target_id = ? AND generation = ? AND state != 'done')",
                (message_id, message_id, self.target.id, self.target.generation),
            )

    def lacks_account(self, person_id: int) -> bool:
        """Whether a person's account is not there any more, for whatever reason; the next push settles them anew."""
        if self.client.read(f"/admin/users/{self.accounts[person_id]}.json").status != 404:
            return False
        if (row := self.journal.get("user", person_id)) is not None:
            self.journal.undone([row])
        return True

    def check_access(self, answer: Answer) -> None:
        """After a 403: raises TargetError where it is the key that is not accepted any more, and not the one action."""
        if answer.status == 403 and self.client.read("/admin/site_settings.json").status in (403, 404):
            raise TargetError(f"{self.target.url} does not accept the API key any more ({answer.message}). {GO_ON}")


def run_parallel(
    work: Callable[[int], None],
    items: Iterable[int],
    client: Client,
    *,
    idle: Callable[[], None] = lambda: None,
) -> None:
    """Call `work` for every item in as many threads as the client has workers, until the items end or it is to stop.

    The first error ends all and is raised here; Stopped ends its thread only. `idle` is called about every second, and
    its errors are as those of `work`. On KeyboardInterrupt the threads are left behind (they are daemons): the caller
    is expected to end the process.
    """
    crew = _Crew(work, iter(items), client)
    said = time.monotonic()
    while crew.is_at_work():
        if time.monotonic() - said < _IDLE_SECONDS:
            continue
        try:
            with suppress(Stopped):
                idle()
        except TargetError as error:
            crew.errors.append(error)
            client.stop.set()  # else a long topic would be sent to its end
        said = time.monotonic()
    if crew.errors:
        raise crew.errors[0]


class _Crew:
    """Threads that take one item after another; there are as many as the workers allow for the moment."""

    def __init__(self, work: Callable[[int], None], items: Iterator[int], client: Client) -> None:
        self._work = work
        self._items = items
        self._client = client
        self._taking = threading.Lock()
        self._changed = threading.Condition()
        self._threads = 0
        self._is_over = False
        self.errors: list[BaseException] = []

    def is_at_work(self) -> bool:
        """Wait a moment, and see that there are enough threads. False when all is done and the last one has ended."""
        with self._changed:
            while not self._is_over and self._threads < self._client.workers.threads:
                self._threads += 1
                threading.Thread(target=self._serve, daemon=True, name=f"push-{self._threads}").start()
            self._changed.wait(_STAFF_SECONDS)
            return not self._is_over or self._threads > 0

    def _serve(self) -> None:
        try:
            while self._is_needed() and (item := self._take()) is not None:
                with suppress(Stopped):
                    self._work(item)
        except BaseException as error:  # raised again in the main thread
            self.errors.append(error)
        finally:
            with self._changed:
                self._threads -= 1
                self._is_over |= bool(self.errors)
                self._changed.notify()

    def _is_needed(self) -> bool:
        with self._changed:
            self._is_over |= self._client.stop.is_set() or bool(self.errors)
            return not self._is_over and self._threads <= self._client.workers.threads

    def _take(self) -> int | None:
        with self._taking:
            item = next(self._items, None)
        if item is None:
            with self._changed:
                self._is_over = True
        return item
