"""The forum as the endpoints see it: storage, settings, files and the address it is served at."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from migrate.errors import MigrateError

from . import dates
from .limits import Limits, RateLimits
from .memo import Memo
from .pace import Pace
from .settings import Settings
from .store import Store

VERSIONS = {"2.9": "2.9.0.beta3", "2026": "2026.1.0"}  # what may be asked for, and how it calls itself

ADMIN, SYSTEM_ID = "admin", -1
UNCATEGORIZED_ID, STAFF_CATEGORY_ID = 1, 3
EVERYONE, ADMINS, MODERATORS, STAFF = 0, 1, 2, 3
AUTOMATIC_GROUPS = {EVERYONE: "everyone", ADMINS: "admins", MODERATORS: "moderators", STAFF: "staff"} | {
    10 + level: f"trust_level_{level}" for level in range(5)
}


class Site:
    """One forum, open. `base_url` is set once the port is known."""

    def __init__(
        self,
        data: Path,
        version: str | None = None,
        rate_limits: RateLimits | None = None,
        ignores_reply_keys: bool = False,
        refuses_tag_names: bool = False,
    ) -> None:
        """Open or make the data file; MigrateError when that is not possible.

        `version` is a key of VERSIONS; without one the file's own, or 2.9 for a new file.
        """
        if version not in (None, *VERSIONS):
            raise MigrateError(f"the sandbox can answer as {' or '.join(VERSIONS)}, not as {version!r}")
        self.store = Store(data)
        self.files = data.with_name(data.name + ".uploads")
        self.base_url = "http://127.0.0.1"
        with self.store.transaction():
            if self.store.value("SELECT count(*) FROM users") == 0:
                _seed(self.store)
            self.version = version or self._noted("version") or "2.9"
            self._note("version", self.version)
        self.later = self.version != "2.9"
        self.read_only = self._noted("read_only") == "true"
        self.honours_reply_keys = not ignores_reply_keys
        self.takes_tag_names = not refuses_tag_names
        self.settings = Settings(self.store, self.later)
        self.memo = Memo(self.store)
        self.limits = Limits(rate_limits, self.later)
        self.pace = Pace(self.settings, rate_limits, self.later)

    def close(self) -> None:
        self.store.close()

    def set_read_only(self, on: bool) -> None:
        """Refuse every change from now on, also after a restart; or take them again."""
        self._note("read_only", "true" if on else "false")
        self.read_only = on

    def set_key(self, key: str | None) -> str:
        """Make `key` the forum's key for all users; without one keep the last, or make one up."""
        known = self._noted("api_key")
        if key is None and known is not None:
            return known
        key = key or secrets.token_hex(32)
        with self.store.transaction():
            self._note("api_key", key)
            self.store.run("DELETE FROM api_keys WHERE id = 1 OR digest = ?", digest(key))
            add_key(self.store, key, description="the sandbox's own", key_id=1)
        return key

    def prepare(self) -> None:
        """Set what an operator sets for a migration."""
        with self.store.transaction():
            self.settings.prepare()

    def _noted(self, name: str) -> str | None:
        value: str | None = self.store.value("SELECT value FROM meta WHERE name = ?", name)
        return value

    def _note(self, name: str, value: str) -> None:
        self.store.run("REPLACE INTO meta (name, value) VALUES (?, ?)", name, value)


def digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def add_key(
    store: Store,
    key: str,
    *,
    description: str,
    user_id: int | None = None,
    scopes: str = "[]",
    key_id: int | None = None,
) -> int:
    return store.insert(
        "api_keys",
        id=key_id,
        digest=digest(key),
        truncated=key[:4] + "...",
        description=description,
        user_id=user_id,
        scopes=scopes,
        created_at=dates.now(),
    )


def _seed(store: Store) -> None:
    """What a fresh Discourse has: two users, the automatic groups, three categories."""
    now = dates.now()
    for user_id, name in ((SYSTEM_ID, "system"), (1, ADMIN)):
        store.insert(
            "users",
            id=user_id,
            username=name,
            username_lower=name,
            name=name,
            admin=1,
            active=1,
            approved=1,
            trust_level=4,
            created_at=now,
        )
        store.insert(
            "user_emails", email=f"{name}@sandbox.invalid", email_lower=f"{name}@sandbox.invalid", user_id=user_id
        )
    for group_id, name in AUTOMATIC_GROUPS.items():
        store.insert("groups", id=group_id, name=name, name_lower=name, automatic=1)
    seeded = ((UNCATEGORIZED_ID, "Uncategorized", "0088CC"), (2, "Site Feedback", "808281"), (3, "Staff", "E45735"))
    for category_id, name, color in seeded:
        slug = name.lower().replace(" ", "-")
        store.insert("categories", id=category_id, name=name, slug=slug, color=color, text_color="FFFFFF")
    store.update("categories", STAFF_CATEGORY_ID, read_restricted=1)
    store.insert("category_groups", category_id=STAFF_CATEGORY_ID, group_id=STAFF, permission_type=1)
