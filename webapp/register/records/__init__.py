"""The records of the field, one noun per file; `RECORDS` names them all."""

from __future__ import annotations

from typing import Final

from webapp.register.records.base import Base, Record
from webapp.register.records.consent import Consent
from webapp.register.records.consultation import Consultation
from webapp.register.records.disaster_mode import DisasterMode
from webapp.register.records.district import District
from webapp.register.records.export_copy import ExportCopy
from webapp.register.records.household import Household
from webapp.register.records.ledger_entry import LedgerEntry
from webapp.register.records.meeting import Meeting
from webapp.register.records.offer import Offer
from webapp.register.records.person import Person
from webapp.register.records.place import Place
from webapp.register.records.referral import Referral
from webapp.register.records.reminder import Reminder
from webapp.register.records.request import Request
from webapp.register.records.sensitive_note import SensitiveNote
from webapp.register.records.series import Series
from webapp.register.records.staff_account import StaffAccount
from webapp.register.records.study import Study
from webapp.register.records.supporter import Supporter
from webapp.register.records.survey_answer import SurveyAnswer
from webapp.register.records.visit import Visit
from webapp.register.records.watch_link import WatchLink
from webapp.register.records.workshop import Workshop

__all__ = [
    "RECORDS",
    "Base",
    "Consent",
    "Consultation",
    "DisasterMode",
    "District",
    "ExportCopy",
    "Household",
    "LedgerEntry",
    "Meeting",
    "Offer",
    "Person",
    "Place",
    "Record",
    "Referral",
    "Reminder",
    "Request",
    "SensitiveNote",
    "Series",
    "StaffAccount",
    "Study",
    "Supporter",
    "SurveyAnswer",
    "Visit",
    "WatchLink",
    "Workshop",
]

RECORDS: Final[dict[str, type[Record]]] = {
    record.noun(): record
    for record in (
        District,
        Place,
        Household,
        Person,
        SensitiveNote,
        Consent,
        Supporter,
        WatchLink,
        Consultation,
        Request,
        Series,
        Offer,
        Visit,
        LedgerEntry,
        SurveyAnswer,
        Meeting,
        Referral,
        StaffAccount,
        Reminder,
        DisasterMode,
        ExportCopy,
        Workshop,
        Study,
    )
}
"""By name, each after those it refers to."""
