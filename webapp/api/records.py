"""Consultations, requests, offers and visits: written, read and changed by programs."""

from __future__ import annotations

from typing import Any, Final, cast

import orjson
from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from geo.errors import NotFound, ParameterWrong
from webapp.accounts.reader import register_now, viewer_now
from webapp.api.fields import FORMS, VERSION, Form, is_id, read_body
from webapp.faults import RecordStale, RequestWrong
from webapp.register.change import Change
from webapp.register.look import View, allowed_rows
from webapp.register.records import Offer, Record
from webapp.register.records.base import plain
from webapp.register.release import release_record, require_release
from webapp.register.withholding import cut_view

PURPOSE: Final = "matching"


def register(room: Blueprint) -> None:
    """Give the room the addresses of records."""
    for plural in FORMS:
        said, path = {"plural": plural}, f"/v1/{plural}"
        one = f"{path}/<identity>"
        room.add_url_rule(path, "add_record", add_record, methods=["POST"], defaults=said)
        room.add_url_rule(one, "show_record", show_record, methods=["GET"], defaults=said)
        room.add_url_rule(one, "change_record", change_record, methods=["PATCH"], defaults=said)


def add_record(plural: str) -> Response:
    """A new record; its address is in Location."""
    form = FORMS[plural]
    values = read_body(read_object(), form.new(), whole=True)
    _require_sub_reason(values)
    with register_now().change(viewer_now(), PURPOSE) as change:
        values["district_id"] = _district(change, form, values)
        _require_named(change, form, values)
        if form.record is Offer:
            values["asked_by"] = change.viewer.account
        made = change.add(form.record, **values)
        change.session.flush()
    response = _answer(made, 201)
    response.headers["Location"] = url_for("api.show_record", plural=plural, identity=made.id)
    return response


def show_record(plural: str, identity: str) -> Response:
    """One record as the reader may see it."""
    record = FORMS[plural].record
    _require_id(record, identity)
    seen = release_record(register_now(), viewer_now(), PURPOSE, record, identity)
    return _send({name: plain(seen[name]) for name in seen}, 200)


def change_record(plural: str, identity: str) -> Response:
    """Some fields of the version that was read; stale ones are refused with both versions."""
    form = FORMS[plural]
    values = read_body(read_object(), form.change(), whole=False)
    version = values.pop(VERSION.name)
    _require_id(form.record, identity)
    who = (register_now(), viewer_now(), PURPOSE)
    bits = require_release(*who, form.record, identity)
    try:
        with register_now().change(viewer_now(), PURPOSE) as change:
            _require_named(change, form, values)
            changed = change.revise(form.record, identity, version, **values)
            change.session.flush()
    except RecordStale as fault:
        raise _cut_stale(fault, form.record, bits) from None
    return _answer(changed, 200)


def _cut_stale(fault: RecordStale, record: type[Record], bits: int) -> RecordStale:
    """Both versions without what the person withholds."""
    facts = dict(fault.facts)
    for side in ("mine", "theirs"):
        told = View(record.noun(), cast("dict[str, Any]", facts[side]))
        facts[side] = dict(cut_view(record, told, bits))
    return RecordStale(**facts)


def read_object() -> dict[str, Any]:
    """The JSON object that was sent. Raises `RequestWrong`."""
    try:
        content = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        raise RequestWrong from None
    if not isinstance(content, dict):
        raise RequestWrong
    return content


def _require_id(record: type[Record], identity: str) -> None:
    if not is_id(identity):
        raise NotFound(kind=record.noun(), id="–")


def _require_sub_reason(values: dict[str, Any]) -> None:
    if values.get("activity") == "other" and not values.get("sub_reason"):
        raise ParameterWrong(name="sub_reason", value="–", wanted="text")


def _district(change: Change, form: Form, values: dict[str, Any]) -> str | None:
    """The district of everything that is named, which is one; others' records are not found."""
    district: str | None = values.get("district_id")
    for field in form.references:
        identity = values.get(field.name)
        if field.of is None or identity is None:
            continue
        found = _find(change, field.of, identity)
        own = getattr(found, "district_id", found.id)
        if district is None:
            district = own
        elif own != district:
            raise ParameterWrong(name=field.name, value=identity, wanted=f"district {district}")
    return district


def _require_named(change: Change, form: Form, values: dict[str, Any]) -> None:
    """Places and the like that a field names must be there; they bind to no district."""
    for field in form.fields:
        if field.of is not None and values.get(field.name) is not None:
            _find(change, field.of, values[field.name])


def _find(change: Change, record: type[Record], identity: str) -> Record:
    """A record that is named, without holding it: others may name it at the same time."""
    rows = allowed_rows(record, change.viewer, change.purpose)
    found = change.session.scalar(select(record).where(record.id == identity, rows))
    return change.get(record, identity) if found is None else found


def _answer(record: Record, status: int) -> Response:
    known = {"id": record.id, "version": record.version, "status": getattr(record, "status", None)}
    return _send(known, status)


def _send(document: object, status: int) -> Response:
    content = orjson.dumps(document)
    return Response(content, status=status, content_type="application/json")
