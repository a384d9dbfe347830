"""What the doctor finds on a forum, what it changes there, and that it leaves nothing behind."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import pytest
import requests
from requests.adapters import HTTPAdapter

from migrate.archive import Archive
from migrate.discourse.api.client import Client
from migrate.discourse.doctor.changes import restore, settings_to_restore
from migrate.discourse.doctor.doctor import Diagnosis, examine, examine_for, in_brief
from migrate.discourse.doctor.needs import FileKind, Needs
from migrate.discourse.doctor.probes import CATEGORY, clear_up, try_out
from migrate.discourse.doctor.settings import advise, missing
from migrate.discourse.facts import admin_settings, known_targets, open_target
from migrate.discourse.status import status
from migrate.errors import TargetError
from migrate.model import AttachmentRef, Record, Thread
from migrate.plan import Choices, Selection
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, dump, make_archive, message
from tests.discourse.pushing import client_of, pushed, setting

VERSIONS = ("2.9", "2026")


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Sandbox]:
    """A forum as it is installed."""
    with Sandbox(tmp_path / "fresh.sqlite3") as sandbox:
        yield sandbox


def examined(archive: Archive, forum: Sandbox, *, change: bool = False) -> Diagnosis:
    client = client_of(forum)
    return examine_for(archive, client, open_target(archive, client), change=change)


def states(diagnosis: Diagnosis) -> dict[str, str]:
    return {check.name: check.state for check in diagnosis.checks}


def text(diagnosis: Diagnosis, name: str) -> str:
    return next(check.text for check in diagnosis.checks if check.name == name)


def settings_of(forum: Sandbox) -> dict[str, str]:
    return admin_settings(client_of(forum))


def new_key(forum: Sandbox, **asked: Any) -> str:
    key = client_of(forum).create("/admin/api/keys.json", {"key": {"description": "x", **asked}})["key"]
    return str(key["key"])


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
    with make_archive(tmp_path / "a.sqlite3", _with_files("a.pdf")) as archive:
        examined(archive, fresh, change=True)
    with make_archive(tmp_path / "a.sqlite3", _with_files("b.odt")) as archive:
        examined(archive, fresh, change=True)
        assert settings_of(fresh)["authorized_extensions"] == before + "|pdf|odt"
        restore(archive, client_of(fresh), known_targets(archive)[0])
        assert settings_of(fresh)["authorized_extensions"] == before


def test_a_crash_at_any_request_of_apply_and_restore_loses_no_old_value(tmp_path: Path, fresh: Sandbox) -> None:
    before = settings_of(fresh) | {"embed_truncate": "false", "embed_unlisted": "false"}
    for name in ("embed_truncate", "embed_unlisted"):
        setting(fresh, name, "false")
    with make_archive(tmp_path / "a.sqlite3", _with_files("a.pdf")) as archive:
        target = open_target(archive, client_of(fresh))
        for at in range(1, 12):
            with pytest.raises(SystemExit):
                examine_for(archive, dying(fresh, at), target, change=True)
            with suppress(SystemExit):
                restore(archive, dying(fresh, 1 + at // 3), target)
            restore(archive, client_of(fresh), target)
            assert settings_of(fresh) == before, at


def test_a_refused_change_is_told_and_not_remembered(tmp_path: Path, fresh: Sandbox) -> None:
    with make_archive(tmp_path / "a.sqlite3", _with_files("a.png", size=300 * 1024 * 1024)) as archive:
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


def test_names_categories_and_files_of_the_archive(archive: Archive, forum: Sandbox) -> None:
    client = client_of(forum)
    client.create("/categories.json", {"name": "Gardeners", "color": "112233", "text_color": "FFFFFF"})
    person = {"name": "X", "username": "ann_lee", "email": "x@example.net", "password": "x" * 20, "active": True}
    client.create("/users.json", person)
    setting(forum, "authorized_extensions", "png")
    diagnosis = examined(archive, forum)
    assert "1 to be made; 1 there already and used: Gardeners" in text(diagnosis, "categories")
    assert "1 name is taken and gets a number" in text(diagnosis, "names")
    assert ".txt 1 (19 Bytes)" in text(diagnosis, "uploads")
    assert next(item.wanted for item in diagnosis.settings if item.name == "authorized_extensions") == "png|txt"


def test_after_a_push_everything_is_there_already(archive: Archive, forum: Sandbox) -> None:
    pushed(archive, forum)
    diagnosis = examined(archive, forum)
    assert "0 to be made" in text(diagnosis, "names")
    assert "2 there already" in text(diagnosis, "categories")


def test_a_category_in_which_posts_wait_for_approval_is_told(archive: Archive, forum: Sandbox) -> None:
    class Moderated(HTTPAdapter):
        def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
            answer = super().send(request, *args, **kwargs)
            if request.path_url.endswith("/show.json"):
                answer._content = answer.content.replace(
                    b'"custom_fields":{}', b'"custom_fields":{"require_reply_approval":true}'
                )
            return answer

    client = client_of(forum)
    client.create("/categories.json", {"name": "Gardeners", "color": "112233", "text_color": "FFFFFF"})
    client._session.mount("http://", Moderated())
    diagnosis = examine_for(archive, client, open_target(archive, client))
    assert states(diagnosis)["categories"] == "to do"
    assert "Gardeners" in text(diagnosis, "categories")


def test_programs_are_left_for_people_to_allow(tmp_path: Path, fresh: Sandbox) -> None:
    with make_archive(tmp_path / "a.sqlite3", _with_files("SETUP.EXE")) as archive:
        diagnosis = examined(archive, fresh, change=True)
        assert "exe" not in settings_of(fresh)["authorized_extensions"]
        assert diagnosis.is_ready
        assert ".exe 1" in text(diagnosis, "uploads")


def test_a_long_message_raises_the_limit(tmp_path: Path, fresh: Sandbox) -> None:
    records: list[Record] = [
        Thread(key="one", source=GARDENERS.key, title="One"),
        message("a", "one", body="word " * 8000),
    ]
    with make_archive(tmp_path / "a.sqlite3", records) as archive:
        examined(archive, fresh, change=True)
        assert settings_of(fresh)["max_post_length"] == "44000"


def test_a_push_refuses_while_people_could_be_mailed(archive: Archive, fresh: Sandbox) -> None:
    with pytest.raises(TargetError, match=f"migrate doctor --to {fresh.url} --apply"):
        pushed(archive, fresh)
    assert pushed(archive, fresh, allow_emails=True).created["topic"] == 9


def test_a_busy_minute_shows_that_the_limit_was_raised(archive: Archive, forum: Sandbox) -> None:
    assert states(examined(archive, forum))["duration"] == "cannot tell"
    pushed(archive, forum)
    (target,) = known_targets(archive)
    with archive.transaction() as db:
        db.execute("UPDATE operation SET sent_at = 60000")
        db.execute(
            "INSERT INTO operation (target_id, kind, ref, part, generation, state, attempts, sent_at)"
            " WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
            " SELECT ?, 'permalink', i, 0, 1, 'done', 1, 60001 FROM n",
            (target.id,),
        )
    assert states(examined(archive, forum))["duration"] == "ok"


def _with_files(name: str, size: int = 3) -> list[Record]:
    """A message with one file, named so; of a large one only the size is told."""
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    item = AttachmentRef(sha256=sha256, filename=name, media_type="application/octet-stream", size=size)
    return [
        Thread(key=name, source=GARDENERS.key, title=name),
        message(name, name, attachments=(item,)),
    ]


def test_tags_need_room_and_rights(tmp_path: Path, fresh: Sandbox) -> None:
    tags = ("allotments", "a-tag-that-is-longer-than-twenty", "c", "d", "e", "f")
    mapping = f"""[[rule]]\ncategory = "Gardens"\ntags = [{", ".join(f'"{tag}"' for tag in tags)}]"""
    records: list[Record] = [Thread(key="one", source=GARDENERS.key, title="Огород"), message("a", "one")]
    setting(fresh, "tagging_enabled", "false")
    setting(fresh, "min_trust_level_to_tag_topics", "1")
    with make_archive(tmp_path / "a.sqlite3", records) as archive:
        client = client_of(fresh)
        target = open_target(archive, client, choices=Choices(mapping=mapping))
        diagnosis = examine_for(archive, client, target)
        assert states(diagnosis)["tags"] == "to do"
        wanted = {advice.name: advice.wanted for advice in diagnosis.settings}
        assert wanted["tagging_enabled"] == "true"
        assert (wanted["max_tags_per_topic"], wanted["max_tag_length"]) == ("6", "32")
        assert wanted["min_trust_level_to_tag_topics"] == "0"
        assert wanted["slug_generation_method"] == "encoded"
        diagnosis = examine_for(archive, client, target, change=True)
        assert "6 to be made" in text(diagnosis, "tags")
        assert settings_of(fresh)["slug_generation_method"] == "ascii"  # for people to decide


def test_signing_up_matters_only_where_accounts_are_to_be_made(archive: Archive, fresh: Sandbox) -> None:
    setting(fresh, "disable_emails", "yes")
    about_accounts = {"allow_new_registrations", "max_new_accounts_per_registration_ip"}

    def told(authors: Literal["placeholders", "byline"] = "placeholders") -> set[str]:
        client = client_of(fresh)
        target = open_target(archive, client, choices=Choices(authors=authors))
        return {advice.name for advice in examine_for(archive, client, target).settings} & about_accounts

    assert told() == {"max_new_accounts_per_registration_ip"}
    examined(archive, fresh, change=True)
    pushed(archive, fresh)
    setting(fresh, "max_new_accounts_per_registration_ip", "3")
    setting(fresh, "allow_new_registrations", "false")
    assert told() == set()
    assert told("byline") == about_accounts  # the one account that posts for all


def test_a_mapping_is_looked_at_with_its_groups_and_not_remembered(archive: Archive, forum: Sandbox) -> None:
    client = client_of(forum)

    def looked_at(mapping: str) -> Diagnosis:
        return examine_for(archive, client, open_target(archive, client, choices=Choices(mapping=mapping)))

    private = '[[rule]]\nsource = "bakers*"\nprivate = true\nread = "%s"\nparent = "Lists"\n'
    assert text(looked_at(private % "staff"), "categories") == "Categories: 3 to be made."
    assert states(looked_at(private % "Staff"))["groups"] == "ok"
    lacking = looked_at(private % "board")
    assert states(lacking)["groups"] == "to do"
    assert "no such group: board (to read Bakers & Co). Make it at" in text(lacking, "groups")
    assert not lacking.is_ready
    assert text(examined(archive, forum), "categories") == "Categories: 2 to be made."


def test_what_a_forum_does_not_show_is_told_and_other_names_of_it_count() -> None:
    shown = {"disable_emails": "yes", "approve_unless_allowed_groups": "10", "approve_post_count": "0"}
    hidden = missing(shown)
    assert "allow_new_registrations" in hidden
    assert not {"disable_emails", "approve_unless_trust_level", "approve_unless_allowed_groups"} & set(hidden)


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("disable_emails", "no", "yes"),
        ("disable_emails", "non-staff", None),
        ("approve_unless_allowed_groups", "", "10"),
        ("approve_unless_allowed_groups", "3|11", "3|11|10"),
        ("approve_unless_allowed_groups", "0", None),
        ("authorized_extensions", "*", None),
        ("authorized_extensions", ".PDF|png", None),
        ("authorized_extensions", "png", "png|pdf"),
        ("max_attachment_size_kb", "1", "3"),
        ("max_attachment_size_kb", "3", None),
        ("max_attachment_size_kb", "odd", None),
        ("max_post_length", "32000", "150000"),
        ("embed_truncate", "true", "false"),
        ("something_else", "x", None),
    ],
)
def test_what_a_setting_should_be(name: str, value: str, wanted: str | None) -> None:
    needs = Needs(longest_text=500_000, files=(FileKind("pdf", 1, 3000, 3000), FileKind("exe", 1, 9000, 9000)))
    found = {advice.name: advice.wanted for advice in advise({name: value}, needs)}
    assert found.get(name) == wanted


def test_it_says_which_figures_are_of_the_trial(archive: Archive, fresh: Sandbox) -> None:
    client = client_of(fresh)
    whole = examine_for(archive, client, open_target(archive, client))
    assert "trial" not in {check.name for check in whole.checks}
    target = open_target(archive, client, choices=Choices(selection=Selection(limit=2)))
    (told,) = (check.text for check in examine_for(archive, client, target).checks if check.name == "trial")
    assert "for the trial of 2 topics" in told
    assert "for all 9" in told
