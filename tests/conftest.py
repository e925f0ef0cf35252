"""What holds for every test: the folder of real data, a fast hypothesis profile, keys kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file comes first, all others as they were found.

    It compiles the walking kernels while another process runs what needs none of them.
    """
    items.sort(key=lambda item: item.path.name != "test_pages.py")


_DATA = Path(os.environ.get("WELFAREMAP_TESTDATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder of real files, or a skip that says which variable names it."""
    if not _DATA.is_dir():
        pytest.skip(f"no real data at {_DATA}; set WELFAREMAP_TESTDATA to its folder")
    return _DATA


@pytest.fixture(scope="session", autouse=True)
def _stretched_once() -> Iterator[None]:
    """A passphrase is stretched once for each salt, not anew at each opening of a copied file.

    Where no test that was found asks for a register, none is loaded for this.
    """
    cipher = sys.modules.get("webapp.register.storage.cipher")
    if cipher is None:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cipher, "stretch", cache(cipher.stretch))
        yield
