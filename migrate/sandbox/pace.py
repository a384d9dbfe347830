"""How fast one member may write. Staff, and requests that skip validations, are never asked."""

from __future__ import annotations

import time
from collections import deque

from .answers import RefusalError, refused
from .settings import Settings
from .store import Row

DAY = 86_400.0


class Pace:
    """Remembers when each member wrote, for a day and while the process lives."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._times: dict[tuple[int, str], deque[float]] = {}

    def check(self, user: Row, topic: bool) -> None:
        """Count one more topic or reply by this member; RefusalError (429) if it is too soon or one too many."""
        if user["admin"] or user["moderator"]:
            return
        kind, noun = ("topic", "topics") if topic else ("post", "posts")
        now = time.time()
        times = self._times.setdefault((user["id"], kind), deque())
        while times and now - times[0] > DAY:
            times.popleft()
        gap = self._settings[f"rate_limit_{'new_user_' if user['trust_level'] == 0 else ''}create_{kind}"]
        if times and now - times[-1] < gap:
            raise too_fast(f"You’re creating {noun} a bit too quickly.", gap - (now - times[-1]))
        for most in self._daily(user, topic, now):
            if len(times) >= most:
                raise too_fast(f"You’ve reached the maximum number of {noun} for today.", DAY - (now - times[0]))
        times.append(now)

    def _daily(self, user: Row, topic: bool, now: float) -> list[int]:
        first_day = user["trust_level"] == 0 and now - user["created_at"] / 1e6 < DAY
        limits = [self._settings["max_topics_per_day"]] if topic else []
        if first_day:
            limits.append(self._settings["max_topics_in_first_day" if topic else "max_replies_in_first_day"])
        return limits


def too_fast(sentence: str, seconds: float) -> RefusalError:
    wait = max(1, round(seconds))
    unit = f"{wait} seconds" if wait > 1 else "1 second"
    refusal = refused(
        429,
        f"{sentence} Please wait {unit} before trying again.",
        error_type="rate_limit",
        extras={"wait_seconds": wait},
    )
    refusal.answer.headers["Retry-After"] = str(wait)
    return refusal
