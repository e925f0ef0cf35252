"""Where somebody lives whose address was told: by the town list, else by homes known already."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import Connection

from geo.exchange.addresses import Gazetteer, Located
from webapp.casework.housing import Spot, find_spot
from webapp.register.viewer import Viewer

UNPLACED: Final[dict[str, Any]] = {"lon": None, "lat": None, "geocode_level": None}
"""The columns of somebody whom nobody can place."""


class Locator(Protocol):
    """Whatever finds a point for an address, as `geo.exchange.addresses.Gazetteer` does."""

    def locate(self, address: str) -> Located | None:
        """The point of an address, None where it is unknown."""
        ...


def locate(
    connection: Connection, viewer: Viewer, address: str | None, locator: Locator | None = None
) -> Spot | None:
    """The position of an address; None where nobody knows it. A ward alone is no position."""
    if not address:
        return None
    found = locator.locate(address) if locator is not None else None
    if found is not None and found.level != "ward":
        return Spot(found.lon, found.lat, found.level)
    return find_spot(connection, viewer, address)


def spot_of_supporter(spot: Spot | None) -> dict[str, Any]:
    """The columns of a supporter, who has no mesh code of the own."""
    return UNPLACED if spot is None else {name: spot.columns()[name] for name in UNPLACED}


def open_locator(path: str) -> Locator | None:
    """The town list of the settings, read once until the file changes; None = there is none."""
    return _read(path, Path(path).stat().st_mtime_ns) if path and Path(path).is_file() else None


@lru_cache(maxsize=1)
def _read(path: str, _changed: int) -> Gazetteer:
    return Gazetteer.read(path)
