"""Files: each sent right before the post that uses it, once."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from migrate.discourse.api.answers import Answer, Outcome, number_of
from migrate.discourse.compose import Resolver, human_size
from migrate.discourse.doctor.needs import FileKind, extension_of, refused_files
from migrate.discourse.push.run import TRIES, Run
from migrate.errors import TargetError
from migrate.model import AttachmentRef
from migrate.plan import TargetFacts
from migrate.text import printable

_FRESH_MS = 24 * 3600 * 1000  # the forum deletes an upload that no post uses after 48 hours
_LOCKS = [threading.Lock() for _ in range(32)]


def push_uploads(run: Run, files: list[AttachmentRef], message_key: str) -> Resolver:
    """See that the files are on the forum. Gives their short URLs by SHA-256; a refused one has a finding instead."""
    return {file.sha256: _push_upload(run, file, message_key) for file in files}.get


def why_refused(facts: TargetFacts, file: AttachmentRef) -> str | None:
    """Why a forum would not take a file, by what its settings say; None where they say nothing against it."""
    if not file.size:
        return "The forum takes no empty files."
    extension = extension_of(file.filename)
    # Settings that the forum's environment sets are not shown.
    if not facts.authorized_extensions or not refused_files((FileKind(extension, 1, file.size, file.size),), facts):
        return None
    kind = f".{printable(extension)}" if extension else "no extension"
    return (
        f"The forum takes no file of this kind and size ({kind}, {human_size(file.size)}); its settings"
        " authorized_extensions, max_image_size_kb and max_attachment_size_kb say what it takes."
    )


def _push_upload(run: Run, file: AttachmentRef, message_key: str) -> str | None:
    (ref,) = run.archive.db.execute("SELECT id FROM attachment WHERE sha256 = ?", (file.sha256,)).fetchone()
    with _LOCKS[ref % len(_LOCKS)]:  # two topics may want the same file at the same time
        row = run.journal.get("upload", ref)
        if row is not None and row.state == "done" and (_is_fresh(row.sent_at) or _is_used(run, ref)):
            return row.remote_name
        words = run.refused_files.get(ref) or why_refused(run.target.facts, file)
        if words is None:
            sent = send_file(run, ref, file)
            if isinstance(sent, Sent):
                run.journal.done("upload", ref, remote_id=sent.id, remote_name=sent.short_url)
                return sent.short_url
            words = run.refused_files[ref] = sent
        if ref not in run.told_files:
            run.told_files.add(ref)
            run.refused("upload", [ref], "upload-refused", words, messages=[message_key])
        else:
            run.find("error", "upload-refused", words, message=message_key)
        return None


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that the forum has taken."""

    id: int
    short_url: str


def send_file(run: Run, ref: int, file: AttachmentRef) -> Sent | str:
    """Send a file; the journal has it as on its way. Gives the reason where the forum does not take it."""
    run.journal.sending("upload", ref)
    answer = _send(run, file)
    if answer is None:
        return "A file's bytes are missing."
    number, short_url = number_of(answer["id"]), answer["short_url"]
    if number is None or not isinstance(short_url, str):
        return f"The forum refused a file: {answer.message}"
    run.created("upload")
    return Sent(number, short_url)


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
    """Whether a post with this file is on the forum, with all its parts: the file may belong to the last one."""
    query = (
        "SELECT 1 FROM message_attachment JOIN operation ON operation.ref = message_id AND kind = 'post'"
        " WHERE attachment_id = ? AND target_id = ? AND generation = ?"
        " GROUP BY message_id HAVING min(state = 'done') LIMIT 1"
    )
    values = (ref, run.target.id, run.target.generation)
    return run.archive.db.execute(query, values).fetchone() is not None
