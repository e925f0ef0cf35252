"""Zip archives: judged by what they claim and by what they really unpack to.

A zip bomb lies about its sizes, overlaps its members or nests them; a hostile
archive climbs out of its folder. Nothing is unpacked to disk before the whole
archive was inflated once in memory-sized pieces, counted, and thrown away.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from geo.errors import FileTooLarge, FileUnreadable

MOST_MEMBERS: Final = 2_000
"""Members an archive may have."""

MOST_INFLATED: Final = 2_000_000_000
"""Bytes an archive may unpack to."""

MOST_RATIO: Final = 200
"""Unpacked bytes per packed byte, looked at beyond `RATIO_FROM` bytes."""

RATIO_FROM: Final = 100_000_000
"""Unpacked bytes below which the ratio does not count; repetitive tables pack well."""

_PIECE: Final = 1 << 20


def list_members(path: Path) -> list[zipfile.ZipInfo]:
    """The members of an archive, folders left out.

    Raises
    ------
    FileUnreadable
        Damaged or cut short.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return [member for member in archive.infolist() if not member.is_dir()]
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        NotImplementedError,
        IndexError,  # a member without a name
        struct.error,
    ) as error:
        raise _damaged(path) from error


def inflate_limit(path: Path) -> int:
    """The bytes an archive really unpacks to, after every check.

    Raises
    ------
    FileTooLarge
        More members or bytes than one import may take, claimed or real.
    FileUnreadable
        Damaged, encrypted, members that overlap or climb out of their folder.
    """
    members = list_members(path)
    _check_claims(path, members)
    _check_places(path, members)
    total = 0
    try:
        with path.open("rb") as stream:
            for member in members:
                total += _inflate(path, stream, member, allowed=_allowed(path) - total)
    except (OSError, zlib.error, struct.error) as error:
        raise _damaged(path) from error
    return total


def unpack(path: Path, members: list[zipfile.ZipInfo], folder: Path) -> list[Path]:
    """Write members of a checked archive into one flat folder, under their last name.

    Raises
    ------
    FileUnreadable
        Damaged.
    """
    written: list[Path] = []
    try:
        with zipfile.ZipFile(path) as archive:
            for member in members:
                target = folder / member_path(member).name
                target.write_bytes(archive.read(member))
                written.append(target)
    except (zipfile.BadZipFile, OSError, zlib.error, EOFError, RuntimeError, ValueError) as error:
        raise _damaged(path) from error
    return written


def member_path(member: zipfile.ZipInfo) -> PurePosixPath:
    """Where a member lies in its archive, whichever slash the packer used."""
    return PurePosixPath(member.filename.replace("\\", "/"))


def _allowed(path: Path) -> int:
    by_ratio = max(RATIO_FROM, path.stat().st_size * MOST_RATIO)
    return min(MOST_INFLATED, by_ratio)


def _check_claims(path: Path, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise FileTooLarge(
            file=path.name, size=f"{len(members)} files inside", limit=f"{MOST_MEMBERS}"
        )
    claimed = sum(member.file_size for member in members)
    if claimed > _allowed(path):
        raise _bomb(path, claimed)


def _check_places(path: Path, members: list[zipfile.ZipInfo]) -> None:
    taken = 0
    for member in sorted(members, key=lambda m: m.header_offset):
        place = member_path(member)
        if place.is_absolute() or ".." in place.parts or ":" in place.parts[0]:
            raise _refused(path, "a file inside would be written outside its folder")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise _refused(path, "it holds a link to another file")
        if member.flag_bits & 0x1:
            raise _refused(path, "it is locked with a password")
        if member.header_offset < taken:
            raise _refused(path, "files inside it overlap")
        taken = member.header_offset + member.compress_size


def _inflate(path: Path, stream: BinaryIO, member: zipfile.ZipInfo, *, allowed: int) -> int:
    """Bytes that a member really unpacks to, given up beyond ``allowed``."""
    stream.seek(member.header_offset)
    header = stream.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise _damaged(path)
    stream.seek(sum(struct.unpack("<HH", header[26:30])), 1)
    if member.compress_type == zipfile.ZIP_STORED:
        return member.compress_size
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise _refused(path, "it is packed in a way that cannot be checked; use plain zip")
    return _count_deflated(path, stream, member.compress_size, allowed)


def _count_deflated(path: Path, stream: BinaryIO, packed: int, allowed: int) -> int:
    unpacker, count = zlib.decompressobj(-zlib.MAX_WBITS), 0
    while packed > 0 and not unpacker.eof:
        piece = stream.read(min(_PIECE, packed))
        if not piece:
            raise _damaged(path)
        packed -= len(piece)
        while piece:
            count += len(unpacker.decompress(piece, _PIECE))
            if count > allowed:
                raise _bomb(path, count)
            piece = unpacker.unconsumed_tail
    if not unpacker.eof:
        raise _damaged(path)
    return count


def _bomb(path: Path, size: int) -> FileTooLarge:
    limit = _allowed(path)
    return FileTooLarge(
        file=path.name,
        size=f"unpacked {size / 1e6:,.0f} MB or more",
        limit=f"{limit / 1e6:,.0f} MB",
    )


def _damaged(path: Path) -> FileUnreadable:
    return FileUnreadable(
        file=path.name, kind="a zip archive or workbook", reason="it is cut short or damaged"
    )


def _refused(path: Path, reason: str) -> FileUnreadable:
    return FileUnreadable(file=path.name, kind="a zip archive or workbook", reason=reason)
