"""Consultations, the requests that came of them, and who was asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import hypot
from typing import Any, Final

from webapp.invented.ground import Ground, read_plan
from webapp.invented.people import active_of
from webapp.register.intake.drafts import Values
from webapp.register.records import Consultation, Offer, Request

_PLACE_OF: Final = {"garbage": "garbage_station", "errand": "shop", "accompaniment": "clinic"}
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR")
_LATELY: Final = timedelta(days=9)
"""Requests younger than this are still under way."""


@dataclass(frozen=True)
class Case:
    """One request with the supporter who said yes; null = nobody did."""

    request: Values
    supporter: Values | None
    received_at: datetime


class Year:
    """One programme year, or what there is of it, until a day."""

    def __init__(self, ground: Ground, staff: dict[str | None, list[str]]) -> None:
        self._ground = ground
        self._staff = staff
        shares = [told["weight"] for told in read_plan()["districts"]]
        self._weight = dict(zip([one["id"] for one in ground.districts], shares, strict=False))
        self._people: dict[str, list[Values]] = {}
        clients = ground.lot.sample(ground.people, len(ground.people) * 2 // 5 + 1)
        for person in clients:
            self._people.setdefault(person["district_id"], []).append(person)
        self._weight = {one: w for one, w in self._weight.items() if one in self._people}
        self._active = active_of(ground)

    def draw(self, first: date, last: date, consultations: int, coordinations: int) -> list[Case]:
        """That many consultations and requests that were taken up, between two days."""
        activities = self._activities(coordinations)
        days = sorted(self._ground.workday(first, last) for _ in range(consultations))
        quiet = set(self._ground.lot.sample(range(consultations), consultations * 14 // 100))
        open_ = [place for place in range(consultations) if place not in quiet]
        many = dict.fromkeys(open_, 1) if open_ else {}
        for _ in range(coordinations - len(open_)):
            many[self._ground.one(open_)] += 1
        cases: list[Case] = []
        for place, day in enumerate(days):
            wanted = [activities.pop() for _ in range(min(many.get(place, 0), len(activities)))]
            cases += self._consult(day, wanted)
        return cases

    def _activities(self, count: int) -> list[str]:
        shares: dict[str, int] = read_plan()["activities"]
        whole = sum(shares.values())
        drawn = [code for code, share in shares.items() for _ in range(share * count // whole)]
        drawn += [self._ground.pick(shares) for _ in range(count - len(drawn))]
        self._ground.lot.shuffle(drawn)
        return drawn

    def _consult(self, day: date, wanted: list[str]) -> list[Case]:
        ground = self._ground
        district = ground.pick(self._weight)
        person = ground.one(self._people[district])
        at, plan = ground.moment(day), read_plan()
        lines = [ground.one(plan["summaries"][code]) for code in wanted]
        recent = ground.now - at < _LATELY
        consultation = ground.add(
            Consultation,
            district_id=district,
            person_id=person["id"],
            received_at=at,
            channel=ground.pick(plan["channels"]),
            source=ground.pick(plan["sources"]),
            summary="".join(lines) or ground.one(plan["inquiries"]),
            result=None if recent and wanted else ground.one(plan["results"]),
            status="in_hand" if recent and wanted else "closed",
        )
        return [self.request(code, consultation, person, at) for code in wanted]

    def request(self, code: str, consultation: Values, person: Values, at: datetime) -> Case:
        """One request of a consultation, as far as it came until now."""
        ground, plan = self._ground, read_plan()
        home = ground.homes[person["household_id"]]
        request = ground.add(
            Request,
            district_id=consultation["district_id"],
            consultation_id=consultation["id"],
            person_id=person["id"],
            household_id=home["id"],
            activity=code,
            sub_reason=ground.one(plan["sub_reasons"]) if code == "other" else None,
            wanted_from=at.date() + timedelta(days=ground.lot.randrange(1, 9)),
            constraints=self._wishes(code),
            place_id=self._nearest(code, home),
            status="done",
        )
        supporter = self._whom(code, consultation["district_id"])
        if supporter is None or ground.lot.random() < 0.03:
            reason = ground.one(("nobody_near", "nobody_willing", "nobody_willing", "too_late"))
            request |= {"status": "unmet", "reason": reason}
            supporter = None
        self._ask(request, supporter, at)
        return Case(request, supporter, at)

    def _wishes(self, code: str) -> dict[str, Any] | None:
        if code == "garbage":
            return {"hours": "07:00-08:30", "weekdays": [self._ground.one(_WEEKDAYS)]}
        wish = self._ground.lot.random()
        if wish < 0.12:
            return {"gender": "f"}
        return {"weekdays": [self._ground.one(_WEEKDAYS)]} if wish < 0.4 else None

    def _nearest(self, code: str, home: Values) -> str | None:
        kind = _PLACE_OF.get(code)
        found = [one for one in self._ground.places if one["kind"] == kind and one["lon"]]
        if not found or home["lon"] is None:
            return None
        near = min(found, key=lambda one: hypot(one["lon"] - home["lon"], one["lat"] - home["lat"]))
        return str(near["id"])

    def _whom(self, code: str, district: str) -> Values | None:
        able = [one for one in self._active if code in (one["activities"] or [])]
        near = [one for one in able if one["district_id"] == district]
        return self._ground.one(near or able) if able else None

    def _ask(self, request: Values, supporter: Values | None, at: datetime) -> None:
        ground = self._ground
        others = [one for one in self._active if one is not supporter]
        refusals = 0 if ground.lot.random() < 0.7 or not others else ground.lot.randrange(1, 3)
        asked = [(ground.one(others), "declined") for _ in range(min(refusals, len(others)))]
        asked += [(supporter, "accepted")] if supporter is not None else []
        by = ground.one(self._staff.get(request["district_id"], ["terminal"]))
        for turn, (whom, outcome) in enumerate(asked, start=1):
            when = at + timedelta(hours=3 * turn)
            ground.add(
                Offer,
                district_id=request["district_id"],
                request_id=request["id"],
                supporter_id=whom["id"],
                minutes=round(ground.lot.uniform(2.0, 14.0), 1),
                asked_at=when,
                asked_by=by,
                due_at=when + timedelta(hours=48),
                answered_at=when + timedelta(minutes=ground.lot.randrange(2, 600)),
                tries=1,
                reason=ground.one(read_plan()["declines"]) if outcome == "declined" else None,
                status=outcome,
            )
