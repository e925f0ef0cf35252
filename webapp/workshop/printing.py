"""What papers of a workshop share: streets below a map, the district's name, where a code leads."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import geopandas as gpd
from flask import current_app, request

from webapp.accounts.atlases import shelf_now
from webapp.accounts.clock import today_here
from webapp.accounts.reader import register_now, viewer_now
from webapp.answers.street_lines import street_lines
from webapp.board.workshops import PURPOSE
from webapp.register.export_copies import Mark
from webapp.register.look import View
from webapp.register.records import District
from webapp.serving.hall import Hall
from webapp.wording import Language, say


def streets_now() -> gpd.GeoDataFrame | None:
    """The streets as lines; None where they were not imported."""
    return street_lines(shelf_now().whole())


def paper_words(area: str, mark: Mark, lang: Language) -> dict[str, Any]:
    """What stands on every sheet of a numbered copy."""
    return {
        "mark": say(
            "list.copy_foot", lang, label=mark.label, holder=mark.holder,
            day=mark.return_by.isoformat(),
        ),
        "foot": [say("figure.made", lang, day=today_here().isoformat()), area,
                 say("round.paper_notice", lang)],
        "page_word": say("figure.page", lang),
        "north": say("round.north", lang),
    }  # fmt: skip


def area_of(workshop: View) -> str:
    """The name of the workshop's district, its id where it has none."""
    with register_now().look(viewer_now(), PURPOSE) as look:
        district = look.one(District, workshop["district_id"])
        return str(district.get("name") or district.id)


def outside_address(path: str) -> str:
    """A path as a telephone in the hall can open it.

    By the name this request came under; of a hall's laptop, which calls itself localhost,
    by its address in the hall's net.
    """
    parts = urlsplit(request.host_url)
    hall: Hall | None = current_app.extensions.get("hall")
    host = parts.hostname or ""
    if hall is not None and hall.addresses and hall.is_here(_numeric(host)):
        port = "" if parts.port is None else f":{parts.port}"
        return f"{parts.scheme}://{hall.addresses[0]}{port}{path}"
    return f"{parts.scheme}://{parts.netloc}{path}"


def _numeric(host: str) -> str:
    return "127.0.0.1" if host == "localhost" else host
