"""A study in words: its question, its tables, what is assumed and what is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from geo import terms
from geo.coverage import Cover
from geo.masking import SUPPRESSED
from webapp.answers.figure_tables import Figure, FigureTable
from webapp.planning.asking import Asked
from webapp.studies.covering import Line
from webapp.studies.ground import Ground
from webapp.studies.people import residents_of
from webapp.studies.publishing import PARTS, Edition, names_of
from webapp.studies.question import PACES, Question
from webapp.wording import Language, say


def say_question(question: Question, names: Mapping[str, str], lang: Language) -> str:
    """What is asked, a sentence or three."""
    activity = question.activity
    does = terms.label("activity", activity, lang) if activity else say("report.any_activity", lang)
    area = names.get(question.district or "", "") or say("planning.everywhere", lang)
    told = say("report.question", lang, activity=does, within=f"{question.within:g}", area=area)
    when = [terms.label("weekday", question.weekday, lang)] if question.weekday else []
    when += [question.hour] if question.hour else []
    if when:
        told += say("report.question_when", lang, when=" ".join(when))
    if question.way != "usual":
        told += say("report.question_way", lang, way=terms.label("way", question.way, lang))
    return told


def district_table(lines: Sequence[Line], question: Question, lang: Language) -> FigureTable:
    """Households by district and state; those who want the activity.

    A state in which there is nobody at all has no column.
    """
    states = [
        one
        for one in ("reached", "maybe", "beyond", "unknown")
        if one in {"reached", "beyond"} or any(getattr(line.everyone, one) for line in lines)
    ]
    heads = [say("report.district", lang), say("report.households", lang)]
    heads += [terms.label("covered", one, lang) for one in states]
    heads.append(say("report.share", lang))
    if question.activity:
        heads += [say("report.wants", lang), say("report.wants_beyond", lang)]
    rows = [_district_row(line, states, lang) for line in lines]
    title = say("report.by_district", lang)
    return FigureTable("districts", title, tuple(heads), tuple(rows), total=len(lines) > 1)


def _district_row(line: Line, states: Sequence[str], lang: Language) -> tuple[Figure, ...]:
    share = line.everyone.covered
    row: list[Figure] = [line.name or say("report.total", lang), line.everyone.total]
    row += [getattr(line.everyone, one) for one in states]
    row.append(None if share is None else round(share, 1))
    if line.wanting is not None:
        row += [line.wanting.total, line.wanting.beyond]
    return tuple(row)


def people_table(cover: Cover | None, question: Question, lang: Language) -> FigureTable | None:
    """Everybody by age; None without a population layer."""
    if cover is None:
        return None
    found = residents_of(cover, question)
    rows = tuple(
        (say(f"report.age_{one.age}", lang), one.total, one.beyond, one.maybe) for one in found
    )
    heads = tuple(
        say(f"report.{one}", lang) for one in ("age", "people_all", "people_beyond", "people_maybe")
    )
    note = say("report.people_note", lang)
    if hidden := max(one.hidden for one in found):
        note += say("report.people_hidden", lang, count=hidden)
    return FigureTable("people", say("report.people", lang), heads, rows, note=note)


def plans_table(
    plans: Sequence[Mapping[str, Any]], names: Mapping[str, str], lang: Language
) -> FigureTable:
    """Kept plans side by side, each on today's data; A, B … as on the map."""
    about = ("asked", "changes", "before", "after", "gained")
    heads = (say("report.plan", lang), *(say(f"report.plan_{one}", lang) for one in about))
    rows = [_plan_row(letter(at), one, names, lang) for at, one in enumerate(plans)]
    return FigureTable("plans", say("report.plans", lang), heads, tuple(rows))


def letter(place: int) -> str:
    """What a plan is called on the map: A, B and so on."""
    return "ABCDEFGH"[place]


def _plan_row(
    name: str, plan: Mapping[str, Any], names: Mapping[str, str], lang: Language
) -> tuple[Figure, ...]:
    changes, people = plan["changes"], plan["figures"]["households"]
    before, after = people["before"], people["after"]
    many = (len(changes.add), len(changes.move), len(changes.remove))
    return (
        f"{name}　{plan['plan']['title']}",
        say_briefly(plan["question"], names, lang),
        " / ".join(map(str, many)),
        before["beyond"],
        after["beyond"],
        after["reached"] - before["reached"],
    )


def say_briefly(question: Question, names: Mapping[str, str], lang: Language) -> str:
    """A question in a few words."""
    activity = question.activity
    told = [
        names.get(question.district or "", "") or say("planning.everywhere", lang),
        terms.label("activity", activity, lang) if activity else say("planning.any_help", lang),
        say("planning.minutes", lang, minutes=f"{question.within:g}"),
    ]
    told += [terms.label("weekday", question.weekday, lang)] if question.weekday else []
    told += [question.hour] if question.hour else []
    told += [terms.label("way", question.way, lang)] if question.way != "usual" else []
    return "・".join(told) if lang == "ja" else ", ".join(told)


def say_assumed(asked: Asked, lang: Language, *, land: bool = False) -> list[str]:
    """What the figures take for granted, a sentence each."""
    question = asked.question
    streets = asked.cover.basis == "streets"
    told = [
        say("report.assumed_cells", lang),
        say("report.assumed_streets" if streets else "report.assumed_straight", lang),
    ]
    if question.way != "usual":
        percent = round(100 * PACES[question.way])
        way = terms.label("way", question.way, lang)
        told.append(say("report.assumed_way", lang, way=way, percent=percent))
    told += [say("report.assumed_capacity", lang), say("report.assumed_active", lang)]
    if land:
        told.append(say("report.assumed_land", lang))
    return told


def say_unknown(whole: Line, question: Question, lang: Language) -> list[str]:
    """What cannot be told, a sentence each."""
    told: list[str] = []
    if whole.everyone.unknown:
        told.append(say("report.unknown_place", lang, count=f"{whole.everyone.unknown:,}"))
    if whole.everyone.maybe:
        told.append(say("report.unknown_maybe", lang, count=f"{whole.everyone.maybe:,}"))
    if question.activity:
        told.append(say("report.unknown_wants", lang))
    return told or [say("report.unknown_nothing", lang)]


def published_table(edition: Edition, ground: Ground, lang: Language) -> FigureTable:
    """The table for everybody."""
    heads = [say("report.district", lang)]
    heads += [say(f"report.{one}", lang) for one in (*PARTS, "households")]
    rows = [
        (name, *(SUPPRESSED if one is SUPPRESSED else int(str(one)) for one in cells))
        for name, cells in names_of(edition, ground, say("report.total", lang))
    ]
    return FigureTable(
        "published",
        say("report.by_district", lang),
        tuple(heads),
        tuple(rows),
        total=True,
        note=say("report.public_notice", lang),
    )


def say_hidden(edition: Edition, level: str, lang: Language) -> list[str]:
    """What is hidden in the table for everybody, and why."""
    told = [
        say(f"report.told_{name}", lang, count=count)
        for name, count in (
            ("few", edition.few), ("others", edition.others), ("telling", edition.telling),
        )
        if count
    ]  # fmt: skip
    return [
        *told,
        say("report.told_rounded", lang),
        say("report.told_cells", lang, level=say_level(level, lang)),
    ]


def say_level(level: str, lang: Language) -> str:
    """A size of cells, as it is read."""
    return level.replace("km", " km").replace("0m", "0 m") if lang == "en" else level
