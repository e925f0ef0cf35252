"""Published cells as a file for map software: counts that were hidden and rounded before."""

from __future__ import annotations

import geopandas as gpd

from geo.exchange.tables import layer_bytes


def public_layer(cells: gpd.GeoDataFrame, form: str) -> bytes:
    """Cells of `webapp.studies.publishing.published_cells` as gpkg, parquet or geojson."""
    return layer_bytes(cells, f".{form}")
