"""What each page of the desk takes: the invented year, every page a consultant may open.

761 consultations and 910 coordinations in the last programme year, two thirds of that in
this one, 15 consultants, 7 districts. Server time of the program's test client, medians.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp import create_app
from webapp.accounts import sessions
from webapp.accounts.gate import POLICY
from webapp.accounts.sessions import Limits
from webapp.register.house import Register
from webapp.register.records import (
    Consultation,
    District,
    Household,
    Meeting,
    Offer,
    Person,
    Record,
    Request,
    Series,
    StaffAccount,
    Supporter,
    SurveyAnswer,
    Visit,
)
from webapp.settings import Settings
from webapp.terminal.founding import open_demo

ROUNDS = 5
LIMIT = 0.3
RECORDS: dict[str, type[Record]] = {
    "requests": Request,
    "people": Person,
    "homes": Household,
    "consultations": Consultation,
    "offers": Offer,
    "series": Series,
    "visits": Visit,
    "supporters": Supporter,
    "districts": District,
    "meetings": Meeting,
    "answers": SurveyAnswer,
}
"""Whose ids stand in an address after /desk/ and this word."""

QUERIES = {"figures.show": ("", "?from=2025-04-01&to=2026-03-31")}


def main() -> None:
    """Make the town, open each page."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.read({}, workspace=Path(folder) / "demo", demo=True)
        app = create_app(settings, open_demo(settings, None))
        client = _sign_in(app)
        taken = {path: _time(client, path) for path in sorted(set(_pages(app)))}
    print("pages of the desk, a year of work behind them")
    for path, (seconds, status) in sorted(taken.items(), key=lambda one: -one[1][0]):
        late = "  over 300 ms" if seconds > LIMIT else ""
        print(f"  {path:<58}{seconds * 1000:>8.0f} ms  {status}{late}")


def _sign_in(app: Flask) -> FlaskClient:
    register: Register = app.extensions["register"]
    with Session(register.engine) as session:
        account = session.scalars(select(StaffAccount).where(StaffAccount.login == "soudan")).one()
    limits = Limits(timedelta(hours=1), timedelta(hours=2))
    secret = sessions.open_session(register, account, datetime.now(UTC), limits=limits)
    client = app.test_client()
    client.set_cookie("staff", secret)
    return client


def _pages(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or "consultant" not in POLICY.get(rule.endpoint, ()):
            continue
        if not rule.rule.startswith("/desk/"):
            continue
        for values in _values(app, rule.rule.split("/")[2], set(rule.arguments)):
            path = app.url_map.bind("localhost").build(rule.endpoint, values)
            for query in QUERIES.get(rule.endpoint, ("",)):
                yield path + query


def _values(app: Flask, word: str, names: set[str]) -> Iterator[dict[str, str]]:
    if not names:
        yield {}
    elif names == {"name"}:
        from webapp.desk.lists import LISTINGS

        yield from ({"name": name} for name in LISTINGS)
    elif names == {"identity"} and word in RECORDS:
        yield {"identity": _busiest(app, RECORDS[word])}


def _busiest(app: Flask, record: type[Record]) -> str:
    """The record with most visits behind it, else the first."""
    register: Register = app.extensions["register"]
    with Session(register.engine) as session:
        asked = select(record.id).order_by(record.id)
        if record is Series:
            asked = select(Series.id).where(Series.status == "active").order_by(Series.id)
        if record is Request:
            asked = select(Request.id).where(Request.status == "running").order_by(Request.id)
        return session.scalars(asked.limit(1)).first() or "x"


def _time(client: FlaskClient, path: str) -> tuple[float, int]:
    times: list[float] = []
    status = client.get(path).status_code
    for _ in range(ROUNDS):
        start = time.perf_counter()
        status = client.get(path).status_code
        times.append(time.perf_counter() - start)
    return median(times), status


if __name__ == "__main__":
    main()
