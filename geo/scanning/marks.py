"""The marks on a sheet, found in a picture."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from geo.scanning.picture import Image


@lru_cache(maxsize=1)
def _detector() -> cv2.aruco.ArucoDetector:
    settings = cv2.aruco.DetectorParameters()
    settings.adaptiveThreshWinSizeMin = 11
    settings.adaptiveThreshWinSizeMax = 51
    settings.adaptiveThreshWinSizeStep = 20
    settings.minMarkerPerimeterRate = 0.012
    settings.errorCorrectionRate = 0.5
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    settings.cornerRefinementWinSize = 4
    words = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_1000)
    return cv2.aruco.ArucoDetector(words, settings)


def find_marks(picture: Image) -> dict[int, npt.NDArray[np.float64]]:
    """The corners of each mark by its number: (4, 2) pixels, from its top left clockwise.

    Looked for in the brightest of the three colours, where a pen across a mark is nearly as
    white as paper, and in grey. A number seen at two places is left out: one of them is wrong,
    nobody knows which.
    """
    blue, green, red = cv2.split(picture)
    bright = np.asarray(cv2.max(cv2.max(blue, green), red), np.uint8)
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    return _detect(grey) | _detect(bright)


def _detect(channel: Image) -> dict[int, npt.NDArray[np.float64]]:
    corners, ids, _ = _detector().detectMarkers(channel)
    numbers = np.asarray(ids).ravel().tolist() if len(corners) else []
    return {
        int(number): np.asarray(square, float).reshape(4, 2)
        for number, square in zip(numbers, corners, strict=True)
        if numbers.count(number) == 1
    }
