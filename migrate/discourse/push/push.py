"""Pushing an archive to a forum: users, categories, then topics side by side. Run it again to go on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.api.pace import Stopped
from migrate.discourse.doctor.access import check_access
from migrate.discourse.facts import refuse_to_mail, remember_choices
from migrate.discourse.push.categories import check_groups, push_categories
from migrate.discourse.push.mending import count_without_files, mend_posts
from migrate.discourse.push.posts import push_topic
from migrate.discourse.push.run import Progress, PushResult, Run
from migrate.discourse.push.states import push_states
from migrate.discourse.push.tags import push_tags
from migrate.discourse.push.users import push_users
from migrate.discourse.undo.generations import refuse_while_undoing
from migrate.plan import Plan, Target


class Push:
    """One push of an archive. The archive must be open for writing.

    `workers` is how many requests are under way at a time; as many as suit the forum unless given. With `allow_emails`
    it is sent to a forum that could mail people, too.
    """

    def __init__(
        self,
        archive: Archive,
        client: Client,
        target: Target,
        *,
        workers: int | None = None,
        allow_emails: bool = False,
    ) -> None:
        self._archive = archive
        self._client = client
        self._target = target
        self._allow_emails = allow_emails
        if workers is not None:
            client.workers.fix(workers)
        self.plan = Plan(archive, target=target)

    def run(self, progress: Callable[[Progress], None] = lambda _progress: None) -> PushResult:
        """Send everything that is not on the forum yet. `progress` is called from worker threads, one at a time.

        Setting the client's `stop` ends it after the requests in flight; the result then says `stopped`. What the forum
        refuses becomes a finding. Raises TargetError where the forum cannot be used (any more), or could mail people,
        and MigrateError where an undo was not finished.
        """
        refuse_while_undoing(self._archive, self._target)
        if not self._allow_emails:
            refuse_to_mail(self._target, self._target.facts.disable_emails)
        run = Run(self._archive, self._client, self.plan, self._target, progress, allow_emails=self._allow_emails)
        try:
            self._send(run)
        except Stopped:
            run.result.stopped = True
        run.result.without_files = count_without_files(self._archive, self._target)
        run.result.retries = self._client.retries
        run.result.stopped |= self._client.stop.is_set()
        return run.result

    def _send(self, run: Run) -> None:
        stop = self._client.stop
        check_access(self._client)
        check_groups(run)
        run.result.reserved = tuple(category.name for category in self.plan.categories() if category.is_reserved)
        remember_choices(self._archive, self._target)  # not before: a push that is refused changes nothing
        push_users(run)
        if not stop.is_set():
            push_categories(run)
        if not stop.is_set():
            push_tags(run)
        if not stop.is_set():
            mend_posts(run)
        if not stop.is_set():
            run.result.already = run.journal.count("post", "done") if self.plan.scope.is_everything else self.plan.sent
            run.begin("posts", self.plan.posts, run.result.already)
            run.parallel(partial(push_topic, run), self.plan.unsent_thread_ids())
        if not stop.is_set() and self.plan.states:
            push_states(run)
