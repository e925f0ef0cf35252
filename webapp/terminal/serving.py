"""``demo``, ``init`` and ``serve``: make a workspace, answer from it."""

from __future__ import annotations

import http.client
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import click
from flask import Flask
from waitress.server import BaseWSGIServer, create_server

from webapp import create_app
from webapp.accounts.staffing import Post
from webapp.answers.atlas import AtlasShelf
from webapp.answers.renewing import Renewal
from webapp.answers.warming import warm_up
from webapp.board.table import Tables
from webapp.faults import AddressTaken
from webapp.register.house import Register
from webapp.register.storage.keys import new_passphrase
from webapp.settings import Settings
from webapp.terminal.accounts import tell_invitation
from webapp.terminal.founding import found_place, open_demo
from webapp.terminal.options import workspace_option
from webapp.terminal.speech import language, remark, report_progress, tell, word

_PATIENCE: Final = 60.0
"""Seconds a started server may take to answer."""

_NEVER: Final = 1 << 40
"""More bytes than any answer has."""


@click.command(help=word("init"))
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a new workspace."""
    settings = Settings.read(workspace=folder, lang=language())
    passphrase = new_passphrase(settings)
    with found_place(settings, passphrase).register as register:
        tell("made", folder=folder)
        tell_invitation(register, "", Post("administrator"))


@click.command(help=word("serve"))
@click.option("--host", help=word("host"))
@click.option("--port", type=click.IntRange(0, 65535), help=word("port"))
@workspace_option
def serve(host: str | None, port: int | None, workspace: Path | None) -> None:
    """Answer from the workspace."""
    settings = Settings.read(host=host, port=port, workspace=workspace)
    run_server(create_app(settings), settings)


@click.command(help=word("demo"))
@click.option("--host", help=word("host"))
@click.option("--port", type=click.IntRange(0, 65535), help=word("port"))
@click.option("--size", type=click.IntRange(1, 200_000), show_default="600", help=word("size"))
@workspace_option
def demo(host: str | None, port: int | None, size: int | None, workspace: Path | None) -> None:
    """Make an invented town and answer from it."""
    folder = workspace or _usual_folder()
    told = Settings.read(host=host, port=port, workspace=folder)
    settings = replace(told, demo=True, key_file="", database="")
    premises = open_demo(settings, size)
    remark("demo_town")
    run_server(create_app(settings, premises), settings)


def _usual_folder() -> Path:
    return Path(os.environ.get("WELFAREMAP_WORKSPACE", "demo"))


def run_server(app: Flask, settings: Settings, greet: Callable[[int], None] | None = None) -> None:
    """Serve until stopped; say ``ready`` once the server answers, then ``greet`` with the port.

    Raises
    ------
    AddressTaken
    """
    if settings.host in {"0.0.0.0", "::"} and not (settings.trusted_hosts or settings.hall):  # noqa: S104 # nosec B104 - compared
        remark("name_hosts")
    remark("warming")
    shelf: AtlasShelf = app.extensions["shelf"]
    warm_up(shelf.whole())
    register: Register = app.extensions["register"]
    register.anchor()
    listening = _listen(settings)
    port = int(listening.getsockname()[1])
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = make_server(app, settings, listening)
    threading.Thread(target=_say_ready, args=(settings, port, greet), daemon=True).start()
    if greet is None:
        report_progress("stop")
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, partial(stop_serving, app))
    app.extensions["renewal"] = renewal = Renewal(shelf)
    try:
        server.run()
    except KeyboardInterrupt:
        server.close()
    finally:
        renewal.end()
        register.close()


def make_server(app: Flask, settings: Settings, listening: socket.socket) -> BaseWSGIServer:
    """What comes and what leaves stays in memory: on the disk it would lie unencrypted."""
    largest = 2 * max(settings.most_upload, settings.most_body, settings.most_photos)
    return create_server(
        app, sockets=[listening], threads=settings.threads, ident=None,
        inbuf_overflow=largest, outbuf_overflow=_NEVER, max_request_body_size=largest,
        connection_limit=max(100, 10 * settings.threads),
        channel_request_lookahead=1,  # so that a stream whose reader left is noticed
    )  # fmt: skip


def stop_serving(app: Flask, *_: object) -> None:
    """End as Ctrl-C does, so that the trail's end is held fast; whoever listens is let go."""
    tables: Tables = app.extensions["tables"]
    tables.end()
    raise KeyboardInterrupt


def _listen(settings: Settings) -> socket.socket:
    """A socket bound to the wanted address. Raises `AddressTaken`."""
    host, port = settings.host, settings.port
    other = port + 1 if port < 65535 else 8000
    try:
        family, kind, number, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, number)
    except OSError:
        raise AddressTaken(host=host, port=port, other=other) from None
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError:
        listening.close()
        raise AddressTaken(host=host, port=port, other=other) from None
    return listening


def _say_ready(settings: Settings, port: int, greet: Callable[[int], None] | None) -> None:
    host = settings.host
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 # nosec B104 - compared
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if _answers(own, port):
            said = own if settings.hall else host
            shown = f"[{said}]" if ":" in said else said
            print(f"ready http://{shown}:{port}/", flush=True)  # noqa: T201
            if greet is not None:
                greet(port)
            return
        time.sleep(0.05)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
