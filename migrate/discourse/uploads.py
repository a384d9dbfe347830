"""Files: each sent right before the post that uses it, once."""

from __future__ import annotations

import threading
import time

from migrate.discourse.answers import Answer, Outcome
from migrate.discourse.compose import Resolver
from migrate.discourse.run import TRIES, Run
from migrate.errors import TargetError
from migrate.model import AttachmentRef

_FRESH_MS = 24 * 3600 * 1000  # the forum deletes an upload that no post uses after 48 hours
_LOCKS = [threading.Lock() for _ in range(32)]


def attachments_of(run: Run, message_id: int) -> list[AttachmentRef]:
    """The files of a message, in their order."""
    query = (
        "SELECT sha256, filename, message_attachment.media_type, size, content_id FROM message_attachment"
        " JOIN attachment ON attachment.id = attachment_id WHERE message_id = ? ORDER BY position"
    )
    return [
        AttachmentRef(sha256=row[0], filename=row[1], media_type=row[2], size=row[3], content_id=row[4])
        for row in run.archive.db.execute(query, (message_id,)).fetchall()
    ]


def push_uploads(run: Run, files: list[AttachmentRef], message_key: str) -> Resolver:
    """See that the files are on the forum. Gives their short URLs by SHA-256; a refused one has a finding instead."""
    return {file.sha256: _push_upload(run, file, message_key) for file in files}.get


def _push_upload(run: Run, file: AttachmentRef, message_key: str) -> str | None:
    (ref,) = run.archive.db.execute("SELECT id FROM attachment WHERE sha256 = ?", (file.sha256,)).fetchone()
    with _LOCKS[ref % len(_LOCKS)]:  # two topics may want the same file at the same time
        row = run.journal.get("upload", ref)
        if row is not None and row.state == "done" and (_is_fresh(row.sent_at) or _is_used(run, ref)):
            return row.remote_name
        if ref not in run.refused_files:
            run.journal.sending("upload", ref)
            answer = _send(run, file)
            if answer is not None and isinstance(answer["short_url"], str):
                run.journal.done("upload", ref, remote_id=int(answer["id"]), remote_name=answer["short_url"])
                run.created("upload")
                return str(answer["short_url"])
            words = f"The forum refused a file: {answer.message}" if answer else "A file's bytes are missing."
            run.refused_files[ref] = words
            run.refused("upload", [ref], "upload-refused", words, messages=[message_key])
        else:
            run.find("error", "upload-refused", run.refused_files[ref], message=message_key)
        return None


def _send(run: Run, file: AttachmentRef) -> Answer | None:
    """The forum's answer. The same bytes give the same upload, so sending them twice does no harm."""
    path = run.archive.attachment_path(file.sha256)
    for number in range(TRIES):
        try:
            with path.open("rb") as content:
                parts = {"file": (file.filename or "file", content.read(), file.media_type)}
        except OSError:
            return None
        parameters = {"type": "composer", "upload_type": "composer", "synchronous": "true"}
        answer = run.client.create("/uploads.json", parameters, files=parts)
        if answer.outcome is not Outcome.UNKNOWN:
            run.check_access(answer)
            return answer
        run.back_off(number)
    if answer.status == 500:
        return answer
    raise TargetError(f"{run.target.url} does not take a file of {file.size} bytes ({answer.message}).")


def _is_fresh(sent_at: int) -> bool:
    return time.time() * 1000 - sent_at < _FRESH_MS


def _is_used(run: Run, ref: int) -> bool:
    """Whether a post with this file is on the forum."""
    query = (
        "SELECT 1 FROM message_attachment JOIN operation ON operation.ref = message_id AND kind = 'post'"
        " WHERE attachment_id = ? AND target_id = ? AND generation = ? AND state = 'done' LIMIT 1"
    )
    values = (ref, run.target.id, run.target.generation)
    return run.archive.db.execute(query, values).fetchone() is not None
