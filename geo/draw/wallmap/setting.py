"""Typst for wall maps and their keys: words as data, nothing on disk, the UD font only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson
import typst

from geo.draw import vendor

_ASSETS: Final = Path(__file__).parents[1] / "assets"


def typeset(template: str, page: Mapping[str, Any], made_on: dt.date) -> bytes:
    """A PDF made of one of our templates and its words.

    Raises
    ------
    AssetMissing
        The font is not installed.
    """
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(vendor.font_folder())],
    )
    return typst.compile(
        (_ASSETS / template).read_bytes(),
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"page": orjson.dumps(page).decode("utf-8")},
        timestamp=dt.datetime.combine(made_on, dt.time(), dt.UTC),
    )
