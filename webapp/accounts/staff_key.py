"""The staff key: made at random with the workspace, readable by its owner only."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from pathlib import Path
from typing import Final

from webapp.faults import WorkspaceDamaged
from webapp.workspace.placing import place_bytes

NAME: Final = "staff.key"

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on paper: i l o 0 1."""

_GROUPS: Final = 6
_GROUP: Final = 4


def make_key(folder: Path) -> str:
    """Make and store a new key; about 118 bits in groups of four letters."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    key = "-".join(groups)
    place_bytes(folder / NAME, f"{key}\n".encode())
    return key


def read_key(folder: Path) -> str:
    """The stored key. Raises `WorkspaceDamaged` where it is missing or too short."""
    try:
        key = (folder / NAME).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        key = ""
    if len(_plain(key)) < _GROUPS * _GROUP:
        raise WorkspaceDamaged(folder=str(folder), part=NAME)
    return key


def is_key(given: str, key: str) -> bool:
    """Whether ``given`` is the key, compared in constant time.

    >>> is_key("ＡＢＣＤ efgh", "abcd-efgh"), is_key("", "abcd")
    (True, False)
    """
    return hmac.compare_digest(_digest(given), _digest(key))


def derive_secret(key: str) -> bytes:
    """The secret that signs cookies: a new staff key ends every session."""
    return hmac.digest(_plain(key).encode(), b"welfaremap session cookie", "sha256")


def _digest(text: str) -> bytes:
    return hashlib.sha256(_plain(text).encode()).digest()


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKC", text[:200]).lower()
    return "".join(one for one in letters if one.isalnum())
