"""Jamie Zawinski's algorithm (jwz.org/doc/threading.html) by Message-ID, References and In-Reply-To alone.

Written plainly, to compare with: no subjects, no dates.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from fidelity.answers import Linked, Threads
from fidelity.corpora import Mail
from fidelity.headers import headers_of


class _Container:
    def __init__(self) -> None:
        self.place: str | None = None  # None: known from references only
        self.parent: _Container | None = None

    def ancestors(self) -> Iterable[_Container]:
        above = self.parent
        while above is not None:
            yield above
            above = above.parent


def thread(mails: Iterable[Mail]) -> Threads:
    """Parent and thread of each message."""
    known: dict[str, _Container] = {}
    for number, mail in enumerate(mails):
        headers = headers_of(mail)
        own = headers.id
        if not own or (own in known and known[own].place is not None):
            own = f"another {number} {own}"  # a second message of that id stands for itself
        container = known.setdefault(own, _Container())
        container.place = mail.place
        _link([known.setdefault(item, _Container()) for item in headers.references], container)
    return Threads({item.place: _linked(item) for item in known.values() if item.place is not None})


def _link(chain: list[_Container], last: _Container) -> None:
    for above, below in pairwise(chain):
        if below.parent is None:
            _hang(below, above)
    if chain:
        last.parent = None  # what the message says itself counts for more than what others say of it
        _hang(last, chain[-1])


def _hang(below: _Container, above: _Container) -> None:
    if below is not above and below not in above.ancestors():
        below.parent = above


def _linked(container: _Container) -> Linked:
    assert container.place is not None
    present = (above.place for above in container.ancestors() if above.place is not None)
    *_, top = container, *container.ancestors()
    return Linked(container.place, next(present, None), str(id(top)))
