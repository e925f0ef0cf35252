"""The parts of a report: for inside the house, and for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
from flask import request

from geo.draw.choropleth import CellMap, Pin
from webapp.accounts.atlases import shelf_now
from webapp.accounts.clock import today_here
from webapp.answers.cell_map import Words, classes_of, draw_cells
from webapp.answers.covering import published_level
from webapp.answers.drawing import say_sources
from webapp.answers.figure_tables import FigureTable
from webapp.answers.street_lines import street_lines
from webapp.answers.study_paper import Paper, Part
from webapp.planning.asking import Asked
from webapp.planning.telling import (
    district_table,
    letter,
    people_table,
    plans_table,
    published_table,
    say_assumed,
    say_hidden,
    say_level,
    say_question,
    say_unknown,
)
from webapp.register.export_copies import Mark
from webapp.serving.language import reader_language
from webapp.studies.covering import Line, cell_shares, lines_of
from webapp.studies.land import uncovered_land
from webapp.studies.people import people_cover
from webapp.studies.publishing import Edition, published_cells
from webapp.wording import say

_MAP: Final = (180.0, 84.0)
"""Millimetres."""


@dataclass(frozen=True)
class Findings:
    """What a report tells, found once."""

    asked: Asked
    lines: Sequence[Line]
    plans: Sequence[dict[str, Any]]

    @classmethod
    def of(cls, asked: Asked, plans: Sequence[dict[str, Any]]) -> Findings:
        """Of a question, with kept plans beside it."""
        return cls(asked, lines_of(asked.ground, asked.cover, asked.question), plans)

    @property
    def whole(self) -> Line:
        """All that is asked for."""
        return self.lines[-1]


def report_tables(found: Findings) -> list[FigureTable]:
    """The report's tables, as for a workbook."""
    asked, lang = found.asked, reader_language()
    names = asked.ground.names
    tables = [district_table(found.lines, asked.question, lang)]
    people = people_table(people_cover(asked.atlas, asked.question), asked.question, lang)
    tables += [people] if people else []
    tables += [plans_table(found.plans, names, lang)] if found.plans else []
    told = [*say_assumed(asked, lang), *say_unknown(found.whole, asked.question, lang)]
    heads = (say("report.assumed", lang),)
    return [*tables, FigureTable("assumed", heads[0], heads, tuple((one,) for one in told))]


def report_paper(found: Findings, mark: Mark) -> Paper:
    """The report for inside the house."""
    asked, lang = found.asked, reader_language()
    everyone, question = found.whole.everyone, asked.question
    share = "–" if everyone.covered is None else f"{everyone.covered:.0f} %"
    facts = [
        (f"{everyone.beyond:,}", say("report.fact_beyond", lang)),
        (f"{everyone.total:,}", say("report.fact_total", lang)),
        (share, say("report.fact_share", lang)),
    ]
    tables = [one for one in report_tables(found) if one.name != "assumed"]
    parts = [
        Part(facts=facts),
        Part(say("report.map", lang), map=_inner_map(found)),
        *(Part(table=one) for one in tables),
        Part(say("report.assumed", lang), say_assumed(asked, lang, land=True)),
        Part(say("report.unknown", lang), say_unknown(found.whole, question, lang)),
        Part(text=[_of_data(asked, [one["plan"].id for one in found.plans])]),
    ]
    return Paper(
        title=say("report.paper_title", lang),
        lines=[say_question(question, asked.ground.names, lang)],
        parts=parts,
        foot=paper_foot(asked),
        mark=say_mark(mark),
        notice=say("report.internal", lang),
    )


def say_mark(mark: Mark) -> str:
    """The line of a numbered copy."""
    day = mark.return_by.isoformat()
    return say("list.copy_foot", reader_language(), label=mark.label, holder=mark.holder, day=day)


def paper_foot(asked: Asked) -> list[str]:
    """Day and sources, on every sheet."""
    lang = reader_language()
    sources = "；".join(say_sources(asked.atlas, lang))
    return [
        say("figure.made", lang, day=today_here().isoformat()),
        say("report.foot_source", lang, sources=sources),
    ]


def _of_data(asked: Asked, plans: Sequence[str]) -> str:
    address = asked.address("report.show", plan=list(plans))
    return say(
        "report.of_data",
        reader_language(),
        version=asked.version,
        day=today_here().isoformat(),
        address=request.host_url.rstrip("/") + address,
    )


def _inner_map(found: Findings) -> dict[str, Any]:
    asked, lang = found.asked, reader_language()
    cells, values = beyond_by_cell(asked)
    drawn = CellMap(
        cells=cells,
        values=values,
        classes=classes_of(values),
        districts=own_districts(asked),
        streets=street_lines(asked.atlas),
        land=uncovered_land(asked.atlas, asked.question),
        pins=plan_pins(found.plans),
    )
    words = Words(say("report.cells", lang), say("report.none", lang), say("report.pins", lang))
    return draw_cells(drawn, _MAP, words, lang, wide=True)


def beyond_by_cell(asked: Asked) -> tuple[gpd.GeoDataFrame, Any]:
    """The cells asked for, and the whole households of each that nobody reaches."""
    values = cell_shares(asked.ground, asked.cover, asked.question)
    shown = ~np.isnan(values)
    return asked.ground.cells[shown], np.round(values[shown])


def own_districts(asked: Asked) -> gpd.GeoDataFrame:
    """The districts asked for."""
    known, district = asked.ground.districts, asked.question.district
    return known if district is None else known[known["id"] == district]


def plan_pins(plans: Sequence[dict[str, Any]]) -> list[Pin]:
    """The helpers that plans add: A1, A2, B1 and so on."""
    return [
        Pin(one.lon, one.lat, f"{letter(at)}{number}")
        for at, plan in enumerate(plans)
        for number, one in enumerate(plan["changes"].add, start=1)
    ]


def public_tables(asked: Asked, edition: Edition) -> list[FigureTable]:
    """What everybody may have as a table."""
    return [published_table(edition, asked.ground, reader_language())]


def public_paper(asked: Asked, edition: Edition) -> Paper:
    """The report for everybody."""
    lang, whole = reader_language(), shelf_now().whole()
    level = published_level(whole)
    parts = [
        Part(say("report.map", lang), map=_outer_map(asked, say_level(level, lang))),
        Part(table=public_tables(asked, edition)[0]),
        Part(text=say_hidden(edition, level, lang)),
        Part(say("report.assumed", lang), say_assumed(asked, lang)),
    ]
    return Paper(
        title=say("report.paper_title", lang),
        lines=[say_question(asked.question, asked.ground.names, lang)],
        parts=parts,
        foot=paper_foot(asked),
    )


def _outer_map(asked: Asked, level: str) -> dict[str, Any]:
    lang = reader_language()
    cells = published_cells(asked.atlas, shelf_now().whole(), asked.question)
    values = cells["uncovered"].to_numpy(np.float64, na_value=np.nan)
    drawn = CellMap(
        cells=cells,
        values=values,
        classes=classes_of(values),
        districts=asked.ground.districts,
        streets=street_lines(asked.atlas),
    )
    words = Words(say("report.cells_at", lang, level=level), say("report.none", lang))
    return draw_cells(drawn, _MAP, words, lang, wide=True)
