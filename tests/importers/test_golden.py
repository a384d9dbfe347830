"""The sample comes out as it did before, word for word."""

from tests.importers.golden import GOLDEN, lines


def test_the_sample_comes_out_as_written_down():
    assert list(lines()) == GOLDEN.read_text(encoding="utf-8").splitlines(), (
        "If this change is intended: python -m tests.importers.golden"
    )
