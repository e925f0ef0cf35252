"""Faults of the serving side, in the manner of `geo.errors`: a code, facts, a sentence.

::

    GeoError
    ├── WorkspaceMissing     no workspace in that folder
    ├── WorkspaceTaken       the folder already holds one
    ├── WorkspaceDamaged     its index or a file it names cannot be read
    ├── LayerMisplaced       the workspace is not encrypted and takes no layer of people
    ├── LayerAbsent          the work needs a layer that was not imported
    ├── SignInWanted         only staff may see this
    ├── SignInWrong          login, password or code do not fit
    ├── TokenWrong           that is no token of a program here
    ├── TooManyTries         somebody guessed; wait
    ├── RoleWrong            the role may not open this
    ├── PasswordWanted       the password is asked again first
    ├── PasswordWeak         too short, or easily guessed
    ├── InvitationWrong      that code opens no account, or no longer
    ├── LoginTaken           another account has that login
    ├── LoginWrong           a login cannot be written so
    ├── LastAdministrator    somebody has to stay who can let others in
    ├── FormStale            the form is of an earlier sign-in
    ├── RequestForeign       the form was sent from another site
    ├── PageMissing          no page of that address
    ├── MethodWrong          the address is there, the method is not
    ├── BodyTooLarge         more was sent than is taken
    ├── RequestWrong         the request cannot be understood
    ├── AddressTaken         the port is in use
    ├── RegisterMissing      the register's file cannot be opened
    ├── RegisterDamaged      it is no longer whole
    ├── KeyDoesNotFit        the passphrase is not the register's
    ├── KeyFileMissing       the key file cannot be read or written
    ├── KeyFileOpen          others may read the key file
    ├── KeyWanted            the passphrase lies nowhere and nobody can be asked
    ├── PassphraseWeak       too short
    ├── PassphrasesDiffer    the second one is not the first
    ├── RegisterInUse        another program has it open
    ├── DatabaseAway         PostgreSQL does not answer
    ├── PostgisMissing       PostgreSQL lacks PostGIS
    ├── RegisterNewer        a later version of the program made it
    ├── SqliteUnsafe         the linked SQLite can lose acknowledged work
    ├── StorageFull          no room on the disk; nothing was changed
    ├── StorageReadOnly      the disk takes no writes; nothing was changed
    ├── StorageBusy          another writer holds the register too long
    ├── RecordWithheld       the role may not see or write such records
    ├── FieldWithheld        the role may not see or write that field
    ├── RecordStale          somebody changed it meanwhile; carries both versions
    ├── StepIllegal          the status cannot follow; names those that can
    ├── CopyMissing          no backup of that name
    ├── CopyUnreadable       the backup is cut off, altered, or none
    ├── CopyLocked           that passphrase or key does not open it
    ├── CopyUnwritable       the backup cannot be written there
    ├── CopyDiffers          a table is not what it was when copied
    ├── DatabaseTaken        the database already holds a register
    ├── RulesFaulty          a rule of keeping cannot be understood
    ├── IntakeFaulty         records of a file cannot be taken; nothing was changed
    ├── IntakeUndone         the import was already taken back
    ├── IntakeInUse          what it brought was changed or used since
    ├── MergeIllegal         the two cannot become one
    └── Unexpected           anything else; carries a ticket number only
"""

from __future__ import annotations

from geo.errors import GeoError


class WorkspaceMissing(GeoError):
    """No workspace in the folder. Facts: folder."""

    code = "workspace_missing"
    sentence = "There is no workspace in {folder}. Make one with: welfaremap init {folder}"


class WorkspaceTaken(GeoError):
    """The folder is in use. Facts: folder."""

    code = "workspace_taken"
    sentence = "{folder} already holds files. Name a new or empty folder."


class WorkspaceDamaged(GeoError):
    """A file of the workspace cannot be read. Facts: folder, part."""

    code = "workspace_damaged"
    sentence = (
        "The workspace {folder} cannot be read: {part} is missing or damaged. Put back a copy."
    )


class LayerMisplaced(GeoError):
    """The workspace takes no layer of people. Facts: layer."""

    code = "layer_misplaced"
    sentence = "The workspace is not encrypted: {layer} belong in the register."


class LayerAbsent(GeoError):
    """A layer was not imported. Facts: layer."""

    code = "layer_absent"
    sentence = (
        "There are no {layer} in the workspace yet. Import them first: welfaremap import KIND FILE"
    )


class SignInWanted(GeoError):
    """Only staff may see this."""

    code = "sign_in_wanted"
    sentence = "This is for staff. Sign in first."


class SignInWrong(GeoError):
    """Login, password or code do not fit; which of them is not said."""

    code = "sign_in_wrong"
    sentence = "That does not fit. Look again at what you typed."


class TokenWrong(GeoError):
    """No token of a program here."""

    code = "token_wrong"
    sentence = "The token is wrong, too old or revoked. Make another: welfaremap token new"


class RoleWrong(GeoError):
    """The role may not open this. Facts: role."""

    code = "role_wrong"
    sentence = "Your role may not open this page."


class PasswordWanted(GeoError):
    """The password is asked again before this."""

    code = "password_wanted"
    sentence = "Enter your password again first."


class PasswordWeak(GeoError):
    """A password too short or easily guessed. Facts: length."""

    code = "password_weak"
    sentence = (
        "Choose another password: at least {length} characters, not one that many people use, "
        "and not your login."
    )


class InvitationWrong(GeoError):
    """The code opens no account, or no longer."""

    code = "invitation_wrong"
    sentence = "This invitation code is wrong, used or too old. Ask for a new one."


class LoginTaken(GeoError):
    """Another account has the login."""

    code = "login_taken"
    sentence = "This login is taken. Choose another."


class LoginWrong(GeoError):
    """A login cannot be written so."""

    code = "login_wrong"
    sentence = "A login has 3 to 40 characters and no spaces."


class LastAdministrator(GeoError):
    """The last administrator stays."""

    code = "last_administrator"
    sentence = "This is the last administrator. Invite another first."


class FormStale(GeoError):
    """The form belongs to an earlier sign-in."""

    code = "form_stale"
    sentence = "This form is too old. Open the page again and send it from there."


class TooManyTries(GeoError):
    """Guessing is throttled. Facts: minutes."""

    code = "too_many_tries"
    sentence = "There were too many wrong tries. Wait {minutes} minutes and try again."


class RequestForeign(GeoError):
    """A form came from another site."""

    code = "request_foreign"
    sentence = "The form was not sent from this site. Open the page again and send it from there."


class PageMissing(GeoError):
    """No page of that address."""

    code = "page_missing"
    sentence = "There is no page at this address."


class MethodWrong(GeoError):
    """The address does not take that method."""

    code = "method_wrong"
    sentence = "This address cannot be used in that way."


class BodyTooLarge(GeoError):
    """More was sent than is taken."""

    code = "body_too_large"
    sentence = "More was sent than can be taken at once."


class RequestWrong(GeoError):
    """The request cannot be understood."""

    code = "request_wrong"
    sentence = "The request could not be understood."


class AddressTaken(GeoError):
    """Another program listens there. Facts: host, port."""

    code = "address_taken"
    sentence = "Port {port} on {host} cannot be used. Choose another: --port {other}"


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


class RecordWithheld(GeoError):
    """The role may not see or write such records. Facts: record, role."""

    code = "record_withheld"
    sentence = "Your role may not do that with this kind of record: {record}."


class FieldWithheld(GeoError):
    """The role may not see or write that field. Facts: record, field."""

    code = "field_withheld"
    sentence = "Your role may not use the field {field} of {record}."


class RecordStale(GeoError):
    """Changed on stale data. Facts: record, id, version, current, by, at, mine, theirs."""

    code = "record_stale"
    sentence = (
        "Somebody changed this record meanwhile. Nothing was overwritten. "
        "Compare both versions and decide."
    )


class StepIllegal(GeoError):
    """The status cannot follow. Facts: record, status, wanted, legal."""

    code = "step_illegal"
    sentence = "From {status} one cannot go to {wanted}. Possible now: {legal}."


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


class IntakeFaulty(GeoError):
    """Records of a file cannot be taken. Facts: file, count, id, problem, faults."""

    code = "intake_faulty"
    sentence = (
        "{file}: {count} records cannot be taken in; the first is {id}. Nothing was changed."
    )


class IntakeUndone(GeoError):
    """The import was already taken back. Facts: id."""

    code = "intake_undone"
    sentence = "The import {id} was already taken back. Nothing was changed."


class IntakeInUse(GeoError):
    """What an import brought was changed or used since. Facts: id, count, later."""

    code = "intake_in_use"
    sentence = (
        "{count} records were changed or used after the import {id}. Nothing was taken back. "
        "To take back the rest: --keep-later"
    )


class MergeIllegal(GeoError):
    """The two cannot become one. Facts: keep, drop."""

    code = "merge_illegal"
    sentence = "{keep} and {drop} cannot be merged: choose two different records of one kind."


class Unexpected(GeoError):
    """A fault nobody foresaw; its text stays inside. Facts: ticket."""

    code = "unexpected"
    sentence = "Something went wrong inside. Nothing was changed. Ticket number: {ticket}"
