"""What the doctor changes on a forum and puts back, what it tries out there, and that it leaves nothing behind."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.doctor.changes import restore
from migrate.discourse.doctor.doctor import examine, examine_for, in_brief
from migrate.discourse.doctor.probes import CATEGORY, clear_up, try_out
from migrate.discourse.facts import open_target
from migrate.discourse.known import known_targets, settings_to_restore
from migrate.discourse.status import status
from migrate.sandbox import Sandbox
from tests.discourse.community import dump, make_archive
from tests.discourse.doctoring import examined, settings_of, states, text, with_files
from tests.discourse.pushing import client_of, new_key, pushed, setting

VERSIONS = ("2.9", "2026")


class Dying(HTTPAdapter):
    """The machine goes down at the request of that number: neither it nor any later one arrives."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._left = at

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        self._left -= 1
        if self._left < 0:
            raise SystemExit
        return super().send(*args, **kwargs)


def dying(forum: Sandbox, at: int) -> Client:
    client = client_of(forum)
    client._session.mount("http://", Dying(at))
    return client


@pytest.mark.parametrize("version", VERSIONS)
def test_a_prepared_sandbox_needs_nothing(tmp_path: Path, archive: Archive, version: str) -> None:
    with Sandbox(tmp_path / "prepared.sqlite3", prepared=True, version=version) as forum:
        diagnosis = examined(archive, forum)
        assert diagnosis.is_ready
        assert {advice.kind for advice in diagnosis.settings} <= {"your decision"}
        assert set(states(diagnosis).values()) <= {"ok", "cannot tell"}
        before = settings_of(forum)
        assert examined(archive, forum, change=True).changed == []
        assert settings_of(forum) == before


@pytest.mark.parametrize("version", VERSIONS)
def test_apply_readies_a_fresh_forum_and_restore_puts_it_back(tmp_path: Path, archive: Archive, version: str) -> None:
    with Sandbox(tmp_path / "new.sqlite3", version=version) as forum:
        setting(forum, "approve_post_count", "1")
        if version == "2026":
            setting(forum, "approve_unless_allowed_groups", "3|12")
        before = settings_of(forum)
        assert not examined(archive, forum).is_ready
        assert settings_of(forum) == before  # looking changes nothing
        diagnosis = examined(archive, forum, change=True)
        assert diagnosis.is_ready
        assert {change.fate for change in diagnosis.changed} == {"done"}
        after = settings_of(forum)
        assert (after["disable_emails"], after["approve_post_count"]) == ("yes", "0")
        assert after["authorized_extensions"] == before["authorized_extensions"] + "|txt"
        if version == "2026":
            assert after["approve_unless_allowed_groups"] == "3|12|10"
        assert pushed(archive, forum).refused == 0
        (target,) = known_targets(archive)
        assert "disable_emails" in settings_to_restore(archive, target)
        assert "disable_emails" in status(archive)[0].changed_settings
        changes = restore(archive, client_of(forum), target)
        assert changes[-1].name == "disable_emails"  # the first one changed
        for_good = {"embed_truncate": "false", "embed_unlisted": "false"}
        assert settings_of(forum) == before | for_good
        assert settings_to_restore(archive, target) == []
        assert restore(archive, client_of(forum), target) == []


def test_what_somebody_else_has_set_since_is_left_alone(archive: Archive, fresh: Sandbox) -> None:
    examined(archive, fresh, change=True)
    setting(fresh, "disable_emails", "non-staff")
    (target,) = known_targets(archive)
    fates = {change.name: (change.fate, change.words) for change in restore(archive, client_of(fresh), target)}
    assert fates["disable_emails"] == ("kept", "non-staff")
    assert settings_of(fresh)["disable_emails"] == "non-staff"
    assert fates["max_new_accounts_per_registration_ip"][0] == "done"
    assert settings_to_restore(archive, target) == []


def test_a_grown_archive_widens_again_and_all_is_put_back(tmp_path: Path, fresh: Sandbox) -> None:
    before = settings_of(fresh)["authorized_extensions"]
    with make_archive(tmp_path / "a.sqlite3", with_files("a.pdf")) as archive:
        examined(archive, fresh, change=True)
    with make_archive(tmp_path / "a.sqlite3", with_files("b.odt")) as archive:
        examined(archive, fresh, change=True)
        assert settings_of(fresh)["authorized_extensions"] == before + "|pdf|odt"
        restore(archive, client_of(fresh), known_targets(archive)[0])
        assert settings_of(fresh)["authorized_extensions"] == before


def test_a_crash_at_any_request_of_apply_and_restore_loses_no_old_value(tmp_path: Path, fresh: Sandbox) -> None:
    before = settings_of(fresh) | {"embed_truncate": "false", "embed_unlisted": "false"}
    for name in ("embed_truncate", "embed_unlisted"):
        setting(fresh, name, "false")
    with make_archive(tmp_path / "a.sqlite3", with_files("a.pdf")) as archive:
        target = open_target(archive, client_of(fresh))
        for at in range(1, 12):
            with pytest.raises(SystemExit):
                examine_for(archive, dying(fresh, at), target, change=True)
            with suppress(SystemExit):
                restore(archive, dying(fresh, 1 + at // 3), target)
            restore(archive, client_of(fresh), target)
            assert settings_of(fresh) == before, at


def test_a_refused_change_is_told_and_not_remembered(tmp_path: Path, fresh: Sandbox) -> None:
    with make_archive(tmp_path / "a.sqlite3", with_files("a.png", size=300 * 1024 * 1024)) as archive:
        diagnosis = examined(archive, fresh, change=True)
        (refused,) = [change for change in diagnosis.changed if change.fate == "refused"]
        assert refused.name == "max_image_size_kb"
        assert "between" in refused.words
        assert "max_image_size_kb" not in settings_to_restore(archive, known_targets(archive)[0])
        assert states(diagnosis)["uploads"] == "to do"


def test_the_try_out_leaves_nothing(archive: Archive, forum: Sandbox) -> None:
    before = dump(forum.url, forum.key)
    assert all(try_out(client_of(forum)).works.values())
    assert dump(forum.url, forum.key) == before


def test_members_never_see_the_try_out(forum: Sandbox) -> None:
    seen: list[Any] = []

    class Watching(HTTPAdapter):
        def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
            answer = super().send(request, *args, **kwargs)
            public = requests.get(f"{forum.url}/categories.json", timeout=10).json()["category_list"]["categories"]
            seen.extend(item["name"] for item in public)
            return answer

    client = client_of(forum)
    client._session.mount("http://", Watching())
    assert all(try_out(client).works.values())
    assert seen
    assert CATEGORY not in seen


def test_what_a_crashed_try_out_left_is_cleared_away_by_the_next_one(forum: Sandbox) -> None:
    before = dump(forum.url, forum.key)
    for at in range(1, 40):
        try:
            try_out(dying(forum, at))
        except SystemExit:
            assert all(try_out(client_of(forum)).works.values()), at
            assert dump(forum.url, forum.key) == before, at
        else:
            assert at > 10  # it came to its end: every request before was lost once
            return
    pytest.fail("the try-out never came to its end")


def test_what_somebody_put_into_its_category_is_not_deleted(forum: Sandbox) -> None:
    with pytest.raises(SystemExit):
        try_out(dying(forum, 4))
    client = client_of(forum)
    category = next(item for item in client.categories() if item["name"] == CATEGORY)
    post = {"title": "Ours", "raw": "Keep this.", "category": category["id"], "skip_validations": True}
    client.create("/posts.json", post | {"nested_post": True})
    assert CATEGORY in clear_up(client, category["id"])
    diagnosis = examine(client)
    assert states(diagnosis)["left-over"] == "to do"
    assert states(diagnosis)["topic-keys"] == "cannot tell"
    assert "Ours" in {topic["title"] for topic in dump(forum.url, forum.key)["topics"]}


def test_a_forum_that_lists_some_of_its_categories_is_left_as_it_was(forum: Sandbox) -> None:
    class Listing(HTTPAdapter):
        def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
            answer = super().send(request, *args, **kwargs)
            if request.method == "GET" and request.path_url.startswith("/categories.json"):
                answer._content = b'{"category_list": {"categories": []}}'
            return answer

    before = dump(forum.url, forum.key)
    client = client_of(forum)
    client._session.mount("http://", Listing())
    assert all(try_out(client).works.values())
    assert dump(forum.url, forum.key) == before


def test_a_forum_without_keys_for_replies_is_noted(tmp_path: Path, archive: Archive) -> None:
    with Sandbox(tmp_path / "other.sqlite3", prepared=True, ignores_reply_keys=True) as forum:
        diagnosis = examined(archive, forum)
        assert diagnosis.is_ready
        assert "found by author" in text(diagnosis, "reply-keys")
        assert known_targets(archive)[0].honours_reply_keys is False
        assert len(in_brief(diagnosis.checks)) == len(diagnosis.checks)


def test_a_forum_with_keys_for_replies_is_noted(archive: Archive, forum: Sandbox) -> None:
    diagnosis = examined(archive, forum)
    assert known_targets(archive)[0].honours_reply_keys is True
    assert len(in_brief(diagnosis.checks)) == len(diagnosis.checks) - 4


def test_keys_of_one_user_and_keys_that_may_only_read_are_told_apart(forum: Sandbox) -> None:
    one_user = examine(Client(forum.url, new_key(forum, username="admin"), "admin"))
    assert "for one user" in text(one_user, "key")
    reading = examine(Client(forum.url, new_key(forum, scopes=[{"scope_id": "global:read"}]), "admin"))
    assert "restricted" in text(reading, "key")
    assert states(reading)["topic-keys"] == "cannot tell"
    assert not one_user.is_ready
    assert not reading.is_ready
    assert "for all users" in text(examine(client_of(forum)), "key")


def test_the_system_user_may_act(forum: Sandbox) -> None:
    client = Client(forum.url, forum.key, "system")
    assert states(examine(client))["key"] == "ok"
