"""The whole way of a small list: import, doctor, a trial, the push, verify, undo; on any Discourse.

It is safe on a forum in use: what it sends has keys and names of its own that no other run has, stands in a category
that only staff can read, and is removed at the end, also when something fails on the way. It stops before it sends
anything where the forum could send e-mail; the addresses it makes up can receive none (RFC 2606).
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from migrate.discourse.api.client import Client
from migrate.sandbox import Sandbox
from tests.discourse.community import dump
from tests.live.conftest import Site

MINUTES = 20  # a forum with Discourse's own limits takes 60 requests a minute

PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="


class Trip:
    """One run: its names, its folder, the forum."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.run = secrets.token_hex(4)
        self.site = site
        self.category = f"migrate test {self.run}"
        self._folder = folder
        folder.joinpath("list.mbox").write_text(_mbox(self.run), "utf-8")
        rule = f'[[rule]]\ncategory = "{self.category}"\nread = ["staff"]\n'
        folder.joinpath("mapping.toml").write_text(rule, "utf-8")

    def migrate(self, *arguments: str, expect: tuple[int, ...] = (0,)) -> dict[str, Any]:
        """Run a command as a script would, and give the object it prints."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DISCOURSE", "MIGRATE"))}
        done = subprocess.run(
            [sys.executable, "-m", "migrate", *arguments, "--json"],
            cwd=self._folder,
            env=inherited | self.site.environment,
            capture_output=True,
            text=True,
            timeout=MINUTES * 60,
        )
        assert done.returncode in expect, (
            f"migrate {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
        )
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    def topics(self) -> list[int]:
        """The topics of this run, as the forum lists them for its administrators."""
        client = self.client()
        there = client.read("/site.json")["categories"]
        found = next((item for item in there if item["name"] == self.category), None)
        if found is None:
            return []
        listed = client.read(f"/c/{found['slug']}/{found['id']}.json")["topic_list"]["topics"]
        return [topic["id"] for topic in listed if not found["topic_url"].endswith(f"/{topic['id']}")]

    def accounts(self) -> list[str]:
        """The user names of this run's people."""
        listed = self.client().read("/admin/users/list/all.json", filter=self.run, show_emails="true").body
        return [item["username"] for item in listed]

    def client(self) -> Client:
        return Client(self.site.url, self.site.key, self.site.username)


@pytest.mark.timeout(MINUTES * 60)
def test_there_and_back_again(site: Site, tmp_path: Path) -> None:
    trip = Trip(tmp_path, site)
    refuse_where_mail_could_leave(trip)
    before = dump(site.url, site.key) if site.is_sandbox else None
    try:
        there(trip)
    finally:
        undone = trip.migrate("undo", "--to", site.url, "--yes", "--also-answered", expect=(0, 1))
    assert undone["left"] == []
    assert (trip.topics(), trip.accounts()) == ([], [])
    if before is not None:
        assert dump(site.url, site.key) == before


def there(trip: Trip) -> None:
    """Everything up to the undo."""
    url, mapping = trip.site.url, ("--mapping", "mapping.toml")
    assert trip.migrate("import", "mbox", "list.mbox")["new"] == 9
    trip.migrate("doctor", "--to", url)
    trial = trip.migrate("push", "--to", url, "--limit", "1", *mapping)
    assert trial["created"]["topic"] == 1
    verified = trip.migrate("verify", "--to", url)
    assert (verified["checked"], verified["missing"], verified["different"]) == (5, 0, 0)
    assert (verified["not_chosen"], verified["not_sent"]) == (4, 0)

    pushed = trip.migrate("push", "--to", url)
    assert (pushed["created"]["topic"], pushed["already"], pushed["refused"]) == (1, 5, 0)
    assert len(trip.topics()) == 2
    assert len(trip.accounts()) == 3
    for topic in trip.topics():
        assert requests.get(f"{url}/t/{topic}.json", timeout=60).status_code in (403, 404)  # nobody else sees it

    verified = trip.migrate("verify", "--to", url)
    assert verified["examples"] == []
    assert (verified["checked"], verified["missing"], verified["extra"], verified["different"]) == (9, 0, 0, 0)
    assert trip.migrate("push", "--to", url)["created"] == {}


def refuse_where_mail_could_leave(trip: Trip) -> None:
    """Ends the test where the forum could send mail, before anything is sent."""
    settings = trip.client().read("/admin/site_settings.json")["site_settings"]
    value = next((item["value"] for item in settings or [] if item["setting"] == "disable_emails"), None)
    if value not in ("yes", "non-staff"):
        pytest.fail(f"{trip.site.url} could send e-mail (disable_emails is {value!r}): set it to yes for this test.")


def test_it_stops_where_mail_could_leave(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "forum.sqlite3") as plain:
        before = dump(plain.url, plain.key)
        trip = Trip(tmp_path, Site(plain.url, plain.key, plain.admin_username, is_sandbox=True))
        with pytest.raises(pytest.fail.Exception, match="disable_emails"):
            refuse_where_mail_could_leave(trip)
        trip.migrate("import", "mbox", "list.mbox")
        assert "disable_emails" in trip.migrate("push", "--to", plain.url, expect=(3,))["error"]
        assert dump(plain.url, plain.key) == before


def _mbox(run: str) -> str:
    """Two threads of three people: answers, quotes, twins, a picture."""
    picture = (
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=X\n\n--X\nContent-Type: text/plain\n\n"
        "The plan is attached.\n--X\nContent-Type: image/png; name=plan.png\nContent-Disposition: attachment;"
        f" filename=plan.png\nContent-Transfer-Encoding: base64\n\n{PICTURE}\n--X--"
    )
    first = [
        (0, None, "\nWhen do you sow beans?"),
        (1, 0, "\nAnn wrote:\n> When do you sow beans?\n\nIn May, after the last frost."),
        (2, 0, "\n+1"),
        (2, 0, "\n+1"),
        (0, 1, picture),
    ]
    second = [
        (1, None, "\nWho has a spade to lend?"),
        (2, 0, "\nI have."),
        (0, 1, "\nSo have I."),
        (1, 1, "\nThank you!"),
    ]
    threads = [("Sowing beans", first), ("A spade", second)]
    return "".join(_mails(run, number, title, mails) for number, (title, mails) in enumerate(threads))


def _mails(run: str, thread: int, title: str, mails: list[tuple[int, int | None, str]]) -> str:
    people = [f"Test {name} {run} <{name.lower()}.{run}@import.invalid>" for name in ("Ann", "Ben", "Cem")]
    text = ""
    for number, (author, parent, body) in enumerate(mails):
        answers = "" if parent is None else f"In-Reply-To: <{thread}.{parent}.{run}@lists.invalid>\n"
        subject = title if parent is None else f"Re: {title}"
        text += (
            f"From x@lists.invalid Mon May  5 10:{number:02}:00 2003\nFrom: {people[author]}\nSubject: {subject}\n"
            f"Date: Mon, 0{5 + thread} May 2003 10:{number:02}:00 +0000\nList-Id: <test-{run}.lists.invalid>\n"
            f"Message-ID: <{thread}.{number}.{run}@lists.invalid>\n{answers}{body}\n\n"
        )
    return text
