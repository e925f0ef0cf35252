"""A request to search for, for the pages that a browser looks at."""

from __future__ import annotations

from webapp.accounts.policy import at_the_terminal
from webapp.register.house import Register
from webapp.register.records import Request


def ask_for_help(register: Register) -> None:
    """A request of the first household, with every wish there is."""
    wishes = {
        "weekdays": ["MO", "WE"], "hours": "08:00-08:30", "gender": "f", "modes": ["foot"],
        "steps_free": True, "no_relatives": True, "no_neighbours": True,
    }  # fmt: skip
    with register.change(at_the_terminal(), "matching") as change:
        change.add(
            Request, id="r-found-paged", district_id="X0001", household_id="H000006",
            person_id="p-H000006", activity="garbage", constraints=wishes,
        )  # fmt: skip
