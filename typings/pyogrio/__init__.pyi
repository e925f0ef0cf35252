# What geo.exchange uses of pyogrio.
from os import PathLike
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

def read_dataframe(
    path_or_buffer: str | bytes | PathLike[str],
    /,
    layer: int | str | None = ...,
    encoding: str | None = ...,
    columns: list[str] | None = ...,
    read_geometry: bool = ...,
    skip_features: int = ...,
    max_features: int | None = ...,
    where: str | None = ...,
    bbox: tuple[float, float, float, float] | None = ...,
    fid_as_index: bool = ...,
    use_arrow: bool | None = ...,
    on_invalid: str = ...,
    **options: Any,
) -> gpd.GeoDataFrame: ...
def write_dataframe(
    df: pd.DataFrame | gpd.GeoDataFrame,
    path: str | PathLike[str],
    layer: str | None = ...,
    driver: str | None = ...,
    encoding: str | None = ...,
    geometry_type: str | None = ...,
    append: bool = ...,
    use_arrow: bool | None = ...,
    **options: Any,
) -> None: ...
def list_layers(
    path_or_buffer: str | bytes | PathLike[str], /
) -> npt.NDArray[np.object_]: ...
def read_info(
    path_or_buffer: str | bytes | PathLike[str],
    /,
    layer: int | str | None = ...,
    encoding: str | None = ...,
    **options: Any,
) -> dict[str, Any]: ...
def set_gdal_config_options(options: dict[str, Any]) -> None: ...
