"""Copies about people made at the terminal: numbered, with a holder and a day of return."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

import click

from webapp.register.consents import JAPAN
from webapp.register.disclose import Disclosure
from webapp.register.export_copies import Loan, Mark, Sent, send_copy
from webapp.register.house import Register
from webapp.terminal.speech import language, word
from webapp.wording import say

_USUAL: Final = timedelta(days=30)

holder_option: Final = click.option("--holder", metavar="NAME", help=word("holder"))
return_option: Final = click.option(
    "--return-by", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help=word("return_by")
)


def lend(
    register: Register,
    disclosure: Disclosure,
    form: str,
    draw: Callable[[Mark], bytes],
    *,
    holder: str | None,
    return_by: datetime | None,
) -> Sent:
    """One numbered copy for ``holder``, without a word who sits here, for thirty days.

    Raises
    ------
    ParameterWrong
        No such holder, or a day of return that has passed.
    """
    day = return_by.date() if return_by is not None else _today() + _USUAL
    return send_copy(register, disclosure, Loan(holder or getpass.getuser(), day), form, draw)


def say_mark(mark: Mark) -> str:
    """What stands across the copy."""
    day = mark.return_by.isoformat()
    return say("terminal.mark", language(), label=mark.label, holder=mark.holder, day=day)


def _today() -> date:
    return datetime.now(UTC).astimezone(JAPAN).date()
