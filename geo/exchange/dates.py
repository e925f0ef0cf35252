"""Dates as Japanese offices write them: eras, western years, serial numbers of spreadsheets.

Only the day is read; the text as written stays with the caller.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from geo.exchange.findings import Finding, find
from geo.exchange.spellings import narrow, read_kanji_number


@dataclass(frozen=True)
class Era:
    """A reign: ``begins`` and ``ends`` are its first and last day, ``ends`` None if it runs."""

    name: str
    sign: str
    digit: str
    begins: dt.date
    ends: dt.date | None


ERAS: Final = (
    Era("明治", "M", "1", dt.date(1873, 1, 1), dt.date(1912, 7, 30)),
    Era("大正", "T", "2", dt.date(1912, 7, 30), dt.date(1926, 12, 25)),
    Era("昭和", "S", "3", dt.date(1926, 12, 25), dt.date(1989, 1, 7)),
    Era("平成", "H", "4", dt.date(1989, 1, 8), dt.date(2019, 4, 30)),
    Era("令和", "R", "5", dt.date(2019, 5, 1), None),
)
"""The modern eras. 明治 counts from its sixth year: before it the calendar was another.

The day of a change belonged to both reigns in 1912 and 1926.
"""

_FIRST_YEARS: Final = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}

_BY_SPELLING: Final = {
    spelling: era for era in ERAS for spelling in (era.name, era.name[0], era.sign)
}

_NUMBER: Final = r"(\d{1,4}|元|[〇零一二三四五六七八九十百]+)"

_ERA_DATE: Final = re.compile(
    rf"(明治|大正|昭和|平成|令和|[明大昭平令MTSHR])\.?{_NUMBER}[年/.\-]{_NUMBER}[月/.\-]{_NUMBER}日?",
    re.IGNORECASE,
)

_ERA_COMPACT: Final = re.compile(r"([MTSHR])(\d\d)(\d\d)(\d\d)", re.IGNORECASE)

_DIGIT_COMPACT: Final = re.compile(r"([1-5])(\d\d)(\d\d)(\d\d)")

_WESTERN: Final = re.compile(r"(\d{4})[年/.\-](\d{1,2})[月/.\-](\d{1,2})日?")

_WESTERN_COMPACT: Final = re.compile(r"((?:18|19|20)\d\d)(\d\d)(\d\d)")

_TWO_DIGITS: Final = re.compile(r"\d{1,2}[年/.\-]\d{1,2}[月/.\-]\d{1,2}日?")

_SHORT: Final = re.compile(
    r"(?:明治|大正|昭和|平成|令和|[明大昭平令MTSHR])?\.?(?:\d{1,4}|元)年?"
    r"(?:[/.\-]?\d{1,2}月?)?(?:[/.\-]?\d{4})?",
    re.IGNORECASE,
)

_WESTERN_YEAR: Final = re.compile(r"((?:18|19|20)\d\d)年?")

_ERA_YEAR: Final = re.compile(
    rf"(明治|大正|昭和|平成|令和|[明大昭平令MTSHR])\.?{_NUMBER}年?", re.IGNORECASE
)

_SERIAL: Final = re.compile(r"(\d{4,5})(?:\.\d+)?")

_TAIL: Final = re.compile(
    r"(?:\(.*\)|[T\s]*\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?|[月火水木金土日]曜日?|生(?:まれ)?)$"
)

_SERIAL_ZERO: Final = dt.date(1899, 12, 30)


def read_date(text: str) -> dt.date | Finding | None:
    """The day a text means, a finding where it means none, None where it is blank.

    Read are 昭和23年5月1日, S23.5.1, 昭23/5/1, R元年5月1日, ㍼23年5月1日, S230501, 3230501 (the era
    as a digit), 1948-05-01, 1948年5月1日, 19480501 and the serial number 17654 (days since
    1899-12-30; from 2201 on, below that it is taken for a year). Kanji and full-width digits
    count as digits; a weekday, a time or a remark in brackets behind the date is left out.

    >>> read_date("㍼23年５月１日"), read_date("S64.1.7"), read_date(" ")
    (datetime.date(1948, 5, 1), datetime.date(1989, 1, 7), None)
    >>> read_date("昭和70年5月1日").suggestion
    'write 平成7年5月1日'
    """
    plain = narrow(text)
    while (cut := _TAIL.sub("", plain).strip()) != plain and cut:
        plain = cut
    plain = re.sub(r"[\s,・]+", "", plain) if "年" in plain else re.sub(r"[\s,・]+", ".", plain)
    if not plain:
        return None
    if (match := _ERA_DATE.fullmatch(plain)) or (match := _ERA_COMPACT.fullmatch(plain)):
        return _in_era(_BY_SPELLING[match[1].upper()], match)
    if match := _DIGIT_COMPACT.fullmatch(plain):
        return _in_era(ERAS[int(match[1]) - 1], match)
    if (match := _WESTERN.fullmatch(plain)) or (match := _WESTERN_COMPACT.fullmatch(plain)):
        return _on_day(int(match[1]), int(match[2]), int(match[3]), plain)
    return _from_serial(plain)


def read_year(text: str) -> int | Finding | None:
    """The year a text means, of a whole date its own; a finding where it means none.

    >>> read_year("昭和23年"), read_year("S23"), read_year("１９４８年生まれ"), read_year("S23.5.1")
    (1948, 1948, 1948, 1948)
    >>> read_year("23").code, read_year("")
    ('year_unclear', None)
    """
    plain = re.sub(r"\s+", "", narrow(text))
    plain = re.sub(r"生(?:まれ)?$", "", plain)
    if not plain:
        return None
    if match := _WESTERN_YEAR.fullmatch(plain):
        return int(match[1])
    if match := _ERA_YEAR.fullmatch(plain):
        era, count = _BY_SPELLING[match[1].upper()], _number(match[2])
        year = _FIRST_YEARS[era.name] + count - 1
        return year if count and year <= (era.ends or dt.date.max).year else _no_year(plain)
    day = read_date(text)
    return day.year if isinstance(day, dt.date) else _no_year(plain)


def _no_year(plain: str) -> Finding:
    return find("year_unclear", word=plain[:40])


def write_era(day: dt.date) -> str:
    """A day with its era, as on a form.

    >>> write_era(dt.date(2019, 5, 1)), write_era(dt.date(1948, 5, 1))
    ('令和元年5月1日', '昭和23年5月1日')
    """
    era = next((era for era in reversed(ERAS) if era.begins <= day), None)
    if era is None:
        return day.isoformat()
    year = day.year - _FIRST_YEARS[era.name] + 1
    return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def _in_era(era: Era, match: re.Match[str]) -> dt.date | Finding:
    year, month, day = (_number(match[group]) for group in (2, 3, 4))
    if year == 0:
        return find("date_impossible", word=match[0])
    found = _on_day(_FIRST_YEARS[era.name] + year - 1, month, day, match[0])
    if isinstance(found, Finding) or era.begins <= found <= (era.ends or dt.date.max):
        return found
    return find(
        "date_outside_era",
        era=era.name,
        begins=era.begins.isoformat(),
        ends=era.ends.isoformat() if era.ends else "now",
        suggested=write_era(found),
    )


def _number(text: str) -> int:
    if text == "元":
        return 1
    kanji = None if text.isdigit() and text.isascii() else read_kanji_number(text)
    return kanji if kanji is not None else int(text)


def _on_day(year: int, month: int, day: int, word: str) -> dt.date | Finding:
    try:
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        return find("date_impossible", word=word)


def _from_serial(plain: str) -> dt.date | Finding:
    match = _SERIAL.fullmatch(plain)
    if match and 2200 < int(match[1]) <= 73_050:
        return _SERIAL_ZERO + dt.timedelta(days=int(match[1]))
    word = plain[:40]
    if _TWO_DIGITS.fullmatch(plain):
        return find("date_two_digit_year", word=word)
    return find("date_incomplete" if _SHORT.fullmatch(plain) else "date_unclear", word=word)
