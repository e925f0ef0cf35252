"""After a write the layers are made ready again at once, not when somebody next asks.

Whoever took a call looks for a helper some seconds later; by then the layers, the
supporters' places on the streets and the map's bytes are those of after the write. A
question that comes sooner waits for the same work and never sees what was before.
"""

from __future__ import annotations

import logging
import threading
from typing import Final
from weakref import WeakValueDictionary

from geo.errors import GeoError
from webapp.answers.atlas import Atlas, AtlasShelf
from webapp.answers.looking_up import search_households
from webapp.answers.packing import pack_layers
from webapp.answers.suggesting import suggest_for
from webapp.answers.wish import Wish
from webapp.register.viewer import Viewer

_PAUSE: Final = 0.3
"""Seconds left to the page that follows the write."""

_log = logging.getLogger(__name__)


class Renewal:
    """One thread that makes ready what the writers may ask for next.

    Parameters
    ----------
    shelf
        The atlases.
    pause
        Seconds between a write and the work.
    """

    def __init__(self, shelf: AtlasShelf, pause: float = _PAUSE) -> None:
        self._shelf = shelf
        self._pause = pause
        self._wanted: dict[tuple[object, ...], tuple[Viewer, str]] = {}
        self._ready: WeakValueDictionary[tuple[object, ...], Atlas] = WeakValueDictionary()
        self._bell = threading.Condition()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="renewal", daemon=True)
        self._thread.start()

    def notice(self, viewer: Viewer, purpose: str) -> None:
        """Somebody wrote: make ready what they see."""
        with self._bell:
            self._wanted[viewer.role, viewer.districts, purpose] = (viewer, purpose)
            self._bell.notify()

    def end(self) -> None:
        """Finish what is under way and take nothing more."""
        self._ended.set()
        with self._bell:
            self._bell.notify()
        self._thread.join()

    def _work(self) -> None:
        while True:
            with self._bell:
                self._bell.wait_for(lambda: self._wanted or self._ended.is_set())
            if self._ended.wait(self._pause):
                return
            with self._bell:
                wanted, self._wanted = list(self._wanted.values()), {}
            for viewer, purpose in wanted:
                self._renew(viewer, purpose)

    def _renew(self, viewer: Viewer, purpose: str) -> None:
        """A fault here is met again, and told, by whoever asks."""
        key = (viewer.role, viewer.districts, purpose)
        try:
            atlas = self._shelf.of(viewer, purpose)
            if self._ready.get(key) is not atlas:
                make_ready(atlas)
                self._ready[key] = atlas
        except GeoError as fault:
            _log.warning("The layers could not be made ready: %s", fault.code)


def make_ready(atlas: Atlas) -> None:
    """Everything that a search for a helper and the staff map need of one atlas."""
    households = atlas.layer("households")
    if not households.empty and not atlas.layer("supporters").empty:
        suggest_for(atlas, str(households["id"].iloc[0]), Wish(activity="garbage"), "ja")
    search_households(atlas, "")
    pack_layers(atlas, "staff")
