"""How a command ends: 0 done, 1 a fault inside, 2 the input or the words are wrong.

Whatever happens, stderr gets one sentence and never a traceback.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
from click import exceptions as wrong

from geo.errors import AssetMissing, GeoError, LayerFaulty, NetworkDamaged
from webapp.errors import sentence_of
from webapp.faults import Unexpected, WorkspaceDamaged
from webapp.serving.tickets import write_ticket
from webapp.terminal.speech import usual_language
from webapp.wording import LANGUAGES, Language, as_language, say

_INSIDE: Final = (AssetMissing, NetworkDamaged, LayerFaulty, WorkspaceDamaged, Unexpected)


class Terminal(click.Group):
    """The group of all commands, with the exit codes of the contract."""

    def main(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        **extra: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Run a command and end the process."""
        words = list(sys.argv[1:] if args is None else args)
        extra["standalone_mode"] = False
        try:
            code = super().main(words, **extra)
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001
            code, sentence = explain(error, _language(words))
            click.echo(sentence, err=True)
        sys.stdout.flush()
        sys.exit(code or 0)


def explain(error: BaseException, lang: Language) -> tuple[int, str]:
    """Exit code and sentence for whatever ended a command."""
    if isinstance(error, GeoError):
        return (1 if isinstance(error, _INSIDE) else 2), sentence_of(error, lang)
    if isinstance(error, click.Abort | KeyboardInterrupt):
        return 1, say("terminal.stopped", lang)
    if isinstance(error, click.ClickException):
        return 2, explain_words(error, lang)
    ticket = write_ticket(error, Path(os.environ.get("WELFAREMAP_WORKSPACE", "workspace")))
    return 1, sentence_of(Unexpected(ticket=ticket), lang)


def explain_words(error: click.ClickException, lang: Language) -> str:
    """What is wrong with the words of a command."""
    match error:
        case wrong.NoSuchOption():
            return say("terminal.usage_option", lang, name=error.option_name)
        case wrong.MissingParameter():
            return say("terminal.usage_missing", lang, name=_name(error))
        case wrong.BadParameter():
            wanted = _wanted(error)
            value = _value(error)
            return say("terminal.usage_value", lang, name=_name(error), value=value, wanted=wanted)
        case wrong.UsageError() if error.message.startswith("No such command"):
            name = error.message.split("'")[1] if "'" in error.message else "?"
            return say("terminal.usage_command", lang, name=name)
        case wrong.FileError():
            return say("terminal.cannot_write", lang, file=error.ui_filename)
        case _:
            return say("terminal.usage_other", lang)


def _name(error: wrong.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint or "?")
    if isinstance(error.param, click.Argument):
        return error.param.human_readable_name
    return max(error.param.opts, key=len)


def _wanted(error: wrong.BadParameter) -> str:
    kind = error.param.type if error.param is not None else None
    if isinstance(kind, click.Choice):
        return ", ".join(map(str, kind.choices))
    if isinstance(kind, click.IntRange | click.FloatRange):
        return f"{kind.min}–{kind.max}"
    return kind.name if kind is not None else "?"


def _value(error: wrong.BadParameter) -> str:
    quoted = error.message.split("'")
    if len(quoted) > 1:
        return quoted[1]
    return error.message.split(" ")[0]


def _language(words: Sequence[str]) -> Language:
    for place, one in enumerate(words):
        given = one.removeprefix("--lang=") if one.startswith("--lang=") else None
        if one == "--lang" and place + 1 < len(words):
            given = words[place + 1]
        if given in LANGUAGES:
            return as_language(given)
    return usual_language()
