"""The welfare map on paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.draw.columns import Audience
from geo.draw.paper import fit_plan, scale_bar
from geo.draw.plan import plan_svg
from geo.draw.sheet import Paper, welfare_sheet
from geo.errors import ParameterWrong
from tests.drawn import MADE_ON, small_town

_POPPLER = shutil.which("pdftotext")
needs_poppler = pytest.mark.skipif(_POPPLER is None, reason="pdftotext (poppler-utils) is absent")


def _sheet(audience: Audience = "staff", **more: Any) -> bytes:  # noqa: ANN401 - what welfare_sheet takes
    town = small_town(more.pop("name", "山田 花子"))
    return welfare_sheet(town.pop("districts"), audience=audience, made_on=MADE_ON, **town | more)


def _said(tool: str, pdf: bytes, folder: Path, *words: str) -> str:
    path = folder / "sheet.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([tool, *words, str(path), *(["-"] if tool == "pdftotext" else [])],
                          capture_output=True, check=True)  # fmt: skip
    return done.stdout.decode("utf-8")


def test_the_same_input_gives_the_same_bytes() -> None:
    assert _sheet() == _sheet()
    assert _sheet().startswith(b"%PDF-")


@needs_poppler
def test_it_says_what_a_sheet_must_say(tmp_path: Path) -> None:
    words = _said("pdftotext", _sheet(credit="国土数値情報 & <地図>"), tmp_path)
    for word in (
        "福祉マップ",
        "凡例",
        "2026-04-01",
        "国土数値情報 & <地図>",
        "北",
        "取扱注意",
        "東校区",
    ):
        assert word in words
    assert re.search(r"\d+ m\b", words)


@needs_poppler
def test_the_public_sheet_names_nobody(tmp_path: Path) -> None:
    words = _said("pdftotext", _sheet("public", lang="en"), tmp_path)
    assert "Confidential" not in words
    assert "Fewer than 10, or none" in words
    assert "Watching over" not in words
    assert "Active supporter" not in words


@needs_poppler
@pytest.mark.parametrize(("paper", "points"), [("A3", (1190.55, 841.89)), ("A4", (841.89, 595.28))])
def test_its_paper_is_as_wanted_and_its_font_is_inside(
    paper: Paper, points: tuple[float, float], tmp_path: Path
) -> None:
    pdf = _sheet("public", paper=paper)
    size = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", _said("pdfinfo", pdf, tmp_path))
    assert size is not None
    assert tuple(map(float, size.groups())) == pytest.approx(points, abs=0.5)
    fonts = _said("pdffonts", pdf, tmp_path).splitlines()[2:]
    assert fonts
    assert all("BIZUDPGothic" in line and "yes yes yes" in line for line in fonts)


@needs_poppler
def test_a_copy_carries_its_mark_and_others_none(tmp_path: Path) -> None:
    mark = "持出し 2026-0001 山田 <#x>"
    words = _said("pdftotext", _sheet(watermark=mark), tmp_path)
    assert mark in words
    assert words.count("持出") == 4 or words.count("持") == 4, "thrice across, once below"
    assert "持出し" not in _said("pdftotext", _sheet(), tmp_path)


@settings(max_examples=12)
@given(st.text(st.sampled_from("<>&\"'`${}[]#@*_=\\/]]>\x00\x0b\u202e\u2067髙👩"), max_size=20))
def test_any_name_gives_a_drawing_that_is_well_formed(name: str) -> None:
    town = small_town(name)
    plan = fit_plan(town["districts"], 200.0, 150.0)
    streets = town.pop("streets")
    drawing = ET.fromstring(plan_svg(town | {"streets": streets}, plan, "ja"))  # noqa: S314 - ours
    assert drawing.tag.endswith("svg")


def test_a_name_of_markup_is_printed_as_it_is() -> None:
    assert _sheet(name='#eval("1") <b> ]]> $x$ \u202e @ref', title="#panic() *x*").startswith(
        b"%PDF"
    )


def test_the_plan_keeps_its_scale() -> None:
    plan = fit_plan(small_town()["districts"], 200.0, 150.0)
    metres, length = scale_bar(plan)
    assert length <= 60.0
    assert length / metres == pytest.approx(plan.scale)
    corners = plan.paper(shapely.get_coordinates(small_town()["districts"].geometry.to_numpy()))
    assert corners.min() > 0
    assert (corners.max(axis=0) < (200.0, 150.0)).all()


def test_an_unknown_paper_is_refused() -> None:
    with pytest.raises(ParameterWrong, match="A3 or A4"):
        _sheet(paper="B5")
