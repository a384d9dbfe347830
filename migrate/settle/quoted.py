"""Which message a block quote quotes: the earlier one of its thread that has the quoted words as its own.

Only words that an author wrote count, not what the message quotes in turn. They are looked for in the message that is
answered, then in those above it, then in the rest of the thread. They are nobody's if the attribution ("Ann wrote:")
rather names another participant: many a mail holds the words of others unmarked. A quote that too little speaks for
stays without a reference, too: a wrong name is worse than none.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from migrate.content.attributed import Attribution, Participants, name_words
from migrate.content.blockquotes import BlockQuote, block_quotes
from migrate.content.said import Part, Said, Text
from migrate.content.wording import EarlierWords, Letters, count_found, has_words

_NEAR = 12  # messages above the quoting one that are looked at before the rest of the thread
_MOST_QUOTES = 500  # looked at in a body, and in what is folded
_MOST_SEARCHED = 30_000_000  # characters gone through for one message
_SLOWER = 10  # times that whole words are, compared to letters
_KEPT = 4_000_000  # characters of messages that are kept at hand

# How many letters a quote must have to be taken for somebody's.
_SHORT = 12  # fewer prove nothing by themselves
_NAMED, _EDITED_NAMED = 12, 24  # the attribution says it too
_UNNAMED_PARENT, _UNNAMED, _EDITED_UNNAMED = 16, 24, 40
_FAR = 40  # nothing but the words leads there
_ENOUGH = 0.8  # of the letters of an edited quote

_NOBODY: Counter[int] = Counter()

# The quoting message, the number of its quote, the quoted message, lines of attribution that say no more than this,
# above the quote and within it.
Reference = tuple[int, int, int, int, int]


class _Texts:
    """What messages say, of those that were asked for last kept at hand."""

    def __init__(self, read: Callable[[int], tuple[str, str]]) -> None:
        self._read = read
        self._kept: OrderedDict[int, Text] = OrderedDict()
        self._size = 0

    def __getitem__(self, message: int) -> Text:
        if message in self._kept:
            self._kept.move_to_end(message)
            return self._kept[message]
        text = self._kept[message] = Text(*self._read(message))
        self._size += text.size
        while self._size > _KEPT and len(self._kept) > 1:
            self._size -= self._kept.popitem(last=False)[1].size
        return text


class QuotingThread:
    """One thread: its messages in their order with what they answer and their authors, these with addresses and names.

    `read` gets a message's body and what is folded of it.
    """

    def __init__(
        self,
        messages: Iterable[tuple[int, int | None, int]],
        names: Callable[[], Iterable[tuple[int, str | None, str | None]]],
        read: Callable[[int], tuple[str, str]],
    ) -> None:
        self.messages: list[int] = []
        self._parents: dict[int, int | None] = {}
        self._authors: dict[int, int] = {}
        for message, parent, author in messages:
            self.messages.append(message)
            self._parents[message], self._authors[message] = parent, author
        self._names = names
        self._texts = _Texts(read)
        self._places = {message: place for place, message in enumerate(self.messages)}
        self._earlier = EarlierWords()
        self._indexed = 0  # messages that are in it, the first of the thread
        self._searched = 0

    @cached_property
    def _participants(self) -> Participants:
        names: dict[int, set[str]] = {}
        for person, address, name in self._names():
            names.setdefault(person, set()).update(name_words(name or "", address))
        return Participants(names)

    def references(self) -> Iterator[Reference]:
        """For each quote that quotes a message before."""
        for message in self.messages:
            yield from self._references(message)

    def _references(self, message: int) -> Iterator[Reference]:
        self._searched = first = 0
        text = self._texts[message]
        for part in (text.body, text.elided):
            quotes = block_quotes(part.depths, first=first)
            yield from self._in_part(message, part, quotes[:_MOST_QUOTES])
            first += len(quotes)

    def _in_part(self, message: int, part: Part, quotes: Sequence[BlockQuote]) -> Iterator[Reference]:
        names: list[Counter[int]] = []  # for each level whom its last attribution may mean
        around: list[int | None] = []  # what the quotes around this one quote
        for quote in quotes:
            del names[quote.depth :], around[quote.depth - 1 :]
            if len(names) < quote.depth:
                names.append(Counter())
            above = part.attribution_of(quote)
            if above:
                names[-1] = self._participants.named_in(above)
            within = None if above else part.attribution_in(quote)
            inner = self._participants.named_in(within) if within else _NOBODY
            outer = around[-1] if around else None
            readings = self._readings(part, quote, names[-1], within, inner)
            quoted = next((found for said in readings if (found := self._find(said, message, outer))), None)
            if quoted is None and (outer is not None or quote.depth == 1):
                quoted = self._handed_on(part, quote, names[-1], message if outer is None else outer)
            around.append(quoted)
            if quoted is not None:
                spare = self._spare(above, names[-1], quoted), self._spare(within, inner, quoted)
                yield message, quote.number, quoted, *spare

    def _readings(
        self, part: Part, quote: BlockQuote, names: Counter[int], within: Attribution | None, inner: Counter[int]
    ) -> Iterator[Said]:
        """What a quote may say: behind the attribution within it, as it stands, or between the quotes within it."""
        if within:
            yield part.said(quote, inner, first=within.lines)
        whole = part.said(quote, names)
        yield whole
        between = part.said(quote, names, attributions=False)
        if between.letters != whole.letters:
            yield between

    def _spare(self, attribution: Attribution | None, names: Counter[int], quoted: int) -> int:
        """How many lines of the attribution say only what a reference to the quoted message says too."""
        person = self._authors[quoted]
        if attribution is None or not names[person]:
            return 0
        return attribution.lines if attribution.only_names(self._participants.words[person]) else 0

    def _handed_on(self, part: Part, quote: BlockQuote, names: Counter[int], answer: int) -> int | None:
        """The message answered, where a quote has no words of its own and it quotes the same."""
        parent = self._parents[answer]
        said = part.said(quote, names)
        if said.letters or parent is None or parent not in self._parents or said.names_other(self._authors[parent]):
            return None
        inside, text = part.letters_in(quote), self._texts[parent]
        self._searched += text.size
        if self._searched > _MOST_SEARCHED:
            return None
        found = len(inside) >= _UNNAMED_PARENT and any(inside in it for it in text.all_letters)
        return parent if found and inside not in text.letters.body else None

    def _find(self, said: Said, message: int, around: int | None) -> int | None:
        if not said.letters:
            return None
        above = self._above(message if around is None else around)
        for candidate in above:
            if self._holds(candidate, said, answered=around is None and candidate == self._parents[message]):
                return candidate
        more = len(above) < self._places[message]
        far = self._find_far(said, message) if more and len(said.letters) >= _FAR else None
        return self._textless(said, message) if far is None and around is None else far

    def _textless(self, said: Said, message: int) -> int | None:
        """The message answered, where its text is lost and the attribution names its author."""
        parent = self._parents[message]
        if parent not in self._parents or not said.names[self._authors[parent]]:
            return None
        is_lost = not said.names_other(self._authors[parent]) and self._texts[parent].is_lost
        return parent if is_lost else None

    def _find_far(self, said: Said, message: int) -> int | None:
        """The message anywhere before in the thread, where the words are one person's, or the attribution decides."""
        place = self._places[message]
        for earlier in self.messages[self._indexed : place]:
            self._earlier.add(earlier, self._texts[earlier].letters.body)
        self._indexed = place
        found = [other for other in self._earlier.holders(said.letters) if self._holds(other, said)]
        persons = {self._authors[other] for other in found}
        return min(found, key=self._places.__getitem__) if len(persons) == 1 else None

    def _above(self, message: int) -> list[int]:
        """What it answers, what that answers, and so on, some way up."""
        above: list[int] = []
        parent = self._parents[message]
        while parent in self._parents and len(above) < _NEAR:
            above.append(parent)
            parent = self._parents[parent]
        return above

    def _holds(self, message: int, said: Said, *, answered: bool = False) -> bool:
        """Whether its author wrote these words there, beyond doubt; of the message `answered` less is asked."""
        if said.names_other(self._authors[message]):
            return False
        is_short = len(said.letters) < _SHORT
        if is_short and (not answered or not (said.names or self._places[message] == 0)):
            return False
        text = self._texts[message]
        self._searched += text.size * (_SLOWER if is_short else 1)
        if self._searched > _MOST_SEARCHED:
            return False
        return has_words(text.body.own_words, said.words) if is_short else _proved(text.letters, said, answered)


def _proved(text: Letters, said: Said, answered: bool) -> bool:
    """Whether enough of the quote stands there, word for word or most of it."""
    size = len(said.letters)
    if said.letters in text.body:
        return size >= (_NAMED if said.names else _UNNAMED_PARENT if answered else _UNNAMED)
    enough = _EDITED_NAMED if said.names else _EDITED_UNNAMED
    return size >= enough and count_found(said.parts, text, _ENOUGH) >= enough
