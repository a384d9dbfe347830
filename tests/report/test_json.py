"""The report for scripts is what its schema says, for every sample; long tables are streamed, addresses masked."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from migrate.cli.app import app
from migrate.mapping import read_mapping
from migrate.model import Finding, Person, Record, Thread
from migrate.plan import Plan
from migrate.report.facts import gather
from migrate.report.json import tables, to_json, write
from tests.conftest import REPOSITORY, SAMPLES
from tests.discourse.community import GARDENERS, PEOPLE, message, talk
from tests.report.build import imported

SCHEMA = json.loads((REPOSITORY / "docs" / "report.schema.json").read_text("utf-8"))
IMPORTERS = {"facebook-graph": "facebook", "wikitext": "wiki"}
MIA = Person(key="mia@example.org", name="Mia", email="mia@example.org", member="account")
MAPPING = '[review]\naccepted = ["odd-thing"]\n[[rule]]\ntitle = "*seeds*"\ncategory = "Seeds"\ntags = ["sowing"]'


def report(*arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["report", "--json", *arguments])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(SCHEMA)
    return Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.iterdir() if path.is_dir()))
def test_the_report_of_every_sample_is_what_the_schema_says(
    tmp_path: Path, sample: str, validator: Draft202012Validator
) -> None:
    archive = ["-a", str(tmp_path / "a.sqlite3")]
    paths = sorted(map(str, (SAMPLES / sample).glob("*"))) if sample == "mbox" else [str(SAMPLES / sample)]
    done = CliRunner().invoke(app, ["import", IMPORTERS.get(sample, sample), *paths, *archive, "--json"])
    assert done.exit_code == 0, done.output
    found = report(*archive)
    validator.validate(found)
    assert len(found["topics"]) == found["would_create"]["topics"] > 0
    assert sum(topic["posts"] for topic in found["topics"]) == found["would_create"]["replies"] + len(found["topics"])
    assert sum(person["messages"] for person in found["accounts"]) == sum(topic["posts"] for topic in found["topics"])
    assert sum(category["topics"] for category in found["categories"]) == len(found["topics"])
    assert len(found["all_findings"]) == sum(found["findings"].values())
    assert sum(bool(person["username"]) for person in found["accounts"]) == found["would_create"]["users"]


def test_with_a_mapping_too(tmp_path: Path, validator: Draft202012Validator) -> None:
    (tmp_path / "m.toml").write_text(MAPPING, "utf-8")
    imported(tmp_path / "a.sqlite3", talk()).close()
    found = report("-a", str(tmp_path / "a.sqlite3"), "--mapping", str(tmp_path / "m.toml"))
    validator.validate(found)
    assert {topic["category"] for topic in found["topics"] if "seeds" in topic["title"]} == {"Seeds"}
    assert found["tags"] == [{"name": "sowing"}]


def test_the_schema_tells_when_something_is_missing_or_unknown(tmp_path: Path, validator: Draft202012Validator) -> None:
    imported(tmp_path / "a.sqlite3", talk()).close()
    found = report("-a", str(tmp_path / "a.sqlite3"))
    assert not validator.is_valid({name: value for name, value in found.items() if name != "topics"})
    assert not validator.is_valid(found | {"surprise": 1})
    found["topics"][0]["posts"] = "five"
    assert not validator.is_valid(found)


def test_no_address_stands_in_any_of_it(tmp_path: Path) -> None:
    told = Finding(
        stage="read", severity="info", code="odd-thing", text="By ann@example.org.", locator="to ann@example.org"
    )
    records: list[Record] = [
        Thread(key="a", source=GARDENERS.key, title="Mail to ann@example.org failed", url="https://x.example/?to=ann@example.org"),
        Person(key="lone@example.org", name="lone@example.org", email="lone@example.org"),
        message("a", "a"),
        replace(message("b", "a", "a"), author="lone@example.org"),
        told,
        MIA,
    ]  # fmt: skip
    with imported(tmp_path / "a.sqlite3", records) as archive:
        archive.db.execute("UPDATE source SET name = 'list of ann@example.org', description = 'Ask ann@example.org'")
    text = json.dumps(report("-a", str(tmp_path / "a.sqlite3")), ensure_ascii=False)
    assert "Mail to ann@…" in text
    assert re.findall(r".{60}(?:@|%40)example.{9}", text) == []


def test_who_asked_not_to_be_named_is_not(tmp_path: Path) -> None:
    said, place = "Ann Lee wrote this.", "Ann Lee.mbox@1"
    named = Finding(stage="read", severity="info", code="odd-thing", text=said, locator=place)
    titled = Thread(key="a", source=GARDENERS.key, title="For Ann Lee")
    with imported(tmp_path / "a.sqlite3", [titled, message("a", "a"), named]) as archive:
        assert PEOPLE[0].name == "Ann Lee"
        archive.db.execute("INSERT INTO person_choice (person_id, withheld) SELECT id, 'name' FROM person WHERE id < 3")
    found = report("-a", str(tmp_path / "a.sqlite3"))
    assert [one["locator"] for one in found["all_findings"]] == ["Former member 1.mbox@1"]
    assert "Ann" not in json.dumps([found["topics"], found["accounts"], found["all_findings"]])
    assert found["privacy"]["names_withheld"] == 2


def test_members_without_a_message_and_accepted_findings_are_marked(tmp_path: Path) -> None:
    odd = Finding(stage="read", severity="info", code="odd-thing", text="Odd.", message="m0.0", locator="m0.0")
    with imported(tmp_path / "a.sqlite3", [*talk(), MIA, odd]) as archive:
        plan = Plan(archive, mapping=read_mapping(MAPPING, "m.toml"))
        long = {name: list(rows) for name, rows in tables(archive, plan).items()}
    assert [(person["name"], person["messages"]) for person in long["accounts"] if person["member"]] == [("Mia", 0)]
    (finding,) = (row for row in long["all_findings"] if row["code"] == "odd-thing")
    assert finding["accepted"]
    assert finding["topic"] in {topic["id"] for topic in long["topics"]}


def test_rows_are_written_as_they_are_read() -> None:
    stream = io.StringIO()

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(3):
            assert f'"number": {number}' not in stream.getvalue()
            yield {"number": number}
            assert f'"number": {number}' in stream.getvalue()

    write(stream, {"kept": 1}, {"topics": rows(), "tags": iter(())})
    assert json.loads(stream.getvalue()) == {"kept": 1, "topics": [{"number": n} for n in range(3)], "tags": []}


def test_an_import_prints_the_small_object(tmp_path: Path) -> None:
    with imported(tmp_path / "a.sqlite3", talk()) as archive:
        small = to_json(gather(archive), Plan(archive).summary())
    assert "would_create" in small
    assert not {"topics", "accounts", "all_findings"} & small.keys()
