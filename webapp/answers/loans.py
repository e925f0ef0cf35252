"""Copies asked for and sent: who holds one until when, and the answer that carries it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from flask import Response

from geo.errors import ParameterWrong
from webapp.register.export_copies import Loan, Sent

USUAL_LOAN: Final = timedelta(days=30)
"""How long a copy is out where nobody says otherwise."""


def read_loan(holder: str, return_by: str) -> Loan:
    """Who holds a copy and until when.

    Raises
    ------
    ParameterWrong
        The day is none.
    """
    try:
        return Loan(holder, date.fromisoformat(return_by))
    except ValueError:
        raise ParameterWrong(name="return_by", value=return_by[:40], wanted="YYYY-MM-DD") from None


def send_file(sent: Sent) -> Response:
    """A copy as a download that no browser keeps."""
    answer = Response(sent.body, content_type=sent.media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{sent.name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
