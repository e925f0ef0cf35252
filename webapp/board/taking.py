"""The homes that leave on a paper of a workshop, for its numbered copy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

import pandas as pd

from webapp.board.handing import Handed
from webapp.register.allowances import Output
from webapp.register.house import Register
from webapp.register.look import View
from webapp.register.records import Household
from webapp.register.released import release_records
from webapp.register.taken import Taken, take_rows
from webapp.register.viewer import Viewer

_PURPOSE: Final = "workshop"


def take_homes(
    register: Register, viewer: Viewer, workshop: View, handed: Handed, houses: Iterable[str]
) -> Taken:
    """That these houses of a map leave; it is in the trail from now on.

    Raises
    ------
    RecordWithheld
    """
    ids = [handed.households[one] for one in houses if one in handed.households]
    output = Output(_PURPOSE, handed.audience, datetime.now(UTC))
    found = release_records(
        register, viewer, _PURPOSE, Household, Household.id.in_(ids), handed=output
    )
    table = pd.DataFrame({"id": [one.id for one in found]})
    district = str(workshop["district_id"])
    return take_rows(register, viewer, Household, found, table, district=district)
