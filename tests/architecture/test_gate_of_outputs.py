"""What draws or writes people is called only where consent was asked first.

`webapp.register.disclose` is the only way out. Each caller of a function that makes a
file, a page or an answer out of layers is listed here with where its layers come from.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Final

WEBAPP: Final = Path(__file__).parents[2] / "webapp"

MAKERS: Final = {
    "write_layer", "layer_bytes", "write_workbook", "write_sheets", "workbook_bytes",
    "welfare_sheet", "welfare_map", "single_file", "wall_sheets", "key_sheet",
    "layer_columns", "to_csv", "to_excel", "to_json", "to_html", "to_file", "to_parquet",
    "to_feather", "to_geojson", "to_pickle", "to_sql",
}  # fmt: skip
"""Calls that turn a layer into bytes."""

BY_CONSENT: Final = {
    "register/export_copies.py": "a Disclosure, or Taken from what was Released",
    "answers/drawing.py": "the atlas of a viewer, cut by consent; the public's, only counted",
    "answers/packing.py": "the same",
    "terminal/maps.py": "the same, as a numbered copy",
    "workshop/papers.py": "what editions.hand_out let out of a board, as a numbered copy",
    "terminal/questions.py": "the same, as a numbered copy",
}
"""Who calls them, and from what."""

NO_PEOPLE: Final = {
    "answers/figure_files.py": "counts",
    "planning/land.py": "land nobody reaches, with sums of cells",
    "answers/public_cells.py": "counts by cell as webapp.studies.publishing hides and rounds them",
    "workspace/geopackage.py": "the grounds: districts, places, population",
}

SOURCES: Final = {"exact", "read_layers", "cut_layers", "cut"}
"""Calls that give layers before consent was asked."""

BEFORE_CONSENT: Final = {
    "register/layers.py": "makes them",
    "register/disclose.py": "asks",
    "answers/atlas.py": "the whole atlas, for counting what is published",
    "terminal/imports.py": "an import compares a file with what stands; nothing is shown",
    "workspace/__init__.py": "the grounds",
}


def callers(names: set[str]) -> set[str]:
    """Files of webapp that call one of these."""
    return {file for file, called in calls().items() if called & names}


@cache
def calls() -> dict[str, set[str]]:
    """What each file of webapp calls."""
    return {
        str(path.relative_to(WEBAPP)): {
            _name(node.func)
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call)
        }
        for path in WEBAPP.rglob("*.py")
    }


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def test_nobody_else_turns_layers_into_bytes() -> None:
    assert callers(MAKERS) - set(BY_CONSENT) - set(NO_PEOPLE) == set()


def test_nobody_else_takes_layers_before_consent_was_asked() -> None:
    assert callers(SOURCES) - set(BEFORE_CONSENT) == set()


def test_the_atlas_of_a_viewer_is_cut_by_consent() -> None:
    source = (WEBAPP / "answers" / "atlas.py").read_text("utf-8")
    (given,) = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name == "of"
    ]
    assert "allowed_layers" in ast.unparse(given)
