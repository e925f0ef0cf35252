"""下書き: a form half filled in, kept for its writer alone until it is sent or thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.casework.cards import PURPOSE
from webapp.faults import BodyTooLarge
from webapp.register.house import Register
from webapp.register.records.draft import Draft
from webapp.register.viewer import Viewer

CALL: Final = "call"
"""The form in which a call is taken."""

_MOST: Final = 400
"""Fields of one draft."""

_LONGEST: Final = 40_000
"""Characters of one draft."""


def keep_draft(
    register: Register, viewer: Viewer, form: str, content: Mapping[str, Any], now: datetime
) -> None:
    """Keep what was typed so far; it takes the place of the writer's last draft of the form.

    Raises
    ------
    BodyTooLarge
    """
    if len(content) > _MOST or len(str(content)) > _LONGEST:
        raise BodyTooLarge
    with register.change(viewer, PURPOSE, "draft") as change:
        change.session.merge(
            Draft(account_id=viewer.account, form=form, content=dict(content), changed_at=now)
        )


def read_draft(register: Register, viewer: Viewer, form: str) -> Draft | None:
    """The writer's own draft of a form; None where there is none."""
    asked = select(Draft).where(Draft.account_id == viewer.account, Draft.form == form)
    with Session(register.engine) as session:
        found = session.scalar(asked)
        if found is not None:
            session.expunge(found)
        return found


def drop_draft(register: Register, viewer: Viewer, form: str) -> None:
    """Throw the writer's own draft away."""
    with register.change(viewer, PURPOSE, "draft") as change:
        end_draft(change.session, viewer, form)


def end_draft(session: Session, viewer: Viewer, form: str) -> None:
    """Let the draft go within a change that keeps what was in it."""
    found = session.get(Draft, (viewer.account, form))
    if found is not None:
        session.delete(found)
