"""The only way out: what was refused is in no row, no count and no gap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.errors import NotFound, ParameterWrong
from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.faults import RecordWithheld
from webapp.register.disasters import end_disaster, start_disaster
from webapp.register.disclose import Disclosure, disclose, disclose_records
from webapp.register.house import Register
from webapp.register.records import (
    Consent,
    DisasterMode,
    District,
    Household,
    Meeting,
    Person,
    SensitiveNote,
    Supporter,
    WatchLink,
)
from webapp.register.trail.access_event import AccessEvent
from webapp.register.viewer import Viewer

TERMINAL = at_the_terminal()


def fill(register: Register) -> None:
    """Four more homes in D1, a supporter and lines to each."""
    with register.change(TERMINAL, "administration", "more") as change:
        for number in range(3, 7):
            change.add(
                Household, id=f"H{number}", district_id="D1", address=f"秘密町{number}番地",
                lon=130.87 + number / 1000, lat=33.83, composition="single_elderly",
            )  # fmt: skip
        change.add(
            Supporter, id="S1", district_id="D1", name="支援一郎", activities=["garbage"],
            lon=130.871, lat=33.831,
        )  # fmt: skip
        change.session.flush()
        for number in range(3, 7):
            change.add(
                Person, id=f"P{number}", household_id=f"H{number}", district_id="D1",
                name=f"秘密{number}子", phone=f"090-{number}",
            )  # fmt: skip
            change.add(
                WatchLink, watcher_id="S1", watched_id=f"H{number}", district_id="D1"
            )  # fmt: skip


def say(register: Register, person: str, status: str, **more: object) -> None:
    facts: dict[str, object] = {
        "person_id": person, "district_id": "D1", "basis": "self", "purpose": "watching",
        "status": status, "given_on": datetime.now(UTC) - timedelta(hours=1),
    }  # fmt: skip
    with register.change(TERMINAL, "watching", "asked") as change:
        change.add(Consent, **{**facts, **more})


def rules(register: Register, name: str) -> None:
    with register.change(TERMINAL, "administration", "decided") as change:
        district = change.get(District, "D1")
        change.revise(District, "D1", district.version, rules=name)


def shown(made: Disclosure) -> str:
    """Everything that an output could be made of, as text."""
    return "\n".join(layer.to_csv() for layer in made.layers.values())


def to_commissioner(register: Register, **more: object) -> Disclosure:
    return disclose(register, TERMINAL, "watching", "commissioner", **more)  # type: ignore[arg-type]


def test_who_was_not_asked_is_nowhere(register: Register) -> None:
    fill(register)
    say(register, "P4", "given")
    made = to_commissioner(register)
    assert made.households == ["H4"]
    assert list(made.layers["households"].index) == [0]
    assert list(made.layers["links"]["watched_id"]) == []
    for canary in ("H3", "H5", "P3", "秘密3子", "秘密町5番地", "秘密町6番地"):
        assert canary not in shown(made)


def test_a_line_goes_only_where_both_ends_may_be_told(
    register: Register, consultant: Viewer
) -> None:
    fill(register)
    say(register, "P3", "refused")
    say(register, "P5", "refused", fields=["lines"])
    say(register, "P6", "refused", fields=["position"])
    made = disclose(register, consultant, "watching", "consultant")
    assert list(made.layers["links"]["watched_id"]) == ["H4"]
    assert made.households == ["H1", "H4", "H5", "H6"]
    assert "H3" not in shown(made)
    last = made.layers["households"].iloc[-1]
    assert last.geometry is None
    assert last["address"] == "秘密町6番地"


def test_a_refused_field_is_empty_and_the_rest_stands(register: Register) -> None:
    fill(register)
    rules(register, "presumed")
    say(register, "P4", "refused", fields=["name"])
    made = to_commissioner(register, district="D1", what=["households"])
    assert len(made.layers["households"]) == 5
    assert "秘密4子" not in shown(made)
    assert "秘密町4番地" in shown(made)
    assert len(made.layers["supporters"]) == 0


def test_a_withdrawal_acts_on_the_next_output(register: Register) -> None:
    fill(register)
    say(register, "P4", "given", id="C1")
    assert to_commissioner(register).households == ["H4"]
    with register.change(TERMINAL, "watching", "came back") as change:
        change.revise(Consent, "C1", 1, status="withdrawn")
    assert to_commissioner(register).households == []


def test_two_in_one_home_decide_for_themselves(register: Register, consultant: Viewer) -> None:
    fill(register)
    with register.change(TERMINAL, "administration", "spouse") as change:
        change.add(Person, id="P9", household_id="H4", district_id="D1", name="別人九郎")
    say(register, "P9", "refused")
    made = disclose(register, consultant, "watching", "consultant")
    row = made.layers["households"].set_index("id").loc["H4"]
    assert row["name"] == "秘密4子"
    assert row["address"] == "秘密町4番地"
    assert row["composition"] is None
    say(register, "P4", "refused")
    assert "H4" not in disclose(register, consultant, "watching", "consultant").households


def test_the_policy_cuts_before_consent(register: Register) -> None:
    fill(register)
    planner = viewer_of("planner", "a-planner", None)
    made = disclose(register, planner, "planning", "planner")
    assert made.layers["households"]["name"].isna().all()
    assert "秘密" not in shown(made)
    with pytest.raises(RecordWithheld):
        disclose(register, viewer_of("administrator", "a", None), "administration", "council")
    with pytest.raises(RecordWithheld):
        disclose(register, viewer_of("public", "anybody", None), "statistics", "council")


def test_another_district_is_not_there(register: Register, consultant: Viewer) -> None:
    with pytest.raises(NotFound):
        disclose(register, consultant, "watching", "consultant", district="D2")
    assert disclose(register, consultant, "watching", "consultant").households == ["H1"]


def test_nobody_unknown_is_given_anything(register: Register) -> None:
    with pytest.raises(ParameterWrong):
        disclose(register, TERMINAL, "watching", "newspaper")
    with pytest.raises(ParameterWrong):
        disclose(register, TERMINAL, "selling", "commissioner")


def test_each_output_is_in_the_trail_with_its_fields_and_no_name(register: Register) -> None:
    fill(register)
    say(register, "P4", "given")
    to_commissioner(register, what=["households"])
    with Session(register.engine) as session:
        last = session.scalars(select(AccessEvent).order_by(AccessEvent.sequence.desc())).first()
    assert last is not None
    assert (last.deed, last.record, last.facts["count"]) == ("export", "household", 1)  # type: ignore[index]
    assert {"name", "address", "geometry"} <= set(last.fields or [])
    assert "秘密" not in str(vars(last))


def test_more_leaves_while_a_disaster_is_on_and_no_longer(register: Register) -> None:
    fill(register)
    say(register, "P4", "refused", purpose="disaster")
    now = datetime.now(UTC)
    with register.change(TERMINAL, "administration", "flood") as change:
        change.add(
            DisasterMode, reason="台風10号", started=now, ends=now + timedelta(days=3),
            district_id="D1",
        )  # fmt: skip
    for hours, count in ((-1, 0), (1, 5), (71, 5), (73, 0)):
        at = now + timedelta(hours=hours)
        made = disclose(register, TERMINAL, "disaster", "fire_service", at=at)
        assert len(made.layers["households"]) == count


def test_a_disaster_has_a_reason_and_an_end_whatever_is_written(register: Register) -> None:
    fill(register)
    now = datetime.now(UTC)
    for reason, days in (("", 3), ("地震", 0), ("地震", 8)):
        with pytest.raises(ParameterWrong):
            start_disaster(register, TERMINAL, reason, days)
    with pytest.raises(RecordWithheld):
        start_disaster(register, viewer_of("consultant", "a", frozenset({"D1"})), "地震", 3)
    with register.change(TERMINAL, "administration", "for ever") as change:
        change.add(DisasterMode, reason="地震", started=now, ends=now + timedelta(days=365))
    for days, count in ((6, 6), (8, 0)):
        at = now + timedelta(days=days)
        made = disclose(register, TERMINAL, "disaster", "fire_service", at=at)
        assert len(made.layers["households"]) == count
    mode = start_disaster(register, TERMINAL, "地震", 2, "D1")
    end_disaster(register, TERMINAL, mode.id, mode.version)


def test_records_leave_by_the_same_gate(register: Register, consultant: Viewer) -> None:
    fill(register)
    say(register, "P3", "refused")
    say(register, "P4", "refused", fields=["phone"])
    views = disclose_records(register, consultant, "watching", "consultant", Person)
    assert [view.id for view in views] == ["P1", "P4", "P5", "P6"]
    assert "phone" not in views[1]
    assert views[1]["name"] == "秘密4子"
    assert views[2]["phone"] == "090-5"


def test_an_illness_leaves_only_where_somebody_said_so(
    register: Register, consultant: Viewer
) -> None:
    with register.change(consultant, "visit") as change:
        change.add(SensitiveNote, person_id="P1", district_id="D1", topic="illness", text="心臓")
    assert disclose_records(register, consultant, "visit", "consultant", SensitiveNote) == []
    say(register, "P1", "given", purpose="visit", fields=["notes"])
    (view,) = disclose_records(register, consultant, "visit", "consultant", SensitiveNote)
    assert view["text"] == "心臓"


def test_records_that_name_no_person_do_not_leave(register: Register) -> None:
    with pytest.raises(RecordWithheld):
        disclose_records(register, TERMINAL, "matching", "consultant", Meeting)
