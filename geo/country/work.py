"""One municipality's work, wherever it is done, and what becomes of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from geo.country.municipality import CODE, Share
from geo.country.part import Seal, part_bytes
from geo.country.studies import Study
from geo.errors import GeoError, MunicipalityStopped

_TABLE: Final = "faults"
"""A fact that may hold many rows of the source."""


@dataclass(frozen=True)
class Task:
    """One municipality to do.

    Attributes
    ----------
    share
        What to read.
    study
        What to ask.
    known
        Of what a part that is there already was made; None where there is none.
    """

    share: Share
    study: Study
    known: Seal | None = None


@dataclass(frozen=True)
class Failure:
    """A municipality that could not be done, in plain values.

    Attributes
    ----------
    municipality
        Its code.
    code, facts
        Of the fault, see `geo.errors`.
    sentence
        The fault in English.
    """

    municipality: str
    code: str
    facts: dict[str, Any]
    sentence: str

    @classmethod
    def of(cls, municipality: str, fault: GeoError) -> Failure:
        """The failure that a fault is."""
        plain = {
            name: value if isinstance(value, (str, int, float)) else str(value)
            for name, value in fault.facts.items()
            if name != _TABLE
        }
        return cls(municipality, fault.code, plain, str(fault))

    def fault(self) -> GeoError:
        """The fault again, to be said in another language."""
        kinds = {kind.code: kind for kind in _descendants(GeoError)}
        return kinds[self.code](**self.facts)


@dataclass(frozen=True)
class Outcome:
    """What became of a municipality.

    Attributes
    ----------
    municipality
        Its code.
    households
        How many it has; 0 where it could not be read.
    rows
        Of the result.
    seal, content
        Of what it was made, and the file; None where there is none to write.
    failure
        None where all went well.
    seconds
        Of reading and measuring.
    """

    municipality: str
    households: int = 0
    rows: int = 0
    seal: Seal | None = None
    content: bytes | None = field(default=None, repr=False)
    failure: Failure | None = None
    seconds: float = 0.0

    @property
    def kept(self) -> bool:
        """Whether the part that is there already is still right."""
        return self.failure is None and self.content is None


class Crew(Protocol):
    """Whoever does the work."""

    def work(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Every task once, in any order; each one's faults are in its outcome."""
        ...


class Alone:
    """One task after another, in this process."""

    def work(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """As `Crew.work`."""
        return map(do, tasks)


def do(task: Task) -> Outcome:
    """Read a municipality, look whether it was done already, measure it."""
    start, code = time.perf_counter(), task.share.code
    try:
        return _measure(task, start)
    except GeoError as fault:
        failure = Failure.of(code, fault)
    except Exception as fault:  # noqa: BLE001 - the others go on, whatever this one has
        kind = type(fault).__name__
        failure = Failure.of(code, MunicipalityStopped(municipality=code, kind=kind))
    return Outcome(code, failure=failure, seconds=time.perf_counter() - start)


def _measure(task: Task, start: float) -> Outcome:
    place = task.share.read()
    seal = _plain(
        {
            "study": task.study.name,
            "edition": task.study.edition,
            "parameters": task.study.parameters(),
            CODE: place.code,
            "data": place.digest(),
        }
    )
    houses = len(place.households)
    if task.known is not None and task.known == seal:
        return Outcome(place.code, houses, seal=seal, seconds=time.perf_counter() - start)
    rows = task.study.measure(place)
    content = part_bytes(rows, task.study.columns, seal)
    taken = time.perf_counter() - start
    return Outcome(place.code, houses, len(rows), seal, content, seconds=taken)


def _plain(seal: Seal) -> Seal:
    """A seal as it is read back from a part."""
    return json.loads(json.dumps(seal))


def _descendants(kind: type[GeoError]) -> Iterator[type[GeoError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)
