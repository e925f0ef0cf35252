"""What stands on a district's profile, on the page and on paper."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any, Final

import shapely

from geo import terms
from geo.draw.choropleth import CellMap
from webapp.answers.cell_map import Words, classes_of, draw_cells
from webapp.answers.figure_tables import Figure, FigureTable
from webapp.answers.street_lines import street_lines
from webapp.answers.study_paper import Paper, Part
from webapp.casework.funnel import Funnel
from webapp.planning.asking import Asked
from webapp.planning.report_parts import beyond_by_cell, own_districts, paper_foot, say_mark
from webapp.register.export_copies import Mark
from webapp.serving.language import reader_language
from webapp.studies.covering import Line, Share, lines_of, share_of
from webapp.studies.people import Residents, people_cover, residents_of
from webapp.studies.question import Question
from webapp.studies.weekly import DAYS, Week, week_of
from webapp.wording import Language, say

_MAP: Final = (118.0, 112.0)
"""Millimetres on the sheet."""


@dataclass(frozen=True)
class Profile:
    """One district, found once.

    ``wanting``: by activity, those who want it. ``helpers``: active, and to come. ``places``:
    how many of each kind.
    """

    asked: Asked
    name: str
    line: Line
    week: Week
    wanting: dict[str, Share]
    helpers: tuple[int, int]
    places: dict[str, int]
    residents: list[Residents]
    funnel: Funnel | None

    @classmethod
    def of(cls, asked: Asked, funnel: Funnel | None) -> Profile:
        """Of the district that is asked for."""
        district = asked.question.district or ""
        home = asked.cover.demand["district_id"].to_numpy(object)
        people = people_cover(asked.atlas, asked.question)
        return cls(
            asked,
            asked.ground.names[district],
            lines_of(asked.ground, asked.cover, asked.question)[0],
            week_of(asked.atlas, asked.question),
            {
                one: share_of(asked.cover, _of_activity(asked, one), one, home == district)
                for one in terms.ACTIVITIES
            },
            _helpers(asked, district),
            _places(asked),
            [] if people is None else residents_of(people, asked.question),
            funnel,
        )

    @property
    def does(self) -> str:
        """The activity asked for, in words."""
        activity, lang = self.asked.question.activity, reader_language()
        return (
            terms.label("activity", activity, lang) if activity else say("planning.any_help", lang)
        )

    def map(self, lang: Language, size: tuple[float, float] = _MAP) -> dict[str, Any]:
        """Cells by the households that nobody reaches."""
        cells, values = beyond_by_cell(self.asked)
        drawn = CellMap(
            cells=cells,
            values=values,
            classes=classes_of(values),
            districts=own_districts(self.asked),
            streets=street_lines(self.asked.atlas),
        )
        words = Words(say("report.cells", lang), say("report.none", lang))
        return draw_cells(drawn, size, words, lang)

    def facts(self, lang: Language) -> list[tuple[str, str]]:
        """The figures in large letters."""
        everyone, within = self.line.everyone, f"{self.asked.question.within:g}"
        share = (
            say("profile.unknown", lang)
            if everyone.covered is None
            else f"{everyone.covered:.0f} %"
        )
        return [
            (f"{everyone.total:,}", say("profile.households", lang)),
            (f"{everyone.beyond:,}", say("report.fact_beyond", lang)),
            (share, say("profile.reached", lang, within=within)),
            (f"{self.helpers[0]:,}", say("profile.helpers", lang)),
            (f"{self.helpers[1]:,}", say("profile.coming", lang)),
        ]

    def places_line(self, lang: Language) -> str:
        """How many of each kind of place."""
        told = [
            say("profile.place", lang, kind=terms.label("place", kind, lang), count=count)
            for kind, count in self.places.items()
        ]
        return ("、" if lang == "ja" else ", ").join(told) or say("profile.no_places", lang)

    def people_line(self, lang: Language) -> str:
        """Everybody who lives there; empty without a population layer."""
        if not self.residents:
            return ""
        facts: dict[str, str] = {}
        for one, short in zip(self.residents, ("", "_65", "_75"), strict=True):
            facts[one.age] = _number(one.total, lang)
            facts[f"beyond{short}"] = _number(one.beyond, lang)
        return say("profile.people_line", lang, **facts)

    def funnel_line(self, lang: Language) -> str:
        """From survey to activity; empty where the reader may not know."""
        if self.funnel is None:
            return ""
        steps = ("willing", "interviewed", "registered", "active")
        return say(
            "profile.funnel_line", lang, **{one: self.funnel.step(one).count for one in steps}
        )


def _number(value: int | None, lang: Language) -> str:
    return say("profile.unknown", lang) if value is None else f"{value:,}"


def _of_activity(asked: Asked, activity: str) -> Question:
    return replace(asked.question, activity=activity)


def _helpers(asked: Asked, district: str) -> tuple[int, int]:
    """Active supporters of the district, and those on the way to it."""
    layer = asked.ground.pool.layer
    own = layer[(layer["district_id"] == district).to_numpy(bool)]
    many = Counter(own["status"].fillna("active"))
    return many["active"], sum(many[one] for one in ("willing", "interviewed", "registered"))


def _places(asked: Asked) -> dict[str, int]:
    """Places in the district by kind, in the order of the kinds."""
    layer = asked.atlas.layer("places")
    if layer.empty:
        return {}
    border = shapely.union_all(own_districts(asked).geometry.to_numpy())
    inside = layer[shapely.intersects(border, layer.geometry.to_numpy())]
    many = Counter(inside["kind"])
    return {kind: many[kind] for kind in terms.PLACE_KINDS if many[kind]}


def profile_table(found: Profile, lang: Language) -> FigureTable:
    """Activities: helpers, cover, who wants it; and who is there on which day."""
    heads = [
        say(f"profile.{one}", lang) for one in ("activity", "count", "share", "wants", "beyond")
    ]
    heads += [terms.label("weekday", one, lang)[: 1 if lang == "ja" else 3] for one in DAYS if one]
    rows = tuple(_row(found, one, lang) for one in terms.ACTIVITIES)
    note = say("profile.table_note", lang)
    return FigureTable("week", say("profile.table", lang), tuple(heads), rows, note=note)


def _row(found: Profile, activity: str, lang: Language) -> tuple[Figure, ...]:
    week, wanting = found.week[activity], found.wanting[activity]
    whole = week[None]
    return (
        terms.label("activity", activity, lang),
        _count(whole.helpers, whole.unasked),
        None if whole.reached is None else f"{whole.reached:.0f}",
        wanting.total,
        wanting.beyond,
        *(_count(week[day].helpers, week[day].unasked) for day in DAYS if day),
    )


def _count(known: int, unasked: int) -> str:
    """How many, and how many more perhaps.

    >>> _count(3, 0), _count(3, 2)
    ('3', '3+2')
    """
    return f"{known}+{unasked}" if unasked else str(known)


def profile_paper(found: Profile, mark: Mark) -> Paper:
    """One A4."""
    lang, asked = reader_language(), found.asked
    within = f"{asked.question.within:g}"
    lines = [found.people_line(lang), found.funnel_line(lang)]
    titles = [say("profile.people", lang), say("profile.funnel", lang)]
    colon = "：" if lang == "ja" else ": "
    told = [f"{title}{colon}{line}" for title, line in zip(titles, lines, strict=True) if line]
    places = f"{say('profile.places', lang)}{colon}{found.places_line(lang)}"
    unplaced = f"{found.line.everyone.unknown:,}"
    table = profile_table(found, lang)
    return Paper(
        title=say("profile.title", lang, name=found.name),
        lines=[],
        parts=[
            Part(facts=found.facts(lang)),
            Part(table=table, widths=(3.1, 1.35, 1.3, 1.05, 1.6, *[0.9] * 7)),
            Part(say("profile.map", lang, activity=found.does, within=within), map=found.map(lang)),
            Part(text=[places, *told, say("profile.note", lang, unplaced=unplaced)]),
        ],
        foot=paper_foot(asked),
        mark=say_mark(mark),
        notice=say("report.internal", lang),
        close=True,
    )
