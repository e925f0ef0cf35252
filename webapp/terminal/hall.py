"""``hall``: one laptop serves a hall without internet; tablets come by Wi-Fi if at all."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import click
from flask import Flask

from webapp import create_app, trusted_hosts
from webapp.serving.hall import Hall, Wifi
from webapp.settings import Settings
from webapp.terminal.options import workspace_option
from webapp.terminal.serving import run_server
from webapp.terminal.speech import remark, word

_THREADS: Final = 48
"""Each device that listens holds one; the rest answer what they send."""

_LOOK: Final = 3.0
"""Seconds between looks for a hotspot that began or ended."""


@click.command(help=word("hall"))
@click.option("--port", type=click.IntRange(0, 65535), help=word("port"))
@click.option("--wifi", default="", envvar="WELFAREMAP_WIFI", help=word("wifi"))
@click.option("--wifi-password", envvar="WELFAREMAP_WIFI_PASSWORD", help=word("wifi_password"))
@workspace_option
def hall(port: int | None, wifi: str, wifi_password: str | None, workspace: Path | None) -> None:
    """Serve a hall."""
    told = Settings.read(port=port, workspace=workspace)
    settings = replace(
        told, host="0.0.0.0", hall=True, https=False, threads=max(told.threads, _THREADS)  # noqa: S104 # nosec B104 - the hall's tablets
    )  # fmt: skip
    password = _ask_password() if wifi and wifi_password is None else wifi_password or ""
    app = create_app(settings)
    here: Hall = app.extensions["hall"]
    here.wifi = Wifi(wifi, password) if wifi else None
    run_server(app, settings, _greeter(app, settings))


def _ask_password() -> str:
    """Asked for, so that it stands in no list of programs and no history of commands."""
    if not sys.stdin.isatty():
        return ""
    asked: str = click.prompt(word("wifi_password_ask"), hide_input=True, default="", err=True)
    return asked


def _greeter(app: Flask, settings: Settings) -> Callable[[int], None]:
    """Tells where the hall's server is once it answers, and again when its addresses change."""
    context = click.get_current_context()
    here: Hall = app.extensions["hall"]

    def greet(port: int) -> None:
        with context.scope(cleanup=False):
            remark("hall_ready", port=port)
            _tell_addresses(here, port)
            remark("stop")
            while True:
                time.sleep(_LOOK)
                if here.look_again():
                    app.config["TRUSTED_HOSTS"] = list(trusted_hosts(settings, here.addresses))
                    _tell_addresses(here, port)

    return greet


def _tell_addresses(here: Hall, port: int) -> None:
    if not here.addresses:
        remark("hall_alone")
    for address in here.addresses:
        remark("hall_devices", address=address, port=port)
