"""A resident's access history: the words of its page, and its one sheet of paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from webapp.answers.furigana import Ruby, plain_words, split_ruby
from webapp.answers.typesetting import typeset
from webapp.register.access_history import AccessHistory, Line
from webapp.wording import Language, say, say_code

_TEMPLATE: Final = Path(__file__).parent / "history.typ"
HEADS: Final = ("history_when", "history_who", "history_why", "history_what")
_FIELDS: Final = 4
"""Fields named on a line; the others are counted."""

_HIDDEN: Final = frozenset(
    {"search_key", "address_key", "district_id", "household_id", "person_id"}
)


@dataclass(frozen=True)
class HistoryRow:
    """One line of the page."""

    day: str
    who: str
    role: str
    deed: str
    why: str
    what: str
    count: int


def history_rows(history: AccessHistory, lang: Language) -> list[HistoryRow]:
    """The lines of recent days in words."""
    return [
        HistoryRow(
            day=say_day(line.day, lang),
            who=_who(line, lang),
            role=say_code("role", line.role, lang),
            deed=say_code("trail", f"deed_{line.deed}", lang),
            why=say_code("trail", f"purpose_{line.purpose}", lang),
            what=_what(line, lang),
            count=line.count,
        )
        for line in history.lines
    ]


def history_months(history: AccessHistory, lang: Language) -> list[str]:
    """The months in words."""
    return [
        say(
            "trail.history_before" if month.before else "trail.history_month",
            lang,
            month=f"{month.first.year}年{month.first.month}月"
            if lang == "ja"
            else f"{month.first:%B %Y}",
            who=month.accounts,
            count=month.count,
        )
        for month in history.months
    ]


def say_day(day: dt.date, lang: Language) -> str:
    """A day as it is read."""
    return f"{day.year}年{day.month}月{day.day}日" if lang == "ja" else f"{day.day} {day:%B %Y}"


def _who(line: Line, lang: Language) -> str:
    if line.name:
        return line.name
    if line.role == "terminal":
        return say("trail.history_machine", lang)
    return say(
        "trail.history_gone" if line.account.startswith("a-") else "trail.history_program", lang
    )


def _what(line: Line, lang: Language) -> str:
    if line.extent:
        key = "trail.history_agreed" if line.deed == "export" else "trail.history_extent"
        return say(key, lang)
    shown = [name for name in line.fields if name not in _HIDDEN]
    labels = list(dict.fromkeys(say_code("field", name, lang) for name in shown))
    if not labels:
        labels = [say_code("trail", f"record_{noun}", lang) for noun in line.records]
    more = len(labels) - _FIELDS
    told = labels[:_FIELDS] + ([say("trail.history_more", lang, count=more)] if more > 0 else [])
    return ("、" if lang == "ja" else ", ").join(told)


def history_sheet(history: AccessHistory, lang: Language) -> bytes:
    """The page as a PDF of one A4 sheet; days that do not fit are counted by month.

    Raises
    ------
    AssetMissing
        The font is not installed.
    """
    fitting = history
    while (more := fitting.shorter()) is not None and _page_count(fitting, lang) > 1:
        fitting = more
    return _typeset(fitting, lang, "pdf")


def _page_count(history: AccessHistory, lang: Language) -> int:
    pages: object = _typeset(history, lang, "svg")
    return len(pages) if isinstance(pages, list) else 1


def _typeset(history: AccessHistory, lang: Language, form: Any) -> Any:  # noqa: ANN401
    return typeset(_TEMPLATE, _page(history, lang), history.made_on, form)


def _page(history: AccessHistory, lang: Language) -> dict[str, Any]:
    def words(key: str, **facts: object) -> list[Ruby]:
        return split_ruby(say(f"trail.{key}", lang, **facts))

    about = say("trail.history_about", lang, id=history.person_id, district=history.district or "")
    return {
        "lang": lang,
        "colon": "：" if lang == "ja" else ": ",
        "plain_title": plain_words(say("trail.history_title", lang)),
        "title": words("history_title"),
        "name": history.name or "",
        "about": about,
        "lead": words("history_lead"),
        "made": words("history_made", day=say_day(history.made_on, lang)),
        "since": words("history_since", day=say_day(history.since, lang)),
        "heads": [words(head) for head in HEADS],
        "days": words("history_days"),
        "nobody": words("history_nobody") if not history.events else [],
        "rows": [
            {
                "day": row.day,
                "who": [
                    *split_ruby(row.who),
                    (f"（{row.role}）" if lang == "ja" else f" ({row.role})", ""),
                ],
                "why": split_ruby(row.why),
                "what": split_ruby(row.what),
                "deed": split_ruby(row.deed),
                "times": words("history_times", count=row.count) if row.count > 1 else [],
            }
            for row in history_rows(history, lang)
        ],
        "months_title": words("history_months"),
        "months": [split_ruby(one) for one in history_months(history, lang)],
        "ask": words("history_ask"),
    }
