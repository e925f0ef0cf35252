"""The sheet for the wall: its codes are read back as a phone would read them."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp

from tests.inked import needs_poppler, run
from webapp.board.wallsheet import Door, Size, set_wall_sheet
from webapp.serving.hall import Wifi

DAY = dt.date(2026, 11, 26)
PAGE = "http://192.168.137.1:8000/workshop/join/"
WIFI = Wifi("守恒公民館 #1", 'a;b"c\\d,e:f')


@needs_poppler
@pytest.mark.parametrize("size", ["a4", "a3"])
def test_a_phone_reads_both_codes_from_the_paper(size: Size, tmp_path: Path) -> None:
    sheet = set_wall_sheet("三丁目", Door("abcd-efgh", PAGE, PAGE, WIFI), DAY, "ja", size)
    grey = run("pdftoppm", sheet, tmp_path, "-gray", "-r", "70", "-singlefile")
    picture = cv2.imdecode(np.frombuffer(grey, np.uint8), cv2.IMREAD_GRAYSCALE)
    read = {one.text for one in zxingcpp.read_barcodes(picture)}
    assert read == {
        f"{PAGE}#abcd-efgh",
        'WIFI:T:WPA;S:守恒公民館 #1;P:a\\;b\\"c\\\\d\\,e\\:f;;',
    }
    assert not re.search(rb"/Subtype\s*/Image", sheet), "lines, not pixels"


@needs_poppler
@pytest.mark.parametrize(("door", "count"), [(Door("abcd-efgh", PAGE, PAGE), 1), (Door("x"), 0)])
def test_what_is_not_known_is_left_out(door: Door, count: int, tmp_path: Path) -> None:
    sheet = set_wall_sheet("三丁目", door, DAY, "en")
    grey = run("pdftoppm", sheet, tmp_path, "-gray", "-r", "70", "-singlefile")
    picture = cv2.imdecode(np.frombuffer(grey, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert len(zxingcpp.read_barcodes(picture)) == count
