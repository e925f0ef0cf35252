"""One word of the field, and tables of them by code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """One word of the field."""

    code: str
    ja: str
    en: str
    spellings: tuple[str, ...] = ()


def table_of(*terms: Term) -> dict[str, Term]:
    """Words by their codes, in their order."""
    return {term.code: term for term in terms}
