"""Where an archive stands on each forum it was sent to, and what a next push would do; asks nobody."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from migrate.archive import Archive
from migrate.discourse.journal import Journal
from migrate.discourse.known import known_targets, settings_to_restore, was_sent_to
from migrate.discourse.undo.generations import is_taken_back, is_undo_unfinished
from migrate.plan import Plan, Selection, Target


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one kind is on one forum."""

    total: int  # planned
    done: int = 0
    sending: int = 0  # in doubt: the next run looks them up
    refused: int = 0

    @property
    def left(self) -> int:
        """What a next run would send, refused ones not counted."""
        return max(0, self.total - self.done - self.refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is fixed on a forum, whatever archive and mapping say by now, and what a next push would add."""

    topics: int = 0  # on the forum: they keep category, title, tags and texts
    elsewhere: int = 0  # of them, those that would go to another category by now
    skipped: int = 0  # of them, those that the mapping would leave out by now
    new_topics: int = 0
    new_replies: int = 0  # in topics that are there


@dataclass(frozen=True, slots=True)
class TargetStatus:
    """One forum; `kinds` has user, category, upload and post, and state where topics are to be closed or pinned.

    Of user the total is all people, or where they have no accounts of their own, the accounts that were made.
    """

    target: Target
    kinds: dict[str, Standing]
    outlook: Outlook = field(default_factory=Outlook)
    trial: tuple[int, int] | None = None  # topics of the trial that was asked for last, and of the whole archive
    changed_settings: tuple[str, ...] = ()  # by `migrate doctor --apply`, to be put back
    undo_unfinished: bool = False  # what was sent is being taken back; until that is done nothing more is sent
    taken_back: bool = False  # all of it, and nothing was sent since

    @property
    def is_complete(self) -> bool:
        """Whether a next run would have nothing new to send; refused items are counted apart."""
        return all(standing.left == 0 for standing in self.kinds.values())


# In a long journal nearly everything is done: that is what is left of all when the rest is counted. Posts are counted
# in the index of their threads, a fourth of the journal. The account that posts for several (ref 0) is nobody's own.
_OF = "WHERE target_id = :target AND generation = :generation AND part = 0 AND ref <> 0"
_OPEN = f"SELECT kind, state, count(*) FROM operation {_OF} AND state <> 'done' GROUP BY 1, 2"  # noqa: S608 - our own words
_TRIED = {
    "user": f"SELECT count(*) FROM operation {_OF} AND kind = 'user' AND ref > 0",  # noqa: S608 - the same
    "upload": f"SELECT count(*) FROM operation {_OF} AND kind = 'upload'",  # noqa: S608 - the same
    "post": f"SELECT count(*) FROM operation INDEXED BY operation_thread {_OF} AND kind = 'post'",  # noqa: S608 - the same
}


def status(archive: Archive) -> list[TargetStatus]:
    """Every forum this archive was sent to, the first one first. Raises MappingError as a plan does."""
    return [_status(archive, target) for target in known_targets(archive) if was_sent_to(archive, target)]


def prepared(archive: Archive) -> list[tuple[Target, tuple[str, ...]]]:
    """The forums that nothing was sent to yet, but whose settings are changed for it, and which these are."""
    targets = (target for target in known_targets(archive) if not was_sent_to(archive, target))
    return [(target, changed) for target in targets if (changed := tuple(settings_to_restore(archive, target)))]


def _status(archive: Archive, target: Target) -> TargetStatus:
    plan = Plan(archive, target=target)
    done = _counts(archive, target)
    rows = Journal(archive, target).all("category")
    planned = plan.needed_categories()
    categories = [rows[category.ref] for category in planned if category.ref in rows]
    kinds = {
        "user": _people(archive, plan, target, done.get("user")),
        "category": Standing(
            len(planned),
            *(sum(row.state == state for row in categories) for state in ("done", "sending", "refused")),
        ),
        "upload": _of_chosen(plan.uploads[0], done.get("upload")),
        "post": Standing(plan.posts, *done.get("post", ())),
    }
    if plan.states:
        kinds["state"] = Standing(len(plan.states), len(plan.states) - len(plan.lacking_states()))
    if not plan.scope.is_everything:
        kinds["post"] = replace(kinds["post"], done=plan.sent)
    trial = plan.share if target.selection != Selection() else None
    changed = tuple(settings_to_restore(archive, target))
    undoing = is_undo_unfinished(archive, target)
    outlook = Outlook() if undoing else _outlook(archive, plan, target, kinds["post"])
    taken_back = not undoing and is_taken_back(archive, target)
    return TargetStatus(target, kinds, outlook, trial, changed, undoing, taken_back)


def _people(archive: Archive, plan: Plan, target: Target, counts: tuple[int, int, int] | None) -> Standing:
    if target.authors == "placeholders":
        return _of_chosen(plan.people, counts)
    made = [row for row in Journal(archive, target).all("user").values() if row.ours]
    done, sending, refused = (sum(row.state == state for row in made) for state in ("done", "sending", "refused"))
    return Standing(done + sending + refused, done, sending, refused)


def _of_chosen(total: int, counts: tuple[int, int, int] | None) -> Standing:
    """Of what was sent some may not be part of the trial, or of what the mapping lets through, by now."""
    done, sending, refused = counts or (0, 0, 0)
    return Standing(total, min(done, total), sending, refused)


def _counts(archive: Archive, target: Target) -> dict[str, tuple[int, int, int]]:
    """Done, in doubt and refused, by kind."""
    place = {"target": target.id, "generation": target.generation}
    states: dict[str, dict[str, int]] = {}
    for kind, state, count in archive.db.execute(_OPEN, place).fetchall():
        states.setdefault(kind, {})[state] = count
    counts = {}
    for kind, query in _TRIED.items():
        (total,) = archive.db.execute(query, place).fetchone()
        left = states.get(kind, {})
        counts[kind] = (total - sum(left.values()), left.get("sending", 0), left.get("refused", 0))
    return counts


def sent_otherwise(archive: Archive, plan: Plan, target: Target) -> tuple[int, int, int]:
    """How many topics are on the forum; of them, those that would go elsewhere, or would be left out, by now."""
    ids = {ref: row.remote_id for ref, row in Journal(archive, target).all("category").items()}
    topics = elsewhere = skipped = 0
    for category, ref, count in plan.sent_places():
        topics += count
        if not ref:
            skipped += count
        elif category is not None and ids.get(ref) != category:
            elsewhere += count
    return topics, elsewhere, skipped


def _outlook(archive: Archive, plan: Plan, target: Target, posts: Standing) -> Outlook:
    place = (target.id, target.generation)
    topics, elsewhere, skipped = sent_otherwise(archive, plan, target)
    new_topics, new_posts = _new(archive, plan, place) if posts.left else (0, 0)
    new_replies = max(0, posts.left - new_posts)
    return Outlook(topics=topics, elsewhere=elsewhere, skipped=skipped, new_topics=new_topics, new_replies=new_replies)


def _new(archive: Archive, plan: Plan, place: tuple[int, int]) -> tuple[int, int]:
    """How many planned threads nothing was tried of yet, and how many messages they have."""
    query = (
        f"SELECT coalesce(sum(posts > 0), 0), coalesce(sum(posts), 0) FROM (SELECT {plan.scope.posts} AS posts"  # noqa: S608 - conditions of ours
        f" FROM thread NOT INDEXED WHERE {plan.scope.threads} AND NOT EXISTS (SELECT 1 FROM operation WHERE"
        " target_id = ? AND generation = ? AND kind = 'post' AND operation.thread_id = thread.id)"
        " LIMIT -1)"  # else SQLite counts the posts of every thread as often as they are named above
    )
    topics, posts = archive.db.execute(query, place).fetchone()
    return topics, posts
