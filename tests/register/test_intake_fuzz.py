"""Promise 18: an import is all or nothing, whatever the file."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from geo.errors import GeoError
from geo.exchange.rosters import read_roster
from webapp.accounts.policy import at_the_terminal
from webapp.register.house import Register
from webapp.register.intake import Parcel, apply
from webapp.register.opening import make_register, open_register
from webapp.register.records import Base

PASSPHRASE = "四つ葉のクローバー 7"

TERMINAL = at_the_terminal()

GOOD = (
    "世帯ID,氏名,フリガナ,住所,生年月日,緯度,経度\n"
    "H1,髙﨑　ふく子,タカサキ フクコ,守恒本町１丁目２番３号,S23.5.1,33.85,130.82\n"
    "H2,福田　猪之助,,若園2-3-4,昭和10年1月2日,33.85,130.87\n"
)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A register with two households of a good file."""
    folder = tmp_path_factory.mktemp("fuzz")
    with make_register(folder / "w", PASSPHRASE) as made:
        file = folder / "good.csv"
        file.write_text(GOOD, encoding="utf-8")
        take(made, file)
        yield made


def take(register: Register, file: Path) -> None:
    """Import a roster as the terminal does."""
    roster = read_roster(file, "households")
    apply(register, TERMINAL, Parcel.of_roster(roster, "households", file))


def digest(register: Register) -> str:
    """Every row of every table but the trail, and the data version."""
    summed = hashlib.sha256(str(register.version()).encode())
    with register.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in {"access_event", "pulse"}:
                rows = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
                summed.update("\n".join([table.name, *rows]).encode())
    return summed.hexdigest()


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/worksheets/sheet1.xml", b"<row>" * 60_000_000)


_BYTES: dict[str, bytes] = {
    "nothing": b"",
    "nul": GOOD.replace("福田", "福\0田").encode(),
    "nul-utf16": GOOD.replace("福田", "福\0田").encode("utf-16"),
    "wrong-encoding": GOOD.encode("euc_jp", "replace") + b"\xff\xfe\x80",
    "half-utf16": GOOD.encode("utf-16")[:-1],
    "half-character": GOOD.encode()[:-40] + b"\xe3\x81",
    "huge-cell": GOOD.replace("若園", "若" * 2_000_000).encode(),
    "long-id": GOOD.replace("H2,", "H" * 200 + ",").encode(),
    "open-quote": GOOD.replace("福田", '"福田').encode(),
    "twice": (GOOD + "H2,別人,,,,,\n").encode(),
    "no-date": GOOD.replace("昭和10年1月2日", "昭和99年1月2日").encode(),
    "off-the-earth": GOOD.replace("33.85,130.87", "330.85,13000.87").encode(),
    "wide": (GOOD + "H3," + "x," * 50_000 + "\n").encode(),
    "control": GOOD.replace("福田", "福\x1b[2J田\x07").encode(),
}


@pytest.mark.parametrize("bad", [*_BYTES, "zip-bomb", "zip-cut"])
def test_a_refused_file_leaves_every_row_as_it_was(
    register: Register, tmp_path: Path, bad: str
) -> None:
    file = tmp_path / ("bad.xlsx" if bad.startswith("zip") else "bad.csv")
    if bad == "zip-bomb":
        _bomb(file)
    else:
        file.write_bytes(_BYTES.get(bad, b"PK\x03\x04" + os.urandom(400)))
    before = digest(register)
    with pytest.raises(GeoError):
        take(register, file)
    assert digest(register) == before


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cut=st.integers(0, len(GOOD.encode())),
    noise=st.binary(max_size=12),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-be"]),
)
def test_a_damaged_file_is_taken_whole_or_not_at_all(
    register: Register, tmp_path: Path, cut: int, noise: bytes, encoding: str
) -> None:
    whole = GOOD.replace("髙﨑", "高崎").encode(encoding)
    file = tmp_path / "damaged.csv"
    file.write_bytes(whole[:cut] + noise + whole[cut + len(noise) :])
    before = digest(register)
    with contextlib.suppress(GeoError):
        take(register, file)
        return
    assert digest(register) == before


_KILLED = """
import sys, os, signal
from pathlib import Path
from webapp.register.intake import writing
from webapp.register.opening import open_register
from tests.register.test_intake_fuzz import PASSPHRASE, take
at = sys.argv[3]
if at != "never":
    def die(*_, **__):
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(writing, at, die)
take(open_register(Path(sys.argv[1]), PASSPHRASE), Path(sys.argv[2]))
"""


@pytest.mark.parametrize("at", ["append", "never"])
def test_a_killed_import_leaves_nothing_half(tmp_path: Path, at: str) -> None:
    folder, file = tmp_path / "w", tmp_path / "good.csv"
    file.write_text(GOOD, encoding="utf-8")
    with make_register(folder, PASSPHRASE) as made:
        before = digest(made)
    words = [sys.executable, "-c", _KILLED, str(folder), str(file), at]
    ended = subprocess.run(words, check=False, capture_output=True, timeout=120)
    with open_register(folder, PASSPHRASE) as again:
        if at == "never":
            assert ended.returncode == 0, ended.stderr
            assert digest(again) != before
        else:
            assert ended.returncode == -signal.SIGKILL
            assert digest(again) == before
