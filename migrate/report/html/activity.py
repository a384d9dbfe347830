"""How a community has talked over the years, gathered by SQL: by month, by hour, by length, by who came when."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from migrate.archive import Archive
from migrate.plan import Plan
from migrate.report.dates import DATED, bounds

_MOST_PERIODS = 720  # months in a chart; beyond, years
_MOST_SERIES = 8
_SIZES = ((1, 1), (2, 2), (3, 5), (6, 10), (11, 25), (26, 100), (101, None))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HEAD = "coalesce(same_as, author_id)"
_YEAR = "CAST(strftime('%Y', sent_at / 1000, 'unixepoch') AS INTEGER)"
_MONTH = f"({_YEAR} * 12 + strftime('%m', sent_at / 1000, 'unixepoch') - 1)"  # since the year 0


@dataclass(frozen=True, slots=True)
class Series:
    """Messages of a source (or of several together) by period."""

    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All that have a date."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Year:
    """A year in numbers: who wrote in it, who for the first time, and how many had by its end."""

    year: int
    messages: int
    people: int
    new: int
    so_far: int


@dataclass(frozen=True, slots=True)
class Activity:
    """All of it. `periods` are months, or years where there would be too many, without gaps; all in UTC."""

    periods: tuple[str, ...]
    starts: tuple[tuple[int, str], ...]  # the periods that begin a year, by their index
    by_month: bool
    series: tuple[Series, ...]  # the largest first
    people: tuple[int, ...]  # how many had written by then, by period
    years: tuple[Year, ...]
    hours: tuple[int, ...]  # 24
    sizes: tuple[tuple[str, int], ...]  # "3 – 5" posts, topics
    undated: int  # messages without a date, or with one that cannot be

    def any(self, at: int) -> bool:
        """Whether there is something in that period."""
        return any(one.counts[at] for one in self.series)


def gather(archive: Archive, plan: Plan, names: Mapping[int, str]) -> Activity:
    """A few passes over the narrow tables. `names` are those of the sources by id; several may share one."""
    db, now = archive.db, bounds()
    by_source = _by_source(db, now, names)
    came = _came(db, now)
    months = sorted({month for counts in by_source.values() for month in counts})
    first, last = (months[0], months[-1]) if months else (0, -1)
    long = last - first >= _MOST_PERIODS
    unit = 12 if long else 1
    periods = range(first // unit, last // unit + 1)
    (undated,) = db.execute(f"SELECT count(*) FROM message WHERE NOT coalesce({DATED}, 0)", now).fetchone()  # noqa: S608 - our own words
    return Activity(
        periods=tuple(str(period) if long else month_name(period) for period in periods),
        starts=tuple(
            (at, str(period if long else period // 12)) for at, period in enumerate(periods) if long or not period % 12
        ),
        by_month=not long,
        series=tuple(_series(by_source, periods, unit)),
        people=tuple(_so_far(came, periods, unit)),
        years=tuple(_years(db, now, came)),
        hours=_hours(db, now),
        sizes=tuple(_sizes(db, plan)),
        undated=undated,
    )


def month_name(month: int) -> str:
    """What a month is called, by its number since the year 0."""
    return f"{_MONTHS[month % 12]} {month // 12}"


def _by_source(db: sqlite3.Connection, now: dict[str, int], names: Mapping[int, str]) -> dict[str, Counter[int]]:
    """Messages by month, by the name of the source; the smallest sources together."""
    found: dict[str, Counter[int]] = {}
    query = f"SELECT source_id, {_MONTH}, count(*) FROM message WHERE {DATED} GROUP BY 1, 2"  # noqa: S608 - our own words
    for source, month, count in db.execute(query, now):
        found.setdefault(names.get(source, ""), Counter())[month] += count
    ranked = sorted(found, key=lambda name: -found[name].total())
    if len(ranked) <= _MOST_SERIES:
        return {name: found[name] for name in ranked}
    shown, others = ranked[: _MOST_SERIES - 1], ranked[_MOST_SERIES - 1 :]
    together = sum((found[name] for name in others), Counter())
    return {name: found[name] for name in shown} | {f"{len(others):,} others": together}


def _series(by_source: dict[str, Counter[int]], periods: range, unit: int) -> Iterable[Series]:
    for name, months in by_source.items():
        sums = _summed(months, unit)
        yield Series(name, tuple(sums[period] for period in periods))


def _summed(months: Counter[int], unit: int) -> Counter[int]:
    sums: Counter[int] = Counter()
    for month, count in months.items():
        sums[month // unit] += count
    return sums


def _came(db: sqlite3.Connection, now: dict[str, int]) -> Counter[int]:
    """How many people wrote for the first time, by month."""
    query = (
        f"SELECT {_MONTH}, count(*) FROM (SELECT min(sent_at) AS sent_at FROM message"  # noqa: S608 - our own words
        f" JOIN person ON person.id = author_id WHERE {DATED} GROUP BY {_HEAD}) GROUP BY 1"
    )
    return Counter(dict(db.execute(query, now).fetchall()))


def _so_far(came: Counter[int], periods: range, unit: int) -> Iterable[int]:
    new, total = _summed(came, unit), 0
    for period in periods:
        total += new[period]
        yield total


def _years(db: sqlite3.Connection, now: dict[str, int], came: Counter[int]) -> Iterable[Year]:
    new, so_far = _summed(came, 12), 0
    query = (
        f"SELECT {_YEAR} AS year, count(*), count(DISTINCT {_HEAD}) FROM message"  # noqa: S608 - our own words
        f" JOIN person ON person.id = author_id WHERE {DATED} GROUP BY 1 ORDER BY 1"
    )
    for year, messages, people in db.execute(query, now):
        so_far += new[year]
        yield Year(year, messages, people, new[year], so_far)


def _hours(db: sqlite3.Connection, now: dict[str, int]) -> tuple[int, ...]:
    query = f"SELECT (sent_at / 1000 % 86400 + 86400) % 86400 / 3600, count(*) FROM message WHERE {DATED} GROUP BY 1"  # noqa: S608 - our own words
    found = dict(db.execute(query, now).fetchall())
    return tuple(found.get(hour, 0) for hour in range(24))


def _sizes(db: sqlite3.Connection, plan: Plan) -> Iterable[tuple[str, int]]:
    """Topics-to-be by how many posts they have."""
    query = (
        f"SELECT posts, count(*) FROM (SELECT count(*) AS posts FROM message WHERE {plan.scope.by_id}"  # noqa: S608 - conditions of ours
        " GROUP BY thread_id) GROUP BY 1"
    )
    found = db.execute(query).fetchall()
    for least, most in _SIZES:
        name = f"more than {least - 1}" if most is None else str(least) if least == most else f"{least} – {most}"
        yield name, sum(topics for posts, topics in found if posts >= least and (most is None or posts <= most))
