"""Whom nobody reaches: the page, its map's cells, and what a change by hand would do."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd
import shapely
from flask import Blueprint, Response, render_template, request, url_for

from geo import terms
from geo.coverage import Cover
from geo.draw.classes import RAMP, WARM, Classes, classify
from webapp.accounts.reader import register_now, viewer_now
from webapp.answers.drawing import ground_parts
from webapp.errors import for_scripts
from webapp.planning.asking import Asked, areas_of, asked_now, body_now, changed_since, keep_asked
from webapp.planning.telling import people_table
from webapp.serving.language import reader_language
from webapp.studies.covering import Share, cell_shares, lines_of, rows_of, share_of
from webapp.studies.people import people_cover
from webapp.studies.question import MINUTES
from webapp.studies.scenarios import Changes, find_study, read_changes, read_pins
from webapp.wording import Language, catalogue

covering = Blueprint("covering", __name__, url_prefix="/planning")

SOME: Final = 0.5
"""Part of a household from which a cell is drawn as unreached."""

HOURS: Final = ("08:00-08:30", "09:00-12:00", "13:00-16:00", "16:00-19:00", "19:00-21:00")


@covering.get("/")
def show() -> str:
    """The room's first page: a question above, its map and figures below.

    ``plan``: the kept plan whose changes lie on the map; ``pin``: where new helpers lie on
    it, who do what ``does`` says.
    """
    asked = asked_now()
    keep_asked(asked)
    plan = request.args.get("plan")
    classes = classes_of(asked)
    found = plan and find_study(register_now(), viewer_now(), plan)
    return render_template(
        "planning/cover.html",
        asked=asked,
        question=asked.question,
        areas=areas_of(asked.atlas),
        **choices(),
        lines=lines_of(asked.ground, asked.cover, asked.question),
        classes=told_classes(classes, WARM),
        why=classes.why(reader_language()),
        people=people_table(
            people_cover(asked.atlas, asked.question), asked.question, reader_language()
        ),
        plan=found,
        other_version=changed_since(asked),
        parts=ground_parts(asked.atlas),
        words=words_of("planning.js_"),
        pins=request.args.getlist("pin"),
        does=request.args.getlist("does"),
        start=_start(asked, found["changes"] if found else _pinned(asked)),
    )


def classes_of(asked: Asked) -> Classes:
    """Classes of the cells on the map of whom nobody reaches."""
    return _classes(cell_shares(asked.ground, asked.cover, asked.question))


def _classes(beyond: npt.NDArray[np.float64]) -> Classes:
    """Classes of the cells where somebody is unreached, in whole households."""
    return classify(np.where(beyond >= SOME, np.ceil(beyond - SOME), np.nan), k=4)


def _pinned(asked: Asked) -> list[dict[str, Any]]:
    """The changes that the address itself tells."""
    told = request.args
    return read_pins(told.getlist("pin"), told.getlist("does"), asked.question).facts()


def choices() -> dict[str, Any]:
    """What the form of a question offers."""
    return {
        "activities": list(terms.ACTIVITIES),
        "weekdays": list(terms.WEEKDAYS),
        "minutes": MINUTES,
        "hours": HOURS,
        "ways": list(terms.WAYS),
    }


def told_classes(classes: Classes, ramp: tuple[str, ...] = RAMP) -> list[dict[str, Any]]:
    """The classes of a map for its legend."""
    told = zip(classes.colours(ramp), classes.labels(), classes.counts, strict=True)
    return [{"colour": colour, "label": label, "count": count} for colour, label, count in told]


def words_of(topic: str) -> dict[str, str]:
    """All that the page's scripts say."""
    lang: Language = reader_language()
    return {
        key.removeprefix(topic): told[lang]
        for key, told in catalogue().items()
        if key.startswith(topic)
    }


def _start(asked: Asked, changes: list[dict[str, Any]]) -> dict[str, Any]:
    """What the page's scripts begin with."""
    facts = asked.question.facts()
    return {
        "question": facts,
        "cells": url_for("covering.tell_cells", **facts),  # type: ignore[arg-type]
        "what_if": url_for("covering.try_out"),
        "keep": url_for("plan_list.keep"),
        "changes": changes,
        "activity": asked.question.activity,
        "bounds": asked.bounds(),
        "activities": [[one, terms.label("activity", one, reader_language())]
                       for one in terms.ACTIVITIES],
    }  # fmt: skip


@covering.get("/cells")
@for_scripts
def tell_cells() -> Response:
    """Mesh cells with their households, and the helpers by cell, as columns."""
    asked = asked_now()
    keep_asked(asked)
    cells = asked.ground.cells
    beyond = cell_shares(asked.ground, asked.cover, asked.question)
    shown = np.flatnonzero(~np.isnan(beyond))
    classes = _classes(beyond)
    return answer_json(
        {
            "cell": shown,
            "box": shapely.bounds(cells.geometry.to_numpy()[shown]).round(6),
            "households": cells["households"].to_numpy(float)[shown],
            "beyond": beyond[shown].round(2),
            "edges": [SOME, *(edge + SOME for edge in classes.edges[:-1])],
            "colours": classes.colours(WARM),
            "helpers": _helpers(asked),
        }
    )


def _helpers(asked: Asked) -> dict[str, Any]:
    """Those who help now, at the middle of their cell, as columns; nobody's name."""
    pool, district = asked.cover.pool, asked.question.district
    shown = pool.active & pool.layer.geometry.notna().to_numpy()
    if district is not None:
        shown &= (pool.layer["district_id"] == district).to_numpy(bool)
    layer = pool.layer[shown]
    known = pd.Series(asked.cover.marks(asked.question.ask), index=asked.cover.supporter_ids)
    return {
        "id": layer["id"].tolist(),
        "spot": shapely.get_coordinates(layer.geometry.to_numpy()).round(6),
        "activities": [_told_codes(one) for one in layer["activities"]],
        "counts": known.reindex(layer["id"]).fillna(0).to_numpy(int),
    }


def _told_codes(value: Any) -> list[str] | None:  # noqa: ANN401 - a list, or null
    return list(value) if isinstance(value, (list, tuple)) else None


@covering.post("/what-if")
@for_scripts
def try_out() -> Response:
    """What changes by hand would do: figures before and after, and the cells that differ."""
    told = body_now()
    asked = asked_now(told.get("question") or {})
    changes = read_changes(told.get("changes"))
    return answer_json(compare(asked, changes))


def compare(asked: Asked, changes: Changes) -> dict[str, Any]:
    """Figures before and after the changes, as the page's script reads them."""
    question, before = asked.question, asked.cover
    after = changes.on(before, question)
    rows = rows_of(before, question)
    weights = ["households", *([question.activity] if question.activity else [])]
    old, new = (cell_shares(asked.ground, one, question) for one in (before, after))
    differ = np.flatnonzero(~np.isnan(old) & (np.abs(old - new) > 0.005))
    return {
        "figures": {
            weight: {
                "before": _told(share_of(before, question, weight, rows)),
                "after": _told(share_of(after, question, weight, rows)),
            }
            for weight in weights
        },
        "cell": differ,
        "beyond": new[differ].round(2),
        "pins": _pins(after, changes, asked),
    }


def _told(share: Share) -> dict[str, int | float | None]:
    return {**vars(share), "covered": share.covered}


def _pins(after: Cover, changes: Changes, asked: Asked) -> dict[str, dict[str, float]]:
    """Of each helper who comes or moves: households within reach, and those only theirs."""
    wanted = {one.id for one in changes.add} | set(changes.move)
    if not wanted:
        return {}
    carried = after.carried(asked.question.ask, "households").set_index("supporter_id").round(1)
    return carried.loc[carried.index.isin(wanted)].to_dict("index")  # type: ignore[return-value]


def answer_json(told: dict[str, Any]) -> Response:
    """JSON that is kept nowhere."""
    body = orjson.dumps(told, option=orjson.OPT_SERIALIZE_NUMPY)
    return Response(body, mimetype="application/json")
