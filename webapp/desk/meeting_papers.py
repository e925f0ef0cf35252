"""The papers of a meeting in words: what is handed round before it, and its minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from geo import terms
from webapp.answers.figure_tables import FigureTable, period_tables, say_period, show_figure
from webapp.answers.meeting_paper import Paper, Section
from webapp.casework.briefing import Briefing
from webapp.casework.meetings import TaskCard, cards_of
from webapp.register.consents import JAPAN
from webapp.register.export_copies import Mark
from webapp.register.figures import Figures
from webapp.register.periods import Period, programme_year, year_of
from webapp.screens import write_moment
from webapp.wording import Language, say

_BLANK: Final = 5
_TOLD: Final = 2
"""How many tables of figures stand in the pack: the programme's, and the work."""

_CARD_WIDTHS: Final = (4.0, 2.0, 1.6, 1.2)


def figures_since(briefing: Briefing, today: date) -> Period:
    """The days the pack's figures are of: until the meeting, at most until today.

    They begin with the meeting before, else with the programme year.
    """
    met_at: datetime = briefing.meeting["met_at"]
    last = min(today, met_at.astimezone(JAPAN).date())
    if briefing.before is None:
        return Period(programme_year(year_of(last)).from_, last)
    first = briefing.before.astimezone(JAPAN).date() + timedelta(days=1)
    return Period(min(first, last), last)


def pack_paper(
    briefing: Briefing, told: Figures, area: str, today: date, mark: Mark, lang: Language
) -> Paper:
    """The pack that is handed round before the meeting."""
    tables = period_tables(told, lang)[:_TOLD]
    days = say_period(told.period, lang)
    sections = [
        _cases(briefing, lang, blank=True),
        _needs(briefing, lang),
        *(_figures(one, days) for one in tables),
        _decided(briefing, lang),
        *_carried(briefing, lang),
        Section(
            say("meeting.new_cards", lang),
            heads=_card_heads(lang),
            widths=_CARD_WIDTHS,
            blank=_BLANK,
        ),
    ]
    return _paper(briefing, say("meeting.pack", lang), area, sections, today, mark, lang)


def minutes_paper(briefing: Briefing, area: str, today: date, mark: Mark, lang: Language) -> Paper:
    """The minutes of the meeting."""
    meeting, blotter = briefing.meeting, briefing.blotter
    attendees = [blotter.blot(one) for one in meeting.get("attendees") or ()]
    cards = [
        TaskCard(blotter.blot(one.worry), blotter.blot(one.who), one.by, one.done)
        for one in cards_of(meeting)
    ]
    none = say("meeting.nothing", lang)
    sections = [
        Section(say("meeting.attendees", lang), text="、".join(attendees) or none),
        _cases(briefing, lang, blank=False),
        Section(
            say("meeting.decisions", lang),
            text=blotter.blot(meeting.get("decisions") or "") or none,
        ),
        _card_table(say("meeting.cards", lang), cards, lang),
        *_carried(briefing, lang),
    ]
    return _paper(briefing, say("meeting.minutes", lang), area, sections, today, mark, lang)


def _paper(
    briefing: Briefing,
    what: str,
    area: str,
    sections: Sequence[Section],
    today: date,
    mark: Mark,
    lang: Language,
) -> Paper:
    meeting = briefing.meeting
    title = briefing.blotter.blot(meeting.get("title") or "")
    kind = terms.label("meeting", str(meeting.get("kind") or "other"), lang)
    met_at: datetime = meeting["met_at"]
    return Paper(
        title=f"{title or kind}　{what}",
        lines=[f"{write_moment(met_at)}　{area}"],
        notice=say("meeting.notice", lang),
        sections=sections,
        foot=[
            say("figure.made", lang, day=today.isoformat()),
            say("figure.source", lang, area=area),
        ],
        page_word=say("figure.page", lang),
        mark=say(
            "list.copy_foot", lang, label=mark.label, holder=mark.holder,
            day=mark.return_by.isoformat(),
        ),
    )  # fmt: skip


def _cases(briefing: Briefing, lang: Language, *, blank: bool) -> Section:
    title = say("meeting.cases" if blank else "meeting.cases_talked", lang)
    if not briefing.cases:
        return Section(title, text=say("meeting.no_cases", lang))
    heads = [say("meeting.number", lang), say("figure.activity", lang), say("meeting.where", lang)]
    rows = [
        [
            say("meeting.case", lang, number=one.number),
            terms.label("activity", one.activity, lang),
            _near(one.place, lang),
            *([""] if blank else []),
        ]
        for one in briefing.cases
    ]
    widths = [1.0, 2.2, 2.4]
    if blank:
        heads, widths = [*heads, say("meeting.talked", lang)], [*widths, 4.0]
    return Section(title, heads=heads, rows=rows, widths=widths, tall=blank)


def _needs(briefing: Briefing, lang: Language) -> Section:
    title = say("meeting.needs", lang)
    if not briefing.needs:
        return Section(title, text=say("meeting.no_needs", lang))
    rows = [
        [
            terms.label("activity", one.activity, lang),
            str(one.count),
            "、".join(
                say("meeting.so_many", lang, place=_near(place, lang), count=count)
                for place, count in one.places.items()
            ),
        ]
        for one in briefing.needs
    ]
    heads = [say("figure.activity", lang), say("figure.count", lang), say("meeting.where", lang)]
    return Section(title, heads=heads, rows=rows, widths=[2.2, 0.9, 5.0])


def _near(place: str | None, lang: Language) -> str:
    if place is None:
        return say("meeting.nowhere", lang)
    return say("meeting.near", lang, place=place)


def _figures(table: FigureTable, days: str) -> Section:
    widths = [3.0, *[1.0] * (len(table.heads) - 1)]
    rows = [[show_figure(cell) for cell in row] for row in table.rows]
    return Section(
        f"{table.title}　{days}", heads=table.heads, rows=rows, widths=widths, numbers=True
    )


def _decided(briefing: Briefing, lang: Language) -> Section:
    title = say("meeting.decided_before", lang)
    if briefing.before is None:
        return Section(title, text=say("meeting.first", lang))
    said = f"{write_moment(briefing.before)}\n{briefing.decided or say('meeting.nothing', lang)}"
    if not briefing.cards:
        return Section(title, text=said)
    table = _card_table(title, briefing.cards, lang)
    return Section(title, said, table.heads, table.rows, table.widths)


def _carried(briefing: Briefing, lang: Language) -> list[Section]:
    title = say("meeting.carried", lang)
    return [_card_table(title, briefing.carried, lang)] if briefing.carried else []


def _card_heads(lang: Language) -> list[str]:
    return [
        say("meeting.worry", lang),
        say("meeting.who", lang),
        say("meeting.by", lang),
        say("meeting.done", lang),
    ]


def _card_table(title: str, cards: Iterable[TaskCard], lang: Language) -> Section:
    rows = [
        [
            one.worry,
            one.who,
            "" if one.by is None else one.by.isoformat(),
            say("meeting.is_done" if one.done else "meeting.is_open", lang),
        ]
        for one in cards
    ]
    if not rows:
        return Section(title, text=say("meeting.nothing", lang))
    return Section(title, heads=_card_heads(lang), rows=rows, widths=_CARD_WIDTHS)
