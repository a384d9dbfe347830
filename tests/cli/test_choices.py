"""Whose accounts and which language, as a user chooses them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

from tests.conftest import SAMPLES

Run = Callable[..., "subprocess.CompletedProcess[str]"]
GARDENERS = SAMPLES / "mbox" / "gardeners.mbox"


def test_authors_and_language_are_remembered_for_a_forum(migrate: Run) -> None:
    migrate("import", "mbox", GARDENERS)
    created = json.loads(
        migrate("push", "--to", "sandbox", "--authors", "byline", "--lang", "de", "--limit", "2", "--json").stdout
    )["created"]
    assert (created["user"], created["topic"]) == (1, 2)
    created = json.loads(migrate("push", "--to", "sandbox", "--json").stdout)["created"]
    assert "user" not in created
    assert migrate("verify").returncode == 0


def test_a_language_without_words_is_refused_with_those_that_have_some(migrate: Run) -> None:
    migrate("import", "mbox", GARDENERS)
    done = migrate("push", "--to", "sandbox", "--lang", "tlh", expect=2)
    assert "ru, uk, zh" in " ".join(done.stderr.split())


def test_choices_about_sending_need_a_forum(migrate: Run) -> None:
    done = migrate("import", "mbox", GARDENERS, "--authors", "byline", expect=2)
    assert "--to URL" in " ".join(done.stderr.split())
