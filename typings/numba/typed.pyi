from collections.abc import Iterable
from typing import TypeVar

_T = TypeVar("_T")

class List(list[_T]):
    def __init__(self, items: Iterable[_T] = ..., /) -> None: ...
