"""Files that come with a request: larger than a form may be, held in memory, never on the disk.

A form's library writes a large file to the disk while it reads it; there it would lie
unencrypted. Here it stays in memory, and how large it may be is a setting.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Final

from flask import Request, current_app

UPLOADS: Final = {"surveys.take_file": "most_upload", "scans.take": "most_photos"}
"""Endpoints that files may be sent to, and the setting that says how many bytes."""

_IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 # nosec B108 - a folder of our own in it
_ROOM: Final = 16_384
"""Bytes of the form around a file."""

_PIECES: Final = 262_144
"""Bytes of a file that the form's reader holds beside the fields."""


class Arrival(Request):
    """A request whose file, where one may come with it, stays in memory."""

    @property
    def max_content_length(self) -> int | None:
        """Bytes it may carry."""
        setting = UPLOADS.get(self.endpoint or "")
        if setting is not None:
            return int(getattr(current_app.config["SETTINGS"], setting)) + _ROOM
        return super().max_content_length

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    @property
    def max_form_memory_size(self) -> int | None:
        """Bytes its fields may have; where a file comes with them, the pieces it is read in too."""
        most = super().max_form_memory_size
        return most if most is None or self.endpoint not in UPLOADS else most + _PIECES

    @max_form_memory_size.setter
    def max_form_memory_size(self, value: int | None) -> None:
        self._max_form_memory_size = value

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return BytesIO()


def plain_name(name: str) -> str:
    r"""The name of a file that was sent, without folders and signs that no file name has.

    >>> plain_name("C:\\data\\回答.csv"), plain_name("../x/\x00")
    ('回答.csv', 'file')
    """
    last = re.split(r"[\\/]", name)[-1]
    plain = "".join(sign for sign in last if sign.isprintable()).strip(" .")
    return plain.encode("utf-8", "ignore").decode()[:60] or "file"


@contextmanager
def as_path(name: str, content: bytes) -> Generator[Path]:
    """The content as a file while it is read: in memory, where the machine has such a place."""
    place = _IN_MEMORY if _IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="welfaremap-", dir=place) as folder:
        path = Path(folder) / plain_name(name)
        path.write_bytes(content)
        yield path
