"""A real MediaWiki on loopback: as Debian packages it, with PHP's own server and an SQLite database in a folder."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import mwclient
import requests

CODE = Path("/usr/share/mediawiki")
PASSWORD = "correct horse battery staple"
ADMIN = "Admin"
EXTENSIONS = ("Cite", "ParserFunctions", "Poem", "SyntaxHighlight_GeSHi")
_PATIENCE = 60.0  # seconds for the server's first answer
_SETTINGS = """
$wgMainCacheType = CACHE_NONE;
$wgRateLimits = [];
$wgShowExceptionDetails = true;
$wgArticlePath = '/index.php/$1';
$wgNamespacesWithSubpages[NS_MAIN] = true;
$wgRightsText = 'CC BY-SA 4.0';
$wgRightsUrl = 'https://creativecommons.org/licenses/by-sa/4.0/';
"""


def missing() -> str:
    """What lacks here to run one; "" where all is there."""
    lacking = [] if (CODE / "maintenance" / "install.php").exists() else ["mediawiki"]
    php = shutil.which("php")
    modules = subprocess.run([php, "-m"], capture_output=True, text=True, check=False).stdout if php else ""
    lacking += [] if php else ["php-cli"]
    lacking += [] if "pdo_sqlite" in modules else ["php-sqlite3"]
    return f"a MediaWiki is needed: apt install {' '.join(lacking)}" if lacking else ""


@dataclass
class MediaWiki:
    """A wiki that runs. `url` is its address, without a slash at the end."""

    url: str
    folder: Path
    _users: dict[str, mwclient.Site] = field(default_factory=dict)

    def as_user(self, name: str = ADMIN) -> mwclient.Site:
        """A client that is logged in as that user, who is made where there is none; "" for who has no account."""
        if name not in self._users:
            site = self._users[name] = mwclient.Site(
                self.url.removeprefix("http://"), path="/", scheme="http", force_login=bool(name)
            )
            if name:
                self.run("createAndPromote.php", "--force", name, PASSWORD)
                site.login(name, PASSWORD)
        return self._users[name]

    def say(self, title: str, text: str, user: str = ADMIN) -> None:
        """Add text to the end of a page; ~~~~ becomes the user's signature."""
        page = self.as_user(user).pages[title]
        before = page.text(cache=False)
        page.save(f"{before}\n{text}" if before else text, summary="")

    def bot_password(self, name: str) -> tuple[str, str]:
        """What to log in with that may only read: name and password."""
        self.as_user(name)
        said = self.run("createBotPassword.php", "--appid", "migrate", "--grants", "basic", name)
        found = re.search(r"username:'(?P<name>.+?)' and password:'(?P<password>.+?)'", said)
        assert found, "the script of this MediaWiki says it otherwise"
        return found["name"], found["password"]

    def import_xml(self, xml: str) -> None:
        """Take up pages with their history, as dates and authors stand in the export."""
        file = self.folder / "import.xml"
        file.write_text(xml, "utf-8")
        self.run("importDump.php", str(file))
        self.run("rebuildrecentchanges.php")

    def export_xml(self, *, history: bool) -> str:
        """The wiki's own dump of itself."""
        return self.run("dumpBackup.php", "--full" if history else "--current", "--quiet")

    def run(self, script: str, *arguments: str) -> str:
        """What a maintenance script of the wiki prints. Raises CalledProcessError."""
        command = ["php", str(CODE / "maintenance" / script), *arguments]
        done = subprocess.run(command, env=_environment(self.folder), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def running(folder: Path, *, language: str = "en", settings: str = "") -> Iterator[MediaWiki]:
    """A new wiki, with nothing on it, as long as the block lasts. `settings` are lines for LocalSettings.php."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    _install(folder, address, language, settings)
    server = subprocess.Popen(
        ["php", "-S", address, "-t", str(CODE)],
        env=_environment(folder) | {"PHP_CLI_SERVER_WORKERS": "3"},
        stdout=subprocess.DEVNULL,
        stderr=(folder / "server.log").open("wb"),
        start_new_session=True,
    )
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # a run that is ended leaves no server behind
    try:
        wiki = MediaWiki(f"http://{address}", folder)
        _wait_for(wiki)
        yield wiki
    finally:
        signal.signal(signal.SIGTERM, before)
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _install(folder: Path, address: str, language: str, settings: str) -> None:
    options = {
        "dbtype": "sqlite",
        "dbpath": str(folder / "database"),
        "dbname": "wiki",
        "pass": PASSWORD,
        "server": f"http://{address}",
        "scriptpath": "",
        "lang": language,
        "confpath": str(folder),
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    command = ["php", str(CODE / "maintenance" / "install.php"), *arguments, "Test Wiki", ADMIN]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with (folder / "LocalSettings.php").open("a", encoding="utf-8") as file:
        file.write(_SETTINGS + "".join(f"wfLoadExtension( '{name}' );\n" for name in EXTENSIONS) + settings)


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "MW_CONFIG_FILE": str(folder / "LocalSettings.php")}


def _wait_for(wiki: MediaWiki) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            answer = requests.get(f"{wiki.url}/api.php?action=query&meta=siteinfo&format=json", timeout=_PATIENCE)
            told = answer.json()  # one that is private tells who is not logged in nothing else
            assert "error" in told or told["query"]["general"]["generator"].startswith("MediaWiki")
            return
        except requests.ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
