"""The samples come out as they did before, word for word."""

import pytest

from tests.importers.golden import COMPARED, golden, lines


@pytest.mark.parametrize("sample", COMPARED)
def test_the_sample_comes_out_as_written_down(sample):
    assert list(lines(sample)) == golden(sample).read_text(encoding="utf-8").splitlines(), (
        "If this change is intended: python -m tests.importers.golden"
    )
