"""Papers of the house: templates of `geo.draw.typesetting` that can set furigana."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from geo.draw import typesetting as setting

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
    return setting.typeset(_RUBY.read_bytes() + template.read_bytes(), page, made_on, form)
