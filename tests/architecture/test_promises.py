"""Every promise about people's data names a test, and the test is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    line
    for line in (ROOT / "docs/host/promises.md").read_text("utf-8").splitlines()
    if re.match(r"\| \d", line)
]


def test_all_twenty_are_there() -> None:
    assert [int(row.split("|")[1]) for row in ROWS] == list(range(1, 21))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_the_tests_of_a_promise_are_there(row: str) -> None:
    named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", row)
    assert named
    for file, name in named:
        path = ROOT / file if file.startswith("bench/") else ROOT / "tests" / file
        assert path.is_file(), file
        if name:
            assert f"def {name}(" in path.read_text("utf-8"), name
