"""Which period and area figures are asked for; all of it in the address, none of it personal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select

from geo.errors import NotFound, ParameterWrong
from webapp.accounts.clock import today_here
from webapp.accounts.reader import register_now, viewer_now
from webapp.register.consents import JAPAN
from webapp.register.periods import Period, month_of, programme_year, year_of
from webapp.register.records import Consultation, District
from webapp.serving.language import reader_language
from webapp.wording import say

PERIODS: Final = ("this_month", "last_month", "this_year", "last_year", "free")
"""Those with a name, and free days."""

_LONGEST: Final = timedelta(days=366 * 20)


@dataclass(frozen=True)
class FigureChoice:
    """``period``: one of `PERIODS`; ``district``: an id, None = all of the viewer's."""

    named: str
    period: Period
    year: int
    district: str | None

    def address(self) -> dict[str, object]:
        """Query parameters that ask for the same again."""
        return {
            "period": self.named,
            "from": self.period.from_.isoformat(),
            "to": self.period.to.isoformat(),
            "year": self.year,
            "district": self.district or "",
        }


def read_figure_choice(given: Mapping[str, str]) -> FigureChoice:
    """What a query string asks for; this programme year without a word.

    Raises
    ------
    ParameterWrong, NotFound
    """
    today = today_here()
    named = given.get("period", "") or "this_year"
    if named not in PERIODS:
        raise ParameterWrong(name="period", value=named[:40], wanted=", ".join(PERIODS))
    district = given.get("district", "") or None
    if district is not None and (not viewer_now().covers(district) or district not in areas()):
        raise NotFound(kind="district", id=district[:64])
    return FigureChoice(named, _period(named, given, today), _year(given, today), district)


def areas() -> dict[str, str]:
    """Names of the viewer's districts by their ids."""
    return name_districts(viewer_now().districts)


def name_districts(wanted: frozenset[str] | None) -> dict[str, str]:
    """Names of districts by their ids, None = of every one; anybody may know them."""
    asked = select(District.id, District.name).order_by(District.id)
    if wanted is not None:
        asked = asked.where(District.id.in_(wanted))
    with register_now().engine.connect() as connection:
        return {str(one): str(name or one) for one, name in connection.execute(asked)}


def name_area(district: str | None) -> str:
    """The area in words."""
    known = areas()
    if district is not None:
        return known[district]
    if viewer_now().districts is not None and len(known) < _FEW:
        return "・".join(known.values())
    return say("figure.everywhere", reader_language())


_FEW: Final = 4


def years_on_record() -> list[int]:
    """Programme years from the first consultation until now, the last first."""
    with register_now().engine.connect() as connection:
        first = connection.scalar(select(func.min(Consultation.received_at)))
    this = year_of(today_here())
    since = this if first is None else year_of(first.astimezone(JAPAN).date())
    return list(range(this, max(since, this - 20) - 1, -1))


def _period(named: str, given: Mapping[str, str], today: date) -> Period:
    if named == "free":
        return _free(given)
    month, year = month_of(today), year_of(today)
    return {
        "this_month": month,
        "last_month": month_of(month.from_ - timedelta(days=1)),
        "this_year": programme_year(year),
        "last_year": programme_year(year - 1),
    }[named]


def _free(given: Mapping[str, str]) -> Period:
    days: list[date] = []
    for name in ("from", "to"):
        text = given.get(name, "")
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            raise ParameterWrong(name=name, value=text[:40], wanted="YYYY-MM-DD") from None
    if not days[0] <= days[1] <= days[0] + _LONGEST or not 1950 < days[0].year < 9000:
        raise ParameterWrong(
            name="to", value=days[1].isoformat(), wanted="the same day or later, at most 20 years"
        )
    return Period(*days)


def _year(given: Mapping[str, str], today: date) -> int:
    text = given.get("year", "") or str(year_of(today))
    if not text.isdecimal() or not 1950 < int(text[:6]) <= year_of(today):
        raise ParameterWrong(name="year", value=text[:40], wanted="1951 or later")
    return int(text)
