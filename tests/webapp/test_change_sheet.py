"""The change sheet on paper: the rows beside the map, or all of them after it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from geo.draw.neighbourhood import DrawnHouse
from tests.inked import needs_poppler, run, squeeze
from webapp.answers.changes_paper import Part, set_changes

pytestmark = needs_poppler

WORDS = {
    "title": "変わったこと", "nothing": "変わりなし", "legend": [("new", "新しい家")],
    "mark": "写し1", "foot": ["持ち出し"], "page_word": "ページ", "north": "北",
}  # fmt: skip
LONG = "北九州市立の長い名前の集会所のとなり"


def pages(rows: int, folder: Path, row: str = "番の家") -> list[str]:
    """What each page says, of a sheet with so many rows."""
    parts = [Part("新しい家", [f"{row}の{at}番" for at in range(1000, 1000 + rows)])]
    houses = [DrawnHouse((130.88, 33.88), "1", "new")]
    pdf = set_changes(parts, (houses, []), WORDS, None, dt.date(2026, 11, 26), "ja")
    return [squeeze(one) for one in run("pdftotext", pdf, folder).decode().split("\f")[:-1]]


@pytest.mark.parametrize(("rows", "row"), [(30, "家"), (12, LONG)])
def test_few_rows_stand_beside_the_map(rows: int, row: str, tmp_path: Path) -> None:
    (page,) = pages(rows, tmp_path, row)
    assert all(f"{at}番" in page for at in range(1000, 1000 + rows))


@pytest.mark.parametrize(("rows", "row"), [(60, "家"), (30, LONG)])
def test_many_rows_are_counted_beside_the_map_and_told_after_it(
    rows: int, row: str, tmp_path: Path
) -> None:
    first, *after = pages(rows, tmp_path, row)
    assert f"新しい家{rows}" in first
    assert "1000番" not in first
    assert all(f"{at}番" in "".join(after) for at in range(1000, 1000 + rows))


def test_one_change_is_shown_with_its_surroundings_and_two_with_all_between(
    tmp_path: Path,
) -> None:
    def scale(*lons: float) -> str:
        houses = [DrawnHouse((lon, 33.88), "1", "new") for lon in lons]
        pdf = set_changes([], (houses, []), WORDS, None, dt.date(2026, 11, 26), "ja")
        return squeeze(run("pdftotext", pdf, tmp_path).decode())

    assert "縮尺1:1,500" in scale(130.88)
    assert "縮尺1:1,500" in scale(130.88, 130.8815), "no wider than what changed wants"
    assert "縮尺1:5,000" in scale(130.88, 130.885)
