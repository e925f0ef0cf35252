"""Finding a household by what one knows of it: name, address or number."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

from webapp.answers.atlas import Atlas

MOST: Final = 20


def search_households(atlas: Atlas, text: str) -> list[dict[str, Any]]:
    """Households in whose id, name or address every word of ``text`` occurs."""
    words = [search_key(word) for word in text.replace("\u3000", " ").split()]
    rows = atlas.once("household keys", lambda: _keys(atlas))
    layer = atlas.layer("households")
    found = [row for row, key in enumerate(rows) if all(word in key for word in words)][:MOST]
    return [_card(layer, row) for row in found]


def household_card(atlas: Atlas, identity: str) -> dict[str, Any]:
    """One household as the search shows it. Raises `NotFound`."""
    atlas.household(identity)
    return _card(atlas.layer("households"), atlas.household_rows[identity])


def search_key(text: str) -> str:
    """Text for comparing only: NFKC, small letters, hiragana as katakana.

    >>> search_key("ｻﾄｳ　はな")
    'サトウハナ'
    """
    plain = unicodedata.normalize("NFKC", text).lower().replace(" ", "")
    return "".join(chr(ord(c) + 96) if "ぁ" <= c <= "ゖ" else c for c in plain)


def _keys(atlas: Atlas) -> list[str]:
    layer = atlas.layer("households")
    columns = [layer[c] for c in ("id", "name", "address") if c in layer.columns]
    return [
        search_key("|".join(v for v in row if isinstance(v, str)))
        for row in zip(*columns, strict=True)
    ]


def _card(layer: Any, row: int) -> dict[str, Any]:  # noqa: ANN401
    one = layer.iloc[row]
    text = {
        name: one[name] if isinstance(one.get(name), str) else None
        for name in ("id", "name", "address", "composition", "district_id")
    }
    needs = one.get("needs")
    placed = one.geometry is not None and not one.geometry.is_empty
    return text | {"needs": list(needs) if isinstance(needs, list) else None, "placed": placed}
