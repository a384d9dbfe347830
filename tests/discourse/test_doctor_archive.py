"""What the doctor says of an archive and a forum together, and of single settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
import requests
from requests.adapters import HTTPAdapter

from migrate.archive import Archive
from migrate.discourse.doctor.doctor import Diagnosis, examine_for
from migrate.discourse.doctor.needs import FileKind, Needs
from migrate.discourse.doctor.settings import advise, missing
from migrate.discourse.facts import open_target
from migrate.discourse.known import known_targets
from migrate.errors import TargetError
from migrate.model import Record, Thread
from migrate.plan import Choices, Selection
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, make_archive, message
from tests.discourse.doctoring import examined, settings_of, states, text, with_files
from tests.discourse.pushing import client_of, pushed, setting


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
    with make_archive(tmp_path / "a.sqlite3", with_files("SETUP.EXE")) as archive:
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
