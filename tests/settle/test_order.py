"""The same mail makes the same threads, however it is cut into imports and in whatever order they come."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from migrate.archive import Archive
from migrate.archive.reader import read_messages, read_threads
from migrate.model import Message
from migrate.settle import settle
from tests.build import ANN, BEN, mail, write

KEYS = [f"m{number}" for number in range(8)]
LOST = ["lost1", "lost2"]
TITLES = ["Slugs and lettuce", "Re: Slugs and lettuce", "Ducks (was: Slugs and lettuce)", "Re: Ducks", "Ducks"]

_QUOTES = """
SELECT quoting.key, number, quoted.key, attribution FROM quote
JOIN container AS quoting ON quoting.id = message_id JOIN container AS quoted ON quoted.id = quoted_id
ORDER BY 1, number
"""


@st.composite
def mailboxes(draw: st.DrawFn) -> list[Message]:
    """Mail with references to anything, loops included, and quotes of each other; no two of one moment."""
    days = draw(st.lists(st.integers(0, 90), min_size=len(KEYS), max_size=len(KEYS), unique=True))
    found = []
    for number, key in enumerate(KEYS):
        quoted = draw(st.sampled_from([None, *KEYS]))
        quote = f"> The words of {quoted} are worth it, says {quoted}.\n\n" if quoted else ""
        found.append(
            mail(
                key,
                *draw(st.lists(st.sampled_from(KEYS + LOST), max_size=3)),
                day=days[number],
                title=draw(st.sampled_from(TITLES)),
                author=draw(st.sampled_from([ANN.key, BEN.key])),
                body=f"{quote}The words of {key} are worth it, says {key}.",
                locator=f"{key}.eml@0",
            )
        )
    return found


def outcome(imports: list[list[Message]]) -> dict[str, object]:
    """What settling after each import leaves: by message its parent, date, thread's members and title, and quotes."""
    with (
        TemporaryDirectory() as folder,
        Archive.open(Path(folder) / "a.sqlite3", mode="create") as archive,
    ):
        for messages in imports:
            write(archive, messages)
            settle(archive)
        titles = {thread.key: thread.title for thread in read_threads(archive)}
        found = list(read_messages(archive))
        members: dict[str | None, list[str]] = {}
        for message in found:
            members.setdefault(message.thread, []).append(message.key)
        assert titles.keys() == members.keys()  # no thread is left behind
        quotes: dict[str, list[list[object]]] = {message.key: [] for message in found}
        for key, *quote in archive.db.execute(_QUOTES):
            quotes[key].append(quote)
        return {
            message.key: (
                message.parent,
                message.sent_at,
                members[message.thread],
                titles[str(message.thread)],
                quotes[message.key],
            )
            for message in found
        }


@settings(max_examples=60, deadline=None)
@given(mailboxes(), st.permutations(range(len(KEYS))), st.lists(st.integers(1, len(KEYS) - 1), max_size=3, unique=True))
def test_imports_in_any_order_make_the_same_threads(messages: list[Message], order: list[int], cuts: list[int]) -> None:
    shuffled = [messages[place] for place in order]
    places = [0, *sorted(cuts), len(shuffled)]
    assert outcome([shuffled[start:stop] for start, stop in pairwise(places)]) == outcome([messages])
