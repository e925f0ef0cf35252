"""Records: versions, stale changes, steps, districts of others."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.errors import NotFound
from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.faults import FieldWithheld, RecordStale, RecordWithheld, StepIllegal
from webapp.register.house import Register
from webapp.register.records import (
    RECORDS,
    Household,
    Offer,
    Person,
    Place,
    Request,
    SensitiveNote,
    Supporter,
)
from webapp.register.records.base import Stepped
from webapp.register.trail.access_event import AccessEvent
from webapp.register.trail.history import versions_of
from webapp.register.viewer import Precision, Viewer


def _events(register: Register) -> list[AccessEvent]:
    with Session(register.engine) as session:
        return list(session.scalars(select(AccessEvent).order_by(AccessEvent.sequence)))


def test_every_version_is_kept_whole(register: Register, consultant: Viewer) -> None:
    with register.change(consultant, "matching", "moved") as change:
        change.revise(Household, "H1", 1, address="守恒町2丁目")
    with Session(register.engine) as session:
        kept = versions_of(session, "household", "H1")
    assert [(one.version, one.values["address"], one.by) for one in kept] == [
        (1, "守恒町1丁目", "terminal"),
        (2, "守恒町2丁目", "a-consultant"),
    ]


def test_a_stale_change_shows_both_versions_and_changes_nothing(
    register: Register, consultant: Viewer
) -> None:
    with register.change(consultant, "matching") as change:
        change.revise(Person, "P1", 1, phone="111")
    with pytest.raises(RecordStale) as fault, register.change(consultant, "matching") as change:
        change.revise(Person, "P1", 1, phone="222")
    assert fault.value.facts["mine"] == {"phone": "222"}
    assert fault.value.facts["theirs"] == {"phone": "111"}
    with register.look(consultant, "matching") as look:
        assert look.one(Person, "P1")["phone"] == "111"


def test_every_illegal_step_names_the_legal_ones() -> None:
    for record in RECORDS.values():
        if not issubclass(record, Stepped):
            continue
        for status, after in record.STEPS.table.items():
            for wanted in set(record.STEPS.table) - after - {status}:
                one = record()
                one.__dict__["status"] = status
                with pytest.raises(StepIllegal) as fault:
                    one.status = wanted
                assert fault.value.facts["legal"] == (", ".join(sorted(after)) or "–")


def test_another_district_and_nothing_are_refused_alike(
    register: Register, consultant: Viewer
) -> None:
    sentences = set()
    for identity in ("P2", "P9"):
        with pytest.raises(NotFound) as fault, register.look(consultant, "matching") as look:
            look.one(Person, identity)
        sentences.add(str(fault.value).replace(identity, "P?"))
    assert len(sentences) == 1
    assert [(e.deed, e.record_id) for e in _events(register)][-2:] == [
        ("refuse", "P2"),
        ("refuse", "P9"),
    ]


def test_every_person_read_is_one_event_with_its_fields(
    register: Register, consultant: Viewer
) -> None:
    before = len(_events(register))
    with register.look(consultant, "matching") as look:
        names = [view["name"] for view in look.several(Person)]
    assert names == ["神宮福子1"]
    (event,) = _events(register)[before:]
    assert (event.deed, event.record_id, event.account) == ("read", "P1", "a-consultant")
    assert "name" in (event.fields or [])
    assert "神宮" not in str(vars(event))


def test_an_illness_is_not_read_for_matching(register: Register, consultant: Viewer) -> None:
    with register.change(consultant, "visit") as change:
        change.add(SensitiveNote, person_id="P1", district_id="D1", topic="illness", text="心臓")
    with pytest.raises(RecordWithheld), register.look(consultant, "matching") as look:
        look.several(SensitiveNote)


def test_a_planner_sees_the_cell_and_no_name(register: Register) -> None:
    planner = viewer_of("planner", "a-planner", None)
    with register.look(planner, "planning") as look:
        seen = look.one(Household, "H1")
    assert seen["lon"] != pytest.approx(130.87, abs=1e-9)
    assert abs(seen["lon"] - 130.87) < 0.004
    with pytest.raises(FieldWithheld):
        seen["address"]
    assert planner.sight.seen("household", "planning")["lon"] is Precision.MESH


def test_nobody_writes_into_another_district(register: Register, consultant: Viewer) -> None:
    with pytest.raises(NotFound), register.change(consultant, "matching") as change:
        change.add(Household, district_id="D2", address="x")
    with pytest.raises(NotFound), register.change(consultant, "matching") as change:
        change.revise(Household, "H1", 1, district_id="D2")


def test_a_change_of_a_drawn_record_counts_the_layers_up(register: Register) -> None:
    before = register.version()
    with register.change(at_the_terminal(), "matching") as change:
        change.revise(Household, "H1", 1, composition="single_elderly")
    assert register.version() == before + 1


def test_only_counted_is_not_looked_at(register: Register) -> None:
    planner = viewer_of("planner", "a-planner", None)
    with register.change(at_the_terminal(), "matching") as change:
        change.add(Request, id="R1", district_id="D1", activity="garbage")
    for identity in ("R1", "R9"):
        with pytest.raises(RecordWithheld), register.look(planner, "statistics") as look:
            look.one(Request, identity)
    with pytest.raises(RecordWithheld), register.look(planner, "statistics") as look:
        look.several(Request)


def test_what_a_stale_change_shows_is_read_and_in_the_trail(
    register: Register, consultant: Viewer
) -> None:
    before = len(_events(register))
    with pytest.raises(RecordStale) as fault, register.change(consultant, "matching") as change:
        change.revise(Person, "P1", 999, phone="222")
    (event,) = _events(register)[before:]
    assert (event.deed, event.record, event.record_id) == ("read", "person", "P1")
    assert (event.district_id, event.account) == ("D1", "a-consultant")
    assert event.fields == sorted(fault.value.facts["theirs"])


def test_words_of_a_reason_stand_in_the_history_and_not_in_the_trail(
    register: Register, consultant: Viewer
) -> None:
    with register.change(consultant, "matching", "神宮福子1の娘から電話") as change:
        change.revise(Person, "P1", 1, phone="222")
        change.note("print", count=1)
    assert "神宮" not in str([vars(event) for event in _events(register)])
    with Session(register.engine) as session:
        assert versions_of(session, "person", "P1")[-1].reason == "神宮福子1の娘から電話"


def test_a_supporter_sees_the_home_of_what_was_agreed_to_and_no_other(register: Register) -> None:
    with register.change(at_the_terminal(), "matching") as change:
        change.add(Supporter, id="S1", district_id="D1", activities=["garbage"])
        for number in ("1", "2"):
            change.add(
                Request, id=f"R{number}", district_id=f"D{number}", household_id=f"H{number}",
                person_id=f"P{number}", activity="garbage",
            )  # fmt: skip
            change.session.flush()
            change.add(
                Offer, id=f"O{number}", district_id=f"D{number}", request_id=f"R{number}",
                supporter_id="S1",
            )  # fmt: skip
    supporter = viewer_of("supporter", "a-supporter", frozenset({"D1", "D2"}), "S1")
    with register.look(supporter, "visit") as look:
        assert [look.several(one) for one in (Household, Person, Request)] == [[], [], []]
    with register.change(at_the_terminal(), "matching") as change:
        change.revise(Offer, "O1", 1, status="accepted")
    _take_steps(register, "R1", "coordinating", "asking", "settled")
    with register.look(supporter, "visit") as look:
        seen = [view.id for one in (Household, Person, Request) for view in look.several(one)]
    assert seen == ["H1", "P1", "R1"]
    _take_steps(register, "R1", "done")
    with register.look(supporter, "visit") as look:
        assert [look.several(one) for one in (Household, Person, Request)] == [[], [], []]


def _take_steps(register: Register, request: str, *steps: str) -> None:
    for step in steps:
        with register.change(at_the_terminal(), "matching") as change:
            change.get(Request, request).status = step


def test_a_place_of_no_district_is_everybodys_and_a_person_of_none_nobodys(
    register: Register, consultant: Viewer
) -> None:
    with register.change(at_the_terminal(), "administration") as change:
        change.add(Place, id="L-nowhere", kind="shop")
        change.add(Place, id="L-other", kind="shop", district_id="D2")
        change.add(Person, id="P-nowhere", household_id="H1", name="どこにも")
    with register.look(consultant, "matching") as look:
        assert [one.id for one in look.several(Place)] == ["L-nowhere"]
        assert "P-nowhere" not in {one.id for one in look.several(Person)}
