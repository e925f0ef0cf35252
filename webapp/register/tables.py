"""Every table of the register, known to one metadata whoever asks for it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

from webapp.register.records import (
    Base,
    attendance,
    calendar_feed,
    credential,
    draft,
    duplicate_verdict,
    forgotten,
    intake,
    invitation,
    journal_entry,
    scan,
    seat,
    session,
    survey_form,
    token,
)
from webapp.register.trail import access_event, history, pulse

_DEFINED_IN: Final = (
    attendance, calendar_feed, credential, draft, duplicate_verdict, forgotten, intake,
    invitation, journal_entry, scan, seat, session, survey_form, token, access_event, history,
    pulse,
)  # fmt: skip
"""Besides the records, which `webapp.register.records` names."""

TABLES: Final[MetaData] = Base.metadata
