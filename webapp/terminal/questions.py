"""``suggest`` and ``uncovered``: the same answers as the desk gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import geopandas as gpd

from geo import terms
from geo.exchange.tables import write_layer
from geo.spreading import name_districts
from webapp.accounts.atlases import suggestion_events
from webapp.accounts.policy import at_the_terminal
from webapp.answers.covering import MINUTES, uncovered_land
from webapp.answers.covering import uncovered as find_uncovered
from webapp.answers.sentences import count_minutes
from webapp.answers.suggesting import suggest_for
from webapp.answers.wish import Wish
from webapp.register.disclose import disclose
from webapp.terminal.lending import holder_option, lend, return_option
from webapp.terminal.options import (
    ACTIVITIES,
    json_option,
    open_premises,
    within_option,
    workspace_option,
)
from webapp.terminal.outputs import place_output
from webapp.terminal.speech import language, report_progress, tell, tell_json, word
from webapp.wording import say


@click.command(help=word("suggest"))
@click.option("--household", required=True, metavar="ID", help=word("household"))
@click.option("--activity", required=True, type=ACTIVITIES, help=word("activity"))
@click.option("--weekday", type=click.Choice(list(terms.WEEKDAYS)), help=word("weekday"))
@click.option("-k", type=click.IntRange(1, 50), default=5, show_default=True, help=word("k"))
@within_option
@json_option
@workspace_option
def suggest(
    household: str,
    activity: str,
    weekday: str | None,
    k: int,
    within: float | None,
    as_json: bool,
    workspace: Path | None,
) -> None:
    """Print the supporters to ask for one household."""
    premises, viewer = open_premises(workspace), at_the_terminal()
    atlas = premises.atlas(viewer, "matching")
    report_progress("warming")
    wish = Wish(activity=activity, weekday=weekday, k=k, within=within or 30.0)
    answer = suggest_for(atlas, household, wish, language())
    district = atlas.household(household)["district_id"].iloc[0]
    premises.register.keep(suggestion_events(viewer, "matching", answer, district))
    if as_json:
        tell_json(answer)
    else:
        _tell_answer(answer)


def _tell_answer(answer: dict[str, Any]) -> None:
    for one in answer["suggestions"]:
        name = one["name"] or one["supporter_id"]
        tell("suggestion", rank=one["rank"], name=name, id=one["supporter_id"], walk=_walk(one))
        for reason in one["reasons"]:
            click.echo(f"    {reason['sentence']}")
    if not answer["suggestions"]:
        tell("nobody")
    tell(f"basis_{answer['basis']}")
    if answer["refused_in_all"]:
        tell("refused", count=answer["refused_in_all"])


def _walk(one: dict[str, Any]) -> str:
    if one["minutes"] is None:
        return ""
    return say("terminal.minutes", language(), minutes=count_minutes(one["minutes"]))


@click.command(help=word("uncovered"))
@click.option("--activity", type=ACTIVITIES, help=word("activity"))
@within_option
@click.option("--areas", is_flag=True, help=word("areas"))
@click.option("--out", required=True, type=click.Path(path_type=Path), help=word("out"))
@holder_option
@return_option
@json_option
@workspace_option
def uncovered(
    activity: str | None,
    within: float | None,
    areas: bool,
    out: Path,
    holder: str | None,
    return_by: datetime | None,
    as_json: bool,
    workspace: Path | None,
) -> None:
    """Write the households nobody reaches, or the areas, to a file, a numbered copy."""
    premises, viewer = open_premises(workspace), at_the_terminal()
    shelf = premises.shelf()
    report_progress("warming")
    atlas = shelf.of(viewer, "matching")
    find = uncovered_land if areas else find_uncovered
    found = find(atlas, activity, within or MINUTES)
    disclosed = disclose(
        premises.register, viewer, "matching", "consultant", what=("households",),
        layers=shelf.layers,
    )  # fmt: skip
    lonely = _standing_in(found, disclosed.layers["households"]) if areas else found
    told = replace(disclosed, layers={**disclosed.layers, "households": lonely})
    with place_output(out) as beside:
        copy = lend(
            premises.register, told, out.suffix[1:].lower(), lambda _: _table(found, beside),
            holder=holder, return_by=return_by,
        )  # fmt: skip
    if as_json:
        what = "areas" if areas else "households"
        document = {"file": str(out), what: len(found), "within": within or MINUTES}
        tell_json(document | {"copy": copy.label})
    else:
        tell("written", file=str(out), rows=len(found))
        tell("copy_made", label=copy.label)


def _standing_in(areas: gpd.GeoDataFrame, households: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The households that the areas count: the copy tells of these."""
    named = areas[["geometry"]].assign(id=areas.index.astype(str))
    return households[name_districts(households, named)["district_id"].notna()]


def _table(found: gpd.GeoDataFrame, path: Path) -> bytes:
    write_layer(found, path)
    return b""
