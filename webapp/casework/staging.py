"""A survey's file on its way in: kept in the encrypted register until it is taken or dropped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import select

from geo.errors import NotFound
from webapp.casework.surveys import PURPOSE
from webapp.register.house import Register
from webapp.register.records.draft import Draft
from webapp.register.viewer import Viewer

_FORM: Final = "survey"


@dataclass(frozen=True)
class Staged:
    """One file that somebody sent. ``mapping``: what was overruled, question by heading."""

    file: str
    content: bytes
    survey: str
    district_id: str
    mapping: Mapping[str, str]

    @property
    def sha256(self) -> str:
        """Digest of the file."""
        return hashlib.sha256(self.content).hexdigest()

    def mapped(self, mapping: Mapping[str, str]) -> Self:
        """The same file read otherwise."""
        return replace(self, mapping=mapping)

    def facts(self) -> dict[str, Any]:
        """As a draft keeps it."""
        return {
            "file": self.file,
            "content": base64.b64encode(self.content).decode(),
            "survey": self.survey,
            "district_id": self.district_id,
            "mapping": dict(self.mapping),
        }


def stage(register: Register, viewer: Viewer, staged: Staged, now: datetime) -> None:
    """Keep the file for its sender; an earlier one that was not taken is dropped."""
    with register.change(viewer, PURPOSE, "draft") as change:
        change.session.merge(
            Draft(account_id=viewer.account, form=_FORM, content=staged.facts(), changed_at=now)
        )


def staged_of(register: Register, viewer: Viewer) -> Staged | None:
    """The file that this viewer sent and has not taken yet."""
    asked = select(Draft.content).where(Draft.account_id == viewer.account, Draft.form == _FORM)
    with register.engine.connect() as connection:
        kept = connection.scalar(asked)
    if kept is None:
        return None
    content = base64.b64decode(kept["content"])
    return Staged(kept["file"], content, kept["survey"], kept["district_id"], kept["mapping"])


def require_staged(register: Register, viewer: Viewer) -> Staged:
    """The same. Raises `NotFound`."""
    found = staged_of(register, viewer)
    if found is None:
        raise NotFound(kind="survey", id="–")
    return found


def drop_staged(register: Register, viewer: Viewer) -> None:
    """Forget the file."""
    with register.change(viewer, PURPOSE, "draft") as change:
        found = change.session.get(Draft, (viewer.account, _FORM))
        if found is not None:
            change.session.delete(found)
