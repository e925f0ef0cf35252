"""Kept plans for the pages of a browser test; their titles try to run as code."""

from __future__ import annotations

from typing import Final

from webapp.accounts.policy import at_the_terminal
from webapp.register.house import Register
from webapp.register.records import Study

_ASKED: Final = "activity=garbage&within=10"

PLANNING: Final = (
    f"/planning/?{_ASKED}",
    "/planning/?plan=y-paged-1&activity=garbage",
    f"/planning/siting?{_ASKED}",
    "/planning/stops",
    f"/planning/overview?{_ASKED}",
    "/planning/profile",
    f"/planning/access?{_ASKED}",
    f"/planning/sensitivity?{_ASKED}",
    f"/planning/coming?{_ASKED}",
    f"/planning/resilience?{_ASKED}",
    "/planning/disaster",
    "/planning/plans",
    "/planning/plans/side-by-side?plan=y-paged-1&plan=y-paged-2",
    f"/planning/report?{_ASKED}",
    "/planning/jobs",
)
"""Pages over what `keep_plans` keeps."""


def keep_plans(register: Register, nasty: str) -> None:
    """Two plans: one helper more, and nothing changed."""
    share = {"total": 60, "reached": 20, "maybe": 0, "beyond": 40, "unknown": 0, "covered": 33.3}
    figures = {"households": {"before": share, "after": share}}
    add = {"do": "add", "id": "new-1", "lon": 131.0, "lat": 33.9, "activities": ["garbage"]}
    with register.change(at_the_terminal(), "planning", "test") as change:
        for number, changes in ((1, [add]), (2, [])):
            change.add(
                Study, id=f"y-paged-{number}", title=nasty, changes=changes, data_version=1,
                question={"activity": "garbage", "within": "10"}, figures=figures,
            )  # fmt: skip
