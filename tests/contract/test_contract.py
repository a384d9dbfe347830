"""The sandbox answers as a real Discourse did: every recorded exchange, over HTTP."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from migrate.sandbox import Sandbox
from tests.conftest import SHARED

CONTRACT = SHARED / "contract"

# Scenarios the sandbox does not pass yet. Strict: one that passes after all must leave the list.
NOT_YET: dict[str, str] = {}


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


def _parameters() -> list[Any]:
    if RUNNER is None:
        absent = pytest.mark.skip(reason=f"no contract at {CONTRACT}")
        return [pytest.param(None, id="contract", marks=absent)]
    scenarios = RUNNER.load_scenarios()
    unknown = set(NOT_YET) - {scenario.id for scenario in scenarios}
    assert not unknown, f"no such scenarios: {unknown}"
    return [
        pytest.param(
            scenario,
            id=scenario.id,
            marks=[pytest.mark.xfail(reason=NOT_YET[scenario.id], strict=True)] if scenario.id in NOT_YET else [],
        )
        for scenario in scenarios
    ]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    data: Path = tmp_path_factory.mktemp("contract") / "forum.sqlite3"
    with Sandbox(data) as running:
        yield running


@pytest.mark.parametrize("scenario", _parameters())
def test_the_sandbox_answers_as_recorded(scenario: Any, sandbox: Sandbox) -> None:
    assert RUNNER is not None
    if scenario.needs:
        pytest.skip(f"needs {scenario.needs}")
    results = RUNNER.run_scenario(scenario, sandbox.url, sandbox.key, sandbox.admin_username)
    assert [result for result in results if result.outcome == "passed"]
    assert [result for result in results if result.outcome == "failed"] == []
