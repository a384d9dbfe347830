"""Files that the forum refused once and takes now, as after a change of its settings: sent, and put into their posts.

The journal has such a file as not sent until all its posts are done, so that a push which was killed does it again: the
forum takes the same bytes as the same file, and a post that has it is left as it is.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Mapping, Set
from dataclasses import dataclass

from migrate.archive import Archive
from migrate.discourse.compose import file_link, file_note, normalise_raw, unescape
from migrate.discourse.journal import Operation, digest
from migrate.discourse.push.run import Run
from migrate.discourse.push.uploads import send_file, why_refused
from migrate.discourse.texts import files_of
from migrate.discourse.words import Words, languages, words_of
from migrate.model import AttachmentRef
from migrate.plan import Target

_LABEL = r"(!?)\[((?:[^\[\]\\]|\\.)*)\]\(attachment:{}\)"


def mend_posts(run: Run) -> None:
    """Give posts the files that they only name so far, where the forum takes them now."""
    refused = [row.ref for row in run.journal.all("upload").values() if row.state in ("refused", "sending")]
    for ref in refused:
        uses = _uses(run, ref)
        if uses and why_refused(run.target.facts, uses[0].file) is None:
            _mend(run, ref, uses)


def count_without_files(archive: Archive, target: Target) -> int:
    """How many messages on the forum only name a file of theirs."""
    query = (
        "SELECT count(DISTINCT message_id) FROM operation AS upload"
        " JOIN message_attachment ON attachment_id = upload.ref"
        " JOIN operation AS post ON post.target_id = upload.target_id AND post.kind = 'post'"
        " AND post.ref = message_id AND post.part = 0 AND post.generation = upload.generation AND post.state = 'done'"
        " WHERE upload.target_id = ? AND upload.kind = 'upload' AND upload.generation = ? AND upload.state = 'refused'"
    )
    return int(archive.db.execute(query, (target.id, target.generation)).fetchone()[0])


@dataclass(frozen=True, slots=True)
class _Use:
    """A message on the forum that has the file."""

    message_id: int
    message_key: str
    thread_id: int
    text: str
    file: AttachmentRef
    others: list[AttachmentRef]  # that the message has


def _uses(run: Run, ref: int) -> list[_Use]:
    query = (
        "SELECT message_id, container.key, operation.thread_id, body || char(10) || elided, sha256, filename,"
        " message_attachment.media_type, size"
        " FROM message_attachment JOIN attachment ON attachment.id = attachment_id"
        " JOIN content USING (message_id) JOIN container ON container.id = message_id"
        " JOIN operation ON operation.ref = message_id AND kind = 'post' AND part = 0 AND state = 'done'"
        " AND target_id = ? AND generation = ? WHERE attachment_id = ? ORDER BY message_id, position"
    )
    rows = run.archive.db.execute(query, (run.target.id, run.target.generation, ref)).fetchall()
    return [
        _Use(
            message_id=row[0],
            message_key=row[1],
            thread_id=row[2],
            text=row[3],
            file=AttachmentRef(sha256=row[4], filename=row[5], media_type=row[6], size=row[7]),
            others=[file for file in files_of(run.archive, row[0]) if file.sha256 != row[4]],
        )
        for row in rows
    ]


def _mend(run: Run, ref: int, uses: list[_Use]) -> None:
    sent = send_file(run, ref, uses[0].file)
    if isinstance(sent, str):
        run.refused_files[ref] = sent
        run.journal.refused("upload", [ref], sent)
        return
    for use in uses:
        rows = [row for row in run.journal.thread_parts(use.thread_id) if row.ref == use.message_id]
        done = [_mend_post(run, use, row, sent.short_url) for row in rows if row.state == "done"]
        if any(done):
            run.mended(use.message_id)
    run.journal.done("upload", ref, remote_id=sent.id, remote_name=sent.short_url)


def _mend_post(run: Run, use: _Use, row: Operation, short_url: str) -> bool:
    """Put the file into one post. Whether it is there now."""
    path = f"/posts/{row.remote_id}.json"
    post = run.client.read(path)
    if post.status != 200 or post["deleted_at"] is not None:
        return False
    raw = str(post["raw"] or "")
    spellings = [_spellings(use, short_url, words_of(language)) for language in sorted(languages())]
    if short_url in raw:  # by a push that was killed
        return any(_is_mended(run, row, raw, links) for links in spellings)
    mended = normalise_raw(_linked(raw, dict(ChainMap(*spellings)), _notes_of_others(use)))
    if mended == normalise_raw(raw):
        return False
    change = {"raw": mended, "raw_old": raw, "original_text": raw, "bypass_bump": True}
    answer = run.client.put(path, {"post": change})
    # Where the first answer was lost, a second try is told that the text has changed meanwhile.
    if answer.status != 200 and normalise_raw(str(run.client.read(path)["raw"] or "")) != mended:
        words = f"A post still names a file that the forum takes by now: it refused the change: {answer.message}"
        run.find("error", "file-not-added", words, message=use.message_key)
        return False
    return _settled(run, row, raw, mended)


def _is_mended(run: Run, row: Operation, raw: str, links: Mapping[str, str]) -> bool:
    before = raw
    for note, link in links.items():
        before = before.replace(link, note)
    return digest(normalise_raw(before)) == row.digest and _settled(run, row, before, raw)


def _linked(raw: str, links: Mapping[str, str], others: Set[str]) -> str:
    """The text with links instead of notes; a note that is another file's, too, stands for ours once only."""
    put: set[str] = set()

    def link(match: re.Match[str]) -> str:
        note = match[0]
        if note not in links or (note in others and note in put):
            return note
        put.add(note)
        return links[note]

    # The end of one name may be another: all notes are looked for at once, the longest first.
    notes = sorted({*links, *others}, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, notes)), link, raw)


def _settled(run: Run, row: Operation, before: str, after: str) -> bool:
    """The post has its file; a text that somebody had changed on the forum before stays a difference for `verify`."""
    # An edit of the last post moves its topic to the top of the list.
    run.client.put(f"/t/{row.topic_id}/reset-bump-date.json")
    if digest(normalise_raw(before)) == row.digest:
        run.journal.rewritten(row.ref, row.part, digest(normalise_raw(after)))
    return True


def _spellings(use: _Use, short_url: str, words: Words) -> dict[str, str]:
    """What may stand for the file in a post, and what is to stand there instead."""
    return {
        file_note(label, use.file.size, words): file_link(label, use.file, short_url, image=image)
        for label, image in _labels(use.text, use.file)
    }


def _notes_of_others(use: _Use) -> frozenset[str]:
    return frozenset(
        file_note(label, file.size, words_of(language))
        for file in use.others
        for label, _ in _labels(use.text, file)
        for language in languages()
    )


def _labels(text: str, file: AttachmentRef) -> list[tuple[str, bool]]:
    """The names that a message gives a file, and whether as those of a picture; its own name goes first."""
    found = [(file.filename, True)]
    for image, label in re.findall(_LABEL.format(file.sha256), text):
        found.append((unescape(label) or file.filename, bool(image)))
    return list(dict.fromkeys(found))
