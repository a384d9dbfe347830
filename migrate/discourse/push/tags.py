"""Tags: made beforehand, since Discourse drops in silence what the author of a topic may not make."""

from __future__ import annotations

from collections.abc import Container

from migrate.discourse.api.answers import Answer, Outcome
from migrate.discourse.push.run import TRIES, Run
from migrate.discourse.reading import tag_names
from migrate.discourse.undo.removing import read_tags
from migrate.errors import TargetError
from migrate.plan import category_ref

GROUP = "imported"  # the group of tags they are made in


def push_tags(run: Run) -> None:
    """Every tag that topics of the plan have is there afterwards.

    Fills `run.tag_ids`, where the forum has numbers for its tags. Raises TargetError where it refuses.
    """
    wanted = run.plan.tags()
    if not wanted:
        return
    there = read_tags(run.client)
    done = {row.remote_name for row in run.journal.all("tag").values() if row.state == "done"}
    if missing := [tag for tag in wanted if tag not in done]:
        _push_missing(run, missing, there)
        there = read_tags(run.client)
    run.tag_ids = {name: tag.id for name, tag in there.items() if tag.id is not None}


def _push_missing(run: Run, missing: list[str], there: Container[str]) -> None:
    with run.archive.transaction():
        for tag in missing:
            run.journal.sending("tag", category_ref(tag), remote_name=tag, ours=tag not in there)
    made = _make(run, missing)
    if refused := [tag for tag in missing if tag not in made]:
        words = f"{run.target.url} did not take these tags: {', '.join(refused[:10])}"
        raise TargetError(f"{words}. Make them there by hand, or leave them out in the mapping file.")
    with run.archive.transaction():
        for tag in missing:
            run.journal.done("tag", category_ref(tag), remote_id=0)
    for tag in missing:
        run.created("tag", adopted=tag in there)


def _make(run: Run, tags: list[str]) -> frozenset[str]:
    """Put the tags into our group, which makes those that are not there. Returns what the group holds then."""
    for number in range(TRIES):
        group = _group(run)
        if group is None:
            answer = run.client.create("/tag_groups.json", {"name": GROUP, "tag_names": tags})
        else:
            group_id, before = group
            names = {"name": GROUP, "tag_names": [*sorted(before), *(tag for tag in tags if tag not in before)]}
            answer = run.client.put(f"/tag_groups/{group_id}.json", names)
        if answer.outcome is Outcome.DONE:
            return _members(answer["tag_group"])
        if answer.outcome is not Outcome.UNKNOWN and number:
            break
        run.back_off(number)
    run.check_access(answer)
    raise TargetError(f"{run.target.url} did not make the tags of the mapping: {_why(answer)}.")


def _group(run: Run) -> tuple[int, frozenset[str]] | None:
    groups = run.client.read("/tag_groups.json")["tag_groups"] or []
    found = next((group for group in groups if str(group["name"]).lower() == GROUP), None)
    return (int(found["id"]), _members(found)) if found else None


def _members(group: object) -> frozenset[str]:
    """The names of the tags in a group: strings up to Discourse 2.9, objects later."""
    if not isinstance(group, dict):
        return frozenset()
    return tag_names(group.get("tag_names") or group.get("tags"))


def _why(answer: Answer) -> str:
    return answer.message or f"status {answer.status}"
