"""The web side: pages, API and terminal over `geo`. Here they are put together."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Flask

from webapp import admin, api, desk, errors, planning, public, screens, workshop
from webapp.accounts import atlases, door, gate, invited, own_account, second_door, throttle
from webapp.admin import disasters, staff
from webapp.answers import basemap
from webapp.answers.premises import Premises
from webapp.serving import assets, choosing, headers, health
from webapp.serving.arrivals import Arrival
from webapp.serving.hall import Hall
from webapp.settings import Settings

__all__ = ["create_app"]

_HERE: Final = Path(__file__).parent
_TEMPLATES: Final = next(
    path for path in (_HERE / "templates", _HERE.parent / "templates") if path.is_dir()
)


def create_app(settings: Settings | None = None, premises: Premises | None = None) -> Flask:
    """The application over the workspace and the register that the settings name.

    ``premises`` are these, where they are open already.

    Raises
    ------
    WorkspaceMissing, WorkspaceDamaged, RegisterMissing, KeyDoesNotFit
    """
    chosen = Settings.read() if settings is None else settings
    app = Flask("webapp", static_folder=None, template_folder=str(_TEMPLATES))
    app.request_class = Arrival
    place = Premises.open(chosen) if premises is None else premises
    app.extensions["hall"] = here = Hall() if chosen.hall and not chosen.https else None
    _configure(app, chosen, () if here is None else here.addresses)
    app.extensions["premises"] = place
    app.extensions["register"] = place.register
    app.extensions["shelf"] = place.shelf()
    app.extensions["throttle"] = throttle.Throttle()
    for part in (headers, errors, assets, screens, gate, atlases):
        part.register(app)
    for room in (public.room, api.room, admin.room, door.door, basemap.basemap):
        app.register_blueprint(room)
    for part_of_door in (
        second_door.door,
        invited.door,
        own_account.own,
        staff.staff,
        disasters.disasters,
    ):
        app.register_blueprint(part_of_door)
    desk.register(app)
    workshop.register(app)
    planning.register(app)
    app.register_blueprint(choosing.language)
    app.add_url_rule("/healthz", "health", health.answer)
    return app


def _configure(app: Flask, settings: Settings, addresses: tuple[str, ...]) -> None:
    app.config.update(
        SETTINGS=settings,
        MAX_CONTENT_LENGTH=settings.most_body,
        MAX_FORM_MEMORY_SIZE=settings.most_body,
        MAX_FORM_PARTS=50,
        TRUSTED_HOSTS=list(trusted_hosts(settings, addresses)),
    )


def trusted_hosts(settings: Settings, addresses: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Names this server may be called by: loopback, its own ``addresses``, those added."""
    own = () if settings.host in {"0.0.0.0", "::"} else (settings.host,)  # noqa: S104 # nosec B104 - compared
    return ("localhost", "127.0.0.1", "[::1]", *own, *addresses, *settings.trusted_hosts)
