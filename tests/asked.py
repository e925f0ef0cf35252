"""What is asked of each endpoint that is about one record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from webapp.register.consents import JAPAN
from webapp.register.records import (
    Consultation,
    District,
    Household,
    LedgerEntry,
    Meeting,
    Offer,
    Person,
    Record,
    Referral,
    Reminder,
    Request,
    Series,
    Study,
    Supporter,
    SurveyAnswer,
    Visit,
    Workshop,
)


@dataclass(frozen=True)
class Asked:
    """An endpoint about one record: of which kind, and what has to be asked besides."""

    record: type[Record]
    query: str = ""
    body: dict[str, object] | None = None
    values: dict[str, str] = field(default_factory=dict)
    form: dict[str, object] | None = None
    """What a page of ours sends; it is answered with the page that follows."""


_SPOKEN = {"plural": "consultations"}

_MEETING: dict[str, object] = {
    "version": 1, "day": "2026-11-01", "time": "14:00", "kind": "other", "card_count": 1,
    "worry_0": "x",
}  # fmt: skip

_PLANNED: dict[str, object] = {
    "version": 1, "supporter_id": "s-asked", "kind": "once", "time": "10:00",
    "day": datetime.now(JAPAN).date().isoformat(),
}  # fmt: skip

OF_DISTRICT = {
    "api.suggestions": Asked(Household, "?activity=garbage"),
    "finding.list_places": Asked(Household, "?activity=garbage"),
    "api.show_record": Asked(Consultation, values=_SPOKEN),
    "api.change_record": Asked(Consultation, "", {"version": 1, "summary": "x"}, _SPOKEN),
    "admin.show_history": Asked(Person),
    "admin.send_history": Asked(Person),
    "meetings.show": Asked(Meeting),
    "meetings.revise": Asked(Meeting, form=_MEETING),
    "meetings.finish": Asked(Meeting, form={"version": 1, "place": 0, "done": "1"}),
    "meetings.send_paper": Asked(
        Meeting, form={"which": "minutes", "holder": "x", "return_by": "2999-01-01"}
    ),
    "referrals.show_form": Asked(Person),
    "referrals.send": Asked(Person, form={"recipient": "care_manager", "basis": "self"}),
    "referrals.show": Asked(Referral),
    "plan_list.open_one": Asked(Study),
    "plan_list.drop": Asked(Study, form={"version": 0}),  # 409: it stays, to be opened
    "referrals.take": Asked(Referral, form={"version": 1, "status": "accepted"}),
    "homes.edit": Asked(Household),
    "homes.revise": Asked(Household, form={"version": 1, "address": "x"}),
    "reminders.finish": Asked(Reminder, form={"version": 1}),
    "cases.show": Asked(Request),
    "cases.take_step": Asked(Request, form={"version": 1, "status": "coordinating"}),
    "cases.edit": Asked(Request),
    "cases.revise": Asked(Request, form={"version": 1, "activity": "garbage"}),
    "cases.show_consultation": Asked(Consultation),
    "cases.revise_consultation": Asked(
        Consultation, form={"version": 1, "summary": "x", "status": "received"}
    ),
    "cases.show_person": Asked(Person),
    "cases.edit_person": Asked(Person),
    "cases.revise_person": Asked(Person, form={"version": 1, "name": "試し"}),
    "cases.keep_word": Asked(Person, form={"text": "x"}),
    "cases.show_request_form": Asked(Person),
    "cases.add_request": Asked(Person, form={"activity": "garbage"}),
    "asking.show": Asked(Request),
    "asking.ask": Asked(Request, form={"version": 1, "supporter_id": "s-asked"}),
    "asking.give_up": Asked(Request, form={"version": 1, "reason": "beyond"}),
    "asking.take_up": Asked(Request, form={"version": 1}),
    "asking.answer": Asked(Offer, form={"version": 1, "answer": "absent"}),
    "asking.show_notice": Asked(Offer),
    "series.show_new": Asked(Request),
    "series.plan": Asked(Request, form=_PLANNED),
    "series.preview": Asked(Request, form=_PLANNED),
    "series.show_one": Asked(Series),
    "series.pause": Asked(Series, form={"version": 1, "until": ""}),
    "series.resume": Asked(Series, form={"version": 1}),
    "series.change_days_off": Asked(Series, form={"version": 1, "add": "2100-01-01"}),
    "series.change": Asked(Series, form=_PLANNED | {"kind": "weekly", "weekday": "MO"}),
    "series.hand_over": Asked(Series, form={"version": 1, "supporter_id": "s-asked"}),
    "series.end": Asked(Series, form={"version": 1}),
    "cover.show": Asked(Supporter, "?first=2026-12-01&last=2026-12-08"),
    "cover.assign": Asked(Visit, form={"version": 1, "supporter_id": "s-asked"}),
    "visits.show": Asked(Visit),
    "visits.report_done": Asked(Visit, form={"version": 1}),
    "visits.report_nobody_home": Asked(Visit, form={"version": 1}),
    "visits.report_missed": Asked(Visit, form={"version": 1}),
    "visits.cancel": Asked(Visit, form={"version": 1, "by": "person"}),
    "visits.check": Asked(Visit, form={"version": 1, "step": "knock_again", "outcome": "safe"}),
    "visits.move": Asked(Visit, form={"version": 1, "day": "2100-01-01", "time": "10:00"}),
    "visits.take_back": Asked(Visit, form={"version": 1}),
    "visits.finish": Asked(Visit, form={"version": 1}),
    "feeds.make": Asked(Supporter, form={}),
    "feeds.end": Asked(Supporter, form={}),
    "ledger.void": Asked(LedgerEntry, form={"version": 1}),
    "ledger.sell": Asked(Person, form={"count": "1"}),
    "surveys.show_answer": Asked(SurveyAnswer),
    "surveys.add_supporter": Asked(SurveyAnswer, form={"version": 1}),
    "surveys.add_consultation": Asked(SurveyAnswer, form={"version": 1, "activity": "garbage"}),
    "supporters.show_one": Asked(Supporter),
    "supporters.take_step": Asked(Supporter, form={"version": 1, "status": "interviewed"}),
    "supporters.edit": Asked(Supporter),
    "supporters.revise": Asked(Supporter, form={"version": 1, "name": "試し"}),
    "districts.show_one": Asked(District),
    "districts.show_progress": Asked(District),
    "districts.decide": Asked(District, form={"version": 1, "stage": "1"}),
    "districts.show_rules": Asked(District),
    "districts.arrange": Asked(District, form={"version": 1, "unit": "yen"}),
    "workshops.show_one": Asked(Workshop),
    "framing.show": Asked(Workshop),
    "framing.choose": Asked(Workshop, form={"version": 1, "whole": "1"}),
    "workshops.open_one": Asked(Workshop, form={"version": 1}),
    "workshops.close_one": Asked(Workshop, form={"version": 2}),
    "workshops.end_device": Asked(Workshop, form={}),
    "review.show": Asked(Workshop),
    "review.take": Asked(
        Workshop, form={"item": "house-1", "version": 0, "verdict": "left", "seen": 0}
    ),
    "review.finish": Asked(Workshop, form={"version": 1}),
    "inviting.show": Asked(Workshop),
    "inviting.send_sheet": Asked(Workshop),
    "drawing.show": Asked(Workshop),
    "drawing.tell_news": Asked(Workshop),
    "drawing.follow": Asked(Workshop),
    "scans.show_all": Asked(Workshop),
    "scans.take": Asked(Workshop, form={}),
    "scans.show_one": Asked(Workshop),
    "scans.decide": Asked(Workshop, form={}),
    "scans.drop": Asked(Workshop, form={}),
    "rounds.show": Asked(Workshop),
    "rounds.begin": Asked(Workshop, form={}),
    "rounds.send_paper": Asked(Workshop, form={"holder": "x", "return_by": "2999-01-01"}),
    "rounds.enter": Asked(Workshop),
    "rounds.answer": Asked(Workshop, form={"reply": "same"}),
    "rounds.confirm_rest": Asked(Workshop, form={}),
    "rounds.take_back": Asked(Workshop, form={}),
    "handover.show": Asked(Workshop),
    "handover.send_pack": Asked(Workshop, form={"holder": "x", "return_by": "2999-01-01"}),
    "handover.tick_off": Asked(Workshop, form={}),
    "changes.show": Asked(Workshop),
    "changes.send_paper": Asked(Workshop, form={"holder": "x", "return_by": "2999-01-01"}),
    "drawing.write": Asked(Workshop, body={"stroke": "stroke-1", "turn": "guide", "step": 1}),
    "saying.tell_missed": Asked(Workshop),
    "guiding.show": Asked(Workshop),
    "guiding.send_script": Asked(Workshop),
    "cards.show": Asked(Workshop),
    "cards.make": Asked(Workshop, form={"stroke": "card-stroke-1", "worry": "x"}),
    "cards.change": Asked(Workshop, form={"stroke": "card-stroke-2", "worry": "x"}),
    "minutes.send": Asked(Workshop, form={"holder": "x", "return_by": "2999-01-01"}),
    "minutes.keep": Asked(Workshop, form={"count": "0"}),
    "papers.show": Asked(Workshop),
    "papers.send": Asked(Workshop, form={"edition": "public"}),
}
"""Endpoints about one record of a district, by its id."""

OF_THE_HOUSE = {
    "disasters.end",
    "own.remove_factor", "staff.show_one", "staff.change_post", "staff.change_status",
    "staff.invite_again", "staff.revoke_token", "admin.end_copy", "jobs.tell_progress",
    "jobs.call_off", "siting.tell", "stops.tell",
}  # fmt: skip
"""Endpoints with an id that belongs to the reader's own account, or to no district."""
