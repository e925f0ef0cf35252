"""The district's survey: who is willing, who needs something, who came of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from webapp.invented.ground import Ground, read_plan
from webapp.register.intake.drafts import Values
from webapp.register.records import Supporter, SurveyAnswer

_HELP: Final = ("garbage", "errand", "talk", "garden", "accompaniment", "cleaning")
_IN_NEED: Final = 0.25
"""Answers with a need for each willing one."""


def answer_surveys(ground: Ground) -> None:
    """One survey a district; the supporters that there are answered it first."""
    for row, willing in zip(ground.districts, read_plan()["willing"], strict=False):
        day = ground.today - timedelta(days=ground.lot.randrange(300, 700))
        came = [one for one in ground.supporters if one["district_id"] == row["id"]][:willing]
        name = f"{row['name']}アンケート"
        for supporter in came:
            _answer(ground, name, row["id"], day, supporter)
        for _ in range(willing - len(came)):
            _answer(ground, name, row["id"], day, None)
        for _ in range(int(willing * _IN_NEED)):
            _need(ground, name, row["id"], day)


def _answer(
    ground: Ground, survey: str, district: str, day: date, supporter: Values | None
) -> None:
    known = supporter or {}
    made = ground.add(
        SurveyAnswer,
        survey=survey,
        district_id=district,
        answered_on=day,
        name=known.get("name") or _name(ground),
        kana=known.get("kana"),
        phone=known.get("phone") or f"093-000-{ground.lot.randrange(10_000):04d}",
        willing=known.get("activities") or ground.lot.sample(_HELP, ground.lot.randrange(1, 4)),
        needs=[],
        contact=supporter is not None or ground.lot.random() < 0.7,
        supporter_id=known.get("id"),
        answers={"年代": ground.one(("50代", "60代", "60代", "70代", "70代", "80代"))},
    )
    if supporter is not None:
        ground.change(Supporter, supporter, survey_id=made["id"])


def _need(ground: Ground, survey: str, district: str, day: date) -> None:
    ground.add(
        SurveyAnswer,
        survey=survey,
        district_id=district,
        answered_on=day,
        name=_name(ground),
        phone=f"093-000-{ground.lot.randrange(10_000):04d}",
        needs=ground.lot.sample(_HELP, ground.lot.randrange(1, 3)),
        willing=[],
        contact=True,
        answers={"年代": ground.one(("70代", "80代", "90代"))},
    )


def _name(ground: Ground) -> str:
    plan = read_plan()
    surname = ground.one(str(plan["surnames"]).split()).partition(":")[0]
    given = ground.one(str(plan[ground.one(("women", "men"))]).split()).partition(":")[0]
    return f"{surname}　{given}"
