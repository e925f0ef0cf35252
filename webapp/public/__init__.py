"""The front page for everyone: mesh cells and hidden counts, nothing that tells of one home."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template

from webapp.answers.atlas import AtlasShelf
from webapp.answers.drawing import map_parts, say_sources
from webapp.answers.tallies import tally_districts
from webapp.serving.language import reader_language

room = Blueprint("public", __name__)


@room.get("/")
def show_map() -> str:
    """The public map, the table of districts, what this is and where it comes from."""
    shelf: AtlasShelf = current_app.extensions["shelf"]
    atlas, threshold = shelf.whole(), current_app.config["SETTINGS"].threshold
    return render_template(
        "public/map.html",
        parts=map_parts(atlas, "public"),
        rows=tally_districts(atlas, threshold),
        threshold=threshold,
        sources=say_sources(atlas, reader_language()),
        version=atlas.version,
    )
