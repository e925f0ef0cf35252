"""The pages of the desk's lists: sorted and filtered, one address each."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.reader import require_fresh
from webapp.answers.loans import send_file
from webapp.desk.answer_list import ANSWERS
from webapp.desk.case_lists import CONSULTATIONS, REQUESTS
from webapp.desk.copying import ASKED, copy_list, copying
from webapp.desk.entry_list import ENTRIES
from webapp.desk.listing import PAGE, Listing, read_choice, read_rows
from webapp.desk.meeting_list import MEETINGS
from webapp.desk.people_list import PEOPLE
from webapp.desk.reminder_list import REMINDERS
from webapp.desk.supporter_list import SUPPORTERS
from webapp.desk.visit_list import VISITS
from webapp.faults import PageMissing

lists = Blueprint("lists", __name__, url_prefix="/desk/lists")

LISTINGS: Final[Mapping[str, Listing]] = {
    one.name: one
    for one in (
        REQUESTS,
        CONSULTATIONS,
        VISITS,
        MEETINGS,
        PEOPLE,
        SUPPORTERS,
        ANSWERS,
        ENTRIES,
        REMINDERS,
    )
}
"""Every list by the name in its address."""


@lists.get("/<name>")
def show(name: str) -> str:
    """One list."""
    listing = find_listing(name)
    choice = read_choice(listing, request.args)
    rows, found = read_rows(listing, choice)
    return render_template(
        "desk/list.html",
        listing=listing,
        choice=choice,
        rows=rows,
        total=found.total,
        pages=max(1, ceil(found.total / PAGE)),
        copying=copying(choice) if found.total else None,
    )


@lists.post("/<name>/export")
def export(name: str) -> AnyResponse:
    """The whole list, as it was sorted and filtered, as a numbered copy."""
    require_fresh()
    listing = find_listing(name)
    given = dict(request.form)
    asked = {key: given.pop(key, "") for key in (*ASKED, "csrf")}
    sent = copy_list(listing, read_choice(listing, given), asked)
    if sent is None:
        return redirect(url_for("lists.show", name=name), code=303)
    return send_file(sent)


def find_listing(name: str) -> Listing:
    """The list of that name. Raises `PageMissing`."""
    if name not in LISTINGS:
        raise PageMissing
    return LISTINGS[name]
