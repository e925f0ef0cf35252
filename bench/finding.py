"""From the click to the list over HTTP: one household, 10,000 supporters, a year of work.

20,000 households, 10,000 supporters, 20,000 offers, 3,000 series, 2,000 planned visits. The
first question after a write is asked anew each time: layers, cuts and streets' places then
have to be right again.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.timing import machine, medians, show
from geo.sample import sample_town
from webapp.accounts.demo import make_demo_accounts
from webapp.accounts.policy import at_the_terminal
from webapp.accounts.sessions import Limits, open_session
from webapp.accounts.tokens import make_token
from webapp.register.records import Offer, Request, Series, StaffAccount, Visit
from webapp.register.storage.keys import place_demo_key
from webapp.settings import Settings
from webapp.terminal.founding import found_place, settle_town

if TYPE_CHECKING:
    from collections.abc import Generator

    from webapp.register.house import Register

HOUSEHOLDS, SUPPORTERS = 20_000, 10_000
OFFERS, SERIES, VISITS = 20_000, 3_000, 2_000
HOME = "H000040"
PASSPHRASE = "only for the bench of finding"  # noqa: S105 - an invented town's
WISHES = "weekdays=MO,WE&hours=08:00-08:30&gender=f&no_neighbours=100&within=30"


@dataclass
class Place:
    """A served town."""

    line: http.client.HTTPConnection
    token: str
    cookie: str

    def ask(self, path: str) -> dict[str, object]:
        """One answer. Raises `RuntimeError` where it is none."""
        self.line.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
        answer = self.line.getresponse()
        body = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(body[:300])
        return dict(json.loads(body))

    def write(self, number: int) -> None:
        """Correct a person at the desk, as after a call."""
        address = f"/desk/people/p-H{number:06d}/edit"
        headers = {"Cookie": f"staff={self.cookie}"}
        self.line.request("GET", address, headers=headers)
        page = self.line.getresponse().read().decode()
        fields = {
            name: (re.findall(rf'name="{name}" value="([^"]+)"', page) or ["1"])[0]
            for name in ("csrf", "version")
        }
        body = urlencode({**fields, "name": f"改名 {number}"})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self.line.request("POST", address, body, headers | kind)
        answer = self.line.getresponse()
        answer.read()
        if answer.status != http.client.SEE_OTHER:
            raise RuntimeError(answer.status, fields)


def add_work(register: Register) -> None:
    """What a city keeps in a year."""
    lot, now = random.Random(1), datetime.now(UTC)  # noqa: S311 - no secret
    helpers = [f"S{number:05d}" for number in range(1, SUPPORTERS + 1)]
    with register.change(at_the_terminal(), "matching", "bench") as change:
        change.add(Request, id="r-bench", household_id=HOME, activity="garbage")
        change.session.flush()
        for _ in range(OFFERS):
            asked = now - timedelta(days=lot.uniform(0, 365))
            change.add(
                Offer, request_id="r-bench", supporter_id=lot.choice(helpers), asked_at=asked
            )
        for _ in range(SERIES):
            day = lot.choice(["MO", "TU", "WE", "TH", "FR"])
            began = now - timedelta(days=lot.uniform(0, 200))
            change.add(
                Series, request_id="r-bench", supporter_id=lot.choice(helpers),
                rule=f"FREQ=WEEKLY;BYDAY={day}", starts_at=began,
            )  # fmt: skip
        for _ in range(VISITS):
            at = now + timedelta(days=lot.uniform(0, 14))
            change.add(Visit, request_id="r-bench", supporter_id=lot.choice(helpers), planned_at=at)


@contextmanager
def served(folder: Path) -> Generator[Place]:
    """The town in ``folder``, made where it is not there yet, served by a process of its own."""
    settings = Settings.read({}, workspace=folder)
    place = found_place(settings, PASSPHRASE, demo=True)
    place_demo_key(folder, PASSPHRASE)
    settle_town(place, sample_town(households=HOUSEHOLDS, supporters=SUPPORTERS))
    add_work(place.register)
    now = datetime.now(UTC)
    token = make_token(place.register, at_the_terminal(), "consultant", None, now)[1]
    make_demo_accounts(place.register)
    with Session(place.register.engine) as session:
        account = session.scalars(select(StaffAccount).where(StaffAccount.login == "soudan")).one()
    limits = Limits(timedelta(hours=1), timedelta(hours=9))
    cookie = open_session(place.register, account, now, limits=limits, second=True)
    command = [sys.executable, "-m", "webapp.cli", "serve", "--port", "0", "--workspace", folder]
    with (
        place.register,
        subprocess.Popen(  # noqa: S603 - ourselves
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as server,
    ):
        try:
            for line in server.stdout or ():
                if line.startswith("ready http://"):
                    port = int(line.rsplit(":", 1)[1].strip("/\n"))
                    break
            else:
                raise RuntimeError
            yield Place(http.client.HTTPConnection("127.0.0.1", port), token, cookie)
        finally:
            server.terminate()


def main(rounds: int = 31, writes: int = 7) -> None:
    """Ask in every way, then ask after writes."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "town") as place:
        way = f"/api/v1/households/{HOME}/suggestions?k=10&"
        found = place.ask(f"/desk/find/places/{HOME}?activity=errand")["places"]
        shop = found[0]["id"] if isinstance(found, list) else ""
        deeds: dict[str, Callable[[], object]] = {
            "an activity, nothing else": lambda: place.ask(f"{way}activity=garbage"),
            "all wishes, every condition dropped once": lambda: place.ask(
                f"{way}activity=garbage&{WISHES}&what_if=true"
            ),
            "the same, without steps": lambda: place.ask(
                f"{way}activity=garbage&{WISHES}&steps_free=true&what_if=true"
            ),
            "an errand past the shop": lambda: place.ask(
                f"{way}activity=errand&place={shop}&{WISHES}&what_if=true"
            ),
            "two conditions dropped": lambda: place.ask(
                f"{way}activity=garbage&{WISHES}&what_if=true&dropped=weekday,within"
            ),
            "/healthz": lambda: place.ask("/healthz"),
        }
        show("one household, 10,000 supporters, over HTTP", medians(deeds, rounds), "/healthz")
        for rest in (0.0, 5.0):
            times = [_after_write(place, way, number, rest) for number in range(1, writes + 1)]
            name = f"the first question {rest:g} s after a write"
            print(f"  {name:<58}{median(times) * 1000:>10.2f} ms")


def _after_write(place: Place, way: str, number: int, rest: float) -> float:
    place.write(number + round(rest) * 10)
    time.sleep(rest)
    start = time.perf_counter()
    place.ask(f"{way}activity=garbage&{WISHES}&what_if=true")
    return time.perf_counter() - start


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--rounds", type=int, default=31)
    main(given.parse_args().rounds)
