"""The whole year, written as one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from webapp.invented.books import keep_books
from webapp.invented.cases import Case, Year
from webapp.invented.ground import Ground
from webapp.invented.lately import draw_lately
from webapp.invented.meetings import meet, remember
from webapp.invented.people import arrange_districts, employ_consultants, name_everybody
from webapp.invented.survey import answer_surveys
from webapp.invented.visits import hold_visits
from webapp.register.house import Register
from webapp.register.intake.difference import Difference
from webapp.register.intake.writing import Stamp, write_differences
from webapp.register.viewer import Viewer

_APRIL: Final = 4
_WRITTEN: Final = timedelta(days=2)
"""So long ago the year was written down; what colleagues did is younger."""


@dataclass(frozen=True)
class Size:
    """Consultations and coordinations of a programme year; the seed's by default."""

    consultations: int = 761
    coordinations: int = 910

    @classmethod
    def for_town(cls, households: int) -> Size:
        """As many as a town of that many households on the list would have, at most the seed's."""
        share = min(1.0, households / 600)
        return cls(round(761 * share), round(910 * share))

    def part(self, share: float) -> Size:
        """A part of the year."""
        return Size(round(self.consultations * share), round(self.coordinations * share))


def invent_year(
    register: Register, viewer: Viewer, now: datetime, size: Size, *, seed: int = 0
) -> None:
    """Fill the register of an invented town: the last programme year whole, this one until now."""
    with register.change(viewer, "administration", "invented year") as change:
        connection = change.session.connection()
        ground = Ground.of(connection, now, seed)
        staff = employ_consultants(ground)
        arrange_districts(ground)
        name_everybody(ground)
        answer_surveys(ground)
        cases: list[Case] = []
        if ground.people and any(one["status"] == "active" for one in ground.supporters):
            cases = _draw_years(ground, Year(ground, staff), size)
        meet(ground, cases)
        remember(ground, cases)
        stamp = Stamp(viewer, "administration", "invented year", None, now - _WRITTEN)
        write_differences(connection, _once_each(ground.drawn), stamp)
    keep_books(register, viewer, now)


def _draw_years(ground: Ground, year: Year, size: Size) -> list[Case]:
    this = date(ground.today.year - (ground.today.month < _APRIL), _APRIL, 1)
    last = date(this.year - 1, _APRIL, 1)
    cases = year.draw(last, this, size.consultations, size.coordinations)
    passed = size.part((ground.today - this).days / 365)
    if passed.consultations:
        cases += year.draw(this, ground.today, passed.consultations, passed.coordinations)
    hold_visits(ground, cases)
    return cases + draw_lately(ground, year)


def _once_each(drawn: list[Difference]) -> list[Difference]:
    """Each record once: as it stood before the first change, and as the last left it."""
    first: dict[tuple[str, str], Difference] = {}
    for one in drawn:
        key = (one.record.noun(), one.id)
        first[key] = one if key not in first else replace(first[key], new=one.new)
    return list(first.values())
