"""Every file is looked at before a library sees it: kind, size, completeness, unpacking."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import FileEmpty, FileFault, FileMissing, FileTooLarge, FileUnreadable
from geo.exchange import archives, files
from geo.exchange.files import check_file, open_source


def zipped(path: Path, members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("氏名,住所\n山田,小倉\n".encode("cp932"), "text"),
        ("氏名,住所\n".encode("utf-8-sig"), "text"),
        ("氏名,住所\n".encode("utf-16"), "text"),
        ("名称,緯度,経度\n市民センター,33.8,130.8\n".encode("utf-16-le"), "text"),
        (b"name,address\na\x00b,c\n" * 20, "text"),
        (b'{"type":"FeatureCollection","features":[]}', "geojson"),
        (b'\xef\xbb\xbf \n{ "features" : [ ] }', "geojson"),
        (b'{"rows": 3}', "json"),
        (b'<?xml version="1.0"?><osm version="0.6"></osm>', "osm"),
        (b"<?xml version='1.0'?><ksj:Dataset/>", "xml"),
        (b"\x00\x00\x00\x0e\x0a\x09OSMHeader\x18\x7c", "pbf"),
        (b"II*\x00\x08\x00\x00\x00", "tiff"),
        (b"fgb\x03fgb\x00", "fgb"),
        (b"PAR1....PAR1", "parquet"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "xls"),
        (bytes(range(32)) * 8, "binary"),
    ],
)
def test_the_kind_comes_from_the_bytes_whatever_the_name(
    tmp_path: Path, content: bytes, kind: str
) -> None:
    path = tmp_path / "misnamed.xlsx"
    path.write_bytes(content)
    assert check_file(path) == kind


def test_a_workbook_is_told_from_a_zip(tmp_path: Path) -> None:
    assert check_file(zipped(tmp_path / "a.csv", {"xl/workbook.xml": b"<w/>"})) == "xlsx"
    assert check_file(zipped(tmp_path / "b.xlsx", {"a.shp": b"x"})) == "zip"


def test_missing_folder_and_empty(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"There is no file roster\.csv"):
        check_file(tmp_path / "roster.csv")
    with pytest.raises(FileMissing):
        check_file(Path("a\x00b"))
    with pytest.raises(FileUnreadable, match="it is a folder"):
        check_file(tmp_path)
    (tmp_path / "empty.csv").touch()
    with pytest.raises(FileEmpty, match="holds no data"):
        check_file(tmp_path / "empty.csv")


def test_addresses_of_other_hosts_are_never_opened() -> None:
    with pytest.raises(FileMissing):
        check_file(Path("/vsicurl/http://127.0.0.1/a.geojson"))


def test_too_large_is_said_with_both_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(files.LIMITS, "text", 1_000_000)
    path = tmp_path / "big.csv"
    path.write_bytes(b"a,b\n" * 300_000)
    with pytest.raises(FileTooLarge, match=r"1\.2 MB where at most 1\.0 MB"):
        check_file(path)


def test_a_claimed_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "RATIO_FROM", 1_000_000)
    path = zipped(tmp_path / "bomb.zip", {"a.shp": bytes(5_000_000)})
    with pytest.raises(FileTooLarge, match="unpacked"):
        check_file(path)


def test_a_bomb_that_lies_about_its_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "RATIO_FROM", 1_000_000)
    path = zipped(tmp_path / "liar.xlsx", {"xl/workbook.xml": bytes(5_000_000)})
    true, lie = struct.pack("<I", 5_000_000), struct.pack("<I", 10)
    path.write_bytes(path.read_bytes().replace(true, lie))
    assert sum(m.file_size for m in archives.list_members(path)) == 10
    with pytest.raises(FileTooLarge, match="unpacked"):
        check_file(path)


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 5)
    path = zipped(tmp_path / "many.zip", {f"{n}.txt": b"x" for n in range(6)})
    with pytest.raises(FileTooLarge, match="6 files inside"):
        check_file(path)


def test_overlapping_members_are_refused(tmp_path: Path) -> None:
    """Members that share one packed kernel: the bomb that needs no nesting."""
    path = zipped(tmp_path / "kernel.zip", {"a": b"x" * 100, "b": b"x" * 100})
    content = bytearray(path.read_bytes())
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = struct.pack("<I", 0)
    path.write_bytes(bytes(content))
    with pytest.raises(FileUnreadable, match="overlap"):
        check_file(path)


@pytest.mark.parametrize("name", ["../../etc/x", "/etc/x", "..\\x", "C:/x", "a/../../x"])
def test_a_member_that_climbs_out_is_refused(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "climb.zip", {name: b"x"})
    with pytest.raises(FileUnreadable, match="outside its folder"):
        check_file(path)


def test_links_and_other_packings_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(FileUnreadable, match="link"):
        check_file(tmp_path / "link.zip")
    packed = zipped(tmp_path / "lzma.zip", {"a": b"x" * 99}, zipfile.ZIP_LZMA)
    with pytest.raises(FileUnreadable, match="cannot be checked"):
        check_file(packed)


def test_the_real_size_is_counted(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a": b"x" * 1000, "b": b"y" * 500})
    assert archives.inflate_limit(path) == 1500
    plain = zipped(tmp_path / "b.zip", {"a": b"x" * 1000}, zipfile.ZIP_STORED)
    assert archives.inflate_limit(plain) == 1000


@given(cut=st.floats(0, 1, exclude_max=True))
def test_a_cut_archive_is_unreadable(tmp_path_factory: pytest.TempPathFactory, cut: float) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", zlib.crc32(b"x").to_bytes(4, "big") * 300)
    content = whole.getvalue()
    path = tmp_path_factory.getbasetemp() / "cut.xlsx"
    path.write_bytes(content[: max(4, int(len(content) * cut))])
    with pytest.raises(FileUnreadable, match="cut short or damaged"):
        check_file(path)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"PAR1" + bytes(20), "Parquet file"),
        (b"SQLite format 3\x00\x10\x00" + bytes(10) + struct.pack(">I", 9) + bytes(80), "SQLite"),
        (b"\x00\x00\x27\x0a" + bytes(20) + b"\x00\x00\x01\xf4\xe8\x03\x00\x00", "Shapefile"),
    ],
)
def test_cut_short_is_said_for_kinds_that_state_their_size(
    tmp_path: Path, head: bytes, kind: str
) -> None:
    path = tmp_path / "cut.dat"
    path.write_bytes(head)
    with pytest.raises(FileUnreadable, match=f"{kind}.*cut short"):
        check_file(path)


def test_the_wrong_kind_is_named(tmp_path: Path) -> None:
    path = tmp_path / "map.geojson"
    path.write_bytes(b"%PDF-1.7\n")
    with pytest.raises(FileUnreadable) as fault:
        open_source(path, kinds={"geojson"}, wanted="boundaries")
    assert str(fault.value) == (
        "map.geojson could not be read as boundaries: it is a PDF. "
        "Export it again or give another file."
    )


@given(content=st.binary(max_size=400))
def test_any_bytes_give_a_kind_or_a_fault(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.bin"
    path.write_bytes(content)
    try:
        kind = check_file(path)
    except FileFault:
        return
    assert kind in files._NAMES  # noqa: SLF001
