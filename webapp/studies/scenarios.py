"""Plans tried by hand: helpers who come, move or leave; kept, opened again, set side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from geo import terms
from geo.coverage import Cover, Helper
from geo.errors import NotFound, ParameterWrong
from geo.units import FLAT_PACE
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Study
from webapp.register.viewer import Viewer
from webapp.studies.question import PACES, Question

PURPOSE: Final = "planning"

MOST: Final = 200
"""Changes of one plan."""

LONGEST: Final = 60
"""Characters of a plan's title."""


@dataclass(frozen=True)
class Changes:
    """What a plan changes: ``add`` new helpers, ``move`` to a place by id, ``remove`` ids."""

    add: tuple[Helper, ...] = ()
    move: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    remove: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.add or self.move or self.remove)

    def on(self, cover: Cover, question: Question) -> Cover:
        """The cover with the changes made. Raises `NotFound` for a helper who has left since."""
        if not self:
            return cover
        pace = FLAT_PACE * PACES[question.way]
        come = [replace(one, pace=pace) for one in self.add]
        return cover.changed(add=come, move=self.move, remove=self.remove)

    def facts(self) -> list[dict[str, Any]]:
        """As the register and the page keep them."""
        added = [
            {"do": "add", "id": one.id, "lon": one.lon, "lat": one.lat,
             "activities": list(one.activities),
             "weekdays": None if one.weekdays is None else list(one.weekdays),
             "hours": None if one.hours is None else list(one.hours)}
            for one in self.add
        ]  # fmt: skip
        moved = [
            {"do": "move", "id": one, "lon": lon, "lat": lat}
            for one, (lon, lat) in self.move.items()
        ]
        return [*added, *moved, *({"do": "remove", "id": one} for one in sorted(self.remove))]


def read_changes(told: object) -> Changes:
    """Changes as a page's script sends them. Raises `ParameterWrong`."""
    if not isinstance(told, list) or len(cast("list[Any]", told)) > MOST:
        raise ParameterWrong(name="changes", value="–", wanted=f"a list of at most {MOST}")
    add: list[Helper] = []
    move: dict[str, tuple[float, float]] = {}
    remove: set[str] = set()
    for given in cast("list[Any]", told):
        if not isinstance(given, dict):
            raise ParameterWrong(name="changes", value=str(given)[:40], wanted="objects")
        one = cast("dict[str, Any]", given)
        what, identity = one.get("do"), str(one.get("id") or "")[:64]
        if what == "remove":
            remove.add(identity)
        elif what == "move":
            move[identity] = _spot(one)
        elif what == "add":
            add.append(_helper(one, identity or f"new-{len(add) + 1}"))
        else:
            raise ParameterWrong(name="do", value=str(what)[:40], wanted="add, move, remove")
    return Changes(tuple(add), move, frozenset(remove))


def _helper(told: Mapping[str, Any], identity: str) -> Helper:
    lon, lat = _spot(told)
    activities = _codes(told, "activities", terms.ACTIVITIES)
    weekdays = _codes(told, "weekdays", terms.WEEKDAYS)
    every = tuple(terms.ACTIVITIES)
    does = every if activities is None else activities
    return Helper(identity, lon, lat, does, weekdays, _hours(told.get("hours")))


def read_pins(pins: Sequence[str], does: Sequence[str], question: Question) -> Changes:
    """New helpers out of an address: ``longitude,latitude`` of each, there when it is asked for.

    Parameters
    ----------
    does
        Activities of each; none = every one.

    Raises
    ------
    ParameterWrong
    """
    when = {
        "weekdays": None if question.weekday is None else [question.weekday],
        "hours": None if question.hour is None else [question.hour],
    }
    spots = [one.partition(",")[::2] for one in pins]
    return read_changes(
        [
            {"do": "add", "id": f"new-{number}", "lon": _number(lon), "lat": _number(lat),
             "activities": list(does) or None, **when}
            for number, (lon, lat) in enumerate(spots, 1)
        ]
    )  # fmt: skip


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _hours(told: object) -> tuple[str, ...] | None:
    if told is None:
        return None
    spans = cast("list[Any]", told) if isinstance(told, list) else [told]
    return tuple(map(str, spans))


def _codes(told: Mapping[str, Any], name: str, known: Mapping[str, Any]) -> tuple[str, ...] | None:
    value = told.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not set(map(str, cast("list[Any]", value))) <= known.keys():
        raise ParameterWrong(name=name, value=str(value)[:60], wanted=", ".join(known))
    return tuple(cast("list[str]", value))


def read_spot(told: object) -> tuple[float, float]:
    """Longitude and latitude of an object with ``lon`` and ``lat``. Raises `ParameterWrong`."""
    if not isinstance(told, dict):
        raise ParameterWrong(name="lon", value=str(told)[:40], wanted="-180 … 180")
    return _spot(cast("dict[str, Any]", told))


def _spot(told: Mapping[str, Any]) -> tuple[float, float]:
    return _degrees(told, "lon", 180), _degrees(told, "lat", 90)


def _degrees(told: Mapping[str, Any], name: str, most: int) -> float:
    value = told.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= most:
        raise ParameterWrong(name=name, value=str(value)[:40], wanted=f"-{most} … {most}")
    return float(value)


def keep_study(
    register: Register,
    viewer: Viewer,
    title: str,
    question: Question,
    changes: Changes,
    data_version: int,
    figures: Mapping[str, Any],
) -> str:
    """Keep a plan; its id.

    Raises
    ------
    ParameterWrong, RecordWithheld
    """
    named = title.strip()
    if not 0 < len(named) <= LONGEST:
        raise ParameterWrong(name="title", value=named[:20] or "–", wanted=f"1–{LONGEST}")
    with register.change(viewer, PURPOSE, "keep plan") as change:
        made = change.add(
            Study,
            district_id=question.district,
            title=named,
            question=question.facts(),
            changes=changes.facts(),
            data_version=data_version,
            figures=dict(figures),
        )
    return made.id


def list_studies(register: Register, viewer: Viewer) -> list[View]:
    """The kept plans of the viewer's districts, the latest first."""
    with register.look(viewer, PURPOSE) as look:
        return look.several(Study, Study.status == "kept", order=(Study.made_at.desc(), Study.id))


def find_study(register: Register, viewer: Viewer, identity: str) -> View:
    """One kept plan. Raises `NotFound`, `RecordWithheld`."""
    with register.look(viewer, PURPOSE) as look:
        found = look.one(Study, identity)
    if found["status"] != "kept":
        raise NotFound(kind="study", id=identity)
    return found


def drop_study(register: Register, viewer: Viewer, identity: str, version: int) -> None:
    """Put a plan away. Raises `NotFound`, `RecordStale`, `RecordWithheld`, `StepIllegal`."""
    with register.change(viewer, PURPOSE, "drop plan") as change:
        change.revise(Study, identity, version, status="dropped")


def several_studies(register: Register, viewer: Viewer, wanted: Sequence[str]) -> list[View]:
    """Some plans in the order they are asked for. Raises `NotFound`, `RecordWithheld`."""
    return [find_study(register, viewer, one) for one in dict.fromkeys(wanted)]
