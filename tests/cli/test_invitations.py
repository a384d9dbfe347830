"""`migrate import --members invite-list`: a file beside the archive, and nothing sent."""

import json

EXPORT = "subscribed_members_export_1.csv"


def test_the_command_writes_the_list_only_when_asked_and_shows_nobody(migrate, tmp_path):
    (tmp_path / EXPORT).write_text(
        "Email,CONFIRM_TIME,OPTIN_TIME\nann@example.org,2020-01-01 00:00:00,2020-01-01 00:00:00\n"
    )
    migrate("import", "mailchimp", EXPORT)
    assert not (tmp_path / "migration.invites.csv").exists()
    done = migrate("import", "mailchimp", EXPORT, "--members", "invite-list")
    assert "Addresses for invitations: 1, in migration.invites.csv. Nothing was sent to them." in done.stdout
    assert "ann@example.org" not in done.stdout + done.stderr
    assert (tmp_path / "migration.invites.csv").read_text() == "email,groups,topic_id\nann@example.org,,\n"
    told = json.loads(migrate("import", "mailchimp", EXPORT, "--members", "invite-list", "--json").stdout)
    assert told["invitations"] == {"count": 1, "left_out": 0, "file": "migration.invites.csv"}


def test_an_option_has_only_its_own_values(migrate, tmp_path):
    (tmp_path / EXPORT).write_text("Email,CONFIRM_TIME,OPTIN_TIME\nann@example.org,,\n")
    assert "everybody" in migrate("import", "mailchimp", EXPORT, "--members", "everybody", expect=2).stderr


def test_who_is_forgotten_leaves_the_list_at_once(migrate, tmp_path):
    row = "2020-01-01 00:00:00,2020-01-01 00:00:00"
    (tmp_path / EXPORT).write_text(f"Email,CONFIRM_TIME,OPTIN_TIME\nann@example.org,{row}\nben@example.org,{row}\n")
    migrate("import", "mailchimp", EXPORT, "--members", "invite-list")
    migrate("forget", "ann@example.org", "--yes")
    assert (tmp_path / "migration.invites.csv").read_text() == "email,groups,topic_id\nben@example.org,,\n"
    migrate("import", "mailchimp", EXPORT, "--members", "invite-list")
    assert "ann@" not in (tmp_path / "migration.invites.csv").read_text()


def test_the_api_needs_no_path_but_a_key(migrate):
    done = migrate("import", "mailchimp", "--api", expect=2, env={"MAILCHIMP_API_KEY": ""})
    assert "MAILCHIMP_API_KEY" in done.stderr
    migrate("import", "mailchimp", expect=2)
