"""避難の手助け: who has to be fetched and who could, by name, while a disaster mode is on."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from geo.refuge import Danger, find_watchers, flee, rescue
from webapp.register.disclose import disclose, disclose_records
from webapp.register.house import Register
from webapp.register.records import Person
from webapp.register.viewer import Viewer
from webapp.studies.disaster import Setting

_PURPOSE: Final = "disaster"

_ORDER: Final = ("inside", "cut_off", "beyond", "unknown", "reached")
"""Whom to think of first; within each, those nobody can come to."""

_HELPLESS: Final = ("no_line", "watchers_inside", "cut_off", "unknown", "helped")


@dataclass(frozen=True)
class Watcher:
    """Somebody who looks in on the household. ``minutes`` null = not in time."""

    name: str
    inside: bool
    minutes: float | None


@dataclass(frozen=True)
class Evacuee:
    """One household: how it stands, where it could go, who could come."""

    name: str
    address: str | None
    phones: list[str]
    flight: str
    rescue: str
    shelter: str | None
    minutes: float | None
    watchers: list[Watcher]
    helpers: int | None


def list_evacuees(
    register: Register,
    viewer: Viewer,
    danger: Danger,
    places: gpd.GeoDataFrame,
    setting: Setting,
    districts: Sequence[str],
) -> list[Evacuee]:
    """The households of districts in which a disaster mode is on, most urgent first.

    Everything of it leaves through `webapp.register.disclose`, and is in the trail.

    Raises
    ------
    NotFound, RecordWithheld
    """
    told = [
        disclose(register, viewer, _PURPOSE, viewer.role, district=one).layers for one in districts
    ]
    homes, helpers, links = (
        _stack([layers[name] for layers in told]) for name in ("households", "supporters", "links")
    )
    if homes is None or helpers is None or links is None or homes.empty:
        return []
    phones = _phones(register, viewer, districts)
    names = dict(
        zip([*homes["id"], *helpers["id"]], [*homes["name"], *helpers["name"]], strict=True)
    )
    wanted: dict[str, Any] = {"within": setting.within, "pace": setting.pace}
    flights = flee(danger, homes, places, **wanted)
    pairs = find_watchers(danger, homes, links, (homes, helpers), **wanted)
    states = rescue(danger, homes, pairs, helpers, **wanted)
    coming = {str(home): rows for home, rows in pairs.groupby("household_id")}
    shelters = dict(zip(places["id"], places["name"], strict=True))
    found = [
        _evacuee(home, flight, state, (coming.get(home["id"]), names), (shelters, phones))
        for home, flight, state in zip(
            homes.to_dict("records"), flights.to_dict("records"), states.to_dict("records"),
            strict=True,
        )
    ]  # fmt: skip
    return sorted(
        found, key=lambda one: (_ORDER.index(one.flight), _HELPLESS.index(one.rescue), one.name)
    )


def _stack(layers: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame | None:
    filled = [layer for layer in layers if len(layer)]
    if not filled:
        return layers[0] if layers else None
    whole = pd.concat(filled, ignore_index=True)
    return gpd.GeoDataFrame(whole, crs=filled[0].crs)


def _phones(register: Register, viewer: Viewer, districts: Sequence[str]) -> dict[str, list[str]]:
    """Telephones by household."""
    people = disclose_records(
        register, viewer, _PURPOSE, viewer.role, Person, Person.district_id.in_(districts)
    )
    found: dict[str, list[str]] = {}
    for one in people:
        if one.get("phone") and one.get("household_id"):
            found.setdefault(str(one["household_id"]), []).append(str(one["phone"]))
    return found


def _evacuee(
    home: Mapping[Hashable, Any],
    flight: Mapping[Hashable, Any],
    state: Mapping[Hashable, Any],
    coming: tuple[pd.DataFrame | None, Mapping[str, str]],
    known: tuple[Mapping[str, str], Mapping[str, list[str]]],
) -> Evacuee:
    shelters, phones = known
    reached = flight["state"] == "reached"
    shelter = flight["shelter_id"] if reached else flight["shelter_before"]
    minutes = flight["minutes"] if reached else flight["minutes_before"]
    return Evacuee(
        name=str(home["name"] or home["id"]),
        address=home["address"],
        phones=phones.get(home["id"], []),
        flight=str(flight["state"]),
        rescue=str(state["state"]),
        shelter=shelters.get(shelter),
        minutes=_number(minutes),
        watchers=_watchers(*coming, inside=bool(state["inside"])),
        helpers=None if pd.isna(state["helpers"]) else int(state["helpers"]),
    )


def _watchers(
    rows: pd.DataFrame | None, names: Mapping[str, str], *, inside: bool
) -> list[Watcher]:
    """Those who look in on a house; from one inside, people are fetched before."""
    if rows is None:
        return []
    return [
        Watcher(
            str(names.get(one["watcher_id"]) or one["watcher_id"]),
            one["inside"] is True,
            _number(one["minutes_before"] if inside else one["minutes"]),
        )
        for one in rows.astype({"inside": object}).to_dict("records")
    ]


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)
