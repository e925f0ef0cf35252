"""The register's passphrase: where it lies, how a new one comes to be.

Asked for in this order: the key file that the settings name, the demo's own key, the
keyring of the operating system, a person at the terminal.
"""

from __future__ import annotations

import os
import secrets
import stat
import sys
from getpass import getpass
from pathlib import Path
from typing import Final
from unicodedata import normalize

from webapp.faults import KeyFileMissing, KeyFileOpen, KeyWanted, PassphrasesDiffer, PassphraseWeak
from webapp.register.storage.cipher import REGISTER
from webapp.register.storage.key_change import change_key, fits
from webapp.settings import Settings
from webapp.wording import Language, say

DEMO_KEY: Final = "register.key"
"""The demo's key file in its workspace: its people are invented."""

SHORTEST: Final = 12
"""Characters of a passphrase that a person makes up."""

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 6, 4
_SERVICE: Final = "welfaremap"
_NEXT: Final = ".next"
"""What is added to a key's place while the register changes to the key kept there."""


def make_passphrase() -> str:
    """A passphrase at random, about 119 bits, without letters that look alike."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def require_strong(passphrase: str) -> str:
    """Refuse one that is guessed too soon; the passphrase as it is used.

    Raises
    ------
    PassphraseWeak
    """
    tidy = _tidy(passphrase)
    if len(tidy) < SHORTEST or len(set(tidy)) < SHORTEST // 2:
        raise PassphraseWeak(shortest=SHORTEST)
    return tidy


def find_passphrase(settings: Settings, *, demo: bool = False) -> str:
    """The passphrase of the register in the workspace.

    Raises
    ------
    KeyFileMissing, KeyFileOpen
        The key file cannot be read, or by others too.
    KeyWanted
        It lies nowhere, and nobody can be asked.
    """
    coming = _next_passphrase(settings, demo=demo)
    if coming is not None and _is_under(settings, coming):
        _settle(settings, coming, demo=demo)
        return coming
    file = key_file(settings, demo=demo)
    if file is not None:
        return read_key_file(file)
    return _read_keyring(_place(settings)) or _ask(settings, "passphrase")


def _is_under(settings: Settings, passphrase: str) -> bool:
    register = settings.workspace / REGISTER
    return register.is_file() and fits(register, passphrase)


def _next_passphrase(settings: Settings, *, demo: bool = False) -> str | None:
    """The passphrase that a change of keys was about to set when it was cut off."""
    file = key_file(settings, demo=demo)
    if file is None:
        return _read_keyring(_place(settings) + _NEXT)
    coming = _next_to(file)
    return read_key_file(coming) if coming.is_file() else None


def new_passphrase(settings: Settings) -> str:
    """The passphrase for a new register, kept where `find_passphrase` finds it.

    The key file is made where it is named and not there yet. Without one a person at the
    terminal makes it up and the keyring, if there is one, remembers it.

    Raises
    ------
    PassphraseWeak, PassphrasesDiffer, KeyWanted, KeyFileMissing, KeyFileOpen
    """
    file = key_file(settings)
    if file is None:
        typed = ask_new_passphrase(settings)
        _write_keyring(_place(settings), typed)
        return typed
    if not file.exists():
        write_key_file(file, make_passphrase())
    return require_strong(read_key_file(file))


def ask_new_passphrase(settings: Settings) -> str:
    """One that a person makes up and types twice. Raises as `new_passphrase`."""
    typed = require_strong(_ask(settings, "new_passphrase"))
    if _tidy(_ask(settings, "again")) != typed:
        raise PassphrasesDiffer
    return typed


def place_demo_key(folder: Path, passphrase: str) -> None:
    """Keep the key of an invented town in its own folder."""
    write_key_file(folder / DEMO_KEY, passphrase)


def key_file(settings: Settings, *, demo: bool = False) -> Path | None:
    """The file that holds the key; null = the keyring or a person does."""
    if settings.key_file:
        return Path(settings.key_file).expanduser()
    own = settings.workspace / DEMO_KEY
    return own if demo and own.is_file() else None


def read_key_file(file: Path) -> str:
    """The passphrase in ``file``, its first line.

    Raises
    ------
    KeyFileMissing
        It cannot be read, or is empty.
    KeyFileOpen
        Others on this machine may read or change it.
    """
    try:
        with file.open(encoding="utf-8") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            line = opened.readline()
    except (OSError, UnicodeDecodeError):
        raise KeyFileMissing(file=str(file)) from None
    if sys.platform != "win32" and stat.S_IMODE(mode) & 0o177:
        raise KeyFileOpen(file=str(file))
    if not _tidy(line):
        raise KeyFileMissing(file=str(file))
    return _tidy(line)


def write_key_file(file: Path, passphrase: str) -> None:
    """Write ``file`` for its owner only, whole or not at all, down to the disk.

    Raises
    ------
    KeyFileMissing
        It cannot be written.
    """
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(passphrase + "\n")
            opened.flush()
            os.fsync(opened.fileno())
        fresh.replace(file)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise KeyFileMissing(file=str(file)) from None


def change_passphrase(settings: Settings, passphrase: str, *, demo: bool = False) -> None:
    """Put the register under another passphrase and keep that where the old one lay.

    Raises
    ------
    PassphraseWeak, RegisterInUse, RegisterMissing, KeyDoesNotFit, StorageFull, StorageReadOnly
        Nothing was changed.
    """
    wanted = require_strong(passphrase)
    old = find_passphrase(settings, demo=demo)
    _lay_ready(settings, wanted, demo=demo)
    change_key(settings.workspace / REGISTER, old, wanted)
    _settle(settings, wanted, demo=demo)


def _lay_ready(settings: Settings, passphrase: str, *, demo: bool = False) -> None:
    """Keep the next passphrase beside the present one, before the register changes to it."""
    file = key_file(settings, demo=demo)
    if file is None:
        _write_keyring(_place(settings) + _NEXT, passphrase)
    else:
        write_key_file(_next_to(file), passphrase)


def _settle(settings: Settings, passphrase: str, *, demo: bool = False) -> None:
    """Keep ``passphrase`` as the present one: the register is under it now."""
    file = key_file(settings, demo=demo)
    if file is None:
        _write_keyring(_place(settings), passphrase)
        _forget(_place(settings) + _NEXT)
    else:
        write_key_file(file, passphrase)
        _next_to(file).unlink(missing_ok=True)


def _next_to(file: Path) -> Path:
    return file.with_name(file.name + _NEXT)


def _place(settings: Settings) -> str:
    return str(settings.workspace.resolve())


def _tidy(passphrase: str) -> str:
    """One spelling for what looks the same, whichever keyboard wrote it."""
    return normalize("NFC", passphrase.strip())


def _ask(settings: Settings, key: str) -> str:
    if not sys.stdin.isatty():
        raise KeyWanted(folder=str(settings.workspace))
    lang: Language = "en" if settings.lang == "en" else "ja"
    return _tidy(getpass(say(f"terminal.{key}", lang) + " "))


def _read_keyring(name: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(_SERVICE, name)
    except KeyringError:
        return None


def _write_keyring(name: str, passphrase: str) -> None:
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(_SERVICE, name, passphrase)
    except KeyringError:
        return


def _forget(name: str) -> None:
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.delete_password(_SERVICE, name)
    except KeyringError:
        return
