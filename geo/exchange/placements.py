"""Where the records of a roster lie: by their coordinates, else by their address."""

from __future__ import annotations

from typing import Protocol

from geo.exchange.addresses import Gazetteer, Located
from geo.exchange.findings import Finding, find
from geo.exchange.ledger import Ledger
from geo.exchange.positions import Position, read_position
from geo.exchange.records import Value


class Locator(Protocol):
    """Whatever finds a point for an address, as `geo.exchange.addresses.Gazetteer` does."""

    def locate(self, address: str) -> Located | None:
        """The point of an address, None where it is unknown."""
        ...


def place(
    table: Ledger, addresses: list[Value] | None, locate: Locator | None
) -> tuple[list[Position | None], list[Value]]:
    """The point of every record and its level, null and "unknown" where there is none.

    Faults are entered for coordinates that are wrong, notes for addresses not found.
    """
    headings = {axis: table.heading(axis) for axis in ("lat", "lon")}
    blank = [""] * len(table.rows)
    lats, lons = (table.cells(head) if head else blank for head in headings.values())
    points: list[Position | None] = []
    levels: list[Value] = []
    for record, (lat, lon) in enumerate(zip(lats, lons, strict=True)):
        given = read_position(lat, lon) if all(headings.values()) else None
        point, level = None, "unknown"
        if isinstance(given, tuple):
            table.fault(record, headings[given[0]] or "", given[1])
        elif given is None:
            address = addresses[record] if addresses else None
            point, level = _locate(table, record, address, locate)
        else:
            point, level = given, "given"
            if not given.in_japan:
                table.note(record, headings["lat"] or "", find("outside_japan"))
        points.append(point)
        levels.append(level)
    return points, levels


def _locate(
    table: Ledger, record: int, address: Value, locate: Locator | None
) -> tuple[Position | None, str]:
    heading = table.heading("address") or "address"
    if not isinstance(address, str):
        table.note(record, heading, find("address_missing"))
        return None, "unknown"
    if locate is None:
        return None, "unknown"
    located = locate.locate(address)
    if located is not None and located.level != "ward":
        return Position(located.lon, located.lat), located.level
    table.note(record, heading, _not_located(address, located, locate))
    return None, "unknown" if located is None else "ward"


def _not_located(address: str, located: Located | None, locate: Locator) -> Finding:
    if located is not None:
        return find("address_coarse")
    several = locate.candidates(address) if isinstance(locate, Gazetteer) else []
    if len(several) > 1:
        return find("address_ambiguous", candidates=", ".join(c.matched for c in several[:5]))
    return find("address_unknown")
