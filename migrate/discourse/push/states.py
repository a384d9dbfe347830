"""Topics that are closed or pinned: made so once all their posts are there, since nobody can answer in a closed one.

What a topic was made is noted with the first of its messages. Doing it again changes nothing on the forum.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from migrate.discourse.journal import Operation
from migrate.discourse.push.run import Run
from migrate.plan import CLOSED

_REFUSED = "state-refused"


def push_states(run: Run) -> None:
    """Every topic that is all there is in the states of the plan afterwards, or has a finding. Raises TargetError."""
    wanted = run.plan.states
    lacking = run.plan.lacking_states() if wanted else {}
    run.begin("states", len(wanted), len(wanted) - len(lacking))
    if lacking:
        unfinished = set(run.plan.unsent_thread_ids())
        run.parallel(partial(_push, run), [thread for thread in lacking if thread not in unfinished])


def _push(run: Run, thread_id: int) -> None:
    row = first_of(run.journal.thread(thread_id).values())
    if row is None:
        return
    wanted, there = run.plan.states[thread_id], states_noted(row)
    made = [state for state in wanted if state in there or _set(run, row, state, enabled=True)]
    # Opening a topic has moved it up.
    run.client.put(f"/t/{row.topic_id}/reset-bump-date.json")
    run.journal.note(row, states=made, opened=None if CLOSED in made else row.noted("opened"))
    run.advance()


def first_of(rows: Iterable[Operation]) -> Operation | None:
    """The row of a topic's first message, or of the one that its states are noted with; None where none is there.

    What opened the topic may be in another archive, or have come to this one later.
    """
    done = (row for row in rows if row.state == "done")
    return min(done, key=lambda row: (row.noted("states") is None, row.post_number or 0), default=None)


def open_again(run: Run, row: Operation) -> None:
    """Before more is sent to a topic that this archive has closed: `row` is that of its first message.

    One that somebody has opened on the forum since stays as they want it.
    """
    there = states_noted(row)
    if CLOSED in there and run.client.read(f"/t/{row.topic_id}.json")["closed"]:
        run.journal.note(row, states=[state for state in there if state != CLOSED], opened=True)
    elif not row.noted("opened"):
        return
    _set(run, row, CLOSED, enabled=False)


def states_noted(row: Operation) -> list[str]:
    """What the topic was made, by the row of its first message."""
    return list(row.noted("states") or ())


def _set(run: Run, row: Operation, state: str, *, enabled: bool) -> bool:
    # Without `until` a topic stays pinned.
    answer = run.client.put(f"/t/{row.topic_id}/status.json", {"status": state, "enabled": str(enabled).lower()})
    place = f"topic {row.topic_id}: {state}"
    if answer.status == 200:
        run.succeeded(_REFUSED, place)
        return True
    run.check_access(answer)
    run.failed(_REFUSED, f"The forum did not let a topic be closed, opened or pinned: {answer.message}", place)
    return False
