"""The welfare map as text: what it holds, for whom, and what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, cast

import folium
import folium.plugins
import geopandas as gpd
import pytest

from geo.draw import vendor
from geo.draw.columns import Audience
from geo.draw.outside import refuse_outside
from geo.draw.webmap import WelfareMap, welfare_map
from geo.errors import AssetMissing, CrsWrong, NotFound, ParameterWrong
from tests.drawn import MADE_ON, small_town

_BLOCK = re.compile(r'<script type="application/json" id="([\w-]+)">(.*?)</script>', re.DOTALL)


def _map(audience: Audience = "staff", **more: Any) -> WelfareMap:  # noqa: ANN401 - what welfare_map takes
    town = small_town(more.pop("name", "山田 花子"))
    return welfare_map(town.pop("districts"), audience=audience, made_on=MADE_ON, **town | more)


def _blocks(text: str) -> dict[str, Any]:
    return {name: json.loads(data) for name, data in _BLOCK.findall(text)}


def test_it_is_a_folium_map_and_the_same_input_gives_the_same_bytes() -> None:
    assert isinstance(_map(), folium.Map)
    assert _map().single_file() == _map().single_file()
    assert _map().get_root().render() == _map().single_file()


def test_the_single_file_loads_nothing() -> None:
    text = _map().single_file()
    markup = re.sub(r"<(script|style)\b[^>]*>.*?</\1>", "", text, flags=re.DOTALL)
    assert not re.search(r'(src|href|srcset)="(?!data:)[^"]', markup)
    styles = "".join(re.findall(r"<style>(.*?)</style>", text, flags=re.DOTALL))
    assert not re.search(r"url\(\s*['\"]?(?!['\"]?(data:|#))", styles)
    assert "@import" not in styles
    refuse_outside(markup)


def test_saving_writes_the_single_file(tmp_path: Path) -> None:
    drawn = _map()
    drawn.save(tmp_path / "map.html")
    assert (tmp_path / "map.html").read_bytes() == drawn.single_file().encode()


def test_the_public_map_holds_no_house_no_supporter_no_link() -> None:
    text = _map("public", name="カナリア").single_file()
    blocks = _blocks(text)
    assert set(blocks) == {
        f"map_welfaremap-{name}" for name in ("mesh", "places", "districts", "streets", "settings")
    }
    blocks.pop("map_welfaremap-places")
    blocks.pop("map_welfaremap-districts")
    assert "カナリア" not in json.dumps(blocks, ensure_ascii=False)
    assert not re.search(r'"(h|s)\d+"', json.dumps(blocks))
    assert set(blocks["map_welfaremap-mesh"]["count"]) <= {"*", *range(10, 25)}


def test_the_staff_map_warns_and_the_public_one_does_not() -> None:
    assert "取扱注意" in _map().single_file()
    assert "取扱注意：" not in re.sub(_BLOCK, "", _map("public").single_file())


def test_data_from_an_endpoint_is_not_embedded_but_stands_in_the_legend() -> None:
    drawn = _map(sources={"households": "/map/households"})
    blocks = _blocks(drawn.single_file())
    assert "map_welfaremap-households" not in blocks
    layers = {row["name"]: row["url"] for row in blocks["map_welfaremap-settings"]["layers"]}
    assert layers["households"] == "/map/households"
    assert layers["supporters"] is None
    assert "高齢者独居" in drawn.single_file()


@pytest.mark.parametrize("url", ["https://tiles.example/x", "//host/x", "javascript:1", "\\\\h\\x"])
def test_a_source_or_a_tile_of_another_host_is_refused(url: str) -> None:
    with pytest.raises(ParameterWrong, match="own host"):
        _map(sources={"households": url})
    with pytest.raises(ParameterWrong, match="own host"):
        _map(tiles_url=url)
    with pytest.raises(ParameterWrong, match="own host"):
        _map().page_parts(lambda _: url)


def test_the_public_may_not_be_given_an_endpoint_of_houses() -> None:
    with pytest.raises(ParameterWrong, match="audience"):
        _map("public", sources={"households": "/map/households"})


@pytest.mark.parametrize(
    "child",
    [
        folium.TileLayer("OpenStreetMap"),
        folium.Marker([33.88, 130.87], icon=folium.Icon()),
        folium.Marker([33.88, 130.87], popup="a popup of folium's needs jQuery"),
        folium.Marker([33.88, 130.87], tooltip='<img src="http://h/x">'),
        folium.plugins.Fullscreen(),
    ],
)
def test_a_child_that_would_load_from_outside_is_refused(child: folium.Element) -> None:
    drawn = _map()
    drawn.add_child(child)
    with pytest.raises(AssetMissing):
        drawn.single_file()
    with pytest.raises(AssetMissing):
        drawn.page_parts(lambda name: f"/assets/{name}")


def test_a_harmless_folium_child_is_drawn() -> None:
    drawn = _map()
    folium.CircleMarker([33.882, 130.875], radius=9).add_to(drawn)
    text = drawn.single_file()
    assert "L.circleMarker" in text
    assert text.index('WelfareMap.open("map_welfaremap")') < text.index("L.circleMarker(")


def test_page_parts_keep_a_strict_policy() -> None:
    parts = _map().page_parts(lambda name: f"/assets/{name}", nonce="n0nce")
    assert "style=" not in parts.head + parts.body + parts.script
    assert not re.search(r"\son\w+=", parts.body)
    assert parts.script.count("<script") == parts.script.count('nonce="n0nce"') == 7
    assert re.findall(r"<script(?! type=\"application/json\")", parts.body) == []


def test_the_page_is_small_before_its_data() -> None:
    drawn = _map(sources=dict.fromkeys(("households", "supporters", "links", "streets"), "/x"))
    parts = drawn.page_parts(lambda name: f"/assets/{name}")
    own = sum(len(vendor.asset_bytes(name)) for name in (*vendor.SCRIPTS, *vendor.STYLES))
    assert own + len(f"{parts.head}{parts.body}{parts.script}".encode()) < 300_000


def test_words_from_the_data_are_inert() -> None:
    nasty = "</script><script>alert(1)</script>\u2028<!--"
    text = _map(name=nasty, title=nasty, credit=nasty).single_file()
    assert nasty not in text
    assert "<script>alert" not in text
    assert _blocks(text)["map_welfaremap-households"]["name"][0] == nasty


def test_a_map_of_nothing_is_still_a_map() -> None:
    nothing = gpd.GeoDataFrame({"id": [], "name": []}, geometry=[], crs=4326)
    assert "福祉マップ" in welfare_map(nothing).single_file()


def test_wrong_words_and_planes_are_refused() -> None:
    with pytest.raises(ParameterWrong, match="lang"):
        _map(lang="fr")
    with pytest.raises(ParameterWrong, match="audience"):
        _map(cast("Audience", "everyone"))
    with pytest.raises(CrsWrong):
        _map(households=small_town()["households"].to_crs(6670))


def test_an_asset_has_its_bytes_or_says_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert b"Leaflet" in vendor.asset_bytes("leaflet/leaflet.js")[:200]
    with pytest.raises(NotFound):
        vendor.asset_path("../vendor.py")
    monkeypatch.setattr(vendor, "VENDOR", tmp_path)
    with pytest.raises(AssetMissing, match="pip install"):
        vendor.asset_path("leaflet/leaflet.js")
    with pytest.raises(AssetMissing, match="BIZ UDPGothic"):
        vendor.font_folder()


def test_the_manifest_tells_what_was_installed() -> None:
    manifest = json.loads((vendor.VENDOR / "manifest.json").read_bytes())
    rows = {row["name"]: row for row in manifest["packages"]}
    assert rows["leaflet"]["version"].startswith("1.9.")
    for name in ("leaflet/leaflet.js", "leaflet/leaflet.css"):
        assert rows["leaflet"]["sha256"][name][:12] == vendor.asset_digest(name)
    for folder in ("leaflet", "fonts"):
        assert (vendor.VENDOR / folder / "LICENSE").stat().st_size > 500


def test_a_copy_carries_its_mark_as_text() -> None:
    assert '<div class="wm-watermark">' not in _map().single_file()
    marked = _map(watermark="2026-0001 <b>山田</b>").single_file()
    assert marked.count("2026-0001 &lt;b&gt;山田&lt;/b&gt;") == 3
