"""Studies under way: how far they are, and calling them off."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from webapp.accounts.reader import viewer_now
from webapp.errors import for_scripts
from webapp.planning.asking import jobs_now
from webapp.planning.covering import answer_json
from webapp.studies.jobs import told

jobs = Blueprint("jobs", __name__, url_prefix="/planning/jobs")


@jobs.get("")
def show_all() -> str:
    """The reader's studies of this server's day."""
    return render_template("planning/jobs.html", found=jobs_now().list_jobs(viewer_now().account))


@jobs.get("/<identity>/progress")
@for_scripts
def tell_progress(identity: str) -> Response:
    """How far a study is."""
    return answer_json(dict(told(jobs_now().find(identity, viewer_now().account))))


@jobs.post("/<identity>/cancel")
@for_scripts
def call_off(identity: str) -> Response:
    """Ask a study to end with what it has."""
    job = jobs_now().find(identity, viewer_now().account)
    job.call_off()
    return answer_json(dict(told(job)))
