"""A private PostgreSQL cluster for one test run: a Unix socket in a folder, no port, no name."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

PATIENCE: Final = 60.0
"""Seconds a cluster may take to answer."""

_OWNER: Final = "register"
_CALM: Final = (
    "listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off",
    "max_connections=120", "shared_buffers=32MB", "autovacuum=off", "jit=off",
)  # fmt: skip
"""A test's cluster lives for minutes: it need not survive a power cut."""


def wanting(reason: str) -> None:
    """Skip what needs PostgreSQL; in the continuous run a missing engine is a failure."""
    if os.environ.get("WELFAREMAP_CI") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def find_programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if found:
        return found[-1].parent
    path = shutil.which("initdb")
    return Path(path).resolve().parent if path else None


class Cluster:
    """One running cluster; each database in it is a copy of another or empty."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket / ".s.PGSQL.5432"
        self._numbers = count(1)
        self._middle = self._engine("postgres")

    def close(self) -> None:
        """Let go of the cluster."""
        self._middle.dispose()

    def address(self, name: str) -> str:
        """The address of a database as `open_register` takes it."""
        return f"postgresql://{_OWNER}@/{name}?unix_sock={self._socket}"

    @contextmanager
    def database(self, template: str = "with_postgis") -> Generator[str]:
        """The address of a new database like ``template``, which is dropped afterwards."""
        name = f"d{next(self._numbers)}"
        self.run("postgres", f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        yield self.address(name)
        self.run("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, name: str, *statements: str) -> None:
        """Run statements in the database ``name``; only that in the middle is kept open."""
        engine = self._middle if name == "postgres" else self._engine(name)
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        if engine is not self._middle:
            engine.dispose()

    def _engine(self, name: str) -> Engine:
        url = make_url(self.address(name)).set(drivername="postgresql+pg8000")
        return create_engine(url, isolation_level="AUTOCOMMIT")


@contextmanager
def running_cluster() -> Generator[Cluster | None]:
    """A cluster with the template ``with_postgis``; None where there is no PostgreSQL."""
    programs = find_programs()
    if programs is None:
        yield None
        return
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    user = _user()
    if user is not None:
        shutil.chown(home, user, pwd.getpwnam(user).pw_gid)
    server = None
    try:
        _prepare(programs, home, user)
        server = _start(programs, home, user)
        cluster = _furnish(Cluster(home), programs, home)
        yield cluster
        cluster.close()
    finally:
        if server is not None:
            server.send_signal(signal.SIGQUIT)
            server.wait()
        shutil.rmtree(home, ignore_errors=True)


def _user() -> str | None:
    """PostgreSQL refuses root; its package has a user of its own."""
    return "postgres" if os.geteuid() == 0 else None


def _prepare(programs: Path, home: Path, user: str | None) -> None:
    words = ["-U", _OWNER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
    subprocess.run(
        [programs / "initdb", "-D", home / "data", *words],
        check=True, capture_output=True, cwd=home, **_as(user),
    )  # fmt: skip


def _start(programs: Path, home: Path, user: str | None) -> subprocess.Popen[bytes]:
    settings = [word for setting in _CALM for word in ("-c", setting)]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", home / "data", "-k", home, *settings],
            stdout=log, stderr=log, cwd=home, preexec_fn=_end_with_the_tests, **_as(user),  # noqa: PLW1509
        )  # fmt: skip


def _as(user: str | None) -> dict[str, object]:
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def _end_with_the_tests() -> None:
    """Linux tells the server to stop when the test run is killed."""
    if hasattr(ctypes.CDLL(None), "prctl"):
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def _furnish(cluster: Cluster, programs: Path, home: Path) -> Cluster:
    until = time.monotonic() + PATIENCE
    ask = [programs / "pg_isready", "-q", "-h", home, "-d", "postgres"]
    while subprocess.run(ask, check=False).returncode != 0:
        if time.monotonic() > until:
            raise TimeoutError((home / "log").read_text("utf-8"))
        time.sleep(0.05)
    cluster.run("postgres", "CREATE DATABASE with_postgis")
    cluster.run("with_postgis", "CREATE EXTENSION postgis")
    return cluster
