"""A writer killed without warning: what it was told is saved is there, the register is whole."""

from __future__ import annotations

from pathlib import Path

from bench.crash import crash, make_place


def test_five_kills_lose_nothing_acknowledged(tmp_path: Path) -> None:
    make_place(tmp_path)
    for moment in (0.0, 0.03, 0.08, 0.15, 0.3):
        found = crash(tmp_path, moment)
        assert found.acknowledged
        assert found.lost == set()
        assert found.unsound == []
