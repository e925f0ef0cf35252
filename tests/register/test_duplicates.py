"""One person written twice: proposed with reasons, never merged alone, merged and taken back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import Point
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.errors import NotFound
from tests.register.conftest import PASSPHRASE
from webapp.accounts.policy import at_the_terminal
from webapp.faults import IntakeUndone, MergeIllegal
from webapp.register.change import Change
from webapp.register.duplicates import Card, find_duplicates, keep_apart, propose_pairs
from webapp.register.house import Register
from webapp.register.intake import preview, store_layers, undo
from webapp.register.intake.taking import Parcel
from webapp.register.merging import merge
from webapp.register.opening import make_register, open_register
from webapp.register.records import (
    Consent,
    District,
    Household,
    Person,
    Record,
    Request,
    SensitiveNote,
    Supporter,
    WatchLink,
)
from webapp.register.trail.history import versions_of

TERMINAL = at_the_terminal()

BORN = date(1948, 5, 1)


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a register that is made once and copied for each test."""
    folder = tmp_path_factory.mktemp("twice") / "w"
    with (
        make_register(folder, PASSPHRASE) as made,
        made.change(TERMINAL, "administration") as change,
    ):
        change.add(District, id="D1", name="第1校区")
        change.session.flush()
        for number, address in enumerate(("守恒1丁目2番3号", "守恒1-2-3", "若園9-9"), 1):
            change.add(Household, id=f"H{number}", district_id="D1", address=address)
        change.add(Supporter, id="S1", district_id="D1", name="担い手", activities=[])
        change.session.flush()
        _add_person(change, "P1", "H1", name="髙崎　ふく子", phone="093-961-0001")
        _add_person(change, "P2", "H2", name="高﨑ふく子", kana="タカサキフクコ", birth_date=BORN)
        _add_person(change, "P3", "H3", name="高崎ふく子", birth_date=date(1990, 1, 1))
        change.session.flush()
        change.add(
            Request,
            id="R2",
            person_id="P2",
            household_id="H2",
            district_id="D1",
            activity="garbage",
        )
        change.add(
            SensitiveNote,
            id="N2",
            person_id="P2",
            district_id="D1",
            topic="illness",
            text="心臓",
        )
        change.add(
            Consent, id="C2", person_id="P2", district_id="D1", basis="self",
            purpose="matching", given_on=datetime.now(UTC), status="given",
        )  # fmt: skip
        for number, (one, other) in enumerate(
            (("S1", "H1"), ("S1", "H2"), ("H1", "H2"), ("H2", "H3"))
        ):
            change.add(
                WatchLink,
                id=f"W{number}",
                watcher_id=one,
                watched_id=other,
                district_id="D1",
                kind="visit",
            )
    return folder


@pytest.fixture
def register(twice: Path, tmp_path: Path) -> Iterator[Register]:
    """H1 and H2 hold one person written twice; H3 another with the same name."""
    with open_register(shutil.copytree(twice, tmp_path / "w"), PASSPHRASE) as opened:
        yield opened


def _add_person(change: Change, identity: str, home: str, **values: Any) -> None:  # noqa: ANN401
    change.add(Person, id=identity, household_id=home, district_id="D1", **values)


def _all(register: Register, record: type[Record]) -> dict[str, Any]:
    with Session(register.engine) as session:
        return {one.id: one for one in session.scalars(select(record))}


def _state(register: Register) -> dict[str, dict[str, Any]]:
    books = {"version", "changed_at", "changed_by", "made_at", "made_by"}
    return {
        record.noun(): {
            identity: {k: v for k, v in one.values().items() if k not in books}
            for identity, one in _all(register, record).items()
        }
        for record in (Household, Person, Request, SensitiveNote, Consent, WatchLink)
    }


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ({"name": "髙橋一", "address": "守恒1-2"}, {"name": "高橋　一", "address": "守恒一丁目2番"},
         ["name_variant", "address"]),
        ({"name": "斉藤一", "birth_date": BORN}, {"name": "齋藤一", "birth_date": BORN},
         ["name_variant", "birth"]),
        ({"name": "タカハシ ハジメ", "phone": "093-1-2345"},
         {"name": "高橋一", "kana": "ﾀｶﾊｼﾊｼﾞﾒ", "phone": "09312345"},
         ["kana_for_name", "phone"]),
        ({"name": "高橋一", "kana": "タカハシハジメ", "birth_date": BORN},
         {"name": "高橋元", "kana": "たかはし　はじめ", "birth_date": BORN}, ["kana", "birth"]),
        ({"name": "森一", "address": "福岡県北九州市小倉南区守恒1-2-3 コーポ101"},
         {"name": "森一", "address": "守恒1丁目2-3"},
         ["name", "address"]),
    ],
)  # fmt: skip
def test_one_person_written_twice_is_proposed_with_reasons(
    one: dict[str, Any], other: dict[str, Any], reasons: list[str]
) -> None:
    (found,) = propose_pairs([Card("person", "a", **one), Card("person", "b", **other)])
    assert (found.first, found.second, found.reasons) == ("a", "b", reasons)
    assert 0.5 < found.score < 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "高橋一"}, {"name": "高橋一"}),
        ({"name": "高橋一", "address": "守恒1-2"}, {"name": "高橋一", "address": "若園1-2"}),
        ({"name": "高橋一", "address": "守恒1-2", "birth_date": BORN},
         {"name": "高橋一", "address": "守恒1-2", "birth_date": date(1980, 5, 1)}),
        ({"name": "高橋一", "address": "守恒1-2", "phone": "0931112222"},
         {"name": "高橋花", "address": "守恒1-2", "phone": "0931112222"}),
        ({"name": "高橋一", "address": "守恒1-2"}, {"name": "高橋一", "address": "守恒1-23"}),
    ],
)  # fmt: skip
def test_two_people_are_not_proposed(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not propose_pairs([Card("person", "a", **one), Card("person", "b", **other)])


def test_a_home_full_of_one_name_is_no_blow_up() -> None:
    cards = [Card("person", f"{n:05}", name="高橋一", address="守恒1-2") for n in range(3000)]
    assert propose_pairs(cards) == []


def test_a_register_proposes_and_changes_nothing(register: Register) -> None:
    before = _state(register)
    found = find_duplicates(register, TERMINAL)
    assert [(one.first, one.second) for one in found] == [("P1", "P2")]
    assert _state(register) == before


def test_what_was_kept_apart_is_not_proposed_again(register: Register) -> None:
    keep_apart(register, TERMINAL, "person", "P2", "P1")
    keep_apart(register, TERMINAL, "person", "P1", "P2")
    assert find_duplicates(register, TERMINAL) == []
    with pytest.raises(NotFound):
        keep_apart(register, TERMINAL, "person", "P1", "P9")
    with pytest.raises(MergeIllegal):
        keep_apart(register, TERMINAL, "person", "P1", "P1")


def test_a_merging_moves_every_reference_and_fills_blanks(register: Register) -> None:
    merge(register, TERMINAL, "person", "P1", "P2")
    people = _all(register, Person)
    assert (people["P1"].name, people["P1"].phone) == ("髙崎　ふく子", "093-961-0001")
    assert (people["P1"].kana, people["P1"].birth_date) == ("タカサキフクコ", BORN)
    assert people["P1"].search_key == "高崎フク子 タカサキフクコ"
    assert (people["P2"].status, people["P2"].name) == ("closed", "高﨑ふく子")
    request = _all(register, Request)["R2"]
    assert (request.person_id, request.household_id) == ("P1", "H1")
    assert _all(register, SensitiveNote)["N2"].person_id == "P1"
    assert _all(register, Consent)["C2"].person_id == "P1"
    assert _all(register, Household)["H2"].status == "past"
    lines = {(one.watcher_id, one.watched_id) for one in _all(register, WatchLink).values()}
    assert lines == {("S1", "H1"), ("H1", "H3")}, "no line to oneself, none drawn twice"
    with Session(register.engine) as session:
        assert len(versions_of(session, "person", "P2")) == 2
    assert find_duplicates(register, TERMINAL) == []


def test_a_merging_is_taken_back_whole(register: Register) -> None:
    before = _state(register)
    made = merge(register, TERMINAL, "person", "P1", "P2")
    undo(register, TERMINAL, made.id)
    assert _state(register) == before
    assert len(find_duplicates(register, TERMINAL)) == 1
    with pytest.raises(IntakeUndone):
        undo(register, TERMINAL, made.id)


def test_what_cannot_be_merged_is_refused(register: Register) -> None:
    with pytest.raises(MergeIllegal):
        merge(register, TERMINAL, "person", "P1", "P1")
    with pytest.raises(NotFound):
        merge(register, TERMINAL, "person", "P1", "P9")
    merge(register, TERMINAL, "person", "P1", "P2")
    with pytest.raises(MergeIllegal):
        merge(register, TERMINAL, "person", "P3", "P2")


def test_a_file_that_still_names_both_does_not_part_them_again(register: Register) -> None:
    merge(register, TERMINAL, "person", "P1", "P2")
    before = _state(register)
    homes = gpd.GeoDataFrame(
        {"id": ["H1", "H2", "H3"], "name": ["髙崎　ふく子", "高﨑ふく子", "高崎ふく子"]},
        geometry=[None] * 3, crs=4326,
    )  # fmt: skip
    links = gpd.GeoDataFrame(
        {"watcher_id": ["S1", "S1", "H2"], "watched_id": ["H1", "H2", "H3"], "kind": ["visit"] * 3},
        geometry=[None] * 3, crs=4326,
    )  # fmt: skip
    found = preview(register, TERMINAL, Parcel({"households": homes}, "h", "households"))
    assert not [one for one in found.listed if one.id in {"H2", "P2"}]
    store_layers(register, TERMINAL, {"households": homes, "links": links}, "both")
    after = _state(register)
    assert after["household"]["H2"] == before["household"]["H2"]
    assert after["person"]["P2"] == before["person"]["P2"]
    lines = {(one["watcher_id"], one["watched_id"]) for one in after["watch_link"].values()}
    assert lines == {("S1", "H1"), ("H1", "H3")}


def test_a_preview_proposes_who_is_new_and_known(register: Register) -> None:
    homes = gpd.GeoDataFrame(
        {"id": ["H8"], "name": ["高崎福子"], "kana": ["タカサキフクコ"],
         "birth_date": ["1948-05-01"]},
        geometry=[Point(130.8, 33.8)], crs=4326,
    )  # fmt: skip
    found = preview(register, TERMINAL, Parcel({"households": homes}, "h", "households"))
    (pair,) = found.duplicates
    assert (pair.first, pair.second, pair.reasons) == ("P2", "p-H8", ["kana", "birth"])


def test_supporters_are_merged_with_their_lines(register: Register) -> None:
    supporters = gpd.GeoDataFrame(
        {"id": ["S2"], "name": ["担　い手"], "activities": [["garbage"]], "address": ["守恒1-2"]},
        geometry=[None], crs=4326,
    )  # fmt: skip
    store_layers(register, TERMINAL, {"supporters": supporters}, "s")
    merge(register, TERMINAL, "supporter", "S2", "S1")
    assert _all(register, Supporter)["S1"].status == "left"
    watchers = {one.watcher_id for one in _all(register, WatchLink).values()}
    assert watchers == {"S2", "H1", "H2"}
