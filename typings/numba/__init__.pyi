# What geo.walk uses of numba: a compiled function keeps the signature it was written with.
from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar, overload

from numba.typed import List as List

_P = ParamSpec("_P")
_R = TypeVar("_R")

@overload
def njit(function: Callable[_P, _R], /) -> Callable[_P, _R]: ...
@overload
def njit(
    signature: str | Sequence[str] | None = ...,
    /,
    *,
    cache: bool = ...,
    parallel: bool = ...,
    nogil: bool = ...,
    fastmath: bool = ...,
    boundscheck: bool = ...,
    inline: str = ...,
    error_model: str = ...,
    locals: dict[str, Any] = ...,
) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]: ...
@overload
def prange(stop: int, /) -> range: ...
@overload
def prange(start: int, stop: int, step: int = ..., /) -> range: ...
def get_num_threads() -> int: ...
def set_num_threads(n: int) -> None: ...
def get_thread_id() -> int: ...
