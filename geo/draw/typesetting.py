"""Typst: words come as data, never as markup; the UD font only; nothing is written to disk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import orjson
import typst

from geo.draw import vendor


def typeset(
    template: bytes,
    page: Mapping[str, Any],
    made_on: dt.date,
    form: Any = "pdf",  # noqa: ANN401 - the words of typst's own stub
) -> Any:  # noqa: ANN401 - bytes, or a list of pages as svg
    """A paper made of a template, which reads ``page`` from its inputs.

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
        template,
        font_paths=fonts,
        ignore_system_fonts=True,
        format=form,
        sys_inputs={"page": orjson.dumps(page).decode("utf-8")},
        timestamp=dt.datetime.combine(made_on, dt.time(), dt.UTC),
    )
