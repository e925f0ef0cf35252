"""Who lives and works there: readings, telephones and births; consultants; arrangements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from webapp.invented.ground import Ground, read_plan
from webapp.register.intake.drafts import Values
from webapp.register.records import District, Person, StaffAccount, Supporter
from webapp.register.spelling import person_key

_STATUS_ORDER: Final = ("willing", "interviewed", "registered", "active")
_PAYMENTS: Final = {"paid": "paid", "unpaid": "unpaid"}
_ELDERLY: Final = frozenset({"single_elderly", "elderly_couple", "daytime_alone"})


@cache
def _readings(which: str) -> Mapping[str, str]:
    pairs = (one.partition(":") for one in str(read_plan()[which]).split())
    return {name: kana for name, _, kana in pairs}


def name_everybody(ground: Ground) -> None:
    """Readings, telephones, births and whom to phone when nobody opens."""
    for number, person in enumerate(ground.people):
        home = ground.homes[person["household_id"]]
        elderly = home["composition"] in _ELDERLY
        kana, gender = _read(person["name"])
        ground.change(
            Person, person,
            kana=kana,
            search_key=person_key(person["name"], kana),
            gender=gender,
            phone=f"093-000-{number:04d}",
            birth_date=_birth(ground, elderly=elderly),
            emergency_contact=_contact(ground, number) if ground.lot.random() < 0.7 else None,
            source=ground.pick(read_plan()["sources"]),
        )  # fmt: skip
    mode = {one["id"]: one["mode"] for one in ground.districts}
    for number, supporter in enumerate(ground.supporters):
        kana, gender = _read(supporter["name"])
        ground.change(
            Supporter, supporter,
            kana=kana,
            search_key=person_key(supporter["name"], kana),
            gender=supporter["gender"] or gender,
            phone=f"090-0000-{number:04d}",
            payment=_PAYMENTS.get(str(mode.get(supporter["district_id"])), "either"),
            milestones=_milestones(ground, supporter["status"]),
            reason="体調をくずした" if supporter["status"] in {"resting", "left"} else None,
            insured_until=ground.today + timedelta(days=ground.lot.randrange(-20, 365)),
        )  # fmt: skip


def _read(name: str | None) -> tuple[str | None, str | None]:
    """Reading and gender of a name that was put together by lot; null where it was not."""
    surname, _, given = (name or "").partition("　")
    women, men = _readings("women"), _readings("men")
    first, second = _readings("surnames").get(surname), women.get(given) or men.get(given)
    if first is None or second is None:
        return None, None
    return f"{first}　{second}", "f" if given in women else "m"


def _birth(ground: Ground, *, elderly: bool) -> date:
    age = ground.lot.randrange(72, 97) if elderly else ground.lot.randrange(34, 80)
    return date(ground.today.year - age, ground.lot.randrange(1, 13), ground.lot.randrange(1, 29))


def _contact(ground: Ground, number: int) -> str:
    who = ground.one(("長女", "長男", "次女", "弟", "めい"))
    return f"{who} 080-0000-{number:04d}"


def _milestones(ground: Ground, status: str) -> dict[str, str]:
    """The days of the steps up to ``status``."""
    reached = _STATUS_ORDER.index(status) if status in _STATUS_ORDER else len(_STATUS_ORDER) - 1
    day, days = ground.today - timedelta(days=ground.lot.randrange(240, 700)), dict[str, str]()
    for one in _STATUS_ORDER[: reached + 1]:
        days[one] = day.isoformat()
        day += timedelta(days=ground.lot.randrange(7, 60))
    if status not in _STATUS_ORDER:
        days[status] = min(day, ground.today).isoformat()
    return days


def employ_consultants(ground: Ground) -> dict[str | None, list[str]]:
    """The consultants of each district; their accounts by its id."""
    names = iter(str(read_plan()["consultants"]).split(","))
    staff: dict[str | None, list[str]] = {}
    for row, told in zip(ground.districts, read_plan()["districts"], strict=False):
        for _ in range(told["consultants"]):
            staff.setdefault(row["id"], []).append(_employ(ground, next(names), row["id"]))
    return staff


def _employ(ground: Ground, name: str, district: str) -> str:
    made = ground.add(
        StaffAccount, name=name, role="consultant", districts=[district], status="active",
        work_days=sorted(ground.lot.sample(["MO", "TU", "WE", "TH", "FR"], 4)),
    )  # fmt: skip
    made["login"] = f"soudan-{made['id'][2:8]}"
    return str(made["id"])


def arrange_districts(ground: Ground) -> None:
    """What each district decided so far."""
    for row, told in zip(ground.districts, read_plan()["districts"], strict=False):
        settled: dict[str, Any] = {
            name: told[name] for name in ("mode", "stage", "activities", "outcome", "arrangements")
        }
        since = ground.today - timedelta(days=ground.lot.randrange(90, 900))
        ground.change(District, row, stage_since=since, **settled)


def active_of(ground: Ground) -> list[Values]:
    """The supporters who are active."""
    return [one for one in ground.supporters if one["status"] == "active"]
