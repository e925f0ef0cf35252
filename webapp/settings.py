"""Every setting in one frozen table: its name, its default, what it does.

Read once, when the program starts: arguments win over ``WELFAREMAP_*`` variables,
variables win over defaults. ``docs/host/settings.md`` lists the same table.
"""

# ruff: noqa: RUF009 - a setting is a field with its words
from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from geo.errors import ParameterWrong

PREFIX: Final = "WELFAREMAP_"


def _read_path(text: str) -> Path:
    return Path(text).expanduser()


def _read_names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _read_flag(text: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"": False, "0": False, "false": False, "no": False, "off": False}
    return words[text.strip().lower()]


def _read_count(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not least <= number <= most:
            raise ValueError
        return number

    return read


def _read_choice(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError
        return text

    return read


def _setting(default: Any, read: Callable[[str], Any], wanted: str, meaning: str) -> Any:  # noqa: ANN401
    return field(default=default, metadata={"read": read, "wanted": wanted, "help": meaning})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one running program was told. See `table` for names and meanings."""

    workspace: Path = _setting(
        Path("workspace"),
        _read_path,
        "a folder",
        "Folder that holds the layers, the streets and the register.",
    )
    host: str = _setting("127.0.0.1", str, "an address", "Address the server listens on.")
    port: int = _setting(
        8000, _read_count(0, 65535), "0 to 65535", "Port the server listens on; 0 takes a free one."
    )
    threads: int = _setting(8, _read_count(1, 64), "1 to 64", "Requests answered at the same time.")
    lang: str = _setting(
        "ja", _read_choice("ja", "en"), "ja or en", "Language of a reader who has not chosen one."
    )
    trusted_hosts: tuple[str, ...] = _setting(
        (),
        _read_names,
        "names with commas between",
        "Further host names the server may be called by, such as a hall's tablet address.",
    )
    https: bool = _setting(
        False,  # noqa: FBT003
        _read_flag,
        "on or off",
        "The server is reached by https only: cookies are marked Secure, HSTS is sent.",
    )
    hall: bool = _setting(
        False,  # noqa: FBT003
        _read_flag,
        "on or off",
        "As `welfaremap hall` has it: other machines reach only joining and the map of their "
        "workshop; what wants a password opens on this machine.",
    )
    threshold: int = _setting(
        10,
        _read_count(2, 1000),
        "2 to 1000",
        "Published counts below this are hidden, and what would give them away.",
    )
    basemap: str = _setting(
        "off",
        _read_choice("off", "gsi"),
        "off or gsi",
        "gsi: fetch 地理院タイル through this server and keep them; off: draw own streets.",
    )
    most_body: int = _setting(
        65536, _read_count(1024, 1 << 30), "1024 or more", "Bytes a request may carry."
    )
    most_upload: int = _setting(
        5_000_000,
        _read_count(65536, 1 << 30),
        "65536 or more",
        "Bytes a file sent to the desk, such as a survey's answers, may have.",
    )
    most_photos: int = _setting(
        60_000_000,
        _read_count(65536, 1 << 30),
        "65536 or more",
        "Bytes the photos of one drawn sheet, sent together, may have.",
    )
    gazetteer: str = _setting(
        "",
        str,
        "a file",
        "Town list (位置参照情報, CSV) that finds positions for addresses taken at the desk.",
    )
    idle_minutes: int = _setting(
        60,
        _read_count(1, 1440),
        "1 to 1440",
        "Minutes without a click after which staff are signed out.",
    )
    session_hours: int = _setting(
        12,
        _read_count(1, 72),
        "1 to 72",
        "Hours after sign-in when staff are signed out in any case.",
    )
    key_file: str = _setting(
        "", str, "a file", "File that holds the register's passphrase, readable by its owner only."
    )
    database: str = _setting(
        "",
        str,
        "an address",
        "PostgreSQL address of the register, such as postgresql://user@host/name; "
        "nothing: an encrypted file in the workspace.",
    )
    backups: str = _setting(
        "",
        str,
        "a folder",
        "Folder of the backups: `welfaremap backup` without a file writes there, "
        "`welfaremap retain` deletes the old ones.",
    )
    second_factor: str = _setting(
        "required",
        _read_choice("required", "offered"),
        "required or offered",
        "required: whoever signs in needs a second factor, except in an invented town.",
    )
    anchors: str = _setting(
        "",
        str,
        "a file",
        "File that holds the ends of the trail, best on another disk; "
        "nothing: anchors.log in the workspace.",
    )
    demo: bool = _setting(
        False,  # noqa: FBT003
        _read_flag,
        "on or off",
        "The workspace holds an invented town: the sign-in page lists its accounts.",
    )

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None, **arguments: object) -> Settings:
        """The settings of this start.

        Parameters
        ----------
        environ
            Variables; None takes those of the process.
        arguments
            Values by name that win over the variables; None counts as not given.

        Raises
        ------
        ParameterWrong
            A variable holds a value that the setting cannot take.
        """
        variables = os.environ if environ is None else environ
        given = {name: value for name, value in arguments.items() if value is not None}
        for one in fields(cls):
            variable = PREFIX + one.name.upper()
            if one.name not in given and variable in variables:
                given[one.name] = _read_variable(variable, variables[variable], one.metadata)
        return cls(**given)  # type: ignore[arg-type]


def _read_variable(variable: str, text: str, about: Mapping[str, Any]) -> object:
    try:
        return about["read"](text)
    except (ValueError, KeyError):
        raise ParameterWrong(name=variable, value=text, wanted=about["wanted"]) from None


def list_settings() -> list[tuple[str, str, str]]:
    """Variable, default as one would write it, and meaning of each setting."""
    return [
        (PREFIX + one.name.upper(), _write_default(one.default), str(one.metadata["help"]))
        for one in fields(Settings)
    ]


def _write_default(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ",".join(str(item) for item in value)
    return str(value)
