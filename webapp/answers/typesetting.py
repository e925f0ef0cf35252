"""Papers set by Typst: words come as data, never as markup; nothing is written to disk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson
import typst

from geo.draw import vendor

_RUBY: Final = Path(__file__).parent / "ruby.typ"
"""Furigana, for every template: ``ruby``, and ``say`` for words with their readings."""


def typeset(
    template: Path,
    page: Mapping[str, Any],
    made_on: dt.date,
    form: Any = "pdf",  # noqa: ANN401 - the words of typst's own stub
) -> Any:  # noqa: ANN401 - bytes, or a list of pages as svg
    """A paper made of a template and its words, in the UD font that we install.

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
        _RUBY.read_bytes() + template.read_bytes(),
        font_paths=fonts,
        ignore_system_fonts=True,
        format=form,
        sys_inputs={"page": orjson.dumps(page).decode("utf-8")},
        timestamp=dt.datetime.combine(made_on, dt.time(), dt.UTC),
    )
