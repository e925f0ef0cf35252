"""The layers in memory, prepared once for each data version.

A question costs what the search costs: the files are read, the supporters attached
to the streets and the answers' bytes packed when the version is new, not when asked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, TypeVar

import geopandas as gpd

from geo import crs
from geo.errors import NotFound
from geo.layers import LayerName
from geo.masking import THRESHOLD
from geo.proximity import SupporterPool
from geo.walk.network import StreetNetwork
from webapp.faults import LayerAbsent
from webapp.layerstore import Contents, LayerStore, Source, empty_layer
from webapp.register.joining import join_layers

_T = TypeVar("_T")

_REMEMBERED: Final = 64
"""Prepared answers kept per data version."""


@dataclass(frozen=True)
class Atlas:
    """Everything of one data version."""

    contents: Contents
    threshold: int = THRESHOLD
    _answers: dict[object, object] = field(default_factory=dict, repr=False)
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

    def household(self, identity: str) -> gpd.GeoDataFrame:
        """One household as a layer of one row. Raises `NotFound`."""
        row = self.household_rows.get(identity)
        if row is None:
            raise NotFound(kind="household", id=identity)
        return self.layer("households").iloc[[row]]

    @cached_property
    def pool(self) -> SupporterPool:
        """The supporters, attached to the streets. Raises `LayerAbsent`."""
        return SupporterPool(self.wanted("supporters"), self.streets)

    @cached_property
    def plane(self) -> int | None:
        """EPSG code of the plane that distances are measured in."""
        districts = self.layer("districts")
        measured = districts if len(districts) else self.layer("households")
        return crs.plane_of(measured).to_epsg()

    def once(self, key: object, make: Callable[[], _T]) -> _T:
        """What ``make`` gives, made once for this version."""
        with self._lock:
            if key not in self._answers:
                while len(self._answers) >= _REMEMBERED:
                    del self._answers[next(iter(self._answers))]
                self._answers[key] = make()
            return self._answers[key]  # type: ignore[return-value]


def open_atlas(store: LayerStore, threshold: int = THRESHOLD) -> Atlas:
    """The atlas of what the store holds now, the layers joined with one another.

    ``threshold`` is what a published count is at least.
    """
    contents = store.read()
    return Atlas(replace(contents, layers=join_layers(contents.layers)), threshold)


class AtlasShelf:
    """Gives the atlas of the current version; notices what other processes change."""

    def __init__(self, store: LayerStore, threshold: int = THRESHOLD) -> None:
        self._store = store
        self._threshold = threshold
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._atlas: Atlas | None = None

    @property
    def store(self) -> LayerStore:
        """What the atlas is read from."""
        return self._store

    def current(self) -> Atlas:
        """The atlas of the version now in place."""
        with self._lock:
            stamp = self._store.stamp()
            if self._atlas is None or stamp != self._stamp:
                self._atlas, self._stamp = open_atlas(self._store, self._threshold), stamp
            return self._atlas
