"""Where somebody lives whose address was told: by the town list, else by a neighbour's record."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.crs import mesh_code
from geo.exchange.addresses import Gazetteer, Located
from webapp.register.records import Household
from webapp.register.spelling import address_key


class Locator(Protocol):
    """Whatever finds a point for an address, as `geo.exchange.addresses.Gazetteer` does."""

    def locate(self, address: str) -> Located | None:
        """The point of an address, None where it is unknown."""
        ...


@dataclass(frozen=True)
class Spot:
    """A position as records keep it; all None where nobody knows."""

    lon: float | None = None
    lat: float | None = None
    geocode_level: str | None = None

    @property
    def mesh(self) -> str | None:
        """The 250 m mesh code; None where there is no position."""
        return None if self.lon is None or self.lat is None else mesh_code(self.lon, self.lat)

    def values(self) -> dict[str, Any]:
        """The columns of a supporter or a household."""
        return {"lon": self.lon, "lat": self.lat, "geocode_level": self.geocode_level}


NOWHERE = Spot()


def locate(
    session: Session, address: str | None, district_id: str | None, locator: Locator | None = None
) -> Spot:
    """The position of an address; a ward alone is no position.

    Without a town list, or where it does not know the address, the household that has the
    same address in the same district gives its own position.
    """
    if not address:
        return NOWHERE
    found = locator.locate(address) if locator is not None else None
    if found is not None and found.level != "ward":
        return Spot(found.lon, found.lat, found.level)
    key = address_key(address)
    if not any(sign.isdigit() for sign in key):
        return NOWHERE
    same = select(Household.lon, Household.lat, Household.geocode_level).where(
        Household.address_key == key,
        Household.district_id == district_id,
        Household.lon.is_not(None),
    )
    row = session.execute(same.order_by(Household.id).limit(1)).first()
    return NOWHERE if row is None else Spot(row.lon, row.lat, row.geocode_level)


def open_locator(path: str) -> Locator | None:
    """The town list of the settings, read once until the file changes; None = there is none."""
    return _read(path, Path(path).stat().st_mtime_ns) if path and Path(path).is_file() else None


@lru_cache(maxsize=1)
def _read(path: str, _changed: int) -> Gazetteer:
    return Gazetteer.read(path)
