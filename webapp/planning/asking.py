"""What the reader of a planning page asks, of what ground, and whether the data is the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import current_app, request, url_for

from geo.coverage import Cover
from geo.errors import NotFound
from webapp.accounts.atlases import atlas_now, keep_extent
from webapp.accounts.reader import viewer_now
from webapp.answers.atlas import Atlas
from webapp.errors import sentence_of
from webapp.faults import RequestWrong
from webapp.serving.language import reader_language
from webapp.studies.ground import Ground, cover_of, ground_of
from webapp.studies.jobs import Job, Jobs, told
from webapp.studies.question import Question, read_question

_FIELDS = ["composition", "district_id", "mesh", "needs"]


@dataclass(frozen=True)
class Asked:
    """A question, the ground it is asked of, and the cover that answers it."""

    question: Question
    atlas: Atlas
    ground: Ground
    cover: Cover

    @property
    def version(self) -> int:
        """Of the data."""
        return self.atlas.version

    def bounds(self) -> list[float]:
        """West, south, east, north of what is asked for, degrees."""
        cells, districts = self.ground.cells, self.ground.districts
        district = self.question.district
        own = cells if district is None else districts[districts["id"] == district]
        return own.total_bounds.round(6).tolist()

    def address(self, endpoint: str = "covering.show", **more: object) -> str:
        """Asks the same again, and tells the version of the data it was asked of."""
        return url_for(endpoint, **self.question.facts(), v=self.version, **more)  # type: ignore[arg-type]


def asked_now(given: Mapping[str, Any] | None = None) -> Asked:
    """What this request asks: of its address, or of ``given``.

    Raises
    ------
    ParameterWrong, NotFound, LayerAbsent
    """
    atlas = atlas_now()
    question = read_question(request.args if given is None else given, areas_of(atlas))
    if question.district is not None and not viewer_now().covers(question.district):
        raise NotFound(kind="district", id=question.district)
    ground = ground_of(atlas, question.way)
    return Asked(question, atlas, ground, cover_of(atlas, question))


def areas_of(atlas: Atlas) -> dict[str, str]:
    """Names of the reader's districts by id."""
    known, viewer = atlas.layer("districts"), viewer_now()
    named = zip(known["id"], known["name"], strict=True)
    return {str(one): str(name or one) for one, name in named if viewer.covers(str(one))}


def keep_asked(asked: Asked) -> None:
    """Keep in the trail that the cells of the households were shown."""
    question, home = asked.question, asked.ground.demand["district_id"]
    value = asked.ground.demand["households"]
    shown = value if question.district is None else value[home == question.district]
    keep_extent("household", question.district, round(float(shown.sum())), _FIELDS)


def changed_since(asked: Asked) -> int | None:
    """The version of the data that the address was made of, where it is another one now."""
    told = request.args.get("v", type=int)
    return None if told is None or told == asked.version else told


def body_now() -> dict[str, Any]:
    """The JSON object that was sent. Raises `RequestWrong`."""
    try:
        told = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        raise RequestWrong from None
    if not isinstance(told, dict):
        raise RequestWrong
    return told


def jobs_now() -> Jobs:
    """The jobs of this server."""
    jobs: Jobs = current_app.extensions["jobs"]
    return jobs


def job_of(kind: str, address: str) -> Job | None:
    """The reader's latest study begun from an address."""
    mine = jobs_now().list_jobs(viewer_now().account)
    return next((one for one in mine if (one.kind, one.address) == (kind, address)), None)


def begin_job(kind: str, address: str, work: Callable[[Job], Any]) -> Job:
    """Begin a study, where the same one is not under way. Raises `TooManyJobs`."""
    running = job_of(kind, address)
    if running is not None and not running.over:
        return running
    return jobs_now().start(kind, viewer_now().account, address, work)


def tell_job(job: Job, tell: Callable[[Any], dict[str, Any] | None]) -> dict[str, Any]:
    """How far a study is, why it failed, and what it found so far as ``tell`` tells it."""
    return {
        **told(job),
        "fault": job.fault and sentence_of(job.fault, reader_language()),
        "found": job.found and tell(job.found),
    }
