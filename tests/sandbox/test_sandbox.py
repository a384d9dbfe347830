"""Starting, stopping, and what must survive it."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from migrate.errors import MigrateError
from migrate.sandbox import Sandbox

from .conftest import Client


def test_the_forum_and_its_key_survive_a_restart(data: Path) -> None:
    with Sandbox(data) as first:
        client = Client(first)
        topic = client.topic("Kept", external_id="kept-1")
        short = client.upload("a.gif", b"GIF89a\x01\x00\x01\x00").json()["short_url"]
        client.send("PUT", "/admin/site_settings/title.json", json={"title": "My forum"})
    with Sandbox(data) as second:
        again = Client(second)
        assert second.key == first.key
        assert again.send("GET", f"/t/{topic}.json").json()["external_id"] == "kept-1"
        assert again.send("GET", "/site/basic-info.json").json()["title"] == "My forum"
        found = again.send("POST", "/uploads/lookup-urls.json", json={"short_urls": [short]}).json()
        assert again.send("GET", found[0]["short_path"]).status_code == 302
        assert requests.get("http:" + found[0]["url"], timeout=30).content.startswith(b"GIF89a")


def test_a_given_key_replaces_the_old_one(data: Path) -> None:
    with Sandbox(data) as first:
        old = first.key
    with Sandbox(data, api_key="chosen") as second:
        client = Client(second)
        assert client.send("GET", "/session/current.json").status_code == 200
        refused = client.send("GET", "/about.json", headers={"Api-Key": old})
        assert refused.status_code == 403


def test_a_new_one_has_the_settings_of_discourse_and_a_prepared_one_those_of_a_migration(tmp_path: Path) -> None:
    def values(sandbox: Sandbox) -> dict[str, str]:
        listed = Client(sandbox).send("GET", "/admin/site_settings.json").json()["site_settings"]
        return {item["setting"]: item["value"] for item in listed}

    with Sandbox(tmp_path / "new.sqlite3") as sandbox:
        found = values(sandbox)
        assert (found["disable_emails"], found["embed_truncate"]) == ("no", "true")
        assert found["max_attachment_size_kb"] == "4096"
    with Sandbox(tmp_path / "ready.sqlite3", prepared=True) as sandbox:
        found = values(sandbox)
        assert (found["disable_emails"], found["embed_truncate"], found["embed_unlisted"]) == ("yes", "false", "false")
        assert found["authorized_extensions"] == "*"


def test_it_listens_on_loopback_only(sandbox: Sandbox) -> None:
    port = int(sandbox.url.rpartition(":")[2])
    listening = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    here = [line[1] for line in listening if line[3] == "0A" and int(line[1].partition(":")[2], 16) == port]
    assert here == [f"0100007F:{port:04X}"]


def test_a_foreign_host_name_is_refused(client: Client) -> None:
    answer = requests.get(client.url, headers={"Host": "evil.example"}, timeout=30)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"raw":"\\ud800"}', "application/json"),
        (b"a=%ff", "application/x-www-form-urlencoded"),
        (b"a" + b"[b]" * 50 + b"=1", "application/x-www-form-urlencoded"),
        (b"x", "multipart/form-data"),
    ],
)
def test_what_is_no_request_is_a_bad_one(client: Client, body: bytes, kind: str) -> None:
    answer = client.send("POST", "/posts.json", data=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()) == (400, {"status": 400, "error": "Bad Request"})


def test_no_answer_may_be_taken_for_a_page(client: Client) -> None:
    client.topic(raw="<script>alert(1)</script>")
    for path in ("/raw/1/1", "/t/1.json", "/latest", "/no/such/page"):
        assert client.send("GET", path).headers["X-Content-Type-Options"] == "nosniff"


def test_a_redirection_can_hold_any_address(client: Client) -> None:
    for number, target in enumerate(("http://x/\r\nSet-Cookie: a=b", "http://x/Ж?a=%20b#c")):
        parameters = {"url": f"old/{number}", "permalink_type": "external_url", "permalink_type_value": target}
        assert client.send("POST", "/admin/permalinks.json", json=parameters).status_code == 200
    assert client.page("/old/0").headers["Location"] == "http://x/%0D%0ASet-Cookie:%20a=b"
    assert client.page("/old/1").headers["Location"] == "http://x/%D0%96?a=%20b#c"


def test_a_port_in_use(sandbox: Sandbox, tmp_path: Path) -> None:
    port = int(sandbox.url.rpartition(":")[2])
    with pytest.raises(MigrateError, match=rf"port {port} .*--port"):
        Sandbox(tmp_path / "other.sqlite3", port=port)


def test_a_file_in_use(sandbox: Sandbox, data: Path) -> None:
    with pytest.raises(MigrateError, match=r"in use by another sandbox; stop that one \(Ctrl-C.*--data"):
        Sandbox(data)


def test_a_file_of_an_earlier_version_is_brought_up_to_date(data: Path) -> None:
    with Sandbox(data) as running:
        topic = Client(running).topic("Kept")
    added = {
        "categories": ("topic_review", "reply_review"),
        "review_queue": ("topic_id", "category_id", "status", "version"),
        "tag_groups": ("parent_tag_id",),
        "permalinks": ("user_id",),
    }
    with sqlite3.connect(data) as db:
        for table, columns in added.items():
            for column in columns:
                db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        db.execute("PRAGMA user_version = 1")
    db.close()
    for _ in range(2):
        with Sandbox(data) as running:
            client = Client(running)
            assert client.send("GET", f"/t/{topic}.json").status_code == 200
            assert client.send("GET", "/review.json").json()["reviewables"] == []
    with sqlite3.connect(data) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(MigrateError, match="another version of the sandbox"):
        Sandbox(data)


def test_files_that_are_something_else(tmp_path: Path) -> None:
    text = tmp_path / "letter.txt"
    text.write_text("Dear all, this is no database at all. " * 100, "utf-8")
    with pytest.raises(MigrateError, match="not a data file of the sandbox"):
        Sandbox(text)
    other = tmp_path / "other.sqlite3"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE mine (x)")
    with pytest.raises(MigrateError, match="not one of the sandbox"):
        Sandbox(other)
    with pytest.raises(MigrateError, match="--data"):
        Sandbox(tmp_path / "no such folder" / "forum.sqlite3")
    assert text.read_text("utf-8").startswith("Dear all")


def test_after_closing_nobody_answers_and_closing_again_is_fine(data: Path) -> None:
    sandbox = Sandbox(data)
    port = int(sandbox.url.rpartition(":")[2])
    sandbox.close()
    sandbox.close()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_serve_stops_cleanly_on_ctrl_c(data: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from migrate.sandbox import serve\n"
        "serve(Path(sys.argv[1]), api_key='k', ready=lambda running: print(running.url, flush=True))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(data)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        headers = {"Api-Key": "k", "Api-Username": "admin"}
        assert requests.get(f"{url}/about.json", headers=headers, timeout=30).status_code == 200
        os.kill(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        assert (process.returncode, errors) == (0, "")
    finally:
        process.kill()
        process.wait()


def test_nothing_of_the_server_is_loaded_before_it_is_started() -> None:
    script = "import sys, migrate.sandbox; sys.exit(any(n in sys.modules for n in ('uvicorn', 'starlette', 'jinja2')))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
