"""What geo says in English within a fault has its Japanese: every text in the code is found."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo import errors as geo_errors
from webapp.facts import say_fact
from webapp.wording import catalogue

ROOT = Path(__file__).parents[2]
FAULTS = {name for name, _ in inspect.getmembers(geo_errors, inspect.isclass)}
SPOKEN = frozenset(["reason", "kind", "wanted", "way_out", "problem", "expected", "limit", "size"])
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
SAYERS = {"_refused", "_unreadable", "_faulty"}
NAMES = re.compile(r"gdal_edit -a_srs|pip install|welfaremap |osmnx\.\w+")


def sentences() -> Iterator[str]:
    """Every text that code gives a fault, a 7 in each of its places."""
    for file in sorted((ROOT / "geo").rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        constants = {
            target.id: node.value
            for node in ast.walk(tree)
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield from _said(node, node.func.id, constants)


def _said(call: ast.Call, name: str, constants: dict[str, ast.expr]) -> Iterator[str]:
    given = [one.value for one in call.keywords if one.arg in SPOKEN] if name in FAULTS else []
    for value in [*given, *(call.args[-1:] if name in SAYERS else [])]:
        said = _text(value, constants)
        if ENGLISH.search(said):
            yield said


def _text(node: ast.expr, constants: dict[str, ast.expr]) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, {}) for part in parts)
        case ast.BinOp(left=left, right=right):
            return _text(left, constants) + _text(right, constants)
        case ast.Name(id=name) if name in constants:
            return _text(constants[name], {})
        case _:
            return "7"


ALL = sorted(set(sentences()))


def test_the_texts_are_found() -> None:
    assert len(ALL) > 60


@pytest.mark.parametrize("said", ALL)
def test_every_text_of_geo_is_said_in_japanese(said: str) -> None:
    japanese = say_fact(said, "ja")
    assert re.search(r"[ぁ-んァ-ヶ一-龠]", japanese), said
    assert not ENGLISH.search(NAMES.sub("", japanese)), japanese
    assert say_fact(said, "en") == said


def test_a_text_with_places_keeps_what_stands_in_them() -> None:
    assert say_fact("it is cut short: 12 of 34 bytes are there", "ja") == (
        "途中で切れています。34バイトのうち12バイトしかありません"
    )
    assert say_fact("it is an Excel workbook", "ja") == "中身はExcelのファイルです"
    assert say_fact("one of 氏名, 住所", "ja") == "氏名, 住所 のどれか"
    assert say_fact("it is a Point, not an area", "ja") == "面ではなく点です"


def test_what_is_not_known_stays() -> None:
    assert say_fact("山田.csv", "ja") == "山田.csv"
    assert say_fact("EPSG:6668", "ja") == "EPSG:6668"


def test_no_english_text_has_two_meanings() -> None:
    texts = [entry["en"] for key, entry in catalogue().items() if key.startswith("fact.")]
    assert len(texts) == len(set(texts))
