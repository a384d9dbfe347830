"""From the text of a post to HTML: what the renderer must know of this forum."""

from __future__ import annotations

from urllib.parse import quote

from migrate.pages.markdown import Upload, render

from .files import find_short, url_path
from .site import Site


def cook(site: Site, raw: str) -> str:
    """The HTML of a body, safe to show."""
    return render(raw, ForumLinks(site))


class ForumLinks:
    """What names, `upload://` addresses and hashtags lead to here."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def mention(self, name: str) -> str | None:
        found = self._site.store.value("SELECT username FROM users WHERE username_lower = ?", name.lower())
        return f"/u/{quote(found.lower())}" if found else None

    def upload(self, short_name: str) -> Upload | None:
        row = find_short(self._site.store, short_name)
        return Upload(url_path(row), row["width"], row["height"]) if row else None


def avatar(site: Site, username: str, upload_id: int | None) -> str:
    """The template of an avatar's address; letters where no picture was chosen."""
    letter = quote(username[:1].lower() or "x")
    return (
        f"/letter_avatar_proxy/v4/letter/{letter}/54ee81/{{size}}.png"
        if upload_id is None
        else f"/user_avatar/127.0.0.1/{quote(username)}/{{size}}/{upload_id}_2.png"
    )
