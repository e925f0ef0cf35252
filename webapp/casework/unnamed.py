"""Own words without those who are helped: names, telephones and addresses are taken out.

A paper that is handed round tells of cases by number. What a consultant wrote freely may
name somebody all the same; whoever is in the register is blotted out of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Self

from sqlalchemy import Connection, select

from webapp.register.records import Household, Person

BLOT: Final = "〇〇"
"""Stands where something was taken out."""

_CALLED: Final = r"(?=\s*(?:さん|様|さま|氏|宅|くん|君|ちゃん|方|家|夫妻|ご夫婦|邸))"
"""What follows a part of a name when somebody is meant."""

_DASH: Final = r"[-‐‑–−ー－()（）\s]*"
_PHONE: Final = re.compile(rf"(?<!\d)[0０]\d{{1,4}}{_DASH}\d{{1,4}}{_DASH}\d{{3,4}}(?!\d)")
_BLANKS: Final = re.compile(r"\s+")


@dataclass(frozen=True)
class Blotter:
    """``whole``: taken out wherever they stand; ``parts``: where somebody is addressed."""

    whole: frozenset[str]
    parts: frozenset[str]

    @classmethod
    def of(cls, connection: Connection, district_id: str | None) -> Self:
        """The people and homes of a district; None = of every one."""
        people = select(Person.name, Person.kana, Person.phone)
        homes = select(Household.address)
        if district_id is not None:
            people = people.where(Person.district_id == district_id)
            homes = homes.where(Household.district_id == district_id)
        rows = connection.execute(people).all()
        names = [text for row in rows for text in row[:2] if text]
        whole = [*names, *(row[2] for row in rows), *connection.scalars(homes)]
        return cls(
            frozenset(_known(whole)),
            frozenset(part for name in names for part in _parts(name)),
        )

    def also(self, names: Iterable[str | None]) -> Self:
        """The same, and these names besides."""
        known = [one for one in names if one]
        parts = {part for name in known for part in _parts(name)}
        return replace(self, whole=self.whole | frozenset(_known(known)), parts=self.parts | parts)

    def blot(self, text: str) -> str:
        """The text without anybody; what is left stands as it was written."""
        told = _PHONE.sub(BLOT, text)
        plain = unicodedata.normalize("NFKC", told)
        squeezed = _squeeze(told)
        found = [one for one in self.whole if one in squeezed]
        parts = [one for one in self.parts if one in squeezed]
        if not found and not parts:
            return told
        patterns = [_loose(one) for one in sorted(found, key=len, reverse=True)]
        patterns += [_loose(one) + _CALLED for one in sorted(parts, key=len, reverse=True)]
        hidden = re.sub("|".join(patterns), BLOT, plain)
        return told if hidden == plain else hidden


def _known(texts: Iterable[str | None]) -> Iterator[str]:
    """Squeezed texts of at least two letters."""
    for text in texts:
        if text and len(squeezed := _squeeze(text)) > 1:
            yield squeezed


def _parts(name: str) -> list[str]:
    """Family and given name; of a name without a blank whatever may be one of them."""
    parts = unicodedata.normalize("NFKC", name).split()
    if len(parts) != 1:
        return parts
    (whole,) = parts
    cuts = range(1, min(4, len(whole)))
    return [whole[:cut] for cut in cuts] + [whole[-cut:] for cut in cuts]


def _squeeze(text: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def _loose(squeezed: str) -> str:
    """A pattern of the text with blanks wherever somebody may have set them."""
    return r"\s*".join(map(re.escape, squeezed))
