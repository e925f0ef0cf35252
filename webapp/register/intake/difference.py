"""One difference between a file and the register, and all of them with the rows at fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from webapp.register.duplicates import Proposal
from webapp.register.intake.drafts import Values
from webapp.register.records import District, Record

Deed = Literal["new", "changed", "gone"]

BOOKS: Final = frozenset({"id", "version", "made_at", "made_by", "changed_at", "changed_by"})

_SILENT: Final = BOOKS | {"search_key", "address_key", "mesh", "boundary_source", "milestones"}
"""Fields that follow from others and are not told."""


@dataclass(frozen=True)
class Difference:
    """One record that an import adds, changes or takes away.

    ``old`` is the record as it stands, None where it is new; ``new`` what it will be,
    None where it is taken away.
    """

    deed: Deed
    record: type[Record]
    id: str
    old: Values | None
    new: Values | None

    @property
    def district_id(self) -> str | None:
        """The district it belongs to."""
        values = self.new or self.old or {}
        return values.get("id") if self.record is District else values.get("district_id")

    def fields(self) -> dict[str, tuple[Any, Any]]:
        """The fields that change, old and new, without those that only follow from others."""
        old, new = self.old or {}, self.new or {}
        names = [name for name in (new or old) if name not in _SILENT]
        pairs = {name: (old.get(name), new.get(name)) for name in names}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@dataclass(frozen=True)
class RowFault:
    """A row that cannot become a record. ``problem``: too_long, letters, step, unknown_end."""

    record: type[Record]
    id: str
    problem: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Differences:
    """All of it. ``unchanged`` counts rows by record; ``duplicates`` is what a preview proposes."""

    listed: list[Difference] = field(default_factory=list)
    unchanged: dict[str, int] = field(default_factory=dict)
    faults: list[RowFault] = field(default_factory=list)
    duplicates: list[Proposal] = field(default_factory=list)

    def of(self, deed: Deed) -> list[Difference]:
        """Those of one deed."""
        return [one for one in self.listed if one.deed == deed]

    def counts(self) -> dict[str, dict[str, int]]:
        """By record: how many new, changed, gone, unchanged."""
        found: dict[str, dict[str, int]] = {
            noun: {"unchanged": count} for noun, count in self.unchanged.items()
        }
        for one in self.listed:
            counts = found.setdefault(one.record.noun(), {})
            counts[one.deed] = counts.get(one.deed, 0) + 1
        return found
