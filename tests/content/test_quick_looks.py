"""Quick looks only save time: what they pass over, the full look would not have found either."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from migrate.content import attribution, closings, endings, languages, mended, quotemarks
from migrate.content.escape import clean
from migrate.content.languages import spellings
from migrate.content.plain import divided
from tests.content import attributions
from tests.content.samples import text_parts

_ENDS = f"""


--
---
{"_" * 40}
{"=" * 20}
* * *
–––
ᐧ
--~--~-
-- x
Regards, Ann
Tel: +1 234 567 890
PS see you
http://example.org/list
Yes:
20 beds
- *
wrote:*
---- wrote ----
To unsubscribe, mail Google at x+unsubscribe@googlegroups.com
bobs mailing list
Dug from my phone
Bobs telefonumdan gönderildi
This message is confidential. If you are not the intended recipient, please delete it without reading it at all.
> Nire Ann bidalia
> --
> bobs mailing list
> Yes
>
>> No
> On 4 May 2020, Ann wrote:
"""
_MARKED = """
>>> a = b
>>> said Ann
>>> f(x)
> >>> import beds
> >>> dig here
> > >>> 1 +
>>>
>>>> Yes
>>> Ann <ann@example.org> schrieb am 09.06.2022 um 22:58 in
Nachricht <1@example.org>:
> >>> Ann schrieb am 09.06.2022 um 22:58 in
> Nachricht <1@example.org>:
> out
answer
>>>>> "Ann" == Ann <ann@example.org> says:
  > spade
ann> rake
> Ann said this in a long line, that a program broke into two of which the rest has fewer marks:
> > Ann said this in a long line, that a program broke into two of which the
> > > Ann said this in a long line, that a program broke into two of which
and hoe
> and hoe
> > and hoe
>> and hoe
Ann wrote:
| Yes
"""


@pytest.fixture(scope="module")
def samples() -> list[list[str]]:
    """Mails of every language of the tables, and lines at random of those that quick looks look for."""
    lines = [line for some in attributions.ATTRIBUTIONS.values() for each in some for line in each.split("\n")]
    lines += [line for each in attributions.HEADERS.values() for line in each.split("\n")]
    lines += [line for table in (closings.SENT_FROM, closings.FOOTERS) for line in sorted(spellings(table))]
    marks = spellings(languages.ORIGINAL) | spellings(languages.FORWARDED)
    lines += [
        form.format(mark) for mark in sorted(marks) for form in ("-------- {} --------", "--{}--", "{}:", "-- {}")
    ]
    chosen = random.Random(7)
    marked, ends = _MARKED.split("\n"), _ENDS.split("\n")
    quoting = [[chosen.choice(marked) for _ in range(chosen.randint(1, 9))] for _ in range(3000)]
    ending = [
        ["Yes.", "", *(chosen.choice(chosen.choice((lines, ends))) for _ in range(chosen.randint(1, 9)))]
        for _ in range(6000)
    ]
    rules = [[mark * count, below] for mark in "-_=*~#+—–―─ᐧ" for count in (1, 3, 5, 30) for below in ("", "a@b.c")]
    ending += [["Yes.", "", *rule] for rule in rules]
    return [
        *quoting,
        *ending,
        *(["Yes.", "", line, "", "> One?"] for line in lines),
        *(["Yes.", line] for line in lines),
    ]


@pytest.fixture(scope="module")
def mails(corpora: Path) -> list[list[str]]:
    return [list(map(str.rstrip, clean(part.text).split("\n"))) for part in text_parts(corpora)][::2]


class _Everything:
    def __contains__(self, _: object) -> bool:
        return True


def _look_at_all(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(attribution, "_ends_so", lambda text: True)
    patch.setattr(endings, "_may_be_sent_from", lambda line: True)
    patch.setattr(endings, "_ENDS_OF_RULES", _Everything())
    patch.setattr(endings, "_SECRET", ("",))
    patch.setattr(quotemarks, "_may_hold_session", lambda text: True)
    patch.setattr(quotemarks, "_ANY_OTHER_MARK", re.compile(""))
    deeper = mended._BROKEN_INNER_QUOTE.pattern.replace(r"(?=> *+[^\s>]|[^\n]*+\n> *+> *+>)", "")
    assert deeper != mended._BROKEN_INNER_QUOTE.pattern
    patch.setattr(mended, "_BROKEN_INNER_QUOTE", re.compile(deeper))
    patch.setattr(endings, "outermost", _of_all_endings)
    begins = attribution._BEGINS_ORIGINAL.pattern.replace(r"-{2,}+[^\S\n]*+\w[^\n]*--", "--")
    assert begins != attribution._BEGINS_ORIGINAL.pattern
    patch.setattr(attribution, "_BEGINS_ORIGINAL", re.compile(begins))


def _of_all_endings(lines: list[str], end: int) -> int:
    return min(ending(lines, end) for ending in (*endings._BELOW_RULES, endings.sent_from, endings.disclaimer))


def _same_without_quick_looks(mails: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    quick = [divided(lines) for lines in mails]
    _look_at_all(monkeypatch)
    assert [divided(lines) for lines in mails] == quick


def test_quick_looks_pass_over_nothing(samples: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    _same_without_quick_looks(samples, monkeypatch)


def test_quick_looks_pass_over_nothing_in_real_mail(mails: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    _same_without_quick_looks(mails, monkeypatch)


def test_lines_that_may_end_an_attribution_are_found_one_by_one_and_all_at_once(samples: list[list[str]]) -> None:
    for lines in samples:
        one_by_one = [at for at, line in enumerate(lines) if attribution.ends_attribution(line)]
        assert attribution.attribution_ends(lines) == one_by_one


def test_no_ending_of_text_ends_with_a_quote(samples: list[list[str]]) -> None:
    for lines in samples:
        for end in [end for end, line in enumerate(lines, 1) if line[:1] == ">"]:
            assert endings.outermost(lines, end) == end
