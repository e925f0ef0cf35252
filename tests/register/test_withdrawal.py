"""Give, refuse, withdraw, run out, export in any order: nothing leaves beyond consent."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import ClassVar, Final
from unittest.mock import patch

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from geo.draw.webmap import welfare_map
from webapp.accounts.policy import at_the_terminal
from webapp.register import change as changing
from webapp.register.disclose import disclose, disclose_records
from webapp.register.export_copies import Loan, send_copy, send_table
from webapp.register.house import Register
from webapp.register.opening import make_register
from webapp.register.records import Consent, District, Household, Person, SensitiveNote

TERMINAL: Final = at_the_terminal()
START: Final = datetime(2026, 4, 1, 3, tzinfo=UTC)
FIELDS: Final = ("name", "phone", "address", "notes")
OUTPUTS: Final = (("watching", "commissioner"), ("visit", "care_manager"))
PEOPLE: Final = 2
UNASKED: Final = {"presumed", "ordinance"}

_numbers = count(1)


@dataclass
class Said:
    """What somebody said, as the test remembers it."""

    identity: str
    person: int
    purpose: str
    status: str
    step: int
    last: date | None
    recipients: list[str] | None
    fields: list[str] | None
    version: int = 1
    ended: int | None = None

    def speaks(self, person: int, purpose: str, recipient: str, field: str) -> bool:
        return (
            (self.person, self.purpose) == (person, purpose)
            and (self.recipients is None or recipient in self.recipients)
            and (self.fields is None or field in self.fields)
        )


class Leaving(RuleBasedStateMachine):
    """Two people of one district; every output is searched for what each withheld."""

    register: ClassVar[Register]

    @initialize(rules=st.sampled_from(["consent", "presumed", "ordinance"]))
    def settle(self, rules: str) -> None:
        self.number, self.asking, self.step = next(_numbers), rules, 0
        self.said: list[Said] = []
        self.district = f"D{self.number}"
        with self.changing() as change:
            change.add(District, id=self.district, rules=rules)
            change.session.flush()
            for who in range(PEOPLE):
                key = f"{self.number}x{who}"
                change.add(
                    Household, id=f"H{key}", district_id=self.district, lon=130.87, lat=33.83,
                    address=self.canary(who, "address"),
                )  # fmt: skip
                change.session.flush()
                change.add(
                    Person, id=f"P{key}", household_id=f"H{key}", district_id=self.district,
                    name=self.canary(who, "name"), phone=self.canary(who, "phone"),
                )  # fmt: skip
                change.session.flush()
                change.add(
                    SensitiveNote, person_id=f"P{key}", district_id=self.district, topic="illness",
                    text=self.canary(who, "notes"),
                )  # fmt: skip

    def canary(self, who: int, field: str) -> str:
        return f"★{field}{self.number}x{who}★"

    @property
    def now(self) -> datetime:
        return START + timedelta(minutes=self.step)

    @contextmanager
    def changing(self) -> Generator[changing.Change]:
        now = self.now

        class Clock(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # noqa: ARG003
                return now

        with (
            patch.object(changing, "datetime", Clock),
            self.register.change(TERMINAL, "watching", "asked") as change,
        ):
            yield change

    @rule(
        who=st.integers(0, PEOPLE - 1),
        status=st.sampled_from(["given", "refused", "given"]),
        output=st.sampled_from(OUTPUTS),
        days=st.sampled_from([None, None, 0, 2]),
        recipients=st.sampled_from([None, None, None, ["commissioner"], ["care_manager"]]),
        fields=st.none() | st.lists(st.sampled_from(FIELDS), min_size=1, unique=True),
    )
    def answer(
        self,
        who: int,
        status: str,
        output: tuple[str, str],
        days: int | None,
        recipients: list[str] | None,
        fields: list[str] | None,
    ) -> None:
        self.step += 1
        last = None if days is None else (self.now + timedelta(days=days, hours=9)).date()
        with self.changing() as change:
            made = change.add(
                Consent, person_id=f"P{self.number}x{who}", district_id=self.district, basis="self",
                purpose=output[0], status=status, given_on=self.now, valid_to=last,
                recipients=recipients, fields=fields,
            )  # fmt: skip
            self.said.append(
                Said(made.id, who, output[0], status, self.step, last, recipients, fields)
            )

    @precondition(lambda self: any(one.status != "withdrawn" for one in self.said))
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        self.step += 1
        one = data.draw(st.sampled_from([s for s in self.said if s.status != "withdrawn"]))
        with self.changing() as change:
            change.revise(Consent, one.identity, one.version, status="withdrawn")
        one.status, one.ended = "withdrawn", self.step

    @precondition(lambda self: any(one.status == "given" for one in self.said))
    @rule(who=st.integers(0, PEOPLE - 1), output=st.sampled_from(OUTPUTS))
    def refuse_all(self, who: int, output: tuple[str, str]) -> None:
        self.answer(who, "refused", output, None, None, None)

    @rule(days=st.integers(1, 3))
    def wait(self, days: int) -> None:
        self.step += days * 24 * 60

    def justified(self, who: int, purpose: str, recipient: str, field: str) -> bool:
        """Somebody said so and nobody took it back; or nobody was asked and the rules say so."""
        spoken = [s for s in self.said if s.speaks(who, purpose, recipient, field)]
        if not spoken:
            presumed = self.asking in UNASKED and purpose == "watching"
            return presumed and field != "notes"
        if field == "notes" and purpose == "watching":
            return False
        last_no = max((s.ended or s.step for s in spoken if s.status != "given"), default=-1)
        today = (self.now + timedelta(hours=9)).date()
        return any(
            s.step > last_no and (s.last is None or today <= s.last)
            for s in spoken
            if s.status == "given"
        )

    def outputs(self, purpose: str, recipient: str) -> Generator[str]:
        register, at = self.register, self.now
        made = disclose(register, TERMINAL, purpose, recipient, district=self.district, at=at)
        yield "".join(layer.to_csv() for name, layer in made.layers.items() if name != "districts")
        loan = Loan("持出人", at.date() + timedelta(days=30))
        yield send_table(register, made, loan, "csv", "households").body.decode()

        def draw(_: object) -> bytes:
            homes = made.layers["households"]
            shown = welfare_map(made.layers["districts"], households=homes, audience="staff")
            return shown.single_file().encode()

        yield send_copy(register, made, loan, "html", draw).body.decode()
        for record in (Household, Person, SensitiveNote):
            mine = record.district_id == self.district
            yield str(disclose_records(register, TERMINAL, purpose, recipient, record, mine, at=at))

    def teardown(self) -> None:
        if hasattr(self, "said"):
            for output in OUTPUTS:
                self.export(output)

    @rule(output=st.sampled_from(OUTPUTS))
    def export(self, output: tuple[str, str]) -> None:
        """Nothing leaves beyond consent, and nothing is held back that was allowed."""
        purpose, recipient = output
        outputs = list(self.outputs(purpose, recipient))
        everything = "".join(outputs)
        for who in range(PEOPLE):
            told = [self.justified(who, purpose, recipient, field) for field in FIELDS]
            for field, may in zip(FIELDS, told, strict=True):
                there = self.canary(who, field) in everything
                assert there == may, (purpose, recipient, who, field, self.said)
            if not any(told) and not self.justified(who, purpose, recipient, "position"):
                assert f"H{self.number}x{who}" not in outputs[0] + outputs[1]


def test_nothing_leaves_beyond_consent() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        make_register(Path(folder) / "workspace", "四つ葉のクローバー 8") as register,
    ):
        Leaving.register = register
        run_state_machine_as_test(
            Leaving,
            settings=settings(
                max_examples=8,
                stateful_step_count=14,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
