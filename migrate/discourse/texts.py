"""What a message says on the forum: its text in the forum's dialect, as one post or several.

The push and the preview compose with the same function, so that what people look at before is what they get.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from migrate.archive import Archive
from migrate.discourse.boxes import Quoted
from migrate.discourse.compose import Resolver, compose, normalise_raw
from migrate.discourse.credit import credit_line, credit_of
from migrate.discourse.parts import split_post
from migrate.discourse.words import Words
from migrate.model import AttachmentRef
from migrate.plan import Plan, Post


class Setting(Protocol):
    """What a text depends on beside its message: the plan, the words that are added, whose accounts post."""

    @property
    def archive(self) -> Archive: ...

    @property
    def plan(self) -> Plan: ...

    @property
    def words(self) -> Words: ...

    @property
    def usernames(self) -> Mapping[int, str]:
        """Of the accounts that post for people, by the people's ids."""

    @property
    def names(self) -> Mapping[int, str]:
        """What these people are shown as, by their ids."""

    def is_importer(self, person_id: int) -> bool:
        """Whether this person's messages are posted by the one account that posts for several."""

    def mentioned(self, person_key: str) -> str | None:
        """The user name that a reference to that person becomes; None: a plain name, since nobody is to be notified."""


@dataclass(frozen=True, slots=True)
class Around:
    """The topic that a message goes to, as far as it is there."""

    topic_id: int | None
    posts: Mapping[int, Post]  # by message id
    numbers: Mapping[int, int]  # of those that are there


def texts_of(
    setting: Setting, post: Post, around: Around, files: Sequence[AttachmentRef], resolve: Resolver
) -> list[str]:
    """The raw text of a message's post, and those of the posts that continue it. `resolve` knows its files."""
    plan = setting.plan
    query = "SELECT body, elided FROM content WHERE message_id = ?"
    body, elided = setting.archive.db.execute(query, (post.message_id,)).fetchone()
    if post.is_removed:
        body, elided = setting.words.removed, ""
    body, elided = plan.fold_footer(post.message_id, body, elided)
    raw = compose(
        plan.shown(post, body),
        plan.shown(post, elided),
        files,
        resolve,
        quoted=_quoted(setting, post, around),
        tail=plan.tail,
        subject=post.subject,
        byline=_byline(setting, post),
        credit=_credit(setting, post),
        mention=setting.mentioned,
        words=setting.words,
    )
    return [normalise_raw(text) for text in split_post(raw, plan.facts.max_post_length, setting.words.continued)]


def attachments_of(archive: Archive, post: Post) -> list[AttachmentRef]:
    """The files that are sent with a message, in their order."""
    return [] if post.is_removed else files_of(archive, post.message_id)


def files_of(archive: Archive, message_id: int) -> list[AttachmentRef]:
    """The files of a message, in their order."""
    query = (
        "SELECT sha256, filename, message_attachment.media_type, size, content_id FROM message_attachment"
        " JOIN attachment ON attachment.id = attachment_id WHERE message_id = ? ORDER BY position"
    )
    return [
        AttachmentRef(sha256=row[0], filename=row[1], media_type=row[2], size=row[3], content_id=row[4])
        for row in archive.db.execute(query, (message_id,)).fetchall()
    ]


def _byline(setting: Setting, post: Post) -> str | None:
    """Who wrote it and when, where somebody else's account posts it."""
    if not setting.is_importer(post.person_id):
        return None
    name = setting.names.get(post.person_id) or setting.words.unknown_author
    return setting.words.byline.format(name=name, date=setting.words.day(post.created_at))


def _credit(setting: Setting, post: Post) -> str | None:
    """Where it comes from, and under which licence, where that is to be said."""
    plan, words = setting.plan, setting.words
    wording = words.credit if plan.mapping.credit is None else plan.mapping.credit
    credit = credit_of(setting.archive, post.message_id) if wording and not post.is_removed else None
    if credit is None:
        return None
    name = setting.names.get(post.person_id) or words.unknown_author
    url = plan.withheld.in_url(post.person_id, credit.url) if credit.url else None
    return credit_line(wording, replace(credit, url=url), name, words.day(post.created_at))


def _quoted(setting: Setting, post: Post, around: Around) -> dict[int, Quoted]:
    """For its block quotes the posts they quote, where these are in this topic already under their author's name."""
    if around.topic_id is None:
        return {}
    query = "SELECT number, quoted_id, attribution, heading FROM quote WHERE message_id = ?"
    found = {}
    for number, message, attribution, heading in setting.archive.db.execute(query, (post.message_id,)).fetchall():
        author, place = around.posts.get(message), around.numbers.get(message)
        if author is None or setting.is_importer(author.person_id):
            continue
        username = setting.usernames.get(author.person_id)
        if username and place:
            found[number] = Quoted(username, place, around.topic_id, attribution, heading)
    return found
