"""The watch that no page of ours names an outside host."""

from __future__ import annotations

import re
from typing import Final

from geo.errors import AssetMissing, ParameterWrong

_ADDRESS: Final = re.compile(
    r"(?:https?:|wss?:|ftp:)?//(?!www\.w3\.org/)[\w\[{][^\s\"'<>`)]*", re.IGNORECASE
)
_LIBRARY: Final = re.compile(r"L\.AwesomeMarkers|(?<![\w$])\$\(")
"""What folium's own icons and popups call, and no map of ours brings."""

_WAY_OUT: Final = (
    "A map loads nothing from other hosts. Draw it with what welfare_map offers, "
    "or serve the file yourself and name it by a path of your own."
)


def refuse_outside(text: str) -> None:
    """Raise if code or markup names another host, or calls what only one would bring.

    Raises
    ------
    AssetMissing
        Names the first such address or call.
    """
    found = _ADDRESS.search(text) or _LIBRARY.search(text)
    if found:
        raise AssetMissing(name=found.group(0)[:120], way_out=_WAY_OUT)


def require_own(name: str, url: str) -> None:
    """Refuse a URL that is not a path of the page's own host.

    Raises
    ------
    ParameterWrong
    """
    if "//" in url or "\\" in url or re.match(r"\s*[a-zA-Z][\w+.-]*:", url):
        raise ParameterWrong(name=name, value=url, wanted="a path on the page's own host")
