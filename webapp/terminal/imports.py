"""``import``, ``imports``, ``undo``: a file is taken in, whole or not at all, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

import click

from webapp.accounts.policy import at_the_terminal
from webapp.answers.premises import Premises
from webapp.facts import say_fact
from webapp.register.intake import Differences, apply, preview
from webapp.register.records.intake import Intake
from webapp.terminal.differing import list_differences, tell_counts, tell_differences
from webapp.terminal.options import json_option, open_premises, workspace_option
from webapp.terminal.readings import Ground, Kind, Reading, Wishes, read_file, read_mapping
from webapp.terminal.speech import language, report_progress, tell, tell_json, word
from webapp.terminal.surveys import import_survey

_SHOWN: Final = 20
"""Faulty rows told on the screen; --json tells all."""


_ONE: Final = frozenset({"elevation", "streets"})
"""Kinds of file whose rows nobody counts."""

_DONE: Final = {
    (True, True): "taken",
    (True, False): "checked",
    (False, True): "taken_rows",
    (False, False): "checked_rows",
}


@click.command("import", help=word("import"))
@click.argument("kind", type=click.Choice([*get_args(Kind), "survey"]))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help=word("dry_run"))
@click.option("--crs", metavar="EPSG", help=word("crs"))
@click.option("--kind", "of_kind", metavar="KIND", help=word("of_kind"))
@click.option("--name-column", metavar="COLUMN", help=word("name_column"))
@click.option("--code-column", metavar="COLUMN", help=word("code_column"))
@click.option("--map", "mapping", multiple=True, metavar="HEADER=FIELD", help=word("mapping"))
@click.option(
    "--gazetteer", type=click.Path(path_type=Path), metavar="FILE", help=word("gazetteer")
)
@click.option("--name", metavar="TEXT", help=word("survey_name"))
@click.option("--district", metavar="ID", help=word("survey_district"))
@click.option("--keep-missing", is_flag=True, help=word("keep_missing"))
@json_option
@workspace_option
def import_file(  # noqa: PLR0913, PLR0917
    kind: Kind | Literal["survey"],
    file: Path,
    dry_run: bool,
    crs: str | None,
    of_kind: str | None,
    name_column: str | None,
    code_column: str | None,
    mapping: tuple[str, ...],
    gazetteer: Path | None,
    name: str | None,
    district: str | None,
    keep_missing: bool,
    as_json: bool,
    workspace: Path | None,
) -> None:
    """Take a file into the workspace or the register."""
    if kind == "survey":
        place = open_premises(workspace)
        with place.register:
            report_progress("reading", file=file.name)
            import_survey(
                place, file, name=name, district=district, mapping=read_mapping(mapping),
                dry_run=dry_run, as_json=as_json,
            )  # fmt: skip
        return
    wishes = Wishes(crs, of_kind, name_column, code_column, read_mapping(mapping), gazetteer)
    place = open_premises(workspace)
    with place.register:
        report_progress("reading", file=file.name)
        ground = Ground(place.workspace.read(), lambda: place.register.drawn.exact()[1])
        reading = read_file(kind, file, wishes, ground, language())
        if reading.parcel is not None and keep_missing:
            reading = replace(reading, parcel=replace(reading.parcel, keep_missing=True))
        if reading.fault is None:
            report_progress("checking" if dry_run else "storing")
        taken = _Taken() if reading.fault is not None else _take(place, reading, dry_run=dry_run)
    _tell(kind, file, reading, taken, dry_run=dry_run, as_json=as_json)
    if reading.fault is not None:
        raise reading.fault


@dataclass(frozen=True)
class _Taken:
    """What became of a file: nothing, differences looked at, or an import."""

    differences: Differences | None = None
    intake: Intake | None = None


def _take(place: Premises, reading: Reading, *, dry_run: bool) -> _Taken:
    viewer = at_the_terminal()
    if reading.parcel is not None and dry_run:
        return _Taken(preview(place.register, viewer, reading.parcel))
    if reading.parcel is not None:
        return _Taken(intake=apply(place.register, viewer, reading.parcel))
    if reading.change is not None and not dry_run:
        place.workspace.replace(reading.change)
    return _Taken()


def _tell(
    kind: Kind, file: Path, reading: Reading, taken: _Taken, *, dry_run: bool, as_json: bool
) -> None:
    stored = not dry_run and reading.fault is None
    if as_json:
        document = {"kind": kind, "file": file.name, "rows": reading.rows, "stored": stored}
        tell_json(document | {"report": reading.report} | _document(taken))
        return
    if reading.fault is None:
        tell(_DONE[kind in _ONE, stored], file=file.name, rows=reading.rows)
    for name, say_it in _LINES.items():
        if reading.report.get(name):
            say_it(reading.report[name], reading.report)
    _tell_taken(taken)


def _document(taken: _Taken) -> dict[str, Any]:
    if taken.differences is not None:
        return list_differences(taken.differences)
    if taken.intake is None:
        return {}
    named = None if taken.intake.state == "unchanged" else taken.intake.id
    return {"import": named, "counts": taken.intake.counts}


def _tell_taken(taken: _Taken) -> None:
    if taken.differences is not None:
        tell_differences(taken.differences, _SHOWN)
    if taken.intake is None:
        return
    tell_counts(taken.intake.counts)
    if taken.intake.state == "unchanged":
        tell("intake_unchanged")
    else:
        tell("intake_done", id=taken.intake.id)


def _tell_mapping(mapping: dict[str, str], report: dict[str, Any]) -> None:
    del report
    for heading, field in mapping.items():
        if field:
            tell("column_used", heading=heading, field=field)


def _tell_rows(rows: list[dict[str, Any]]) -> None:
    for one in rows[:_SHOWN]:
        tell("fault_row", **one)
    if len(rows) > _SHOWN:
        tell("more_rows", count=len(rows) - _SHOWN)


def _tell_notes(notes: list[dict[str, Any]], report: dict[str, Any]) -> None:
    del report
    tell("notes")
    _tell_rows(notes)


def _tell_left_out(left_out: list[Any], report: dict[str, Any]) -> None:
    del report
    for reason, count in left_out:
        tell("left_out", reason=say_fact(reason, language()), count=count)


def _tell_areas(key: str) -> Callable[[list[dict[str, Any]], dict[str, Any]], None]:
    def say_areas(found: list[dict[str, Any]], report: dict[str, Any]) -> None:
        del report
        area = sum(float(one["m2"]) for one in found)
        tell(key, count=len(found), area=f"{area:,.0f}")

    return say_areas


def _tell_count(key: str) -> Callable[[Any, dict[str, Any]], None]:
    def say_count(found: Any, report: dict[str, Any]) -> None:  # noqa: ANN401
        del report
        tell(key, count=found if isinstance(found, int) else len(found))

    return say_count


def _tell_streets(nodes: int, report: dict[str, Any]) -> None:
    tell("streets", nodes=nodes, edges=report["edges"], km=f"{report['metres'] / 1000:,.1f}")
    if report["parts"] > 1:
        tell("parts", count=report["parts"])


def _tell_slopes(raster: str, report: dict[str, Any]) -> None:
    key = "slopes" if report["share"] > 0 else "slopes_nowhere"
    tell(key, file=raster, percent=f"{report['share'] * 100:.0f}")


_LINES: Final[dict[str, Callable[[Any, dict[str, Any]], None]]] = {
    "edition": lambda edition, _: tell("edition", edition=say_fact(edition, language())),
    "merged": _tell_count("merged"),
    "years": lambda years, _: tell("years", years=", ".join(map(str, years))),
    "hidden": _tell_count("hidden"),
    "without_shape": _tell_count("without_shape"),
    "repaired": _tell_count("repaired"),
    "left_out": _tell_left_out,
    "overlaps": _tell_areas("overlaps"),
    "gaps": _tell_areas("gaps"),
    "mapping": _tell_mapping,
    "unknown": lambda names, _: tell("column_unknown", names=", ".join(names)),
    "unplaced": _tell_count("unplaced"),
    "unlinked": _tell_count("unlinked"),
    "nodes": _tell_streets,
    "slopes": _tell_slopes,
    "no_streets": lambda *_: tell("no_streets"),
    "streets_again": lambda *_: tell("streets_again"),
    "faults": lambda rows, _: _tell_rows(rows),
    "notes": _tell_notes,
}
"""What to say of each part of a report, in this order."""
