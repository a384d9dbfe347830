"""Old addresses lead to the posts, through a real nginx and a real Apache, and as permalinks."""

from __future__ import annotations

import csv
import io
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from migrate.archive import Archive
from migrate.discourse.facts import open_target
from migrate.discourse.permalinks import push_permalinks
from migrate.discourse.push.push import Push
from migrate.discourse.redirects import Format, Redirect, redirects, write
from migrate.model import Record, Thread
from migrate.old_urls import Options
from migrate.plan import Choices
from migrate.sandbox import Sandbox
from tests.discourse.community import GARDENERS, make_archive, message
from tests.discourse.faults import FaultyAdapter, make_faulty
from tests.discourse.pushing import client_of, findings, pushed

HOST = "lists.example.org"
ODD = f"https://{HOST}/x.php?id=3&p=%22;$a"
PAGES = (f"https://{HOST}/archives/1/", f"https://{HOST}/archives/2/", ODD)


@pytest.fixture
def sent(tmp_path: Path, forum: Sandbox) -> Iterator[Archive]:
    thread = Thread(key="t", source=GARDENERS.key, title="Peas")
    posts = [
        message(str(number), "t", "0" if number else None, day=number, url=url) for number, url in enumerate(PAGES)
    ]
    with make_archive(tmp_path / "migration.sqlite3", [thread, *posts]) as archive:
        pushed(archive, forum)
        yield archive


def moved(archive: Archive, forum: Sandbox) -> list[Redirect]:
    return list(redirects(archive, open_target(archive, client_of(forum)), Options()))


def rules(archive: Archive, forum: Sandbox, how: Format) -> str:
    out = io.StringIO()
    assert write(moved(archive, forum), out, how, forum.url) == len(PAGES)
    return out.getvalue()


def test_a_table(sent: Archive, forum: Sandbox) -> None:
    rows = list(csv.reader(io.StringIO(rules(sent, forum, "csv"))))
    topic = moved(sent, forum)[0].target
    assert rows == [
        ["old", "new"],
        [PAGES[0], f"{forum.url}/t/{topic}"],
        [PAGES[1], f"{forum.url}/t/{topic}/2"],
        [f"https://{HOST}/x.php?id=3&p=%22;$a", f"{forum.url}/t/{topic}/3"],
    ]
    assert requests.get(rows[2][1], headers={"Accept": "text/html"}, timeout=10).status_code == 200


def test_nothing_is_promised_for_what_was_not_sent(sent: Archive, forum: Sandbox) -> None:
    sent.db.execute("DELETE FROM operation WHERE kind = 'post' AND post_number = 2")
    assert [item.old_url for item in moved(sent, forum)] == [PAGES[0], f"https://{HOST}/x.php?id=3&p=%22;$a"]


def test_nginx_gets_no_two_rules_that_it_would_take_for_one(sent: Archive, forum: Sandbox) -> None:
    sent.db.execute("UPDATE message SET url = ? WHERE url = ?", (PAGES[0].replace("archives", "ARCHIVES"), PAGES[1]))
    out = io.StringIO()
    assert write(moved(sent, forum), out, "apache", forum.url) == 3
    assert write(moved(sent, forum), out, "nginx", forum.url) == 1


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(command: list[str], port: int) -> Iterator[str]:
    """A web server; gives its URL once it listens."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                raise AssertionError(process.communicate()[0].decode())
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def followed(server: str, url: str) -> str | None:
    answer = requests.get(
        url.replace(f"https://{HOST}", server), headers={"Host": HOST}, allow_redirects=False, timeout=10
    )
    return answer.headers.get("Location") if answer.status_code == 301 else None


def said(text: str, comment: str = "#     ") -> list[str]:
    """The lines that a file of rules tells its reader to put into the server's configuration."""
    return [line.removeprefix(comment) for line in text.splitlines() if line.startswith(comment)]


def check(server: str, archive: Archive, forum: Sandbox) -> None:
    for item in moved(archive, forum):
        assert followed(server, item.old_url) == forum.url + item.path
    assert followed(server, f"https://{HOST}/archives/3/") is None
    assert followed(server, f"https://{HOST}/x.php?id=4") is None


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_follows_the_rules(tmp_path: Path, sent: Archive, forum: Sandbox) -> None:
    text = rules(sent, forum, "nginx")
    (tmp_path / "moved.map").write_text(text)
    *http, server = said(text)
    port = free_port()
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; error_log stderr; events {{}}\nhttp {{ access_log off;\n"
        + "\n".join(http).replace("/etc/nginx/", f"{tmp_path}/")
        + f"\nserver {{ listen 127.0.0.1:{port}; server_name {HOST};\n{server}\nlocation / {{ return 404; }} }} }}\n"
    )
    command = ["nginx", "-p", str(tmp_path), "-e", "stderr", "-c", str(tmp_path / "nginx.conf")]
    with running(command, port) as url:
        check(url, sent, forum)


@pytest.mark.skipif(shutil.which("apache2") is None, reason="Apache is not installed")
def test_apache_follows_the_rules(tmp_path: Path, sent: Archive, forum: Sandbox) -> None:
    text = rules(sent, forum, "apache")
    (tmp_path / "moved.txt").write_text(text)
    modules = "".join(
        f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"
        for name in ("mpm_event", "authz_core", "rewrite")
    )
    port = free_port()
    (tmp_path / "apache.conf").write_text(
        f"{modules}ServerName {HOST}\nListen 127.0.0.1:{port}\nServerRoot {tmp_path}\nPidFile {tmp_path}/pid\n"
        f"ErrorLog /dev/stderr\nDocumentRoot {tmp_path}\n"
        + "\n".join(said(text)).replace("/etc/apache2/", f"{tmp_path}/")
        + "\n"
    )
    with running(["apache2", "-f", str(tmp_path / "apache.conf"), "-DFOREGROUND"], port) as url:
        check(url, sent, forum)


def visit(forum: Sandbox, path: str) -> str | None:
    answer = requests.get(f"{forum.url}/{path}", allow_redirects=False, timeout=10)
    return answer.headers.get("Location") if answer.status_code == 301 else None


def push(archive: Archive, forum: Sandbox, *, faults: FaultyAdapter | None = None) -> tuple[int, int, int]:
    client = client_of(forum)
    target = open_target(archive, client)
    wanted = list(redirects(archive, target, Options()))
    if faults:
        make_faulty(client, faults)
    result = push_permalinks(archive, client, target, wanted, lambda _progress: None)
    return sum(result.created.values()), sum(result.adopted.values()) + result.already, result.refused


def test_permalinks(sent: Archive, forum: Sandbox) -> None:
    assert push(sent, forum) == (3, 0, 0)
    topic = moved(sent, forum)[0].target
    assert (visit(forum, "archives/1/") or "").endswith(f"/t/peas/{topic}")
    assert (visit(forum, "archives/2/") or "").endswith(f"/t/peas/{topic}/2")
    assert (visit(forum, "x.php?id=3&p=%22;$a") or "").endswith(f"/t/peas/{topic}/3")
    assert push(sent, forum) == (0, 3, 0)


def test_addresses_that_are_one_path_make_one_permalink(sent: Archive, forum: Sandbox) -> None:
    sent.db.execute("UPDATE message SET url = ? WHERE url = ?", (PAGES[0].removesuffix("/"), PAGES[1]))
    assert push(sent, forum) == (2, 0, 0)
    assert push(sent, forum) == (0, 2, 0)


@pytest.mark.parametrize("seed", range(4))
def test_permalinks_over_a_bad_connection(sent: Archive, forum: Sandbox, seed: int) -> None:
    created, there, refused = push(sent, forum, faults=FaultyAdapter(seed, share=0.5))
    assert (created + there, refused) == (3, 0)
    headers = {"Api-Key": forum.key, "Api-Username": "admin"}
    assert len(requests.get(f"{forum.url}/admin/permalinks.json", headers=headers, timeout=10).json()) == 3


def test_no_permalink_tells_a_private_title(sent: Archive, forum: Sandbox) -> None:
    headers = {"Api-Key": forum.key, "Api-Username": "admin"}
    category = moved(sent, forum)[0].category_id
    path = f"{forum.url}/categories/{category}.json"
    staff = {"name": "gardeners", "color": "0088CC", "text_color": "FFFFFF", "permissions": {"staff": 1}}
    requests.put(path, json=staff, headers=headers, timeout=10).raise_for_status()
    assert push(sent, forum) == (0, 0, 0)
    assert findings(sent) == {"permalink-private": 1}


def test_an_address_that_leads_elsewhere_is_left_so(sent: Archive, forum: Sandbox) -> None:
    headers = {"Api-Key": forum.key, "Api-Username": "admin"}
    theirs = {"url": "archives/1", "permalink_type": "external_url", "permalink_type_value": "https://example.org/"}
    both = theirs | {"permalink": theirs}  # as 2.9 and as later versions take it
    requests.post(f"{forum.url}/admin/permalinks.json", json=both, headers=headers, timeout=10).raise_for_status()
    assert push(sent, forum) == (2, 0, 1)
    assert findings(sent) == {"permalink-taken": 1}
    assert visit(forum, "archives/1/") == "https://example.org/"


WIKI = "https://wiki.example.org/wiki/"
PUMP, SLUGS = f"{WIKI}Project:Pump", f"{WIKI}Talk:Slugs"


@pytest.mark.parametrize(
    ("mapping", "pump", "slugs"),
    [
        ("", "/c/{gardeners}", "/c/{gardeners}"),
        ("[tags]\nfrom_labels = true\n", "/tag/pump", "/tag/slugs"),
        ('[[rule]]\nlabel = "Pump"\ncategory = "Pump"\n[tags]\nfrom_labels = true\n', "/c/{pump}", "/c/{gardeners}"),
        ('[[rule]]\ntitle = "1"\ncategory = "Pump"\n', None, "/c/{gardeners}"),
    ],
)
def test_a_page_of_a_wiki_leads_to_what_its_sections_have_in_common(
    tmp_path: Path, forum: Sandbox, mapping: str, pump: str | None, slugs: str
) -> None:
    pages = {"1": PUMP, "2": PUMP, "3": SLUGS, "4": SLUGS}
    records = [
        item
        for key, page in pages.items()
        for item in (
            Thread(key=key, source=GARDENERS.key, title=key, labels=(page.rpartition(":")[2],), url=f"{page}#{key}"),
            message(f"m{key}", key, url=f"{page}#c-Ann-{key}"),
        )
    ]
    with make_archive(tmp_path / "a.sqlite3", records) as archive:
        client = client_of(forum)
        target = open_target(archive, client, choices=Choices(mapping=mapping))
        Push(archive, client, target).run()
        target = open_target(archive, client)
        found = list(redirects(archive, target, Options()))
        listed = client.read("/categories.json")["category_list"]["categories"]
        by_name = {item["name"].lower(): item["id"] for item in listed}
        led = {item.old_url: item.path for item in found}
        assert [led.get(page) for page in (PUMP, SLUGS)] == [path and path.format(**by_name) for path in (pump, slugs)]
        assert led[f"{PUMP}#c-Ann-2"] == led[f"{PUMP}#2"] == led[f"{WIKI}Special:GoToComment/c-Ann-2"]
        assert led[f"{PUMP}#2"] != led[f"{PUMP}#1"]
        out = io.StringIO()
        assert write(found, out, "nginx", forum.url) == sum("#" not in item.old_url for item in found)
        assert "#c-" not in out.getvalue()
        result = push_permalinks(archive, client, target, found, lambda _progress: None)
        assert result.refused == 0
        assert led.get(PUMP.replace("t:P", "t%3AP")) == led.get(PUMP)
        if pump:
            assert pump[:3] in (visit(forum, "wiki/Project:Pump") or "")
        assert push_permalinks(archive, client, target, found, lambda _progress: None).created == {}


TITLES = ("wiki/Talk:Gr%C3%BCne_So%C3%9Fe", "index.php?title=Talk:%D0%A1%D0%B0%D0%B4", "wiki/Talk:A,_(b)!")


@pytest.mark.parametrize("version", ["2.9", "2026"])
def test_permalinks_are_found_as_browsers_ask_for_them(tmp_path: Path, version: str) -> None:
    site, unkept = WIKI.removesuffix("wiki/"), "wiki/Talk:Why%3F"
    pages = (*TITLES, unkept)
    threads = [Thread(key=page, source=GARDENERS.key, title=f"About {page}") for page in pages]
    records: list[Record] = [*threads, *(message(f"m{page}", page, url=site + page) for page in pages)]
    with (
        make_archive(tmp_path / "a.sqlite3", records) as archive,
        Sandbox(tmp_path / "forum.sqlite3", prepared=True, version=version) as forum,
    ):
        pushed(archive, forum)
        made = push(archive, forum)
        assert [path for path in TITLES if not visit(forum, path)] == []
        if version == "2.9":
            assert made == (4, 0, 0)
            assert visit(forum, unkept)
        else:
            assert made == (3, 0, 1)
            assert findings(archive) == {"permalink-refused": 1}
            assert len(client_of(forum).read("/admin/permalinks.json").body) == 3
