"""The forums that the whole way is tried on: the sandbox in both versions, and a real Discourse where one is given."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from migrate.sandbox import Sandbox

VARIABLES = ("DISCOURSE_URL", "DISCOURSE_API_KEY", "DISCOURSE_API_USERNAME")


@dataclass(frozen=True, slots=True)
class Site:
    """A forum and the key for it; `is_sandbox`: one of our own, of which everything may be looked at."""

    url: str
    key: str
    username: str
    is_sandbox: bool

    def __repr__(self) -> str:
        return f"Site({self.url!r})"  # no key in the report of a test that fails

    @property
    def environment(self) -> dict[str, str]:
        return {"DISCOURSE_API_KEY": self.key, "DISCOURSE_API_USERNAME": self.username}


@pytest.fixture(params=["2.9", "2026", "live"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """One forum after the other."""
    if request.param != "live":
        with Sandbox(tmp_path / "forum.sqlite3", prepared=True, version=request.param) as sandbox:
            yield Site(sandbox.url, sandbox.key, sandbox.admin_username, is_sandbox=True)
        return
    url, key, username = (os.environ.get(name, "") for name in VARIABLES)
    if not (url and key and username):
        pytest.skip(f"no real forum: set {', '.join(VARIABLES)} to try it on one")
    yield Site(url.rstrip("/"), key, username, is_sandbox=False)
