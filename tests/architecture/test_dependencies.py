"""What the program stands on: pinned, needed, freely licensed, unaltered, without known faults.

Everything is read from what is installed; nothing is asked of the network.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import Distribution, PathDistribution, distributions
from pathlib import Path
from typing import Any, Final

import pytest
import sqlcipher3
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

HOUSE: Final = Path(__file__).parents[2]
ADVISORIES: Final = HOUSE / "docs" / "host" / "advisories.toml"

FREE: Final = frozenset(
    {
        "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause",
        "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "Python-2.0", "Unlicense",
        "ZPL-2.1", "Zlib",
    }
)  # fmt: skip
"""Licences that ask for no more than Apache-2.0 does."""

SPELT: Final = {
    "Apache 2.0": "Apache-2.0", "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0", "BSD": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause", "BSD License": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause", "CMU License (MIT-CMU)": "MIT-CMU",
    "ISC License (ISCL)": "ISC", "MIT License": "MIT", "MIT license": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0", "New BSD": "BSD-3-Clause",
    "Python Software Foundation License": "PSF-2.0", "The Unlicense (Unlicense)": "Unlicense",
    "ZPL 2.1": "ZPL-2.1", "Zope Public License": "ZPL-2.1",
    "zlib/libpng License": "Zlib",
}  # fmt: skip

EXCEPTED: Final = {
    "certifi": "MPL-2.0 holds for its own files; it comes with requests, for tests only",
    "hypothesis": "MPL-2.0 holds for its own files; for tests only",
    "orjson": "MPL-2.0 holds for files of one crate in it, which we do not alter",
    "pyrage": "MIT, see its LICENSE; its metadata names none",
    "sqlcipher3": "Zlib and, for SQLCipher, BSD-3-Clause, see its LICENSE; its metadata names none",
    "opencv-python-headless": "Apache-2.0; FFmpeg (LGPL-2.1) in its wheel is called for nothing",
    "pathspec": "MPL-2.0 holds for its own files; builds the wheel, is no part of it",
}
"""Licences outside the list, one by one."""

OF_ANOTHER_SYSTEM: Final = frozenset({"pywin32-ctypes", "colorama"})
"""Needed where they are not installed here."""


@cache
def installed() -> dict[str, Distribution]:
    """Everything installed, by its canonical name."""
    return {canonicalize_name(one.metadata["Name"]): one for one in distributions()}


def asked_for() -> Iterator[Requirement]:
    """What the project names itself: to run, to test, to build."""
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))
    lines = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for extra in project["project"]["optional-dependencies"].values():
        lines += extra
    return map(Requirement, lines)


def applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    """Whether it is needed here, with the extras that were asked for."""
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": one}) for one in extras | {""})


@cache
def closure() -> frozenset[str]:
    """Every distribution that is needed here, directly or by another."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [one for one in asked_for() if applies(one, frozenset())]
    while waiting:
        wanted = waiting.pop()
        key = canonicalize_name(wanted.name), frozenset(wanted.extras)
        if key in seen or key[0] in OF_ANOTHER_SYSTEM:
            continue
        seen.add(key)
        assert key[0] in installed(), f"{wanted} is needed and not installed"
        requirements = map(Requirement, installed()[key[0]].requires or [])
        waiting += [one for one in requirements if applies(one, key[1])]
    return frozenset(name for name, _ in seen)


def pins() -> dict[str, str]:
    """Versions of constraints.txt by canonical name."""
    lines = (HOUSE / "constraints.txt").read_text("utf-8").splitlines()
    found = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in found}


def test_everything_needed_is_pinned_at_the_version_installed() -> None:
    wrong = {
        f"{name}: pinned {pins().get(name)}, installed {installed()[name].version}"
        for name in closure()
        if pins().get(name) != installed()[name].version
    }
    assert wrong == set()


def test_nothing_is_pinned_that_nobody_needs() -> None:
    named = {
        canonicalize_name(Requirement(line).name)
        for name in closure()
        for line in installed()[name].requires or []
        if "extra ==" not in line
    }
    assert pins().keys() - closure() - named == set()


def licences(distribution: Distribution) -> set[str]:
    """Every licence a distribution names, as SPDX spells it."""
    metadata: Any = distribution.metadata
    words = metadata.get("License-Expression")
    if words is None:
        classifiers = metadata.get_all("Classifier") or []
        named = [one.split(" :: ")[-1] for one in classifiers if one.startswith("License :: OSI A")]
        words = metadata.get("License", "")
        found = named or [str(words).splitlines()[0] if words else ""]
    else:
        found = re.split(r"\s+(?:AND|OR)\s+", re.sub(r"[()]", "", words))
    return {SPELT.get(one.strip(), one.strip()) for one in found}


def test_every_licence_suits_apache() -> None:
    wrong = {
        f"{name}: {', '.join(sorted(named))}"
        for name in closure()
        if not (named := licences(installed()[name])) <= FREE and name not in EXCEPTED
    }
    assert wrong == set()
    assert EXCEPTED.keys() <= closure()


def test_every_exception_of_bandit_says_which_and_why() -> None:
    sources = [path for room in ("geo", "webapp") for path in (HOUSE / room).rglob("*.py")]
    lines = [line for path in sources for line in path.read_text("utf-8").splitlines()]
    marked = [line for line in lines if "nosec" in line]
    assert [one for one in marked if not re.search(r"# nosec B\d{3} - \w+", one)] == []
    assert len(marked) <= 12


def test_the_list_takes_no_copyleft() -> None:
    assert not any(re.search("GPL|EUPL|SSPL|OSL", one) for one in FREE | set(SPELT.values()))


def altered(distribution: Distribution) -> list[str]:
    """Files whose digest is not the one of the installation, and missing ones."""
    files = distribution.files
    if files is None:
        return [f"{distribution.metadata['Name']}: no list of files"]
    wrong: list[str] = []
    for file in files:
        if file.hash is None or file.hash.mode != "sha256":
            continue
        path = Path(str(file.locate()))
        if not path.is_file():
            wrong.append(f"{file}: missing")
            continue
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != file.hash.value:
            wrong.append(f"{file}: altered")
    return wrong


@pytest.mark.skipif("WELFAREMAP_CHECK" not in os.environ, reason="reads 1 GB: make check does it")
def test_installed_files_are_those_that_were_installed() -> None:
    assert [fault for name in sorted(closure()) for fault in altered(installed()[name])] == []


def test_an_altered_file_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "thing-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Name: thing\nVersion: 1\n")
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"as it was").digest()).rstrip(b"=").decode()
    (folder / "RECORD").write_text(f"thing.py,sha256={digest},9\nlost.py,sha256={digest},9\n")
    (tmp_path / "thing.py").write_bytes(b"as it is")
    assert altered(PathDistribution(folder)) == ["thing.py: altered", "lost.py: missing"]


Concern = dict[str, str]


def advisories() -> dict[str, dict[str, Concern]]:
    """Known faults by canonical name and identifier."""
    listed = tomllib.loads(ADVISORIES.read_text("utf-8"))
    del listed["renewed"]
    return {canonicalize_name(name): faults for name, faults in listed.items()}


def concerned(version: str, concern: Concern) -> bool:
    """Whether a version lies in the range of a known fault."""
    least = concern.get("from")
    return (least is None or Version(least) <= Version(version)) and (
        Version(version) < Version(concern["fixed"])
    )


def test_no_pin_has_a_known_fault() -> None:
    versions = pins() | {"sqlite": sqlcipher3.dbapi2.sqlite_version}
    found = {
        f"{name} {versions[name]}: {identity}, mended in {concern['fixed']}"
        for name, faults in advisories().items()
        for identity, concern in faults.items()
        if concerned(versions[name], concern)
    }
    assert found == set()


def test_every_advisory_is_about_something_we_use_and_says_what() -> None:
    for name, faults in advisories().items():
        assert name == "sqlite" or name in pins(), name
        for identity, concern in faults.items():
            assert re.fullmatch(r"CVE-\d{4}-\d{4,}|wal-reset", identity), identity
            assert {"fixed", "of"} <= concern.keys() <= {"from", "fixed", "of"}


@pytest.mark.parametrize(
    ("version", "there"), [("3.6.23", False), ("3.7.0", True), ("3.51.2", True), ("3.51.3", False)]
)
def test_a_range_has_two_ends(version: str, there: bool) -> None:
    assert concerned(version, advisories()["sqlite"]["wal-reset"]) is there
