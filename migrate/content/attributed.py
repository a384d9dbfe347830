"""Whom the line above a quote names ("On …, Ann wrote:"), and whether it says more than who wrote when."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from migrate.content.attribution import begins_attribution, ends_attribution, headers_end, is_attribution
from migrate.content.languages import ON, WROTE, WROTE_WITHOUT_SPACES, alternatives, spellings
from migrate.mail.dates import MONTHS, ZONES

_MOST_LINES = 4
_MOST_BLANK = 3  # lines between it and the quote
MOST_HEADERS = 12  # lines
MOST_LINES_ABOVE = _MOST_LINES + _MOST_BLANK
# Words of dates besides those that mail writes them with, and what stands between date, name and verb.
_DATING = (
    "mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday"
    " montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche"
    " lun mar mer jeu ven sam dim lunes martes miércoles jueves viernes sábado domingo mié jue vie sáb dom"
    " lunedì martedì mercoledì giovedì venerdì sabato domenica gio sab segunda terça quarta quinta sexta feira"
    " maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma di wo do vr za zo mån tis ons tor fre lör sön"
    " måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag man tir lør søn"
    " poniedziałek wtorek środa środę czwartek piątek sobota sobotę niedziela niedzielę pon wto śro czw pią sob nie"
    " понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье пн вт ср чт пт сб вс"
    " am pm um uhr den der die dem alle ore las del kl klo godz om heeft het het le la les de van od dnia"
    " at on in the article message news nachricht"
)
_DATE_WORDS = frozenset((*_DATING.split(), *MONTHS, *ZONES))
_UNSPACED = re.compile(
    rf"{alternatives(WROTE_WITHOUT_SPACES)}|[上下]午|오[전후]|午[前後]|星期.?|周.|[月火水木金土日]曜?日|.요일"
    r"|[年月日時时分秒년월일시분초于於在]"
)

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_LEFT_OUT = re.compile(r"[^\w\n]{0,8}(?:\.{3}|…|snip|cut|trimmed|deleted)[^\w\n]{0,8}", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_ADDRESS = re.compile(r"[^\s<>()@]{1,100}(?:@| at (?=[^\s<>()@]{1,99}\.\w))[^\s<>()@]{1,100}")
_BY_LIST = re.compile(r"\s(?:via|on behalf of)\s.*", re.IGNORECASE)
_WRITING = frozenset(word for name in spellings(WROTE) | spellings(ON) for word in _WORD.findall(name.casefold()))
_SAYING_NOTHING = _WRITING | _DATE_WORDS
_NAMESAKES = 500  # a word that the names of more people have in common names nobody


@dataclass(frozen=True, slots=True)
class Attribution:
    """The lines above a quote that say whose words it holds."""

    text: str
    lines: int
    says_more: bool = False  # the headers of the mail that is quoted, or that something was left out

    def only_names(self, names: Set[str]) -> bool:
        """Whether it says no more than that somebody of these names wrote, and when."""
        if self.says_more:
            return False
        text = _ADDRESS.sub(" ", self.text) if "@" in self.text or " at " in self.text else self.text
        if not text.isascii():
            text = _UNSPACED.sub(" ", text)
        return _SAYING_NOTHING.issuperset(set(_WORD.findall(text.casefold())) - names)


def attribution_above(lines: Sequence[str]) -> Attribution | None:
    """The attribution these lines of Markdown end with, blank ones behind it passed over.

    A line that says that something was left out counts as blank, and as one line more of the attribution.
    """
    end = len(lines)
    while end and len(lines) - end < _MOST_BLANK and (not lines[end - 1] or _LEFT_OUT.fullmatch(lines[end - 1])):
        end -= 1
    more = sum(map(bool, lines[end:]))
    shortest = None
    for first in range(end - 1, max(-1, end - 1 - _MOST_LINES), -1):
        if not lines[first]:
            break
        candidate = _unescaped(lines[first:end])
        if first == end - 1 and not ends_attribution(candidate[0]):
            break
        if is_attribution(candidate):
            found = Attribution(" ".join(candidate), end - first + more, says_more=more > 0)
            if begins_attribution(candidate[0]):
                return found
            shortest = shortest or found
    return shortest


def attribution_within(lines: Sequence[str]) -> Attribution | None:
    """The attribution these lines of a quote begin with; or the headers of the mail quoted, which name its author."""
    first = _unescaped(lines[:MOST_HEADERS])
    if end := headers_end(first, 0):
        return Attribution(first[0], end, says_more=True)
    for end in range(1, min(_MOST_LINES, len(first)) + 1):
        if not first[end - 1] or not begins_attribution(first[0]):
            break
        if is_attribution(first[:end], dated=True):
            return Attribution(" ".join(first[:end]), end)
    return None


def _unescaped(lines: Iterable[str]) -> list[str]:
    return [_ESCAPE.sub(r"\1", line) if "\\" in line else line for line in lines]


def name_words(name: str, address: str | None) -> frozenset[str]:
    """The words that somebody may be named by."""
    return frozenset(_WORD.findall(f"{_BY_LIST.sub('', name)} {(address or '').partition('@')[0]}".casefold()))


class Participants:
    """Who takes part in a conversation, to be found by the words of their names."""

    def __init__(self, words: Mapping[int, Set[str]]) -> None:
        self.words = words  # by person
        self._persons: defaultdict[str, list[int]] = defaultdict(list)
        for person, own in words.items():
            for word in own:
                self._persons[word].append(person)

    def named_in(self, attribution: Attribution) -> Counter[int]:
        """How many words of whose name it holds."""
        found: Counter[int] = Counter()
        for word in set(_WORD.findall(attribution.text.casefold())):
            persons = self._persons.get(word, ())
            if len(persons) <= _NAMESAKES:
                for person in persons:
                    found[person] += 1
        return found
