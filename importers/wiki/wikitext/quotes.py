"""Apostrophes: '' is italic, ''' bold, and what MediaWiki makes of those that do not come in pairs.

Help:Formatting on mediawiki.org tells the meaning; each line stands for itself.
"""

from __future__ import annotations

import re

_RUN = re.compile("'{2,}")
_NEXT = {  # by what is open (last opened last) and the length of the run: what to write, what is open then
    ("", 2): ("<i>", "i"),
    ("", 3): ("<b>", "b"),
    ("", 5): ("<i><b>", "ib"),
    ("i", 2): ("</i>", ""),
    ("i", 3): ("<b>", "ib"),
    ("i", 5): ("</i><b>", "b"),
    ("b", 2): ("<i>", "bi"),
    ("b", 3): ("</b>", ""),
    ("b", 5): ("</b><i>", "i"),
    ("ib", 2): ("</b></i><b>", "b"),
    ("ib", 3): ("</b>", "i"),
    ("ib", 5): ("</b></i>", ""),
    ("bi", 2): ("</i>", "b"),
    ("bi", 3): ("</i></b><i>", "i"),
    ("bi", 5): ("</i></b>", ""),
}
_END = {"": "", "i": "</i>", "b": "</b>", "ib": "</b></i>", "bi": "</i></b>"}


def format_quotes(line: str) -> str:
    """One line with <i> and <b> in place of apostrophes; every element that begins ends."""
    if "''" not in line:
        return line
    texts = _RUN.split(line)
    runs = [len(run) for run in _RUN.findall(line)]
    for place, length in enumerate(runs):
        spare = length - 5 if length > 5 else 1 if length == 4 else 0
        texts[place] += "'" * spare
        runs[place] = length - spare
    _balance(texts, runs)
    done, state = [texts[0]], ""
    for length, text in zip(runs, texts[1:], strict=True):
        written, state = _NEXT[state, length]
        done += [written, text]
    return "".join(done) + _END[state]


def _balance(texts: list[str], runs: list[int]) -> None:
    """Where bold and italic are both open at the end, one of the ''' was an apostrophe and ''."""
    bold = sum(1 for length in runs if length in (3, 5))
    italic = sum(1 for length in runs if length in (2, 5))
    if bold % 2 == 0 or italic % 2 == 0:
        return
    threes = [place for place, length in enumerate(runs) if length == 3]
    short = [place for place in threes if len(texts[place]) > 1 and texts[place][-2] == " " != texts[place][-1]]
    words = [place for place in threes if texts[place] and texts[place][-1] != " "]
    chosen = next(iter((*short, *words, *threes)), None)
    if chosen is not None:
        texts[chosen] += "'"
        runs[chosen] = 2
