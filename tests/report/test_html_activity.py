"""The series behind the charts, and their shapes."""

from __future__ import annotations

from pathlib import Path

from migrate.model import Record, Thread
from migrate.plan import Plan
from migrate.report.html import charts
from migrate.report.html.activity import Activity, Year, gather
from tests.discourse.community import BAKERS, GARDENERS, message
from tests.report.build import imported

BEANS = Thread(key="beans", source=GARDENERS.key, title="Beans")
BREAD = Thread(key="bread", source=BAKERS.key, title="Bread")


def found(folder: Path, *records: Record, names: dict[int, str] | None = None) -> Activity:
    with imported(folder / "a.sqlite3", [BEANS, BREAD, *records]) as archive:
        return gather(archive, Plan(archive), {1: "Gardeners", 2: "Bakers"} if names is None else names)


def test_months_stand_without_gaps_the_larger_source_first(tmp_path: Path) -> None:
    months = found(
        tmp_path,
        message("a", "beans", day=0),
        message("b", "beans", day=70, author=1),
        message("c", "beans", day=71),
        message("d", "bread", day=366, author=2, source=BAKERS),
    )
    assert months.periods[:3] == ("Jan 2020", "Feb 2020", "Mar 2020")
    assert months.periods[-1] == "Jan 2021"
    assert len(months.periods) == 13
    assert months.by_month
    assert months.starts == ((0, "2020"), (12, "2021"))
    assert [(one.name, one.total) for one in months.series] == [("Gardeners", 3), ("Bakers", 1)]
    assert months.series[0].counts[:4] == (1, 0, 2, 0)
    assert months.people == (1, 1, *[2] * 10, 3)
    assert months.years == (Year(2020, 3, 2, 2, 2), Year(2021, 1, 1, 1, 3))
    assert months.undated == 0


def test_sources_of_one_name_are_one_series(tmp_path: Path) -> None:
    both = found(
        tmp_path, message("a", "beans"), message("b", "bread", source=BAKERS), names={1: "Private", 2: "Private"}
    )
    assert [(one.name, one.total) for one in both.series] == [("Private", 2)]


def test_more_than_sixty_years_are_told_by_year(tmp_path: Path) -> None:
    years = found(tmp_path, message("a", "beans", day=-365 * 70), message("b", "beans", day=0))
    assert not years.by_month
    assert (years.periods[0], years.periods[-1], len(years.periods)) == ("1950", "2020", 71)
    assert years.series[0].total == 2


def test_hours_are_those_of_the_clock_before_1970_too(tmp_path: Path) -> None:
    hours = found(tmp_path, message("a", "beans", day=-20_000), message("b", "beans", day=0.25)).hours
    assert [(hour, count) for hour, count in enumerate(hours) if count] == [(12, 1), (18, 1)]


def test_topics_are_counted_by_their_posts(tmp_path: Path) -> None:
    long = [message(f"a{number}", "beans", day=number) for number in range(4)]
    sizes = found(tmp_path, *long, message("b", "bread", source=BAKERS)).sizes
    assert [(name, count) for name, count in sizes if count] == [("1", 1), ("3 – 5", 1)]


def test_shapes_reach_the_top_where_most_is() -> None:
    assert charts.area([0, 2, 4, 4]).path == "M0 100H1V50H2V0H4V100Z"
    assert charts.area([0, 2, 4, 4]).at == 2
    assert charts.columns([1, 0, 2]).path.count("M") == 2
    assert charts.area([]).path == "M0 100Z"


def test_the_smallest_number_can_be_seen() -> None:
    assert charts.columns([1, 1_000_000]).path.startswith("M0.09 100V98.5")


def test_labels_leave_room_for_one_another() -> None:
    marks = [(month, str(2000 + month // 12)) for month in range(0, 300, 12)]
    assert [label for _, label in charts.ticks(marks, 300)] == ["2000", "2005", "2010", "2015", "2020"]
    assert charts.ticks([(3, "2001")], 12) == [(25.0, "2001")]
    assert charts.ticks([], 0) == []
