"""The planning room: what nobody covers, and where the next helper counts most."""

from __future__ import annotations

from typing import Final

from flask import Flask

from webapp.accounts.gate import may
from webapp.answers.figure_tables import show_figure
from webapp.planning import (
    access,
    coming,
    covering,
    disaster,
    evacuees,
    jobs,
    land,
    overview,
    plan_list,
    profile,
    report,
    resilience,
    sensitivity,
    siting,
    stops,
)
from webapp.planning.menu import MENU
from webapp.studies.jobs import Jobs

_ROOMS: Final = (
    covering.covering,
    siting.siting,
    stops.stops,
    land.land,
    overview.overview,
    profile.profile,
    access.access,
    coming.coming,
    resilience.resilience,
    disaster.disaster,
    sensitivity.sensitivity,
    evacuees.evacuees,
    plan_list.plan_list,
    report.report,
    jobs.jobs,
)


def register(app: Flask) -> None:
    """Give ``app`` the pages of the planning room, and jobs that run beside them."""
    for room in _ROOMS:
        app.register_blueprint(room)
    app.extensions["jobs"] = Jobs()
    app.context_processor(lambda: {"planning_menu": list_pages, "show_figure": show_figure})


def list_pages() -> list[tuple[str, str]]:
    """The room's pages that this reader may open."""
    return [(endpoint, word) for endpoint, word in MENU if may(endpoint)]
