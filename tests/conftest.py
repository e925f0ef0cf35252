"""What every test may ask for: the folder of real data, a fast hypothesis profile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("house")

_DATA = Path(os.environ.get("WELFAREMAP_TESTDATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder of real files, or a skip that says which variable names it."""
    if not _DATA.is_dir():
        pytest.skip(f"no real data at {_DATA}; set WELFAREMAP_TESTDATA to its folder")
    return _DATA
