"""The sandbox answers as a real Discourse did: every recorded exchange, over HTTP."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from migrate.sandbox import Sandbox
from migrate.sandbox.limits import RateLimits
from tests.conftest import SHARED

CONTRACT = SHARED / "contract"

# Scenarios the sandbox does not pass yet. Strict: one that passes after all must leave the list.
NOT_YET: dict[str, str] = {}
CHANGED = {  # the steps that see tags as objects, and levels of trust become groups
    "edits/topics": {"they are there"},
    "tags/through-topics": {
        "lower case, spaces as dashes",
        "the mixed one is lower case with dashes",
        "what is left of them",
        "to twenty characters",
        "the unknown one is dropped",
    },
    "tags/tag-groups": {"make a group", "upper case is gone"},
    "topics/queue": {"the setting as found", "let everybody's posts be approved", "nested answer"},
}
NEEDS = {"": "sandbox", "default-rate-limit": "limited"}  # the fixture that offers what a scenario needs


def _runner() -> ModuleType | None:
    if not (CONTRACT / "run.py").is_file():
        return None
    spec = importlib.util.spec_from_file_location("discourse_contract", CONTRACT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


RUNNER = _runner()


def _parameters(needs: tuple[str, ...]) -> list[Any]:
    if RUNNER is None:
        absent = pytest.mark.skip(reason=f"no contract at {CONTRACT}")
        return [pytest.param(None, id="contract", marks=absent)]
    scenarios = RUNNER.load_scenarios()
    unknown = {*NOT_YET, *CHANGED} - {scenario.id for scenario in scenarios}
    assert not unknown, f"no such scenarios: {unknown}"
    return [
        pytest.param(
            scenario,
            id=scenario.id,
            marks=[pytest.mark.xfail(reason=NOT_YET[scenario.id], strict=True)] if scenario.id in NOT_YET else [],
        )
        for scenario in scenarios
        if scenario.needs in needs
    ]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Set as the recorded server was: the limit of requests raised, those of members in force."""
    data: Path = tmp_path_factory.mktemp("contract") / "forum.sqlite3"
    with Sandbox(data, rate_limits=RateLimits(admin_requests=1_000_000)) as running:
        yield running


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Sandbox]:
    """One with the limit of requests that every new forum has, on a clock by which each of them takes 0.8 seconds."""
    clock = count(time.time(), 0.8).__next__
    with Sandbox(tmp_path / "forum.sqlite3", rate_limits=RateLimits(clock=clock)) as running:
        yield running


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    data: Path = tmp_path_factory.mktemp("later") / "forum.sqlite3"
    with Sandbox(data, version="2026", rate_limits=RateLimits(admin_requests=1_000_000)) as running:
        yield running


@pytest.mark.parametrize("scenario", _parameters(tuple(NEEDS)))
def test_the_sandbox_answers_as_recorded(scenario: Any, request: pytest.FixtureRequest) -> None:
    assert RUNNER is not None
    running: Sandbox = request.getfixturevalue(NEEDS[scenario.needs])
    results = RUNNER.run_scenario(scenario, running.url, running.key, running.admin_username)
    assert [result for result in results if result.outcome == "failed"] == []
    assert [result for result in results if result.outcome == "passed"]


@pytest.mark.parametrize("scenario", _parameters(("",)))
def test_later_versions_differ_only_where_they_are_known_to(scenario: Any, later: Sandbox) -> None:
    """What was recorded holds later, too, but for the steps that say otherwise and the few in CHANGED."""
    assert RUNNER is not None
    results = RUNNER.run_scenario(scenario, later.url, later.key, later.admin_username, "2026")
    failed = {result.step for result in results if result.outcome == "failed"}
    assert failed == CHANGED.get(scenario.id, set())
