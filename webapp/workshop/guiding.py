"""The guide of the evening: its page, and its script on paper."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from webapp.accounts.clock import today_here
from webapp.board.guide import GuideStep, guide_steps
from webapp.board.script import set_script
from webapp.serving.language import reader_language
from webapp.workshop.seating import workshop_now

guiding = Blueprint("guiding", __name__, url_prefix="/workshop")


@guiding.get("/<identity>/guide")
def show(identity: str) -> str:
    """The step the table is at, how long, and what to ask aloud."""
    return render_template("workshop/guide.html", workshop=workshop_now(identity))


@guiding.get("/<identity>/script.pdf")
def send_script(identity: str) -> Response:
    """The facilitator's script; nobody is named in it."""
    workshop, today = workshop_now(identity), today_here()
    body = set_script(str(workshop["title"]), workshop["held_on"], today, reader_language())
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="script.pdf"'
    return answer


def told_steps() -> tuple[GuideStep, ...]:
    """The steps in the reader's language, for templates."""
    return guide_steps(reader_language())
