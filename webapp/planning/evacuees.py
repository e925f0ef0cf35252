"""Who has to be fetched and who could, by name: only while a disaster mode is on."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from webapp.accounts.atlases import atlas_now
from webapp.accounts.reader import register_now, viewer_now
from webapp.planning.asking import areas_of
from webapp.register.disasters import districts_in_disaster
from webapp.studies.disaster import danger_of, kinds_of, read_setting
from webapp.studies.evacuees import list_evacuees

evacuees = Blueprint("evacuees", __name__, url_prefix="/planning/disaster/people")


@evacuees.get("")
def show() -> str:
    """The list of the districts where a mode is on, and nobody of the others."""
    atlas, register, viewer = atlas_now(), register_now(), viewer_now()
    areas = areas_of(atlas)
    there = kinds_of(atlas)
    setting = read_setting(request.args, request.args.getlist("kind"), there)
    on = districts_in_disaster(register, viewer, list(areas)) if there else []
    danger = danger_of(atlas, setting)
    found = list_evacuees(register, viewer, danger, atlas.layer("places"), setting, on)
    return render_template(
        "planning/evacuees.html", areas=areas, on=on, found=found, setting=setting, there=there
    )
