"""The page of the funnel: from a survey's answer to the first activity, by district."""

from __future__ import annotations

from flask import render_template, request

from geo.errors import NotFound
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework.funnel import read_funnels
from webapp.desk.district_pages import name_districts, purpose_now
from webapp.desk.surveys import surveys


@surveys.get("/funnel")
def show_funnel() -> str:
    """How far people came, in one district or in all."""
    purpose = purpose_now()
    names = name_districts()
    total, every = read_funnels(register_now(), viewer_now(), purpose)
    chosen = request.args.get("district", "")
    if chosen and chosen not in names:
        raise NotFound(kind="district", id=chosen[:64])
    return render_template(
        "desk/funnel.html",
        funnel=every.get(chosen) if chosen else total,
        chosen=chosen,
        names=names,
        every=[(names[one], one, found) for one, found in every.items() if one in names],
    )
