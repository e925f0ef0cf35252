"""The map as a page: a folium map that names no outside host.

Folium composes; our own script paints from columns, so ten thousand houses cost one
JSON text and one canvas. The map leaves by two doors: `WelfareMap.single_file`, one
HTML text with everything inside, and `WelfareMap.page_parts`, for a page whose
Content-Security-Policy forbids inline code.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import BinaryIO, Final

import folium
import orjson
from branca.element import CssLink, Element, Figure, JavascriptLink

from geo.draw import vendor
from geo.draw.columns import Audience
from geo.draw.legend import Group
from geo.draw.outside import refuse_outside, require_own
from geo.draw.panel import Frame, frame_html
from geo.draw.symbols import LAYER_ORDER, browser_table
from geo.draw.words import WORDS, say
from geo.errors import AssetMissing

NAME: Final = "map_welfaremap"
"""The map's element and script variable: the same on every render."""

MAX_ZOOM: Final = 19
_TILES_CREDIT: Final = ("地理院タイル", "GSI Tiles (Geospatial Information Authority of Japan)")


@dataclass(frozen=True)
class MapParts:
    """Three pieces for a page: into its head, its body, and last in its body."""

    head: str
    body: str
    script: str


@dataclass(frozen=True)
class Content:
    """What one map shows, ready to be written out."""

    title: str
    lang: str
    audience: Audience
    made_on: dt.date
    credit: str
    bounds: tuple[float, float, float, float]
    legend: list[Group]
    data: dict[str, bytes]
    sources: dict[str, str] = field(default_factory=dict)
    tiles_url: str | None = None
    crowded: bool = False
    watermark: str = ""


class _Page(Figure):
    """The folium figure around a welfare map: rendering it gives the single file."""

    def __init__(self, welfare_map: WelfareMap) -> None:
        super().__init__()
        self._map = welfare_map
        self.add_child(welfare_map)

    def render(self, **kwargs: object) -> str:
        """The single file; branca asks for it by this name."""
        del kwargs
        return self._map.single_file()


class WelfareMap(folium.Map):
    """A welfare map; folium layers may be added as to any folium map.

    A child that would load something from another host makes every way out raise
    AssetMissing.
    """

    _template = folium.Map._template.__class__("")  # noqa: SLF001 - our frame replaces folium's
    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own class state, emptied
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, content: Content) -> None:
        west, south, east, north = content.bounds
        middle = [(south + north) / 2, (west + east) / 2]
        super().__init__(location=middle, tiles=None, max_zoom=MAX_ZOOM)
        self.content = content
        _Page(self)

    def get_name(self) -> str:
        """The name of the map's element and of its script variable."""
        return NAME

    def save(
        self,
        outfile: str | bytes | Path | BinaryIO,
        close_file: bool = True,  # noqa: FBT002 - branca's own signature
        **kwargs: object,
    ) -> None:
        """Write the single file to a path or an open file."""
        del kwargs
        text = self.single_file().encode("utf-8")
        if isinstance(outfile, (str, bytes, Path)):
            Path(os.fsdecode(outfile)).write_bytes(text)
            return
        outfile.write(text)
        if close_file:
            outfile.close()

    def single_file(self) -> str:
        """The whole map as one HTML text that needs no network, no server, no other file.

        Raises
        ------
        AssetMissing
            A child names another host, or the program's own files are not installed.
        """
        guests = self._guests()
        styles = "".join(f"<style>{vendor.inline_style(name)}</style>\n" for name in vendor.STYLES)
        scripts = "".join(f"<script>{_script_text(name)}</script>\n" for name in vendor.SCRIPTS)
        title = escape(self.content.title)
        return (
            f'<!DOCTYPE html>\n<html lang="{self.content.lang}">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="robots" content="noindex">\n<link rel="icon" href="data:,">\n'
            f"<title>{title}</title>\n{styles}{guests.head}</head>\n"
            f'<body class="wm-page">\n<main>\n{self._body(heading=1)}\n</main>\n'
            f"{_watermark(self.content.watermark)}"
            f"{guests.body}{scripts}{_guest_script(guests.script, '')}</body>\n</html>\n"
        )

    def page_parts(self, asset_url: Callable[[str], str], nonce: str = "") -> MapParts:
        """The map for a page of the web application.

        Parameters
        ----------
        asset_url
            From the name of an asset (`geo.draw.vendor.ASSETS`) to the path it is served at.
        nonce
            That of the page's Content-Security-Policy.

        Raises
        ------
        AssetMissing, ParameterWrong
        """
        guests = self._guests()
        mark = f' nonce="{escape(nonce)}"' if nonce else ""
        head = "".join(
            f'<link rel="stylesheet" href="{_own_asset(asset_url, name)}">\n'
            for name in vendor.STYLES
        )
        script = "".join(
            f'<script src="{_own_asset(asset_url, name)}"{mark}></script>\n'
            for name in vendor.SCRIPTS
        )
        return MapParts(
            head + guests.head,
            self._body(heading=2) + guests.body,
            script + _guest_script(guests.script, mark),
        )

    def _guests(self) -> MapParts:
        """What folium children add, looked through for outside hosts."""
        figure = Figure()
        for part in (figure.header, figure.html, figure.script):
            _children(part).clear()
        page, self._parent = self._parent, figure
        try:
            for child in self._children.values():
                child.render()
        finally:
            self._parent = page
        head, body, script = (_rendered(p) for p in (figure.header, figure.html, figure.script))
        refuse_outside(head + body + script)
        return MapParts(head, body, script)

    def _body(self, *, heading: int) -> str:
        content = self.content
        frame = Frame(
            name=NAME,
            title=content.title,
            lang=content.lang,
            legend=content.legend,
            about=_about(content),
            warning=say("staff_only", content.lang) if content.audience == "staff" else "",
            tiles=_credit(content.lang) if content.tiles_url else "",
            heading=heading,
            crowded=content.crowded,
        )
        blocks = {f"{NAME}-{name}": data for name, data in content.data.items()}
        blocks[f"{NAME}-settings"] = orjson.dumps(_settings(content))
        return frame_html(frame) + "".join(inert_json(*block) for block in blocks.items())


def _watermark(text: str) -> str:
    """The mark of a copy, across the page and on paper made of it."""
    if not text:
        return ""
    lines = f"<p>{escape(text)}</p>" * 3
    return f'<div class="wm-watermark">{lines}</div>\n'


def inert_json(element_id: str, data: bytes) -> str:
    """JSON within a page that no browser takes for markup or code."""
    text = data.decode("utf-8")
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f'\n<script type="application/json" id="{element_id}">{text}</script>'


def _script_text(name: str) -> str:
    text = vendor.asset_bytes(name).decode("utf-8")
    return text.replace("//# sourceMappingURL=leaflet.js.map", "").replace("</script", "<\\/script")


def _own_asset(asset_url: Callable[[str], str], name: str) -> str:
    url = asset_url(name)
    require_own("asset_url", url)
    return escape(url)


def _children(part: Element) -> dict[str, Element]:
    """The children of a figure's part, which branca keeps to itself."""
    return vars(part)["_children"]


def _rendered(part: Element) -> str:
    found: list[str] = []
    for child in _children(part).values():
        if isinstance(child, (JavascriptLink, CssLink)):
            raise AssetMissing(name=child.url, way_out="It is not among the files of this program.")
        found.append(child.render())
    return "".join(f"{text}\n" for text in found)


def _guest_script(script: str, mark: str) -> str:
    if not script.strip():
        return ""
    return f'<script{mark}>\nvar {NAME} = WelfareMap.open("{NAME}");\n{script}</script>\n'


def _credit(lang: str) -> str:
    return _TILES_CREDIT[0 if lang == "ja" else 1]


def _about(content: Content) -> list[tuple[str, str]]:
    lines = [(say("made", content.lang), content.made_on.isoformat())]
    return [*lines, (say("source", content.lang), content.credit)] if content.credit else lines


def _settings(content: Content) -> dict[str, object]:
    """What the script is told; the columns lie beside it."""
    west, south, east, north = content.bounds
    layers = [
        {"name": name, "on": True, "url": content.sources.get(name), "data": f"{NAME}-{name}"}
        for name in LAYER_ORDER
        if name in content.data or name in content.sources
    ]
    tiles = {"url": content.tiles_url, "attribution": _credit(content.lang)}
    return {
        "map": NAME,
        "bounds": [[south, west], [north, east]],
        "maxZoom": MAX_ZOOM,
        "attribution": content.credit or content.title,
        "tiles": tiles if content.tiles_url else None,
        "layers": layers,
        "table": browser_table(content.lang),
        "words": {word: say(word, content.lang) for word in WORDS}
        | {"comma": "、" if content.lang == "ja" else ", "},
    }
