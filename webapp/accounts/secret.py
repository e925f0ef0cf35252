"""Secrets made at random, and the digests that are kept in their place."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from typing import Final

_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on paper: i l o 0 1."""


def new_secret() -> str:
    """A secret for machines, 256 bits."""
    return secrets.token_urlsafe(32)


def new_code(groups: int, letters: int = 4) -> str:
    """A code for paper in groups with dashes between; each letter about 4.95 bits."""
    return "-".join(
        "".join(secrets.choice(_LETTERS) for _ in range(letters)) for _ in range(groups)
    )


def digest_of(secret: str) -> str:
    """The SHA-256 of a secret made by this module; enough, since nobody can guess those."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def token_of(secret: str) -> str:
    """What every form of whoever holds the secret carries."""
    return hmac.digest(secret.encode(), b"form", hashlib.sha256).hex()


def digest_of_code(code: str) -> str:
    """The SHA-256 of a code however it was typed.

    >>> digest_of_code("ＡＢＣＤ efgh") == digest_of_code("abcd-efgh")
    True
    """
    letters = unicodedata.normalize("NFKC", code[:200]).lower()
    return digest_of("".join(one for one in letters if one.isalnum()))
