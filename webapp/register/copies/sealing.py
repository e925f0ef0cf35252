"""A copy's file: closed with age as it is written, opened as it is read.

The file is a ZIP of up to three parts. ``about.json`` says in clear when it was made.
``content.age`` is the content under a key made for this file alone, or under the
recipients' keys. ``key.age`` is that key under the passphrase. So ``unzip`` and ``age``
open it without this program; see docs/adr/0014.
"""

from __future__ import annotations

import errno
import json
import os
import threading
import zipfile
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import pyrage
from pyrage import passphrase as by_passphrase
from pyrage import x25519

from geo.errors import ParameterWrong
from webapp.faults import (
    CopyLocked,
    CopyMissing,
    CopyUnreadable,
    CopyUnwritable,
    StorageFull,
)
from webapp.workspace.placing import UNFINISHED, place_path

FORMAT: Final = 1
_ABOUT, _KEY, _CONTENT = "about.json", "key.age", "content.age"
_READ_ME: Final = (
    "This is an encrypted copy of a welfaremap register.\n"
    "Put it back with:  welfaremap restore FILE --workspace FOLDER\n"
    "Without the program:  age -d -o key.txt key.age;"
    "  age -d -i key.txt content.age | tar -xz\n"
)


@dataclass(frozen=True)
class Seal:
    """What closes a copy: a passphrase, or the public keys of those who may open it."""

    passphrase: str = field(default="", repr=False)
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True)
class Opener:
    """What opens a copy: the passphrase, or a secret key as ``age-keygen`` writes it."""

    passphrase: str = field(default="", repr=False)
    identity: str = field(default="", repr=False)


def write_sealed(
    path: Path, content: Iterator[bytes], about: Mapping[str, Any], seal: Seal
) -> None:
    """Write ``content`` closed to ``path``, whole or not at all, for the owner only.

    Raises
    ------
    ParameterWrong
        A recipient is no public key of age.
    CopyUnwritable, StorageFull
        Nothing was left behind.
    """
    own = x25519.Identity.generate()
    recipients = _read_recipients(seal) or [own.to_public()]
    beside = path.with_name(f"{UNFINISHED}{os.getpid()}-{path.name}")
    try:
        with _open_new(beside) as file, zipfile.ZipFile(file, "w") as parts:
            parts.writestr("README.txt", _READ_ME)
            parts.writestr(_ABOUT, json.dumps({"format": FORMAT, **about}))
            if not seal.recipients:
                parts.writestr(_KEY, by_passphrase.encrypt(str(own).encode(), seal.passphrase))
            with parts.open(_CONTENT, "w", force_zip64=True) as part:
                _encrypt(content, part, recipients)
        place_path(beside, path)
    except OSError as error:
        raise _told(error, path) from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _open_new(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b")


def _read_recipients(seal: Seal) -> list[x25519.Recipient]:
    try:
        return [x25519.Recipient.from_str(one) for one in seal.recipients]
    except pyrage.RecipientError:
        wanted = "age1…"
        raise ParameterWrong(name="--recipient", value="–", wanted=wanted) from None


def _encrypt(content: Iterator[bytes], part: IO[bytes], recipients: list[x25519.Recipient]) -> None:
    source, target = _Source(content), _Target(part)
    try:
        pyrage.encrypt_io(source, target, recipients)
    except (pyrage.EncryptError, OSError):
        raise source.fault or target.fault or OSError from None


class _Source:
    """What is produced, as a file to read from; keeps the fault that the other side hides."""

    def __init__(self, content: Iterator[bytes]) -> None:
        self._content = content
        self._rest = b""
        self.fault: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._rest:
                self._rest = next(self._content)
        except StopIteration:
            return b""
        except BaseException as fault:
            self.fault = fault
            raise
        size = len(self._rest) if size < 0 else size
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


class _Target:
    """A file to write to; keeps the fault that the other side hides."""

    def __init__(self, part: IO[bytes]) -> None:
        self._part = part
        self.fault: BaseException | None = None

    def write(self, content: bytes) -> int:
        try:
            return self._part.write(content)
        except BaseException as fault:
            self.fault = fault
            raise

    def flush(self) -> None:
        """Nothing is held back here."""


def _told(error: OSError, path: Path) -> Exception:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StorageFull()
    return CopyUnwritable(file=str(path))


def read_about(path: Path) -> dict[str, Any]:
    """What a copy says of itself in clear.

    Raises
    ------
    CopyMissing, CopyUnreadable
    """
    with _open_parts(path) as parts:
        return _read_about(parts, path)


def _read_about(parts: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads(parts.read(_ABOUT))
    except (KeyError, ValueError, OSError, zipfile.BadZipFile):
        raise CopyUnreadable(file=path.name) from None
    if about.get("format") != FORMAT:
        raise CopyUnreadable(file=path.name)
    return about


@contextmanager
def _open_parts(path: Path) -> Generator[zipfile.ZipFile]:
    try:
        parts = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise CopyMissing(file=str(path)) from None
    except (OSError, zipfile.BadZipFile):
        raise CopyUnreadable(file=path.name) from None
    with parts:
        yield parts


@contextmanager
def open_sealed(path: Path, opener: Opener) -> Generator[IO[bytes]]:
    """The content of a copy as it is opened, nothing of it laid down anywhere.

    Raises
    ------
    CopyMissing, CopyUnreadable
        It is not there, cut off or altered.
    CopyLocked
        That passphrase or key does not open it.
    """
    with _open_parts(path) as parts:
        _read_about(parts, path)
        identity = _find_identity(parts, path, opener)
        stream = _Stream(parts, path.name, identity)
        try:
            with stream.reading as reading:
                yield reading
                while reading.read(65536):
                    pass
        finally:
            fault = stream.finish()
            if fault is not None:
                raise fault from None


def _find_identity(parts: zipfile.ZipFile, path: Path, opener: Opener) -> x25519.Identity:
    try:
        if opener.identity:
            return x25519.Identity.from_str(opener.identity.strip())
        if _KEY not in parts.namelist():
            raise CopyLocked(file=path.name)
        return x25519.Identity.from_str(
            by_passphrase.decrypt(parts.read(_KEY), opener.passphrase).decode()
        )
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError):
        raise CopyLocked(file=path.name) from None
    except (OSError, zipfile.BadZipFile):
        raise CopyUnreadable(file=path.name) from None


class _Stream:
    """A thread that opens the content into a pipe, so that memory holds only a piece of it."""

    def __init__(self, parts: zipfile.ZipFile, name: str, identity: x25519.Identity) -> None:
        self._parts, self._name, self._identity = parts, name, identity
        self._fault: BaseException | None = None
        out, self._into = os.pipe()
        self.reading: IO[bytes] = os.fdopen(out, "rb")
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            with os.fdopen(self._into, "wb") as into, self._parts.open(_CONTENT) as part:
                self._decrypt(part, _Target(into))
        except BrokenPipeError:
            return
        except BaseException as fault:  # noqa: BLE001 - told by `finish`
            self._fault = fault

    def _decrypt(self, part: IO[bytes], target: _Target) -> None:
        try:
            pyrage.decrypt_io(part, target, [self._identity])
        except pyrage.DecryptError as error:
            kind = CopyLocked if "No matching keys" in str(error) else CopyUnreadable
            raise (target.fault or kind(file=self._name)) from None
        except (OSError, zipfile.BadZipFile):
            raise (target.fault or CopyUnreadable(file=self._name)) from None

    def finish(self) -> BaseException | None:
        """Wait for the thread; what went wrong in it."""
        self._thread.join()
        if isinstance(self._fault, KeyError | zipfile.BadZipFile | EOFError):
            return CopyUnreadable(file=self._name)
        return self._fault


def make_identity() -> tuple[str, str]:
    """A new pair: the secret key to lock away, the public key for the backup machine."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def read_identity(lines: Iterable[str]) -> str:
    """The secret key in a file of ``age-keygen``; empty where there is none."""
    return next((one.strip() for one in lines if one.startswith("AGE-SECRET-KEY-")), "")
