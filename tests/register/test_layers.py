"""Layers out of the register: contracts, districts, precision, other writers, the trail."""

from __future__ import annotations

import geopandas as gpd
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.crs import mesh_bounds, mesh_code
from geo.errors import NotFound
from geo.layers import check
from webapp.accounts.policy import ROLES, at_the_terminal, viewer_of
from webapp.register.house import Register
from webapp.register.joining import join_layers
from webapp.register.layers import RegisterLayers, cut_layers, read_layers
from webapp.register.records import Household, Person, Place, Supporter, WatchLink
from webapp.register.trail.access_event import AccessEvent
from webapp.register.viewer import Viewer


@pytest.fixture
def layers(register: Register) -> RegisterLayers:
    """D1 with a supporter who looks in on H1, and on H2 in the other district."""
    with register.change(at_the_terminal(), "administration") as change:
        change.add(
            Supporter, id="S1", name="担い手", district_id="D1", activities=["garbage"],
            weekdays=["MO"], most_per_week=3.0, lon=130.871, lat=33.831, status="willing",
            birth_year=1948,
        )  # fmt: skip
        change.add(WatchLink, id="W1", watcher_id="S1", watched_id="H1", district_id="D1")
        change.add(WatchLink, id="W2", watcher_id="S1", watched_id="H2", district_id="D2")
    return register.drawn


def test_every_layer_keeps_its_contract(layers: RegisterLayers) -> None:
    _, exact = layers.exact()
    for name, layer in exact.items():
        check(layer, name)
    household = exact["households"].iloc[0]
    assert (household["id"], household["name"], household["needs"]) == ("H1", "神宮福子1", None)
    supporter = exact["supporters"].iloc[0]
    assert supporter["activities"] == ["garbage"]
    assert (supporter["most_per_week"], supporter["birth_year"]) == (3.0, 1948.0)
    assert list(exact["links"].geometry.geom_type) == ["LineString", "LineString"]


def test_only_what_changed_is_read_again_and_it_is_as_if_all_were(
    layers: RegisterLayers, register: Register
) -> None:
    terminal = at_the_terminal()
    for record, identity, values in (
        (Person, "P1", {"name": "改めた名"}),
        (Supporter, "S1", {"lon": 130.9}),
        (WatchLink, "W2", None),
        (Place, "L1", {"kind": "shop"}),
        (Household, "H2", {"status": "past"}),
    ):
        before = layers.exact()[1]
        with register.change(terminal, "administration") as change:
            if record is Place:
                change.add(Place, id=identity, **values)
            elif values is None:
                change.erase(change.get(record, identity))
            else:
                change.revise(record, identity, 1, **values)
        now = layers.exact()[1]
        with register.engine.connect() as connection:
            fresh = join_layers(read_layers(connection))
        for name, layer in fresh.items():
            assert now[name].to_json() == layer.to_json(), (record, name)
        kept = "places" if record is not Place else "districts"
        assert now[kept] is before[kept], "what nobody changed is not read again"


def test_a_consultant_sees_the_own_district_only(
    layers: RegisterLayers, consultant: Viewer
) -> None:
    seen = layers.layers(consultant, "matching")
    assert list(seen["households"]["id"]) == ["H1"]
    assert list(seen["links"]["id"]) == ["W1"], "the line to the other district points at its house"
    with pytest.raises(NotFound):
        layers.layers(consultant, "matching", "D2")


def test_a_planner_sees_the_same_cell_every_time_and_no_name(layers: RegisterLayers) -> None:
    planner = viewer_of("planner", "a-planner", None)
    seen = [layers.layers(planner, "planning")["households"] for _ in range(2)]
    assert seen[0].geometry.equals(seen[1].geometry)
    west, south, east, north = mesh_bounds(mesh_code(130.87, 33.83))
    point = seen[0].geometry.iloc[0]
    assert (point.x, point.y) == pytest.approx(((west + east) / 2, (south + north) / 2))
    for column in ("name", "address"):
        assert seen[0][column].isna().all()


@pytest.mark.parametrize("role", ROLES)
def test_no_role_gets_more_than_its_table(layers: RegisterLayers, role: str) -> None:
    _, exact = layers.exact()
    viewer = viewer_of(role, "somebody", frozenset({"D1"}))
    for purpose in ("matching", "workshop", "planning", "statistics", "visit"):
        cut = cut_layers(exact, viewer, purpose)
        fields = viewer.sight.seen("household", purpose)
        text = _text(cut["households"])
        assert ("守恒町" in text) == (
            "address" in fields and viewer.sight.scope("household", purpose) == "district"
        )
        assert "H2" not in text


def _text(layer: gpd.GeoDataFrame) -> str:
    return layer.to_csv()


def test_a_write_of_another_process_is_noticed(
    layers: RegisterLayers, register: Register, consultant: Viewer
) -> None:
    before, _ = layers.exact()
    other = Register(register.engine)
    with other.change(consultant, "matching") as change:
        change.revise(Household, "H1", 1, composition="single_elderly")
    after, exact = layers.exact()
    assert after > before
    assert exact["households"]["composition"].iloc[0] == "single_elderly"


def test_layers_are_read_once_a_version(layers: RegisterLayers) -> None:
    assert layers.exact()[1] is layers.exact()[1]


@pytest.mark.usefixtures("layers")
def test_each_reading_of_layers_is_in_the_trail(register: Register, consultant: Viewer) -> None:
    register.layers(consultant, "D1")
    with Session(register.engine) as session:
        rows = select(AccessEvent).where(AccessEvent.account == consultant.account)
        events = list(session.scalars(rows))
    assert {(one.record, one.district_id, (one.facts or {})["count"]) for one in events} == {
        ("household", "D1", 1),
        ("supporter", "D1", 1),
        ("watch_link", "D1", 1),
    }
