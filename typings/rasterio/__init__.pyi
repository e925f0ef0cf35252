# What geo reads of rasterio: one raster, its place and its values.
from os import PathLike
from types import TracebackType
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt
from affine import Affine
from rasterio.crs import CRS
from rasterio.coords import BoundingBox
from rasterio.windows import Window

class DatasetReader:
    name: str
    driver: str
    count: int
    width: int
    height: int
    nodata: float | None
    nodatavals: tuple[float | None, ...]
    dtypes: tuple[str, ...]
    crs: CRS | None
    transform: Affine
    bounds: BoundingBox
    shape: tuple[int, int]
    res: tuple[float, float]
    profile: dict[str, Any]
    @overload
    def read(
        self,
        indexes: int | list[int] | None = ...,
        *,
        window: Window | None = ...,
        masked: Literal[True],
        out_dtype: npt.DTypeLike = ...,
        boundless: bool = ...,
        fill_value: float | None = ...,
        out_shape: tuple[int, ...] | None = ...,
    ) -> np.ma.MaskedArray[Any, np.dtype[Any]]: ...
    @overload
    def read(
        self,
        indexes: int | list[int] | None = ...,
        *,
        window: Window | None = ...,
        masked: Literal[False] = ...,
        out_dtype: npt.DTypeLike = ...,
        boundless: bool = ...,
        fill_value: float | None = ...,
        out_shape: tuple[int, ...] | None = ...,
    ) -> npt.NDArray[Any]: ...
    def close(self) -> None: ...
    def __enter__(self) -> DatasetReader: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

class DatasetWriter(DatasetReader):
    def write(self, values: npt.NDArray[np.generic], indexes: int | None = ...) -> None: ...
    def __enter__(self) -> DatasetWriter: ...

# Opened for reading unless a mode says otherwise; tests write what they read back.
def open(  # noqa: A001
    fp: str | PathLike[str], mode: str = ..., **profile: Any
) -> DatasetWriter: ...

class Env:
    def __init__(self, **options: Any) -> None: ...
    def __enter__(self) -> Env: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
