"""The legend and the symbol table behind the map and the sheet."""

from __future__ import annotations

import itertools

import pytest

from geo import terms
from geo.draw import symbols
from geo.draw.legend import Group, legend_groups
from tests.drawn import small_town

_STAFF = ("districts", "households", "supporters", "links", "places", "uncovered", "streets")


def _legend(lang: str = "ja", *, counts: bool = True, rows: int = 24) -> list[Group]:
    layers = {name: small_town()[name] for name in _STAFF}
    layers["households"] = layers["households"].iloc[:rows]
    return legend_groups(layers, lang=lang, counts=counts)


def _luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_every_word_of_the_field_has_a_symbol_and_none_is_told_by_colour_alone() -> None:
    assert set(symbols.NEED_MARKS) == set(terms.ACTIVITIES)
    assert set(symbols.COMPOSITION_SHAPES) == {*terms.COMPOSITIONS, "unknown"}
    assert set(symbols.LINK_STROKES) == set(terms.LINK_KINDS)
    assert set(symbols.PLACE_LETTERS) == set(terms.PLACE_KINDS)
    for side in (0, 1):
        needs = [(mark.ja, mark.en)[side] for mark in symbols.NEED_MARKS.values()]
        places = [letters[side] for letters in symbols.PLACE_LETTERS.values()]
        assert len(set(needs)) == len(needs)
        assert len(set(places)) == len(places)
    assert len({stroke.dash for stroke in symbols.LINK_STROKES.values()}) == len(terms.LINK_KINDS)
    shapes = list(symbols.COMPOSITION_SHAPES.values())
    assert len(set(shapes)) == len(shapes)
    assert not {"star", "plate"} & set(shapes)


@pytest.mark.parametrize(
    ("fill", "ink"),
    [(m.fill, m.ink) for m in (*symbols.NEED_MARKS.values(), symbols.PLACE_MARK)]
    + [(step.fill, step.ink) for step in symbols.MESH_CLASSES],
)
def test_letters_can_be_read_on_their_fill(fill: str, ink: str) -> None:
    bright, dark = sorted((_luminance(fill), _luminance(ink)), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


def test_mesh_classes_grow_darker() -> None:
    fills = [_luminance(step.fill) for step in symbols.MESH_CLASSES]
    assert all(lighter > darker for lighter, darker in itertools.pairwise(fills))


def test_it_counts_what_is_drawn() -> None:
    shapes, needs = (g for g in _legend() if g.layer == "households")
    assert sum(row.count or 0 for row in shapes.rows) == 24
    several = next(row for row in needs.rows if "二つ以上" in row.label)
    assert sum(row.count or 0 for row in needs.rows) - (several.count or 0) == 24
    assert several.count == 2


def test_it_lists_only_what_occurs() -> None:
    shapes = next(g for g in _legend(rows=2) if g.layer == "households")
    assert [row.label for row in shapes.rows] == ["高齢者独居", "高齢者夫婦"]
    links = next(g for g in _legend() if g.layer == "links")
    labels = [row.label for row in links.rows]
    assert labels[:3] == ["見守り", "鍵預かり", "その他"]
    assert "親族" not in labels
    assert (
        legend_groups({"districts": small_town()["districts"].iloc[:0]}, lang="ja", counts=True)
        == []
    )


def test_it_keeps_counts_from_those_who_may_not_see_them() -> None:
    assert all(row.count is None for group in _legend(counts=False) for row in group.rows)
    assert any(row.count for group in _legend() for row in group.rows)


def test_it_speaks_english() -> None:
    words = "".join(row.label + group.label for group in _legend("en") for row in group.rows)
    assert words.isascii() or set(words) - {"’", "–"} <= set(map(chr, range(128)))
