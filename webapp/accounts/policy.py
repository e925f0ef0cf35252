"""The policy table: the one place where exactness is decided.

Role × record × purpose × fields × precision; what is not listed is refused. The
terminal is who sits at the machine and holds the register's key; a participant sits in the
hall with a device and sees one workshop's board, but no record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, get_args

from webapp.register.records import RECORDS, StaffAccount
from webapp.register.viewer import Precision, Scope, Viewer

Role = Literal[
    "administrator", "planner", "council", "consultant", "facilitator", "supporter", "public",
    "terminal", "participant",
]  # fmt: skip

Purpose = Literal[
    "matching", "visit", "watching", "workshop", "planning", "administration", "statistics",
    "disaster",
]  # fmt: skip

ROLES: Final[tuple[Role, ...]] = get_args(Role)
PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)

ALL: Final = "*"
"""Every field of the record."""


@dataclass(frozen=True)
class Grant:
    """One row. ``fields``: names with a space between, or `ALL`; ``write``: and may alter them."""

    role: Role
    purposes: tuple[Purpose, ...]
    record: str
    fields: str = ALL
    precision: Precision = Precision.EXACT
    write: bool = False
    scope: Scope = "district"


_CASE: Final = ("consultation", "request", "series", "offer", "visit", "referral", "meeting", "reminder")
_DESK: Final[tuple[Purpose, ...]] = ("matching", "visit", "watching")

_TRAIL: Final = "at account role deed purpose record record_id district_id fields facts"

POLICY: Final[tuple[Grant, ...]] = (
    # The terminal holds the key: imports, copies, erasure. Every deed of it is in the trail.
    *(Grant("terminal", PURPOSES, record, write=True) for record in RECORDS),
    # An administrator runs the house and reads nobody's record.
    Grant("administrator", ("administration",), "staff_account", write=True),
    Grant("administrator", ("administration",), "district", write=True),
    Grant("administrator", ("administration",), "disaster_mode", write=True),
    Grant("administrator", ("administration",), "export_copy", "year number holder recipient purpose form fields count issued_at issued_by return_by expires ended_on district_id status", write=True),
    # Who looked at whom: the terminal prints it, an administrator answers for it, and a consultant
    # shows people of the own districts who looked at them.
    Grant("terminal", ("administration",), "access_event", _TRAIL),
    Grant("administrator", ("administration",), "access_event", _TRAIL),
    Grant("consultant", _DESK, "access_event", _TRAIL),
    # Whoever may carry something away gets a numbered copy.
    Grant("consultant", (*_DESK, "planning"), "export_copy", write=True),
    Grant("facilitator", ("workshop",), "export_copy", write=True),
    Grant("council", ("planning", "statistics"), "export_copy", write=True),
    Grant("planner", ("planning", "statistics"), "export_copy", write=True),
    # A consultant works with the people of the own districts.
    *(Grant("consultant", _DESK, record, write=True) for record in _CASE),
    Grant("consultant", _DESK, "household", write=True),
    Grant("consultant", _DESK, "person", write=True),
    Grant("consultant", _DESK, "supporter", write=True),
    Grant("consultant", _DESK, "consent", write=True),
    Grant("consultant", _DESK, "watch_link", write=True),
    Grant("consultant", _DESK, "place", write=True),
    Grant("consultant", _DESK, "district"),
    Grant("consultant", _DESK, "district", "stage stage_since mode activities arrangements outcome", write=True),
    Grant("consultant", ("visit",), "sensitive_note", write=True),
    Grant("consultant", ("visit",), "ledger_entry", write=True),
    Grant("consultant", ("matching",), "survey_answer", write=True),
    # A facilitator leads the drawing of the map: houses, names and lines, no case, no illness.
    Grant("facilitator", ("workshop",), "household", "address address_key lon lat geocode_level mesh composition district_id status", write=True),
    Grant("facilitator", ("workshop",), "person", "household_id name kana search_key district_id status", write=True),
    # How old each is says what an update round has to ask.
    *(Grant("facilitator", ("workshop",), record, "changed_at") for record in ("household", "person", "watch_link")),
    Grant("facilitator", ("workshop",), "supporter", "name lon lat activities district_id status"),
    Grant("facilitator", ("workshop",), "watch_link", write=True),
    Grant("facilitator", ("workshop",), "place", write=True),
    Grant("facilitator", ("workshop",), "consent", write=True),
    Grant("facilitator", ("workshop",), "district"),
    Grant("facilitator", ("workshop",), "workshop", write=True),
    Grant("facilitator", ("workshop",), "meeting", "met_at kind title decisions cards district_id", write=True),
    # The council of the city or ward follows the districts' work; people only as cells.
    Grant("council", ("planning", "statistics"), "household", "lon lat mesh composition needs district_id status", Precision.MESH),
    Grant("council", ("planning", "statistics"), "supporter", "lon lat activities weekdays hours most_per_week load pace farthest_minutes mode birth_year district_id status", Precision.MESH),
    Grant("council", ("statistics",), "consultation", "received_at channel source district_id status"),
    Grant("council", ("statistics",), "request", "activity paid wanted_from district_id status"),
    Grant("council", ("planning", "statistics"), "meeting", "met_at kind title district_id"),
    Grant("council", ("planning", "statistics"), "survey_answer", "survey answered_on district_id", Precision.COUNT),
    Grant("council", ("planning", "statistics"), "place"),
    Grant("council", ("planning",), "study", write=True),
    Grant("council", ("planning",), "study", "made_at"),
    Grant("council", ("planning", "statistics"), "district", write=True),
    # A planner sees cells and counts.
    Grant("planner", ("planning", "statistics"), "household", "lon lat mesh composition needs district_id status", Precision.MESH),
    Grant("planner", ("planning", "statistics"), "supporter", "lon lat activities weekdays hours most_per_week load pace farthest_minutes mode birth_year district_id status", Precision.MESH),
    Grant("planner", ("statistics",), "consultation", "received_at district_id status", Precision.COUNT),
    Grant("planner", ("statistics",), "request", "activity district_id status", Precision.COUNT),
    Grant("planner", ("planning", "statistics"), "place"),
    Grant("planner", ("planning",), "study", write=True),
    Grant("planner", ("planning",), "study", "made_at"),
    Grant("planner", ("planning", "statistics"), "district"),
    # 災害時: names only while a mode is on (webapp.planning.evacuees), and as the rule set allows.
    *(Grant(role, ("disaster",), "household", "address lon lat composition district_id status") for role in ("council", "consultant")),
    *(Grant(role, ("disaster",), "person", "name phone household_id district_id status") for role in ("council", "consultant")),
    *(Grant(role, ("disaster",), "supporter", "name lon lat activities district_id status") for role in ("council", "consultant")),
    *(Grant(role, ("disaster",), "watch_link", "watcher_id watched_id kind direction district_id") for role in ("council", "consultant")),
    # A supporter sees the own visits, once agreed to.
    Grant("supporter", ("visit",), "visit", "request_id supporter_id planned_at actual_at minutes observation status district_id", scope="own"),
    Grant("supporter", ("visit",), "request", "activity sub_reason wanted_from household_id person_id district_id status", scope="own"),
    Grant("supporter", ("visit",), "household", "address lon lat district_id", scope="own"),
    Grant("supporter", ("visit",), "person", "name household_id district_id", scope="own"),
    # Everybody: the districts and the places.
    Grant("public", ("statistics",), "district", "name code stage stage_since mode activities boundary boundary_source"),
    Grant("public", ("statistics",), "place", "kind name address lon lat weekdays hours district_id"),
)  # fmt: skip
"""The table; nothing else decides what of a person is seen."""


@dataclass(frozen=True)
class RoleSight:
    """What one role sees and writes, read off the table."""

    role: Role

    def seen(self, record: str, purpose: str) -> Mapping[str, Precision]:
        """The fields that may be read, each with its precision."""
        fields: dict[str, Precision] = {}
        for grant in _grants(self.role, record, purpose):
            fields |= dict.fromkeys(_fields(grant), grant.precision)
        return fields

    def written(self, record: str, purpose: str) -> frozenset[str]:
        """The fields that may be written."""
        grants = (grant for grant in _grants(self.role, record, purpose) if grant.write)
        return frozenset(name for grant in grants for name in _fields(grant))

    def scope(self, record: str, purpose: str) -> Scope:
        """Whose records; where nothing is granted, the narrower."""
        grants = _grants(self.role, record, purpose)
        return "district" if any(one.scope == "district" for one in grants) else "own"


@cache
def _grants(role: Role, record: str, purpose: str) -> tuple[Grant, ...]:
    return tuple(
        one
        for one in POLICY
        if (one.role, one.record) == (role, record) and purpose in one.purposes
    )


def _fields(grant: Grant) -> list[str]:
    if grant.fields != ALL:
        return grant.fields.split()
    books = {"id", "version", "made_at", "made_by", "changed_at", "changed_by"}
    return [c.key for c in RECORDS[grant.record].__table__.columns if c.key not in books]


def viewer_of(
    role: Role,
    account: str,
    districts: frozenset[str] | None = frozenset(),
    supporter_id: str | None = None,
) -> Viewer:
    """A viewer with the sight of ``role``; districts None = every one."""
    return Viewer(account, role, RoleSight(role), districts, supporter_id)


def at_the_terminal(account: str = "terminal") -> Viewer:
    """Who sits at the machine and holds the key."""
    return viewer_of("terminal", account, None)


def as_told_to(teller: Viewer, supporter_id: str) -> Viewer:
    """One who passes on what a supporter may know, and no more; the trail names the teller."""
    return Viewer(
        teller.account, teller.role, RoleSight("supporter"), teller.districts, supporter_id
    )


def on_own_behalf(account: StaffAccount) -> Viewer:
    """One who minds the own account: keys, sessions, invitation; the trail names them."""
    return Viewer(account.id, account.role, RoleSight("terminal"), None)
