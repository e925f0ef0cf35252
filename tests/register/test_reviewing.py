"""From the map into the register: what each answer becomes, and that nothing else enters."""

from __future__ import annotations

from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.crs import mesh_code
from tests.board.drawn import Told, drop, house, line, put
from tests.evenings import LEADER, NOW, begin, rows
from webapp.accounts.policy import at_the_terminal
from webapp.board.deciding import read_review
from webapp.board.likeness import find_alike, read_neighbours
from webapp.board.reviewing import answers_of
from webapp.faults import RecordStale, ReviewDone, ReviewHindered, ReviewShut, ReviewStale
from webapp.register.house import Register
from webapp.register.records import Consent, Household, Person, Place, WatchLink
from webapp.register.trail.access_event import AccessEvent

TERMINAL = at_the_terminal()
SAID = ("self", "family", "unconfirmed", "refused", "disaster_only", None)
HERE = {"lon": 130.8701, "lat": 33.8301}


def answer(register: Register, person: str, status: str, basis: str = "self") -> None:
    """An answer in the register about maps drawn with neighbours."""
    with register.change(TERMINAL, "administration") as change:
        change.add(Consent, person_id=person, district_id="D1", basis=basis, purpose="workshop",
                   status=status, given_on=NOW)  # fmt: skip


def said(consent: str | None, **values: object) -> dict[str, object]:
    return values | ({} if consent is None else {"consent": consent})


def test_what_each_answer_becomes() -> None:
    shut = [("self", one, "refused") for one in ("workshop", "watching")]
    elsewhere = [("self", one, "refused")
                 for one in ("matching", "visit", "planning", "statistics")]  # fmt: skip
    open_ = ("disaster", "disaster", "given")
    assert {one: (answers_of(one, known=False), answers_of(one, known=True)) for one in SAID} == {
        "self": ([("self", "workshop", "given")],) * 2,
        "family": ([("proxy", "workshop", "given")],) * 2,
        "unconfirmed": ([], []),
        "refused": ([], [("self", "workshop", "refused")]),
        "disaster_only": ([open_, *shut, *elsewhere], [open_, *shut]),
        None: ([], []),
    }


def test_a_house_enters_with_its_people_their_answers_and_their_lines(register: Register) -> None:
    evening = begin(register)
    evening.draw(
        house("house-a", **HERE, address="守恒町2丁目3-4", composition="single_elderly"),
        house("house-b", lon=130.8711, consent="family", name="神宮"),
        put("person-a", "person", house="house-a", name="鷹匠　福江", kana="タカジョウ　フクエ",
            consent="self"),
        line("line-ab", "house-b", "person-a", strength=2, how_often="weekly"),
        put("place-a", "place", **HERE, place="hall", name="会館"),
    )  # fmt: skip
    with pytest.raises(ReviewShut):
        evening.decide("person-a")
    evening.close()
    assert read_review(register, evening.id).finds["line-ab"].hindrance == "ends_first"
    for item in ("person-a", "house-b", "line-ab", "place-a"):
        evening.decide(item)
    assert read_review(register, evening.id).waiting() == []
    (person,) = rows(register, Person, name="鷹匠　福江")
    (home,) = rows(register, Household, id=person.household_id)
    assert (home.address, home.composition) == ("守恒町2丁目3-4", "single_elderly")
    assert (home.lon, home.mesh, home.district_id) == (
        HERE["lon"], mesh_code(HERE["lon"], HERE["lat"]), "D1",
    )  # fmt: skip
    (consent,) = rows(register, Consent, person_id=person.id)
    assert (consent.basis, consent.purpose, consent.status) == ("self", "workshop", "given")
    assert consent.how == "「三丁目の会」（2026-11-26）で聞いた"
    (other,) = rows(register, Person, name="神宮")
    assert [one.basis for one in rows(register, Consent, person_id=other.id)] == ["proxy"]
    (link,) = rows(register, WatchLink)
    assert (link.watcher_id, link.watched_id) == (other.household_id, home.id)
    assert (link.kind, link.strength, link.how_often) == ("watching", 2.0, "週に1回以上")
    assert [one.name for one in rows(register, Place)] == ["会館"]
    deeds = [one.deed for one in rows(register, AccessEvent, account="a-leads")]
    assert deeds.count("review") == 4


def test_what_tells_of_all_in_a_house_needs_all_of_them(sqlite_register: Register) -> None:
    evening = begin(sqlite_register)
    evening.draw(
        house("house-a", lon=130.91, consent="self", composition="elderly_couple"),
        put("person-a", "person", house="house-a", name="妻", consent="self"),
        put("person-b", "person", house="house-a", name="夫", consent="unconfirmed"),
    )
    evening.close()
    evening.decide("person-a")
    (wife,) = rows(sqlite_register, Person, name="妻")
    assert rows(sqlite_register, Household, id=wife.household_id)[0].composition is None


def test_two_at_once_enter_nothing_twice(register: Register) -> None:
    evening = begin(register)
    evening.draw(house("house-a", **HERE, consent="self"))
    evening.close()
    hands = [Thread(target=evening.decide, args=("house-a",)) for _ in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert len(rows(register, Household)) == 3
    with pytest.raises(ReviewDone):
        evening.decide("house-a", "left")


def test_what_was_begun_with_is_changed_in_place(sqlite_register: Register) -> None:
    register = sqlite_register
    answer(register, "P1", "given")
    evening = begin(register, "register")
    board = read_review(register, evening.id).board
    (home,), (person,) = board.of_kind("house"), board.of_kind("person")
    assert (home.values["household_id"], person.values["person_id"]) == ("H1", "P1")
    evening.draw(put(person.id, "person", 1, name="神宮　福子"))
    evening.close()
    (find,) = read_review(register, evening.id).waiting()
    assert (find.sort, dict(find.fields)) == ("changed", {"name": ("神宮福子1", "神宮　福子")})
    with register.change(TERMINAL, "administration") as change:
        change.revise(Person, "P1", 1, phone="093-111-1111")
    with pytest.raises(RecordStale) as told:
        evening.decide(person.id, version=1)
    assert told.value.facts["mine"]["name"] == "神宮　福子"
    evening.decide(person.id, "later")
    evening.decide(person.id, version=2)
    evening.open()
    evening.draw(put(person.id, "person", 2, gone="moved"))
    evening.close()
    (find,) = read_review(register, evening.id).waiting()
    assert find.sort == "ended"
    evening.decide(person.id, version=3)
    (now,) = rows(register, Person, id="P1")
    assert (now.name, now.search_key, now.status) == ("神宮　福子", "神宮福子", "moved")


def test_a_line_that_was_lost_leaves_the_register_once(sqlite_register: Register) -> None:
    register = sqlite_register
    answer(register, "P1", "given")
    with register.change(TERMINAL, "administration") as change:
        change.add(Household, id="H9", district_id="D1", lon=130.88, lat=33.83)
        change.session.flush()
        change.add(Person, id="P9", household_id="H9", district_id="D1", name="隣人")
        change.session.flush()
        change.add(WatchLink, id="W9", watcher_id="H9", watched_id="H1", district_id="D1")
    answer(register, "P9", "given")
    evening = begin(register, "register")
    evening.draw(drop("line-0001", "link", 1))
    evening.close()
    (find,) = read_review(register, evening.id).waiting()
    assert find.sort == "lost"
    for _ in range(2):
        evening.decide("line-0001")
    assert rows(register, WatchLink) == []
    assert read_review(register, evening.id).waiting() == []


def test_who_withdrew_meanwhile_is_not_reviewed(sqlite_register: Register) -> None:
    register = sqlite_register
    answer(register, "P1", "given")
    evening = begin(register, "register")
    (person,) = read_review(register, evening.id).board.of_kind("person")
    evening.draw(put(person.id, "person", 1, name="神宮　福子"))
    evening.close()
    answer(register, "P1", "refused")
    assert read_review(register, evening.id).finds == {}
    with pytest.raises(ReviewDone):
        evening.decide(person.id, version=1)
    assert rows(register, Person, id="P1")[0].name == "神宮福子1"


def test_a_refusal_of_somebody_known_is_all_that_enters(sqlite_register: Register) -> None:
    register = sqlite_register
    answer(register, "P1", "given")
    evening = begin(register, "register")
    (person,) = read_review(register, evening.id).board.of_kind("person")
    evening.draw(put(person.id, "person", 1, name="言わないで", consent="refused"))
    evening.close()
    evening.decide(person.id, version=1)
    assert rows(register, Person, id="P1")[0].name == "神宮福子1"
    assert sorted(one.status for one in rows(register, Consent)) == ["given", "refused"]


def test_who_is_known_is_pointed_out_and_not_written_twice(sqlite_register: Register) -> None:
    register = sqlite_register
    evening = begin(register)
    evening.draw(
        house("house-a", **HERE),
        put("person-a", "person", house="house-a", name="神宮　福子1", consent="self"),
    )
    evening.close()

    def pointed_out() -> list[str]:
        reviewing = read_review(register, evening.id)
        with register.engine.connect() as connection:
            known = read_neighbours(register, connection, "D1")
        return [one for one, _ in find_alike(known, reviewing, reviewing.finds["person-a"])]

    assert pointed_out() == []
    with pytest.raises(ReviewHindered):
        evening.decide("person-a", same="P1")
    answer(register, "P1", "given", "council")
    assert pointed_out() == ["P1"]
    evening.decide("person-a", same="P1")
    assert len(rows(register, Person)) == 2
    assert read_review(register, evening.id).waiting() == []
    assert sorted(one.basis for one in rows(register, Consent)) == ["council", "self"]


def test_what_was_altered_after_the_page_was_shown_is_looked_at_again(
    sqlite_register: Register,
) -> None:
    evening = begin(sqlite_register)
    evening.draw(house("house-a", **HERE, consent="self"))
    evening.draw(put("house-a", "house", 1, name="鷹匠"))
    evening.close()
    with pytest.raises(ReviewStale):
        evening.decide("house-a", seen=1)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(homes=st.lists(st.sampled_from(SAID), min_size=3, max_size=3),
       people=st.lists(st.sampled_from(SAID), min_size=3, max_size=3),
       line_said=st.sampled_from(SAID))  # fmt: skip
def test_nothing_enters_that_nobody_agreed_to(
    sqlite_register: Register, homes: list[str | None], people: list[str | None],
    line_said: str | None,
) -> None:  # fmt: skip
    before = {one.id for one in rows(sqlite_register, WatchLink)}
    evening = begin(sqlite_register)
    names = [f"{evening.id}-{n}" for n in range(3)]
    deeds: list[Told] = [
        *(house(f"house-{n}", lon=130.9 + n / 100, **said(homes[n])) for n in range(3)),
        *(put(f"person-{n}", "person", house=f"house-{n}", **said(people[n], name=names[n]))
          for n in range(3)),
        *(line(f"line-{n}", f"person-{n}", f"house-{(n + 1) % 3}", **said(line_said))
          for n in range(3)),
    ]  # fmt: skip
    evening.draw(*deeds)
    evening.close()
    evening.enter_all()
    told = [people[n] if people[n] is not None else homes[n] for n in range(3)]
    agreed = {"self", "family"}
    for n, name in enumerate(names):
        found = rows(sqlite_register, Person, name=name)
        enters = told[n] in {*agreed, "disaster_only"} and homes[n] != "refused"
        assert len(found) == enters
        if found:
            given_for = rows(sqlite_register, Consent, person_id=found[0].id, status="given")
            wanted = "disaster" if told[n] == "disaster_only" else "workshop"
            assert [one.purpose for one in given_for] == [wanted]
    lines = [one for one in rows(sqlite_register, WatchLink) if one.id not in before]
    most = sum(
        told[n] in agreed and {homes[n], homes[(n + 1) % 3]}.isdisjoint({"refused"})
        and (homes[(n + 1) % 3] or told[(n + 1) % 3]) in agreed
        for n in range(3)
    )  # fmt: skip
    assert len(lines) == (most if line_said in {None, *agreed} else 0)
    assert LEADER.districts == {"D1"}
