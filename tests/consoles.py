"""A register at whose terminal somebody sits."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from register.console import keys, rotating
from tests.server import CASES, Done, Installation


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """A place with nothing in it, on SQLite: no data folder even."""
    return Installation(tmp_path, f"sqlite:///{tmp_path / 'data' / 'register.sqlite'}")


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other process seals meanwhile: commands that change keys wait for none."""
    monkeypatch.setattr(rotating, "MEANWHILE", 0.0)
    monkeypatch.setattr(keys, "ON_THEIR_WAY", 0.0)


@pytest.fixture
def loaded(installation: Installation) -> Installation:
    installation.load(CASES)
    return installation


def said_plainly(done: Done) -> str:
    """What a command that failed says: words, on the error channel, and code 1."""
    assert done.code == 1, done.output + done.errors
    assert done.output == ""
    assert "Traceback" not in done.errors
    assert not re.search(r"\w+Error\b|File \"|sqlalchemy|pydantic", done.errors), done.errors
    assert done.errors.strip()
    return done.errors


def load_command(installation: Installation, files: Path) -> Done:
    return installation.command(
        *("directory", "load"),
        *("--people", str(files / "people.csv")),
        *("--services", str(files / "services.csv")),
        *("--service-users", str(files / "service_users.csv")),
    )
