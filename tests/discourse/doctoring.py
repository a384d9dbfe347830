"""Asking the doctor from tests, and reading what it says."""

from __future__ import annotations

import hashlib

from migrate.archive import Archive
from migrate.discourse.doctor.doctor import Diagnosis, examine_for
from migrate.discourse.facts import admin_settings, open_target
from migrate.model import AttachmentRef, Record, Thread
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, message
from tests.discourse.pushing import client_of


def examined(archive: Archive, forum: Sandbox, *, change: bool = False) -> Diagnosis:
    client = client_of(forum)
    return examine_for(archive, client, open_target(archive, client), change=change)


def states(diagnosis: Diagnosis) -> dict[str, str]:
    return {check.name: check.state for check in diagnosis.checks}


def text(diagnosis: Diagnosis, name: str) -> str:
    return next(check.text for check in diagnosis.checks if check.name == name)


def settings_of(forum: Sandbox) -> dict[str, str]:
    return admin_settings(client_of(forum))


def with_files(name: str, size: int = 3) -> list[Record]:
    """A message with one file, named so; of a large one only the size is told."""
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    item = AttachmentRef(sha256=sha256, filename=name, media_type="application/octet-stream", size=size)
    return [
        Thread(key=name, source=GARDENERS.key, title=name),
        message(name, name, attachments=(item,)),
    ]
