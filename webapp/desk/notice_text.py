"""The text that a supporter gets: short enough for a message, plain enough to read out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geo import terms
from webapp.answers.sentences import count_minutes
from webapp.casework.notices import Notice
from webapp.desk.saying_when import say_day, say_days
from webapp.register.consents import JAPAN
from webapp.wording import Language, say

SHORT: Final = 70
"""Letters of one message where all are sent as UCS-2."""

LONG: Final = 660
"""Letters that the telephone companies here put together into one."""


@dataclass(frozen=True)
class Letters:
    """How long a text is as a short message, in UTF-16 units as telephones count."""

    count: int

    @property
    def fits_one(self) -> bool:
        """It goes as one message."""
        return self.count <= SHORT

    @property
    def fits_long(self) -> bool:
        """It goes as one long message."""
        return self.count <= LONG


def count_letters(text: str) -> Letters:
    """How long a text is as a message.

    >>> count_letters("ゴミ出し").count, count_letters("𠮷野").count
    (4, 3)
    """
    return Letters(len(text.encode("utf-16-le")) // 2)


def say_notice(notice: Notice, lang: Language) -> str:
    """The text: of an offer still open who is not named, of an accepted one where to go."""
    activity = terms.label("activity", notice.activity or "", lang)
    lines = [_head(notice, activity, lang)]
    days = say_days(notice.weekdays, notice.hours, lang)
    if days:
        lines.append(say("notice.days", lang, days=days))
    if notice.wanted_from is not None:
        lines.append(say("notice.start", lang, day=say_day(notice.wanted_from, lang)))
    lines += _exact(notice, lang) if notice.accepted else _rough(notice, lang)
    return "\n".join(lines)


def _head(notice: Notice, activity: str, lang: Language) -> str:
    if notice.accepted:
        return say("notice.thanks", lang, activity=activity)
    return say("notice.wanted", lang, activity=activity)


def _rough(notice: Notice, lang: Language) -> list[str]:
    lines: list[str] = []
    if notice.town:
        lines.append(say("notice.town", lang, town=notice.town))
    if notice.minutes is not None:
        lines.append(say("notice.walk", lang, minutes=count_minutes(notice.minutes)))
    if notice.due_at is not None:
        due = notice.due_at.astimezone(JAPAN)
        until = f"{say_day(due.date(), lang)} {due:%H:%M}"
        lines.append(say("notice.until", lang, until=until))
    return lines


def _exact(notice: Notice, lang: Language) -> list[str]:
    lines: list[str] = []
    if notice.name:
        lines.append(say("notice.name", lang, name=notice.name))
    if notice.address:
        lines.append(say("notice.address", lang, address=notice.address))
    if notice.sub_reason:
        lines.append(say("notice.what", lang, what=notice.sub_reason))
    lines.append(say("notice.secret", lang))
    return lines
