"""``map``: the welfare map as one HTML file or as a sheet of paper."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click
import geopandas as gpd

from geo.draw.columns import Audience
from geo.draw.webmap import welfare_map
from geo.errors import NotFound, ParameterWrong
from webapp.accounts.policy import at_the_terminal
from webapp.answers.atlas import Atlas
from webapp.answers.drawing import say_sources
from webapp.answers.packing import given_layers
from webapp.faults import LayerAbsent
from webapp.register.disclose import disclose
from webapp.terminal.lending import holder_option, lend, return_option, say_mark
from webapp.terminal.options import open_premises, workspace_option
from webapp.terminal.outputs import place_output
from webapp.terminal.speech import language, report_progress, tell, word


@click.command("map", help=word("map"))
@click.option("--out", required=True, type=click.Path(path_type=Path), help=word("out"))
@click.option(
    "--audience",
    type=click.Choice(["public", "staff"]),
    default="public",
    show_default=True,
    help=word("audience"),
)
@click.option("--district", metavar="ID", help=word("district"))
@holder_option
@return_option
@workspace_option
def draw_map(
    out: Path,
    audience: Audience,
    district: str | None,
    holder: str | None,
    return_by: datetime | None,
    workspace: Path | None,
) -> None:
    """Write the map to a file; one for staff is a numbered copy."""
    if out.suffix.lower() not in {".html", ".pdf"}:
        raise ParameterWrong(name="--out", value=out.name, wanted=".html, .pdf")
    premises = open_premises(workspace)
    shelf, viewer = premises.shelf(), at_the_terminal()
    atlas = shelf.whole() if audience == "public" else shelf.of(viewer, "matching")
    if atlas.layer("districts").empty:
        raise LayerAbsent(layer="boundaries")
    report_progress("warming")
    layers = select_layers(atlas, audience, district)
    told = {
        "audience": audience,
        "lang": language(),
        "credit": "；".join(say_sources(atlas, language())),
    }
    form = out.suffix.lower()
    if audience == "public":
        _write(out, _draw(form, layers, told))
        return
    disclosure = disclose(
        premises.register, viewer, "matching", "consultant", district=district, layers=shelf.layers
    )
    copy = lend(
        premises.register,
        disclosure,
        form[1:],
        lambda mark: _draw(form, layers, told | {"watermark": say_mark(mark)}),
        holder=holder,
        return_by=return_by,
    )
    _write(out, copy.body)
    tell("copy_made", label=copy.label)


def _write(out: Path, content: bytes) -> None:
    with place_output(out) as beside:
        beside.write_bytes(content)
    tell("map_written", file=str(out))


def _draw(ending: str, layers: dict[str, Any], told: dict[str, Any]) -> bytes:
    if ending == ".html":
        return welfare_map(**layers, **told).single_file().encode()
    from geo.draw.sheet import welfare_sheet

    return welfare_sheet(**layers, **told)


def select_layers(atlas: Atlas, audience: Audience, district: str | None) -> dict[str, Any]:
    """What is drawn: everything, or what belongs to one district. Raises `NotFound`."""
    layers: dict[str, Any] = dict(vars(given_layers(atlas, audience)))
    if district is None:
        return layers
    one = layers["districts"][layers["districts"]["id"] == district]
    if one.empty:
        raise NotFound(kind="district", id=district)
    layers["districts"] = one
    for name in ("households", "supporters", "uncovered"):
        if layers[name] is not None:
            layers[name] = layers[name][layers[name]["district_id"] == district]
    shape = one.geometry.iloc[0]
    for name in ("places", "links"):
        if layers[name] is not None:
            layers[name] = _meeting(layers[name], shape)
    return layers


def _meeting(layer: gpd.GeoDataFrame, shape: Any) -> gpd.GeoDataFrame:  # noqa: ANN401
    return layer[layer.geometry.intersects(shape)]
