"""Browsers at a workshop: who leads it opens it, tablets join it by its code, all draw."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.board.drawn import Told
from tests.doors import form_token, send
from webapp.register.house import Register
from webapp.register.records import District, Workshop


def first_district(app: Flask) -> str:
    """A district of the town."""
    register: Register = app.extensions["register"]
    with Session(register.engine) as session:
        return str(session.scalars(select(District.id).order_by(District.id)).first())


def begin(leader: FlaskClient, district: str, **told: str) -> str:
    """The address of an open workshop on an empty map."""
    form = {"title": "三丁目", "basis": "empty", "held_on": "2026-11-26"} | told
    address = str(send(leader, "/workshop/new", district=district, **form).location)
    assert send(leader, f"{address}/open", version="1").status_code == 303
    return address


def id_of(address: str) -> str:
    """The id at the end of an address: of a workshop, or of a reading of a sheet."""
    return address.rsplit("/", maxsplit=1)[-1]


def find_workshop(app: Flask, workshop: str) -> Workshop:
    """The workshop at an address, as the register has it."""
    register: Register = app.extensions["register"]
    with Session(register.engine, expire_on_commit=False) as session:
        return session.get_one(Workshop, id_of(workshop))


def code_of(app: Flask, workshop: str) -> str:
    """The code on the wall."""
    return find_workshop(app, workshop).code


def send_stroke(
    client: FlaskClient, workshop: str, name: str, *deeds: object, **more: object
) -> TestResponse:
    """Send a stroke."""
    told = {"stroke": name, "deeds": deeds} | more
    return client.post(f"{workshop}/strokes", json=told, headers={"X-CSRF": form_token(client)})


def draw(client: FlaskClient, workshop: str, name: str, *deeds: object, **more: object) -> Told:
    """Send a stroke that is taken; what is new."""
    answer = send_stroke(client, workshop, name, *deeds, **more)
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


def ask_news(client: FlaskClient, workshop: str, since: int = 0) -> Told:
    """What looks otherwise on the map than after entry ``since``."""
    answer = client.get(f"{workshop}/news?since={since}")
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())
