"""The texts of a message, with its files sent first, and what is to be said of them."""

from __future__ import annotations

from migrate.discourse import texts
from migrate.discourse.push.placed import iso_date
from migrate.discourse.push.run import Run
from migrate.discourse.push.uploads import push_uploads
from migrate.discourse.texts import Around, attachments_of
from migrate.plan import Post


def texts_of(run: Run, post: Post, around: Around) -> list[str]:
    """The raw text of a message's post, and those of the posts that continue it. Sends its files first."""
    if post.claimed_at is not None and post.claimed_at > post.created_at:
        words = f"A message claims to be of {iso_date(post.claimed_at)}; its post has the date of the one before it."
        run.find("warning", "date-in-future", words, message=post.message_key)
    files = attachments_of(run.archive, post)
    parts = texts.texts_of(run, post, around, files, push_uploads(run, files, post.message_key))
    if len(parts) > 1:
        words = (
            f"A message has more than the forum's {run.plan.facts.max_post_length} characters; it goes on in the next"
            f" {len(parts) - 1} posts."
        )
        run.find("info", "body-over-limit", words, message=post.message_key)
    return parts
