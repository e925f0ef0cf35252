"""What a liaison meeting is told: cases by number, needs by activity and area, what was decided.

Everything about people is cut twice: by what the consultant may see, and by what each allows
the council to be told for planning. An area is the public place nearest to the middle of a
250 m mesh cell; a case is a number and an activity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, hypot, radians
from typing import Final

from sqlalchemy import select

from geo.crs import mesh_bounds, mesh_code
from webapp.casework.cases import WAITING
from webapp.casework.meetings import (
    PURPOSE,
    OpenCard,
    TaskCard,
    cards_of,
    meeting_before,
    open_cards,
)
from webapp.casework.unnamed import Blotter
from webapp.register.allowances import Output
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Household, Place, Request
from webapp.register.released import Released, release_records
from webapp.register.viewer import Viewer

_LANDMARKS: Final = ("hall", "shop", "clinic", "shelter", "bus_stop")
"""Kinds of places that an area is called after."""

RECIPIENT: Final = "council"
"""Whom a paper for a meeting goes to, as consent knows them."""

FOR: Final = "planning"


@dataclass(frozen=True)
class Case:
    """One case by its number; ``place`` null = nowhere, or not to be told."""

    number: int
    activity: str
    place: str | None


@dataclass(frozen=True)
class Need:
    """Open requests of one activity: how many, and near which places how many of them."""

    activity: str
    count: int
    places: Mapping[str | None, int]


@dataclass(frozen=True)
class Briefing:
    """What a paper for a meeting is made of; free text has nobody of the register in it.

    ``before``: when the meeting before was; null = there was none. ``cards`` are those of the
    meeting before, ``carried`` what is still open of earlier ones.
    """

    meeting: View
    released: Released
    homes: tuple[str, ...]
    cases: tuple[Case, ...]
    needs: tuple[Need, ...]
    before: datetime | None
    decided: str
    cards: tuple[TaskCard, ...]
    carried: tuple[TaskCard, ...]
    blotter: Blotter


def brief(register: Register, viewer: Viewer, meeting: View, at: datetime) -> Briefing:
    """Gather what the meeting is told; ``at``: the moment of asking for consent."""
    handed = Output(FOR, RECIPIENT, at)
    district = str(meeting["district_id"])
    with register.engine.connect() as connection:
        blotter = Blotter.of(connection, None)
    chosen = list(meeting.get("cases") or ())
    cases = release_records(
        register, viewer, PURPOSE, Request, Request.id.in_(chosen), handed=handed
    )
    waiting = release_records(
        register, viewer, PURPOSE, Request, Request.district_id == district,
        Request.status.in_(WAITING), handed=handed,
    )  # fmt: skip
    areas = _areas(register, viewer, handed, [*cases, *waiting])
    earlier = meeting_before(register, viewer, district, meeting["met_at"])
    still = open_cards(register, viewer, district, meeting["met_at"])
    return Briefing(
        meeting=meeting,
        released=cases,
        homes=tuple(sorted({str(one["household_id"]) for one in waiting if one["household_id"]})),
        cases=tuple(_numbered(cases.by_id(), chosen, areas)),
        needs=tuple(_needs(waiting, areas)),
        before=None if earlier is None else earlier["met_at"],
        decided=blotter.blot("" if earlier is None else earlier.get("decisions") or ""),
        cards=_blotted(blotter, cards_of(earlier) if earlier else []),
        carried=_blotted(blotter, _older(still, earlier)),
        blotter=blotter,
    )


def _older(still: Sequence[OpenCard], earlier: View | None) -> list[TaskCard]:
    last = None if earlier is None else earlier.id
    return [one.card for one in still if one.meeting.id != last]


def _blotted(blotter: Blotter, cards: Iterable[TaskCard]) -> tuple[TaskCard, ...]:
    return tuple(
        TaskCard(blotter.blot(one.worry), blotter.blot(one.who), one.by, one.done) for one in cards
    )


def _numbered(
    released: Mapping[str, View], chosen: Sequence[str], areas: Mapping[str, str]
) -> Iterable[Case]:
    """Cases under their place in the meeting; one that may not be told of leaves its number out."""
    for number, identity in enumerate(chosen, start=1):
        if (view := released.get(identity)) is not None:
            yield Case(number, str(view["activity"]), areas.get(str(view["household_id"])))


def _needs(waiting: Iterable[View], areas: Mapping[str, str]) -> Iterable[Need]:
    by_activity: dict[str, Counter[str | None]] = {}
    for view in waiting:
        place = areas.get(str(view["household_id"]))
        by_activity.setdefault(str(view["activity"]), Counter())[place] += 1
    for activity, places in sorted(by_activity.items(), key=lambda one: -one[1].total()):
        yield Need(activity, places.total(), dict(places.most_common()))


def _areas(
    register: Register, viewer: Viewer, handed: Output, views: Iterable[View]
) -> dict[str, str]:
    """The landmark of each home whose position may be told, by its id."""
    ids = sorted({str(one["household_id"]) for one in views if one["household_id"]})
    homes = release_records(
        register, viewer, PURPOSE, Household, Household.id.in_(ids), handed=handed
    )
    marks = _landmarks(register)
    cells = {one.id: _middle(one) for one in homes}
    return {
        identity: min(marks, key=lambda mark: _apart(mark[1:], middle))[0]
        for identity, middle in cells.items()
        if middle is not None and marks
    }


def _landmarks(register: Register) -> list[tuple[str, float, float]]:
    asked = select(Place.name, Place.lon, Place.lat).where(
        Place.kind.in_(_LANDMARKS), Place.name.is_not(None), Place.lon.is_not(None)
    )
    with register.engine.connect() as connection:
        rows = connection.execute(asked).all()
    return [(str(name), lon, lat) for name, lon, lat in rows if lon is not None and lat is not None]


def _middle(home: View) -> tuple[float, float] | None:
    """The middle of the mesh cell that a home lies in."""
    lon, lat = home.get("lon"), home.get("lat")
    if lon is None or lat is None:
        return None
    west, south, east, north = mesh_bounds(mesh_code(lon, lat))
    return (west + east) / 2, (south + north) / 2


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Degrees on a flat earth: enough to say which landmark is nearer."""
    return hypot((one[0] - other[0]) * cos(radians(one[1])), one[1] - other[1])
