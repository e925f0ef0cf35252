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
    ├── ConsentWanted        nobody is handed on without a yes
    ├── ContactRefused       who answered does not want to be contacted
    ├── AnswerFollowed       the answer was followed up already
    ├── AnswerNameless       the answer names nobody
    ├── AlreadyAsked         the supporter has not answered the offer yet
    ├── NotAskable           the supporter is not active
    ├── NotWanted            the person does not want that supporter
    ├── SupporterBooked      nobody can be in two places; names the other time
    ├── SupporterAway        the supporter rests or left
    ├── SeriesEmpty          by its rule a series has no visit
    ├── EntriesMixed         what is settled together has one unit and one account
    ├── TicketsUnused        the district does not work with tickets
    ├── TooManyJobs          wait for a study, or call one off
    ├── PlacesAbsent         no place of the kind asked for is in the area
    ├── SeatEnded            the device's seat in the hall is over
    ├── LaptopOnly           in a hall, passwords are for the laptop itself
    └── Unexpected           anything else; carries a ticket number only
"""

from __future__ import annotations

from webapp.faults.boards import (
    CodeWrong,
    DrawingGoesOn,
    ItemGone,
    LaptopOnly,
    LineThere,
    ReviewDone,
    ReviewHindered,
    ReviewShut,
    ReviewStale,
    SeatEnded,
    SheetElsewhere,
    StrokeWrong,
    UndoInUse,
    UndoNothing,
    WorkshopShut,
)
from webapp.faults.copies import (
    CopyDiffers,
    CopyLocked,
    CopyMissing,
    CopyUnreadable,
    CopyUnwritable,
    DatabaseTaken,
    RulesFaulty,
)
from webapp.faults.doors import (
    FormStale,
    InvitationWrong,
    LastAdministrator,
    LoginTaken,
    LoginWrong,
    PasswordWanted,
    PasswordWeak,
    RequestForeign,
    RoleWrong,
    SignInWanted,
    SignInWrong,
    TokenWrong,
    TooManyTries,
)
from webapp.faults.offers import AlreadyAsked, NotAskable, NotWanted
from webapp.faults.places import (
    AddressTaken,
    LayerAbsent,
    LayerMisplaced,
    WorkspaceDamaged,
    WorkspaceMissing,
    WorkspaceTaken,
)
from webapp.faults.records import (
    ConsentWanted,
    FieldWithheld,
    IntakeFaulty,
    IntakeInUse,
    IntakeUndone,
    MergeIllegal,
    RecordStale,
    RecordWithheld,
    StepIllegal,
)
from webapp.faults.requests import (
    BodyTooLarge,
    MethodWrong,
    PageMissing,
    RequestWrong,
    Unexpected,
)
from webapp.faults.storage import (
    DatabaseAway,
    KeyDoesNotFit,
    KeyFileMissing,
    KeyFileOpen,
    KeyWanted,
    PassphrasesDiffer,
    PassphraseWeak,
    PostgisMissing,
    RegisterDamaged,
    RegisterInUse,
    RegisterMissing,
    RegisterNewer,
    SqliteUnsafe,
    StorageBusy,
    StorageFull,
    StorageReadOnly,
)
from webapp.faults.studies import PlacesAbsent, TooManyJobs
from webapp.faults.surveys import AnswerFollowed, AnswerNameless, ContactRefused
from webapp.faults.visits import (
    EntriesMixed,
    SeriesEmpty,
    SupporterAway,
    SupporterBooked,
    TicketsUnused,
)

__all__ = [
    "AddressTaken",
    "AlreadyAsked",
    "AnswerFollowed",
    "AnswerNameless",
    "BodyTooLarge",
    "CodeWrong",
    "ConsentWanted",
    "ContactRefused",
    "CopyDiffers",
    "CopyLocked",
    "CopyMissing",
    "CopyUnreadable",
    "CopyUnwritable",
    "DatabaseAway",
    "DatabaseTaken",
    "DrawingGoesOn",
    "EntriesMixed",
    "FieldWithheld",
    "FormStale",
    "IntakeFaulty",
    "IntakeInUse",
    "IntakeUndone",
    "InvitationWrong",
    "ItemGone",
    "KeyDoesNotFit",
    "KeyFileMissing",
    "KeyFileOpen",
    "KeyWanted",
    "LaptopOnly",
    "LastAdministrator",
    "LayerAbsent",
    "LayerMisplaced",
    "LineThere",
    "LoginTaken",
    "LoginWrong",
    "MergeIllegal",
    "MethodWrong",
    "NotAskable",
    "NotWanted",
    "PageMissing",
    "PassphraseWeak",
    "PassphrasesDiffer",
    "PasswordWanted",
    "PasswordWeak",
    "PlacesAbsent",
    "PostgisMissing",
    "RecordStale",
    "RecordWithheld",
    "RegisterDamaged",
    "RegisterInUse",
    "RegisterMissing",
    "RegisterNewer",
    "RequestForeign",
    "RequestWrong",
    "ReviewDone",
    "ReviewHindered",
    "ReviewShut",
    "ReviewStale",
    "RoleWrong",
    "RulesFaulty",
    "SeatEnded",
    "SeriesEmpty",
    "SheetElsewhere",
    "SignInWanted",
    "SignInWrong",
    "SqliteUnsafe",
    "StepIllegal",
    "StorageBusy",
    "StorageFull",
    "StorageReadOnly",
    "StrokeWrong",
    "SupporterAway",
    "SupporterBooked",
    "TicketsUnused",
    "TokenWrong",
    "TooManyJobs",
    "TooManyTries",
    "UndoInUse",
    "UndoNothing",
    "Unexpected",
    "WorkshopShut",
    "WorkspaceDamaged",
    "WorkspaceMissing",
    "WorkspaceTaken",
]
