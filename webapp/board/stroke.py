"""A stroke: what one person does to the map at once, as a device sends it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from webapp.board.kinds import KINDS
from webapp.faults import StrokeWrong

Turn = Literal["draw", "undo", "redo", "guide"]

_MOST: Final = 60
"""Deeds of one stroke that a device may send."""

STEPS: Final = 6
"""Steps of the guide: houses, people, watchers, lines, stand back, tasks."""

_LONGEST: Final = 180
"""Minutes of one step."""

_WORD: Final = re.compile(r"[A-Za-z0-9_-]{6,40}")


@dataclass(frozen=True)
class Deed:
    """One thing put on the map, altered, or taken away.

    ``values``: the fields that are said, null = no longer said; None = the item goes.
    ``base``: the number of the entry that last altered the item as the device knew it;
    None = it did not know of any.
    """

    id: str
    kind: str
    values: Mapping[str, Any] | None
    base: int | None = None

    def written(self) -> dict[str, Any]:
        """As the journal keeps it."""
        told: dict[str, Any] = {"id": self.id, "kind": self.kind, "base": self.base}
        return told | ({"drop": True} if self.values is None else {"put": dict(self.values)})


@dataclass(frozen=True)
class Stroke:
    """One stroke. ``group``: what is undone as one.

    ``step``: of the guide, from 1; ``minutes``: given to it, None = as the guide has it.
    """

    id: str
    turn: Turn
    deeds: tuple[Deed, ...] = ()
    group: str = ""
    step: int | None = None
    minutes: int | None = None

    def written(self) -> dict[str, Any]:
        """As the journal keeps it."""
        return {
            "turn": self.turn,
            "deeds": [deed.written() for deed in self.deeds],
            "group": self.group or self.id,
            "step": self.step,
            "minutes": self.minutes,
        }


def read_stroke(told: object) -> Stroke:
    """A stroke out of what a device sent.

    Raises
    ------
    StrokeWrong
    """
    if not isinstance(told, dict):
        raise StrokeWrong(field="stroke", wanted="an object")
    said = cast("dict[str, Any]", told)
    stroke, group = _read_id(said.get("stroke"), "stroke"), said.get("group")
    turn = said.get("turn", "draw")
    if turn not in {"draw", "undo", "redo", "guide"}:
        raise StrokeWrong(field="turn", wanted="draw, undo, redo, guide")
    return Stroke(
        stroke,
        turn,
        _read_deeds(said.get("deeds")) if turn == "draw" else (),
        "" if group is None else _read_id(group, "group"),
        _read_whole("step", said.get("step"), STEPS) if turn == "guide" else None,
        _read_minutes(said.get("minutes")) if turn == "guide" else None,
    )


def read_written(stroke: str, content: Mapping[str, Any]) -> Stroke:
    """A stroke out of the journal, where it was looked at before."""
    deeds = tuple(
        Deed(one["id"], one["kind"], one.get("put"), one.get("base")) for one in content["deeds"]
    )
    return Stroke(
        stroke,
        content["turn"],
        deeds,
        content["group"],
        content.get("step"),
        content.get("minutes"),
    )


def _read_deeds(told: object) -> tuple[Deed, ...]:
    if not isinstance(told, list) or not 1 <= len(told) <= _MOST:
        raise StrokeWrong(field="deeds", wanted=f"1 to {_MOST} of them")
    return tuple(_read_deed(one) for one in cast("list[object]", told))


def _read_deed(told: object) -> Deed:
    if not isinstance(told, dict):
        raise StrokeWrong(field="deed", wanted="an object")
    said = cast("dict[str, Any]", told)
    identity, kind, base = _read_id(said.get("id"), "id"), said.get("kind"), said.get("base")
    if kind not in KINDS:
        raise StrokeWrong(field="kind", wanted=", ".join(KINDS))
    if not (base is None or type(base) is int):
        raise StrokeWrong(field="base", wanted="a whole number")
    if said.get("drop") is True:
        return Deed(identity, kind, None, base)
    return Deed(identity, kind, _read_values(kind, said.get("put")), base)


def _read_values(kind: str, told: object) -> dict[str, Any]:
    if not isinstance(told, dict) or not told:
        raise StrokeWrong(field="put", wanted="an object with fields")
    fields, said = KINDS[kind], cast("dict[str, Any]", told)
    for name, value in said.items():
        if name not in fields:
            raise StrokeWrong(field="put", wanted=", ".join(fields))
        if value is not None and not fields[name].fits(value):
            raise StrokeWrong(field=name, wanted=fields[name].wanted)
    return {
        name: value.strip() if isinstance(value, str) else value for name, value in said.items()
    }


def _read_minutes(told: object) -> int | None:
    return None if told is None else _read_whole("minutes", told, _LONGEST)


def _read_whole(field: str, told: object, most: int) -> int:
    if type(told) is not int or not 1 <= told <= most:
        raise StrokeWrong(field=field, wanted=f"1 to {most}")
    return told


def _read_id(told: object, field: str) -> str:
    if not isinstance(told, str) or not _WORD.fullmatch(told):
        raise StrokeWrong(field=field, wanted="6 to 40 letters, digits, - or _")
    return told
