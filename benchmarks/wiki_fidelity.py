"""How faithfully talk pages of wikis are read, beside what DiscussionTools finds on them: one Markdown table.

python benchmarks/wiki_fidelity.py [--corpora DIR]; benchmarks/README.md says what the figures mean.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from fidelity.wiki_cases import Case, Found, cases, named_items, revisions
from fidelity.wiki_dates import present_dates
from fidelity.wiki_scores import FIELDS, Score, score
from importers.wiki.dates import timestamps_in
from importers.wiki.discussion import Discussion, discussion
from importers.wiki.discussion.signatures import Dates
from importers.wiki.page import Page
from importers.wiki.templates import Templates
from importers.wiki.titles import parse_title
from importers.wiki.wikitext import render

CORPORA = Path(__file__).resolve().parent.parent.parent / "shared" / "corpora"


def main() -> None:
    """Print the table on stdout, and everything that is not as expected on stderr."""
    parser = argparse.ArgumentParser(description="Score migrate on talk pages with known answers.")
    parser.add_argument("--corpora", type=Path, default=CORPORA, metavar="DIR", help="default: %(default)s")
    folder = parser.parse_args().corpora / "wiki"
    if not (folder / "pages").is_dir():
        parser.error(f"there are no pages of wikis at {folder}")
    total, more = Score(), 0
    sys.stdout.write(f"| page | comments | found | {' | '.join(FIELDS)} | with dates of other shapes |\n")
    sys.stdout.write("|---|---|---|" + "---|" * len(FIELDS) + "---|\n")
    for case in cases(folder):
        result = score(case.expected, found(case, present_dates))
        beyond = len(found(case)) - result.found
        total.add(result)
        more += beyond
        sys.stdout.write(_line(case.name, result, beyond))
        sys.stderr.writelines(f"{case.name}: {missed}\n" for missed in result.missed)
    sys.stdout.write(_line("all", total, more))
    for name, expected in named_items(folder):
        _compare_names(name, expected, names_in(folder, name))


def found(case: Case, dates: Dates = timestamps_in) -> list[Found]:
    """Our reading of a page. Comments without a date count for nothing: DiscussionTools has none."""
    read = discussed(case, dates)
    dated = [number for number, comment in enumerate(read.comments) if comment.author and comment.at]
    places = {number: place for place, number in enumerate(dated)}
    return [
        Found(
            author=comment.author or "",
            at=comment.at or datetime.min.replace(tzinfo=UTC),
            level=comment.level,
            parent=places.get(comment.reference_parent) if comment.reference_parent is not None else None,
            heading=read.headings[comment.heading].id,
            id=comment.id,
        )
        for comment in (read.comments[number] for number in dated)
    ]


def discussed(case: Case, dates: Dates = timestamps_in) -> Discussion:
    """The discussion of a page, from its wikitext alone."""
    title = parse_title(case.site, case.title)
    page = Page(title=case.title, id=0, text=case.text, locator=case.name)
    html = render(case.text, case.site, title, Templates(case.site, page).expand).html
    return discussion(html, case.site, title, dates)


def names_in(folder: Path, name: str) -> set[str]:
    """What we call the headings and comments in all revisions of a dump."""
    names: set[str] = set()
    for case in revisions(folder, name):
        read = discussed(case)
        names |= {each.name for each in read.headings} | {each.name for each in read.comments if each.name}
    return names


def _compare_names(dump: str, expected: set[str], found: set[str]) -> None:
    sys.stdout.write(
        f"\n{dump}: {len(expected & found)} of {len(expected)} names as expected, {len(found - expected)} more\n"
    )
    sys.stderr.writelines(f"{dump}: {name}\n" for name in sorted(expected ^ found))


def _line(name: str, result: Score, beyond: int) -> str:
    shares = (f"{_percent(result.precision(each))} / {_percent(result.recall(each))}" for each in FIELDS)
    return f"| {name} | {result.expected} | {result.found} | " + " | ".join(shares) + f" | {beyond} more |\n"


def _percent(share: float) -> str:
    """Rounded down, so that only all is 100 %."""
    tenths = int(share * 1000 + 1e-9)
    return f"{tenths // 10}.{tenths % 10} %"


if __name__ == "__main__":
    main()
