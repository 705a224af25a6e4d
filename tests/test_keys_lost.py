"""The drill: the keys are lost. Each command says what is missing and makes no new keys, backups go
on, and once the second copy is put back everything is there."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import uuid4

import pytest

from tests.consoles import said_plainly
from tests.logs import said, texts
from tests.server import Installation

NEEDS_KEYS = {
    "doctor": (),
    "replay": ("--as-at", "9"),
    "rebuild": (),
    "serve": ("--port", "0"),
    "token": ("create", "amina"),
    "keys": ("rotate",),
}

pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture
def second_copy(loaded: Installation, tmp_path: Path) -> Path:
    """What somebody put into an envelope when the register was set up."""
    return Path(shutil.copytree(loaded.data_dir / "keys", tmp_path / "envelope"))


def test_the_keys_are_lost_and_put_back_from_the_second_copy(
    loaded: Installation, second_copy: Path, tmp_path: Path
) -> None:
    keys = loaded.data_dir / "keys"
    shutil.rmtree(keys)
    for command, words in NEEDS_KEYS.items():
        says = said_plainly(loaded.command(command, *words))
        assert "is missing, and the register holds entries sealed with it" in says, command
        assert "Put the key back; a new one could not open them" in says
    assert not keys.exists()

    status = loaded.command("keys", "status")
    assert status.code == 1
    assert "There is no master key here." in status.output
    assert "Master key 1 (MISSING): entries " in status.output
    assert "The index key is MISSING." in status.output

    made = loaded.command("backup", str(tmp_path / "backups"))
    assert made.code == 0
    assert "up to position" in made.output
    assert "The log does not say that it was made" in made.errors

    shutil.copytree(second_copy, keys)
    keys.chmod(0o700)
    assert loaded.run("doctor") == ["Every entry can be read."]
    assert loaded.run("rebuild") == ["The read models are what the log says."]
    assert loaded.run("keys", "status")[-1] == "The index key is here."


def test_a_server_that_runs_goes_on_meanwhile(loaded: Installation, second_copy: Path) -> None:
    with loaded.opened() as register:
        shutil.rmtree(loaded.data_dir / "keys")
        [event] = register.log.append([said(stream := uuid4(), "meanwhile")])
        assert texts(register.log.stream(stream)) == ["meanwhile"]
        assert event.position
        shutil.copytree(second_copy, loaded.data_dir / "keys")
    assert loaded.run("doctor") == ["Every entry can be read."]


def test_a_second_copy_from_before_a_rotation_opens_nothing_of_what_is_there(
    loaded: Installation, second_copy: Path
) -> None:
    """Which is why `keys rotate` says to put the file into both copies at once."""
    assert "Put the file keys/master into both of its copies now." in loaded.run("keys", "rotate")
    loaded.run("keys", "destroy", "1")
    shutil.copy(second_copy / "master", loaded.data_dir / "keys" / "master")
    says = said_plainly(loaded.command("doctor"))
    assert "master key 2 is not among the keys given" in says
    status = loaded.command("keys", "status")
    assert status.code == 1
    assert "Master key 2 (MISSING)" in status.output


def test_with_the_index_key_alone_lost_everybody_signs_in_anew_and_no_word_is_lost(
    loaded: Installation, second_copy: Path
) -> None:
    """What docs/keeping.md says is left to do where both copies of it are lost."""
    index = loaded.data_dir / "keys" / "index"
    index.unlink()
    assert "index is missing" in said_plainly(loaded.command("doctor"))
    index.write_text("0f" * 32)
    assert loaded.run("doctor") == ["Every entry can be read."]
    assert loaded.command("rebuild").code in (0, 1)
    loaded.run("rebuild", "--accept")
    assert loaded.run("rebuild") == ["The read models are what the log says."]


def test_a_backup_from_before_opens_with_no_key_that_is_left(
    loaded: Installation, tmp_path: Path
) -> None:
    loaded.run("backup", str(tmp_path / "backups"))
    loaded.run("keys", "rotate")
    loaded.run("keys", "destroy", "1")
    for each in loaded.data_dir.glob("register.sqlite*"):
        each.unlink()
    [made] = (tmp_path / "backups").iterdir()
    shutil.copy(made / "register.sqlite", loaded.data_dir)
    says = said_plainly(loaded.command("doctor"))
    assert "master key 1 is not among the keys given" in says
