"""A picture as it arrives: looked at before it is opened, then opened in memory."""

from __future__ import annotations

import struct
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from geo.errors import PictureTooLarge, PictureUnclear, PictureUnreadable

Image = npt.NDArray[np.uint8]
"""Rows, columns, and blue, green, red; or rows and columns of grey."""

MOST_BYTES: Final = 40_000_000
MOST_POINTS: Final = 110_000_000
"""An A0 scanned at 200 dpi has 62 million points; three bytes each are held while reading."""

_DARK: Final = 45.0
_SHARP: Final = 18.0
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


def open_picture(content: bytes) -> Image:
    """The picture upright, blue, green and red.

    Parameters
    ----------
    content
        A JPEG, PNG, TIFF or WebP file. Its size in points is read from its head before any of
        it is unpacked; the turn noted by a camera is undone.

    Raises
    ------
    PictureUnreadable, PictureTooLarge
    """
    if len(content) > MOST_BYTES:
        raise PictureTooLarge(size=_megabytes(len(content)), limit=_megabytes(MOST_BYTES))
    wide, high = picture_size(content)
    if wide * high > MOST_POINTS:
        limit = f"{MOST_POINTS // 1_000_000} MP"
        raise PictureTooLarge(size=f"{wide * high // 1_000_000} MP", limit=limit)
    try:
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as fault:
        raise PictureUnreadable from fault
    if picture is None or min(picture.shape[:2]) < 64:
        raise PictureUnreadable
    return np.asarray(picture, np.uint8)


def picture_size(content: bytes) -> tuple[int, int]:
    """Columns and rows by the file's head, before it is unpacked.

    Raises
    ------
    PictureUnreadable
        No JPEG, PNG, TIFF or WebP, or its head is damaged.
    """
    for start, measure in _HEADS:
        if content.startswith(start):
            try:
                wide, high = measure(content)
            except (struct.error, IndexError, KeyError, ValueError) as fault:
                raise PictureUnreadable from fault
            if wide > 0 and high > 0:
                return wide, high
    raise PictureUnreadable


def require_clear(grey: Image) -> None:
    """Refuse a picture too dark or blurred for anything to be found in it.

    Raises
    ------
    PictureUnclear
    """
    if float(np.percentile(grey[::8, ::8], 95)) < _DARK:
        raise PictureUnclear(reason="dark")
    small = cv2.resize(grey, (1000, max(round(1000 * grey.shape[0] / grey.shape[1]), 1)))
    if float(cv2.Laplacian(small, cv2.CV_64F).var()) < _SHARP:
        raise PictureUnclear(reason="blurred")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.0f} MB"


def _jpeg(content: bytes) -> tuple[int, int]:
    at = 2
    while content[at] == 0xFF:
        kind = content[at + 1]
        if kind in _FRAMES:
            high, wide = struct.unpack_from(">HH", content, at + 5)
            return wide, high
        at += 1 if kind == 0xFF else 2 + int(struct.unpack_from(">H", content, at + 2)[0])
    raise ValueError


def _png(content: bytes) -> tuple[int, int]:
    wide, high = struct.unpack_from(">II", content, 16)
    return wide, high


def _webp(content: bytes) -> tuple[int, int]:
    if content[8:12] != b"WEBP":
        raise ValueError
    kind = content[12:16]
    if kind == b"VP8X":
        wide, high = content[24:27], content[27:30]
        return 1 + int.from_bytes(wide, "little"), 1 + int.from_bytes(high, "little")
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    wide, high = struct.unpack_from("<HH", content, 26)
    return wide & 0x3FFF, high & 0x3FFF


def _tiff(content: bytes) -> tuple[int, int]:
    order = "<" if content[:2] == b"II" else ">"
    first = int(struct.unpack_from(f"{order}I", content, 4)[0])
    count = int(struct.unpack_from(f"{order}H", content, first)[0])
    told: dict[int, int] = {}
    for entry in range(min(count, 200)):
        at = first + 2 + 12 * entry
        tag, kind = struct.unpack_from(f"{order}HH", content, at)
        form = {3: "H", 4: "I"}.get(kind)
        if tag in {256, 257} and form:
            told[tag] = int(struct.unpack_from(order + form, content, at + 8)[0])
    return told[256], told[257]


_HEADS: Final[tuple[tuple[bytes, Any], ...]] = (
    (b"\xff\xd8", _jpeg),
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"RIFF", _webp),
    (b"II*\x00", _tiff),
    (b"MM\x00*", _tiff),
)
