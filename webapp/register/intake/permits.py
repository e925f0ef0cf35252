"""Whether a viewer may write what an import, or taking one back, would write."""

from __future__ import annotations

from collections.abc import Iterable

from geo.errors import NotFound
from webapp.faults import FieldWithheld, RecordWithheld
from webapp.register.intake.difference import BOOKS, Difference
from webapp.register.viewer import Viewer


def require_allowed(viewer: Viewer, purpose: str, differences: Iterable[Difference]) -> None:
    """Refuse what the viewer's role may not write, or not in that district.

    Raises
    ------
    RecordWithheld, FieldWithheld, NotFound
    """
    checked: set[str] = set()
    for one in differences:
        noun = one.record.noun()
        if noun not in checked:
            _require_fields(viewer, purpose, one, noun)
            checked.add(noun)
        for values in (one.old, one.new):
            district = (values or {}).get("district_id")
            if values is not None and "district_id" in values and not viewer.covers(district):
                raise NotFound(kind="district", id=str(district or "–"))


def _require_fields(viewer: Viewer, purpose: str, one: Difference, noun: str) -> None:
    written = viewer.sight.written(noun, purpose)
    if not written:
        raise RecordWithheld(record=noun, role=viewer.role)
    for name in (one.new or one.old or {}).keys() - BOOKS:
        if name not in written:
            raise FieldWithheld(record=noun, field=name)
