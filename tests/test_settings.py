"""Keys and settings: what is made, what is missed, and what is refused by name."""

from __future__ import annotations

import os
import secrets

import pytest

from register.setup.settings import Settings
from tests.consoles import load_command, said_plainly
from tests.gifts import declare
from tests.server import CASES, Installation

# keys


def test_keys_are_files_for_their_owner_alone(loaded: Installation) -> None:
    keys = loaded.data_dir / "keys"
    assert {file.name for file in keys.iterdir()} == {"master", "index"}
    assert keys.stat().st_mode & 0o777 == 0o700
    assert loaded.data_dir.stat().st_mode & 0o777 == 0o700
    for file in keys.iterdir():
        assert file.stat().st_mode & 0o777 == 0o600


def test_keys_are_closed_whatever_the_umask(installation: Installation) -> None:
    before = os.umask(0)
    try:
        installation.load(CASES)
    finally:
        os.umask(before)
    assert (installation.data_dir / "keys" / "master").stat().st_mode & 0o777 == 0o600
    assert installation.data_dir.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(("key", "named"), [("master", "master"), ("index", "index")])
def test_a_key_that_is_missing_is_not_made_anew(loaded: Installation, key: str, named: str) -> None:
    (loaded.data_dir / "keys" / key).unlink()
    for command in (("serve", "--port", "0"), ("token", "create", "amina")):
        words = said_plainly(loaded.command(*command))
        assert f"keys/{named} is missing" in words
        assert "Put the key back" in words
    assert not (loaded.data_dir / "keys" / key).exists()


def test_keys_may_come_from_the_environment(
    installation: Installation, new_keys: dict[str, str]
) -> None:
    installation.settings |= new_keys
    installation.set_up()
    assert not (installation.data_dir / "keys").exists()
    with installation.serving() as server:
        assert declare(server)["details"]["item"] == "Silver photograph frame"


def test_a_master_key_of_another_register_opens_nothing(
    installation: Installation, new_keys: dict[str, str]
) -> None:
    installation.settings |= new_keys
    installation.load(CASES)
    installation.settings["REGISTER_MASTER_KEY"] = f"1:{secrets.token_hex(32)}"
    before = installation.rows()
    said_plainly(load_command(installation, CASES))
    assert installation.rows() == before


@pytest.fixture
def new_keys() -> dict[str, str]:
    return {
        "REGISTER_MASTER_KEY": f"1:{secrets.token_hex(32)}",
        "REGISTER_INDEX_KEY": secrets.token_hex(32),
    }


@pytest.mark.parametrize("wrong", ["secret", "1:" + "0" * 62, "0" * 64, "one:" + "0" * 64])
def test_a_key_that_is_none_is_refused_and_not_shown(
    installation: Installation, wrong: str
) -> None:
    installation.settings["REGISTER_MASTER_KEY"] = wrong
    words = said_plainly(load_command(installation, CASES))
    assert "master key" in words
    assert wrong not in words


@pytest.mark.parametrize(
    ("setting", "wrong"),
    [
        ("REGISTER_PROXIES", "proxy.example.org"),
        ("REGISTER_PROXIES", "10.0.0.1/8"),
        ("REGISTER_PASSWORDS", "perhaps"),
        ("REGISTER_QUEUE_SIZE", "none"),
        ("REGISTER_QUEUE_SIZE", "0"),
        ("REGISTER_LAST_RESORT", "carol"),
        ("REGISTER_LAST_RESORT", "carol, carol,"),
        ("REGISTER_DATABASE_URL", "nonsense"),
        ("REGISTER_DATABASE_URL", "oracle://here"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    installation: Installation, setting: str, wrong: str
) -> None:
    installation.settings[setting] = wrong
    words = said_plainly(installation.command("token", "create", "amina"))
    assert setting in words


def test_a_setting_that_is_empty_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTER_SMTP_URL", "")
    monkeypatch.setenv("REGISTER_HEARTBEAT_URL", "")
    settings = Settings.from_environment()
    assert settings.tells_over() == frozenset()
    assert settings.heartbeat_url is None
