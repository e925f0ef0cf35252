"""Where sites should be: against every choice there is, published optima, and by properties."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial.distance import cdist

from geo.errors import FloorsTooHigh, NoAnswer, ParameterWrong, SitesTooFew
from geo.siting import Fairness, Siting, cover_most, fewest_sites, least_travel, smallest_worst

Floats = npt.NDArray[np.float64]


class Town:
    """Demand and sites by lot, with holes, kept sites and floors."""

    def __init__(self, seed: int) -> None:
        lot = np.random.default_rng(seed)
        demand, self.sites = int(lot.integers(1, 10)), int(lot.integers(1, 8))
        shape = demand, self.sites
        self.cost = lot.integers(0, 12, shape) * 1.0 if seed % 2 else lot.random(shape) * 12
        self.cost[lot.random(shape) < 0.3] = (np.nan, np.inf)[seed % 2]
        self.weight = lot.integers(0, 9, demand) * 1.0
        self.kept = lot.choice(self.sites, int(lot.integers(0, min(3, self.sites))), replace=False)
        self.many = int(lot.integers(0, self.sites + 1))
        self.within = float(lot.integers(1, 10))
        self.groups = lot.choice(["a", "b"], demand)
        floors = {"a": float(lot.choice([0.0, 0.3, 0.6, 0.9])), "b": 0.4}
        self.fairness = Fairness(self.groups, floors) if seed % 3 == 0 else None

    def nearest(self, opened: Iterable[int]) -> Floats:
        """Cost of each demand to the nearest of some sites and of those kept."""
        columns = [*self.kept, *opened]
        known = np.nan_to_num(self.cost[:, columns], nan=np.inf, posinf=np.inf)
        return known.min(axis=1, initial=np.inf)

    def fair(self, nearest: Floats, limit: float) -> bool:
        """Whether the floors are kept."""
        if self.fairness is None:
            return True
        own = [(self.groups == name, share) for name, share in self.fairness.least.items()]
        near = nearest <= limit + 1e-9
        return all(
            self.weight[group & near].sum() >= share * self.weight[group].sum() - 1e-6
            for group, share in own
        )

    def choices(self) -> Iterable[tuple[int, ...]]:
        """Every set of sites beside those kept."""
        others = [site for site in range(self.sites) if site not in self.kept]
        for size in range(len(others) + 1):
            yield from combinations(others, size)


def least_by_trying(values: Iterable[float]) -> float | None:
    return min(values, default=None)


def tried(town: Town, goal: str) -> float | None:
    """The best there is, of which less is better; None where no choice does what is asked."""
    everybody = town.nearest(range(town.sites))
    found: list[float] = []
    for chosen in town.choices():
        near = town.nearest(chosen)
        allowed, reached = len(chosen) <= town.many, near <= town.within + 1e-9
        served = np.isfinite(near) | ~np.isfinite(everybody)
        if goal == "cover_most" and allowed and town.fair(near, town.within):
            found.append(-float(town.weight[reached].sum()))
        if goal == "capped" and allowed and town.fair(near, town.within):
            found.append(float((town.weight * np.minimum(near, town.within)).sum()))
        counted = (served | (town.weight == 0)).all() and town.fair(near, 1e9)
        if goal == "least_travel" and allowed and counted:
            found.append(float((town.weight * np.where(np.isfinite(near), near, 0.0)).sum()))
        if goal == "smallest_worst" and allowed and served.all():
            found.append(float(near[np.isfinite(everybody)].max(initial=0.0)))
        whole = (reached | (everybody > town.within + 1e-9)).all()
        if goal == "fewest_sites" and (
            whole if town.fairness is None else town.fair(near, town.within)
        ):
            found.append(float(len(chosen)))
    return least_by_trying(found)


ASKED: dict[str, Callable[[Town], Siting]] = {
    "cover_most": lambda town: cover_most(
        town.cost, town.weight, sites=town.many, within=town.within, kept=town.kept,
        fairness=town.fairness,
    ),
    "least_travel": lambda town: least_travel(
        town.cost, town.weight, sites=town.many, kept=town.kept, fairness=town.fairness
    ),
    "capped": lambda town: least_travel(
        town.cost, town.weight, sites=town.many, beyond=town.within, kept=town.kept,
        fairness=town.fairness,
    ),
    "fewest_sites": lambda town: fewest_sites(
        town.cost, within=town.within, kept=town.kept, fairness=town.fairness,
        weight=None if town.fairness is None else town.weight,
    ),
    "smallest_worst": lambda town: smallest_worst(town.cost, sites=town.many, kept=town.kept),
}  # fmt: skip


@pytest.mark.parametrize("goal", ASKED)
@settings(max_examples=25)
@given(seed=st.integers(0, 100_000))
def test_an_answer_is_the_best_of_all_choices_and_proven(goal: str, seed: int) -> None:
    town = Town(seed)
    best = tried(town, goal)
    if best is None:
        with pytest.raises(NoAnswer):
            ASKED[goal](town)
        return
    answer = ASKED[goal](town)
    assert answer.value == pytest.approx(-best if goal == "cover_most" else best, abs=1e-6)
    assert answer.bound == pytest.approx(answer.value, rel=1e-9)
    assert answer.proven
    assert answer.kept.tolist() == sorted(town.kept)
    assert len(answer.chosen) <= (town.sites if goal == "fewest_sites" else town.many)
    opened = {*answer.kept.tolist(), *answer.chosen.tolist()}
    assert len(opened) == len(answer.kept) + len(answer.chosen)
    assert {*answer.assigned.tolist()} <= opened | {-1}


@pytest.mark.parametrize("seed", range(4))
def test_what_the_bound_leaves_to_the_solver_still_holds_the_best(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One turn of exchanges and prices, then the programme without what cannot be better."""
    monkeypatch.setattr("geo.siting.minimum._TURNS", 1)
    monkeypatch.setattr("geo.siting.minimum._KICKS", 0)
    lot = np.random.default_rng(seed)
    cost = cdist(lot.random((80, 2)), lot.random((24, 2)))
    weight = lot.random(80)
    near, choices = cost <= 0.2, np.array(list(combinations(range(24), 4)))
    reached = near[:, choices].any(axis=2).T @ weight
    travel = cost[:, choices].min(axis=2).T @ weight
    best = cover_most(cost, weight, sites=4, within=0.2)
    assert (best.value, best.bound) == (pytest.approx(reached.max()),) * 2
    best = least_travel(cost, weight, sites=4)
    assert (best.value, best.bound) == (pytest.approx(travel.min()),) * 2


@settings(max_examples=4)
@given(seed=st.integers(0, 100_000))
def test_one_site_more_never_covers_less_nor_lengthens_travel(seed: int) -> None:
    lot = np.random.default_rng(seed)
    cost, weight = lot.random((40, 12)), lot.integers(0, 50, 40)
    covers = [cover_most(cost, weight, sites=many, within=0.1).value for many in range(5)]
    travels = [least_travel(cost, weight, sites=many).value for many in range(1, 5)]
    worsts = [smallest_worst(cost, sites=many).value for many in range(1, 5)]
    assert covers == sorted(covers)
    assert travels == sorted(travels, reverse=True)
    assert worsts == sorted(worsts, reverse=True)


def city(demand: int = 400, sites: int = 60) -> tuple[Floats, Floats]:
    """Costs and weights of a town on a square."""
    lot = np.random.default_rng(4)
    cost = cdist(lot.random((demand, 2)), lot.random((sites, 2)))
    return cost, lot.integers(1, 30, demand) * 1.0


@pytest.mark.parametrize(
    "ask",
    [
        lambda cost, weight, **told: cover_most(cost, weight, sites=8, within=0.12, **told),
        lambda cost, weight, **told: least_travel(cost, weight, sites=8, **told),
        lambda cost, _, **told: fewest_sites(cost, within=0.12, **told),
        lambda cost, _, **told: smallest_worst(cost, sites=8, **told),
    ],
)
def test_every_answer_that_is_told_is_bounded_and_the_next_is_no_worse(
    ask: Callable[..., Siting],
) -> None:
    cost, weight = city()
    told: list[Siting] = []

    def watch(answer: Siting) -> bool:
        told.append(answer)
        return True

    best = ask(cost, weight, watch=watch)
    assert best.proven
    more = best.value >= told[0].value and best.bound <= told[0].bound and best.value > 500
    sign = -1.0 if more else 1.0
    values = [sign * answer.value for answer in told]
    bounds = [sign * answer.bound for answer in told]
    assert values == sorted(values, reverse=True)
    assert bounds == sorted(bounds)
    assert all(bound <= sign * best.value + 1e-9 for bound in bounds)
    assert np.isfinite(told[0].value)
    cancelled = ask(cost, weight, watch=lambda _: False)
    assert sign * cancelled.bound <= sign * best.value + 1e-9 <= sign * cancelled.value + 2e-9
    ended = ask(cost, weight, seconds=0.0)
    assert sign * ended.bound <= sign * best.value + 1e-9 <= sign * ended.value + 2e-9


def test_the_proof_is_ended_by_the_watcher_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exchanges prove nothing here: the first bound is the solver's."""
    cost, weight = city(150, 30)
    monkeypatch.setattr("geo.siting.minimum._TURNS", 0)
    best, told = least_travel(cost, weight, sites=5), list[Siting]()

    def watch(answer: Siting) -> bool:
        told.append(answer)
        return not np.isfinite(answer.bound)

    ended = least_travel(cost, weight, sites=5, watch=watch)
    assert best.proven
    assert [np.isfinite(one.bound) for one in told[:-1]] == [False] * (len(told) - 1)
    assert -np.inf < ended.bound <= best.value <= ended.value


def test_what_a_watcher_raises_is_raised() -> None:
    def watch(answer: Siting) -> bool:
        raise KeyError(answer.value)

    with pytest.raises(KeyError):
        least_travel(*city(), sites=8, watch=watch)


def test_a_floor_takes_sites_to_the_district_that_has_few() -> None:
    cost = np.where(np.eye(4, dtype=bool), 1.0, 9.0)
    weight, districts = [9.0, 8.0, 7.0, 1.0], ["north", "north", "north", "south"]
    free = cover_most(cost, weight, sites=2, within=5.0)
    fair = cover_most(
        cost, weight, sites=2, within=5.0, fairness=Fairness(districts, {"south": 1.0})
    )
    assert (free.value, fair.value) == (17.0, 10.0)
    assert fair.chosen.tolist() == [0, 3]
    with pytest.raises(FloorsTooHigh) as fault:
        cover_most(
            cost, [*weight[:3], 3.0], sites=9, within=0.5,
            fairness=Fairness(districts, {"south": 0.5}),
        )  # fmt: skip
    assert fault.value.facts == {"group": "south", "share": "50.0%", "possible": "0.0%"}
    with pytest.raises(SitesTooFew):
        cover_most(
            cost, weight, sites=1, within=5.0,
            fairness=Fairness(districts, {"south": 1.0, "north": 0.1}),
        )  # fmt: skip


def test_sparse_costs_are_as_dense_ones_and_what_is_not_stored_is_unreachable() -> None:
    cost = np.array([[0.0, 3.0, np.inf], [np.inf, 2.0, 1.0], [np.nan, np.nan, np.nan]])
    row, column = np.nonzero(np.isfinite(cost))
    sparse = csr_array((cost[row, column], (row, column)), shape=cost.shape)
    for many in (1, 2):
        one = least_travel(cost, [1, 1, 1], sites=many, beyond=9.0)
        other = least_travel(sparse, [1, 1, 1], sites=many, beyond=9.0)
        assert one.value == other.value == [14.0, 10.0][many - 1]
        assert one.assigned.tolist() == other.assigned.tolist()
    assert other.assigned.tolist() == [0, 2, -1]


def test_unknown_weight_counts_for_nothing_and_a_site_that_adds_nothing_is_not_chosen() -> None:
    cost = np.array([[1.0, 9.0], [9.0, 1.0]])
    best = cover_most(cost, [np.nan, 2.0], sites=2, within=5.0)
    assert best.value == 2.0
    assert best.chosen.tolist() == [1]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: cover_most([[1.0]], [1.0, 2.0], sites=1, within=1.0),
        lambda: cover_most([[1.0]], [-1.0], sites=1, within=1.0),
        lambda: cover_most([[-1.0]], [1.0], sites=1, within=1.0),
        lambda: cover_most([1.0], [1.0], sites=1, within=1.0),
        lambda: least_travel([[1.0]], [1.0], sites=-1),
        lambda: least_travel([[1.0]], [1.0], sites=1, kept=[1]),
        lambda: least_travel([[1.0]], [1.0], sites=1, fairness=Fairness(["a"], {"a": 1.1})),
    ],
)
def test_what_cannot_be_asked_is_refused(wrong: Callable[[], Siting]) -> None:
    with pytest.raises(ParameterWrong):
        wrong()


def test_the_solver_says_nothing_on_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    fewest_sites(city()[0], within=0.2)
    assert capfd.readouterr().out == ""


@pytest.mark.realdata
def test_published_optima_of_san_francisco(realdata: Path) -> None:
    """16 shops and 205 census tracts, PySAL spopt's test data (BSD-3)."""
    folder = realdata / "siting" / "sf"
    table = pd.read_csv(folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv")
    metres = table.pivot_table(index="DestinationName", columns="name", values="distance")
    people = table.groupby("DestinationName")["demand"].first().reindex(metres.index)
    cost, weight = metres.to_numpy(), people.to_numpy()
    assert fewest_sites(cost, within=5000.0).value == 8
    assert cover_most(cost, weight, sites=4, within=5000.0).value == 875_247
    assert least_travel(cost, weight, sites=4).value == pytest.approx(2848268129.7145, abs=1e-3)
    assert smallest_worst(cost, sites=4).value == pytest.approx(7403.0638, abs=1e-4)


@pytest.mark.realdata
def test_published_optima_of_sao_jose_dos_campos(realdata: Path) -> None:
    """324 places that are candidates as well, radius 800 m: L. Lorena's instances."""
    places = np.loadtxt(realdata / "siting" / "SJC324.dat", skiprows=1)
    weight = np.loadtxt(realdata / "siting" / "demand-SJC324.dat")
    metres = cdist(places, places)
    found = [cover_most(metres, weight, sites=many, within=800.0) for many in range(1, 6)]
    assert [one.value for one in found] == [5461, 8790, 11604, 12106, 12152]
    assert all(one.proven for one in found)


@pytest.mark.realdata
@pytest.mark.parametrize(("name", "optimum"), [("pmed1", 5819), ("pmed2", 4093)])
def test_published_optima_of_medians(realdata: Path, name: str, optimum: int) -> None:
    """OR-Library, J. Beasley (1985); of edges that occur twice the last counts."""
    words = [int(one) for one in (realdata / "siting" / f"{name}.txt").read_text().split()]
    nodes, edges, many = words[:3]
    graph = np.zeros((nodes, nodes))
    for at in range(3, 3 + 3 * edges, 3):
        one, other, length = words[at : at + 3]
        graph[one - 1, other - 1] = graph[other - 1, one - 1] = length
    best = least_travel(dijkstra(graph), np.ones(nodes), sites=many)
    assert best.value == optimum
    assert best.proven
