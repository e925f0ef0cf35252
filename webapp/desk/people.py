"""The page of one person, and what may be corrected there."""

from __future__ import annotations

from typing import Final

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from geo import terms
from geo.errors import ParameterWrong
from webapp.accounts.clock import now
from webapp.accounts.reader import register_now, viewer_now
from webapp.casework import people as deeds
from webapp.casework.calls import NewPerson
from webapp.casework.cases import add_to_person
from webapp.casework.happenings import happened, of_records
from webapp.casework.people import Correction, File, read_person
from webapp.desk.cases import cases
from webapp.desk.telling import say_happenings
from webapp.desk.wishes import offered, require_wanted
from webapp.errors import say_problem, status_of
from webapp.register.consents import JAPAN
from webapp.register.look import View
from webapp.serving.filled import Filled
from webapp.serving.language import reader_language
from webapp.wording import say, say_code

_HISTORY: Final = 20


@cases.get("/people/<identity>")
def show_person(identity: str) -> str:
    """One person: card, home, requests, consultations, visits, consents, reminders."""
    file = read_person(register_now(), viewer_now(), identity)
    ids = {
        "person": [identity],
        "household": [file.person["household_id"]],
        "request": [one.id for one in file.requests],
        "consultation": [one.id for one in file.consultations],
        "referral": [one.id for one in file.referrals],
    }
    told = happened(register_now(), viewer_now(), of_records(ids), _HISTORY)
    return render_template(
        "desk/person.html",
        file=file,
        history=say_happenings(told),
        consents=[_say_consent(one) for one in file.consents],
    )


def _say_consent(consent: View) -> str:
    """One answer, briefly: what for, to whom, what, since when."""
    lang = reader_language()
    recipients = consent.get("recipients")
    between = say("case.between", lang)
    named = between.join(say_code("recipient", one, lang) for one in recipients or ())
    day = consent["given_on"].astimezone(JAPAN).date()
    if consent["status"] == "expired" and consent.get("valid_to") is not None:
        day = consent["valid_to"]
    return say(
        _CONSENTS[consent["status"]],
        lang,
        purpose=say_code("purpose", consent["purpose"], lang),
        recipients=named or say("case.everybody", lang),
        day=day,
    )


_CONSENTS: Final = {
    "given": "case.consent_given",
    "refused": "case.consent_refused",
    "withdrawn": "case.consent_withdrawn",
    "expired": "case.consent_expired",
}


@cases.get("/people/<identity>/edit")
def edit_person(identity: str) -> str:
    """The form that corrects a person."""
    file = read_person(register_now(), viewer_now(), identity)
    return _show_form(file, _filled(file), file.person.version)


@cases.post("/people/<identity>/edit")
def revise_person(identity: str) -> Response | tuple[str, int]:
    """Correct a person."""
    filled = Filled.of(request.form)
    version = filled.whole("version")
    try:
        told = Correction(
            read_new(filled),
            filled.text("emergency_contact"),
            tuple(filled.many("unwanted")),
            filled.text("status"),
        )
        deeds.revise_person(register_now(), viewer_now(), identity, version, told)
    except ParameterWrong as fault:
        file = read_person(register_now(), viewer_now(), identity)
        return _show_form(file, filled, version, say_problem(fault)), status_of(fault)
    return redirect(url_for("cases.show_person", identity=identity), code=303)


def _show_form(file: File, filled: Filled, version: int, problem: str = "") -> str:
    return render_template(
        "desk/person_form.html",
        file=file,
        filled=filled,
        version=version,
        genders=list(terms.GENDERS),
        problem=problem,
    )


def _filled(file: File) -> Filled:
    names = ("name", "kana", "phone", "gender", "birth_text", "emergency_contact")
    fields = {name: [str(file.person.get(name) or "")] for name in names}
    birth = file.person.get("birth_date")
    if not fields["birth_text"][0] and birth is not None:
        fields["birth_text"] = [birth.isoformat()]
    return Filled(fields | {"unwanted": list(file.person.get("unwanted") or ())})


def read_new(filled: Filled) -> NewPerson:
    """A person as a form tells of one. Raises `ParameterWrong`."""
    return NewPerson(
        name=filled.text("name"),
        kana=filled.text("kana"),
        phone=filled.text("phone"),
        address=filled.text("address"),
        household_id=filled.text("household_id"),
        district_id=filled.text("district_id"),
        gender=filled.text("gender"),
        birth_date=filled.day("birth_text"),
        birth_text=filled.text("birth_text"),
        composition=filled.text("composition"),
    )


@cases.post("/people/<identity>/word")
def keep_word(identity: str) -> Response:
    """Keep that the person was heard of."""
    filled = Filled.of(request.form)
    text = filled.one("text")
    if not text:
        raise ParameterWrong(name="text", value="–", wanted="how they are")
    deeds.keep_word(register_now(), viewer_now(), identity, text, now())
    return redirect(url_for("cases.show_person", identity=identity), code=303)


@cases.get("/people/<identity>/request")
def show_request_form(identity: str) -> str:
    """The form of one request more."""
    consultation = request.args.get("consultation", "")
    return _show_request_form(identity, Filled({"consultation_id": [consultation]}))


@cases.post("/people/<identity>/request")
def add_request(identity: str) -> Response | tuple[str, int]:
    """One request more of a person who is known."""
    filled = Filled.of(request.form)
    try:
        made = add_to_person(
            register_now(),
            viewer_now(),
            identity,
            require_wanted(filled),
            filled.text("consultation_id"),
        )
    except ParameterWrong as fault:
        return _show_request_form(identity, filled, say_problem(fault)), status_of(fault)
    return redirect(url_for("cases.show", identity=made), code=303)


def _show_request_form(identity: str, filled: Filled, problem: str = "") -> str:
    file = read_person(register_now(), viewer_now(), identity)
    return render_template(
        "desk/request_form.html",
        file=file,
        filled=filled,
        offered=offered(file.person["district_id"]),
        problem=problem,
    )
