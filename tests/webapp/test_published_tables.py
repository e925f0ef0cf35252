"""What is published cannot be solved back, not even by one who reads all of it together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo.errors import ParameterWrong
from geo.masking import SUPPRESSED, TOTAL, suppress_together
from tests.reader import SHAPES, Reader, case, kinds_of, page_and_map, tabulate
from webapp.answers import tallies

MAP_CASE = [7, 55]
"""A town of full cells beside cells of nine, which subtraction would give away."""


@pytest.mark.parametrize("shape", SHAPES)
def test_no_hidden_count_is_recovered(shape: str) -> None:
    for number in range(12):
        reader, truth = case(shape, number)
        assert reader.recovered(truth) == []


def test_the_reader_recovers_what_subtraction_gives_away(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, truth = page_and_map(np.random.default_rng(MAP_CASE))
    assert reader.recovered(truth) == []
    monkeypatch.setattr(tallies, "withhold_telling", lambda _, shown, apart, __: (shown, apart))
    reader, truth = page_and_map(np.random.default_rng(MAP_CASE))
    assert {count for _, count in reader.recovered(truth)} == {9}


def test_totals_that_two_tables_share_are_hidden_in_both() -> None:
    kinds = kinds_of(district=["D1", "D2"], activity=["A1", "A2"], month=["M1", "M2"])
    truth = np.array([3, 0, 20, 10, 15, 12, 30, 11], float)
    reader = Reader(kinds)
    published = suppress_together(
        [
            tabulate(kinds, truth, ["district"], "activity"),
            tabulate(kinds, truth, ["activity"], "month"),
        ]
    )
    for table in published:
        reader.read(table)
    by_district, by_month = published
    for activity in ("A1", "A2"):
        totals = [by_district.loc[TOTAL, activity], by_month.loc[activity, TOTAL]]
        assert len(set(map(str, totals))) == 1
    assert reader.recovered(truth) == []


def test_a_total_below_the_threshold_is_hidden_too() -> None:
    table = pd.DataFrame(
        [[2, 1], [30, 40], [25, 31]],
        index=pd.Index(["D1", "D2", "D3"], name="district"),
        columns=pd.Index(["garbage", "talk"], name="activity"),
    )
    (published,) = suppress_together([table])
    assert published.loc["D1", TOTAL] is SUPPRESSED
    assert published.loc[TOTAL, TOTAL] == 129
    assert sum(published.loc[one, TOTAL] is SUPPRESSED for one in ("D2", "D3")) == 1


def test_tables_of_different_records_are_refused() -> None:
    index = pd.Index(["A1"], name="activity")
    one, other = (pd.DataFrame({"count": [count]}, index=index) for count in (10, 20))
    with pytest.raises(ParameterWrong, match="same records"):
        suppress_together([one, other])
