"""``country``: a study of many municipalities, their layers outside any workspace."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from webapp.errors import sentence_of
from webapp.terminal.options import ACTIVITIES, json_option, within_option
from webapp.terminal.speech import language, remark, report_progress, tell, tell_json, word

if TYPE_CHECKING:
    from geo.country import Crew, Failure, Progress, Run, Source, Study

_EVERY: Final = 2.0
"""Seconds between two lines of progress."""

_SHOWN: Final = 20
"""Failures told on the screen, and codes named in the last sentence; --json tells all."""

STUDIES: Final = ("coverage", "uncovered", "access", "recruit")


@click.command("country", help=word("country"))
@click.argument("study", type=click.Choice(STUDIES))
@click.option("--from", "source", required=True, envvar="WELFAREMAP_COUNTRY",
              metavar="FOLDER|postgresql://…", help=word("country_from"))  # fmt: skip
@click.option("--to", "goal", required=True, type=click.Path(path_type=Path), metavar="FOLDER",
              help=word("country_to"))  # fmt: skip
@click.option("--activity", "activities", multiple=True, type=ACTIVITIES, help=word("activity"))
@within_option
@click.option("--sites", type=click.IntRange(1, 1000), help=word("country_sites"))
@click.option("--workers", type=click.IntRange(1, 512), default=2, show_default=True,
              help=word("country_workers"))  # fmt: skip
@click.option("--scheduler", metavar="ADDRESS", help=word("country_scheduler"))
@click.option("--resume", is_flag=True, help=word("country_resume"))
@json_option
def study_country(  # noqa: PLR0913, PLR0917 - one option each
    study: str,
    source: str,
    goal: Path,
    activities: tuple[str, ...],
    within: float | None,
    sites: int | None,
    workers: int,
    scheduler: str | None,
    resume: bool,
    as_json: bool,
) -> None:
    """Put one study to every municipality of a source."""
    from geo.country import run_study

    asked = _study(study, activities, within, sites)
    place = _source(source)
    report_progress("country_starting")
    with _crew(workers, scheduler) as crew:
        run = run_study(place, asked, goal, crew=crew, resume=resume, watch=_told_at_times())
    _tell(run, as_json=as_json)


def _study(
    name: str, activities: tuple[str, ...], within: float | None, sites: int | None
) -> Study:
    from geo import country

    kinds: dict[str, Callable[..., Study]] = {
        "coverage": country.CoverageStudy,
        "uncovered": country.UncoveredStudy,
        "access": country.AccessStudy,
        "recruit": country.RecruitStudy,
    }
    told = {"within": within, "sites": sites if name == "recruit" else None}
    given = {key: value for key, value in told.items() if value is not None}
    return kinds[name](activities=activities, **given)


def _source(words: str) -> Source:
    from geo.country import FolderSource

    if words.startswith(("postgresql:", "postgres:")):
        from webapp.terminal.postgis import PostgisSource

        return PostgisSource(words)
    return FolderSource(words)


def _crew(workers: int, scheduler: str | None) -> AbstractContextManager[Crew]:
    from geo.country import Alone, local_crew, remote_crew

    if scheduler is not None:
        return remote_crew(scheduler)
    return local_crew(workers) if workers > 1 else nullcontext(Alone())


def _told_at_times() -> Callable[[Progress], None]:
    """Progress said every few seconds, to a person only."""
    last = time.monotonic()

    def watch(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last < _EVERY and progress.done < progress.total:
            return
        last = time.monotonic()
        left = (progress.total - progress.done) * progress.seconds / progress.done
        report_progress(
            "country_progress",
            done=f"{progress.done:,}",
            total=f"{progress.total:,}",
            households=f"{progress.households:,}",
            throughput=f"{progress.throughput:,.0f}",
            minutes=f"{left / 60:.0f}",
        )

    return watch


def _tell(run: Run, *, as_json: bool) -> None:
    from geo.errors import MunicipalitiesLeft

    if as_json:
        tell_json(_document(run))
    else:
        _tell_lines(run)
    if run.failures:
        codes = [one.municipality for one in run.failures]
        named = ", ".join(codes[:_SHOWN]) + (" …" if len(codes) > _SHOWN else "")
        total = run.progress.total
        raise MunicipalitiesLeft(count=len(codes), total=total, municipalities=named)


def _tell_lines(run: Run) -> None:
    done = run.progress.done - run.progress.failed
    tell(
        "country_done",
        done=f"{done:,}",
        kept=f"{run.progress.kept:,}",
        folder=str(run.folder),
        households=f"{run.progress.households:,}",
        seconds=f"{run.progress.seconds:,.0f}",
    )
    for name, rows in run.strays.items():
        tell("country_strays", layer=name, rows=f"{rows:,}")
    for one in run.failures[:_SHOWN]:
        remark("country_failure", municipality=one.municipality, sentence=_sentence(one))


def _document(run: Run) -> dict[str, Any]:
    failures = [asdict(one) | {"sentence": _sentence(one)} for one in run.failures]
    return {
        "folder": str(run.folder),
        **asdict(run.progress),
        "failures": failures,
        "without_municipality": dict(run.strays),
    }


def _sentence(failure: Failure) -> str:
    return sentence_of(failure.fault(), language())
