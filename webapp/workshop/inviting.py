"""How tablets and phones get in: the page for the big screen, the sheet for the wall."""

from __future__ import annotations

import ipaddress
from typing import Final

from flask import Blueprint, Response, current_app, render_template, request, url_for

from geo.draw.qr import qr_address
from webapp.accounts.clock import today_here
from webapp.accounts.reader import register_now, viewer_now
from webapp.answers.furigana import split_ruby
from webapp.board.wallsheet import Door, Size, set_wall_sheet
from webapp.board.workshops import find_workshop
from webapp.register.look import View
from webapp.serving.hall import Hall
from webapp.serving.language import reader_language
from webapp.wording import say

inviting = Blueprint("inviting", __name__, url_prefix="/workshop")

_PIXELS: Final = 8
"""Of each module of a code on the big screen."""


@inviting.get("/<identity>/wall")
def show(identity: str) -> str:
    """The codes in large; ``to``: the address that tablets use, where there are several."""
    workshop = find_workshop(register_now(), viewer_now(), identity)
    door = _door_of(workshop)
    wifi = door.wifi
    return render_template(
        "workshop/wall.html",
        workshop=workshop,
        door=door,
        to=_chosen(),
        others=[one for one in _origins() if one != _chosen()],
        page_code=qr_address(door.page, _PIXELS) if door.address else "",
        wifi_code="" if wifi is None else qr_address(wifi.written(), _PIXELS),
        steps=[split_ruby(one) for one in door.steps(reader_language())],
        code_word=split_ruby(say("wall.code", reader_language())),
    )


@inviting.get("/<identity>/wall-sheet.pdf")
def send_sheet(identity: str) -> Response:
    """The same on A4 or A3."""
    workshop = find_workshop(register_now(), viewer_now(), identity)
    size: Size = "a3" if request.args.get("size") == "a3" else "a4"
    today = today_here()
    title = str(workshop["title"])
    body = set_wall_sheet(title, _door_of(workshop), today, reader_language(), size)
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="wall.pdf"'
    return answer


def _door_of(workshop: View) -> Door:
    hall: Hall | None = current_app.extensions["hall"]
    code, origin = str(workshop["code"]), _chosen()
    if not origin:
        return Door(code)
    address = f"{origin}{url_for('joining.show')}"
    if hall is None:
        return Door(code, address, address)
    return Door(code, address, f"{origin}/", hall.wifi)


def _chosen() -> str:
    """The origin that tablets use; "" = there is none yet."""
    origins = _origins()
    wanted = request.args.get("to", "")
    return wanted if wanted in origins else next(iter(origins), "")


def _origins() -> list[str]:
    """Where other devices reach this server, the likeliest first."""
    hall: Hall | None = current_app.extensions["hall"]
    if hall is not None:
        port = request.environ["SERVER_PORT"]
        return [f"http://{address}:{port}" for address in hall.addresses]
    origin = request.host_url.rstrip("/")
    return [] if _is_loopback(request.host) else [origin]


def _is_loopback(host: str) -> bool:
    name = host.rsplit(":", 1)[0].strip("[]")
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
