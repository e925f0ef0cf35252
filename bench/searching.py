"""Searching 50,000 people as one types: by name, reading, Roman letters, address, telephone."""

from __future__ import annotations

import itertools
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert, update

from bench.timing import machine
from webapp.accounts.policy import viewer_of
from webapp.casework.searching import search_people
from webapp.register.house import Register
from webapp.register.opening import make_register
from webapp.register.records import District, Household, Person
from webapp.register.spelling import address_key, person_key
from webapp.register.trail.pulse import count_up
from webapp.register.viewer import Viewer

PEOPLE: Final = 50_000

_SURNAMES: Final = (
    "髙﨑 タカサキ,大野 オオノ,本間 ホンマ,渡邉 ワタナベ,佐藤 サトウ,鈴木 スズキ,後藤 ゴトウ,"
    "松田 マツダ,井上 イノウエ,村田 ムラタ,河野 コウノ,長谷川 ハセガワ,斎藤 サイトウ,林 ハヤシ"
)
_GIVEN: Final = (
    "ふく子 フクコ,しん一 シンイチ,京太郎 キョウタロウ,ミツ ミツ,和夫 カズオ,陽子 ヨウコ,"
    "清 キヨシ,千代子 チヨコ,武 タケシ,春江 ハルエ,進 ススム,ハル ハル,節子 セツコ,修 オサム"
)
_TOWNS: Final = ("守恒本町", "北方", "徳力", "若園", "下曽根", "田野浦", "高須", "庄司町")

_TYPED: Final = (
    "t", "た", "takasaki", "タカサキ", "髙﨑　ふく子", "takasaku hukuko", "たかざきふくこ",
    "守恒本町1丁目2", "093-123", "0931230000", "高崎 守恒", "ohno shinichi", "zzzz",
)  # fmt: skip


def fill(register: Register) -> None:
    """Fifty thousand people, each in a home of their own."""
    draw = random.Random(4)  # noqa: S311 # nosec B311 - invented people
    now = datetime.now(UTC)
    books = {"version": 1, "made_at": now, "made_by": "b", "changed_at": now, "changed_by": "b"}
    names = list(
        itertools.product(
            (one.split() for one in _SURNAMES.split(",")),
            (one.split() for one in _GIVEN.split(",")),
        )
    )
    homes: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    for number in range(PEOPLE):
        surname, given = names[draw.randrange(len(names))]
        place = "-".join(str(draw.randrange(1, 60)) for _ in range(3))
        address = f"北九州市小倉南区{draw.choice(_TOWNS)}{place}"
        name, kana = f"{surname[0]}　{given[0]}", f"{surname[1]}　{given[1]}"
        homes.append(
            books
            | {"id": f"H{number}", "district_id": "D", "status": "current", "address": address}
            | {"address_key": address_key(address)}
        )
        people.append(
            books
            | {"id": f"P{number}", "household_id": f"H{number}", "district_id": "D"}
            | {"status": "active", "name": name, "kana": kana, "search_key": person_key(name, kana)}
            | {"phone": f"093-{draw.randrange(1000):03d}-{draw.randrange(10000):04d}"}
        )
    with register.engine.begin() as connection:
        connection.execute(insert(District), [books | {"id": "D", "rules": "consent"}])
        connection.execute(insert(Household), homes)
        connection.execute(insert(Person), people)
        count_up(connection)


def main() -> None:
    """Print what a key costs, and what the first search after a change costs."""
    print(f"{machine()}: {PEOPLE:,} people, one search as typed, with consent and trail")
    viewer = viewer_of("consultant", "bench", frozenset({"D"}))
    with (
        tempfile.TemporaryDirectory() as folder,
        make_register(Path(folder), "only for the bench of searching") as register,
    ):
        fill(register)
        start = time.perf_counter()
        search_people(register, viewer, "takasaki")
        print(f"  {'first search, index made':<44}{time.perf_counter() - start:>8.2f} s")
        with register.engine.begin() as connection:
            connection.execute(
                update(Person).where(Person.id == "P7").values(name="黒田　桜", version=2)
            )
            count_up(connection)
        start = time.perf_counter()
        search_people(register, viewer, "takasaki")
        print(f"  {'first search after a change':<44}{time.perf_counter() - start:>8.2f} s")
        for typed in _TYPED:
            seconds = [_cost(register, viewer, typed) for _ in range(5)]
            print(f"  {typed:<44}{statistics.median(seconds) * 1000:>8.1f} ms of processor")


def _cost(register: Register, viewer: Viewer, typed: str) -> float:
    start = time.process_time()
    search_people(register, viewer, typed)
    return time.process_time() - start


if __name__ == "__main__":
    main()
