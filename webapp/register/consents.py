"""What a person's answers allow: one pure decision, for one person and for all at once.

Rules of the decision, field by field:

- A refusal or a withdrawal holds back whatever was said before it; only a later consent
  of a basis that suffices lifts it.
- A consent counts from its day to its last day.
- Presumption and ordinance speak only for those who never answered: whose consent ran
  out has answered.
- The disaster basis counts only while a disaster mode is on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final, Literal, Self

import numpy as np
import numpy.typing as npt

from webapp.register.records import Consent
from webapp.register.rulesets import FIELDS, Rule, RuleSet

JAPAN: Final = timezone(timedelta(hours=9))
"""The days of consents and copies are days in Japan."""

Reason = Literal[
    "given", "collected", "presumed", "ordinance", "disaster",
    "refused", "withdrawn", "expired", "not_yet", "basis", "unanswered", "no_rule",
]  # fmt: skip
"""Why a field may go (the first five) or may not."""

GRANTING: Final[frozenset[Reason]] = frozenset(
    {"given", "collected", "presumed", "ordinance", "disaster"}
)

_OWN: Final = frozenset({"self", "proxy"})


@dataclass(frozen=True)
class Answer:
    """One consent as the decision needs it; null recipients or fields = all of them."""

    basis: str
    purpose: str
    status: str
    given_on: datetime
    changed_at: datetime
    valid_to: date | None = None
    recipients: frozenset[str] | None = None
    fields: frozenset[str] | None = None

    @classmethod
    def of(cls, consent: Consent) -> Self:
        """The answer that a record holds."""
        return cls(
            consent.basis, consent.purpose, consent.status, consent.given_on, consent.changed_at,
            consent.valid_to, _set(consent.recipients), _set(consent.fields),
        )  # fmt: skip

    @property
    def denies(self) -> bool:
        """It says no."""
        return self.status in {"refused", "withdrawn"}

    @property
    def at(self) -> datetime:
        """When it was said: a withdrawal when it was written down."""
        return max(self.given_on, self.changed_at) if self.status == "withdrawn" else self.given_on

    def covers(self, purpose: str, recipient: str, field: str) -> bool:
        """Whether it speaks of such an output."""
        return (
            self.purpose == purpose
            and (self.recipients is None or recipient in self.recipients)
            and (self.fields is None or field in self.fields)
        )

    def counts(self, on: date, *, disaster: bool) -> bool:
        """Whether, as a consent, it holds on that day."""
        begun = self.given_on.astimezone(JAPAN).date() <= on
        open_ = self.valid_to is None or on <= self.valid_to
        return self.status == "given" and begun and open_ and (disaster or self.basis != "disaster")


def _set(words: list[str] | None) -> frozenset[str] | None:
    return None if words is None else frozenset(words)


def allowed(
    answers: Sequence[Answer],
    rules: RuleSet,
    purpose: str,
    recipient: str,
    on: date,
    *,
    disaster: bool = False,
) -> frozenset[str]:
    """The fields of one person that may go to ``recipient`` for ``purpose`` on a day in Japan.

    ``disaster``: a disaster mode is on where the person lives. Empty = nothing, not even
    that there is somebody.
    """
    told = why(answers, rules, purpose, recipient, on, disaster=disaster)
    return frozenset(field for field, reason in told.items() if reason in GRANTING)


def why(
    answers: Sequence[Answer],
    rules: RuleSet,
    purpose: str,
    recipient: str,
    on: date,
    *,
    disaster: bool = False,
) -> dict[str, Reason]:
    """For every field the reason why it may go or may not, as `allowed` decides."""
    rows = rules.rows(purpose, recipient, disaster=disaster)
    told: dict[str, Reason] = {}
    for field in FIELDS:
        spoken = [one for one in answers if one.covers(purpose, recipient, field)]
        told[field] = _best(
            [_decide(spoken, row, on, disaster=disaster) for row in rows if field in row.fields]
        )
    return told


def _best(found: Sequence[Reason]) -> Reason:
    """A reason that grants before one that does not; without a row none does."""
    for reason in found:
        if reason in GRANTING:
            return reason
    return found[0] if found else "no_rule"


def _decide(spoken: Sequence[Answer], row: Rule, on: date, *, disaster: bool) -> Reason:
    no = max((one for one in spoken if one.denies), key=lambda one: one.at, default=None)
    yes = [o for o in spoken if o.basis in row.bases and o.counts(on, disaster=disaster)]
    if any(no is None or one.at > no.at for one in yes):
        return "given"
    if no is not None and not row.despite_refusal:
        return "refused" if no.status == "refused" else "withdrawn"
    if row.unanswered == "disaster":
        return "disaster"
    own = [one for one in spoken if one.basis in _OWN]
    if own:
        return _why_not(own, on)
    return "unanswered" if row.unanswered == "withheld" else row.unanswered


def _why_not(own: Iterable[Answer], on: date) -> Reason:
    last = max(own, key=lambda one: one.at)
    if last.given_on.astimezone(JAPAN).date() > on:
        return "not_yet"
    ended = last.status == "expired" or (last.valid_to is not None and last.valid_to < on)
    return "expired" if ended else "basis"


Bits = npt.NDArray[np.int64]

BIT: Final[Mapping[str, int]] = {field: 1 << place for place, field in enumerate(FIELDS)}


def bits_of(fields: Iterable[str]) -> int:
    """Fields as one number, a bit each."""
    return sum(BIT[field] for field in set(fields))


@dataclass(frozen=True)
class AnswerTable:
    """The answers of many people to one purpose and recipient, a row each.

    ``person`` is a place in the list of people; ``at`` seconds since 1970.
    """

    person: npt.NDArray[np.int64]
    fields: Bits
    basis: npt.NDArray[np.str_]
    denies: npt.NDArray[np.bool_]
    counts: npt.NDArray[np.bool_]
    at: npt.NDArray[np.float64]

    @classmethod
    def of(
        cls, answers: Sequence[tuple[int, Answer]], recipient: str, on: date, *, disaster: bool
    ) -> Self:
        """Answers, each with the place of its person; those to other recipients are left out."""
        kept = [(p, a) for p, a in answers if a.recipients is None or recipient in a.recipients]
        every = bits_of(FIELDS)
        return cls(
            person=np.array([p for p, _ in kept], np.int64),
            fields=np.array(
                [every if a.fields is None else bits_of(a.fields) for _, a in kept], np.int64
            ),
            basis=np.array([a.basis for _, a in kept], np.str_),
            denies=np.array([a.denies for _, a in kept], np.bool_),
            counts=np.array([a.counts(on, disaster=disaster) for _, a in kept], np.bool_),
            at=np.array([a.at.astimezone(UTC).timestamp() for _, a in kept], np.float64),
        )


def allowed_of_many(people: int, answers: AnswerTable, rows: Sequence[Rule]) -> Bits:
    """What `allowed` says of each of so many people, as bits; the same rules, columns at once."""
    granted = np.zeros(people, np.int64)
    for field in FIELDS:
        speaks = (answers.fields & BIT[field]) != 0
        for row in rows:
            if field in row.fields:
                granted[_granted(people, answers, speaks, row)] |= BIT[field]
    return granted


def _granted(
    people: int, answers: AnswerTable, speaks: npt.NDArray[np.bool_], row: Rule
) -> npt.NDArray[np.bool_]:
    """Who may be told of under one row."""
    last_no = np.full(people, -np.inf)
    no = speaks & answers.denies
    np.maximum.at(last_no, answers.person[no], answers.at[no])
    yes = speaks & answers.counts & np.isin(answers.basis, sorted(row.bases))
    yes[yes] = answers.at[yes] > last_no[answers.person[yes]]
    granted = np.zeros(people, np.bool_)
    granted[answers.person[yes]] = True
    if row.unanswered == "withheld":
        return granted
    open_ = np.ones(people, np.bool_)
    if not row.despite_refusal:
        open_ &= np.isneginf(last_no)
    if row.unanswered != "disaster":
        open_[answers.person[speaks & np.isin(answers.basis, sorted(_OWN))]] = False
    return granted | open_
