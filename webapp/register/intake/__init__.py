"""取込: rows of a file become records, whole or not at all, and can be taken back."""

from __future__ import annotations

from webapp.register.intake.taking import Parcel, apply, preview, store_layers

__all__ = ["Parcel", "apply", "preview", "store_layers"]
