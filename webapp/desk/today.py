"""Today: what waits, what is planned, what colleagues did since one was last here."""

from __future__ import annotations

from flask import Blueprint, render_template

room = Blueprint("desk", __name__, url_prefix="/desk")


@room.get("/")
def show_desk() -> str:
    """The first page of a consultant's day."""
    return render_template("desk/today.html")
