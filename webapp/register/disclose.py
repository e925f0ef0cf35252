"""The only way out: what leaves of people is cut by the policy and by what they allowed.

Every export, print, share and answer about people is made from a `Disclosure`. What a
person did not allow is not in it: no row, no gap, no count. That it left is in the trail.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, select
from sqlalchemy.orm import InstrumentedAttribute

from geo.errors import ParameterWrong
from geo.layers import LayerName
from webapp.faults import RecordWithheld
from webapp.layerstore import Layers
from webapp.register.allowances import Allowances, Output, read_allowances, stamp_of
from webapp.register.consents import bits_of
from webapp.register.house import Register
from webapp.register.layers import PERSONAL, RegisterLayers
from webapp.register.look import View
from webapp.register.records import Household, Person, Record
from webapp.register.rulesets import PURPOSES, RECIPIENTS
from webapp.register.trail.access_event import Event
from webapp.register.trail.reads import extent_event
from webapp.register.viewer import Viewer
from webapp.register.withholding import EVERY, IDS, cut_by_consent, cut_view, topic_of

_R = TypeVar("_R", bound=Record)
_V = TypeVar("_V")


@dataclass(frozen=True)
class Disclosure:
    """What may leave. ``layers`` hold no row and no field that was not allowed."""

    viewer: Viewer
    output: Output
    district: str | None
    layers: Layers

    @property
    def households(self) -> list[str]:
        """Ids of those it tells of."""
        return [str(one) for one in self.layers["households"]["id"]]

    @property
    def told(self) -> list[str]:
        """The fields that say something of anybody."""
        return sorted({one for name in EVERY for one in self.fields(name)})

    @property
    def count(self) -> int:
        """How many households and supporters it tells of."""
        return sum(len(self.layers[name]) for name in ("households", "supporters"))

    def fields(self, name: LayerName) -> list[str]:
        """The columns of a layer that say something."""
        layer = self.layers[name]
        told = [str(c) for c in layer.columns if c != "id" and bool(layer[c].notna().any())]
        return sorted(told)


def disclose(
    register: Register,
    viewer: Viewer,
    purpose: str,
    recipient: str,
    *,
    what: Collection[LayerName] = EVERY,
    district: str | None = None,
    at: datetime | None = None,
    layers: RegisterLayers | None = None,
) -> Disclosure:
    """The layers of people that ``viewer`` may hand to ``recipient`` for ``purpose``.

    Parameters
    ----------
    what
        The layers wanted of households, supporters and links; others of these are empty.
    district
        One district; None = all of the viewer's.
    at
        The moment of leaving, None = now. A withdrawal before it holds.
    layers
        Layers held in memory; None = the register's own.

    Raises
    ------
    ParameterWrong
        A purpose or a recipient that nobody knows.
    RecordWithheld
        The role may not see any of it.
    NotFound
        The district is none of the viewer's business.
    """
    output = _output(purpose, recipient, at)
    _require_sight(register, viewer, purpose, [PERSONAL[name].noun() for name in what])
    made = Disclosure(
        viewer,
        output,
        district,
        allowed_layers(register, viewer, output, what, district, layers)[1],
    )
    register.keep([_export(made, name) for name in what if len(made.layers[name])])
    return made


def allowed_layers(
    register: Register,
    viewer: Viewer,
    output: Output,
    what: Collection[LayerName] = EVERY,
    district: str | None = None,
    layers: RegisterLayers | None = None,
) -> tuple[int, Layers]:
    """The data version and the layers, cut anew whenever anything that decides has changed.

    Until then they are the same object. Whoever shows rows of them keeps the trail.
    """
    shelf = _SHELVES.setdefault(register, _Shelf())
    with register.engine.connect() as connection:
        stamp = stamp_of(connection, output)
        version, cut = (layers or register.drawn).cut(
            viewer, output.purpose, district, version=cast("int", stamp[-2])
        )
        key = (viewer.role, viewer.districts, district, *stamp[:2], frozenset(what))
        made = shelf.cuts.get(key)
        if made is None or made[0] != (stamp, version):
            allowances = shelf.allowances(connection, output, stamp)
            made = ((stamp, version), cut_by_consent(cut, allowances, what))
            _put(shelf.cuts, key, made, _KEPT)
    return version, made[1]


def allowances_now(register: Register, output: Output) -> Allowances:
    """What everybody allows of one output, decided once until something changes."""
    shelf = _SHELVES.setdefault(register, _Shelf())
    with register.engine.connect() as connection:
        return shelf.allowances(connection, output, stamp_of(connection, output))


_KEPT: Final = 64
"""Cuts kept in memory per register: one for each role and set of districts."""

_DECIDED: Final = 6
"""Decisions about everybody kept: one for each purpose and recipient."""


class _Shelf:
    """What was decided and cut, until something that decides changes."""

    def __init__(self) -> None:
        self.cuts: dict[object, tuple[object, Layers]] = {}
        self._decided: dict[object, tuple[object, Allowances]] = {}
        self._lock = threading.Lock()

    def allowances(self, connection: Connection, output: Output, stamp: object) -> Allowances:
        """Whom the output may tell of: everybody decided once, whoever asks."""
        key = (output.purpose, output.recipient)
        with self._lock:
            kept = self._decided.get(key)
            if kept is None or kept[0] != stamp:
                kept = (stamp, read_allowances(connection, output))
                _put(self._decided, key, kept, _DECIDED)
            return kept[1]


def _put(kept: dict[object, _V], key: object, value: _V, most: int) -> None:
    kept.pop(key, None)
    for old in list(kept)[: max(0, len(kept) + 1 - most)]:
        kept.pop(old, None)
    kept[key] = value


_SHELVES: Final[WeakKeyDictionary[Register, _Shelf]] = WeakKeyDictionary()


def _output(purpose: str, recipient: str, at: datetime | None) -> Output:
    for name, value, known in (
        ("purpose", purpose, PURPOSES),
        ("recipient", recipient, RECIPIENTS),
    ):
        if value not in known:
            raise ParameterWrong(name=name, value=value, wanted=", ".join(known))
    return Output(purpose, recipient, at or datetime.now(UTC))


def _require_sight(
    register: Register, viewer: Viewer, purpose: str, records: Sequence[str]
) -> None:
    if any(viewer.sight.seen(record, purpose) for record in records):
        return
    register.keep([
        Event(datetime.now(UTC), viewer.account, viewer.role, "refuse", purpose, record)
        for record in records
    ])  # fmt: skip
    raise RecordWithheld(record=records[0] if records else "household", role=viewer.role)


def _export(made: Disclosure, name: LayerName) -> Event:
    noun, count = PERSONAL[name].noun(), len(made.layers[name])
    read = extent_event(
        made.viewer, made.output.purpose, noun, made.district, count, made.fields(name)
    )
    facts = {**(read.facts or {}), "recipient": made.output.recipient}
    return replace(read, deed="export", facts=facts)


def disclose_records(
    register: Register,
    viewer: Viewer,
    purpose: str,
    recipient: str,
    record: type[_R],
    *where: ColumnElement[bool],
    at: datetime | None = None,
) -> list[View]:
    """Records about people as they may leave, in order of their ids.

    Fields the person did not allow are absent, and records of which nothing is left.

    Raises
    ------
    ParameterWrong, RecordWithheld
        Also of records that name no person: whose consent would it be?
    """
    output = _output(purpose, recipient, at)
    _require_sight(register, viewer, purpose, [record.noun()])
    subject = _subject(record, viewer)
    with register.engine.connect() as connection:
        bits = _bits_by_subject(read_allowances(connection, output), subject)
        rows = connection.execute(select(record.id, subject).where(*where)).all()
    needed = bits_of({topic_of(record, name) for name in viewer.sight.seen(record.noun(), purpose)})
    granted = {str(i): bits.get(who, 0) for i, who in rows if bits.get(who, 0) & needed}
    views = _looked_up(register, output, viewer, record, sorted(granted))
    kept = [cut_view(record, view, granted[view.id]) for view in views]
    told = [view for view in kept if set(view) - IDS - {"household_id", "person_id"}]
    register.keep([_record_export(output, viewer, record, told)] if told else [])
    return told


def _subject(record: type[Record], viewer: Viewer) -> InstrumentedAttribute[Any]:
    """The column that names whom a record is about."""
    if record in {Household, Person}:
        return cast("InstrumentedAttribute[Any]", record.id)
    for name in ("person_id", "household_id"):
        if name in record.__table__.columns:
            return getattr(record, name)
    raise RecordWithheld(record=record.noun(), role=viewer.role)


def _bits_by_subject(
    allowances: Allowances, subject: InstrumentedAttribute[Any]
) -> Mapping[str, int]:
    if subject.key == "household_id" or subject.class_ is Household:
        return allowances.by_household
    return allowances.by_person


def _looked_up(
    register: Register, output: Output, viewer: Viewer, record: type[_R], ids: list[str]
) -> list[View]:
    with register.look(viewer, output.purpose) as look:
        return [
            view
            for first in range(0, len(ids), _AT_ONCE)
            for view in look.several(record, record.id.in_(ids[first : first + _AT_ONCE]))
        ]


_AT_ONCE: Final = 500


def _record_export(output: Output, viewer: Viewer, record: type[Record], told: list[View]) -> Event:
    fields = sorted({name for view in told for name in view} - {"id", "version"})
    read = extent_event(viewer, output.purpose, record.noun(), None, len(told), fields)
    facts = {**(read.facts or {}), "recipient": output.recipient}
    return replace(read, deed="export", facts=facts)
