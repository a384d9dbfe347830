"""How fast one member may write. Staff is never asked."""

from __future__ import annotations

from collections import deque

from .limits import RateLimits, too_many
from .settings import Settings
from .store import Row

DAY = 86_400.0
TODAY = "You’ve reached the maximum number of {} for today."
NOUNS = {"topic": "topics", "post": "posts", "message": "messages", "edit": "edits", "deletion": "deletions"}


class Pace:
    """Remembers when each member wrote, for a day and while the process lives; without `options` nothing."""

    def __init__(self, settings: Settings, options: RateLimits | None, later: bool) -> None:
        self._settings, self._options, self._later = settings, options, later
        self._times: dict[tuple[int, str], deque[float]] = {}

    def check(self, user: Row, kind: str) -> None:
        """Count one more of a kind (see NOUNS) by this member; RefusalError (429): too soon, or one too many."""
        if self._options is None or user["admin"] or user["moderator"]:
            return
        now = self._options.clock()
        times = self._times.setdefault((user["id"], kind), deque())
        while times and now - times[0] > DAY:
            times.popleft()
        gap = self._gap(user, kind)
        if times and now - times[-1] < gap:
            sentence = f"You’re creating {NOUNS[kind]} a bit too quickly."
            raise too_many(sentence, gap - (now - times[-1]), self._later)
        for most, seconds in self._most(user, kind, now):
            if sum(now - at < seconds for at in times) >= most:
                first = next((at for at in times if now - at < seconds), now)
                raise too_many(TODAY.format(NOUNS[kind]), seconds - (now - first), self._later)
        times.append(now)

    def _gap(self, user: Row, kind: str) -> int:
        """Seconds between two of them."""
        paced = {"topic": "topic", "message": "topic", "post": "post"}.get(kind)
        if paced is None:
            return 0
        gap: int = self._settings[f"rate_limit_{'new_user_' if user['trust_level'] == 0 else ''}create_{paced}"]
        return gap

    def _most(self, user: Row, kind: str, now: float) -> list[tuple[int, float]]:
        """How many in how many seconds."""
        rules = {
            "topic": [("max_topics_per_day", DAY)],
            "message": [("max_personal_messages_per_day", DAY)],
            "edit": [("max_edits_per_day", DAY)],
            "deletion": [("max_post_deletions_per_minute", 60.0), ("max_post_deletions_per_day", DAY)],
        }
        found = [(self._settings[name], seconds) for name, seconds in rules.get(kind, [])]
        first_day = user["trust_level"] == 0 and now - user["created_at"] / 1e6 < DAY
        if first_day and kind in ("topic", "post"):
            found.append((self._settings[f"max_{'topics' if kind == 'topic' else 'replies'}_in_first_day"], DAY))
        return found
