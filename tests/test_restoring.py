"""`register restore`: a backup is put back, and opened only once it is as it has to be."""

from __future__ import annotations

from pathlib import Path

from tests.server import Installation

ORIGIN, ANOTHER = "register.example.org/log", "register.example.org/log-2"


def publishing(installation: Installation) -> Installation:
    """It signs its log, and publishes in a folder that is not its own."""
    outside = installation.folder / "outside"
    outside.mkdir()
    installation.settings |= {
        "REGISTER_CHECKPOINTS": str(outside),
        "REGISTER_LOG_ORIGIN": ORIGIN,
    }
    return installation


def backup_of(installation: Installation) -> Path:
    folder = installation.folder / "backups"
    installation.run("backup", str(folder))
    return sorted(folder.glob("register-*"))[-1]


def lose(installation: Installation) -> None:
    """The disk with the database is gone; the keys are elsewhere."""
    for each in installation.data_dir.glob("register.sqlite*"):
        each.unlink()


def test_what_lost_nothing_is_put_back_at_once(loaded: Installation) -> None:
    publishing(loaded)
    with loaded.serving():
        pass
    backup = backup_of(loaded)
    lose(loaded)
    done = loaded.command("restore", str(backup))
    assert done.code == 0, done.errors
