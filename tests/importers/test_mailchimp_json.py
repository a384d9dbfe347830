"""JSON files of Mailchimp's Marketing API, in whatever form somebody kept its answers."""

import json
from datetime import UTC, datetime

import pytest

from importers.mailchimp import MailchimpImporter
from migrate.model import Thread
from tests.importers.newsletters import codes, lost, members, messages, page, records


def campaign(number: int, subject: str = "Spring", **more: object) -> dict[str, object]:
    """A campaign as the API describes it."""
    described: dict[str, object] = {
        "id": f"{number:010x}",
        "web_id": 500 + number,
        "type": "regular",
        "status": "sent",
        "send_time": f"2021-01-{number:02}T10:00:00+00:00",
        "archive_url": f"http://eepurl.com/x{number}",
        "long_archive_url": f"https://us5.campaign-archive.com/?u=1&id={number:010x}",
        "recipients": {"list_id": "aabbccddee", "list_name": "Gardeners", "recipient_count": 20},
        "settings": {"subject_line": subject, "title": "Internal", "from_name": "Mira", "reply_to": "mira@example.org"},
        "_links": [{"rel": "self", "href": f"https://us5.api.mailchimp.com/3.0/campaigns/{number:010x}"}],
    }
    return described | more


def content(number: int, words: str, **more: object) -> dict[str, object]:
    """A campaign's content as the API answers it."""
    answer: dict[str, object] = {
        "plain_text": words,
        "html": page(f"{words} *|FNAME|*"),
        "archive_html": page(words),
        "_links": [{"rel": "self", "href": f"https://us5.api.mailchimp.com/3.0/campaigns/{number:010x}/content"}],
    }
    return answer | more


def lines(*things: object) -> str:
    return "".join(f"{json.dumps(thing)}\n" for thing in things)


FORMS = {
    "one page and contents apart": {
        "campaigns.json": json.dumps({"campaigns": [campaign(1), campaign(2, "Summer")], "total_items": 2}),
        "contents.json": json.dumps([content(1, "One."), content(2, "Two.")]),
    },
    "pages in a list": {
        "campaigns.json": json.dumps([{"campaigns": [campaign(1)]}, {"campaigns": [campaign(2, "Summer")]}]),
        "contents.json": json.dumps({f"{1:010x}": content(1, "One."), f"{2:010x}": content(2, "Two.")}),
    },
    "lines with the content inside": {
        "dump.jsonl": lines(
            campaign(1, content=content(1, "One.")), {"campaign": campaign(2, "Summer"), "content": content(2, "Two.")}
        ),
    },
    "a file each": {
        f"{1:010x}.json": json.dumps(campaign(1)),
        f"{2:010x}.json": json.dumps(campaign(2, "Summer")),
        f"content-{1:010x}.json": json.dumps({"html": page("One.")}),
        f"content-{2:010x}.json": json.dumps({"plain_text": "Two."}),
    },
}


@pytest.mark.parametrize("form", FORMS)
def test_whatever_form_the_answers_were_kept_in(tmp_path, form):
    for name, text in FORMS[form].items():
        (tmp_path / name).write_text(text)
    assert MailchimpImporter().detect(tmp_path)
    found = records(tmp_path)
    assert [(message.key, message.title, message.body) for message in messages(found)] == [
        ("mailchimp:0000000001", "Spring", "One."),
        ("mailchimp:0000000002", "Summer", "Two."),
    ]
    assert messages(found)[0].sent_at == datetime(2021, 1, 1, 10, tzinfo=UTC)
    assert messages(found)[0].url == "https://us5.campaign-archive.com/?u=1&id=0000000001"
    assert lost(found) == 0


def test_the_text_for_an_anonymous_reader_is_taken(tmp_path):
    (tmp_path / "d.json").write_text(json.dumps([campaign(1, content=content(1, "Dear reader."))]))
    assert messages(records(tmp_path))[0].body == "Dear reader."


@pytest.mark.parametrize(("winner", "body", "guessed"), [("b2", "Second.", 0), ("", "First.", 1)])
def test_of_variants_the_winner_is_taken(tmp_path, winner, body, guessed):
    variants = [{"content_label": "a1", "html": page("First.")}, {"content_label": "b2", "html": page("Second.")}]
    combinations = [{"id": "a1", "subject_line": 0}, {"id": "b2", "subject_line": 1}]
    settings = {
        "winning_combination_id": winner,
        "subject_lines": ["Subject A", "Subject B"],
        "combinations": combinations,
    }
    entry = campaign(1, subject="", type="variate", variate_settings=settings, content={"variate_contents": variants})
    (tmp_path / "d.json").write_text(json.dumps([entry]))
    found = records(tmp_path)
    assert [message.body for message in messages(found)] == [body]
    assert messages(found)[0].title == ("Subject B" if winner else "Subject A")
    assert codes(found)["campaign-variant-guessed"] == guessed


def test_folders_become_labels(tmp_path):
    settings = {"subject_line": "Spring", "from_name": "Mira", "folder_id": "f1"}
    (tmp_path / "campaigns.json").write_text(json.dumps([campaign(1, settings=settings, content=content(1, "One."))]))
    (tmp_path / "a-folders.json").write_text(json.dumps({"folders": [{"id": "f1", "name": "Letters", "count": 3}]}))
    (thread,) = [record for record in records(tmp_path) if isinstance(record, Thread)]
    assert thread.labels == ("Letters",)


def test_unsent_and_missing_are_counted(tmp_path):
    things = [
        campaign(1, status="save"),
        campaign(2, status="archived", send_time=""),
        campaign(3, status="archived"),
        campaign(4),
    ]
    (tmp_path / "c.json").write_text(json.dumps({"campaigns": things}))
    (tmp_path / "d.json").write_text(json.dumps([content(3, "Three.")]))
    found = records(tmp_path)
    assert [message.body for message in messages(found)] == ["Three."]
    assert (codes(found)["campaign-not-sent"], codes(found)["campaign-without-text"], lost(found)) == (2, 1, 3)


@pytest.mark.parametrize(
    "status", ["unsubscribed", "cleaned", "pending", "transactional", "archived", "Abonniert", "", None, 5]
)
def test_only_subscribed_members_may_become_people(tmp_path, status):
    opted = {"status": "subscribed", "timestamp_opt": "2020-01-01T00:00:00+00:00"}
    people = [
        {"email_address": "In@example.org", "merge_fields": {"FNAME": "Ann", "LNAME": "Lee"}, **opted},
        {"email_address": "untold@example.org", "status": "subscribed"},
        {"email_address": "out@example.org", "status": status, "merge_fields": {}},
        {"email_address": "never@example.org", "status": "subscribed", "timestamp_opt": ""},
    ]
    (tmp_path / "members.json").write_text(json.dumps({"members": people, "list_id": "aabbccddee", "total_items": 4}))
    assert members(records(tmp_path, members="invite-list")) == {
        "in@example.org": "invite",
        "untold@example.org": "never",
        "out@example.org": "never",
        "never@example.org": "never",
    }


WHOLE = json.dumps(campaign(1, content=content(1, "One.")))
DEEP = '{"a":' * 60 + "1" + "}" * 60
BROKEN = [
    f'{{"campaigns": [{WHOLE}, {{"id":',
    f'{WHOLE}\n{{"archive_url": {"[" * 100_000}',
    f"{WHOLE}\nnonsense",
    f"[{WHOLE}, {DEEP}]",
]


@pytest.mark.parametrize("text", BROKEN, ids=["cut", "deep and cut", "nonsense", "deep"])
def test_what_is_broken_costs_itself_and_is_told(tmp_path, text):
    path = tmp_path / "d.json"
    path.write_text(text)
    found = records(path)
    assert [message.body for message in messages(found)] == ["One."]
    assert codes(found)["json-broken"] == 1 and lost(found) == 1


ODD: list[object] = [[], {}, None, True, 10**30, -1, 1.5, "x\ud800\x00", ["a"], {"a": {}}]


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize(
    "name",
    [
        "id",
        "settings",
        "recipients",
        "send_time",
        "status",
        "type",
        "archive_url",
        "variate_settings",
        "content",
        "_links",
    ],
)
def test_a_value_of_another_type_costs_nothing_else(tmp_path, name, odd):
    good = campaign(2, "Summer", content=content(2, "Two."))
    (tmp_path / "d.json").write_text(json.dumps([campaign(1, content=content(1, "One.")) | {name: odd}, good]))
    found = records(tmp_path)
    assert "Two." in [message.body for message in messages(found)]
    for message in messages(found):
        assert message.title.isprintable()
        message.body.encode()


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("name", ["archive_html", "html", "plain_text", "variate_contents"])
def test_a_content_of_another_type_costs_nothing_else(tmp_path, name, odd):
    things = [campaign(1), campaign(2, "Summer"), content(1, "One.") | {name: odd}, content(2, "Two.")]
    (tmp_path / "d.json").write_text(json.dumps(things))
    assert "Two." in [message.body for message in messages(records(tmp_path))]
