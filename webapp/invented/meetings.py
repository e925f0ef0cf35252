"""Liaison meetings, and what a consultant has to think of."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from webapp.invented.cases import Case
from webapp.invented.ground import Ground, read_plan
from webapp.register.consents import JAPAN
from webapp.register.records import Meeting, Reminder


def meet(ground: Ground, cases: list[Case]) -> None:
    """A meeting every second month in the districts that help already."""
    plan = read_plan()
    for row, told in zip(ground.districts, plan["districts"], strict=False):
        if told["stage"] != 3:
            continue
        talked = [one.request["id"] for one in cases if one.request["district_id"] == row["id"]]
        for back in range(6):
            day = ground.today - timedelta(days=20 + 61 * back)
            ground.add(
                Meeting,
                district_id=row["id"],
                met_at=datetime.combine(day, time(14), JAPAN).astimezone(UTC),
                kind="liaison",
                title="連絡調整会議",
                attendees=["民生委員", "福祉協力員", "地域包括支援センター", "相談員"],
                cases=ground.lot.sample(talked, min(3, len(talked))),
                decisions=ground.one(plan["decisions"]),
                cards=[_card(ground, back)],
            )


def _card(ground: Ground, back: int) -> dict[str, object]:
    worry, who = ground.one(read_plan()["worries"])
    by = ground.today + timedelta(days=40 - 61 * back)
    return {"worry": worry, "who": who, "by": by.isoformat(), "done": back > 1}


def remember(ground: Ground, cases: list[Case]) -> None:
    """A few things to think of about cases that are under way."""
    under_way = [one for one in cases if one.request["status"] not in {"done", "unmet"}]
    texts = read_plan()["reminders"]
    for place, text in enumerate(texts):
        if not under_way:
            return
        about = ground.one(under_way).request
        ground.add(
            Reminder,
            district_id=about["district_id"],
            on=ground.today + timedelta(days=place - 2),
            text=text,
            person_id=about["person_id"],
            request_id=about["id"],
            status="open",
        )
