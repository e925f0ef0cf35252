"""Who asks: an account with its districts, its purpose, and what its role may see.

The register asks the viewer's sight for every field. What decides is the policy
table in `webapp.accounts.policy`; what it does not list is not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol


class Precision(StrEnum):
    """How exactly a field is seen: as it stands, as its 250 m mesh cell, or only counted."""

    EXACT = "exact"
    MESH = "mesh"
    COUNT = "count"


Scope = Literal["district", "own"]
"""Whose records: those of the viewer's districts, or only those of the own visits."""


class Sight(Protocol):
    """What a role may see and write, field by field."""

    def seen(self, record: str, purpose: str) -> Mapping[str, Precision]:
        """The fields that may be read, each with its precision; empty = the record is not seen."""
        ...

    def written(self, record: str, purpose: str) -> frozenset[str]:
        """The fields that may be written; empty = none."""
        ...

    def scope(self, record: str, purpose: str) -> Scope:
        """Whose records."""
        ...


@dataclass(frozen=True)
class Viewer:
    """One who asks. ``districts``: ids; None = every district."""

    account: str
    role: str
    sight: Sight = field(repr=False)
    districts: frozenset[str] | None = frozenset()
    supporter_id: str | None = None
    """Whose visits are one's own."""

    def covers(self, district_id: str | None) -> bool:
        """Whether records of that district are the viewer's business."""
        return self.districts is None or district_id in self.districts
