"""A study of many municipalities: one part of the result for each, and what was made of what.

Finished parts stay whatever happens to a worker or to this process. The manifest is
written last: a folder without one is not finished. Who does the work and in which order
changes no byte of the result.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq

from geo.country.municipality import Share, Source
from geo.country.part import part_path, parts_of, read_seal, write_whole
from geo.country.studies import Study
from geo.country.work import Alone, Crew, Failure, Outcome, Task
from geo.crs import GEOGRAPHIC
from geo.errors import FileMissing, ParameterWrong, ResultsThere

MANIFEST: Final = "_manifest.json"
_VERSION: Final = 1


@dataclass
class Progress:
    """How far a run is.

    Attributes
    ----------
    total
        Municipalities in all.
    done, kept, failed
        So many of them are through; of these were there already, could not be done.
    households
        Of those that are through.
    seconds
        Since the work began.
    """

    total: int
    done: int = 0
    kept: int = 0
    failed: int = 0
    households: int = 0
    seconds: float = 0.0

    @property
    def throughput(self) -> float:
        """Households a second."""
        return self.households / self.seconds if self.seconds > 0 else 0.0

    def add(self, outcome: Outcome, seconds: float) -> None:
        """Count one more municipality."""
        self.done += 1
        self.kept += outcome.kept
        self.failed += outcome.failure is not None
        self.households += outcome.households
        self.seconds = seconds


@dataclass(frozen=True)
class Run:
    """What came of a run.

    Attributes
    ----------
    folder
        Where the parts and the manifest are.
    progress
        The last one.
    failures
        By municipality.
    strays
        Rows of the source by layer that name no municipality and are in no part.
    """

    folder: Path
    progress: Progress
    failures: list[Failure] = field(default_factory=list)
    strays: Mapping[str, int] = field(default_factory=dict)


def run_study(
    source: Source,
    study: Study,
    folder: str | Path,
    *,
    crew: Crew | None = None,
    resume: bool = False,
    watch: Callable[[Progress], None] | None = None,
) -> Run:
    """Put a study to every municipality and write each one's part.

    Parameters
    ----------
    source
        Where the municipalities come from.
    study
        What is asked of each.
    folder
        For the parts, made where it is absent.
    crew
        Who works, such as a `geo.country.cluster`; None works alone in this process.
    resume
        Keep the parts that are there, whole, and of the same study, parameters and data.
        Without it a folder that holds parts is refused.
    watch
        Called after every municipality.

    Returns
    -------
    The run; a municipality that failed has no part and stands in ``failures``.

    Raises
    ------
    ResultsThere
    ParameterWrong
        The folder cannot be made, or a municipality's code is no name of a file.
    ClusterAway
    """
    goal = _open_folder(Path(folder), resume=resume)
    shares = sorted(source.shares(), key=lambda share: (-share.rows, share.code))
    paths = {share.code: part_path(goal, share.code) for share in shares}
    _clear(goal, paths.values())
    progress, failures, start = Progress(len(shares)), list[Failure](), time.perf_counter()
    for outcome in (crew or Alone()).work(_tasks(shares, study, paths)):
        _settle(outcome, paths[outcome.municipality])
        if outcome.failure is not None:
            failures.append(outcome.failure)
        progress.add(outcome, time.perf_counter() - start)
        if watch is not None:
            watch(progress)
    run = Run(goal, progress, sorted(failures, key=lambda one: one.municipality), source.strays())
    write_whole(goal / MANIFEST, _manifest(study, run, sorted(paths)))
    return run


def read_results(folder: str | Path) -> pd.DataFrame:
    """The rows of a finished run, by municipality.

    Returns
    -------
    A GeoDataFrame (EPSG:4326) where the study has shapes: municipality, and the columns of
    the study.

    Raises
    ------
    FileMissing
        The run is not finished, or a part is gone.
    """
    goal = Path(folder)
    if not (goal / MANIFEST).is_file():
        raise FileMissing(file=str(goal / MANIFEST))
    manifest = json.loads((goal / MANIFEST).read_text("utf-8"))
    parts = [goal / one["file"] for one in manifest["parts"]]
    missing = next((part for part in parts if not part.is_file()), None)
    if missing is not None:
        raise FileMissing(file=str(missing))
    tables = [_read_part(part) for part in parts]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _read_part(path: Path) -> pd.DataFrame:
    with pq.ParquetFile(path) as file:
        shaped = b"geo" in (file.metadata.metadata or {})
    if not shaped:
        return pd.read_parquet(path)
    return gpd.read_parquet(path).set_crs(GEOGRAPHIC, allow_override=True)


def _open_folder(folder: Path, *, resume: bool) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        wanted = "a folder that can be written to"
        raise ParameterWrong(name="folder", value=str(folder), wanted=wanted) from fault
    if not resume and ((folder / MANIFEST).exists() or parts_of(folder)):
        raise ResultsThere(folder=str(folder))
    return folder


def _clear(folder: Path, wanted: Sequence[Path] | Any) -> None:  # noqa: ANN401 - a view of paths
    """Take away the manifest, drafts of a killed run, and parts of nobody in the source."""
    keep = set(wanted)
    (folder / MANIFEST).unlink(missing_ok=True)
    for draft in folder.glob(f".*-{'[!.]' * 8}"):
        draft.unlink(missing_ok=True)
    for part in parts_of(folder):
        if part not in keep:
            part.unlink()


def _tasks(shares: Sequence[Share], study: Study, paths: Mapping[str, Path]) -> Iterator[Task]:
    for share in shares:
        yield Task(share, study, read_seal(paths[share.code]))


def _settle(outcome: Outcome, path: Path) -> None:
    """Write the part of an outcome; one that failed has none, not even an old one."""
    if outcome.failure is not None:
        path.unlink(missing_ok=True)
    elif outcome.content is not None:
        write_whole(path, outcome.content)


def _manifest(study: Study, run: Run, codes: Sequence[str]) -> bytes:
    failed = {one.municipality for one in run.failures}
    done = [code for code in codes if code not in failed]
    document = {
        "version": _VERSION,
        "study": study.name,
        "edition": study.edition,
        "parameters": study.parameters(),
        "municipalities": len(codes),
        "parts": [_describe(part_path(run.folder, code)) for code in done],
        "failures": [asdict(one) for one in run.failures],
        "without_municipality": dict(run.strays),
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _describe(path: Path) -> dict[str, Any]:
    seal = read_seal(path) or {}
    return {
        "municipality": path.stem,
        "file": path.name,
        "rows": pq.read_metadata(path).num_rows,
        "data": seal.get("data"),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
