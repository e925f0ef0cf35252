"""Every fault of the measuring side, on one page.

A fault says three things: what was being done, why it failed, what to do. It
carries a ``code`` for programs and ``facts`` for screens; ``str(fault)`` is the
English sentence, and `webapp.errors` holds the Japanese one for the same code.

::

    GeoError
    ├── FileFault          the file as a whole cannot be used
    │   ├── FileMissing
    │   ├── FileEmpty
    │   ├── FileTooLarge       (also: an archive that unpacks to too much)
    │   ├── FileUnreadable     (wrong kind, truncated, damaged)
    │   ├── EncodingUnknown
    │   └── CellsUnwritable    (writing: characters that the wanted format lacks)
    ├── SchemaUnknown      the columns are none of those this reader knows
    ├── CellFaulty         one cell, by row and column
    ├── RosterFaulty       many cells; the whole report is in ``facts["faults"]``
    ├── LayerFaulty        a GeoDataFrame breaks its column contract
    ├── CrsMissing
    ├── CrsWrong
    ├── NetworkEmpty       nothing to walk on
    ├── NetworkDamaged     a saved network is incomplete or of another version
    ├── ParameterWrong
    ├── NotFound           no row with that id
    ├── NoAnswer           a question of siting has none
    │   ├── SitesTooFew        (so many sites cannot reach all that must be reached)
    │   ├── FloorsTooHigh      (all sites together do not reach a group's share)
    │   └── DayTooShort        (not even one stop fits into it)
    ├── PictureFault       a picture of a sheet cannot be read
    │   ├── PictureUnreadable      (no picture, or damaged)
    │   ├── PictureTooLarge
    │   ├── PictureUnclear         (too dark, blurred or far away)
    │   ├── SheetUnseen            (a picture of something else)
    │   ├── SheetCodeUnread        (marks are there, the code is not to be read)
    │   ├── SheetCodeForeign
    │   ├── SheetCodeNewer
    │   └── SheetMismatched        (the marks are not those of that code)
    ├── CountryFault       a study of many municipalities
    │   ├── ResultsThere           the folder holds results already
    │   ├── ClusterAway            no scheduler answers at that address, or no longer
    │   ├── WorkerLost             workers died over one municipality, again and again
    │   ├── MunicipalityStopped    the work on one stopped for a reason nobody foresaw
    │   └── MunicipalitiesLeft     some could not be done; the others are written
    └── AssetMissing       a part of the program itself is not installed
"""

from __future__ import annotations

from typing import ClassVar


class GeoError(Exception):
    """A fault with a ``code`` and ``facts``.

    The facts fill the placeholders of ``sentence``; more facts than the sentence
    uses are welcome. Values in facts are text, numbers, lists of those, or (for
    ``faults``) a table.
    """

    code: ClassVar[str] = "geo_error"
    sentence: ClassVar[str] = "The work could not be done."

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.sentence.format_map(facts))


class FileFault(GeoError):
    """The file as a whole cannot be used. Facts always hold ``file``, its name."""

    code = "file_fault"
    sentence = "{file} could not be read."


class FileMissing(FileFault):
    """Nothing is at that path."""

    code = "file_missing"
    sentence = "There is no file {file}. Check the name and the folder."


class FileEmpty(FileFault):
    """The file is there and holds nothing, or no row of data."""

    code = "file_empty"
    sentence = "{file} holds no data. Export it again from where it came."


class FileTooLarge(FileFault):
    """The file, or what it unpacks to, is beyond what one import may take."""

    code = "file_too_large"
    sentence = "{file} is too large: {size} where at most {limit} can be taken. Split it."


class FileUnreadable(FileFault):
    """The content is not of the wanted kind, cut short, or damaged."""

    code = "file_unreadable"
    sentence = "{file} could not be read as {kind}: {reason}. Export it again or give another file."


class EncodingUnknown(FileFault):
    """The bytes are text in none of the encodings offices use."""

    code = "encoding_unknown"
    sentence = (
        "{file} is not text in any of {tried} (first wrong byte in row {row}). "
        "Save it as CSV UTF-8 and try again."
    )


class CellsUnwritable(FileFault):
    """Cells hold characters that the file to write cannot hold; nothing was written.

    Facts: file, count, encoding, row, column, problem (of the first) and ``faults``,
    the table row, column, value, problem, suggestion.
    """

    code = "cells_unwritable"
    sentence = (
        "{file} was not written: {count} cells hold what {encoding} cannot, the first in "
        "row {row}, column {column} ({problem}). Write it as UTF-8, or change them."
    )


class SchemaUnknown(GeoError):
    """The columns are none of those known. Facts: file, found, expected."""

    code = "schema_unknown"
    sentence = "{file} has the columns {found}; wanted was {expected}. {way_out}"


class CellFaulty(GeoError):
    """One cell cannot be used. Facts: file, row, column, value, problem."""

    code = "cell_faulty"
    sentence = "{file}, row {row}, column {column}: {problem}."


class RosterFaulty(GeoError):
    """Rows of a roster are faulty and nothing was taken.

    Facts: file, count, row, column, problem (of the first) and ``faults``, the
    table row, column, value, problem, suggestion.
    """

    code = "roster_faulty"
    sentence = (
        "{file} was not taken: {count} faulty cells, the first in row {row}, column {column} "
        "({problem}). Correct them and import again; nothing was stored."
    )


class LayerFaulty(GeoError):
    """A layer breaks its column contract. ``facts["faults"]`` lists every fault."""

    code = "layer_faulty"
    sentence = "The {layer} layer does not keep its contract: {summary}."


class CrsMissing(GeoError):
    """Coordinates without a reference system. Facts: source, way_out."""

    code = "crs_missing"
    sentence = "{source} does not say which coordinate reference system it uses. {way_out}"


class CrsWrong(GeoError):
    """Coordinates in another reference system than wanted. Facts: source, found, wanted."""

    code = "crs_wrong"
    sentence = "{source} is in {found}; wanted is {wanted}. Convert it with to_crs() or --crs."


class NetworkEmpty(GeoError):
    """No street that one may walk on."""

    code = "network_empty"
    sentence = "{source} holds no street that can be walked on. Give another extract."


class NetworkDamaged(GeoError):
    """A saved street network cannot be opened."""

    code = "network_damaged"
    sentence = (
        "The saved street network {source} cannot be opened: {reason}. Import the streets again."
    )


class ParameterWrong(GeoError):
    """A parameter is outside its range. Facts: name, value, wanted."""

    code = "parameter_wrong"
    sentence = "{name} is {value}; wanted is {wanted}."


class NotFound(GeoError):
    """No row with that id. Facts: kind, id."""

    code = "not_found"
    sentence = "There is no {kind} with the id {id}."


class NoAnswer(GeoError):
    """A question of siting has no answer."""

    code = "no_answer"
    sentence = "No choice of sites does what is asked. Ask for less, or give more places."


class SitesTooFew(NoAnswer):
    """So many sites cannot reach all that must be reached. Facts: sites."""

    code = "sites_too_few"
    sentence = (
        "With {sites} more sites not everybody who must be reached can be. Allow more sites, "
        "more minutes, or lower shares."
    )


class FloorsTooHigh(NoAnswer):
    """All sites together do not reach a group's share. Facts: group, share, possible."""

    code = "floors_too_high"
    sentence = (
        "In {group} {share} shall be reached, but all places together reach {possible}. Give "
        "more places, allow more minutes, or lower the share."
    )


class DayTooShort(NoAnswer):
    """Not even one stop fits into the day. Facts: start, end."""

    code = "day_too_short"
    sentence = "Between {start} and {end} not even one stop fits. Make the day longer or stay less."


class AssetMissing(GeoError):
    """A part of the program is not installed. Facts: name, way_out."""

    code = "asset_missing"
    sentence = "A part of the program is missing: {name}. {way_out}"


class PictureFault(GeoError):
    """A picture of a sheet cannot be read."""

    code = "picture_fault"
    sentence = "The picture could not be read."


class PictureUnreadable(PictureFault):
    """The bytes are no picture of a kind that cameras and scanners give, or damaged."""

    code = "picture_unreadable"
    sentence = "This is not a picture that can be opened. Give a JPEG, PNG, TIFF or WebP file."


class PictureTooLarge(PictureFault):
    """The picture has more bytes or points than may be opened. Facts: size, limit."""

    code = "picture_too_large"
    sentence = "The picture is too large ({size}; at most {limit}). Take it with less resolution."


class PictureUnclear(PictureFault):
    """Too dark, blurred or far away to read. Facts: reason (dark, blurred, small)."""

    code = "picture_unclear"
    sentence = (
        "The picture is not clear enough. Take it again in good light, held still, with the "
        "sheet filling the picture."
    )


class SheetUnseen(PictureFault):
    """No mark and no code of a welfare map is in the picture."""

    code = "sheet_unseen"
    sentence = (
        "No welfare map is to be seen in this picture. Take one of the printed sheet, with the "
        "square marks along its edge in view."
    )


class SheetCodeUnread(PictureFault):
    """The marks of a sheet are there, its code cannot be read. Facts: marks, how many."""

    code = "sheet_code_unread"
    sentence = (
        "A sheet is to be seen ({marks} marks), but its code could not be read. Say which sheet "
        "it is, or take the corner with the code as well."
    )


class SheetCodeForeign(PictureFault):
    """A code that is none of a welfare map."""

    code = "sheet_code_foreign"
    sentence = "This code is not that of a welfare map. Use a sheet printed by this program."


class SheetCodeNewer(PictureFault):
    """A code that a later edition of the program wrote."""

    code = "sheet_code_newer"
    sentence = "A newer edition of the program printed this sheet. Read it with that edition."


class SheetMismatched(PictureFault):
    """The marks seen are not where the sheet of that code has them. Facts: sheet."""

    code = "sheet_mismatched"
    sentence = (
        "The marks in the picture are not those of sheet {sheet}. Check which sheet it is; two "
        "sheets must not be in one picture."
    )


class CountryFault(GeoError):
    """A study of many municipalities could not be done."""

    code = "country_fault"
    sentence = "The study of many municipalities could not be done."


class ResultsThere(CountryFault):
    """The folder for the results holds some. Facts: folder."""

    code = "results_there"
    sentence = "{folder} holds results already. Resume them, or name another folder."


class ClusterAway(CountryFault):
    """No scheduler answers. Facts: address."""

    code = "cluster_away"
    sentence = (
        "No cluster answers at {address}. Start it, or leave the address out to work on this "
        "machine; what is finished stays, resume from it."
    )


class WorkerLost(CountryFault):
    """Workers died over one municipality as often as the scheduler allows. Facts: municipality."""

    code = "worker_lost"
    sentence = (
        "Workers were lost over municipality {municipality} each time. Give each more memory, "
        "or start fewer of them, and resume."
    )


class MunicipalityStopped(CountryFault):
    """Nobody foresaw why the work on it stopped. Facts: municipality, kind of fault."""

    code = "municipality_stopped"
    sentence = (
        "The work on municipality {municipality} stopped inside ({kind}). Tell those who look "
        "after the program."
    )


class MunicipalitiesLeft(CountryFault):
    """Some could not be done; the others are written. Facts: count, total, municipalities."""

    code = "municipalities_left"
    sentence = (
        "{count} of {total} municipalities could not be done ({municipalities}); the others are "
        "written. Mend what was said of each and resume."
    )
