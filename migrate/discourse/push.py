"""Pushing an archive to a forum: users, categories, then topics side by side. Run it again to go on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from migrate.archive import Archive
from migrate.discourse.categories import push_categories
from migrate.discourse.client import Client
from migrate.discourse.facts import refuse_to_mail
from migrate.discourse.pace import Stopped
from migrate.discourse.posts import push_topic
from migrate.discourse.run import Progress, PushResult, Run, run_parallel
from migrate.discourse.users import push_users
from migrate.plan import Plan, Target

WORKERS = 4


class Push:
    """One push of an archive. The archive must be open for writing."""

    def __init__(self, archive: Archive, client: Client, target: Target, *, workers: int = WORKERS) -> None:
        self._archive = archive
        self._client = client
        self._target = target
        self._workers = workers
        self.plan = Plan(archive, target=target)

    def run(self, progress: Callable[[Progress], None] = lambda _progress: None) -> PushResult:
        """Send everything that is not on the forum yet. `progress` is called from worker threads, one at a time.

        Setting the client's `stop` ends it after the requests in flight; the result then says `stopped`. What the forum
        refuses becomes a finding. Raises TargetError where the forum cannot be used (any more), or could mail people.
        """
        refuse_to_mail(self._target)
        run = Run(self._archive, self._client, self.plan, self._target, progress)
        try:
            self._send(run)
        except Stopped:
            run.result.stopped = True
        run.result.retries = self._client.retries
        run.result.stopped |= self._client.stop.is_set()
        return run.result

    def _send(self, run: Run) -> None:
        stop = self._client.stop
        push_users(run, self._workers)
        if not stop.is_set():
            push_categories(run)
        if not stop.is_set():
            run.result.already = run.journal.count_done_posts()
            run.begin("posts", self.plan.posts, run.result.already)
            run_parallel(partial(push_topic, run), self.plan.unsent_thread_ids(), self._workers, stop)
