"""Planning many at once: all open requests in one plan, a proposal until somebody is asked.

A proposal asks nobody and keeps nothing. Taking it, whole or in part, makes an offer that
waits for an answer; nobody is sent anywhere who did not say yes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, select

from geo.errors import NotFound
from geo.matching import USUAL_MOST, Achieved, Matches, match
from geo.proximity import Basis
from webapp.answers.atlas import Atlas
from webapp.answers.wish import Wish, ties_of
from webapp.casework.asking import OPEN, ask
from webapp.casework.cards import PURPOSE, Card, person_cards, supporter_cards
from webapp.casework.fairness import read_load
from webapp.casework.finding import ON_THE_WAY_WITHIN, booked_for, unwanted_for, wish_of
from webapp.faults import (
    AlreadyAsked,
    NotAskable,
    NotWanted,
    RecordStale,
    StepIllegal,
)
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Offer, Request
from webapp.register.released import release_records
from webapp.register.viewer import Viewer

_WAITING: Final = ("received", "coordinating")
"""Requests about which nobody is being asked."""

_GRAIN: Final = 1.0
"""Minutes: a begun minute is a minute, and of two alike the one with the lighter load goes."""


@dataclass(frozen=True)
class Row:
    """What is proposed for one request. ``supporter`` None: nobody, for the reason.

    ``minutes`` None: by telephone, or nobody. ``reason``: a code of `geo.match` with facts.
    """

    request: View
    person: Card | None
    supporter: Card | None
    minutes: float | None
    reason: Mapping[str, Any]

    @property
    def key(self) -> str:
        """What was seen of it: request, version, supporter."""
        supporter = "" if self.supporter is None else self.supporter.id
        return f"{self.request.id}:{self.request.version}:{supporter}"


@dataclass(frozen=True)
class Burden:
    """What a proposal changes for one supporter: visits a week now, more, and at most."""

    supporter: Card
    now: float
    more: int
    most: float


@dataclass(frozen=True)
class Proposal:
    """The plan of all open requests. ``value`` equal to ``bound``: none is better."""

    rows: tuple[Row, ...]
    burdens: tuple[Burden, ...]
    value: Achieved
    bound: Achieved
    basis: Basis

    @property
    def met(self) -> tuple[Row, ...]:
        """Requests with somebody proposed."""
        return tuple(row for row in self.rows if row.supporter is not None)

    @property
    def unmet(self) -> tuple[Row, ...]:
        """Requests that nobody is left for."""
        return tuple(row for row in self.rows if row.supporter is None)


@dataclass(frozen=True)
class Taken:
    """What came of taking a proposal: requests asked about, and those that had changed."""

    asked: tuple[str, ...]
    left: tuple[str, ...]


def propose(
    register: Register, viewer: Viewer, atlas: Atlas, now: datetime, district: str | None = None
) -> Proposal:
    """The best plan for the open requests of one district, or of all of the viewer's.

    Raises
    ------
    NotFound
        The district is none of the viewer's business.
    LayerAbsent
        There are no supporters.
    """
    if district is not None and not viewer.covers(district):
        raise NotFound(kind="district", id=district[:64])
    where = [] if district is None else [Request.district_id == district]
    waiting = release_records(
        register, viewer, PURPOSE, Request, Request.status.in_(_WAITING), *where,
        order=(Request.wanted_from, Request.id),
    )  # fmt: skip
    homes = atlas.household_rows
    known = [one for one in waiting if one.get("household_id") in homes and "activity" in one]
    with register.engine.connect() as connection:
        load = _burden_now(connection, now)
        table = _table(connection, atlas, known, now)
    plan = match(
        table, atlas.layer("households"), atlas.pool, within=ON_THE_WAY_WITHIN, grain=_GRAIN,
        load=load,
    )  # fmt: skip
    return _tell(register, viewer, atlas, waiting, plan, load)


def _burden_now(connection: Connection, now: datetime) -> dict[str, float]:
    """Visits a week of each, and one for each offer still open."""
    load = read_load(connection, now)
    asked = select(Offer.supporter_id, func.count()).where(Offer.status.in_(OPEN))
    for supporter, count in connection.execute(asked.group_by(Offer.supporter_id)):
        load[supporter] = load.get(supporter, 0.0) + count
    return load


def _table(
    connection: Connection, atlas: Atlas, waiting: Sequence[View], now: datetime
) -> pd.DataFrame:
    """The requests as `geo.match` takes them."""
    tried = _tried(connection, [one.id for one in waiting])
    rows: list[dict[str, Any]] = []
    for one in waiting:
        wish, home = wish_of(one), str(one["household_id"])
        against = unwanted_for(connection, home, one) | tried.get(one.id, frozenset())
        against |= booked_for(connection, wish, now, one, None).keys()
        rows.append(
            {
                "id": one.id,
                "household_id": home,
                "activity": wish.activity,
                "weekdays": list(wish.weekdays),
                "hours": wish.hours,
                "modes": list(wish.modes),
                "gender": wish.gender,
                "steps_free": wish.steps_free,
                "in_person": wish.in_person,
                "excluded": sorted(against | {*wish.excluded} | _kept_away(atlas, home, wish)),
            }
        )
    columns = ["id", "household_id", "activity", *_WISHED]
    return pd.DataFrame(rows, columns=pd.Index(columns), dtype=object)


_WISHED: Final = (
    "weekdays", "hours", "modes", "gender", "steps_free", "in_person", "excluded",
)  # fmt: skip


def _tried(connection: Connection, requests: Sequence[str]) -> dict[str, frozenset[str]]:
    """Who was asked about each of these already and is not to be asked again unbidden."""
    found: dict[str, set[str]] = {}
    asked = select(Offer.request_id, Offer.supporter_id, Offer.reason)
    for start in range(0, len(requests), _AT_ONCE):
        some = requests[start : start + _AT_ONCE]
        for request, supporter, reason in connection.execute(
            asked.where(Offer.request_id.in_(some))
        ):
            if reason != "mistaken":
                found.setdefault(request, set()).add(supporter)
    return {request: frozenset(some) for request, some in found.items()}


_AT_ONCE: Final = 500


def _kept_away(atlas: Atlas, home: str, wish: Wish) -> set[str]:
    """Relatives and neighbours, where they are not to know of it."""
    away: set[str] = set()
    if wish.no_relatives:
        away |= {one for one, kinds in ties_of(atlas, home).items() if "relative" in kinds}
    if wish.no_neighbours is not None:
        metres = atlas.pool.walks(atlas.household(home), within=ON_THE_WAY_WITHIN).metres
        with np.errstate(invalid="ignore"):
            away |= set(atlas.pool.ids[metres < wish.no_neighbours].tolist())
    return away


def _tell(
    register: Register,
    viewer: Viewer,
    atlas: Atlas,
    waiting: Iterable[View],
    plan: Matches,
    load: Mapping[str, float],
) -> Proposal:
    people = person_cards(register, viewer, [one.get("person_id") for one in waiting])
    chosen = [one for one in plan["supporter_id"] if one is not None]
    cards = supporter_cards(register, viewer, chosen)
    found = {
        one: (supporter, minutes, reason)
        for one, supporter, minutes, reason in plan.itertuples(index=False, name=None)
    }
    rows: list[Row] = []
    for one in waiting:
        supporter, minutes, reason = found.get(one.id, (None, np.nan, {"code": "no_position"}))
        rows.append(
            Row(
                one,
                people.get(one.get("person_id") or ""),
                None if supporter is None else cards.get(supporter, Card(supporter)),
                None if np.isnan(minutes) else float(minutes),
                reason,
            )
        )
    more = Counter(chosen)
    burdens = [_burden(atlas, cards.get(one, Card(one)), load, more[one]) for one in more]
    burdens.sort(key=lambda one: (-one.more, one.supporter.id))
    return Proposal(tuple(rows), tuple(burdens), plan.value, plan.bound, plan.basis)


def _burden(atlas: Atlas, card: Card, load: Mapping[str, float], more: int) -> Burden:
    pool = atlas.pool
    row = pool.rows[card.id]
    now = load.get(card.id, float(np.nan_to_num(pool.load[row])))
    most = float(pool.most[row])
    return Burden(card, now, more, USUAL_MOST if np.isnan(most) else most)


def take(
    register: Register, viewer: Viewer, proposal: Proposal, seen: Sequence[str], now: datetime
) -> Taken:
    """Ask whom the proposal names, for the rows that are still as they were seen.

    Parameters
    ----------
    proposal
        Worked out anew, from what is kept now.
    seen
        The keys of the rows as they were shown; see `Row.key`.
    """
    rows = {row.key: row for row in proposal.met}
    asked: list[str] = []
    left: list[str] = []
    for key in dict.fromkeys(seen):
        request = key.partition(":")[0]
        row = rows.get(key)
        done = row is not None and _ask(register, viewer, row, now)
        (asked if done else left).append(request)
    return Taken(tuple(asked), tuple(left))


def _ask(register: Register, viewer: Viewer, row: Row, now: datetime) -> bool:
    if row.supporter is None:
        return False
    about = row.request.id, row.request.version, row.supporter.id, row.minutes
    try:
        ask(register, viewer, *about, now)
    except (RecordStale, StepIllegal, AlreadyAsked, NotAskable, NotWanted, NotFound):
        return False
    return True
