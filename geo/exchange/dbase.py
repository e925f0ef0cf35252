"""The text of a Shapefile's table: which encoding it is in.

Japanese Shapefiles are in CP932 without saying so, in UTF-8 with a .cpg file, or
in either with a wrong one. The bytes decide.
"""

from __future__ import annotations

import codecs
import struct
from pathlib import Path
from typing import Final

_SAMPLE: Final = 4_000_000
_TRIED: Final = ("utf-8", "cp932", "euc_jp")

_NAMES: Final = {"932": "cp932", "sjis": "cp932", "shift_jis": "cp932", "shift-jis": "cp932"}
"""How .cpg files spell CP932."""


def find_encoding(path: Path) -> str:
    """The encoding of the .dbf beside a .shp: the one with the fewest wrong bytes.

    What the .cpg file says goes first, then UTF-8, then CP932; a field cut in the
    middle of a character counts as one wrong byte and decides nothing. A .cpg file
    that says Latin-1 is not believed: it fits any bytes.
    """
    table = beside(path, ".dbf")
    if table is None:
        return "utf-8"
    with table.open("rb") as stream:
        content = stream.read(_SAMPLE)
    tried = dict.fromkeys([*_stated(path), *_TRIED])
    return min(tried, key=lambda name: _body(content).decode(name, "replace").count("\ufffd"))


def beside(path: Path, ending: str) -> Path | None:
    """The file of the same name with another ending in any case; None if it is not there."""
    for other in sorted(path.parent.iterdir()):
        if other.stem == path.stem and other.suffix.lower() == ending:
            return other
    return None


def _stated(path: Path) -> list[str]:
    told = beside(path, ".cpg")
    if told is None:
        return []
    name = told.read_bytes()[:40].decode("ascii", "ignore").strip().lower()
    try:
        found = codecs.lookup(_NAMES.get(name, name)).name
    except (LookupError, ValueError):
        return []
    return [found] if found in _TRIED else []


def _body(content: bytes) -> bytes:
    start = int(struct.unpack("<H", content[8:10])[0]) if len(content) >= 10 else 0
    return content[start:]
