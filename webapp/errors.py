"""A fault becomes a status and a sentence; its Python text never reaches a reader.

For the API and for what a page's script asks, a fault is ``application/problem+json``
(RFC 9457), for people a page with the same sentence. What nobody foresaw shows a ticket number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from string import Formatter
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import orjson
from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from geo import errors as geo_errors
from geo import terms
from geo.errors import GeoError
from webapp import faults
from webapp.facts import say_fact
from webapp.serving.choosing import own_path
from webapp.serving.language import reader_language
from webapp.serving.tickets import write_ticket
from webapp.serving.versions import say_moment, version_rows
from webapp.wording import Language, catalogue

_View = TypeVar("_View", bound=Callable[..., Any])

STATUSES: Final[dict[type[GeoError], int]] = {
    geo_errors.NotFound: 404,
    geo_errors.NetworkDamaged: 500,
    geo_errors.AssetMissing: 500,
    geo_errors.LayerFaulty: 500,
    faults.WorkspaceMissing: 500,
    faults.WorkspaceDamaged: 500,
    faults.LayerAbsent: 409,
    faults.SignInWanted: 401,
    faults.SignInWrong: 403,
    faults.TokenWrong: 401,
    faults.RoleWrong: 403,
    faults.PasswordWanted: 401,
    faults.InvitationWrong: 403,
    faults.LoginTaken: 409,
    faults.LastAdministrator: 409,
    faults.FormStale: 403,
    faults.TooManyTries: 429,
    faults.TooManyJobs: 429,
    faults.RequestForeign: 403,
    faults.PageMissing: 404,
    faults.MethodWrong: 405,
    faults.BodyTooLarge: 413,
    faults.RequestWrong: 400,
    faults.RegisterMissing: 500,
    faults.RegisterDamaged: 500,
    faults.KeyDoesNotFit: 500,
    faults.SqliteUnsafe: 500,
    faults.KeyFileMissing: 500,
    faults.KeyFileOpen: 500,
    faults.KeyWanted: 500,
    faults.RegisterInUse: 500,
    faults.RegisterNewer: 500,
    faults.DatabaseAway: 503,
    faults.PostgisMissing: 500,
    faults.StorageFull: 507,
    faults.StorageReadOnly: 507,
    faults.StorageBusy: 503,
    faults.RecordWithheld: 403,
    faults.FieldWithheld: 403,
    faults.RecordStale: 409,
    faults.StepIllegal: 409,
    faults.CopyMissing: 404,
    faults.DatabaseTaken: 409,
    faults.IntakeUndone: 409,
    faults.IntakeInUse: 409,
    faults.MergeIllegal: 409,
    faults.ConsentWanted: 409,
    faults.ItemGone: 409,
    faults.LineThere: 409,
    faults.UndoNothing: 409,
    faults.UndoInUse: 409,
    faults.WorkshopShut: 409,
    faults.ReviewShut: 409,
    faults.ReviewDone: 409,
    faults.ReviewStale: 409,
    faults.ReviewHindered: 409,
    faults.DrawingGoesOn: 409,
    faults.CodeWrong: 403,
    faults.SeatEnded: 401,
    faults.LaptopOnly: 403,
    faults.AlreadyAsked: 409,
    faults.ContactRefused: 409,
    faults.AnswerFollowed: 409,
    faults.NotAskable: 409,
    faults.NotWanted: 409,
    faults.SupporterBooked: 409,
    faults.SupporterAway: 409,
    faults.EntriesMixed: 409,
    faults.TicketsUnused: 409,
    faults.Unexpected: 500,
}
"""Status by kind of fault; what is not named is wrong input, 422."""

_OF_STATUS: Final[dict[int, type[GeoError]]] = {
    404: faults.PageMissing,
    405: faults.MethodWrong,
    413: faults.BodyTooLarge,
}


def status_of(fault: GeoError) -> int:
    """The HTTP status of a fault: that of its nearest named ancestor, else 422."""
    for kind in type(fault).__mro__:
        if kind in STATUSES:
            return STATUSES[kind]
    return 422


def sentence_of(fault: GeoError, lang: Language) -> str:
    """The fault's sentence in ``lang`` with its facts."""
    template = template_of(type(fault), lang)
    facts = {name: _name(name, value, lang) for name, value in fault.facts.items()}
    facts |= _statuses(fault, lang)
    said = template.format_map(_Facts(facts)) if lang == "en" else _fill(template, _Facts(facts))
    return " ".join(said.split())


def say_problem(fault: GeoError) -> str:
    """What is wrong with a form: the sentence about the field, else the fault's own."""
    lang = reader_language()
    field = fault.facts.get("name") if isinstance(fault, geo_errors.ParameterWrong) else None
    entry = catalogue().get(f"problem.{field}")
    return sentence_of(fault, lang) if entry is None else entry[lang]


def _statuses(fault: GeoError, lang: Language) -> dict[str, str]:
    """The steps of a record in the reader's words; several are in a row."""
    if isinstance(fault, faults.NotAskable):
        status = str(fault.facts.get("status", "–"))
        return {"status": terms.status_label("supporter", status, lang)}
    if not isinstance(fault, faults.StepIllegal):
        return {}
    record, between = str(fault.facts.get("record")), "、" if lang == "ja" else ", "
    return {
        name: between.join(
            terms.status_label(record, code, lang) for code in str(fault.facts[name]).split(", ")
        )
        for name in ("status", "wanted", "legal")
        if name in fault.facts
    }


def _fill(template: str, facts: _Facts) -> str:
    """The sentence; no space stands between what is Japanese on both sides."""
    said = ""
    for words, name, form, _ in Formatter().parse(template):
        fact = format(facts[name], form or "") if name else ""
        after = words[1:] if said and _JAPANESE.match(said[-1]) and words[:1] == " " else words
        before = after[:-1] if fact and _JAPANESE.match(fact) and after[-1:] == " " else after
        said += before + fact
    return said


_JAPANESE: Final = re.compile(r"[、-〟ぁ-ヿ一-鿿（）：]")


def template_of(kind: type[GeoError], lang: Language) -> str:
    """The sentence of a kind of fault, placeholders open."""
    entry = catalogue().get(f"fault.{kind.code}")
    return kind.sentence if lang == "en" or entry is None else entry["ja"]


def placeholders(template: str) -> set[str]:
    """The names a sentence has places for."""
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def _name(name: str, value: object, lang: Language) -> object:
    """A fact that is a word or a sentence of ours, in the reader's language."""
    entry = catalogue().get(f"noun.{value}") if name in {"kind", "layer"} else None
    if entry is not None:
        return entry[lang]
    return say_fact(value, lang) if name in _SAID and isinstance(value, str) else value


_SAID: Final = frozenset({
    "reason", "kind", "wanted", "way_out", "problem", "expected", "found", "limit", "size",
    "source", "part",
})  # fmt: skip
"""Facts that geo may say in English; the others are names, numbers and codes."""


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"


def register(app: Flask) -> None:
    """Answer every fault of ``app`` in the reader's language."""
    app.register_error_handler(GeoError, answer_fault)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unforeseen)


def for_scripts(view: _View) -> _View:
    """Mark an endpoint that a page's script calls: its faults are told as problems, with facts."""
    _FOR_SCRIPTS.add(view)
    return view


def tells_problems() -> bool:
    """Whether this request's endpoint is one that a page's script calls."""
    return current_app.view_functions.get(request.endpoint or "") in _FOR_SCRIPTS


_FOR_SCRIPTS: Final[set[object]] = set()


def answer_fault(fault: GeoError) -> Response:
    """The response to a fault: problem+json to programs and scripts, a page to people."""
    lang, status = reader_language(), status_of(fault)
    if status >= 500 and not isinstance(fault, faults.Unexpected):
        return _answer_unforeseen(fault)
    sentence = sentence_of(fault, lang)
    response = (
        _problem(fault, status, sentence)
        if request.path.startswith("/api/") or tells_problems()
        else _page(fault, status, sentence)
    )
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = lang
    return _with_waits(response, fault)


def _with_waits(response: Response, fault: GeoError) -> Response:
    if isinstance(fault, faults.SignInWanted | faults.TokenWrong | faults.SeatEnded):
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(fault, faults.TooManyTries):
        response.headers["Retry-After"] = str(int(str(fault.facts["minutes"])) * 60)
    return response


def _problem(fault: GeoError, status: int, sentence: str) -> Response:
    problem: dict[str, object] = {
        "type": f"urn:welfaremap:fault:{fault.code}",
        "title": fault.code.replace("_", " "),
        "status": status,
        "detail": sentence,
        "code": fault.code,
    }
    if "ticket" in fault.facts:
        problem["ticket"] = fault.facts["ticket"]
    if tells_problems():
        problem["facts"] = {name: str(value) for name, value in fault.facts.items()}
    if isinstance(fault, faults.StepIllegal):
        problem["legal"] = [one for one in str(fault.facts.get("legal", "")).split(", ") if one]
    if isinstance(fault, faults.RecordStale):
        problem |= {name: fault.facts[name] for name in _VERSIONS}
    return Response(orjson.dumps(problem), content_type="application/problem+json")


_VERSIONS: Final = ("version", "current", "by", "at", "mine", "theirs")
"""What a stale change is told: both versions, as far as the reader may see them."""


def _page(fault: GeoError, status: int, sentence: str) -> Response:
    if isinstance(fault, faults.RecordStale):
        return _both_versions(fault)
    if isinstance(fault, geo_errors.ParameterWrong):
        sentence = say_problem(fault)
    return Response(render_template("fault.html", sentence=sentence, status=status))


def _both_versions(fault: faults.RecordStale) -> Response:
    """The page that shows what the reader wrote beside what somebody else stored."""
    at = say_moment(str(fault.facts.get("at", "")))
    rows = version_rows(fault.facts, reader_language())
    again = own_path(urlsplit(request.referrer or "").path or "/")
    return Response(render_template("conflict.html", rows=rows, at=at, again=again))


def _answer_http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400 and error.response is not None:
        return error.get_response()  # type: ignore[return-value]
    if error.code is not None and 300 <= error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    fault = _OF_STATUS.get(error.code or 500, faults.RequestWrong)()
    return answer_fault(fault)


def _answer_unforeseen(error: Exception) -> Response:
    ticket = write_ticket(error, current_app.config["SETTINGS"].workspace)
    return answer_fault(faults.Unexpected(ticket=ticket))
