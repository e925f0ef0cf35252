"""Who may call which endpoint, and the gate that asks. What is not listed is refused."""

from __future__ import annotations

from typing import Final

from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from webapp.accounts.csrf import refuse_foreign
from webapp.accounts.policy import ROLES, Role
from webapp.accounts.reader import SEAT, is_elsewhere, mark_way_back, reader_now, viewer_now
from webapp.errors import answer_fault, tells_problems
from webapp.faults import (
    LaptopOnly,
    PageMissing,
    PasswordWanted,
    RoleWrong,
    SeatEnded,
    SignInWanted,
)

EVERYBODY: Final[frozenset[Role]] = frozenset(ROLES)
"""With or without an account."""

SIGNED_IN: Final[frozenset[Role]] = EVERYBODY - {"public", "terminal", "participant"}
"""Whoever has an account."""


def _only(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


_ADMIN: Final = _only("administrator")
_HALL: Final = _only("facilitator", "participant")
_LEADS: Final = _only("facilitator")
_PLANS: Final = _only("planner", "council")

POLICY: Final[dict[str, frozenset[Role]]] = {
    "health": EVERYBODY,
    "assets.send": EVERYBODY,
    "basemap.tile": EVERYBODY,
    "language.choose": EVERYBODY,
    "accounts.sign_in": EVERYBODY,
    "accounts.take_password": EVERYBODY,
    "accounts.sign_out": EVERYBODY,
    "second.show": _only(),
    "second.take_code": _only(),
    "second.ask_for_key": _only(),
    "second.take_key": _only(),
    "invited.show": EVERYBODY,
    "invited.accept": EVERYBODY,
    "own.show_account": SIGNED_IN,
    "own.change_password": SIGNED_IN,
    "own.end_elsewhere": SIGNED_IN,
    "own.show_factors": SIGNED_IN,
    "own.begin_app": SIGNED_IN,
    "own.confirm_app": SIGNED_IN,
    "own.ask_for_new_key": SIGNED_IN,
    "own.keep_key": SIGNED_IN,
    "own.make_codes": SIGNED_IN,
    "own.remove_factor": SIGNED_IN,
    "own.ask_password": SIGNED_IN,
    "own.take_password": SIGNED_IN,
    "staff.show_accounts": _ADMIN,
    "staff.show_invitation": _ADMIN,
    "staff.invite": _ADMIN,
    "staff.show_one": _ADMIN,
    "staff.change_post": _ADMIN,
    "staff.change_status": _ADMIN,
    "staff.invite_again": _ADMIN,
    "staff.show_tokens": _ADMIN,
    "staff.revoke_token": _ADMIN,
    "admin.show_overview": _ADMIN,
    "admin.prove_trail": _ADMIN,
    "admin.show_trail": _ADMIN,
    "admin.ask_history": _only("administrator", "consultant"),
    "admin.show_history": _only("administrator", "consultant"),
    "admin.send_history": _only("administrator", "consultant"),
    "admin.show_copies": _ADMIN,
    "admin.end_copy": _ADMIN,
    "admin.show_imports": _ADMIN,
    "disasters.show": _ADMIN,
    "disasters.start": _ADMIN,
    "disasters.end": _ADMIN,
    "public.show_map": EVERYBODY,
    "api.describe": EVERYBODY,
    "api.coverage": EVERYBODY,
    "api.statistics": EVERYBODY,
    "api.public_layer": EVERYBODY,
    "api.staff_layer": _only("consultant", "facilitator"),
    "api.suggestions": _only("consultant"),
    "api.search_households": _only("consultant"),
    "api.add_record": _only("consultant"),
    "api.show_record": _only("consultant"),
    "api.change_record": _only("consultant"),
    # The desk.
    "desk.show_desk": _only("consultant"),
    "lists.show": _only("consultant"),
    "referrals.show_form": _only("consultant"),
    "referrals.send": _only("consultant"),
    "referrals.show": _only("consultant"),
    "referrals.take": _only("consultant"),
    "homes.edit": _only("consultant"),
    "homes.revise": _only("consultant"),
    "reminders.show_all": _only("consultant"),
    "reminders.add": _only("consultant"),
    "reminders.finish": _only("consultant"),
    "calls.show_form": _only("consultant"),
    "calls.take": _only("consultant"),
    "calls.search": _only("consultant"),
    "calls.keep": _only("consultant"),
    "calls.drop": _only("consultant"),
    "cases.show": _only("consultant"),
    "cases.take_step": _only("consultant"),
    "cases.edit": _only("consultant"),
    "cases.revise": _only("consultant"),
    "cases.show_consultation": _only("consultant"),
    "cases.revise_consultation": _only("consultant"),
    "cases.show_person": _only("consultant"),
    "cases.edit_person": _only("consultant"),
    "cases.revise_person": _only("consultant"),
    "cases.keep_word": _only("consultant"),
    "cases.show_request_form": _only("consultant"),
    "cases.add_request": _only("consultant"),
    "lists.export": _only("consultant"),
    "finding.show": _only("consultant"),
    "finding.list_places": _only("consultant"),
    "asking.show": _only("consultant"),
    "asking.ask": _only("consultant"),
    "asking.answer": _only("consultant"),
    "asking.give_up": _only("consultant"),
    "asking.take_up": _only("consultant"),
    "asking.show_notice": _only("consultant"),
    "plans.show": _only("consultant"),
    "plans.take": _only("consultant"),
    "meetings.show_form": _only("consultant"),
    "meetings.hold": _only("consultant"),
    "meetings.show": _only("consultant"),
    "meetings.revise": _only("consultant"),
    "meetings.finish": _only("consultant"),
    "meetings.send_paper": _only("consultant"),
    "series.show_new": _only("consultant"),
    "series.plan": _only("consultant"),
    "series.preview": _only("consultant"),
    "series.show_one": _only("consultant"),
    "series.pause": _only("consultant"),
    "series.resume": _only("consultant"),
    "series.change_days_off": _only("consultant"),
    "series.change": _only("consultant"),
    "series.hand_over": _only("consultant"),
    "series.end": _only("consultant"),
    "cover.show": _only("consultant"),
    "cover.assign": _only("consultant"),
    "visits.show": _only("consultant"),
    "visits.report_done": _only("consultant"),
    "visits.report_nobody_home": _only("consultant"),
    "visits.report_missed": _only("consultant"),
    "visits.cancel": _only("consultant"),
    "visits.check": _only("consultant"),
    "visits.move": _only("consultant"),
    "visits.take_back": _only("consultant"),
    "visits.finish": _only("consultant"),
    "calendar.show": _only("consultant"),
    "feeds.make": _only("consultant"),
    "feeds.end": _only("consultant"),
    "ledger.show": _only("consultant"),
    "ledger.settle": _only("consultant"),
    "ledger.void": _only("consultant"),
    "ledger.sell": _only("consultant"),
    "feeds.send": EVERYBODY,
    "figures.show": _only("consultant", "council"),
    "figures.show_year": _only("consultant", "council"),
    "figures.send": _only("consultant", "council"),
    "surveys.show_all": _only("consultant"),
    "surveys.take_file": _only("consultant"),
    "surveys.show_file": _only("consultant"),
    "surveys.map_file": _only("consultant"),
    "surveys.drop_file": _only("consultant"),
    "surveys.show_one": _only("consultant"),
    "surveys.follow_all": _only("consultant"),
    "surveys.show_answer": _only("consultant"),
    "surveys.add_supporter": _only("consultant"),
    "surveys.add_consultation": _only("consultant"),
    "surveys.show_funnel": _only("consultant", "council"),
    "supporters.show_form": _only("consultant"),
    "supporters.add": _only("consultant"),
    "supporters.show_one": _only("consultant"),
    "supporters.take_step": _only("consultant"),
    "supporters.edit": _only("consultant"),
    "supporters.revise": _only("consultant"),
    "districts.show_all": _only("consultant", "council"),
    "districts.show_one": _only("consultant", "council"),
    "districts.show_progress": _only("consultant", "council"),
    "districts.decide": _only("consultant", "council"),
    "districts.show_rules": _only("consultant", "council"),
    "districts.arrange": _only("consultant", "council"),
    # The planning room.
    "covering.show": _PLANS,
    "covering.tell_cells": _PLANS,
    "covering.try_out": _PLANS,
    "access.show": _PLANS,
    "access.tell_cells": _PLANS,
    "coming.show": _PLANS,
    "resilience.show": _PLANS,
    "disaster.show": _PLANS,
    "sensitivity.show": _PLANS,
    "sensitivity.tell_share": _PLANS,
    "evacuees.show": _only("council", "consultant"),
    "land.tell": _PLANS,
    "overview.show": _PLANS,
    "profile.show": _PLANS,
    "profile.send": _PLANS,
    "report.show": _PLANS,
    "report.send": _PLANS,
    "report.publish": _PLANS,
    "plan_list.show_all": _PLANS,
    "plan_list.keep": _PLANS,
    "plan_list.open_one": _PLANS,
    "plan_list.drop": _PLANS,
    "plan_list.set_side_by_side": _PLANS,
    "siting.show": _PLANS,
    "siting.begin": _PLANS,
    "siting.tell": _PLANS,
    "stops.show": _PLANS,
    "stops.begin": _PLANS,
    "stops.try_out": _PLANS,
    "stops.tell": _PLANS,
    "jobs.show_all": _PLANS,
    "jobs.tell_progress": _PLANS,
    "jobs.call_off": _PLANS,
    # The workshop: who leads it, and the devices in the hall.
    "workshops.show_all": _LEADS,
    "workshops.show_form": _LEADS,
    "workshops.plan": _LEADS,
    "workshops.show_one": _LEADS,
    "framing.show": _LEADS,
    "framing.choose": _LEADS,
    "workshops.open_one": _LEADS,
    "workshops.close_one": _LEADS,
    "workshops.end_device": _LEADS,
    "review.show": _LEADS,
    "review.take": _LEADS,
    "review.finish": _LEADS,
    "inviting.show": _LEADS,
    "inviting.send_sheet": _LEADS,
    "joining.show": EVERYBODY,
    "joining.join": EVERYBODY,
    "joining.leave": _only("participant"),
    "drawing.show": _HALL,
    "drawing.tell_news": _HALL,
    "drawing.follow": _HALL,
    "drawing.write": _HALL,
    "saying.tell_missed": _HALL,
    "guiding.show": _HALL,
    "guiding.send_script": _LEADS,
    "scans.show_all": _LEADS,
    "scans.take": _LEADS,
    "scans.show_one": _LEADS,
    "scans.decide": _LEADS,
    "scans.drop": _LEADS,
    "rounds.show": _HALL,
    "rounds.begin": _LEADS,
    "rounds.send_paper": _LEADS,
    "rounds.enter": _HALL,
    "rounds.answer": _HALL,
    "rounds.confirm_rest": _HALL,
    "rounds.take_back": _HALL,
    "changes.show": _LEADS,
    "changes.send_paper": _LEADS,
    "handover.show": _LEADS,
    "handover.send_pack": _LEADS,
    "handover.tick_off": _LEADS,
    "cards.show": _HALL,
    "cards.make": _HALL,
    "cards.change": _HALL,
    "minutes.send": _LEADS,
    "minutes.keep": _LEADS,
    "papers.show": _LEADS,
    "papers.send": _LEADS,
}
"""Roles by endpoint. What a role sees there is the business of `webapp.accounts.policy`."""

SECOND: Final = frozenset(
    {"second.show", "second.take_code", "second.ask_for_key", "second.take_key"}
)
"""Endpoints for whoever gave the password and still has to show the second factor."""

SET_UP: Final = frozenset(
    {
        "own.show_factors",
        "own.begin_app",
        "own.confirm_app",
        "own.ask_for_new_key",
        "own.keep_key",
        "own.ask_password",
        "own.take_password",
    }
)
"""Endpoints for whoever still has to set a second factor up."""

OPEN_ELSEWHERE: Final = frozenset(
    {"health", "assets.send", "basemap.tile", "language.choose", "joining.show", "joining.join"}
) | {name for name, roles in POLICY.items() if "participant" in roles and "public" not in roles}
"""What a hall's server answers to other machines, over plain HTTP: nothing with a password."""

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def register(app: Flask) -> None:
    """Ask the gate before every request of ``app``."""
    app.before_request(_ask_gate)
    app.register_error_handler(PasswordWanted, _ask_password)


def may(endpoint: str) -> bool:
    """Whether the role of this request may call the endpoint; templates ask it for links."""
    if is_elsewhere() and endpoint not in OPEN_ELSEWHERE:
        return False
    return viewer_now().role in POLICY.get(endpoint, frozenset())


def is_staff() -> bool:
    """Whether somebody is wholly signed in."""
    return viewer_now().role != "public"


def _ask_gate() -> Response | None:
    if request.method not in _SAFE:
        refuse_foreign()
    if request.endpoint is None:
        return None
    admitted = POLICY.get(request.endpoint)
    if admitted is None:
        raise PageMissing
    if is_elsewhere() and request.endpoint not in OPEN_ELSEWHERE:
        return _keep_to_the_laptop()
    if viewer_now().role in admitted or _is_under_way(request.endpoint):
        return None
    return _turn_away()


def _is_under_way(endpoint: str) -> bool:
    stage = reader_now().stage
    return (stage == "second" and endpoint in SECOND) or (stage == "set_up" and endpoint in SET_UP)


def _turn_away() -> Response:
    reader = reader_now()
    if reader.stage == "whole":
        raise RoleWrong(role=reader.viewer.role)
    if request.path.startswith("/api/"):
        raise SignInWanted
    for_devices = "participant" in POLICY[request.endpoint or ""]
    if for_devices and (is_elsewhere() or SEAT in request.cookies):
        return _ask_for_seat()
    doors = {"second": "second.show", "set_up": "own.show_factors"}
    return redirect(url_for(doors.get(reader.stage, "accounts.sign_in")), code=303)


def _keep_to_the_laptop() -> Response:
    """Who types the bare address is led to where the code is typed; the rest is refused."""
    if request.endpoint == "public.show_map":
        return redirect(url_for("joining.show"), code=303)
    raise LaptopOnly


def _ask_for_seat() -> Response:
    """A device whose seat ended is led back to where it joins; its script is told so."""
    if tells_problems():
        raise SeatEnded
    return redirect(url_for("joining.show"), code=303)


def _ask_password(fault: PasswordWanted) -> Response:
    """Lead to the page that asks the password again, and remember the way back."""
    if request.path.startswith("/api/") or reader_now().here is None:
        return answer_fault(fault)
    mark_way_back()
    return redirect(url_for("own.ask_password"), code=303)
