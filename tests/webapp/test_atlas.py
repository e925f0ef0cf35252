"""The layers in memory: what is made of them is made once, and nobody waits for another's."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from webapp.answers.atlas import Atlas
from webapp.layerstore import Contents


def test_what_several_ask_for_at_once_is_made_once() -> None:
    atlas, made, go = Atlas(Contents(1, demo=False)), [], threading.Event()

    def make() -> object:
        go.wait(10)
        made.append(object())
        return made[-1]

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(atlas.once, "land", make) for _ in range(4)]
        go.set()
        found = {id(one.result(10)) for one in asked}
    assert len(made) == len(found) == 1


def test_who_asks_for_something_else_does_not_wait() -> None:
    atlas, go, begun = Atlas(Contents(1, demo=False)), threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        go.wait(10)
        return atlas.once("within", lambda: "made") + " slowly"

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(atlas.once, "slow", slow)
        assert begun.wait(10)
        assert atlas.once("quick", lambda: "at once") == "at once"
        assert not asked.done()
        go.set()
        assert asked.result(10) == "made slowly"


def test_what_could_not_be_made_is_tried_again() -> None:
    atlas = Atlas(Contents(1, demo=False))
    with pytest.raises(ZeroDivisionError):
        atlas.once("land", lambda: 1 // 0)
    assert atlas.once("land", lambda: 1) == 1
