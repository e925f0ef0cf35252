"""When water or earth comes: who reaches a shelter on foot; and with names, in a disaster."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from flask import Blueprint, render_template, request, url_for

from geo.errors import NotFound
from webapp.accounts.atlases import atlas_now, keep_extent, shelf_now
from webapp.answers.atlas import Atlas
from webapp.planning.asking import areas_of
from webapp.studies.disaster import (
    DEPTHS,
    PACES,
    Disaster,
    Setting,
    disaster_of,
    kinds_of,
    lines_by_district,
    read_setting,
)
from webapp.studies.ground import Ground, ground_of
from webapp.studies.outline import WIDE, Outline
from webapp.studies.question import MINUTES

disaster = Blueprint("disaster", __name__, url_prefix="/planning/disaster")

_FIELDS = ["composition", "district_id", "mesh"]


@disaster.get("")
def show() -> str:
    """The page: what is assumed above, figures, a small map and the lines below."""
    atlas = atlas_now()
    areas, district = areas_of(atlas), request.args.get("district") or None
    if district is not None and district not in areas:
        raise NotFound(kind="district", id=district[:64])
    there = kinds_of(atlas)
    setting = read_setting(request.args, request.args.getlist("kind"), there)
    ground = ground_of(atlas)
    found = disaster_of(atlas, ground, setting, district) if there else None
    if found is not None:
        keep_extent("household", district, found.lines[-1].total, _FIELDS)
    return render_template(
        "planning/disaster.html",
        areas=areas,
        district=district,
        setting=setting,
        there=there,
        minutes=MINUTES,
        paces=PACES,
        depths=DEPTHS,
        found=found,
        picture=_picture(atlas, ground, setting, found, district) if found else None,
        lines=lines_by_district(shelf_now().whole(), setting, areas) if found else None,
        address=url_for("disaster.show", district=district, **setting.facts()),
    )


def _picture(
    atlas: Atlas, ground: Ground, setting: Setting, found: Disaster, district: str | None
) -> dict[str, Any]:
    """Districts, hazards, cells with households cut off or inside, shelters; to be drawn."""
    own = ground.districts if district is None else _only(ground, district)
    outline = Outline.of(own)
    hazards = atlas.layer("hazards")
    shown = hazards[hazards["kind"].isin(setting.kinds)].geometry
    rows = np.flatnonzero(found.cells > 0.05)
    boxes = shapely.bounds(ground.cells.geometry.to_numpy()[rows]).reshape(-1, 4)
    upper, lower = outline.place(boxes[:, [0, 3]]), outline.place(boxes[:, [2, 1]])
    spots = outline.place(np.array([one.spot for one in found.shelters]).reshape(-1, 2))
    return {
        "wide": WIDE,
        "high": round(outline.high, 1),
        "districts": outline.paths(own.geometry),
        "hazards": outline.paths(shown),
        "cells": [
            {
                "x": round(float(a[0]), 1), "y": round(float(a[1]), 1),
                "w": round(float(b[0] - a[0]), 1), "h": round(float(b[1] - a[1]), 1),
                "many": bool(found.cells[row] >= 5),
            }
            for row, a, b in zip(rows, upper, lower, strict=True)
        ],
        "shelters": [
            {"x": x, "y": y, "inside": one.inside}
            for one, (x, y) in zip(found.shelters, spots.round(1).tolist(), strict=True)
            if 0 <= x <= WIDE and 0 <= y <= outline.high
        ],
    }  # fmt: skip


def _only(ground: Ground, district: str) -> Any:  # noqa: ANN401 - a GeoDataFrame
    return ground.districts[ground.districts["id"] == district]
