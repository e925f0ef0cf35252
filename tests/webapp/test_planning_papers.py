"""What leaves the planning room: numbered copies, and an edition for everybody."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import orjson
import pytest
import shapely
import typst
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from geo.masking import SUPPRESSED, TOTAL
from geo.sample import Town, sample_town
from tests.doors import client_of, form_token, make_account, send
from tests.webapp.conftest import CANARY, store_town
from webapp import create_app
from webapp.accounts.policy import viewer_of
from webapp.answers.atlas import Atlas
from webapp.answers.covering import PUBLIC_MINUTES
from webapp.answers.figure_tables import FigureTable
from webapp.answers.study_paper import Paper, Part, set_study
from webapp.invented.residents import invent_residents
from webapp.layerstore import Change
from webapp.register.house import Register
from webapp.register.records import ExportCopy
from webapp.register.trail.access_event import AccessEvent
from webapp.settings import Settings
from webapp.studies.ground import cover_of, ground_of
from webapp.studies.land import uncovered_land
from webapp.studies.people import people_cover, residents_of
from webapp.studies.publishing import (
    PARTS,
    _hide,
    edition_of,
    publishable,
    published_cells,
    why_not,
)
from webapp.studies.question import Question
from webapp.studies.weekly import STEPS, week_of
from webapp.wording import Language
from webapp.workspace import Workspace

LOAN = {"holder": "計画 花子", "return_by": (date.today() + timedelta(days=9)).isoformat()}  # noqa: DTZ011
ASKED = "/planning/report?activity=garbage&within=10"
QUESTION = Question(activity="garbage", within=10.0)


@pytest.fixture(scope="module")
def town() -> Town:
    return sample_town(seed=11, households=260, supporters=30)


@pytest.fixture(scope="module")
def app(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("papers") / "town"
    store_town(folder, town).register.close()
    people = invent_residents(town.districts, town.households)
    Workspace(folder).replace(Change(layers={"population": people}, file="census"))
    return create_app(Settings.read({}, workspace=Path(folder)))


@pytest.fixture(scope="module")
def planner(app: Flask) -> FlaskClient:
    return client_of(app, make_account(app.extensions["register"], "planner", None))


@pytest.fixture(scope="module")
def council(app: Flask) -> FlaskClient:
    return client_of(app, make_account(app.extensions["register"], "council", None))


@pytest.fixture(scope="module")
def atlas(app: Flask) -> Atlas:
    return app.extensions["shelf"].of(viewer_of("planner", "x", None), "planning")


@pytest.fixture(scope="module")
def whole(app: Flask) -> Atlas:
    return app.extensions["shelf"].whole()


@pytest.fixture
def open_to_all(atlas: Atlas, whole: Atlas) -> str:
    """The address of an edition that says something."""
    within = next(
        one
        for one in PUBLIC_MINUTES
        if edition_of(atlas, whole, Question(within=one)).says_anything
    )
    return f"/planning/report/public?within={within:g}"


@pytest.fixture
def typesetter(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All words and drawings that are handed to the typesetter, none of them set."""
    told: list[str] = []

    def compile_(template: bytes, **more: dict[str, str]) -> bytes:
        told.append(template.decode() + more["sys_inputs"]["page"])
        return b"%PDF-not"

    monkeypatch.setattr(typst, "compile", compile_)
    return told


def copies(app: Flask) -> list[ExportCopy]:
    register: Register = app.extensions["register"]
    with Session(register.engine) as session:
        return list(session.scalars(select(ExportCopy).order_by(ExportCopy.number)))


def told_of(answer: TestResponse) -> Any:  # noqa: ANN401 - JSON
    return orjson.loads(answer.data)


def keep(client: FlaskClient, title: str, lon: float, lat: float) -> str:
    add = {"do": "add", "id": "new-1", "lon": lon, "lat": lat, "activities": ["garbage"]}
    told = {"title": title, "question": {"activity": "garbage"}, "changes": [add]}
    answer = client.post("/planning/plans", json=told, headers={"X-CSRF": form_token(client)})
    return told_of(answer)["id"]


def test_a_report_is_a_numbered_copy_that_tells_question_plans_and_what_is_assumed(
    app: Flask, planner: FlaskClient, town: Town, typesetter: list[str]
) -> None:
    west, south, east, north = town.districts.total_bounds
    plan = keep(planner, "坂の上に一人", (west + east) / 2, (south + north) / 2)
    before = len(copies(app))
    answer = send(planner, f"{ASKED}&plan={plan}", take="report pdf", **LOAN)
    assert answer.status_code == 200
    (copy,) = copies(app)[before:]
    assert (copy.holder, copy.form, copy.purpose) == ("計画 花子", "pdf", "planning")
    assert copy.count > 0
    page = typesetter[0]
    for words in ("坂の上に一人", "ゴミ出し", f"{copy.year}-{copy.number:04d}", "仮定している",
                  "内部資料", "activity=garbage", ">A1<"):  # fmt: skip
        assert words.replace("<", "\\u003c") in page or words in page
    assert CANARY not in page


def test_nothing_leaves_without_who_holds_it_or_in_a_form_that_is_none(
    app: Flask, planner: FlaskClient
) -> None:
    before = len(copies(app))
    for wrong in ({"take": "report gpkg"}, {"take": ""}, {"holder": ""}, {"return_by": "gestern"},
                  {"take": "places gpkg"}):  # fmt: skip
        answer = send(planner, ASKED, **({"take": "report xlsx"} | LOAN | wrong))
        assert answer.status_code == 422, wrong
        assert 'class="problem"' in answer.text
    assert [one.status for one in copies(app)[before:]] == []


def test_layers_are_cells_and_land_with_the_copy_s_number_and_nobody_s_name(
    planner: FlaskClient, town: Town, tmp_path: Path
) -> None:
    for what in ("cells", "land"):
        for form, read in (("gpkg", gpd.read_file), ("parquet", gpd.read_parquet)):
            answer = send(planner, ASKED, take=f"{what} {form}", **LOAN)
            path = tmp_path / f"{what}.{form}"
            path.write_bytes(answer.data)
            layer = read(path)
            assert len(layer)
            assert set(layer["copy"].str[:4]).pop().isdigit()
            assert {"name", "address", "needs"} & set(layer.columns) == set()
            assert set(layer.geom_type) <= {"Polygon", "MultiPolygon"}
            if what == "cells":
                assert layer["households"].sum() == pytest.approx(len(town.households))
                assert (layer["unreached"] <= layer["households"] + 1e-6).all()


def test_a_workbook_has_the_same_figures_as_the_page(planner: FlaskClient, atlas: Atlas) -> None:
    answer = send(planner, ASKED, take="report xlsx", **LOAN)
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    rows = list(book.worksheets[1].iter_rows(values_only=True))
    page = planner.get("/planning/?activity=garbage&within=10").text
    beyond = rows[len(atlas.layer("districts")) + 1][rows[0].index("届かない")]
    assert f"{beyond} 世帯" in page


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"district": "X0001"}, ["district"]), ({"within": "7"}, ["minutes"]),
        ({"weekday": "TU"}, ["when"]), ({"hour": "09:00-12:00"}, ["when"]),
        ({"way": "snow"}, ["way"]),
    ],
)  # fmt: skip
def test_what_would_tell_the_few_is_refused_in_words(
    planner: FlaskClient, asked: dict[str, str], codes: list[str]
) -> None:
    page = planner.get("/planning/report", query_string=asked).text
    assert "この条件のままでは公表できません" in page
    assert "/planning/report/public" not in page
    answer = planner.get("/planning/report/public", query_string=asked)
    assert answer.status_code == 422
    names = {"district": "district", "weekday": "when", "hour": "when", "way": "way"}
    assert codes == [names.get(one, "minutes") for one in asked]


def test_the_nearest_question_that_may_be_published_may_be() -> None:
    for asked in (Question("X1", "garbage", 7.0, "TU", "09:00-12:00", "snow"), Question()):
        assert why_not(publishable(asked)) == []
    assert publishable(Question(within=7.0)).within == 5.0


@pytest.mark.parametrize("within", [5.0, 10.0, 20.0])
def test_published_counts_are_tens_and_add_up_within_what_was_rounded(
    atlas: Atlas, whole: Atlas, within: float
) -> None:
    question = Question(within=within)
    table = edition_of(atlas, whole, question).table
    cover = cover_of(atlas, question)
    home = cover.demand["district_id"].to_numpy(object)
    state, value = cover.state(question.ask), cover.weight("households")
    for district, row in table.iterrows():
        here = (home == district) | np.full(len(home), district == TOTAL)
        for part, codes in PARTS.items():
            exact = float(value[here & np.isin(state, codes)].sum())
            if row[part] is not SUPPRESSED:
                assert row[part] % 10 == 0
                assert 10 <= row[part] <= exact + 0.5
                assert row[part] > exact - 10.5
    assert any(one is SUPPRESSED for one in table.to_numpy().ravel())


def test_a_hidden_count_has_a_hidden_neighbour_or_hides_with_its_total(
    atlas: Atlas, whole: Atlas
) -> None:
    table = edition_of(atlas, whole, QUESTION).table
    for _, row in table.iterrows():
        hidden = sum(row[part] is SUPPRESSED for part in PARTS)
        assert hidden != 1 or row[TOTAL] is SUPPRESSED


def test_a_district_that_would_tell_a_public_cell_is_hidden_whole_and_the_sum_with_it(
    atlas: Atlas, whole: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = Question(within=30.0)
    usual = edition_of(atlas, whole, question).table
    shown = [one for one in usual.index if usual.loc[one, TOTAL] is not SUPPRESSED]
    assert shown[-1] == TOTAL
    order = list(whole.layer("districts")["id"])

    def tell(_: Atlas, totals: list[Any], rest: list[Any], *more: object, **kw: object) -> Any:  # noqa: ANN401
        del more, kw
        return ["*" if one == shown[0] else n for one, n in zip(order, totals, strict=True)], rest

    monkeypatch.setattr("webapp.studies.publishing.withhold_telling", tell)
    edition = _hide(atlas, whole, question)
    away = {one for one in edition.table.index if edition.table.loc[one, TOTAL] is SUPPRESSED} - {
        one for one in usual.index if usual.loc[one, TOTAL] is SUPPRESSED
    }
    assert away == {shown[0], TOTAL}
    assert edition.telling == 1


def test_published_cells_are_those_of_the_public_map_and_all_of_them(
    atlas: Atlas, whole: Atlas, planner: FlaskClient
) -> None:
    cells = published_cells(atlas, whole, QUESTION)
    public = told_of(planner.get("/api/v1/coverage?activity=garbage&within=10"))
    assert set(cells["mesh"]) == {one["properties"]["mesh"] for one in public["features"]}
    shown = cells["uncovered"].dropna()
    assert (shown % 10 == 0).all()
    assert (shown >= 10).all()
    assert cells["hidden"].any()


def test_the_edition_for_everybody_has_no_number_no_plan_and_is_in_the_trail(
    app: Flask, planner: FlaskClient, open_to_all: str, typesetter: list[str]
) -> None:
    before = len(copies(app))
    answer = planner.get(f"{open_to_all}&form=pdf")
    assert answer.status_code == 200
    assert len(copies(app)) == before
    assert "内部資料" not in typesetter[0]
    assert "＊" in typesetter[0]
    for form in ("xlsx", "gpkg", "parquet"):
        assert planner.get(f"{open_to_all}&form={form}").status_code == 200
    assert planner.get(f"{open_to_all}&form=csv").status_code == 422
    register: Register = app.extensions["register"]
    with Session(register.engine) as session:
        kept = session.scalars(select(AccessEvent).where(AccessEvent.deed == "export"))
        assert [one for one in kept if (one.facts or {}).get("report") == "public study"]


def test_land_nobody_reaches_lies_in_the_districts_and_says_who_lives_there(
    planner: FlaskClient, town: Town, atlas: Atlas
) -> None:
    found = told_of(planner.get("/planning/areas?activity=garbage&within=10"))
    shapes = [shapely.geometry.shape(one["geometry"]) for one in found["features"]]
    border = shapely.union_all(town.districts.geometry.to_numpy()).buffer(1e-5)
    assert shapes
    assert all(border.covers(one) for one in shapes)
    land = uncovered_land(atlas, QUESTION)
    people = people_cover(atlas, QUESTION)
    assert people is not None
    everybody = {one.age: one for one in residents_of(people, QUESTION)}
    for age, told in everybody.items():
        assert told.beyond is not None
        assert 0 < land[age].sum() <= told.beyond + (told.maybe or 0) + 1
    one = told_of(planner.get("/planning/areas?activity=garbage&within=10&district=X0003"))
    assert {f["properties"]["district_id"] for f in one["features"]} == {"X0003"}


def test_who_has_one_district_is_told_of_no_other(app: Flask, town: Town) -> None:
    one = client_of(app, make_account(app.extensions["register"], "planner", ["X0003"]))
    found = told_of(one.get("/planning/areas"))
    assert {area["properties"]["district_id"] for area in found["features"]} == {"X0003"}
    names = dict(zip(town.districts["id"], town.districts["name"], strict=True))
    for path in ("/planning/", "/planning/report"):
        page = one.get(path).text
        assert names["X0003"] in page
        assert names["X0001"] not in page
    assert one.get("/planning/report?district=X0001").status_code in {404, 422}


def test_people_of_hidden_cells_are_in_no_sum(atlas: Atlas, town: Town) -> None:
    people = people_cover(atlas, Question())
    assert people is not None
    layer = invent_residents(town.districts, town.households)
    for one in residents_of(people, Question()):
        assert one.total is not None
        assert one.total <= layer[one.age].sum()
        assert one.hidden <= layer[one.age].isna().sum()
    assert 0 < sum(one.hidden for one in residents_of(people, Question()))


def test_the_week_agrees_with_the_question_asked_of_one_day(atlas: Atlas) -> None:
    week = week_of(atlas, Question(district="X0003"))
    asked = Question(district="X0003", activity="garbage", weekday="TU")
    cover = cover_of(atlas, asked)
    here = (cover.demand["district_id"] == "X0003").to_numpy() & cover.placed
    value, reached = cover.weight("households"), cover.state(asked.ask) == 2
    share = 100 * value[here & reached].sum() / value[here].sum()
    slot = week["garbage"]["TU"]
    assert slot.reached == pytest.approx(share)
    assert slot.step == sum(share >= least for least in STEPS) - 1
    pool = ground_of(atlas).pool
    own = pool.layer[pool.active & (pool.layer["district_id"] == "X0003").to_numpy()]
    there = [
        "garbage" in (does or []) and "TU" in (days or [])
        for does, days in zip(own["activities"], own["weekdays"], strict=True)
    ]
    assert slot.helpers == sum(there)
    assert (week["garbage"][None].reached or 0) >= share


def test_pages_say_their_figures_and_no_name(planner: FlaskClient, council: FlaskClient) -> None:
    overview = planner.get("/planning/overview?district=X0003").text
    assert overview.count('class="step-') >= 9 * 8
    for client in (planner, council):
        page = client.get("/planning/profile?district=X0003&activity=garbage").text
        assert "<svg" in page
        assert "ゴミ出し" in page
        assert CANARY not in page
    assert ("アンケートから活動まで" in page) is True
    assert "アンケートから活動まで" not in planner.get("/planning/profile").text
    assert CANARY not in planner.get(ASKED).text + overview


def test_a_profile_with_much_on_it_still_fits_on_one_sheet(
    council: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[int] = []

    def count(paper: Paper, made_on: date, lang: Language) -> bytes:
        made = set_study(paper, made_on, lang, "svg")
        pages.append(len(made) if isinstance(made, list) else 1)
        return b"%PDF-not"

    monkeypatch.setattr("webapp.planning.profile.set_study", count)
    for lang, district in (("ja", "X0003"), ("en", "X0007")):
        council.set_cookie("lang", lang)
        send(council, f"/planning/profile?district={district}&activity=accompaniment", **LOAN)
    council.delete_cookie("lang")
    assert pages == [1, 1]


def test_words_on_a_paper_are_never_markup() -> None:
    word = '#panic("x") *bold* $1$ "<>\\'
    table = FigureTable("t", word, (word, word), ((word, 1), (word, None)), note=word)
    paper = Paper(word, [word], [Part(word, [word], [(word, word)]), Part(table=table)], [word])
    assert b"<svg" in set_study(paper, date(2026, 11, 26), "ja", "svg")
