"""A whole account asked of the Marketing API: paged, patient, going on where it stopped, and never showing the key."""

import traceback
from urllib.parse import parse_qs, urlsplit

import pytest

from importers.mailchimp import MailchimpImporter, account
from migrate.archive import Archive
from migrate.errors import InputError
from migrate.ingest import ingest
from migrate.sources import Options
from tests.importers.mailchimp_server import KEY, Account, serving
from tests.importers.newsletters import codes, lost, members, messages, records
from tests.importers.test_mailchimp_json import campaign, content


@pytest.fixture
def api(monkeypatch):
    """An account with two campaigns, its address and key in the environment; waiting takes no time."""
    there = Account(campaigns=[campaign(1), campaign(2, "Summer")])
    there.contents = {f"{number:010x}": content(number, f"Text {number}.") for number in (1, 2)}
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda seconds: None)
    with serving(there) as url:
        monkeypatch.setenv("MAILCHIMP_API_KEY", KEY)
        monkeypatch.setenv("MAILCHIMP_API_URL", url)
        account._client.cache_clear()
        yield there
    account._client.cache_clear()


def read(archive: Archive, **options: str) -> tuple[int, int]:
    """How many messages an import of the account read, and how many were new."""
    said = Options({"api": ("",)} | {name: (value,) for name, value in options.items()})
    counts = ingest(archive, MailchimpImporter(), [], said, workers=1)
    return counts.read, counts.new


def test_an_account_becomes_messages(api):
    api.folders = [{"id": "f1", "name": "Letters"}]
    api.campaigns[0]["settings"]["folder_id"] = "f1"
    found = records(api="")
    assert [(message.key, message.title, message.body) for message in messages(found)] == [
        ("mailchimp:0000000001", "Spring", "Text 1."),
        ("mailchimp:0000000002", "Summer", "Text 2."),
    ]
    assert next(record for record in found if getattr(record, "labels", ())).labels == ("Letters",)  # type: ignore[union-attr]  # only threads have labels


def test_pages_are_asked_for_until_there_are_no_more(api, monkeypatch):
    monkeypatch.setattr("importers.mailchimp.client.PAGE", 3)
    api.campaigns = [campaign(number, f"Issue {number}") for number in range(1, 8)]
    api.contents = {f"{number:010x}": content(number, f"Text {number}.") for number in range(1, 8)}
    assert len(messages(records(api=""))) == 7
    offsets = [parse_qs(urlsplit(path).query)["offset"][0] for path in api.asked if path.startswith("/3.0/campaigns?")]
    assert offsets == ["0", "3", "6"]


def test_a_second_run_asks_for_no_text_again_and_adds_what_is_new(api, tmp_path):
    with Archive.open(tmp_path / "m.sqlite3", mode="create") as archive:
        assert read(archive) == (2, 2)
        api.asked.clear()
        api.campaigns.append(campaign(3, "Autumn"))
        api.contents[f"{3:010x}"] = content(3, "Text 3.")
        assert read(archive) == (3, 1)
    assert [path for path in api.asked if "/content" in path] == ["/3.0/campaigns/0000000003/content"]


def test_a_run_that_was_stopped_goes_on(api, tmp_path):
    with Archive.open(tmp_path / "m.sqlite3", mode="create") as archive:
        api.failures = [("0000000002/content", 500)] * 5
        with pytest.raises(InputError, match="What was read before is kept"):
            read(archive)
        assert archive.db.execute("SELECT count(*) FROM message").fetchone() == (1,)
        api.asked.clear()
        assert read(archive) == (2, 1)
    assert not any("0000000001/content" in path for path in api.asked)


@pytest.mark.parametrize("status", [429, 500, 503, 1])
def test_what_passes_is_waited_for(api, status):
    api.failures = [("/campaigns", status), ("/content", status), ("/content", status)]
    assert len(messages(records(api=""))) == 2


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "does not accept the API key"), (403, "owner or admin"), (400, "refused"), (429, "429"), (503, "503")],
)
def test_what_does_not_pass_is_told_plainly_without_the_key(api, status, words):
    api.failures = [("/campaigns", status)] * 9
    with pytest.raises(InputError, match=words) as error:
        records(api="")
    assert KEY not in "".join(traceback.format_exception(error.value))
    assert len([path for path in api.asked if path.startswith("/3.0/campaigns?")]) == (5 if status in (429, 503) else 1)


def test_a_campaign_whose_text_is_gone_costs_itself(api):
    del api.contents["0000000001"]
    found = records(api="")
    assert [message.title for message in messages(found)] == ["Summer"]
    assert codes(found)["campaign-without-text"] == 1 and lost(found) == 1


def test_what_was_not_sent_is_counted_and_never_asked_for(api):
    api.campaigns[0]["status"] = "save"
    found = records(api="")
    assert codes(found)["campaign-not-sent"] == 1 and lost(found) == 1
    assert not any("0000000001/content" in path for path in api.asked)


def test_what_was_sent_again_is_one_message(api):
    api.campaigns = [campaign(1), campaign(2)]
    api.contents["0000000002"] = content(1, "Text 1.")
    found = records(api="")
    assert {message.key for message in messages(found)} == {"mailchimp:0000000001"}
    assert codes(found)["campaign-resent"] == 1


def people(*standings: str) -> list[dict[str, object]]:
    opted = "2020-01-01T00:00:00+00:00"
    return [
        {"email_address": f"m{n}@example.org", "status": status, "timestamp_opt": opted}
        for n, status in enumerate(standings)
    ]


def test_contacts_are_counted_without_being_asked_for(api):
    api.audiences = {"aabbccddee": people("subscribed", "subscribed", "cleaned", "unsubscribed")}
    found = records(api="")
    assert members(found) == {} and "2 subscribed, 1 unsubscribed, 1 cleaned; only counted" in repr(found)
    assert not any("/members" in path for path in api.asked)


def test_members_are_those_who_subscribed_and_nothing_else_is_asked_of_them(api, monkeypatch):
    monkeypatch.setattr("importers.mailchimp.account.PAGE", 2)
    monkeypatch.setattr("importers.mailchimp.client.PAGE", 2)
    api.audiences = {"aabbccddee": people("subscribed", "cleaned", "unsubscribed", "pending", "archived", "subscribed")}
    assert members(records(api="", members="invite-list")) == {
        "m0@example.org": "invite",
        "m1@example.org": "never",
        "m2@example.org": "never",
        "m3@example.org": "never",
        "m4@example.org": "never",
        "m5@example.org": "invite",
    }
    for path in api.asked:
        if "/members" in path:
            fields = parse_qs(urlsplit(path).query)["fields"][0]
            assert not any(word in fields for word in ("ip", "rating", "location", "note"))


@pytest.mark.parametrize(
    "key", ["", "short-us5", KEY[:-4], f"{KEY}.evil.example", "0123456789abcdef0123456789abcdef-evil.example/x?"]
)
def test_a_key_that_is_none_goes_nowhere(api, monkeypatch, key):
    monkeypatch.setenv("MAILCHIMP_API_KEY", key)
    with pytest.raises(InputError, match="MAILCHIMP_API_KEY") as error:
        records(api="")
    assert api.asked == []
    assert not key or key not in str(error.value)


def test_the_key_is_not_sent_unencrypted_to_another_machine(api, monkeypatch):
    monkeypatch.setenv("MAILCHIMP_API_URL", "http://mailchimp.example/3.0")
    with pytest.raises(InputError, match="https"):
        records(api="")


def test_neither_key_nor_addresses_reach_archive_and_findings(api, tmp_path):
    api.audiences = {"aabbccddee": people("cleaned", "unsubscribed")}
    with Archive.open(tmp_path / "m.sqlite3", mode="create") as archive:
        read(archive, members="placeholders")
        whole = "\n".join(archive.db.iterdump())
    assert KEY not in whole and KEY[:32] not in whole
    assert "@example.org" not in whole
