"""The map of a page: composed once per version, audience and language."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from markupsafe import Markup

from geo.draw.columns import Audience
from geo.draw.webmap import MapParts, WelfareMap, welfare_map
from webapp.answers.atlas import Atlas
from webapp.answers.packing import drawn_for, given_layers
from webapp.serving.assets import map_asset_url
from webapp.serving.headers import page_nonce
from webapp.serving.language import reader_language
from webapp.wording import Language, say


def map_parts(atlas: Atlas, audience: Audience) -> MapParts | None:
    """Head, body and script of the map for this reader; None without districts."""
    if atlas.layer("districts").empty:
        return None
    lang = reader_language()
    return _parts_of(atlas.once(("map", audience, lang), lambda: _page_map(atlas, audience, lang)))


def ground_parts(atlas: Atlas) -> MapParts:
    """The same with borders and streets alone: the ground that a workshop draws on."""
    lang = reader_language()
    return _parts_of(atlas.once(("ground", lang), lambda: _ground_map(atlas, lang)))


def _parts_of(made: WelfareMap) -> MapParts:
    parts = made.page_parts(asset_url=map_asset_url, nonce=page_nonce())
    return MapParts(*(Markup(part) for part in (parts.head, parts.body, parts.script)))  # noqa: S704 # nosec B704 - geo.draw escapes


def _ground_map(atlas: Atlas, lang: Language) -> WelfareMap:
    districts, streets = atlas.layer("districts"), atlas.streets
    there = [*(["districts"] if len(districts) else []), *([] if streets is None else ["streets"])]
    return welfare_map(
        districts,
        streets=streets,
        lang=lang,
        credit="；".join(say_sources(atlas, lang)),
        sources={name: url_for("api.public_layer", name=name) for name in there},
        tiles_url=tiles_url(),
    )


def _page_map(atlas: Atlas, audience: Audience, lang: Language) -> WelfareMap:
    """A map whose layers the page fetches, so that the page itself stays small."""
    endpoint = "api.staff_layer" if audience == "staff" else "api.public_layer"
    drawn = drawn_for(atlas, audience)
    addresses = {name: url_for(endpoint, name=name) for name in drawn if len(drawn[name])}
    return compose_map(atlas, audience, lang, sources=addresses, tiles_url=tiles_url())


def compose_map(atlas: Atlas, audience: Audience, lang: Language, **more: Any) -> WelfareMap:  # noqa: ANN401
    """The map of everything this audience may see."""
    given = vars(given_layers(atlas, audience))
    credit = "；".join(say_sources(atlas, lang))
    return welfare_map(**given, audience=audience, lang=lang, credit=credit, **more)


def say_sources(atlas: Atlas, lang: Language) -> list[str]:
    """Where the drawn parts came from, a sentence each."""
    if atlas.demo:
        return [say("public.source_demo", lang)]
    return [
        say(
            "public.source",
            lang,
            part=say(f"public.{name}", lang),
            file=source.file,
            day=source.imported,
        )
        for name, source in sorted(atlas.sources.items())
    ]


def tiles_url() -> str | None:
    """Address of the basemap's tiles, None where it is off."""
    wanted = current_app.config["SETTINGS"].basemap == "gsi"
    return "/tiles/gsi/{z}/{x}/{y}.png" if wanted else None
