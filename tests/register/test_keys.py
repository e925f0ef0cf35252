"""Keys: where the passphrase comes from, how it is changed, who may read it."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import replace
from io import StringIO
from multiprocessing.connection import Connection
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail

from tests.children import child
from tests.register.conftest import PASSPHRASE
from webapp.faults import (
    KeyDoesNotFit,
    KeyFileMissing,
    KeyFileOpen,
    KeyWanted,
    PassphrasesDiffer,
    PassphraseWeak,
    RegisterInUse,
)
from webapp.register.house import Register
from webapp.register.opening import NAME, open_register
from webapp.register.storage import key_change, keys
from webapp.register.storage.key_change import change_key, fits
from webapp.register.storage.keys import (
    DEMO_KEY,
    change_passphrase,
    find_passphrase,
    make_passphrase,
    new_passphrase,
    place_demo_key,
    require_strong,
    write_key_file,
)
from webapp.settings import Settings

NEW = "朝顔 蛍 風鈴 打ち水 夕立"


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 9  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    """The operating system has a keyring."""
    ring = Ring()
    monkeypatch.setattr(keyring, "get_password", ring.get_password)
    monkeypatch.setattr(keyring, "set_password", ring.set_password)
    monkeypatch.setattr(keyring, "delete_password", ring.delete_password)
    return ring


@pytest.fixture
def no_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operating system has none."""
    none = fail.Keyring()
    for name in ("get_password", "set_password", "delete_password"):
        monkeypatch.setattr(keyring, name, getattr(none, name))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of the workspace in which `sqlite_register` lies."""
    return Settings(workspace=tmp_path / "workspace")


@pytest.fixture
def with_file(settings: Settings, tmp_path: Path) -> Settings:
    """The same, with the passphrase in a key file."""
    write_key_file(tmp_path / "safe" / "key", PASSPHRASE)
    return replace(settings, key_file=str(tmp_path / "safe" / "key"))


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a person will type, in this order."""
    answers: list[str] = []
    monkeypatch.setattr(sys, "stdin", _Terminal())
    monkeypatch.setattr(keys, "getpass", lambda _prompt: answers.pop(0))
    return answers


class _Terminal:
    def isatty(self) -> bool:
        return True


def test_the_key_file_comes_first(with_file: Settings, ring: Ring) -> None:
    ring.set_password("welfaremap", str(with_file.workspace.resolve()), "another one")
    assert find_passphrase(with_file) == PASSPHRASE


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o700])
def test_a_key_file_that_others_read_is_refused(with_file: Settings, mode: int) -> None:
    Path(with_file.key_file).chmod(mode)
    with pytest.raises(KeyFileOpen, match="chmod 600"):
        find_passphrase(with_file)


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_a_key_file_without_a_key_is_told(with_file: Settings, content: bytes | None) -> None:
    file = Path(with_file.key_file)
    file.unlink() if content is None else file.write_bytes(content)
    with pytest.raises(KeyFileMissing):
        find_passphrase(with_file)


@pytest.mark.usefixtures("no_ring")
def test_only_a_demo_takes_the_key_that_lies_in_its_folder(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.workspace.mkdir()
    place_demo_key(settings.workspace, PASSPHRASE)
    assert (settings.workspace / DEMO_KEY).stat().st_mode & 0o777 == 0o600
    assert find_passphrase(settings, demo=True) == PASSPHRASE
    monkeypatch.setattr(sys, "stdin", StringIO())
    with pytest.raises(KeyWanted, match="WELFAREMAP_KEY_FILE"):
        find_passphrase(settings)


@pytest.mark.usefixtures("ring")
def test_the_keyring_remembers_what_was_typed(settings: Settings, typed: list[str]) -> None:
    typed += [NEW, NEW]
    assert new_passphrase(settings) == NEW
    assert find_passphrase(settings) == NEW


@pytest.mark.usefixtures("no_ring")
def test_without_a_keyring_a_person_is_asked(settings: Settings, typed: list[str]) -> None:
    typed += [NEW, NEW, NEW]
    new_passphrase(settings)
    assert find_passphrase(settings) == NEW


@pytest.mark.usefixtures("no_ring")
def test_two_spellings_of_one_word_are_one_passphrase(settings: Settings, typed: list[str]) -> None:
    typed += ["ハ\u3099ラの花か\u3099咲いた庭でお茶", "バラの花が咲いた庭でお茶"]
    assert new_passphrase(settings) == "バラの花が咲いた庭でお茶"


def test_typing_it_differently_the_second_time_is_told(
    settings: Settings, typed: list[str]
) -> None:
    typed += [NEW, NEW[:-1] + "ず"]
    with pytest.raises(PassphrasesDiffer):
        new_passphrase(settings)


@pytest.mark.parametrize("weak", ["", "short", "elevenchars", "aaaaaaaaaaaaaaaa", " " * 20])
def test_a_weak_one_is_refused(weak: str) -> None:
    with pytest.raises(PassphraseWeak):
        require_strong(weak)


def test_a_key_file_that_is_named_is_made(settings: Settings, tmp_path: Path) -> None:
    named = replace(settings, key_file=str(tmp_path / "new" / "key"))
    made = new_passphrase(named)
    assert find_passphrase(named) == made
    assert Path(named.key_file).stat().st_mode & 0o777 == 0o600


def test_passphrases_at_random_are_strong_and_never_the_same() -> None:
    made = {make_passphrase() for _ in range(200)}
    assert len(made) == 200
    assert {require_strong(one) for one in made} == made


@pytest.mark.usefixtures("sqlite_register")
def test_a_wrong_passphrase_does_not_open(tmp_path: Path) -> None:
    with pytest.raises(KeyDoesNotFit):
        open_register(tmp_path / "workspace", PASSPHRASE + "!")


@pytest.mark.usefixtures("sqlite_register")
def test_sqlcipher_itself_writes_nothing_to_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KeyDoesNotFit):
        open_register(tmp_path / "workspace", PASSPHRASE + "!")
    assert "".join(capfd.readouterr()) == ""


def test_changing_it_shuts_the_old_one_out(sqlite_register: Register, with_file: Settings) -> None:
    sqlite_register.close()
    before = (with_file.workspace / NAME).read_bytes()
    change_passphrase(with_file, NEW)
    after = (with_file.workspace / NAME).read_bytes()
    pages = {before[at : at + 4096] for at in range(0, len(before), 4096)}
    assert not pages & {after[at : at + 4096] for at in range(0, len(after), 4096)}
    with pytest.raises(KeyDoesNotFit):
        open_register(with_file.workspace, PASSPHRASE)
    with open_register(with_file.workspace, find_passphrase(with_file)) as register:
        assert register.version() == 1
    assert find_passphrase(with_file) == NEW
    assert sorted(path.name for path in with_file.workspace.glob("register.db*")) == [NAME]


def test_it_is_not_changed_while_a_server_has_it_open(
    sqlite_register: Register, with_file: Settings
) -> None:
    sqlite_register.version()
    with pytest.raises(RegisterInUse, match="Stop the server"):
        change_passphrase(with_file, NEW)
    assert find_passphrase(with_file) == PASSPHRASE
    assert sqlite_register.version() == 1


def test_who_was_about_to_open_the_old_file_finds_no_register(
    sqlite_register: Register, tmp_path: Path
) -> None:
    sqlite_register.close()
    file, old = tmp_path / "workspace" / NAME, tmp_path / "old"
    old.hardlink_to(file)
    change_key(file, PASSPHRASE, NEW)
    assert not fits(old, PASSPHRASE)
    assert fits(file, NEW)


def _change(pipe: Connection, settings: Settings) -> None:
    pipe.send("go")
    change_passphrase(settings, NEW)


@pytest.mark.parametrize("moment", [0.1, 0.2, 0.4])
def test_killed_in_the_middle_it_opens_with_the_kept_passphrase(
    sqlite_register: Register, with_file: Settings, moment: float
) -> None:
    sqlite_register.close()
    with child(_change, with_file) as (_, pipe):
        pipe.recv()
        time.sleep(moment)
    passphrase = find_passphrase(with_file)
    assert passphrase in {PASSPHRASE, NEW}
    with open_register(with_file.workspace, passphrase) as register:
        assert register.version() == 1


STEPS = ["_lay_ready", "_take_alone", "_write_anew", "_take_place", "_settle", "nothing"]


def _change_until(_pipe: Connection, settings: Settings, step: str) -> None:
    def cut(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(keys if hasattr(keys, step) else key_change, step, cut)
    change_passphrase(settings, NEW)
    cut()


@pytest.mark.parametrize("step", STEPS)
def test_cut_off_before_any_step_it_opens_with_the_kept_passphrase(
    sqlite_register: Register, with_file: Settings, step: str
) -> None:
    sqlite_register.close()
    with child(_change_until, with_file, step) as (process, _):
        process.join()
        assert process.exitcode == -signal.SIGKILL
    passphrase = find_passphrase(with_file)
    assert passphrase == (NEW if STEPS.index(step) > STEPS.index("_take_place") else PASSPHRASE)
    with open_register(with_file.workspace, passphrase) as register:
        assert register.version() == 1
    change_passphrase(with_file, NEW + "と団扇")
    assert find_passphrase(with_file) == NEW + "と団扇"
