"""取込: rows of a file become records, whole or not at all, and can be taken back."""

from __future__ import annotations

from webapp.register.intake.difference import Difference, Differences, RowFault
from webapp.register.intake.taking import Parcel, apply, digest_file, preview, store_layers
from webapp.register.intake.undoing import Later, Undoing, list_intakes, undo

__all__ = [
    "Difference",
    "Differences",
    "Later",
    "Parcel",
    "RowFault",
    "Undoing",
    "apply",
    "digest_file",
    "list_intakes",
    "preview",
    "store_layers",
    "undo",
]
