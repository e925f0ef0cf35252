"""The administrator's room: how the house stands, the trail, the copies that are out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from webapp.accounts.reader import register_now, require_fresh, viewer_now
from webapp.admin.standing import look_at_house
from webapp.answers.furigana import plain_words, split_ruby
from webapp.answers.history_page import (
    history_months,
    history_rows,
    history_sheet,
    say_day,
)
from webapp.faults import RequestWrong
from webapp.register.access_history import tell_history
from webapp.register.export_copies import list_copies, mark_returned
from webapp.register.intake import list_intakes
from webapp.register.records import RECORDS
from webapp.register.trail.proof_words import proof_sentences
from webapp.register.trail.verify import verify_trail
from webapp.register.trail_pages import Wish, keep_proof, list_events
from webapp.serving.language import reader_language
from webapp.wording import say_code

room = Blueprint("admin", __name__, url_prefix="/admin")

_PURPOSE: Final = "administration"
_DEEDS: Final = (
    "read", "add", "change", "erase", "refuse", "export", "sign_in", "sign_out", "fail", "backup",
    "verify",
)  # fmt: skip
_LONGEST: Final = 64
_JAPAN: Final = ZoneInfo("Asia/Tokyo")


@room.context_processor
def offer_words() -> dict[str, Any]:
    """Words for codes, furigana, moments in local time."""
    lang = reader_language()
    return {
        "term": lambda topic, code: say_code(topic, code or "", lang),
        "plain": plain_words,
        "ruby": split_ruby,
        "moment": lambda at: at.astimezone(_JAPAN).strftime("%Y-%m-%d %H:%M"),
        "day": lambda day: say_day(day, lang),
    }


@room.get("/")
def show_overview() -> str:
    """How the house stands."""
    return render_template("admin/overview.html", house=look_at_house(register_now(), viewer_now()))


@room.post("/proof")
def prove_trail() -> str:
    """Prove the whole trail now."""
    register, viewer = register_now(), viewer_now()
    path = None if register.anchors is None else register.anchors.path
    proof = verify_trail(register.engine, path)
    keep_proof(register, viewer, proof)
    sentences = list(proof_sentences(proof, reader_language()))
    return render_template("admin/proof.html", proof=proof, sentences=sentences)


@room.get("/trail")
def show_trail() -> str:
    """The trail, page by page."""
    wish = _read_wish()
    page = list_events(register_now(), viewer_now(), _PURPOSE, wish)
    kept = {name: value for name, value in request.args.items() if value and name != "before"}
    older = None if page.older is None else "?" + urlencode(kept | {"before": page.older})
    return render_template(
        "admin/trail.html", page=page, wish=wish, older=older, records=RECORDS, deeds=_DEEDS
    )


@room.get("/history")
def ask_history() -> AnyResponse | str:
    """The form that asks for one person's access history."""
    person = request.args.get("person", "").strip()[:_LONGEST]
    if person:
        return redirect(url_for("admin.show_history", person_id=person), code=303)
    return render_template("admin/history_form.html")


@room.get("/history/<person_id>")
def show_history(person_id: str) -> str:
    """Who looked at one person."""
    told = tell_history(register_now(), viewer_now(), _history_purpose(), person_id)
    lang = reader_language()
    return render_template(
        "admin/history.html",
        told=told,
        rows=history_rows(told, lang),
        months=history_months(told, lang),
    )


@room.get("/history/<person_id>/sheet")
def send_history(person_id: str) -> Response:
    """The same on one sheet of paper."""
    require_fresh()
    told = tell_history(register_now(), viewer_now(), _history_purpose(), person_id)
    answer = Response(history_sheet(told, reader_language()), content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="access-history.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@room.get("/copies")
def show_copies() -> str:
    """The copies that went out."""
    return render_template("admin/copies.html", copies=list_copies(register_now(), viewer_now()))


@room.post("/copies/<copy_id>")
def end_copy(copy_id: str) -> AnyResponse:
    """A copy came back, or was destroyed."""
    ended, version = request.form.get("ended", ""), request.form.get("version", "")
    if ended not in {"returned", "destroyed"} or not version.isdecimal():
        raise RequestWrong
    mark_returned(
        register_now(),
        viewer_now(),
        copy_id,
        int(version),
        "returned" if ended == "returned" else "destroyed",
    )
    return redirect(url_for("admin.show_copies"), code=303)


@room.get("/imports")
def show_imports() -> str:
    """What was taken in, and what of it was taken back."""
    return render_template("admin/imports.html", intakes=list_intakes(register_now()))


def _history_purpose() -> str:
    return _PURPOSE if viewer_now().role == "administrator" else "visit"


def _read_wish() -> Wish:
    given = {
        name: request.args.get(name, "").strip()[:_LONGEST]
        for name in ("account", "record", "record_id", "deed")
    }
    before = request.args.get("before", "")
    return Wish(
        **given,
        since=_read_day("since"),
        until=_read_day("until"),
        before=int(before) if before.isdecimal() and len(before) < 16 else None,
    )


def _read_day(name: str) -> date | None:
    text = request.args.get(name, "")
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise RequestWrong from None
    return day if 1900 < day.year < 9000 else None
