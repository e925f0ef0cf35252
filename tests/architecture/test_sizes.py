"""Files and functions stay small enough to be read at one go."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from statistics import median, quantiles

HOUSE = Path(__file__).parents[2]
SOURCES = sorted(path for room in ("geo", "webapp") for path in (HOUSE / room).rglob("*.py"))


def lines_of(path: Path) -> int:
    return path.read_text("utf-8").count("\n")


@cache
def functions() -> dict[str, int]:
    """Lines of every function, its docstring not counted."""
    found: dict[str, int] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found[f"{path.relative_to(HOUSE)}:{node.lineno} {node.name}"] = length(node)
    return found


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    said = ast.get_docstring(node, clean=False) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if said else 0
    return (node.end_lineno or node.lineno) - node.lineno - docstring


def test_no_file_is_longer_than_400_lines() -> None:
    assert [str(path) for path in SOURCES if lines_of(path) > 400] == []


def test_half_of_the_files_have_150_lines_at_most() -> None:
    assert median(lines_of(path) for path in SOURCES if path.name != "__init__.py") <= 150


def test_no_function_is_longer_than_60_lines() -> None:
    assert {name: size for name, size in functions().items() if size > 60} == {}


def test_functions_are_short() -> None:
    sizes = list(functions().values())
    assert median(sizes) <= 8
    assert quantiles(sizes, n=20)[-1] <= 40
