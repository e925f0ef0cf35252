"""The watch links: the kernels against a count by hand, and what can never happen."""

from __future__ import annotations

from collections import defaultdict

import geopandas as gpd
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.watching import (
    count_houses,
    count_left,
    count_watchers,
    houses_with_one_line,
    houses_without_line,
    left_alone,
    pair_up,
    watcher_load,
)

HOUSES = [f"H{number}" for number in range(6)]
WATCHERS = [*HOUSES[:3], "S0", "S1", "S2"]

Line = tuple[str, str, str | None]

LINES = st.lists(
    st.tuples(
        st.sampled_from(WATCHERS),
        st.sampled_from([*HOUSES, "elsewhere"]),
        st.sampled_from(["one_way", "mutual", None]),
    ),
    max_size=25,
)


def households() -> gpd.GeoDataFrame:
    """Six houses that stand nowhere."""
    return gpd.GeoDataFrame({"id": HOUSES}, geometry=[None] * len(HOUSES), crs=4326)


def links(lines: list[Line]) -> gpd.GeoDataFrame:
    """The lines as a layer."""
    columns = ("watcher_id", "watched_id", "direction")
    table = {name: [line[at] for line in lines] for at, name in enumerate(columns)}
    return gpd.GeoDataFrame(table, geometry=[None] * len(lines), crs=4326)


def by_hand(lines: list[Line]) -> dict[str, set[str]]:
    """Who looks in on each house."""
    found: dict[str, set[str]] = {one: set() for one in HOUSES}
    for watcher, watched, direction in lines:
        ends = [(watcher, watched)] + ([(watched, watcher)] if direction == "mutual" else [])
        for one, other in ends:
            if other in found:
                found[other].add(one)
    return found


@settings(max_examples=30)
@given(LINES)
def test_every_count_is_the_one_by_hand(lines: list[Line]) -> None:
    seen, layer = by_hand(lines), links(lines)
    for wanted, ask in ((0, houses_without_line), (1, houses_with_one_line)):
        few = [one for one in HOUSES if len(seen[one]) == wanted]
        assert ask(households(), layer)["id"].tolist() == few
    load: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for who in seen.values():
        for one in who:
            load[one][0] += 1
            load[one][1] += len(who) == 1
    told = watcher_load(households(), layer)
    assert {row[0]: list(row[1:]) for row in told.itertuples(index=False)} == dict(load)
    assert told["households"].is_monotonic_decreasing


@settings(max_examples=30)
@given(LINES, st.sampled_from(WATCHERS))
def test_who_falls_ill_leaves_those_that_are_counted_without_the_lines(
    lines: list[Line], ill: str
) -> None:
    before = by_hand(lines)
    told = left_alone(households(), links(lines), ill)
    after = {one: len(who - {ill}) for one, who in before.items() if ill in who}
    assert dict(zip(told["household_id"], told["watchers"], strict=True)) == {
        one: count for one, count in after.items() if count <= 1
    }
    assert told["watchers"].is_monotonic_increasing


@settings(max_examples=30)
@given(LINES, st.tuples(st.sampled_from(WATCHERS), st.sampled_from(HOUSES), st.just("one_way")))
def test_one_more_line_leaves_no_more_houses_alone(lines: list[Line], more: Line) -> None:
    before, after = (
        set(houses_without_line(households(), links(told))["id"])
        for told in (lines, [*lines, more])
    )
    assert after <= before
    assert before - after <= {more[1]}


PAIRS = st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 5)), max_size=30)


@given(PAIRS, st.lists(st.booleans(), min_size=5, max_size=5), st.integers(0, 4))
def test_one_more_who_is_ill_never_leaves_a_house_better_off(
    pairs: list[tuple[int, int]], ill: list[bool], more: int
) -> None:
    lines = np.array(pairs, np.int64).reshape(-1, 2)
    watch = pair_up(lines[:, 0], lines[:, 1], 5, 6)
    known = {pair for pair in pairs if min(pair) >= 0}
    assert set(zip(watch.watcher.tolist(), watch.house.tolist(), strict=True)) == known
    assert len(watch.house) == len(known)
    few, many = np.array(ill), np.array(ill)
    many[more] = True
    (left, lost), (less, more_lost) = count_left(watch, few), count_left(watch, many)
    assert (less <= left).all()
    assert (lost <= more_lost).all()
    assert (left[~lost] == count_watchers(watch)[~lost]).all()
    assert not count_left(watch, np.zeros(5, bool))[1].any()
    households_of, alone = count_houses(watch)
    assert int(households_of.sum()) == len(known)
    assert int(alone.sum()) == int((count_watchers(watch) == 1).sum())


def test_a_town_without_houses_or_lines_says_nothing() -> None:
    nothing = np.array([], np.int64)
    watch = pair_up(nothing, nothing, 0, 0)
    assert count_watchers(watch).tolist() == []
    assert left_alone(households(), links([]), "S0").empty
    assert houses_without_line(households(), links([]))["id"].tolist() == HOUSES
