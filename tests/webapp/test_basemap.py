from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from geo.sample import Town
from webapp.answers import basemap

PNG = b"\x89PNG\r\n\x1a\n tile"

MakeApp = Callable[..., Flask]


def tile_of(town: Town, zoom: int) -> tuple[int, int]:
    """Column and row of the tile in the middle of the town."""
    west, south, east, north = town.districts.total_bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    found = [
        (x, y)
        for x in [int((lon + 180) / 360 * 2**zoom)]
        for y in range(2**zoom)
        if basemap.tile_bounds(zoom, x, y)[1] <= lat < basemap.tile_bounds(zoom, x, y)[3]
    ]
    return found[0]


def test_without_the_setting_no_tile_is_fetched(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, town: Town
) -> None:
    monkeypatch.setattr(basemap, "_fetch", lambda *_: pytest.fail("fetched"))
    x, y = tile_of(town, 12)
    app = make_app()
    assert app.test_client().get(f"/tiles/gsi/12/{x}/{y}.png").status_code == 404
    assert "/tiles/" not in app.test_client().get("/").text


def test_a_tile_of_the_town_is_fetched_once_and_kept(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, town: Town, folder: Path
) -> None:
    asked: list[tuple[int, ...]] = []
    monkeypatch.setattr(basemap, "_fetch", lambda *tile: asked.append(tile) or PNG)
    client = make_app(basemap="gsi").test_client()
    x, y = tile_of(town, 12)
    for _ in range(2):
        answer = client.get(f"/tiles/gsi/12/{x}/{y}.png", buffered=True)
        assert (answer.status_code, answer.data) == (200, PNG)
    assert asked == [(12, x, y)]
    assert (folder / "tiles" / "12" / str(x) / f"{y}.png").stat().st_mode & 0o077 == 0
    assert "/tiles/gsi/{z}/{x}/{y}.png" in client.get("/").text


@pytest.mark.parametrize(
    "tile",
    ["12/0/0", "4/13/6", "19/0/0", "12/99999/1", "12/-1/1", "12/1.5/1", "12/..%2f/1", "x/1/1"],
)
def test_no_other_tile_is_fetched(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, tile: str
) -> None:
    monkeypatch.setattr(basemap, "_fetch", lambda *_: pytest.fail("fetched"))
    assert make_app(basemap="gsi").test_client().get(f"/tiles/gsi/{tile}.png").status_code == 404


def test_a_host_that_does_not_answer_is_no_tile(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, town: Town
) -> None:
    def fail(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(basemap.http.client.HTTPSConnection, "request", fail)
    x, y = tile_of(town, 13)
    answer = make_app(basemap="gsi").test_client().get(f"/tiles/gsi/13/{x}/{y}.png")
    assert answer.status_code == 404
