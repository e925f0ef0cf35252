"""Visits from the page that plans them to the page that settles them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tests.cases import add_supporter
from tests.doors import client_of, make_account, send
from tests.places import found_town
from webapp import create_app
from webapp.accounts.policy import at_the_terminal
from webapp.accounts.throttle import Throttle
from webapp.casework.recurrence import in_japan
from webapp.register.house import Register
from webapp.register.records import (
    District,
    Household,
    LedgerEntry,
    Offer,
    Person,
    Place,
    Record,
    Request,
    Series,
    Supporter,
    Visit,
)
from webapp.settings import Settings

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
"""Wednesday noon in Japan."""

CANARY = "カナリア"

_R = TypeVar("_R", bound=Record)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("rounds") / "town"
    found_town(place).register.close()
    return place


@pytest.fixture(scope="module")
def app(folder: Path) -> Flask:
    made = create_app(Settings.read({}, workspace=folder))
    made.extensions["clock"] = lambda: NOW
    return made


@pytest.fixture(scope="module")
def register(app: Flask) -> Register:
    register: Register = app.extensions["register"]
    with register.change(at_the_terminal(), "visit", "test") as change:
        rules = {"usual_fee": 300, "reward": 0.8, "cancel_fee": 100, "on_holiday": "skip"}
        change.add(District, id="D1", name="鳥籠校区", mode="paid", arrangements=rules)
        change.session.flush()
        change.add(
            Place, id="L1", kind="garbage_station", name="東の集積所", weekdays=["WE", "SA"],
            hours=["06:00-08:30"],
        )  # fmt: skip
        change.add(Household, id="H1", district_id="D1", address=f"{CANARY}町1丁目")
        change.session.flush()
        change.add(
            Person, id="P1", household_id="H1", district_id="D1", name=f"{CANARY}太郎",
            phone="093-111-2222", emergency_contact=f"{CANARY}の娘 090-3333-4444",
        )  # fmt: skip
    add_supporter(register, "S1", name=f"{CANARY}花子")
    add_supporter(register, "S2", name=f"{CANARY}次郎")
    return register


@pytest.fixture
def client(app: Flask, register: Register) -> FlaskClient:
    return client_of(app, make_account(register, "consultant", ["D1"]))


@pytest.fixture
def settled(register: Register) -> Iterator[str]:
    """A request about garbage that S1 said yes to."""
    with register.change(at_the_terminal(), "visit", "test") as change:
        made = change.add(
            Request, district_id="D1", person_id="P1", household_id="H1", activity="garbage",
            place_id="L1", status="settled",
        )  # fmt: skip
        change.session.flush()
        for helper in ("S1", "S2"):
            change.add(
                Offer, request_id=made.id, supporter_id=helper, district_id="D1",
                status="accepted", asked_at=NOW,
            )  # fmt: skip
    yield made.id
    with register.change(at_the_terminal(), "visit", "test") as change:
        for one in change.session.scalars(select(Visit).where(Visit.status == "planned")):
            one.status = "cancelled"
        for one in change.session.scalars(select(Series).where(Series.status != "ended")):
            one.status = "ended"


WEDNESDAYS = {
    "kind": "monthly", "weekday": "WE", "nth": ["2", "4"], "day": "2026-12-01", "time": "08:30",
    "timing": "finish", "minutes": "15", "supporter_id": "S1", "version": 1, "deed": "keep",
}  # fmt: skip


def plan(client: FlaskClient, request: str, **other: object) -> str:
    answer = send(client, f"/desk/requests/{request}/visits/new", **(WEDNESDAYS | other))
    assert answer.status_code == 303, answer.text
    return answer.location


def rows(register: Register, kind: type[_R], *where: ColumnElement[bool]) -> list[_R]:
    with Session(register.engine) as session:
        return list(session.scalars(select(kind).where(*where)))


def version(register: Register, kind: type[Record], identity: str) -> int:
    with Session(register.engine) as session:
        return session.get_one(kind, identity).version


def test_the_form_begins_with_the_stations_days(client: FlaskClient, settled: str) -> None:
    page = client.get(f"/desk/requests/{settled}/visits/new").text
    assert "東の集積所" in page
    assert re.search(r'name="weekday" value="WE" checked', page)
    assert re.search(r'name="time" type="time" required value="08:30"', page)
    assert "毎週 水・土曜日、08:30まで（08:15ごろから）" in page
    assert "2026年11月28日（土）" in page


def test_the_second_and_fourth_wednesday_before_half_past_eight(
    client: FlaskClient, register: Register, settled: str
) -> None:
    asked = WEDNESDAYS | {"deed": "preview"}
    ahead = send(client, f"/desk/requests/{settled}/visits/new", **asked).text
    days = ["12月9日（水）", "12月23日（水）", "1月13日（水）", "1月27日（水）", "2月10日（水）"]
    assert all(day in ahead for day in days)
    assert not rows(register, Series, Series.request_id == settled)
    page = client.get(plan(client, settled)).text
    assert "毎月 第2・第4水曜日、08:30まで（08:15ごろから）" in page
    assert "12月9日（水） 08:15" in page
    english = client.get(plan_of(page), headers={"Accept-Language": "en"}).text
    assert "The 2nd and 4th Wednesday of each month, before 08:30 (from about 08:15)" in english
    made = rows(register, Series, Series.request_id == settled)[0]
    assert (made.rule, made.finish_by) == ("FREQ=MONTHLY;BYDAY=2WE,4WE", "08:30")
    assert made.station_id == "L1"


def plan_of(page: str) -> str:
    found = re.search(r'action="(/desk/series/[^"/]+)/pause"', page)
    assert found is not None
    return found.group(1)


def test_days_without_collection_and_hours_too_late_are_pointed_out(
    client: FlaskClient, settled: str
) -> None:
    asked = WEDNESDAYS | {"kind": "weekly", "weekday": "MO", "time": "09:00"}
    shown = send(client, f"/desk/requests/{settled}/visits/dates", **asked).text
    assert "収集日ではありません" in shown
    assert "収集は08:30まで" in shown
    assert "<html" not in shown
    fine = send(client, f"/desk/requests/{settled}/visits/dates", **WEDNESDAYS).text
    assert "収集" not in fine


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("weekday", "", "曜日を選んで"), ("nth", "", "第何週かを"), ("minutes", "0", "1分から"),
        ("time", "25:00", "時刻を"), ("day", "", "日付を"), ("supporter_id", "", "担い手を選んで"),
        ("until", "2026-11-30", "当てはまる日がありません"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_form(
    client: FlaskClient, settled: str, field: str, value: str, said: str
) -> None:
    answer = send(client, f"/desk/requests/{settled}/visits/new", **(WEDNESDAYS | {field: value}))
    assert answer.status_code == 422
    assert said in answer.text
    assert 'name="kind" value="monthly" checked' in answer.text


def test_a_supporter_who_is_elsewhere_is_refused_with_the_other_time(
    client: FlaskClient, register: Register, settled: str
) -> None:
    plan(client, settled)
    once = {"kind": "once", "day": "2026-12-09", "time": "08:20", "timing": "start", "version": 2}
    answer = send(client, f"/desk/requests/{settled}/visits/new", **(WEDNESDAYS | once))
    assert answer.status_code == 409
    assert "2026-12-09 08:15〜08:30" in answer.text
    other = plan(client, settled, **once, supporter_id="S2")
    assert other == f"/desk/requests/{settled}"
    assert len(rows(register, Visit, Visit.supporter_id == "S2", Visit.status == "planned")) == 1


def test_two_consultants_at_one_series_do_not_overwrite_one_another(
    client: FlaskClient, register: Register, settled: str
) -> None:
    path = plan(client, settled)
    series = path.rpartition("/")[2]
    seen = version(register, Series, series)
    first = send(client, f"{path}/days-off", version=seen, add="2026-12-23")
    assert first.status_code == 303
    second = send(client, f"{path}/pause", version=seen, reason="入院")
    assert second.status_code == 409
    assert rows(register, Series, Series.id == series)[0].status == "active"


def test_a_stay_in_hospital_and_the_return(
    client: FlaskClient, register: Register, settled: str
) -> None:
    path = plan(client, settled)
    series = path.rpartition("/")[2]
    send(client, f"{path}/pause", version=version(register, Series, series), reason="入院")
    page = client.get(path).text
    assert "再開の日は未定" in page
    assert "休み（定期活動）" in page
    planned = (Visit.series_id == series, Visit.status == "planned")
    assert not rows(register, Visit, *planned)
    send(client, f"{path}/resume", version=version(register, Series, series))
    assert len(rows(register, Visit, *planned)) == 2
    late = send(
        client, f"{path}/pause", version=version(register, Series, series), until="2026-11-01"
    )
    assert (late.status_code, "最後の日を確かめて" in late.text) == (422, True)
    span = {"first": "2026-12-20", "until": "2026-12-31"}
    send(client, f"{path}/pause", version=version(register, Series, series), **span)
    assert "2026年12月23日（水）" in client.get(path).text
    send(client, f"{path}/end", version=version(register, Series, series), last="2026-11-25")
    assert rows(register, Series, Series.id == series)[0].status == "ended"


def test_one_visit_from_done_to_paid(client: FlaskClient, register: Register, settled: str) -> None:
    plan(client, settled, kind="once", day="2026-11-25", time="10:00", timing="start")
    visit = rows(register, Visit, Visit.request_id == settled)[0]
    path = f"/desk/visits/{visit.id}"
    assert 'value="2026-11-25T12:00"' in client.get(path).text
    told = {"at": "2026-11-25T10:05", "minutes": "20", "observation": "元気", "expense": "250"}
    assert send(client, f"{path}/done", version=1, **told).status_code == 303
    page = client.get(path).text
    assert "困りごとを終了にする" in page
    assert "利用料" in page
    ledger = client.get("/desk/ledger").text
    assert "受け取る分 550円" in ledger
    assert "渡す分 490円" in ledger
    paid = {"district": "D1", "unit": "yen", "month": "2026-11"}
    for account in ("person:P1", "supporter:S1"):
        send(client, "/desk/ledger/settle", account=account, **paid)
    assert "手元にある 60円" in client.get("/desk/ledger").text
    wrong = send(client, "/desk/ledger/settle", account="cash:D1", **paid)
    assert wrong.status_code == 409
    entry = rows(register, LedgerEntry, LedgerEntry.kind == "fee")[0]
    send(client, f"/desk/ledger/entries/{entry.id}/void", version=entry.version, month="2026-11")
    assert "預かっている分 300円" in client.get("/desk/ledger?account=person:P1").text
    send(client, f"{path}/finish", version=2)
    assert rows(register, Request, Request.id == settled)[0].status == "done"


def test_nobody_opened(client: FlaskClient, register: Register, settled: str) -> None:
    plan(client, settled, kind="once", day="2026-11-25", time="11:00", timing="start")
    visit = rows(register, Visit, Visit.request_id == settled)[0]
    path = f"/desk/visits/{visit.id}"
    send(client, f"{path}/nobody-home", version=1, at="2026-11-25T11:00")
    page = client.get(path).text
    assert "次にすること：もう一度訪ねる" in page
    assert f"{CANARY}の娘" in page
    send(client, f"{path}/check", version=2, step="knock_again", outcome="no_answer")
    assert "次にすること：本人に電話する" in client.get(path).text
    send(client, f"{path}/check", version=3, step="phone_family", outcome="safe", by="娘さん")
    page = client.get(path).text
    assert "安否がまだ分かりません" not in page
    assert "無事が分かった" in page
    assert send(client, f"{path}/check", version=4, step="phone_home").status_code == 422
    send(client, f"{path}/back", version=4)
    again = rows(register, Visit, Visit.id == visit.id)[0]
    assert (again.status, again.checks) == ("planned", None)


def test_a_late_cancellation_says_what_it_costs(
    client: FlaskClient, register: Register, settled: str
) -> None:
    plan(client, settled, kind="once", day="2026-11-26", time="09:00", timing="start")
    visit = rows(register, Visit, Visit.request_id == settled)[0]
    path = f"/desk/visits/{visit.id}"
    assert "取消料 100円" in client.get(path).text
    send(client, f"{path}/cancel", version=1, by="person", reason="留守")
    assert "本人の都合（留守）" in client.get(path).text
    costs = rows(register, LedgerEntry, LedgerEntry.visit_id == visit.id)
    assert [(one.kind, one.amount) for one in costs] == [("cancellation", 100)]


def test_somebody_stands_in(client: FlaskClient, register: Register, settled: str) -> None:
    path = plan(client, settled)
    series = path.rpartition("/")[2]
    span = "first=2026-12-01&last=2026-12-31"
    page = client.get(f"/desk/supporters/S1/cover?{span}").text
    assert page.count("ゴミ出し") == 2
    visit = rows(register, Visit, Visit.series_id == series, Visit.status == "planned")[0]
    told = {"version": 1, "supporter_id": "S2", "first": "2026-12-01", "last": "2026-12-31"}
    answer = send(client, f"/desk/visits/{visit.id}/cover", **told)
    assert answer.location == f"/desk/supporters/S1/cover?{span}"
    assert client.get(answer.location).text.count("ゴミ出し") == 1
    assert f"{CANARY}花子さんの代わり" in client.get(path).text
    assert (
        client.get("/desk/supporters/S1/cover?first=2026-12-01&last=2028-01-01").status_code == 422
    )


def test_the_calendar_names_holidays_and_turns_pages(client: FlaskClient, settled: str) -> None:
    plan(client, settled)
    page = client.get("/desk/calendar?span=month&day=2026-12-01").text
    assert page.count('class="visit "') == 2
    january = client.get("/desk/calendar?span=month&day=2027-01-15").text
    assert "元日" in january
    assert "成人の日" in january
    assert "day=2027-02-01" in january
    week = client.get("/desk/calendar?span=week&day=2026-12-09&supporter=S1&district=D1").text
    assert "08:15" in week
    other = client.get("/desk/calendar?span=week&day=2026-12-09&supporter=S2").text
    assert 'class="visit "' not in other
    for wrong in ("span=year", "day=morgen", "day=1800-01-01", "district=D9", "name=x"):
        assert client.get(f"/desk/calendar?{wrong}").status_code == 422


def test_whoever_opens_the_desk_makes_the_visits_that_are_due(
    app: Flask, client: FlaskClient, register: Register, settled: str
) -> None:
    series = plan(client, settled).rpartition("/")[2]
    with Session(register.engine) as session:
        session.get_one(Series, series).made_until = date(2026, 11, 26)
        session.execute(Visit.__table__.delete().where(Visit.series_id == series))
        session.commit()
    for path in ("/desk/", "/desk/calendar"):
        assert client.get(path).status_code == 200
        count = select(func.count()).where(Visit.series_id == series)
        with register.engine.connect() as connection:
            assert connection.scalar(count) == 2
    app.extensions["clock"] = lambda: NOW + timedelta(days=60)
    try:
        client_of(app, make_account(register, "consultant", ["D1"])).get("/desk/")
        with register.engine.connect() as connection:
            assert connection.scalar(count) == 6
    finally:
        app.extensions["clock"] = lambda: NOW


def test_the_list_of_visits(client: FlaskClient, settled: str) -> None:
    plan(client, settled, kind="once", day="2026-11-25", time="07:00", timing="start")
    page = client.get("/desk/lists/visits?when=unreported").text
    assert "報告待ち" in page
    assert f"{CANARY}太郎" in page
    assert f"{CANARY}太郎" not in client.get("/desk/lists/visits?when=next_week").text


class TestFeed:
    """The address for a supporter's calendar."""

    @pytest.fixture
    def address(self, app: Flask, client: FlaskClient) -> str:
        app.extensions["throttle"] = Throttle()
        page = send(client, "/desk/supporters/S1/calendar").text
        found = re.search(r"http://localhost(/calendar/[\w-]+\.ics)", page)
        assert found is not None
        return found.group(1)

    def test_holds_times_and_activities_and_nobodys_name(
        self, app: Flask, client: FlaskClient, settled: str, address: str
    ) -> None:
        plan(client, settled)
        answer = app.test_client().get(address)
        assert answer.content_type == "text/calendar; charset=utf-8"
        text = answer.text.replace("\r\n ", "")
        told = (CANARY, "093-111", "090-3333", "H1", "P1", settled)
        assert not any(one in text for one in told)
        read = Calendar.from_ical(answer.data)
        events = [one for one in read.walk("VEVENT") if one["STATUS"] == "CONFIRMED"]
        starts = [one["DTSTART"].dt for one in events]
        assert in_japan(date(2026, 12, 9), "08:15") in starts
        first: Any = events[starts.index(in_japan(date(2026, 12, 9), "08:15"))]
        assert (str(first["SUMMARY"]), str(first["LOCATION"])) == ("ゴミ出し", "鳥籠校区")
        assert first["DTEND"].dt - first["DTSTART"].dt == timedelta(minutes=15)
        assert all("DESCRIPTION" not in one for one in events)
        assert len({str(one["UID"]) for one in read.walk("VEVENT")}) == len(read.walk("VEVENT"))
        assert {"PRODID", "VERSION"} <= set(read.keys())
        for line in answer.data.split(b"\r\n"):
            assert len(line) <= 75

    def test_says_what_was_cancelled_and_has_a_tag(
        self, app: Flask, client: FlaskClient, register: Register, settled: str, address: str
    ) -> None:
        series = plan(client, settled).rpartition("/")[2]
        reader = app.test_client()
        tag = reader.get(address).headers["ETag"]
        reads = trail_length(register)
        assert reader.get(address, headers={"If-None-Match": tag}).status_code == 304
        assert trail_length(register) == reads
        visit = rows(register, Visit, Visit.series_id == series)[0]
        send(client, f"/desk/visits/{visit.id}/cancel", version=1, by="person")
        changed = reader.get(address, headers={"If-None-Match": tag})
        assert changed.status_code == 200
        found = {
            str(e["UID"]): str(e["STATUS"]) for e in Calendar.from_ical(changed.data).walk("VEVENT")
        }
        assert found[f"{visit.id}@welfaremap"] == "CANCELLED"

    def test_ends_at_once_and_is_not_guessed(
        self, app: Flask, client: FlaskClient, register: Register, address: str
    ) -> None:
        reader = app.test_client()
        assert reader.get(address).status_code == 200
        assert send(client, "/desk/supporters/S1/calendar/end").status_code == 303
        assert reader.get(address).status_code == 404
        for _ in range(23):
            assert reader.get("/calendar/guess.ics").status_code == 404
        assert reader.get("/calendar/guess.ics").status_code == 429
        app.extensions["throttle"] = Throttle()
        with register.engine.connect() as connection:
            kept = str(connection.exec_driver_sql("SELECT * FROM calendar_feed").all())
        assert address.split("/")[2].removesuffix(".ics") not in kept

    def test_a_new_address_ends_the_old_one_and_leaving_ends_it_too(
        self, app: Flask, client: FlaskClient, register: Register, address: str
    ) -> None:
        page = send(client, "/desk/supporters/S1/calendar").text
        newer = re.search(r"http://localhost(/calendar/[\w-]+\.ics)", page)
        assert newer is not None
        reader = app.test_client()
        assert reader.get(address).status_code == 404
        assert reader.get(newer.group(1)).status_code == 200
        with register.change(at_the_terminal(), "visit", "test") as change:
            change.get(Supporter, "S1").status = "left"
        assert reader.get(newer.group(1)).status_code == 404
        with register.change(at_the_terminal(), "visit", "test") as change:
            found = change.get(Supporter, "S1")
            for step in ("willing", "registered", "active"):
                found.status = step
                change.session.flush()


def trail_length(register: Register) -> int:
    with register.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM access_event").scalar_one()
