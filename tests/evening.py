"""An evening in a test: a workshop that is open, strokes sent by a browser, papers read back."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.board.drawn import Told
from tests.doors import form_token
from webapp.register.house import Register
from webapp.register.records import District

POPPLER = shutil.which("pdftotext")
needs_poppler = pytest.mark.skipif(POPPLER is None, reason="pdftotext (poppler-utils) is absent")


def first_district(app: Flask) -> str:
    """A district of the town."""
    register: Register = app.extensions["register"]
    with Session(register.engine) as session:
        return str(session.scalars(select(District.id).order_by(District.id)).first())


def begin(leader: FlaskClient, district: str, **told: str) -> str:
    """The address of an open workshop on an empty map."""
    form = {"title": "三丁目", "district": district, "basis": "empty"} | told
    address = str(post(leader, "/workshop/new", form).location)
    assert post(leader, f"{address}/open", {"version": "1"}).status_code == 303
    return address


def post(client: FlaskClient, path: str, form: dict[str, str]) -> TestResponse:
    """Send a form with its token."""
    return client.post(path, data=form, headers={"X-CSRF": form_token(client)})


def draw(client: FlaskClient, workshop: str, name: str, *deeds: object, **more: object) -> Told:
    """Send a stroke; what is new."""
    told = {"stroke": name, "deeds": deeds} | more
    token = {"X-CSRF": form_token(client)}
    answer = client.post(f"{workshop}/strokes", json=told, headers=token)
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    return dict(answer.json)


def squeeze(text: str) -> str:
    """Without blanks, which a PDF sets where it likes."""
    return re.sub(r"\s", "", text)


def text_of(pdf: bytes) -> str:
    """What a PDF says."""
    asked = [str(POPPLER), "-raw", "-", "-"]
    done = subprocess.run(asked, input=pdf, capture_output=True, check=True)
    return squeeze(done.stdout.decode("utf-8"))
