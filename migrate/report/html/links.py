"""Where the page leads to: the preview of what it speaks of, and the places that it was read from."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote, unquote

from migrate.pages.addresses import LIVE, Addresses
from migrate.pages.slugs import slug
from migrate.pages.view import POSTS_PER_PAGE, Author, TopicLine
from migrate.plan import Plan
from migrate.report.known import Known
from migrate.text import mask_addresses, mask_query

PREVIEW = "http://127.0.0.1:4680"
_LONGEST = 500  # letters of an address that is worth a link
_EPOCH = datetime.fromtimestamp(0, UTC)


class Links:
    """Addresses in the preview at `base`: in one that runs, unless `to` says where else its pages lie.

    Each is "" where the preview has no such page.
    """

    def __init__(self, base: str = PREVIEW, to: Addresses = LIVE) -> None:
        self._base = base.rstrip("/")
        self._to = to

    def home(self) -> str:
        """The preview itself."""
        return self._at(self._to.home())

    def topic(self, thread_id: int, title: str) -> str:
        """A topic-to-be."""
        return self._at(self._to.topic(_line(thread_id, title)))

    def post(self, thread_id: int, title: str, number: int) -> str:
        """One post of it, by its number from 1."""
        page = -(-number // POSTS_PER_PAGE)
        return self._at(self._to.post(_line(thread_id, title), number, page))

    def user(self, username: str) -> str:
        """What somebody wrote."""
        return self._at(self._to.user(Author(username=username)))

    def tag(self, name: str) -> str:
        """The topics with a tag."""
        return self._at(self._to.tag(name))

    def finding(self, code: str) -> str:
        """All findings of a kind; "" for a code of another program's that holds an address."""
        return "" if mask_addresses(code) != code else self._at(self._to.other(f"findings/{quote(code, safe='')}"))

    def source(self, message_id: int) -> str:
        """A message as it was read."""
        return self._at(self._to.other(f"source/{message_id}"))

    def _at(self, path: str) -> str:
        return self._base + path if path else ""


class Outside:
    """Addresses in the source, as far as they may be shown."""

    def __init__(self, known: Known, plan: Plan) -> None:
        self._known, self._withheld = known, plan.withheld

    def link(self, url: str | None) -> str:
        """The address, if it is one of the web and names nobody whom it should not; else ""."""
        if not url or len(url) > _LONGEST or not url.lower().startswith(("https://", "http://")):
            return ""
        spoken = unquote(url, errors="replace")
        return "" if self._known.without(spoken) != spoken else self._withheld.in_url(0, mask_query(url))


def _line(thread_id: int, title: str) -> TopicLine:
    nobody = Author(username="")
    return TopicLine(
        id=thread_id, title=title, slug=slug(title), author=nobody, replies=0, created_at=_EPOCH, active_at=_EPOCH
    )
