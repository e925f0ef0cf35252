"""The consultant's desk: from a phone call to a done visit."""

from __future__ import annotations

from flask import Flask

from webapp.accounts.gate import may
from webapp.desk import (
    asking,
    calendar,
    calls,
    cover,
    district_pages,
    feeds,
    figures,
    finding,
    funnels,
    homes,
    ledger,
    lists,
    meetings,
    people,
    plans,
    reading,
    referrals,
    reminders,
    round_words,
    series,
    supporters,
    survey_files,
    surveys,
    today,
    visits,
    writing,
)
from webapp.desk.menu import MENU

_ROOMS = (
    today.room,
    reminders.reminders,
    referrals.referrals,
    homes.homes,
    calls.calls,
    lists.lists,
    finding.finding,
    people.cases,
    asking.asking,
    plans.plans,
    series.series,
    visits.visits,
    cover.cover,
    calendar.calendar,
    feeds.feeds,
    ledger.ledger,
    figures.figures,
    meetings.meetings,
    surveys.surveys,
    supporters.supporters,
    district_pages.districts,
)

_FURTHER = (survey_files, funnels)
"""Modules with more pages of the surveys."""


def register(app: Flask) -> None:
    """Give ``app`` the pages of the desk and their menu."""
    for room in _ROOMS:
        app.register_blueprint(room)
    writing.register(app)
    today.register(app)
    reading.register(app)
    round_words.register(app)
    feeds.register(app)
    app.context_processor(lambda: {"desk_menu": list_pages})


def list_pages() -> list[tuple[str, dict[str, str], str]]:
    """The pages that this reader may open."""
    return [one for one in MENU if may(one[0])]
