"""Taking a call: who it is about, what is said, what is needed, all on one page.

The form works without scripts; with them people are searched as one types and the form is
kept as a draft on the server, never in the browser.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from geo import terms
from geo.errors import ParameterWrong
from webapp.accounts.clock import now
from webapp.accounts.reader import account_now, register_now, viewer_now
from webapp.casework.calls import Call, NewPerson, take_call
from webapp.casework.cards import Card, person_cards
from webapp.casework.drafts import CALL, drop_draft, keep_draft, read_draft
from webapp.casework.housing import own_districts
from webapp.casework.searching import Found, look_alike, search_people
from webapp.desk.people import read_new
from webapp.desk.wishes import offered, read_wanted
from webapp.errors import say_problem, status_of
from webapp.faults import RequestWrong
from webapp.register.consents import JAPAN
from webapp.serving.filled import Filled
from webapp.serving.language import reader_language
from webapp.wording import say

calls = Blueprint("calls", __name__, url_prefix="/desk/calls")

MOST_REQUESTS: Final = 8
"""Requests of one call."""

_ALIKE_SHOWN: Final = 5

_SCRIPT_WORDS: Final = ("no_match", "count_match", "failed", "kept", "not_kept")

_NEW: Final = (
    "name", "kana", "phone", "address", "gender", "birth_text", "composition",
)  # fmt: skip
"""Fields of somebody new."""


@dataclass(frozen=True)
class _Shown:
    """What the page shows besides the form."""

    problem: str = ""
    found: tuple[Found, ...] | None = None
    alike: tuple[tuple[Card, str], ...] = ()
    draft_at: datetime | None = None
    row_problems: dict[int, str] = field(default_factory=dict[int, str])


@calls.get("/new")
def show_form() -> str:
    """The form; a draft that was kept is open again."""
    draft = read_draft(register_now(), viewer_now(), CALL)
    if draft is not None:
        return _show(Filled.kept(draft.content), _Shown(draft_at=draft.changed_at))
    person = request.args.get("person", "")
    return _show(Filled({"person_id": [person]} if person else {}), _Shown())


@calls.post("/new")
def take() -> AnyResponse | str | tuple[str, int]:
    """Keep the call, or show the form with one request more or with the people searched for."""
    filled = Filled.of(request.form)
    match filled.one("do"):
        case "more":
            return _show(_with_row(filled), _Shown())
        case "search":
            found = search_people(register_now(), viewer_now(), filled.one("search"))
            return _show(filled, _Shown(found=tuple(found)))
        case "other":
            return _show(_without(filled, "person_id"), _Shown())
        case _:
            return _take(filled)


def _take(filled: Filled) -> AnyResponse | tuple[str, int]:
    try:
        call = read_call(filled)
        alike = _look_alike(filled, call)
        if alike:
            return _show(filled, _Shown(alike=alike)), 409
        taken = take_call(register_now(), viewer_now(), call, now())
    except ParameterWrong as fault:
        return _show(filled, _Shown(problem=say_problem(fault))), status_of(fault)
    if taken.request_ids:
        return redirect(url_for("cases.show", identity=taken.request_ids[0]), code=303)
    address = url_for("cases.show_consultation", identity=taken.consultation_id)
    return redirect(address, code=303)


def read_call(filled: Filled) -> Call:
    """A call as the form tells of it. Raises `ParameterWrong`."""
    wanted = [read_wanted(filled, f"r{row}_") for row in range(_rows(filled))]
    return Call(
        person=_read_person(filled),
        district_id=filled.text("district_id"),
        received_at=_read_moment(filled.one("received")),
        channel=filled.text("channel"),
        source=filled.text("source"),
        summary=filled.text("summary"),
        requests=[one for one in wanted if one is not None],
    )


def _read_person(filled: Filled) -> str | NewPerson | None:
    """Who it is about: one chosen, one of those alike, somebody new, or nobody named."""
    said, _, chosen = filled.one("alike").partition(":")
    if said == "is" and chosen:
        return chosen
    if filled.text("person_id"):
        return filled.one("person_id")
    if not any(filled.text(name) for name in _NEW):
        return None
    made = read_new(filled)
    return replace(made, household_id=_home_of(chosen)) if said == "home" else made


def _home_of(person: str) -> str | None:
    card = person_cards(register_now(), viewer_now(), [person]).get(person)
    return None if card is None else card.household_id


def _read_moment(text: str) -> datetime | None:
    """A moment in Japan that is not to come. Raises `ParameterWrong`."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text).replace(tzinfo=JAPAN)
    except ValueError:
        raise ParameterWrong(name="received_at", value=text[:40], wanted="a moment") from None
    if at > now():
        raise ParameterWrong(name="received_at", value=text[:40], wanted="no later than now")
    return at


def _look_alike(filled: Filled, call: Call) -> tuple[tuple[Card, str], ...]:
    """Who may be the same as somebody new, unless the consultant decided already."""
    if not isinstance(call.person, NewPerson) or filled.text("alike"):
        return ()
    one = call.person
    found = look_alike(
        register_now(),
        viewer_now(),
        name=one.name or "",
        kana=one.kana or "",
        phone=one.phone or "",
        address=one.address or "",
    )
    some = dict(list(found.items())[:_ALIKE_SHOWN])
    cards = person_cards(register_now(), viewer_now(), some)
    return tuple((cards[identity], why) for identity, why in some.items() if identity in cards)


def _rows(filled: Filled) -> int:
    text = filled.one("rows")
    return max(1, min(int(text), MOST_REQUESTS)) if text.isdecimal() and len(text) < 3 else 1


def _with_row(filled: Filled) -> Filled:
    more = min(_rows(filled) + 1, MOST_REQUESTS)
    return Filled({**filled.fields, "rows": [str(more)]})


def _without(filled: Filled, name: str) -> Filled:
    return Filled({key: value for key, value in filled.fields.items() if key != name})


def _show(filled: Filled, shown: _Shown) -> str:
    register, viewer = register_now(), viewer_now()
    chosen = filled.one("person_id")
    with register.engine.connect() as connection:
        districts = own_districts(connection, viewer)
    lang = reader_language()
    return render_template(
        "desk/call.html",
        filled=filled,
        shown=shown,
        person=person_cards(register, viewer, [chosen]).get(chosen) if chosen else None,
        districts=districts,
        rows=_rows(filled),
        most=MOST_REQUESTS,
        offered=offered(),
        new_open=any(filled.text(name) for name in _NEW),
        channels=list(terms.CHANNELS),
        sources=list(terms.SOURCES),
        genders=list(terms.GENDERS),
        compositions=list(terms.COMPOSITIONS),
        blank=Filled({}),
        words={word: say(f"call.{word}", lang, **_OPEN) for word in _SCRIPT_WORDS},
    )


_OPEN: Final = {"count": "{count}", "time": "{time}"}
"""Places that the script fills in."""


@calls.post("/people")
def search() -> Response:
    """People as one types; by POST, so that no name is in an address."""
    text = _read_object().get("text", "")
    if not isinstance(text, str):
        raise RequestWrong
    found = search_people(register_now(), viewer_now(), text)
    districts = _district_names()
    return jsonify(people=[_tell(one, districts) for one in found])


def _tell(one: Found, districts: dict[str, str]) -> dict[str, Any]:
    card = one.card
    return {
        "id": card.id,
        "name": card.shown,
        "kana": card.kana,
        "phone": card.phone,
        "address": card.address,
        "district": districts.get(card.district_id or ""),
        "status": None
        if card.status in {None, "active"}
        else terms.label("person_status", str(card.status), reader_language()),
        "href": url_for("cases.show_person", identity=card.id),
    }


def _district_names() -> dict[str, str]:
    with register_now().engine.connect() as connection:
        return own_districts(connection, viewer_now())


@calls.post("/draft")
def keep() -> Response:
    """Keep the form as it stands; answers with the time, in Japan."""
    content = _read_object()
    if account_now() is None:
        raise RequestWrong  # a program has no account whose draft it were
    filled = Filled.kept(content)
    said = {name: list(values) for name, values in filled.fields.items() if any(values)}
    said.pop("csrf", None)
    at = now()
    keep_draft(register_now(), viewer_now(), CALL, said, at)
    return jsonify(time=f"{at.astimezone(JAPAN):%H:%M}")


@calls.post("/draft/drop")
def drop() -> AnyResponse:
    """Throw the draft away and begin anew."""
    drop_draft(register_now(), viewer_now(), CALL)
    return redirect(url_for("calls.show_form"), code=303)


def _read_object() -> dict[str, Any]:
    found = request.get_json(silent=True)
    if not isinstance(found, dict):
        raise RequestWrong
    return found
