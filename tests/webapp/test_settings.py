from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from geo.errors import ParameterWrong
from webapp.settings import Settings, list_settings

DOCS = Path(__file__).parents[2] / "docs" / "host" / "settings.md"


def test_the_docs_list_every_setting_with_its_default_and_meaning() -> None:
    written = DOCS.read_text("utf-8")
    for variable, default, meaning in list_settings():
        assert f"| `{variable}` | `{default}` | {meaning} |" in written


def test_the_docs_list_no_setting_that_is_gone() -> None:
    known = {variable for variable, _, _ in list_settings()}
    lines = [line for line in DOCS.read_text("utf-8").splitlines() if line.startswith("| `WELF")]
    assert {line.split("`")[1] for line in lines} == known


def test_arguments_win_over_variables_and_variables_over_defaults() -> None:
    environ = {"WELFAREMAP_PORT": "9000", "WELFAREMAP_TRUSTED_HOSTS": "hall, 192.0.2.7"}
    settings = Settings.read(environ, host="::1", port=None)
    assert (settings.host, settings.port, settings.threads) == ("::1", 9000, 8)
    assert settings.trusted_hosts == ("hall", "192.0.2.7")


@pytest.mark.parametrize(
    ("variable", "text"),
    [("PORT", "eighty"), ("PORT", "70000"), ("LANG", "fr"), ("HTTPS", "maybe"), ("THRESHOLD", "1")],
)
def test_a_wrong_value_names_its_variable(variable: str, text: str) -> None:
    with pytest.raises(ParameterWrong, match=f"WELFAREMAP_{variable} is {text}"):
        Settings.read({f"WELFAREMAP_{variable}": text})


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]
