"""Taking one person out of a forum: the account loses name and address, posts no longer name it, or lose their words.

Every step looks at what is there and may be done again without harm, so a run that was killed is simply repeated. What
a post says from then on is noted before it is changed, so that nothing differs for `verify` afterwards.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from migrate.archive import Archive
from migrate.archive.forget import redaction_of
from migrate.archive.forgotten import stand_in
from migrate.discourse.api.answers import Answer
from migrate.discourse.api.client import Client
from migrate.discourse.compose import normalise_raw
from migrate.discourse.credit import redacted
from migrate.discourse.former import Account, account_of
from migrate.discourse.journal import Journal, Operation, digest
from migrate.discourse.reading import REGULAR, PostThere, TopicThere, read_topic
from migrate.discourse.undo.removing import remove_tag
from migrate.errors import TargetError
from migrate.mapping import clean_tag
from migrate.plan import Target
from migrate.plan.authors import former_member, words_for
from migrate.redact import NO_ADDRESS

_MENTION = re.compile(r"(?<![\w@/])@(\w(?:[\w.-]*\w)?)")
_BOX = re.compile(r'(\[quote=")([^",\]\n]+)(, ?post:)', re.IGNORECASE)


@dataclass(slots=True)
class Forgotten:
    """What was changed on a forum."""

    accounts: int = 0
    posts: int = 0  # of theirs
    mentions: int = 0  # other people's posts that named them
    titles: int = 0
    in_history: int = 0  # changed posts whose earlier text can still be seen there
    refused: list[str] = field(default_factory=list)  # what the forum did not let change, and why


class Forget:
    """One person, given by all ids, on one forum; `address` is known where the archive has forgotten it already.

    The archive must be open for writing.
    """

    def __init__(
        self,
        archive: Archive,
        client: Client,
        target: Target,
        people: Sequence[int],
        accounts: Sequence[Account],
        *,
        words: bool = False,
        address: str = "",
    ) -> None:
        self._archive = archive
        self._db = archive.db
        self._client = client
        self._people = people
        self._accounts = accounts
        self._journal = Journal(archive, target)
        self._target = target
        self._silent = words
        self._words = words_for(target.facts, target)
        # The archive may have forgotten them with another forum; this one has not.
        names = [account.name for account in accounts if not account.is_anonymous]
        addresses = [address] if "@" in address else []
        self._redaction, self._brief = (
            redaction_of(archive, people, stand_in=stand_in, names=names, addresses=addresses)
            for stand_in in (former_member(people[0], self._words), NO_ADDRESS)
        )
        self._tags = self._their_tags()
        self._renamed: dict[str, str] = {}  # user name before → now
        self._result = Forgotten()

    def run(self, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Forgotten:
        """Do it. `progress` gets how many topics are done, of how many. Raises TargetError."""
        for account in self._accounts:
            self._anonymise(account)
        threads = self._threads()
        for done, (thread_id, topic_id) in enumerate(threads):
            progress(done, len(threads))
            topic = read_topic(self._client, topic_id, texts=True)
            if topic is not None and not topic.is_deleted:
                self._rewrite_topic(thread_id, topic)
        progress(len(threads), len(threads))
        self._remove_tags()
        for account in self._accounts:
            self._note_account(account, None)
        return self._result

    def _anonymise(self, account: Account) -> None:
        username = account.username
        for name in (account.username, account.known_as, *self._names_before(account)):
            self._renamed[name] = username
        if not account.is_anonymous:
            # What it was called is noted first: a run that goes on asks the forum for it in vain.
            self._note_account(account, sorted(self._renamed))
            answer = self._client.put(f"/admin/users/{account.id}/anonymize.json")
            # Where the answer was lost, the forum refuses to do it again.
            after = account_of(self._client, account.id, None)
            if after is None or not after.is_anonymous:
                raise TargetError(f"{self._client.host} does not make an account anonymous ({answer.message}).")
            username = after.username
            self._result.accounts += 1
        self._renamed = {name: username for name in self._renamed if name != username}
        with self._archive.transaction() as db:
            query = f"UPDATE operation SET remote_name = ? WHERE {_THIS_ACCOUNT}"  # noqa: S608 - our own words
            db.execute(query, (username, *self._place, account.id))
            for name in self._renamed:
                changed = (f"user {username}", f"user {name}")
                db.execute("UPDATE OR REPLACE finding SET locator = ? WHERE locator = ?", changed)

    def _names_before(self, account: Account) -> Iterator[str]:
        """What an earlier run that was stopped has noted."""
        query = f"SELECT details FROM operation WHERE {_THIS_ACCOUNT} AND details IS NOT NULL"  # noqa: S608 - our own words
        for (details,) in self._db.execute(query, (*self._place, account.id)).fetchall():
            yield from _object(details).get("names", ())

    def _note_account(self, account: Account, names: list[str] | None) -> None:
        details = json.dumps({"names": names}) if names else None
        query = f"UPDATE operation SET details = ? WHERE {_THIS_ACCOUNT}"  # noqa: S608 - our own words
        with self._archive.transaction() as db:
            db.execute(query, (details, *self._place, account.id))

    def _threads(self) -> list[tuple[int, int]]:
        """Thread and topic ids of what they wrote in, or are named in."""
        marks = ", ".join("?" * len(self._people))
        query = f"SELECT DISTINCT thread_id FROM message WHERE author_id IN ({marks})"  # noqa: S608 - only marks
        threads = {thread for (thread,) in self._db.execute(query, self._people).fetchall()} | set(self._named_in())
        topics = self._db.execute(
            "SELECT DISTINCT thread_id, topic_id FROM operation WHERE target_id = ? AND generation = ?"
            " AND kind = 'post' AND state = 'done' ORDER BY 1, 2",
            self._place,
        ).fetchall()
        return [(thread, topic) for thread, topic in topics if thread in threads]

    def _named_in(self) -> Iterator[int]:
        forgotten = stand_in(self._people[0])  # what stands in the archive where they were named
        # On a page that is called after them posts lead there with their last line, and topics may have its tag.
        for thread, url, labels in self._db.execute("SELECT id, url, labels FROM thread").fetchall():
            if (url and self._redaction.in_url(url) != url) or any(map(self._is_theirs, json.loads(labels))):
                yield thread
        after = 0
        query = (
            "SELECT message.id, thread_id, title, body, elided FROM message JOIN content ON message_id = message.id"
            " WHERE message.id > ? AND thread_id IS NOT NULL ORDER BY message.id LIMIT 500"
        )
        while rows := self._db.execute(query, (after,)).fetchall():
            after = rows[-1][0]
            for _, thread, *texts in rows:
                if any(self._redaction.mentions(text) or forgotten in text for text in texts):
                    yield thread

    def _is_theirs(self, label: str) -> bool:
        """Whether a label of a thread is the name of a page that is called after them."""
        return self._redaction.in_place(f":{label}") != f":{label}"

    def _their_tags(self) -> frozenset[str]:
        """The tags that topics may have after such labels."""
        found = self._db.execute("SELECT DISTINCT value FROM thread, json_each(labels)").fetchall()
        longest = self._target.facts.max_tag_length
        return frozenset(clean_tag(label, longest) for (label,) in found if self._is_theirs(label))

    def _rewrite_topic(self, thread_id: int, topic: TopicThere) -> None:
        rows = self._journal.thread_parts(thread_id)
        there = {row.remote_id: row for row in rows if row.state == "done"}
        own = self._own_messages(thread_id)
        changed = 0
        for post in topic.posts:
            row = there.get(post.id)
            if row is not None and post.type == REGULAR:
                changed += self._rewrite(post, row, is_own=row.ref in own)
        if changed:
            # Editing the last post has brought the topic to the top.
            self._client.put(f"/t/{topic.id}/reset-bump-date.json")
        for row in rows:
            if row.state != "done" and row.raw:
                self._rewrite_waiting(row, is_own=row.ref in own)
        first = next((row for row in there.values() if row.post_number == 1 and row.topic_id == topic.id), None)
        if first is not None:
            self._retitle(topic, first, is_all_own={row.ref for row in there.values()} <= own)
            self._retag(topic, first)

    def _rewrite(self, post: PostThere, row: Operation, *, is_own: bool) -> bool:
        """Change a post where it names them, or is theirs. Returns whether it was changed."""
        before = post.raw
        after = self._text(before, is_own=is_own)
        there, then = post.digest, digest(normalise_raw(after))
        noted = _object(row.details).get("rewriting")
        # Discourse renames quotes by itself, some time after the account.
        as_sent = there in (row.digest, noted) or self._is_renamed(before, row)
        if after != before:
            self._note(row, rewriting=then)
            change = {"raw": after, "edit_reason": self._words.removed.strip("*")}
            answer = self._client.put(f"/posts/{post.id}.json", {"post": change})
            if answer.status != 200:
                self._refuse(f"post {row.post_number} of topic {row.topic_id}", answer)
                return False
            self._hide_history(answer)
            self._result.posts += is_own
            self._result.mentions += not is_own
        if as_sent and then != row.digest:
            self._journal.rewritten(row.ref, row.part, then)
        if after != before or noted:
            self._note(row, rewriting=None)
        return after != before

    def _text(self, raw: str, *, is_own: bool) -> str:
        """What a post says from now on."""
        if is_own and self._silent:
            return self._words.removed
        raw = redacted(_renamed(raw, self._renamed), self._redaction, is_own=is_own)
        after = self._redaction.in_own_words(raw) if is_own else self._redaction.everywhere(raw)
        if len(after) <= self._target.facts.max_post_length:
            return after
        return self._brief.in_own_words(raw) if is_own else self._brief.everywhere(raw)

    def _is_renamed(self, raw: str, row: Operation) -> bool:
        """Whether the text is what was sent, but for the name in its quotes."""
        before = ({now: name} for name, now in self._renamed.items() if now in raw)
        return any(digest(normalise_raw(_renamed(raw, names))) == row.digest for names in before)

    def _rewrite_waiting(self, row: Operation, *, is_own: bool) -> None:
        """What continues a post and is not on the forum yet."""
        after = self._text(row.raw, is_own=is_own)
        if after != row.raw:
            self._journal.rewritten(row.ref, row.part, digest(after))
            self._note(row, raw=after)

    def _retitle(self, topic: TopicThere, first: Operation, *, is_all_own: bool) -> None:
        removed = self._words.removed.strip("*")
        title = removed if is_all_own and self._silent else self._redaction.everywhere(topic.title)
        if title == topic.title:
            return
        answer = self._client.put(f"/t/-/{topic.id}.json", {"title": title})
        if answer.status != 200:
            self._refuse(f"the title of topic {topic.id}", answer)
            return
        self._result.titles += 1
        self._note(first, title=title)

    def _retag(self, topic: TopicThere, first: Operation) -> None:
        left = sorted(topic.tags - self._tags)
        if len(left) == len(topic.tags):
            return
        # Discourse leaves the tags alone where an empty list comes.
        answer = self._client.put(f"/t/-/{topic.id}.json", {"tags": left or [""]})
        if answer.status != 200:
            self._refuse(f"the tags of topic {topic.id}", answer)
            return
        self._note(first, tags=left)

    def _remove_tags(self) -> None:
        """Tags that the archive made and no topic has any more."""
        for row in self._journal.all("tag").values():
            if row.remote_name not in self._tags or not row.ours or row.state != "done":
                continue
            removal = remove_tag(self._client, row)
            if removal.fate == "stays":
                self._result.refused.append(f"the tag {row.remote_name}: {removal.why}")
                continue
            self._journal.undone([row])
            with self._archive.transaction() as db:
                query = "UPDATE operation SET remote_name = NULL WHERE target_id = ? AND kind = 'tag' AND ref = ?"
                db.execute(query, (self._target.id, row.ref))

    def _own_messages(self, thread_id: int) -> set[int]:
        marks = ", ".join("?" * len(self._people))
        query = f"SELECT id FROM message WHERE thread_id = ? AND author_id IN ({marks})"  # noqa: S608 - only marks
        return {message for (message,) in self._db.execute(query, (thread_id, *self._people)).fetchall()}

    def _hide_history(self, answer: Answer) -> None:
        """Hide what the post said before, where the forum lets that be done."""
        post = answer["post"] or {}
        path = f"/posts/{post.get('id')}/revisions/{post.get('version')}/hide.json"
        self._result.in_history += self._client.put(path).status != 200

    def _note(self, row: Operation, **changes: str | list[str] | None) -> None:
        """Change what the journal has of a post beside its digest."""
        where = "target_id = ? AND generation = ? AND kind = 'post' AND ref = ? AND part = ?"
        values = (*self._place, row.ref, row.part)
        with self._archive.transaction() as db:
            (details,) = db.execute(f"SELECT details FROM operation WHERE {where}", values).fetchone()  # noqa: S608 - our own words
            left = {name: value for name, value in (_object(details) | changes).items() if value is not None}
            after = json.dumps(left) if left else None
            db.execute(f"UPDATE operation SET details = ? WHERE {where}", (after, *values))  # noqa: S608 - the same

    @property
    def _place(self) -> tuple[int, int]:
        return self._target.id, self._target.generation

    def _refuse(self, what: str, answer: Answer) -> None:
        self._result.refused.append(f"{what}: {answer.message}")


def _renamed(raw: str, names: Mapping[str, str]) -> str:
    """The text with user names replaced in the boxes that quote them, and where they are mentioned."""
    folded = {name.lower(): after for name, after in names.items()}
    raw = _BOX.sub(lambda box: f"{box[1]}{folded.get(box[2].lower(), box[2])}{box[3]}", raw)
    return _MENTION.sub(lambda found: f"@{folded.get(found[1].lower(), found[1])}", raw) if folded else raw


def _object(details: str | None) -> dict[str, Any]:
    found = json.loads(details) if details else {}
    return found if isinstance(found, dict) else {}


_THIS_ACCOUNT = "target_id = ? AND generation = ? AND kind = 'user' AND remote_id = ?"
