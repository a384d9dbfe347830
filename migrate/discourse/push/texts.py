"""What a message says on the forum: its text in the forum's dialect, as one post or several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from migrate.discourse.boxes import Quoted
from migrate.discourse.compose import compose, normalise_raw
from migrate.discourse.credit import credit_line, credit_of
from migrate.discourse.push.parts import split_post
from migrate.discourse.push.placed import iso_date
from migrate.discourse.push.run import Run
from migrate.discourse.push.uploads import attachments_of, push_uploads
from migrate.plan import Post


@dataclass(frozen=True, slots=True)
class Around:
    """The topic that a message goes to, as far as it is on the forum."""

    topic_id: int | None
    posts: Mapping[int, Post]  # by message id
    numbers: Mapping[int, int]  # of those that are there


def texts_of(run: Run, post: Post, around: Around) -> list[str]:
    """The raw text of a message's post, and those of the posts that continue it. Sends its files first."""
    query = "SELECT body, elided FROM content WHERE message_id = ?"
    body, elided = run.archive.db.execute(query, (post.message_id,)).fetchone()
    if post.claimed_at is not None and post.claimed_at > post.created_at:
        words = f"A message claims to be of {iso_date(post.claimed_at)}; its post has the date of the one before it."
        run.find("warning", "date-in-future", words, message=post.message_key)
    if post.is_removed:
        body, elided = run.words.removed, ""
    body, elided = run.plan.fold_footer(post.message_id, body, elided)
    files = attachments_of(run, post)
    raw = compose(
        run.plan.shown(post, body),
        run.plan.shown(post, elided),
        files,
        push_uploads(run, files, post.message_key),
        quoted=_quoted(run, post, around),
        tail=run.target.quotes,
        subject=post.subject,
        byline=_byline(run, post),
        credit=_credit(run, post),
        mention=run.mentioned,
        words=run.words,
    )
    limit = run.target.facts.max_post_length
    texts = [normalise_raw(text) for text in split_post(raw, limit, run.words.continued)]
    if len(texts) > 1:
        words = (
            f"A message has more than the forum's {limit} characters; it goes on in the next {len(texts) - 1} posts."
        )
        run.find("info", "body-over-limit", words, message=post.message_key)
    return texts


def _byline(run: Run, post: Post) -> str | None:
    """Who wrote it and when, where somebody else's account posts it."""
    if not run.is_importer(post.person_id):
        return None
    name = run.names.get(post.person_id) or run.words.unknown_author
    return run.words.byline.format(name=name, date=run.words.day(post.created_at))


def _credit(run: Run, post: Post) -> str | None:
    """Where it comes from, and under which licence, where that is to be said."""
    wording = run.words.credit if run.plan.mapping.credit is None else run.plan.mapping.credit
    credit = credit_of(run.archive, post.message_id) if wording and not post.is_removed else None
    if credit is None:
        return None
    name = run.names.get(post.person_id) or run.words.unknown_author
    url = run.plan.withheld.in_url(post.person_id, credit.url) if credit.url else None
    return credit_line(wording, replace(credit, url=url), name, run.words.day(post.created_at))


def _quoted(run: Run, post: Post, around: Around) -> dict[int, Quoted]:
    """For its block quotes the posts they quote, where these are in this topic already under their author's name."""
    if around.topic_id is None:
        return {}
    query = "SELECT number, quoted_id, attribution, heading FROM quote WHERE message_id = ?"
    found = {}
    for number, message, attribution, heading in run.archive.db.execute(query, (post.message_id,)).fetchall():
        author, place = around.posts.get(message), around.numbers.get(message)
        if author is None or run.is_importer(author.person_id):
            continue
        username = run.usernames.get(author.person_id)
        if username and place:
            found[number] = Quoted(username, place, around.topic_id, attribution, heading)
    return found
