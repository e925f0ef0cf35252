"""The layers in memory, prepared once for each data version.

A question costs what the search costs: the files are read, the supporters attached
to the streets and the answers' bytes packed when the version is new, not when asked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Final, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import crs
from geo.errors import NotFound
from geo.layers import LayerName
from geo.masking import THRESHOLD
from geo.proximity import SupporterPool
from geo.walk.network import StreetNetwork
from webapp.faults import LayerAbsent
from webapp.layerstore import Contents, Layers, Source, empty_layer
from webapp.register.allowances import Output
from webapp.register.disclose import allowed_layers
from webapp.register.house import Register
from webapp.register.layers import RegisterLayers
from webapp.register.viewer import Viewer
from webapp.workspace import Workspace

_T = TypeVar("_T")

_REMEMBERED: Final = 64
"""Prepared answers kept per data version."""

_RECIPIENTS: Final = {"terminal": "consultant"}
"""Whom an answer goes to, where it is not called as the role is."""

_VIEWS: Final = 16
"""Atlases kept per data version: one for each role and set of districts."""


@dataclass(frozen=True)
class Atlas:
    """Everything of one data version."""

    contents: Contents
    threshold: int = THRESHOLD
    own: frozenset[str] | None = None
    """The reader's districts; None = every one. Of others there are borders, but nobody."""
    _answers: dict[object, object] = field(default_factory=dict, repr=False)
    _layer_of: dict[object, LayerName] = field(default_factory=dict, repr=False)
    _making: dict[object, threading.RLock] = field(default_factory=dict, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @property
    def version(self) -> int:
        """The data version."""
        return self.contents.version

    @property
    def demo(self) -> bool:
        """The layers are invented."""
        return self.contents.demo

    @property
    def streets(self) -> StreetNetwork | None:
        """The streets, None where not imported."""
        return self.contents.streets

    @property
    def sources(self) -> Mapping[str, Source]:
        """Where the parts came from."""
        return self.contents.sources

    def layer(self, name: LayerName) -> gpd.GeoDataFrame:
        """A layer; one that was not imported has no rows."""
        found = self.contents.layers.get(name)
        return empty_layer(name) if found is None else found

    def wanted(self, name: LayerName) -> gpd.GeoDataFrame:
        """A layer that holds rows. Raises `LayerAbsent`."""
        layer = self.layer(name)
        if layer.empty:
            raise LayerAbsent(layer=name)
        return layer

    @cached_property
    def household_rows(self) -> dict[str, int]:
        """Row of each household by its id."""
        return {str(one): row for row, one in enumerate(self.layer("households")["id"])}

    @property
    def own_districts(self) -> gpd.GeoDataFrame:
        """The reader's districts. Raises `LayerAbsent`."""
        known = self.wanted("districts")
        return known if self.own is None else known[known["id"].isin(self.own)]

    def household(self, identity: str) -> gpd.GeoDataFrame:
        """One household as a layer of one row. Raises `NotFound`."""
        row = self.household_rows.get(identity)
        if row is None:
            raise NotFound(kind="household", id=identity)
        return self.layer("households").iloc[row : row + 1]

    @property
    def pool(self) -> SupporterPool:
        """The supporters, attached to the streets; made by one thread. Raises `LayerAbsent`."""
        with self._lock:
            return self._pool

    @cached_property
    def _pool(self) -> SupporterPool:
        return SupporterPool(self.wanted("supporters"), self.streets)

    def inherit(self, before: Atlas) -> None:
        """Take over what was made of layers that did not change: most changes are of one."""
        made = before.__dict__.get("_pool")
        if made is not None and before.streets is self.streets and self._says(before, "supporters"):
            self.__dict__["_pool"] = made
        said = {name for name in set(before._layer_of.values()) if self._says(before, name)}
        for key, name in before._layer_of.items():
            if name in said and key in before._answers:
                self._answers[key] = before._answers[key]
                self._layer_of[key] = name

    def _says(self, before: Atlas, name: LayerName) -> bool:
        """Whether a layer says what it said before."""
        return _same(before.layer(name), self.layer(name))

    @cached_property
    def plane(self) -> int | None:
        """EPSG code of the plane that distances are measured in."""
        districts = self.layer("districts")
        measured = districts if len(districts) else self.layer("households")
        return crs.plane_of(measured).to_epsg()

    def once(self, key: object, make: Callable[[], _T], *, of: LayerName | None = None) -> _T:
        """What ``make`` gives, made once for this version; who asks for other things does not wait.

        ``of``: the only layer it is made of; it then serves until that layer changes.
        """
        with self._lock:
            if key in self._answers:
                return self._answers[key]  # type: ignore[return-value]
            making = self._making.setdefault(key, threading.RLock())
        with making:
            with self._lock:
                if key in self._answers:
                    return self._answers[key]  # type: ignore[return-value]
            made = make()
            self._remember(key, made, of)
            return made

    def _remember(self, key: object, made: object, of: LayerName | None) -> None:
        with self._lock:
            while len(self._answers) >= _REMEMBERED:
                del self._answers[next(iter(self._answers))]
            self._answers[key] = made
            self._making.pop(key, None)
            if of is not None:
                self._layer_of[key] = of


def _same(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> bool:
    """Whether two layers say the same, shapes included."""
    if len(one) != len(other) or list(one.columns) != list(other.columns):
        return False
    if one is other:
        return True
    shapes = [shapely.to_wkb(layer.geometry.to_numpy()) for layer in (one, other)]
    words = [pd.DataFrame(layer.drop(columns=layer.geometry.name)) for layer in (one, other)]
    return bool(np.array_equal(shapes[0], shapes[1])) and words[0].equals(words[1])


class AtlasShelf:
    """Gives the atlas of the current version; notices what other processes change.

    The streets are those of the workspace, the people those of the register.
    """

    def __init__(
        self, workspace: Workspace, register: Register, threshold: int = THRESHOLD
    ) -> None:
        self._workspace = workspace
        self._register = register
        self._layers = register.drawn
        self._threshold = threshold
        self._lock = threading.RLock()
        self._stamp: tuple[int, ...] = ()
        self._grounds: Contents | None = None
        self._atlases: dict[object, Atlas] = {}
        self._cuts: dict[object, Layers] = {}
        self._before: dict[object, Atlas] = {}
        """Atlases of the version before, until one of this version takes over from each."""

    @property
    def workspace(self) -> Workspace:
        """Where the streets lie."""
        return self._workspace

    @property
    def layers(self) -> RegisterLayers:
        """The layers out of the register."""
        return self._layers

    def whole(self) -> Atlas:
        """Everything, for counting what is published; no row of it is shown."""
        with self._lock:
            version, layers = self._layers.exact()
            return self._atlas("whole", version, layers)

    def of(self, viewer: Viewer, purpose: str) -> Atlas:
        """What one viewer may see of those who allowed it.

        Whoever shows rows of it keeps the trail.
        """
        recipient = _RECIPIENTS.get(viewer.role, viewer.role)
        with self._lock:
            output = Output(purpose, recipient, datetime.now(UTC))
            version, layers = allowed_layers(self._register, viewer, output)
            self._read_grounds(version)
            key = (viewer.role, viewer.districts, purpose)
            if key in self._atlases and self._cuts.get(key) is not layers:
                self._before[key] = self._atlases.pop(key)
            self._cuts[key] = layers
            return self._atlas(key, version, layers, viewer.districts)

    def _atlas(
        self, key: object, version: int, layers: Layers, own: frozenset[str] | None = None
    ) -> Atlas:
        grounds = self._read_grounds(version)
        if key not in self._atlases:
            while len(self._atlases) >= _VIEWS:
                del self._atlases[next(iter(self._atlases))]
            contents = replace(
                grounds,
                version=grounds.version + version,
                layers={**grounds.layers, **layers},
                sources={**self._layers.sources(), **grounds.sources},
            )
            self._atlases[key] = Atlas(contents, self._threshold, own)
            if before := self._before.pop(key, None):
                self._atlases[key].inherit(before)
        return self._atlases[key]

    def _read_grounds(self, version: int) -> Contents:
        """What lies in the workspace; atlases of an older version are let go."""
        stamp = (*self._workspace.stamp(), version)
        if self._grounds is None or stamp != self._stamp:
            if self._grounds is None or stamp[:-1] != self._stamp[:-1]:
                self._grounds = self._workspace.read()
            self._before |= self._atlases
            self._stamp, self._atlases, self._cuts = stamp, {}, {}
        return self._grounds
