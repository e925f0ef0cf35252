"""Speaking to the person at the terminal: results on stdout, the rest on stderr."""

from __future__ import annotations

import os
import sys
from typing import Any, Final

import click
import orjson

from webapp.wording import Language, as_language, say

_VARIABLES: Final = ("WELFAREMAP_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def usual_language() -> Language:
    """The terminal's language by its environment; English where it names neither."""
    words = (os.environ.get(name) for name in _VARIABLES)
    return as_language(next((word for word in words if word), None), "en")


def language() -> Language:
    """The language of this command: ``--lang``, else the terminal's."""
    context = click.get_current_context(silent=True)
    chosen = context.find_root().params.get("lang") if context is not None else None
    return as_language(chosen, usual_language())


def word(key: str) -> str:
    """A help text, in the terminal's language."""
    return say(f"terminal.{key}", usual_language())


def tell(key: str, **facts: object) -> None:
    """A line of the result."""
    click.echo(say(f"terminal.{key}", language(), **facts))


def remark(key: str, **facts: object) -> None:
    """A line beside the result, on stderr."""
    click.echo(say(f"terminal.{key}", language(), **facts), err=True)


def report_progress(key: str, **facts: object) -> None:
    """Say what takes long, to a person only: nothing in a pipe."""
    if sys.stderr.isatty():
        remark(key, **facts)


def tell_json(document: Any) -> None:  # noqa: ANN401
    """One JSON document as the whole result."""
    option = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY
    click.echo(orjson.dumps(document, option=option, default=str).decode())
