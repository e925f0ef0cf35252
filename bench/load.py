"""Fifty clients read and write at once, on each engine: errors, and how long answers take.

A town of 2,000 households is served as `welfaremap serve` does. Every client rests for
--pause seconds on average between an answer and its next request (one; 0: not at all):
suggestions and records read, consultations, requests and offers written.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.timing import machine
from geo.sample import sample_town
from tests.clusters import running_cluster
from webapp.accounts.policy import at_the_terminal
from webapp.accounts.tokens import make_token
from webapp.register.storage.keys import place_demo_key
from webapp.settings import Settings
from webapp.terminal.founding import found_place, settle_town

CLIENTS = 50
HOUSEHOLDS = 2_000
PASSPHRASE = "only for the bench of loads"  # noqa: S105 - an invented town's
WHEN = "2026-11-02T09:30:00+09:00"


@dataclass
class Place:
    """What clients need to know of a served town."""

    port: int
    token: str
    homes: list[tuple[str, str]]
    """Household and its district."""
    helpers: dict[str, list[str]]
    """Supporters by district."""


@dataclass
class Figures:
    """What came of a run."""

    seconds: list[tuple[str, float]] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    def line(self, name: str, lasted: float) -> str:
        """One row of the table."""
        times = sorted(taken for _, taken in self.seconds)
        rank = [times[min(int(len(times) * share), len(times) - 1)] for share in (0.5, 0.95, 0.99)]
        wrong = sum(self.faults.values())
        shown = "".join(f"{one * 1000:>8.0f}" for one in rank)
        return f"  {name:<24}{len(times) / lasted:>8.0f}/s{shown}{times[-1] * 1000:>8.0f}{wrong:>8}"


@dataclass(frozen=True)
class Mix:
    """How much is written, and how long a client rests."""

    writing: float
    pause: float
    seconds: float


class Client(threading.Thread):
    """One client with its own connection."""

    def __init__(self, place: Place, mix: Mix, until: float, number: int) -> None:
        super().__init__(daemon=True)
        self._place, self._mix, self._until = place, mix, until
        self._random = random.Random(number)  # noqa: S311 - which household to ask for
        self._line = http.client.HTTPConnection("127.0.0.1", place.port, timeout=30)
        self._requests: list[tuple[str, str]] = []
        self._seen: list[str] = []
        self.figures = Figures()

    def run(self) -> None:
        """Ask until it is time."""
        while time.perf_counter() < self._until:
            time.sleep(self._random.uniform(0, 2 * self._mix.pause))
            if self._random.random() < self._mix.writing:
                self._write()
            else:
                self._read()

    def _read(self) -> None:
        home, _ = self._random.choice(self._place.homes)
        if self._seen and self._random.random() < 0.5:
            self._ask("record read", "GET", self._random.choice(self._seen))
        else:
            path = f"/api/v1/households/{home}/suggestions?activity=garbage&k=10"
            self._ask("suggestions", "GET", path)

    def _write(self) -> None:
        home, district = self._random.choice(self._place.homes)
        if self._requests and self._random.random() < 0.5:
            asked, own = self._random.choice(self._requests)
            helper = self._random.choice(self._place.helpers[own])
            body = {"request_id": asked, "supporter_id": helper, "minutes": 5, "asked_at": WHEN}
            self._ask("offer written", "POST", "/api/v1/offers", body)
        elif self._random.random() < 0.5:
            body = {"district_id": district, "household_id": home, "activity": "garbage"}
            made = self._ask("request written", "POST", "/api/v1/requests", body)
            if made is not None and district in self._place.helpers:
                self._requests.append((made["id"], district))
        else:
            body = {"district_id": district, "received_at": WHEN, "summary": "ゴミ出しがつらい"}
            self._ask("consultation written", "POST", "/api/v1/consultations", body)

    def _ask(
        self, kind: str, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> dict[str, str] | None:
        headers = {"Authorization": f"Bearer {self._place.token}"}
        start = time.perf_counter()
        try:
            content = None if body is None else json.dumps(body)
            self._line.request(method, path, content, headers)
            answer = self._line.getresponse()
            document = json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError) as fault:
            self.figures.faults[type(fault).__name__] += 1
            self._line.close()
            return None
        self.figures.seconds.append((kind, time.perf_counter() - start))
        if answer.status not in {200, 201}:
            self.figures.faults[f"{kind}: {answer.status} {document.get('code')}"] += 1
            return None
        if answer.status == 201:
            self._seen.append(str(answer.headers["Location"]))
        return document


@contextmanager
def served(folder: Path, database: str = "") -> Generator[Place]:
    """A town in a new place, served by a process of its own."""
    settings = Settings.read({}, workspace=folder, database=database)
    place = found_place(settings, PASSPHRASE, demo=True)
    place_demo_key(folder, PASSPHRASE)
    town = sample_town(households=HOUSEHOLDS, supporters=HOUSEHOLDS // 10)
    settle_town(place, town)
    now = datetime.now(UTC)
    token = make_token(place.register, at_the_terminal(), "consultant", None, now)[1]
    place.register.close()
    homes = town.households[["id", "district_id"]].itertuples(index=False, name=None)
    helpers: dict[str, list[str]] = {}
    for one, district in town.supporters[["id", "district_id"]].itertuples(index=False, name=None):
        helpers.setdefault(str(district), []).append(str(one))
    command = [sys.executable, "-m", "webapp.cli", "serve", "--port", "0", "--workspace", folder]
    environment = os.environ | {"WELFAREMAP_DATABASE": database}
    with subprocess.Popen(  # noqa: S603 - ourselves
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as server:
        try:
            port = wait_for_port(server)
            yield Place(port, token, [(str(a), str(b)) for a, b in homes], helpers)
        finally:
            server.terminate()


def wait_for_port(server: subprocess.Popen[str]) -> int:
    """The port a server says that it is ready on."""
    for line in server.stdout or ():
        if line.startswith("ready http://"):
            return int(line.rsplit(":", 1)[1].strip("/\n"))
    raise RuntimeError


def run(place: Place, mix: Mix, number: int = CLIENTS) -> Figures:
    """All clients together for some seconds."""
    until = time.perf_counter() + mix.seconds
    clients = [Client(place, mix, until, one) for one in range(number)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    whole = Figures()
    for client in clients:
        whole.seconds += client.figures.seconds
        whole.faults += client.figures.faults
    return whole


def measure(engine: str, place: Place, lasting: float, pause: float) -> None:
    """Two mixtures on one engine."""
    run(place, Mix(0.5, 0.0, 3.0), 4)
    for writing in (0.2, 0.5):
        figures = run(place, Mix(writing, pause, lasting))
        print(figures.line(f"{engine}, {writing:.0%} written", lasting))
        for fault, times in figures.faults.most_common(5):
            print(f"    {times} × {fault}")
        for kind in sorted({kind for kind, _ in figures.seconds}):
            some = Figures([one for one in figures.seconds if one[0] == kind])
            print(some.line(f"  {kind}", lasting))


def main(arguments: list[str] | None = None) -> None:
    """Measure each engine that is there."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--seconds", type=float, default=60.0)
    reader.add_argument("--pause", type=float, default=1.0)
    reader.add_argument("--engine", choices=["sqlite", "postgresql"])
    chosen = reader.parse_args(arguments)
    print(machine(), f"{CLIENTS} clients", f"{chosen.seconds:.0f} s", sep=", ")
    print(
        f"  {'milliseconds':<24}{'asked':>10}{'p50':>8}{'p95':>8}{'p99':>8}{'most':>8}{'faults':>8}"
    )
    with tempfile.TemporaryDirectory() as folder:
        if chosen.engine != "postgresql":
            with served(Path(folder) / "sqlite") as place:
                measure("SQLite", place, chosen.seconds, chosen.pause)
        if chosen.engine != "sqlite":
            with running_cluster() as cluster:
                if cluster is None:
                    print("  PostgreSQL: skipped, there is none here")
                    return
                with (
                    cluster.database() as address,
                    served(Path(folder) / "postgresql", address) as place,
                ):
                    measure("PostgreSQL", place, chosen.seconds, chosen.pause)


if __name__ == "__main__":
    main()
