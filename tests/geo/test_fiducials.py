"""The code and the marks that make a sheet readable again."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from geo import terms
from geo.draw.fiducials import SheetCode, mark_cells, mark_layout, mark_places
from geo.draw.pens import PENS, STICKERS
from geo.errors import ParameterWrong, SheetCodeForeign, SheetCodeNewer

FRAMES = [(277.0, 160.0), (336.0, 250.0), (780.0, 540.0), (1150.0, 780.0), (780.0, 1150.0)]

codes = st.builds(
    SheetCode,
    sheet=st.from_regex(r"\A[A-Z0-9-]{1,16}\Z"),
    epsg=st.sampled_from([6670, 6687, 32722]),
    west=st.floats(-9e5, 9e5),
    north=st.floats(-9e6, 9e6),
    scale=st.sampled_from([500, 1000, 1500, 2500]),
    width=st.floats(100, 1200),
    height=st.floats(100, 1200),
    tile=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    tiles=st.tuples(st.integers(1, 10), st.integers(1, 10)),
)


@given(codes)
def test_a_code_is_read_as_it_was_written(code: SheetCode) -> None:
    assert SheetCode.read(code.write()) == code
    assert segno.make(code.write(), micro=False).mode == "alphanumeric"


@given(codes, st.floats(0, 1200), st.floats(0, 1200))
def test_paper_to_ground_and_back_is_the_same_place(code: SheetCode, x: float, y: float) -> None:
    back = code.paper_of_plane(code.plane_of_paper([(x, y)]))
    assert np.allclose(back, [(x, y)], atol=1e-4)


def test_a_millimetre_is_the_scale_in_metres_and_south_is_down() -> None:
    code = SheetCode("A", 6670, 100.0, 200.0, 500, 300.0, 200.0)
    assert code.plane_of_paper([(10, 20)]).tolist() == [[105.0, 190.0]]


@pytest.mark.parametrize("text", ["", "https://example.jp/", "WM1:a:6670", "WM1:A:6670:1:2:3"])
def test_another_code_is_refused(text: str) -> None:
    with pytest.raises(SheetCodeForeign):
        SheetCode.read(text)


def test_the_code_of_a_newer_edition_is_refused() -> None:
    with pytest.raises(SheetCodeNewer):
        SheetCode.read("WM2:whatever comes then")


@pytest.mark.parametrize("frame", FRAMES)
def test_marks_stand_apart_inside_the_frame_wherever_houses_push_them(
    frame: tuple[float, float],
) -> None:
    houses = np.random.default_rng(3).uniform((0, 0), frame, (700, 2))
    for marks in (mark_layout(*frame), mark_layout(*frame, avoid=houses)):
        assert len({mark.id for mark in marks}) == len(marks)
        boxes = [(m.x - m.quiet, m.y - m.quiet, m.side + 2 * m.quiet) for m in marks]
        for (x, y, side), (u, v, other) in itertools.combinations(boxes, 2):
            assert x + side <= u or u + other <= x or y + side <= v or v + other <= y
        assert all(min(x, y) >= 0 for x, y, _ in boxes)
        assert all(x + side <= frame[0] and y + side <= frame[1] for x, y, side in boxes)
        assert all(mark_places(*frame)[mark.id] == mark for mark in marks)


@pytest.mark.parametrize("frame", FRAMES)
def test_no_place_is_far_from_a_mark(frame: tuple[float, float]) -> None:
    middles = np.array([mark.middle for mark in mark_layout(*frame)])
    inside = [mark for mark in mark_layout(*frame) if mark.side < 9]
    spots = np.random.default_rng(1).uniform((0, 0), frame, (2000, 2))
    far = np.hypot(*(spots[:, None] - middles[None]).transpose(2, 0, 1)).min(axis=1).max()
    assert far <= 75.0
    assert len(inside) >= (9 if frame[0] > 300 else 4)


def test_a_house_is_not_hidden_by_a_mark_that_can_step_aside() -> None:
    covered = np.array([mark.middle for mark in mark_layout(336, 250) if mark.side < 9])
    for mark in mark_layout(336, 250, avoid=covered):
        middle = np.array(mark.middle)
        assert mark.side > 9 or np.abs(covered - middle).max(axis=1).min() >= 9.0


@pytest.mark.parametrize("frame", [(90.0, 300.0), (2400.0, 1800.0)])
def test_a_frame_beyond_the_marks_is_refused(frame: tuple[float, float]) -> None:
    with pytest.raises(ParameterWrong):
        mark_layout(*frame)


def test_a_mark_has_a_black_border_and_its_own_cells() -> None:
    cells = np.array(mark_cells(7))
    assert cells.shape == (7, 7)
    assert cells[[0, -1]].all()
    assert cells[:, [0, -1]].all()
    assert mark_cells(7) != mark_cells(8)
    with pytest.raises(ParameterWrong):
        mark_cells(1000)


def test_pens_and_stickers_have_words_of_the_field() -> None:
    assert {pen.kind for pen in PENS.values()} <= terms.LINK_KINDS.keys()
    known = terms.COMPOSITIONS.keys() | {"worry", "helper"}
    assert {one.meaning for one in STICKERS.values()} <= known
