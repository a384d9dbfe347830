"""Redirects as Discourse's own permalinks: for a forum that is served under the old addresses' host."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote, unquote

from migrate.archive import Archive
from migrate.discourse.api.answers import Outcome
from migrate.discourse.api.client import Client
from migrate.discourse.api.pace import Stopped
from migrate.discourse.push.privacy import strayed_topics
from migrate.discourse.push.run import TRIES, Progress, PushResult, Run
from migrate.discourse.redirects import Redirect
from migrate.discourse.undo.removing import read_categories
from migrate.errors import TargetError
from migrate.plan import Plan, Target

# Discourse 2.9 has the parameters at the top, and long names; later versions have them inside, and short ones.
_LONG = {"topic": "topic_id", "post": "post_id", "category": "category_id", "tag": "tag_name"}


def permalink_ref(old_path: str) -> int:
    """The number of a permalink in the journal, made of its address."""
    return int.from_bytes(hashlib.sha256(old_path.encode()).digest()[:8]) >> 1


def push_permalinks(
    archive: Archive, client: Client, target: Target, wanted: Sequence[Redirect], progress: Callable[[Progress], None]
) -> PushResult:
    """See that each old path leads to its new place. Paths that lead elsewhere already stay so, with a finding.

    None is made to what only some groups may read, or are to: the forum shows everybody the title that its address is
    made of. Run it again to go on. Raises TargetError where the forum cannot be used.
    """
    run = Run(archive, client, Plan(archive, target=target), target, progress)
    public = {category.id for category in read_categories(client) if not category.is_restricted}
    public -= _meant_to_be_private(run)
    strayed = {f"/t/{topic}" for topic, _ in strayed_topics(run.plan, run.journal).values()}
    wanted = [redirect for redirect in wanted if not redirect.is_place]
    shown = [
        redirect
        for redirect in wanted
        if (redirect.kind == "tag" or redirect.category_id in public)
        and "/".join(redirect.path.split("/")[:3]) not in strayed
    ]
    if len(shown) < len(wanted):
        words = "Permalinks to private topics are not made, since everybody could read the titles in them."
        run.find("info", "permalink-private", words)
    # Addresses that differ in a slash at the end have one path: the first one's. So has an encoded colon, which later
    # versions take for the same.
    wanted = list({redirect.old_path.replace("%3A", ":"): redirect for redirect in reversed(shown)}.values())[::-1]
    done = {row.ref for row in run.journal.all("permalink").values() if row.state == "done"}
    left = [redirect for redirect in wanted if permalink_ref(redirect.old_path) not in done]
    run.result.already = len(wanted) - len(left)
    run.begin("permalinks", len(wanted), run.result.already)
    try:
        for redirect in left:
            if client.stop.is_set():
                break
            _push(run, redirect)
            run.advance()
    except Stopped:
        pass
    run.result.stopped = client.stop.is_set()
    return run.result


def _meant_to_be_private(run: Run) -> set[int]:
    private = {category.ref for category in run.plan.categories() if category.read_by}
    rows = run.journal.all("category").values()
    return {row.remote_id for row in rows if row.ref in private and row.remote_id is not None}


def _push(run: Run, redirect: Redirect) -> None:
    path, ref = redirect.old_path, permalink_ref(redirect.old_path)
    for number in range(TRIES):
        run.journal.sending("permalink", ref, remote_name=path)
        answer = run.client.create("/admin/permalinks.json", _parameters(redirect))
        made = answer["permalink"]
        if isinstance(made, dict) and isinstance(made.get("id"), int):
            run.journal.done("permalink", ref, remote_id=made["id"])
            if made.get("url") == path or _leads_on(run, path):
                run.created("permalink")
            else:
                run.client.delete(f"/admin/permalinks/{made['id']}.json")
                _refuse(run, redirect, "it cannot keep this address as browsers ask for it. A web server's rule can.")
            return
        if (there := _find(run, path)) is not None:
            _adopt(run, redirect, there)
            return
        if answer.outcome is not Outcome.UNKNOWN:
            run.check_access(answer)
            _refuse(run, redirect, answer.message)
            return
        run.back_off(number)
    raise TargetError(f"{run.target.url} does not say what became of a permalink ({answer.message}).")


def _parameters(redirect: Redirect) -> dict[str, Any]:
    path, value = redirect.old_path, str(redirect.target)
    # Later versions percent-encode what they are given, percent signs, too (Discourse's pull request 27209).
    later = {"url": unquote(path), "permalink_type": redirect.kind, "permalink_type_value": value}
    return {"url": path, "permalink_type": _LONG[redirect.kind], "permalink_type_value": value, "permalink": later}


def _leads_on(run: Run, path: str) -> bool:
    """Whether the forum finds what a browser asks for, be it that it keeps the address in another form."""
    return run.client.read(f"/permalink-check.json?path={quote(f'/{path}', safe='')}")["found"] is True


def _find(run: Run, path: str) -> dict[str, Any] | None:
    """The permalink of that very path."""
    listed = run.client.read("/admin/permalinks.json", filter=path).body
    return next((item for item in listed if item.get("url") == path), None) if isinstance(listed, list) else None


def _adopt(run: Run, redirect: Redirect, there: dict[str, Any]) -> None:
    """It is there: ours where it leads where it should, since nobody else knows these ids."""
    if there.get(_LONG[redirect.kind]) == redirect.target:
        run.journal.done("permalink", permalink_ref(redirect.old_path), remote_id=int(there["id"]))
        run.created("permalink", adopted=True)
        return
    words = "This address leads somewhere else on the forum already, and was left so."
    run.refused("permalink", [permalink_ref(redirect.old_path)], "permalink-taken", words, locator=redirect.old_url)


def _refuse(run: Run, redirect: Redirect, why: str) -> None:
    words = f"The forum refused a permalink: {why}"
    run.refused("permalink", [permalink_ref(redirect.old_path)], "permalink-refused", words, locator=redirect.old_url)
