"""Imports into the register: what differs, all or nothing, twice, taken back, whatever the file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo import sample_town
from geo.crs import mesh_code
from geo.errors import GeoError, NotFound
from geo.exchange.rosters import read_roster
from geo.layers import LayerName
from tests.register.conftest import PASSPHRASE
from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.faults import IntakeFaulty, IntakeInUse, IntakeUndone, RecordWithheld
from webapp.layerstore import Layers
from webapp.register.house import Register
from webapp.register.intake import Parcel, apply, list_intakes, preview, store_layers, undo
from webapp.register.opening import make_register, open_register
from webapp.register.records import (
    Base,
    Consent,
    District,
    Household,
    Person,
    Record,
    Request,
    Supporter,
    WatchLink,
)
from webapp.register.trail.access_event import AccessEvent
from webapp.register.trail.history import History, versions_of
from webapp.register.viewer import Viewer

TERMINAL = at_the_terminal()

HEADINGS = "世帯ID,氏名,フリガナ,住所,電話番号,生年月日,緯度,経度,世帯構成,地区"


@pytest.fixture(scope="module")
def divided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a register that is made once and copied for each test."""
    folder = tmp_path_factory.mktemp("divided") / "w"
    with make_register(folder, PASSPHRASE) as made:
        store_layers(made, TERMINAL, {"districts": _districts()}, "boundaries")
    return folder


@pytest.fixture
def register(divided: Path, tmp_path: Path) -> Iterator[Register]:
    """A register with the districts D1, left, and D2, right, and nobody in them."""
    folder = shutil.copytree(divided, tmp_path / "w")
    with open_register(folder, PASSPHRASE) as opened:
        yield opened


def _districts() -> gpd.GeoDataFrame:
    shapes = [box(130.80, 33.8, 130.85, 33.9), box(130.85, 33.8, 130.90, 33.9)]
    named = {"id": ["D1", "D2"], "code": ["401", "402"], "name": ["左校区", "右校区"]}
    return gpd.GeoDataFrame(named, geometry=shapes, crs=4326)


def _roster(tmp_path: Path, *rows: str, name: str = "h.csv", headings: str = HEADINGS) -> Parcel:
    file = tmp_path / name
    file.write_text("\n".join((headings, *rows)) + "\n", encoding="utf-8")
    return Parcel.of_roster(read_roster(file, "households"), "households", file)


H1 = (
    "H1,髙﨑　ふく子,タカサキ フクコ,守恒本町１丁目２番３号,093-961-0001,S23.5.1,"
    "33.85,130.82,独居高齢者,"
)
H2 = "H2,福田　猪之助,,若園2-3-4,,昭和10年1月2日,33.85,130.87,,"
H3 = "H3,神宮 隆,,若園5-6-7,,,33.86,130.88,,"


def _all(register: Register, record: type[Record]) -> dict[str, Any]:
    with Session(register.engine) as session:
        return {one.id: one for one in session.scalars(select(record))}


def _everything(register: Register) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the trail, which also keeps refusals and readings."""
    with register.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in {"access_event", "pulse"}
        }


def test_a_roster_becomes_households_and_people_as_written(
    register: Register, tmp_path: Path
) -> None:
    apply(register, TERMINAL, _roster(tmp_path, H1, H2))
    home, person = _all(register, Household)["H1"], _all(register, Person)["p-H1"]
    assert (home.address, home.address_key) == ("守恒本町１丁目２番３号", "守恒本町1-2-3")
    assert (home.district_id, home.status) == ("D1", "current")
    assert home.mesh == mesh_code(130.82, 33.85)
    assert (person.name, person.kana) == ("髙﨑　ふく子", "タカサキ フクコ")
    assert person.search_key == "高崎フク子 タカサキフクコ"
    assert (str(person.birth_date), person.birth_text) == ("1948-05-01", "S23.5.1")
    assert _all(register, Person)["p-H2"].district_id == "D2"


def test_the_same_file_twice_changes_nothing(register: Register, tmp_path: Path) -> None:
    first = apply(register, TERMINAL, _roster(tmp_path, H1, H2))
    before, version = _everything(register), register.version()
    second = apply(register, TERMINAL, _roster(tmp_path, H1, H2))
    assert (first.state, second.state) == ("applied", "unchanged")
    assert _everything(register) == before
    assert register.version() == version


def test_an_invented_town_comes_out_as_it_went_in(tmp_path: Path) -> None:
    town = sample_town(0, households=120, supporters=20)
    names: tuple[LayerName, ...] = ("districts", "households", "supporters", "links", "places")
    layers = cast("Layers", {name: getattr(town, name) for name in names})
    with make_register(tmp_path / "town", PASSPHRASE) as register:
        store_layers(register, TERMINAL, layers, "town")
        _, exact = register.drawn.exact()
        version = register.version()
        assert store_layers(register, TERMINAL, layers, "town").state == "unchanged"
        assert register.version() == version
    for name in ("districts", "households", "places"):
        out = exact[name].set_index("id").sort_index()
        into = layers[name].set_index("id").sort_index()
        assert list(out.index) == list(into.index)
        assert list(out["name"]) == list(into["name"])
        assert out.geometry.geom_equals(into.geometry).all()
    assert len(exact["links"]) == len(town.links)
    assert set(exact["supporters"]["id"]) == set(town.supporters.query("status != 'left'")["id"])


def test_differences_are_told_field_by_field(register: Register, tmp_path: Path) -> None:
    apply(register, TERMINAL, _roster(tmp_path, H1, H2, H3))
    changed = H2.replace("若園2-3-4", "若園2-3-40")
    found = preview(
        register, TERMINAL, _roster(tmp_path, H1, changed, H3.replace("H3,神宮", "H4,森"))
    )
    told = {(one.record.noun(), one.id): (one.deed, one.fields()) for one in found.listed}
    assert told["household", "H2"] == ("changed", {"address": ("若園2-3-4", "若園2-3-40")})
    assert told["household", "H4"][0] == told["person", "p-H4"][0] == "new"
    assert told["household", "H3"] == ("gone", {"status": ("current", "past")})
    assert told["person", "p-H3"] == ("gone", {"status": ("active", "closed")})
    assert found.unchanged == {"household": 1, "person": 2}
    assert set(_all(register, Household)) == {"H1", "H2", "H3"}, "a preview changes nothing"


def test_gone_are_only_those_of_the_districts_in_the_file(
    register: Register, tmp_path: Path
) -> None:
    apply(register, TERMINAL, _roster(tmp_path, H1, H2, H3))
    apply(register, TERMINAL, _roster(tmp_path, H2))
    homes = _all(register, Household)
    assert {i: one.status for i, one in homes.items()} == {
        "H1": "current", "H2": "current", "H3": "past",
    }  # fmt: skip
    assert _all(register, Person)["p-H3"].status == "closed"
    apply(register, TERMINAL, _roster(tmp_path, H2, H3))
    assert _all(register, Household)["H3"].status == "current"
    assert _all(register, Person)["p-H3"].status == "active"


def test_nothing_is_gone_where_it_was_asked_to_stay(register: Register, tmp_path: Path) -> None:
    apply(register, TERMINAL, _roster(tmp_path, H2, H3))
    parcel = _roster(tmp_path, H2)
    found = preview(register, TERMINAL, Parcel(**(vars(parcel) | {"keep_missing": True})))
    assert not found.listed


def test_what_a_file_does_not_speak_of_is_kept(register: Register, tmp_path: Path) -> None:
    apply(register, TERMINAL, _roster(tmp_path, H1))
    with register.change(TERMINAL, "administration") as change:
        change.revise(Household, "H1", 1, lon=130.83, lat=33.86)
    short = _roster(tmp_path, "H1,髙﨑　ふく子", headings="世帯ID,氏名", name="s.csv")
    assert apply(register, TERMINAL, short).state == "unchanged"
    home = _all(register, Household)["H1"]
    assert (home.lon, home.address, home.district_id) == (130.83, "守恒本町１丁目２番３号", "D1")


def test_a_person_added_by_hand_is_found_again(register: Register, tmp_path: Path) -> None:
    with register.change(TERMINAL, "administration") as change:
        change.add(Household, id="H1", district_id="D1")
        change.session.flush()
        change.add(Person, id="P-hand", household_id="H1", district_id="D1", name="髙﨑　ふく子")
    apply(register, TERMINAL, _roster(tmp_path, H1))
    assert set(_all(register, Person)) == {"P-hand"}
    assert _all(register, Person)["P-hand"].phone == "093-961-0001"


def test_an_illegal_step_is_a_row_at_fault_and_nothing_is_taken(register: Register) -> None:
    supporters = gpd.GeoDataFrame(
        {"id": ["S1", "S2"], "activities": [["garbage"], []], "status": ["active", "active"]},
        geometry=[Point(130.82, 33.85), Point(130.83, 33.85)], crs=4326,
    )  # fmt: skip
    store_layers(register, TERMINAL, {"supporters": supporters}, "s")
    before = _everything(register)
    wrong = supporters.assign(status=["willing", "resting"])
    with pytest.raises(IntakeFaulty) as fault:
        store_layers(register, TERMINAL, {"supporters": wrong}, "s")
    (row,) = fault.value.facts["faults"]
    assert (row.id, row.problem, row.facts["legal"]) == ("S1", "step", "left, resting")
    assert _everything(register) == before


@pytest.mark.parametrize("bad", ["H\0", "x" * 65, "\ud800", "H\x1b[2J", "H\x9b2J"])
def test_what_no_engine_can_keep_is_refused(register: Register, bad: str) -> None:
    ids = pd.Series(["H1", bad], dtype=object)
    homes = gpd.GeoDataFrame({"id": ids}, geometry=[None, None], crs=4326)
    before = _everything(register)
    with pytest.raises(IntakeFaulty):
        store_layers(register, TERMINAL, {"households": homes}, "h")
    assert _everything(register) == before


def test_a_fault_while_writing_leaves_nothing(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, version = _everything(register), register.version()

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("webapp.register.intake.writing.append", fail)
    with pytest.raises(MemoryError):
        apply(register, TERMINAL, _roster(tmp_path, H1, H2))
    assert _everything(register) == before
    assert register.version() == version


def test_every_version_names_its_import_and_the_trail_its_extent(
    register: Register, tmp_path: Path
) -> None:
    made = apply(register, TERMINAL, _roster(tmp_path, H1, H2))
    with Session(register.engine) as session:
        kept = session.scalars(select(History).where(History.intake_id == made.id)).all()
        events = [
            one
            for one in session.scalars(select(AccessEvent))
            if (one.facts or {}).get("intake_id") == made.id
        ]
    assert {(one.record, one.record_id) for one in kept} == {
        ("household", "H1"), ("household", "H2"), ("person", "p-H1"), ("person", "p-H2"),
    }  # fmt: skip
    assert {(e.deed, e.record, e.district_id, (e.facts or {})["count"]) for e in events} == {
        ("add", noun, district, 1) for noun in ("household", "person") for district in ("D1", "D2")
    }
    assert "髙﨑" not in str([vars(one) for one in events])


def test_a_whole_import_is_taken_back(register: Register, tmp_path: Path) -> None:
    apply(register, TERMINAL, _roster(tmp_path, H1, H2))
    before = _state(register)
    second = apply(
        register, TERMINAL, _roster(tmp_path, H1.replace("0001", "0002"), H3, name="second.csv")
    )
    assert _state(register) != before
    undo(register, TERMINAL, second.id)
    assert _state(register) == before
    assert [one.state for one in list_intakes(register)] == ["undone", "applied", "applied"]
    with pytest.raises(IntakeUndone):
        undo(register, TERMINAL, second.id)
    with pytest.raises(NotFound):
        undo(register, TERMINAL, "t-nothing")


def _state(register: Register) -> dict[str, dict[str, Any]]:
    """What every record says, without the books on who wrote it."""
    books = {"version", "changed_at", "changed_by", "made_at", "made_by"}
    return {
        record.noun(): {
            identity: {k: v for k, v in one.values().items() if k not in books}
            for identity, one in _all(register, record).items()
        }
        for record in (District, Household, Person, Supporter, WatchLink)
    }


def test_what_an_undone_import_brought_is_gone_with_its_versions(
    register: Register, tmp_path: Path
) -> None:
    made = apply(register, TERMINAL, _roster(tmp_path, H1))
    undo(register, TERMINAL, made.id)
    with Session(register.engine) as session:
        assert not versions_of(session, "person", "p-H1")
        assert not versions_of(session, "household", "H1")


def test_an_undo_is_refused_where_somebody_worked_since(register: Register, tmp_path: Path) -> None:
    made = apply(register, TERMINAL, _roster(tmp_path, H1, H2, H3))
    with register.change(viewer_of("consultant", "a-1", frozenset({"D1"})), "matching") as change:
        change.revise(Person, "p-H1", 1, phone="111")
    with register.change(TERMINAL, "matching") as change:
        change.add(Request, id="R1", household_id="H2", district_id="D2", activity="garbage")
    before = _everything(register)
    with pytest.raises(IntakeInUse) as fault:
        undo(register, TERMINAL, made.id)
    assert {(one.record, one.id, one.why, one.by) for one in fault.value.facts["later"]} == {
        ("person", "p-H1", "changed", "a-1"),
        ("household", "H1", "used", "person p-H1"),
        ("household", "H2", "used", "request R1"),
    }
    assert _everything(register) == before
    done = undo(register, TERMINAL, made.id, keep_later=True)
    assert len(done.later) == 3
    assert set(_all(register, Household)) == {"H1", "H2"}
    assert set(_all(register, Person)) == {"p-H1"}


def test_lines_that_went_come_back_with_the_undo(register: Register, tmp_path: Path) -> None:
    apply(register, TERMINAL, _roster(tmp_path, H1, H2, H3))
    links = gpd.GeoDataFrame(
        {"watcher_id": ["H2", "H3"], "watched_id": ["H3", "H2"], "kind": ["visit", "visit"]},
        geometry=[None, None], crs=4326,
    )  # fmt: skip
    store_layers(register, TERMINAL, {"links": links}, "l")
    before = _state(register)
    fewer = store_layers(register, TERMINAL, {"links": links[:1]}, "l")
    assert len(_all(register, WatchLink)) == 1
    undo(register, TERMINAL, fewer.id)
    assert _state(register) == before
    back = store_layers(register, TERMINAL, {"links": links}, "l")
    assert back.state == "unchanged"


def test_new_boundaries_settle_what_lay_in_none(tmp_path: Path) -> None:
    with make_register(tmp_path / "bare", PASSPHRASE) as register:
        apply(register, TERMINAL, _roster(tmp_path, H1, H2))
        assert _all(register, Household)["H1"].district_id is None
        made = store_layers(register, TERMINAL, {"districts": _districts()}, "b")
        assert _all(register, Household)["H1"].district_id == "D1"
        assert _all(register, Person)["p-H2"].district_id == "D2"
        undo(register, TERMINAL, made.id)
        assert _all(register, Household)["H1"].district_id is None
        assert not _all(register, District)


def test_what_belongs_to_a_household_moves_district_with_it(
    register: Register, tmp_path: Path
) -> None:
    apply(register, TERMINAL, _roster(tmp_path, H1))
    with register.change(TERMINAL, "matching") as change:
        change.add(Request, id="R1", household_id="H1", district_id="D1", activity="garbage")
        change.add(
            Consent, id="C1", person_id="p-H1", district_id="D1", basis="self", purpose="matching",
            given_on=_all(register, Household)["H1"].made_at, status="given",
        )  # fmt: skip
    apply(register, TERMINAL, _roster(tmp_path, H1.replace("130.82", "130.87")))
    for record in (Household, Person, Request, Consent):
        assert {one.district_id for one in _all(register, record).values()} == {"D2"}


def test_a_role_imports_only_what_it_may_write(
    register: Register, tmp_path: Path, consultant: Viewer
) -> None:
    with pytest.raises(RecordWithheld):
        apply(register, consultant, _roster(tmp_path, H1))
    assert not _all(register, Household)


def test_a_preview_is_a_read_of_the_trail(register: Register, tmp_path: Path) -> None:
    apply(register, TERMINAL, _roster(tmp_path, H1))
    with Session(register.engine) as session:
        before = session.scalar(select(func.count()).select_from(AccessEvent)) or 0
    preview(register, TERMINAL, _roster(tmp_path, H1))
    with Session(register.engine) as session:
        events = session.scalars(select(AccessEvent).where(AccessEvent.sequence > before)).all()
    assert {(one.deed, one.record) for one in events} == {("read", "household"), ("read", "person")}


def test_geo_faults_only(register: Register, tmp_path: Path) -> None:
    with pytest.raises(GeoError):
        _roster(tmp_path, "H1,a,,,,明治99年,,,,")
    assert not _all(register, Household)
