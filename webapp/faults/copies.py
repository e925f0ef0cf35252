"""Faults of backups, moving and keeping."""

from __future__ import annotations

from geo.errors import GeoError


class CopyMissing(GeoError):
    """No backup of that name. Facts: file."""

    code = "copy_missing"
    sentence = "There is no backup {file}. Look at the name and whether the disk is connected."


class CopyUnreadable(GeoError):
    """The backup is cut off, altered, or none. Facts: file."""

    code = "copy_unreadable"
    sentence = (
        "{file} is no whole backup: it is cut off, altered or something else. "
        "Nothing was put back. Take another backup."
    )


class CopyLocked(GeoError):
    """That passphrase or key does not open the backup. Facts: file."""

    code = "copy_locked"
    sentence = (
        "{file} does not open with this passphrase or key. Nothing was put back. "
        "Use the one it was made with."
    )


class CopyUnwritable(GeoError):
    """The backup cannot be written there. Facts: file."""

    code = "copy_unwritable"
    sentence = "{file} cannot be written. No backup was made. Name another folder."


class CopyDiffers(GeoError):
    """A table is not what it was when it was copied. Facts: table."""

    code = "copy_differs"
    sentence = (
        "The table {table} differs from what was copied. Nothing was put in place. "
        "Take another backup."
    )


class DatabaseTaken(GeoError):
    """The database already holds a register."""

    code = "database_taken"
    sentence = "The database already holds a register. Nothing was changed. Name an empty database."


class RulesFaulty(GeoError):
    """A rule of keeping cannot be understood. Facts: file, rule."""

    code = "rules_faulty"
    sentence = "{file}: the rule {rule} cannot be understood. Nothing was erased."
