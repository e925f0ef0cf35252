"""取り決め: what a district agreed on: days, money, what to do when nobody opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal, Self

Unit = Literal["yen", "ticket", "minute"]

CHECKS: Final = ("knock_again", "phone_home", "phone_family", "commissioner", "ward_office")
"""What is done when nobody opens, in order."""


@dataclass(frozen=True)
class Arrangements:
    """The rules of one district; what it did not decide is as usual elsewhere.

    Attributes
    ----------
    unit
        What help is settled in: yen, ticket or minute.
    fee
        Units for one visit by activity; an activity not named costs ``usual_fee``.
    usual_fee
        Units for one visit; 0 = free of charge.
    reward
        Of each unit the supporter gets this share, 0 to 1; the rest stays with the district.
    ticket_price
        Yen for one ticket; 0 = tickets are not sold.
    cancel_hours
        A visit cancelled later than this many hours before it costs ``cancel_fee``.
    cancel_fee
        Units for a late cancellation; 0 = none.
    offer_hours
        Hours that a supporter has to answer before the next is asked.
    on_holiday
        Whether series go on on public holidays: keep or skip.
    quiet_days
        Days without word of somebody after which the desk asks how they are.
    checks
        Steps when nobody opens, codes of `CHECKS` in order.
    """

    unit: Unit = "yen"
    fee: Mapping[str, int] | None = None
    usual_fee: int = 0
    reward: float = 1.0
    ticket_price: int = 0
    cancel_hours: int = 24
    cancel_fee: int = 0
    offer_hours: int = 48
    on_holiday: Literal["keep", "skip"] = "keep"
    quiet_days: int = 60
    checks: tuple[str, ...] = CHECKS

    @classmethod
    def of(cls, told: Mapping[str, Any] | None) -> Self:
        """As a district keeps them; null or an unknown name counts as not decided."""
        known = {field.name for field in fields(cls)}
        values = {name: one for name, one in (told or {}).items() if name in known}
        if "checks" in values:
            values["checks"] = tuple(values["checks"])
        return cls(**values)

    def facts(self) -> dict[str, Any]:
        """As a district's record keeps them."""
        return asdict(self) | {"checks": list(self.checks), "fee": dict(self.fee or {})}

    def fee_of(self, activity: str) -> int:
        """Units for one visit of an activity.

        >>> Arrangements(usual_fee=300, fee={"garbage": 100}).fee_of("garbage")
        100
        """
        return dict(self.fee or {}).get(activity, self.usual_fee)
