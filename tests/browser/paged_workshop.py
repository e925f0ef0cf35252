"""A workshop under way for the pages that are looked at, its words trying to run as code."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from typing import Final

import cv2
import numpy as np
from sqlalchemy import insert

from webapp.accounts.policy import at_the_terminal
from webapp.board.stroke import read_stroke
from webapp.board.table import Table
from webapp.register.house import Register
from webapp.register.records import Household, Workshop
from webapp.register.records.scan import Scan, ScanFind

WORKSHOP: Final = (
    "/workshop/",
    "/workshop/new",
    "/workshop/k-paged",
    "/workshop/k-paged/window",
    "/workshop/k-paged/wall",
    "/workshop/k-paged/map",
    "/workshop/k-paged/map?view=wall",
    "/workshop/k-paged/scans",
    "/workshop/k-paged/scans/sc-paged",
    "/workshop/k-reviewed/review",
    "/workshop/k-paged/paper",
    "/workshop/k-paged/guide",
    "/workshop/k-paged/changes",
    "/workshop/k-paged/round",
    "/workshop/k-paged/handover",
    "/workshop/k-reviewed/cards",
)
"""What a facilitator opens."""


def hold_workshop(register: Register, nasty: str) -> None:
    """Two houses with a person, a line, a worry and a card; drawn on, and in review."""
    with register.change(at_the_terminal(), "workshop", "paged") as change:
        home = change.session.query(Household).order_by(Household.id).first()
        assert home is not None
        for identity, code in (("k-paged", "abcd-efgh"), ("k-reviewed", "abcd-efgj")):
            made = change.add(
                Workshop, id=identity, title=nasty[:60], held_on=date(2026, 11, 26),
                kind="drawing", basis="empty", code=code, keep_until=date(2999, 1, 1),
                too_many=5, district_id="X0001",
            )  # fmt: skip
            change.session.flush()
            made.status = "open"
        lon, lat = home.lon, home.lat
    assert lon is not None
    assert lat is not None
    for identity in ("k-paged", "k-reviewed"):
        stroke = read_stroke({"stroke": "paged-1", "deeds": _draw(lon, lat, nasty)})
        Table(register, identity).write(stroke, "x:paged", nasty[:20])
    read_paper(register)
    with register.change(at_the_terminal(), "workshop", "paged") as change:
        change.get(Workshop, "k-reviewed").status = "review"


def read_paper(register: Register) -> None:
    """A sheet was read, on it one line that nobody has decided on."""
    picture = cv2.imencode(".jpg", np.full((600, 900, 3), 250, np.uint8))[1].tobytes()
    until = date(2999, 1, 1)
    scan = {
        "id": "sc-paged", "workshop_id": "k-paged", "digest": "0", "residual": 0.4, "missing": 1,
        "code": "WM1:K7:6670:0.00:0.00:1000:180.0:120.0:0.0:1.1", "until": until,
        "picture": base64.b64encode(picture).decode(), "made_at": datetime.now(UTC), "made_by": "x",
    }  # fmt: skip
    line = {
        "kind": "line", "colour": "red", "what": "watching", "ends": [["house-a"], ["house-b"]],
        "sure": False, "through": False, "path": [[40.0, 40.0], [90.0, 60.0]],
        "box": [20.0, 20.0, 110.0, 80.0],
        "key": "K7 watching house-a house-b",
    }  # fmt: skip
    with register.write() as connection:
        connection.execute(insert(Scan).values(scan))
        find = {"scan_id": "sc-paged", "number": 1, "content": line, "until": until}
        connection.execute(insert(ScanFind).values(find))


def _draw(lon: float, lat: float, nasty: str) -> list[dict[str, object]]:
    return [
        _put("house-a", "house", lon=lon, lat=lat, number=1, name=nasty, address=nasty),
        _put("house-b", "house", lon=lon + 0.0005, lat=lat, number=2, composition="single_elderly"),
        _put("person-a", "person", house="house-a", name=nasty, part="helper", consent="self"),
        _put("person-b", "person", house="house-b", name=nasty, part="cared", consent="refused"),
        _put("line-ab", "link", watcher="person-a", watched="house-b", link="watching"),
        _put("note-a", "note", lon=lon, lat=lat + 0.0005, text=nasty),
        _put("worry-b", "worry", about="house-b", text=nasty),
        _put("card-b", "card", about="house-b", worry=nasty, who=nasty, by="2026-12-24"),
    ]


def _put(identity: str, kind: str, **values: object) -> dict[str, object]:
    return {"id": identity, "kind": kind, "put": values}
