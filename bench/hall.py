"""Twenty devices draw one map in a hall: what is lost or doubled, and how long it takes.

`welfaremap hall` serves; each device listens to its own stream of events and sends a stroke
every two to four seconds: houses, people, lines, words said anew, some undone. Now and then
one loses its connection and comes back, and some strokes are sent twice.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from bench.timing import machine
from geo.sample import sample_town
from tests.places import found_town
from webapp.accounts.policy import viewer_of
from webapp.accounts.secret import new_code
from webapp.answers.premises import Premises
from webapp.board.workshops import Wanted, open_workshop, plan_workshop
from webapp.register.house import Register
from webapp.register.records.journal_entry import JournalEntry
from webapp.settings import Settings

DEVICES = 20
MINUTES = 10.0
REST = 3.0
HOUSE = Path(__file__).parents[1]

Told = dict[str, Any]


@dataclass(frozen=True)
class Evening:
    """An open workshop on an empty map, and where its server listens."""

    folder: Path
    workshop: str
    code: str
    port: int = 0


@dataclass
class Device:
    """One tablet: what it was told, what it sent, what was acknowledged and when."""

    evening: Evening
    number: int
    rest: float
    """Seconds between an answer and the next stroke, on average."""

    seen: dict[str, Told] = field(default_factory=dict)
    known: int = 0
    """The last entry it knows."""
    acknowledged: dict[str, int] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    asked: dict[int, float] = field(default_factory=dict)
    """When the stroke that became an entry was sent."""
    heard: list[tuple[int, float]] = field(default_factory=list)
    away: list[tuple[float, float]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    """It draws no more."""
    left: threading.Event = field(default_factory=threading.Event)
    """It listens no more."""

    def __post_init__(self) -> None:
        self._chance = random.Random(self.number)  # noqa: S311 - what is drawn, no secrets
        self._lock = threading.Lock()
        self._line = self._connect()
        self._headers = self._join()
        self._stream: http.client.HTTPResponse | None = None
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._listen, self._draw)
        ]

    def begin(self) -> None:
        """Listen and draw."""
        for thread in self._threads:
            thread.start()

    def stop_drawing(self) -> None:
        """No more strokes; what is under way is finished."""
        self.ended.set()
        self._threads[1].join(60)

    def picture(self) -> dict[str, Told]:
        """What the device shows, by id."""
        with self._lock:
            return {one["id"]: one["values"] for one in self.seen.values() if one["shown"]}

    def ask_news(self) -> Told:
        """The whole map as the server tells it."""
        news: Told = orjson.loads(self._get("news", self._headers))
        return news

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.evening.port, timeout=30)

    def _join(self) -> dict[str, str]:
        form = f"code={self.evening.code}&name=T{self.number}"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self._line.request("POST", "/workshop/join/", form, kind)
        answer = self._line.getresponse()
        answer.read()
        cookie = (answer.headers["Set-Cookie"] or "").split(";")[0]
        page = self._get("map", {"Cookie": cookie}).decode()
        token = re.search(r'name="csrf" content="(\w+)"', page)
        if token is None:
            raise RuntimeError(page[:400])
        return {"Cookie": cookie, "X-CSRF": token[1]}

    def _get(self, page: str, headers: dict[str, str]) -> bytes:
        self._line.request("GET", f"/workshop/{self.evening.workshop}/{page}", headers=headers)
        return self._line.getresponse().read()

    def _listen(self) -> None:
        while not self.left.wait(0.05):
            with suppress(OSError, http.client.HTTPException, ValueError, AttributeError):
                for event in self._events():
                    self._take(event)
                    self.heard.append((event["number"], time.perf_counter()))
            broke = time.perf_counter()
            self.away.append((broke - 1.0, broke + 1.5))

    def _events(self) -> Iterator[Told]:
        line = self._connect()
        address = f"/workshop/{self.evening.workshop}/stream?since={self.known}"
        line.request("GET", address, headers=self._headers)
        self._stream = answer = line.getresponse()
        if answer.status != http.client.OK:
            self.broken[f"stream {answer.status}"] += 1
            time.sleep(1.0)
            return
        while told := answer.readline():
            if told.startswith(b"data: "):
                yield orjson.loads(told[6:])

    def _take(self, news: Told) -> None:
        with self._lock:
            for item in news["items"]:
                if item["number"] >= self.seen.get(item["id"], {"number": 0})["number"]:
                    self.seen[item["id"]] = item
            self.known = max(self.known, news["number"])

    def _draw(self) -> None:
        while not self.ended.wait(self._chance.uniform(0.67, 1.33) * self.rest):
            if self._chance.random() < 0.01:
                self._lose_stream()
            self._send(self._think())

    def _lose_stream(self) -> None:
        """The Wi-Fi is gone for a moment."""
        if self._stream is not None:
            with suppress(OSError, ValueError, AttributeError):
                self._stream.fp.raw._sock.shutdown(2)  # type: ignore[attr-defined] # noqa: SLF001 - as a net that breaks

    def _send(self, stroke: Told) -> None:
        """Send a stroke until it is answered; now and then once more, as after a time-out."""
        self.sent.add(stroke["stroke"])
        again = self._chance.random() < 0.03
        while True:
            began = time.perf_counter()
            try:
                status, told = self._post(stroke)
            except (OSError, http.client.HTTPException) as fault:
                self.broken[type(fault).__name__] += 1
                self._line = self._connect()
                continue
            self.took.append(time.perf_counter() - began)
            if status == http.client.CREATED:
                before = self.acknowledged.setdefault(stroke["stroke"], told["entry"])
                if before != told["entry"]:
                    self.broken["doubled"] += 1
                self.asked.setdefault(told["entry"], began)
            elif status < http.client.INTERNAL_SERVER_ERROR:
                self.refused[told["code"]] += 1
            else:
                self.broken[f"{status} {told.get('code')}"] += 1
            if not again:
                return
            again = False

    def _post(self, stroke: Told) -> tuple[int, Told]:
        address = f"/workshop/{self.evening.workshop}/strokes"
        body = orjson.dumps(stroke | {"since": self.known})
        self._line.request("POST", address, body, self._headers)
        answer = self._line.getresponse()
        told: Told = orjson.loads(answer.read())
        if answer.status == http.client.CREATED:
            # What lies between is told by the stream; here only what this device sent counts.
            self._take({"items": told["items"], "number": 0})
        return answer.status, told

    def _think(self) -> Told:
        chance, named = self._chance, f"s-{self.number}-{len(self.sent):06d}"
        if chance.random() < 0.08 and self.acknowledged:
            turn = "undo" if chance.random() < 0.8 else "redo"
            return {"stroke": named, "turn": turn}
        return {"stroke": named, "turn": "draw", "deeds": [self._deed(f"i-{named}")]}

    def _deed(self, identity: str) -> Told:
        chance = self._chance
        with self._lock:
            houses = [one for one in self.seen.values() if one["kind"] == "house" and one["shown"]]
        point: dict[str, Any] = {
            "lon": 130.88 + chance.uniform(0, 0.01),
            "lat": 33.88 + chance.uniform(0, 0.01),
        }
        kind = chance.choices(
            ("house", "line", "again", "person", "worry", "drop"), (20, 25, 25, 12, 10, 3)
        )[0]
        if kind == "house" or len(houses) < 5:
            return _put(identity, "house", **point, name=f"{self.number}組")
        one, other = chance.sample(houses, 2)
        if kind == "line":
            ends = {"watcher": one["id"], "watched": other["id"]}
            return _put(identity, "link", **ends, link="watching", strength=chance.randint(1, 3))
        if kind == "again":
            return _put(one["id"], "house", base=one["number"], name=f"{identity[2:]}さん")
        if kind == "person":
            return _put(identity, "person", house=one["id"], name="トメさん", part="cared")
        if kind == "worry":
            return _put(identity, "worry", about=one["id"], text="ごみ出しが気になる")
        return {"id": one["id"], "kind": "house", "base": one["number"], "drop": True}


def _put(identity: str, kind: str, *, base: int | None = None, **values: object) -> Told:
    return {"id": identity, "kind": kind, "base": base, "put": values}


@dataclass
class Outcome:
    """What the journal and the devices say afterwards. Milliseconds, by share."""

    entries: int
    lost: set[str]
    doubled: set[str]
    unsent: set[str]
    """In the journal, but sent by nobody."""
    differing: dict[int, set[str]]
    """Items that a device shows otherwise than the server, by device."""
    took: list[float]
    reached: list[float]
    refused: Counter[str]
    broken: Counter[str]

    @property
    def faultless(self) -> bool:
        """Whether nothing was lost or doubled and everybody sees the same."""
        return not (self.lost or self.doubled or self.unsent or self.differing or self.broken)


def plan_evening(folder: Path) -> Evening:
    """A small invented town with an open workshop on an empty map."""
    town = sample_town(seed=3, households=40, supporters=12)
    with found_town(folder, town).register as register:
        district = str(town.districts["id"].iloc[0])
        leader = viewer_of("facilitator", "bench", frozenset({district}))
        wanted = Wanted(district, "三丁目", date(2026, 11, 26), basis="empty")
        code = new_code(2)
        made = plan_workshop(register, leader, wanted, code)
        open_workshop(register, leader, made, 1, datetime.now(UTC))
    return Evening(folder, made, code)


@contextmanager
def hall_served(evening: Evening) -> Generator[Evening]:
    """`welfaremap hall` over it, as a program of its own."""
    words = [sys.executable, "-m", "webapp.cli", "hall", "--port", "0"]
    environ = os.environ | {"WELFAREMAP_WORKSPACE": str(evening.folder)}
    with subprocess.Popen(  # noqa: S603 - ourselves
        words, cwd=HOUSE, env=environ, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        try:
            line = "" if server.stdout is None else server.stdout.readline()
            port = int(line.rsplit(":", 1)[1].strip("/\n"))
            yield Evening(evening.folder, evening.workshop, evening.code, port)
        finally:
            server.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                server.wait(10)
            server.kill()


def run(evening: Evening, devices: int, seconds: float, rest: float = REST) -> Outcome:
    """An evening of ``devices``; then everything is compared."""
    with hall_served(evening) as served:
        table = [Device(served, number, rest) for number in range(devices)]
        for device in table:
            device.begin()
            time.sleep(rest / devices)
        time.sleep(seconds)
        for device in table:
            device.stop_drawing()
        last = max((max(one.acknowledged.values(), default=0) for one in table), default=0)
        until = time.monotonic() + 15
        while any(one.known < last for one in table) and time.monotonic() < until:
            time.sleep(0.05)
        told = table[0].ask_news()
        for device in table:
            device.left.set()
    truth = {one["id"]: one["values"] for one in told["items"]}
    with Premises.open(Settings.read({}, workspace=evening.folder)).register as register:
        written = read_strokes(register, evening.workshop)
    return _compare(table, truth, written)


def read_strokes(register: Register, workshop: str) -> list[tuple[str, int]]:
    """Stroke and number of every entry in the journal, as the disk has them."""
    asked = select(JournalEntry.stroke, JournalEntry.number).where(
        JournalEntry.workshop_id == workshop
    )
    with register.engine.connect() as connection:
        return [(row.stroke, row.number) for row in connection.execute(asked)]


def _compare(
    table: list[Device], truth: dict[str, Told], written: list[tuple[str, int]]
) -> Outcome:
    journal = dict(written)
    times = Counter(stroke for stroke, _ in written)
    acknowledged = {k: v for one in table for k, v in one.acknowledged.items()}
    numbers = sorted(journal.values())
    differing: dict[int, set[str]] = {}
    for one in table:
        picture = one.picture()
        other = {id_ for id_ in truth.keys() | picture.keys() if truth.get(id_) != picture.get(id_)}
        if other:
            differing[one.number] = other
    return Outcome(
        entries=len(written),
        lost={k for k, v in acknowledged.items() if journal.get(k) != v},
        doubled={k for k, count in times.items() if count > 1}
        | ({"a gap"} if numbers != list(range(1, len(numbers) + 1)) else set()),
        unsent=journal.keys() - {k for one in table for k in one.sent},
        differing=differing,
        took=sorted(one for device in table for one in device.took),
        reached=sorted(_reached(table)),
        refused=sum((one.refused for one in table), Counter()),
        broken=sum((one.broken for one in table), Counter()),
    )


def _reached(table: list[Device]) -> Iterator[float]:
    """Seconds from sending a stroke until each other device was told of it by its stream."""
    for device in table:
        numbers = [number for number, _ in device.heard]
        for other in table:
            for entry, began in other.asked.items():
                at = bisect_left(numbers, entry)
                if other is device or at == len(numbers):
                    continue
                if not any(start <= began <= end for start, end in device.away):
                    yield device.heard[at][1] - began


def show(outcome: Outcome, minutes: float, devices: int) -> None:
    """Print the table."""
    print(f"  {devices} devices, {minutes:g} minutes: {outcome.entries} strokes in the journal")
    print(f"  {'milliseconds':<30}{'count':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'most':>8}")
    rows = (("stroke acknowledged", outcome.took), ("seen by another device", outcome.reached))
    for name, times in rows:
        if times:
            shares = [times[min(int(len(times) * share), len(times) - 1)] for share in SHARES]
            print(f"  {name:<30}{len(times):>8}" + "".join(f"{one * 1000:>8.0f}" for one in shares))
    print(f"  refused, as told to the device: {dict(outcome.refused) or 'none'}")
    print(
        f"  lost {len(outcome.lost)}, doubled {len(outcome.doubled)}, sent by nobody "
        f"{len(outcome.unsent)}, devices that show something else {len(outcome.differing)}, "
        f"broken {dict(outcome.broken) or 'none'}"
    )


SHARES = (0.5, 0.95, 0.99, 1.0)


def main(arguments: list[str] | None = None) -> None:
    """Run an evening and print what came of it."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--minutes", type=float, default=MINUTES)
    reader.add_argument("--devices", type=int, default=DEVICES)
    reader.add_argument("--rest", type=float, default=REST, help="seconds between strokes")
    chosen = reader.parse_args(arguments)
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        evening = plan_evening(Path(name) / "hall")
        outcome = run(evening, chosen.devices, chosen.minutes * 60, chosen.rest)
    show(outcome, chosen.minutes, chosen.devices)
    if not outcome.faultless:
        sys.exit("  something was lost or doubled")


if __name__ == "__main__":
    main()
