"""No page, sheet or module speaks to another host, but for the links listed here."""

from __future__ import annotations

import re
from pathlib import Path

HOUSE = Path(__file__).parents[2]
KINDS = {".py", ".html", ".js", ".mjs", ".css", ".svg", ".json", ".geojson", ".toml", ".typ"}
ADDRESS = re.compile(
    r"(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})(?![a-z0-9.(])", re.IGNORECASE
)
RESERVED = (".example", ".invalid", ".test")
"""Never resolved: RFC 2606."""

ALLOWED = {
    # names, not addresses: nothing is fetched from them
    "www.w3.org",
    "www.opengis.net",
    "json-schema.org",
    # the base map when online, and the credits that licences ask for
    "cyberjapandata.gsi.go.jp",
    "maps.gsi.go.jp",
    "www.gsi.go.jp",
    "www.openstreetmap.org",
    "openstreetmap.org",
    "leafletjs.com",
    # the licence's own address
    "www.apache.org",
    "creativecommons.org",
}


def own_files() -> list[Path]:
    rooms = ("geo", "webapp", "templates", "data", "bench")
    found = [path for room in rooms for path in (HOUSE / room).rglob("*") if path.suffix in KINDS]
    return [path for path in found if "vendor" not in path.parts]


def test_no_outside_host_is_named() -> None:
    named = {
        f"{path.relative_to(HOUSE)}: {host}"
        for path in own_files()
        for host in ADDRESS.findall(path.read_text("utf-8"))
        if host.lower() not in ALLOWED and not host.lower().endswith(RESERVED)
    }
    assert named == set()


def test_the_search_sees_hosts() -> None:
    assert ADDRESS.findall('src="https://cdn.example.net/x.js"') == ["cdn.example.net"]
    assert ADDRESS.findall('href="//unpkg.com/leaflet"') == ["unpkg.com"]


def test_exact_versions_come_without_hosts() -> None:
    pins = (HOUSE / "constraints.txt").read_text("utf-8").splitlines()
    wrong = [pin for pin in pins if not re.fullmatch(r"#.*|[\w.-]+==[\w.+!-]+", pin)]
    assert wrong == []
    for name in ("package-lock.json", "package.json"):
        if (HOUSE / name).exists():
            assert '"resolved"' not in (HOUSE / name).read_text("utf-8")
