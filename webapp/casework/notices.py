"""What a supporter is told about a request, and not a word more.

Before the yes: the activity, the day and the neighbourhood; nobody's name, no house.
After it: name and address, as the policy for supporters and the person's consent to
tell them allow. Whatever is told is in the trail as something that left.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final

from geo.errors import NotFound
from webapp.casework.call_list import require_request
from webapp.casework.cards import PURPOSE, Card, supporter_cards
from webapp.register.allowances import Output
from webapp.register.consents import BIT
from webapp.register.disclose import allowances_now, disclose_records
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Household, Offer, Person, Request
from webapp.register.released import release_records
from webapp.register.trail.access_event import Event
from webapp.register.viewer import Viewer

_RECIPIENT: Final = "supporter"
_VISIT: Final = "visit"


@dataclass(frozen=True)
class Notice:
    """What one supporter may know. What is unknown or withheld is None or empty.

    Attributes
    ----------
    status
        Of the offer; one that is over tells nothing any more.
    town
        The neighbourhood, without any number.
    minutes
        The walk to it from the supporter's home.
    name, address
        Only where the supporter said yes.
    """

    offer_id: str
    request_id: str
    supporter: Card
    status: str
    activity: str | None
    weekdays: tuple[str, ...] = ()
    hours: str | None = None
    wanted_from: date | None = None
    due_at: datetime | None = None
    town: str | None = None
    minutes: float | None = None
    name: str | None = None
    address: str | None = None
    sub_reason: str | None = None

    @property
    def accepted(self) -> bool:
        """The supporter said yes."""
        return self.status == "accepted"

    @property
    def over(self) -> bool:
        """There is nothing to tell any more."""
        return self.status in {"declined", "withdrawn"}

    @property
    def withheld(self) -> bool:
        """The person does not want supporters to be told of it at all."""
        return self.activity is None


def write_notice(register: Register, viewer: Viewer, teller: Viewer, offer_id: str) -> Notice:
    """What the supporter of an offer may know now; that it left is in the trail.

    Parameters
    ----------
    teller
        The viewer with the sight of the supporter that the offer was made to.

    Raises
    ------
    NotFound
    """
    offers = release_records(register, viewer, PURPOSE, Offer, Offer.id == offer_id)
    if not offers:
        raise NotFound(kind="offer", id=offer_id)
    offer = offers[0]
    request = require_request(register, viewer, offer["request_id"])
    cards = supporter_cards(register, viewer, [offer["supporter_id"]])
    supporter = cards.get(offer["supporter_id"], Card(offer["supporter_id"]))
    made = Notice(offer.id, request.id, supporter, offer["status"], None)
    said = {} if made.over else _before(register, viewer, request)
    made = _with_days(replace(made, activity=said.get("activity")), said)
    if made.withheld:
        return made
    if made.accepted:
        return replace(made, **_after(register, teller, request))
    town = said.get("town")
    return replace(made, due_at=offer["due_at"], minutes=offer["minutes"], town=town)


def _before(register: Register, viewer: Viewer, request: View) -> dict[str, Any]:
    """Activity, day and neighbourhood, as far as supporters may be told of them."""
    allowances = allowances_now(register, Output(_VISIT, _RECIPIENT, datetime.now(UTC)))
    home, person = request.get("household_id"), request.get("person_id")
    bits = int(allowances.households.get(home, 0)) if home else 0
    if person:
        people = allowances.people
        bits = int(people.loc[people["id"] == person, "bits"].sum())
    said: dict[str, Any] = {}
    if bits & BIT["needs"]:
        said["activity"] = request.get("activity")
    if "activity" in said and bits & BIT["case"]:
        said |= {name: request.get(name) for name in ("wanted_from", "constraints")}
    if "activity" in said and home and bits & BIT["address"]:
        said["town"] = _town_of(register, viewer, home)
    _keep(register, viewer, request, said)
    return said


def _town_of(register: Register, viewer: Viewer, household_id: str) -> str | None:
    found = release_records(register, viewer, PURPOSE, Household, Household.id == household_id)
    return neighbourhood(found[0].get("address")) if found else None


def _keep(register: Register, viewer: Viewer, request: View, said: dict[str, Any]) -> None:
    told = sorted(name for name, value in said.items() if value is not None)
    if told:
        event = Event(
            datetime.now(UTC), viewer.account, viewer.role, "export", _VISIT, "request",
            request.id, request.get("district_id"), told, {"recipient": _RECIPIENT},
        )  # fmt: skip
        register.keep([event])


def _with_days(made: Notice, said: dict[str, Any]) -> Notice:
    wishes = said.get("constraints") or {}
    days = dict.fromkeys([*wishes.get("weekdays", ()), wishes.get("weekday")])
    return replace(
        made,
        weekdays=tuple(str(day) for day in days if day),
        hours=wishes.get("hours"),
        wanted_from=said.get("wanted_from"),
    )


def _after(register: Register, teller: Viewer, request: View) -> dict[str, Any]:
    """Name, address and what exactly: what a supporter sees of the own visits."""

    def told(record: type[Any], identity: str | None) -> View | dict[str, Any]:
        if identity is None:
            return {}
        where = record.id == identity
        found = disclose_records(register, teller, _VISIT, _RECIPIENT, record, where)
        return found[0] if found else {}

    person, home = request.get("person_id"), request.get("household_id")
    return {
        "name": told(Person, person).get("name"),
        "address": told(Household, home).get("address"),
        "sub_reason": told(Request, request.id).get("sub_reason"),
    }


_NUMBER: Final = r"(?:[0-9]+|[一二三四五六七八九十]+)"

_ADDRESS: Final = re.compile(
    rf"(?:.*[市区郡])?(?:大字)?(?P<town>[^\s0-9市区郡]{{1,10}}?)"
    rf"(?={_NUMBER}(?:丁目|番|-|の)|[0-9]+$|$)"
)

_BUILDING: Final = re.compile(r"[ァ-ヴー]{2}|[A-Za-z]|荘|号|棟|階|団地|住宅|寮|邸|方$|宅")


def neighbourhood(address: str | None) -> str | None:
    """The name of the town in an address; None where it could be a house's as well.

    >>> neighbourhood("北九州市小倉南区守恒本町1丁目2-3")
    '守恒本町'
    >>> neighbourhood("守恒本町コーポ守恒201号") is None
    True
    """
    text = unicodedata.normalize("NFKC", address or "").replace("−", "-").replace("‐", "-")
    found = _ADDRESS.match(text.strip())
    if found is None or _BUILDING.search(found["town"]):
        return None
    return found["town"]
