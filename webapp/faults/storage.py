"""Faults of where the records lie: keys, engines, disks."""

from __future__ import annotations

from geo.errors import GeoError


class RegisterMissing(GeoError):
    """The register's file cannot be opened. Facts: file."""

    code = "register_missing"
    sentence = "The register {file} cannot be opened. Check that the disk is there."


class RegisterDamaged(GeoError):
    """The register is no longer whole."""

    code = "register_damaged"
    sentence = "The register is damaged. Stop here and put back the last copy: welfaremap restore"


class KeyDoesNotFit(GeoError):
    """The passphrase is not the register's, or the file is none. Facts: file."""

    code = "key_does_not_fit"
    sentence = "{file} does not open with this passphrase. Look at it again; capitals matter."


class KeyFileMissing(GeoError):
    """The key file cannot be read or written, or is empty. Facts: file."""

    code = "key_file_missing"
    sentence = "The key file {file} cannot be read or written, or is empty. Put it in its place."


class KeyFileOpen(GeoError):
    """Others may read the key file. Facts: file."""

    code = "key_file_open"
    sentence = "Others on this machine can read the key file {file}. Close it: chmod 600 {file}"


class KeyWanted(GeoError):
    """The passphrase lies nowhere and nobody can be asked. Facts: folder."""

    code = "key_wanted"
    sentence = (
        "The register in {folder} needs its passphrase. Name a key file with "
        "WELFAREMAP_KEY_FILE, or start the program at a terminal and type it."
    )


class PassphraseWeak(GeoError):
    """The passphrase is guessed too soon. Facts: shortest."""

    code = "passphrase_weak"
    sentence = (
        "That passphrase is guessed too soon. Take {shortest} characters or more, "
        "such as four words of your own."
    )


class PassphrasesDiffer(GeoError):
    """The second passphrase is not the first."""

    code = "passphrases_differ"
    sentence = "The two passphrases are not the same. Nothing was changed. Type both again."


class RegisterInUse(GeoError):
    """Another program has the register open. Facts: file."""

    code = "register_in_use"
    sentence = "{file} is open in another program. Stop the server first, then do it again."


class DatabaseAway(GeoError):
    """PostgreSQL does not answer, or not to this account. Facts: database."""

    code = "database_away"
    sentence = (
        "The database {database} does not answer. Check that PostgreSQL runs and that "
        "WELFAREMAP_DATABASE names it rightly."
    )


class PostgisMissing(GeoError):
    """PostgreSQL lacks PostGIS."""

    code = "postgis_missing"
    sentence = "The database lacks PostGIS. As its administrator: CREATE EXTENSION postgis"


class RegisterNewer(GeoError):
    """A later version of the program made the register."""

    code = "register_newer"
    sentence = "A newer version of this program made the register. Install that version."


class SqliteUnsafe(GeoError):
    """The linked SQLite is in the range that can lose work. Facts: version."""

    code = "sqlite_unsafe"
    sentence = (
        "SQLite {version} can lose work that was saved. Install sqlcipher3 with SQLite 3.51.3 "
        "or later."
    )


class StorageFull(GeoError):
    """No room on the disk."""

    code = "storage_full"
    sentence = "The disk is full. Nothing was changed. Make room and do it again."


class StorageReadOnly(GeoError):
    """The disk takes no writes."""

    code = "storage_read_only"
    sentence = "The disk takes no writes. Nothing was changed. Make it writable and do it again."


class StorageBusy(GeoError):
    """Another writer holds the register too long."""

    code = "storage_busy"
    sentence = "The register is busy with another change. Nothing was changed. Try again."
