"""What the steps of one push share: archive, forum, plan, journal, and the count of what happened."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from migrate.archive import Archive
from migrate.discourse.answers import Answer
from migrate.discourse.client import GO_ON, Client
from migrate.discourse.journal import Journal, Kind
from migrate.discourse.pace import Stopped
from migrate.errors import TargetError
from migrate.model import Finding, Severity
from migrate.plan import Plan, Target

# A request whose answer is lost every time, while look-ups work, is not worth more.
TRIES = 6
# So many refusals without a single success between them: it is the forum, not the messages.
REFUSALS_IN_A_ROW = 25
_SYSTEMATIC = ("user-refused", "post-refused", "post-queued")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage is. `done` counts what is settled: created, adopted, refused, or there from before."""

    stage: Literal["users", "categories", "posts"]
    done: int
    total: int
    uploads: int
    retries: int
    refused: int


@dataclass(slots=True)
class PushResult:
    """What one run did. `created` and `adopted` are by kind: user, category, upload, topic, reply."""

    created: dict[str, int] = field(default_factory=dict)
    adopted: dict[str, int] = field(default_factory=dict)  # found on the forum by their keys
    already: int = 0  # posts that an earlier run had sent
    refused: int = 0  # of every kind
    retries: int = 0
    stopped: bool = False  # by the user, before the end


class Run:
    """One push under way. Its methods may be called from several threads."""

    def __init__(
        self, archive: Archive, client: Client, plan: Plan, target: Target, progress: Callable[[Progress], None]
    ) -> None:
        self.archive = archive
        self.client = client
        self.plan = plan
        self.target = target
        self.journal = Journal(archive, target)
        self.accounts: dict[int, int] = {}  # person id → user id
        self.usernames: dict[int, str] = {}  # person id → name of that account
        self.categories: dict[int, int] = {}  # ref → category id
        self.refused_files: dict[int, str] = {}  # attachment id → why, in this run
        self.result = PushResult()
        self._progress = progress
        self._lock = threading.Lock()
        self._stage: tuple[Literal["users", "categories", "posts"], int] = ("users", 0)
        self._done = 0
        self._refusals = 0

    def begin(self, stage: Literal["users", "categories", "posts"], total: int, done: int = 0) -> None:
        """A stage begins, of which so much was done before."""
        with self._lock:
            self._stage, self._done = (stage, total), done
        self.advance(0)

    def advance(self, count: int = 1) -> None:
        """So much more of the stage is settled."""
        with self._lock:
            self._done += count
            self.result.retries = self.client.retries
            stage, total = self._stage
            uploads = self.result.created.get("upload", 0)
            report = Progress(stage, self._done, total, uploads, self.client.retries, self.result.refused)
            self._progress(report)

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
    ) -> None:
        """Note that something will not be on the forum: in the journal, and as findings, one for each message.

        Raises TargetError where the forum refuses everything.
        """
        self.journal.refused(kind, refs, words, thread_id=thread_id)
        for message in messages or (None,):
            self.find("error", code, words, message=message, locator=locator)
        with self._lock:
            self.result.refused += len(refs)
            self._refusals += code in _SYSTEMATIC
            refusals = self._refusals
        if refusals >= REFUSALS_IN_A_ROW:
            raise TargetError(f"{self.target.url} refuses everything, at last with: {words} {GO_ON}")

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

    def check_access(self, answer: Answer) -> None:
        """After a 403: raises TargetError where it is the key that is not accepted any more, and not the one action."""
        if answer.status == 403 and self.client.read("/admin/site_settings.json").status in (403, 404):
            raise TargetError(f"{self.target.url} does not accept the API key any more ({answer.message}). {GO_ON}")


def run_parallel(work: Callable[[int], None], items: Iterable[int], workers: int, stop: threading.Event) -> None:
    """Call `work` for every item in so many threads, until the items end or `stop` is set.

    The first error ends all and is raised here; Stopped ends its thread only. On KeyboardInterrupt the threads are
    left behind (they are daemons): the caller is expected to end the process.
    """
    waiting: queue.Queue[int | None] = queue.Queue(maxsize=workers * 2)
    errors: list[BaseException] = []

    def serve() -> None:
        while (item := waiting.get()) is not None:
            if not stop.is_set() and not errors:
                _attempt(work, item, errors)

    threads = [threading.Thread(target=serve, daemon=True, name=f"push-{number}") for number in range(workers)]
    for thread in threads:
        thread.start()
    for item in items:
        if stop.is_set() or errors:
            break
        waiting.put(item)
    for _ in threads:
        waiting.put(None)
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _attempt(work: Callable[[int], None], item: int, errors: list[BaseException]) -> None:
    try:
        work(item)
    except Stopped:
        pass
    except BaseException as error:  # raised again in the main thread
        errors.append(error)
