from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner

from tests.places import found_town
from webapp.accounts.policy import at_the_terminal
from webapp.cli import main
from webapp.register.records import District, Household, Request, Series, Supporter


def test_cron_makes_visits_once_and_the_doctor_sees_who_is_behind(tmp_path: Path) -> None:
    folder, now = tmp_path / "town", datetime.now(UTC)
    with (
        found_town(folder).register as register,
        register.change(at_the_terminal(), "visit") as change,
    ):
        change.add(District, id="D1", name="第1校区")
        change.session.flush()
        change.add(Household, id="H1", district_id="D1")
        change.add(Supporter, id="S1", district_id="D1", activities=["talk"], status="active")
        change.session.flush()
        change.add(
            Request, id="R1", district_id="D1", household_id="H1", activity="talk",
            status="running",
        )  # fmt: skip
        change.session.flush()
        change.add(
            Series, id="i-1", district_id="D1", request_id="R1", supporter_id="S1",
            rule="FREQ=DAILY", starts_at=now - timedelta(days=1),
        )  # fmt: skip
    run = CliRunner().invoke
    words = ["--workspace", str(folder)]
    seen = json.loads(run(main, ["doctor", "--json", *words]).stdout)
    assert any("series: 1 behind" in one["what"] for one in seen["findings"])
    first = run(main, ["visits", "make", "--json", *words])
    assert first.exit_code == 0
    assert json.loads(first.stdout) == {"visits": 44, "series": 1, "behind": []}
    again = run(main, ["--lang", "en", "visits", "make", *words])
    assert again.stdout == "Made 0 visits of 0 series.\n"
    seen = json.loads(run(main, ["doctor", "--json", *words]).stdout)
    assert any("series: 0 behind" in one["what"] for one in seen["findings"])
