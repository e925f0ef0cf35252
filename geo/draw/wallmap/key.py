"""The key of a wall map: what the house numbers stand for, on sheets of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from geo.draw.typesetting import typeset
from geo.draw.wallmap.formats import RESIDENTS, STAFF
from geo.draw.wallmap.sheets import Imprint
from geo.draw.words import require_lang, say

_TEMPLATE: Final = Path(__file__).parents[1] / "assets" / "key.typ"


@dataclass(frozen=True)
class KeyRow:
    """One house: as much of it as the holder of the key may know; "" leaves a blank."""

    number: int
    square: str
    name: str = ""
    address: str = ""
    remark: str = ""


def key_sheet(
    rows: Sequence[KeyRow],
    *,
    imprint: Imprint | None = None,
    residents: bool = True,
    lang: str = "ja",
) -> bytes:
    """A list on A4 in the order of the numbers, as a PDF.

    Columns that nobody fills are left out.

    Raises
    ------
    ParameterWrong
    AssetMissing
        The font is not installed.
    """
    require_lang(lang)
    imprint = imprint or Imprint()
    made = imprint.made_on or dt.datetime.now().astimezone().date()
    ordered = [asdict(row) for row in sorted(rows, key=lambda row: row.number)]
    columns = [
        name
        for name in ("number", "square", "name", "address", "remark")
        if name in {"number", "square"} or any(row[name] for row in ordered)
    ]
    page = {
        "lang": lang,
        "points": RESIDENTS if residents else STAFF,
        "title": f"{imprint.title} {say('key_title', lang)}".strip(),
        "warning": imprint.warning,
        "copy": imprint.copy,
        "watermark": imprint.watermark,
        "made": f"{say('made', lang)} {made.isoformat()}",
        "page_words": say("page", lang),
        "columns": columns,
        "heads": [say(name, lang) for name in columns],
        "rows": [[str(row[name]) for name in columns] for row in ordered],
    }
    return bytes(typeset(_TEMPLATE.read_bytes(), page, made))
