"""A resident's access history: complete, of one person alone, on one page."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import geopandas as gpd
import pytest
from shapely.geometry import Point

from geo.errors import NotFound
from webapp.accounts.policy import at_the_terminal, viewer_of
from webapp.answers.history_page import history_months, history_rows, history_sheet
from webapp.faults import RecordWithheld
from webapp.register.access_history import AccessHistory, tell_history
from webapp.register.house import Register
from webapp.register.intake import store_layers
from webapp.register.records import ExportCopy, Household, Person, SensitiveNote, StaffAccount
from webapp.register.trail.access_event import Event
from webapp.register.trail.reads import extent_event
from webapp.register.viewer import Viewer
from webapp.wording import LANGUAGES, Language

NOW = datetime.now(UTC)


def _tell(register: Register, person: str = "P1") -> AccessHistory:
    return tell_history(register, at_the_terminal(), "administration", person)


def _by(history: AccessHistory, account: str) -> dict[tuple[str, str, bool], int]:
    return {
        (one.deed, one.purpose, one.extent): one.count
        for one in history.lines
        if one.account == account
    }


def test_reads_of_person_home_and_notes_refusals_and_lists_are_told(
    register: Register, consultant: Viewer
) -> None:
    with register.change(at_the_terminal(), "visit") as change:
        change.add(SensitiveNote, id="N1", person_id="P1", district_id="D1", text="杖", topic="x")
    with register.look(consultant, "matching") as look:
        look.one(Person, "P1")
        look.one(Household, "H1")
    with register.look(consultant, "visit") as look:
        look.one(SensitiveNote, "N1")
    stranger = viewer_of("consultant", "a-stranger", frozenset({"D2"}))
    with pytest.raises(NotFound), register.look(stranger, "matching") as look:
        look.one(Person, "P1")
    register.keep([
        extent_event(consultant, "matching", "person", "D1", 1, ["name"]),
        extent_event(stranger, "matching", "person", "D2", 1, ["name"]),
        extent_event(stranger, "matching", "person", None, 1, ["name"]),
        extent_event(at_the_terminal(), "planning", "household", None, 2, ["lon"]),
    ])  # fmt: skip
    history = _tell(register)
    assert _by(history, "a-consultant") == {
        ("read", "matching", False): 2,
        ("read", "visit", False): 1,
        ("read", "matching", True): 1,
    }
    assert _by(history, "a-stranger") == {("refuse", "matching", False): 1}
    assert _by(history, "terminal")["read", "planning", True] == 1


def test_an_import_that_wrote_of_the_person_is_told(register: Register) -> None:
    columns = {"id": ["H7", "H8"], "name": ["神宮一", "神宮二"], "district_id": ["D1", "D1"]}
    homes = gpd.GeoDataFrame(columns, geometry=[Point(130.87, 33.83)] * 2, crs=4326)
    store_layers(register, at_the_terminal(), {"households": homes}, "homes.csv", keep_missing=True)
    with register.look(at_the_terminal(), "matching") as look:
        (person,) = look.several(Person, Person.household_id == "H7")
    told = _by(_tell(register, person.id), "terminal")
    assert told["add", "administration", False] == 2
    assert not [one for one in _by(_tell(register), "terminal") if one[0] == "change"]


def test_only_copies_that_tell_of_the_home_are_told(register: Register) -> None:
    with register.change(at_the_terminal(), "planning") as change:
        for number, homes in ((1, ["H1", "H2"]), (2, ["H2", "H11"])):
            change.add(
                ExportCopy, year=2026, number=number, holder="山田", count=1, recipient="council",
                purpose="planning", form="pdf", fields=["address"], households=homes,
                issued_at=NOW, issued_by=f"a-{number}", return_by=NOW.date(), expires=NOW.date(),
            )  # fmt: skip
    history = _tell(register)
    assert _by(history, "a-1") == {("export", "planning", False): 1}
    assert _by(history, "a-2") == {}


def test_lists_before_the_person_was_there_do_not_count(register: Register) -> None:
    early = extent_event(at_the_terminal(), "matching", "person", "D1", 1, ["name"])
    register.keep([Event(**(vars(early) | {"at": NOW - timedelta(days=2)}))])
    assert ("read", "matching", True) not in _by(_tell(register), "terminal")


def test_lists_count_where_the_person_was_then(register: Register, consultant: Viewer) -> None:
    register.keep([extent_event(consultant, "matching", "person", "D1", 1, ["name"])])
    with register.change(at_the_terminal(), "administration", "moved") as change:
        change.revise(Person, "P1", 1, district_id="D2")
    register.keep([extent_event(consultant, "visit", "person", "D1", 0, ["name"])])
    assert _by(_tell(register), "a-consultant") == {("read", "matching", True): 1}


def test_the_history_is_of_the_own_district_and_reading_it_is_told(
    register: Register, consultant: Viewer
) -> None:
    assert tell_history(register, consultant, "visit", "P1").name == "神宮福子1"
    for other in ("P2", "P9"):
        with pytest.raises(NotFound):
            tell_history(register, consultant, "visit", other)
    planner = viewer_of("planner", "a-planner", None)
    with pytest.raises(RecordWithheld):
        tell_history(register, planner, "planning", "P1")
    administrator = viewer_of("administrator", "a-admin", None)
    told = tell_history(register, administrator, "administration", "P1")
    assert told.name is None
    assert _by(told, "a-consultant") == {("read", "visit", False): 1}
    assert _by(told, "a-planner") == {("refuse", "planning", False): 1}
    assert _by(_tell(register, "P2"), "a-consultant") == {("refuse", "visit", False): 1}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_years_of_reads_stay_on_one_page_and_none_is_lost(
    sqlite_register: Register, lang: Language
) -> None:
    with sqlite_register.change(at_the_terminal(), "administration") as change:
        for number in range(6):
            change.add(
                StaffAccount, id=f"a-{number}", login=f"l{number}", role="consultant",
                name=f"とても長い名前の相談員さん{number}号 <&>*_#",
            )  # fmt: skip
    before = _tell(sqlite_register).events
    fields = ["name", "kana", "phone", "address", "birth_text", "composition", "needs"]
    sqlite_register.keep([
        Event(
            at=NOW + timedelta(days=day), account=f"a-{day % 6}", role="consultant", deed="read",
            purpose="matching", record="person", record_id="P1", district_id="D1", fields=fields,
        )
        for day in range(900)
    ])  # fmt: skip
    history = _tell(sqlite_register)
    assert sum(one.count for one in history.lines) + sum(m.count for m in history.months) == (
        before + 900 + 1
    )
    pdf = history_sheet(history, lang)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) in {0, 1}
    assert re.search(rb"/Count 1\b", pdf)


def test_the_page_names_no_other_resident(register: Register, consultant: Viewer) -> None:
    with register.look(consultant, "matching") as look:
        look.several(Person)
    history = _tell(register)
    said = " ".join([*map(str, history_rows(history, "ja")), *history_months(history, "ja")])
    assert "神宮福子" not in said
    assert "P2" not in said
