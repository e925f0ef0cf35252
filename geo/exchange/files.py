"""The one way a file is opened: looked at before any library sees it.

Everything that comes in is hostile until checked. A file is told by its first
bytes, never by its name; its size is limited by kind; an archive is unpacked once
in a stream that stops at the limit, whatever sizes it claims.
"""

from __future__ import annotations

import struct
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from geo.errors import FileEmpty, FileMissing, FileTooLarge, FileUnreadable
from geo.exchange.archives import inflate_limit, list_members

FileKind = Literal[
    "zip", "xlsx", "ods", "xls", "gpkg", "sqlite", "fgb", "parquet", "geojson", "json",
    "shp", "dbf", "tiff", "pbf", "osm", "xml", "gzip", "pdf", "image", "text", "binary",
]  # fmt: skip

_MB: Final = 1_000_000

LIMITS: Final[dict[FileKind, int]] = {
    "zip": 500 * _MB,
    "xlsx": 100 * _MB,
    "ods": 100 * _MB,
    "text": 200 * _MB,
    "json": 500 * _MB,
    "geojson": 500 * _MB,
    "gpkg": 8_000 * _MB,
    "fgb": 4_000 * _MB,
    "parquet": 4_000 * _MB,
    "shp": 2_000 * _MB,
    "tiff": 8_000 * _MB,
    "pbf": 4_000 * _MB,
    "osm": 4_000 * _MB,
}
"""Bytes on disk that one import may take, by kind."""

_OTHER_LIMIT: Final = 200 * _MB

_HEAD: Final = 65_536

_MAGIC: Final[tuple[tuple[bytes, FileKind], ...]] = (
    (b"fgb\x03fgb", "fgb"),
    (b"PAR1", "parquet"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
)

_NAMES: Final[dict[FileKind, str]] = {
    "zip": "a zip archive",
    "xlsx": "an Excel workbook",
    "ods": "an OpenDocument spreadsheet",
    "xls": "an old or password-protected Excel workbook",
    "gpkg": "a GeoPackage",
    "sqlite": "an SQLite database",
    "fgb": "a FlatGeobuf file",
    "parquet": "a Parquet file",
    "geojson": "a GeoJSON file",
    "json": "a JSON file",
    "shp": "a Shapefile",
    "dbf": "a dBASE table",
    "tiff": "a TIFF image",
    "pbf": "an OpenStreetMap extract",
    "osm": "an OpenStreetMap extract",
    "xml": "an XML file",
    "gzip": "a gzip archive",
    "pdf": "a PDF",
    "image": "a picture",
    "text": "plain text",
    "binary": "data of no kind this program knows",
}


@dataclass(frozen=True)
class Source:
    """A file that passed the checks.

    Attributes
    ----------
    path
        Where it is.
    file
        Its name, for sentences.
    kind
        What its bytes say it is.
    """

    path: Path
    file: str
    kind: FileKind


def open_source(path: str | Path, *, kinds: Collection[FileKind], wanted: str) -> Source:
    """Check a file and that it is of a kind the reader takes.

    Parameters
    ----------
    path
        Any path; only a file on this machine is taken, never an address.
    kinds
        The kinds taken.
    wanted
        What the reader wants, for the sentence ("boundaries").

    Raises
    ------
    FileMissing, FileEmpty, FileTooLarge, FileUnreadable
    """
    place = Path(path)
    kind = check_file(place)
    if kind not in kinds:
        raise FileUnreadable(file=place.name, kind=wanted, reason=f"it is {_NAMES[kind]}")
    return Source(place, place.name, kind)


def check_file(path: Path) -> FileKind:
    """The kind of a file by its bytes, after the checks of size, completeness and unpacking.

    Raises
    ------
    FileMissing, FileEmpty, FileTooLarge, FileUnreadable
    """
    size = _size(path)
    head = _head(path)
    kind = _kind(path, head)
    limit = LIMITS.get(kind, _OTHER_LIMIT)
    if size > limit:
        raise FileTooLarge(file=path.name, size=megabytes(size), limit=megabytes(limit))
    if kind in {"zip", "xlsx", "ods"}:
        inflate_limit(path)
    expected = _stated_size(path, kind, head)
    if size < expected:
        raise FileUnreadable(
            file=path.name,
            kind=_NAMES[kind].split(" ", 1)[1],
            reason=f"it is cut short: {size} of {expected} bytes are there",
        )
    return kind


def name_kind(kind: FileKind) -> str:
    """A kind for sentences.

    >>> name_kind("shp")
    'a Shapefile'
    """
    return _NAMES[kind]


def megabytes(size: int) -> str:
    """A size for sentences.

    >>> megabytes(2_500_000)
    '2.5 MB'
    """
    return f"{size / _MB:,.1f} MB"


def _size(path: Path) -> int:
    try:
        if path.is_dir():
            raise FileUnreadable(file=path.name, kind="a file", reason="it is a folder")
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise FileMissing(file=path.name) from error
    except OSError as error:
        raise FileUnreadable(
            file=path.name, kind="a file", reason="this account may not open it"
        ) from error
    if size == 0:
        raise FileEmpty(file=path.name)
    return size


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_HEAD)
    except OSError as error:
        raise FileUnreadable(
            file=path.name, kind="a file", reason="this account may not open it"
        ) from error


def _kind(path: Path, head: bytes) -> FileKind:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip_kind(path)
    if head.startswith(b"SQLite format 3\x00"):
        return "gpkg" if head[68:72] in {b"GPKG", b"GP10", b"GP11"} else "sqlite"
    if head[:4] == b"\x00\x00\x27\x0a" and head[28:32] == b"\xe8\x03\x00\x00":
        return "shp"
    if head[4:15] == b"\x0a\x09OSMHeader":
        return "pbf"
    return _text_kind(head)


def _zip_kind(path: Path) -> FileKind:
    names = {member.filename for member in list_members(path)}
    if "xl/workbook.xml" in names:
        return "xlsx"
    return "ods" if "content.xml" in names and "mimetype" in names else "zip"


def _text_kind(head: bytes) -> FileKind:
    if is_utf16(head):
        return "text"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in {b"{", b"["} and not _is_binary(head):
        return "geojson" if _looks_geojson(start) else "json"
    if start.startswith(b"<"):
        return _xml_kind(start)
    return "binary" if _is_binary(head) else "text"


def _looks_geojson(start: bytes) -> bool:
    squeezed = start.replace(b" ", b"").replace(b"\n", b"").replace(b"\r", b"").replace(b"\t", b"")
    return b'"type":"Feature' in squeezed or b'"features":[' in squeezed


def _xml_kind(start: bytes) -> FileKind:
    opening = start[:2000]
    if b"<osm" in opening:
        return "osm"
    return "xml" if start.startswith(b"<?xml") else "text"


def is_utf16(head: bytes) -> bool:
    r"""Whether bytes are UTF-16 text: by its mark, or by zero bytes on one side of each pair.

    >>> is_utf16("名称,ID".encode("utf-16-le"))
    True
    >>> is_utf16(b"a,b\x00c")
    False
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    even, odd = head[0::2].count(0), head[1::2].count(0)
    most = max(even, odd)
    return most >= 2 and most > len(head) // 20 and min(even, odd) * 20 <= most


def _is_binary(head: bytes) -> bool:
    """Whether more bytes are control characters than damaged text would hold.

    Some NUL bytes leave it text, so that the reader can name row and column.
    """
    controls = sum(head.count(byte) for byte in range(1, 32) if byte not in b"\t\n\v\f\r\x1b")
    return controls * 50 > len(head) or head.count(0) * 10 > len(head)


def _stated_size(path: Path, kind: FileKind, head: bytes) -> int:
    """The bytes a file says it has; 0 where its kind does not say."""
    if kind == "shp" and len(head) >= 28:
        return int(struct.unpack(">i", head[24:28])[0]) * 2
    if kind in {"gpkg", "sqlite"} and len(head) >= 100:
        page = int(struct.unpack(">H", head[16:18])[0])
        return (65_536 if page == 1 else page) * int(struct.unpack(">I", head[28:32])[0])
    if kind == "parquet":
        return 0 if _ends_with(path, b"PAR1") else path.stat().st_size + 1
    return 100 if kind in {"gpkg", "sqlite", "shp"} else 0


def _ends_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - len(mark)))
        return stream.read() == mark and path.stat().st_size >= 2 * len(mark)
