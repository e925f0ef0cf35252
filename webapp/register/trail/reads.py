"""Reads of people that an answer shows, each an event of the trail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from webapp.register.trail.access_event import Event
from webapp.register.viewer import Viewer


def read_events(
    viewer: Viewer,
    purpose: str,
    record: str,
    shown: Iterable[tuple[str, str | None]],
    fields: list[str],
) -> list[Event]:
    """One event per record shown; ``shown`` are pairs of id and district id."""
    now = datetime.now(UTC)
    return [
        Event(
            at=now,
            account=viewer.account,
            role=viewer.role,
            deed="read",
            purpose=purpose,
            record=record,
            record_id=identity,
            district_id=district,
            fields=fields,
        )
        for identity, district in shown
    ]


def extent_event(
    viewer: Viewer,
    purpose: str,
    record: str,
    district: str | None,
    count: int,
    fields: list[str],
) -> Event:
    """One event for a whole layer of records; ``district`` None = all of the viewer's."""
    return Event(
        at=datetime.now(UTC),
        account=viewer.account,
        role=viewer.role,
        deed="read",
        purpose=purpose,
        record=record,
        district_id=district,
        fields=fields,
        facts={"count": count, "districts": _listed(viewer, district)},
    )


def _listed(viewer: Viewer, district: str | None) -> list[str] | None:
    """The districts of an extent; None = every one."""
    if district is not None:
        return [district]
    return None if viewer.districts is None else sorted(viewer.districts)
