"""Studies that run beside the pages: watched, called off, failed, too many."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from geo.errors import NotFound, ParameterWrong
from webapp.faults import TooManyJobs
from webapp.studies.jobs import KEPT, MOST, Job, Jobs, told


def wait(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_job_tells_how_far_it_is_and_gives_its_answer() -> None:
    jobs, go = Jobs(), threading.Event()

    def work(job: Job) -> int:
        job.tell(found=1, value=10)
        go.wait(10)
        return 2

    job = jobs.start("siting", "hana", "/planning/", work)
    wait(lambda: bool(job.progress))
    assert (job.state, job.found, told(job)["progress"]) == ("running", 1, {"value": 10})
    go.set()
    wait(lambda: job.over)
    assert (job.state, job.found) == ("done", 2)
    assert jobs.find(job.id, "hana") is job
    with pytest.raises(NotFound):
        jobs.find(job.id, "taro")


def test_a_job_called_off_ends_with_what_it_has_and_one_that_waits_never_begins() -> None:
    jobs, began = Jobs(), threading.Event()

    def work(job: Job) -> str:
        began.set()
        wait(lambda: not job.tell())
        return "so far"

    job = jobs.start("siting", "hana", "/", work)
    waiting = jobs.start("siting", "hana", "/", work)
    assert began.wait(10)
    waiting.call_off()
    job.call_off()
    wait(lambda: job.over and waiting.over)
    assert (job.state, job.found) == ("cancelled", "so far")
    assert (waiting.state, waiting.found) == ("cancelled", None)


def test_a_job_that_cannot_be_done_keeps_why() -> None:
    jobs = Jobs()

    def work(job: Job) -> None:
        raise ParameterWrong(name="sites", value=job.kind, wanted="1")

    job = jobs.start("siting", "hana", "/", work)
    wait(lambda: job.over)
    assert job.state == "failed"
    assert isinstance(job.fault, ParameterWrong)


def test_what_is_prepared_is_done_once_and_before_the_jobs() -> None:
    jobs, done = Jobs(), []

    def prepare() -> None:
        done.append("prepared")

    for _ in range(3):
        jobs.prepare(prepare)
    job = jobs.start("siting", "hana", "/", lambda _: done.append("job"))
    wait(lambda: job.over)
    assert done == ["prepared", "job"]


def test_one_account_may_not_fill_the_queue_and_old_jobs_are_forgotten() -> None:
    jobs, go = Jobs(), threading.Event()
    held = [jobs.start("siting", "hana", "/", lambda _: go.wait(10)) for _ in range(MOST)]
    with pytest.raises(TooManyJobs):
        jobs.start("siting", "hana", "/", lambda _: None)
    jobs.start("siting", "taro", "/", lambda _: None)
    go.set()
    wait(lambda: all(one.over for one in held))
    for _ in range(KEPT + 5):
        last = jobs.start("siting", "jiro", "/", lambda _: None)
        wait(lambda job=last: job.over)
    assert len(jobs.list_jobs("jiro")) <= KEPT
    with pytest.raises(NotFound):
        jobs.find(held[0].id, "hana")
