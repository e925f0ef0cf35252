"""Lists of towns and blocks with their points, as published for all of Japan.

Read are 街区レベル and 大字・町丁目レベル位置参照情報 (国土交通省) in both spellings of their
headings, 住所データ (Geolonia), and lists with the columns code, ward, town, lat, lng.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from pyproj import Transformer

from geo.errors import CellFaulty, SchemaUnknown
from geo.exchange.sheets import Grid, Headings, find_header, join_headings, read_grid
from geo.exchange.spellings import fold, narrow
from geo.units import Degrees

_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "prefecture": ("都道府県名", "都道府県"),
    "municipality": ("市区町村名", "市区町村", "ward", "city"),
    "code": ("市区町村コード", "code"),
    "town": (
        "大字・丁目名", "大字・町丁目名", "大字町丁目名", "大字_丁目名", "大字_町丁目名",
        "町丁目名", "town",
    ),
    "part": ("小字・通称名", "小字・通称", "小字_通称名", "koaza"),
    "block": ("街区符号・地番", "街区符号_地番"),
    "zone": ("座標系番号",),
    "x": ("X座標",),
    "y": ("Y座標",),
    "lat": ("緯度", "lat", "latitude"),
    "lon": ("経度", "lng", "lon", "longitude"),
    "main": ("代表フラグ",),
}  # fmt: skip

PREFECTURES: Final = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県",
    "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
    "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県",
    "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
    "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)  # fmt: skip
"""By code, 01 first."""

# Cities whose wards have codes of their own: the code of the city, before those of its wards.
_CITIES: Final = {
    1100: "札幌市", 4100: "仙台市", 11100: "さいたま市", 12100: "千葉市", 14100: "横浜市",
    14130: "川崎市", 14150: "相模原市", 15100: "新潟市", 22100: "静岡市", 22130: "浜松市",
    23100: "名古屋市", 26100: "京都市", 27100: "大阪市", 27140: "堺市", 28100: "神戸市",
    33100: "岡山市", 34100: "広島市", 40100: "北九州市", 40130: "福岡市", 43100: "熊本市",
}  # fmt: skip


@dataclass(frozen=True)
class TownPoint:
    """One row of a town list.

    Attributes
    ----------
    prefecture, city
        ``""`` where the list does not say and the code does not tell; ``city`` only for wards
        of a city and for towns of a county.
    municipality
        The ward, city, town or village, without its city or county.
    town, part, block
        大字・町丁目, 小字・通称, 街区符号・地番 as published; ``""`` where there is none.
    lon, lat
        Degrees.
    is_main
        Whether this is the point that stands for its block.
    """

    prefecture: str
    city: str
    municipality: str
    town: str
    part: str
    block: str
    lon: Degrees
    lat: Degrees
    is_main: bool


def read_towns(path: str | Path) -> Iterator[TownPoint]:
    """The rows of a town list that have a point.

    Raises
    ------
    FileFault and its children, CellFaulty
        The file cannot be read, or a coordinate is none.
    SchemaUnknown
        Columns for town or coordinates are absent.
    """
    grid = read_grid(path)
    header = find_header(grid, [s for all_ in _COLUMNS.values() for s in all_])
    headings = join_headings(grid, header)
    columns = _find_columns(grid, headings)
    for index, row in enumerate(grid.rows[headings.below :], headings.below):
        cells = {field: row[column].strip() for field, column in columns.items()}
        if cells["town"] and (cells.get("lat") or cells.get("x")):
            lon, lat = _point(grid, index, cells)
            yield _town_point(cells, lon, lat)


def _find_columns(grid: Grid, headings: Headings) -> dict[str, int]:
    places = {fold(name): index for index, name in reversed(list(enumerate(headings.names)))}
    columns = {
        field: places[fold(spelling)]
        for field, spellings in _COLUMNS.items()
        for spelling in reversed(spellings)
        if fold(spelling) in places
    }
    has_point = {"lat", "lon"} <= columns.keys() or {"x", "y", "zone"} <= columns.keys()
    if "town" not in columns or not has_point:
        raise SchemaUnknown(
            file=grid.file,
            found=", ".join(name for name in headings.names if name)[:200],
            expected="大字・町丁目名, 緯度, 経度 (位置参照情報) or code, ward, town, lat, lng",
            way_out="Give a town list of one of these kinds.",
        )
    return columns


def _point(grid: Grid, index: int, cells: dict[str, str]) -> tuple[Degrees, Degrees]:
    if cells.get("lat") and cells.get("lon"):
        lat = _number(grid, index, cells, "lat", 90.0)
        return _number(grid, index, cells, "lon", 180.0), lat
    zone = int(_number(grid, index, cells, "zone", 19.0))
    if zone < 1:
        raise _fault(grid, index, "zone", cells["zone"])
    north, east = (_number(grid, index, cells, axis, 2_000_000.0) for axis in ("x", "y"))
    lon, lat = _from_plane(zone).transform(east, north)
    return float(lon), float(lat)


def _number(grid: Grid, index: int, cells: dict[str, str], field: str, limit: float) -> float:
    try:
        number = float(narrow(cells[field]))
    except ValueError:
        number = float("nan")
    if not -limit <= number <= limit:
        raise _fault(grid, index, field, cells[field])
    return number


def _fault(grid: Grid, index: int, field: str, value: str) -> CellFaulty:
    return CellFaulty(
        file=grid.file,
        row=grid.row_number(index),
        column=_COLUMNS[field][0],
        value=value[:40],
        problem=f"{value[:40] or 'a blank'} is not a coordinate",
    )


@lru_cache(maxsize=19)
def _from_plane(zone: int) -> Transformer:
    """From a plane zone of JGD2011, given east before north."""
    return Transformer.from_crs(6668 + zone, 6668, always_xy=True)


def _town_point(cells: dict[str, str], lon: Degrees, lat: Degrees) -> TownPoint:
    code = cells.get("code", "")
    number = int(code[:5]) if code[:5].isascii() and code[:5].isdigit() else 0
    prefecture = cells.get("prefecture", "")
    if not prefecture and 1 <= number // 1000 <= 47:
        prefecture = PREFECTURES[number // 1000 - 1]
    city, municipality = _split_municipality(cells.get("municipality", ""), number)
    return TownPoint(
        prefecture,
        city,
        municipality,
        cells["town"],
        cells.get("part", ""),
        narrow(cells.get("block", "")),
        lon,
        lat,
        is_main=cells.get("main", "1") != "0",
    )


def _split_municipality(name: str, code: int) -> tuple[str, str]:
    """City or county, and the municipality within it.

    >>> _split_municipality("北九州市門司区", 0), _split_municipality("門司区", 40101)
    (('北九州市', '門司区'), ('北九州市', '門司区'))
    """
    match = re.fullmatch(r"(.+?市)(.+区)|(.+?郡)(.+[町村])", name)
    if match:
        return match[1] or match[3], match[2] or match[4]
    if not name.endswith("区"):
        return "", name
    city = max((c for c in _CITIES if c <= code and c // 1000 == code // 1000), default=0)
    return _CITIES.get(city, ""), name
