"""A stand-in Discourse on loopback: the API an import uses, over one SQLite file, with pages to look at the result.

It knows nothing of archives and plans; what it answers was recorded from a real Discourse 2.9. Asked to, it answers
as versions of 2026 do, where they are known to differ.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from migrate.loopback import Server

    from .faults import Faults
    from .limits import RateLimits

__all__ = ["ADMIN_USERNAME", "Sandbox", "serve"]

ADMIN_USERNAME = "admin"


class Sandbox:
    """A forum that runs inside this process, in a thread of its own, until it is closed.

    `data` is its storage: a SQLite file, made if it is not there, with uploads in the folder `<data>.uploads`.
    """

    admin_username = ADMIN_USERNAME

    def __init__(
        self,
        data: Path,
        *,
        port: int = 0,
        api_key: str | None = None,
        prepared: bool = False,
        version: str | None = None,
        rate_limits: bool | RateLimits = False,
        ignores_reply_keys: bool = False,
        refuses_tag_names: bool = False,
        faults: Faults | None = None,
    ) -> None:
        """Start it on 127.0.0.1; port 0 takes any that is free.

        Without `api_key` the file's own key is used, made up the first time. `prepared` sets the site settings that an
        operator would set for a migration. `version` is "2.9" or "2026", without it what the file answered as last,
        and 2.9 at first. `rate_limits` switches on those of Discourse, or others. With `ignores_reply_keys` the
        `embed_url` of a reply means nothing; with `refuses_tag_names` a topic's tags must be objects, as is announced
        for later in 2026. `faults` decides what goes wrong. MigrateError when the file or the port cannot be used.
        """
        from migrate.loopback import Server

        from .app import make_app
        from .limits import RateLimits
        from .site import Site

        limits = RateLimits() if rate_limits is True else rate_limits or None
        site = Site(data, version, limits, ignores_reply_keys, refuses_tag_names)
        try:
            self.key = site.set_key(api_key)
            if prepared:
                site.prepare()
            self._server: Server = Server(lambda url: make_app(site, url, faults), port, site.close)
        except BaseException:
            site.close()
            raise
        self._server.start()

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def browse_url(self) -> str:
        """Where a browser sees everything; at the plain `url` it sees what the public would."""
        from .browse import sign_in_path

        return self.url + sign_in_path(self.key)

    def close(self) -> None:
        """Answer what was asked, then stop and close the file. May be called twice."""
        self._server.stop()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve(
    data: Path,
    *,
    port: int = 0,
    api_key: str | None = None,
    prepared: bool = False,
    version: str | None = None,
    rate_limits: bool = False,
    ready: Callable[[Sandbox], None] | None = None,
) -> None:
    """Run a forum until Ctrl-C. `ready` is called once it listens, to say where."""
    import time

    with Sandbox(
        data, port=port, api_key=api_key, prepared=prepared, version=version, rate_limits=rate_limits
    ) as sandbox:
        try:
            if ready:
                ready(sandbox)
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            pass
