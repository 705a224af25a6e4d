"""Whoever signs the register asks its witnesses too: the server on SQLite, `register sign` beside
servers on PostgreSQL."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest

from events.proof.notes import SecretKey, read_note
from register.console.signing import signing_elsewhere
from register.errors import NotFoundError
from register.proving.cosigned.kept import Witnessed
from register.setup.settings import Settings
from register.setup.witnesses import read_policy
from tests.at_length import ENGINES
from tests.postgres import free_port
from tests.server import Installation
from tests.witness.served import LOGS, ORIGIN, opened, served

POLICY = """
quorum = 1

[[witness]]
key = "{key}"
url = "{url}"
"""
ENOUGH = 90
"""Seconds."""


@contextmanager
def signing(installation: Installation) -> Iterator[None]:
    if installation.is_sqlite:
        with installation.serving():
            yield
        return
    with (
        patch.dict(os.environ, installation.env, clear=True),
        signing_elsewhere(Settings.from_environment()),
    ):
        yield


def last_of(installation: Installation) -> Witnessed | None:
    with installation.opened() as register:
        register.proofs.witnesses = read_policy(Path(installation.settings["REGISTER_WITNESSES"]))
        try:
            return register.proofs.witnessed()
        except NotFoundError:
            return None


@pytest.mark.parametrize("engine", ENGINES)
def test_the_register_is_cosigned(
    engine: str, new_installation: Callable[..., Installation], tmp_path: Path
) -> None:
    key = SecretKey.new(ORIGIN)
    logs = LOGS.replace(LOGS.partition('keys = ["')[2].partition('"')[0], str(key.public))
    (tmp_path / "outside").mkdir()
    with served(opened(tmp_path, logs)) as witness:
        file = tmp_path / "policy.toml"
        file.write_text(POLICY.format(key=witness.key, url=witness.url), encoding="utf-8")
        installation = new_installation(
            engine,
            REGISTER_CHECKPOINTS=str(tmp_path / "outside"),
            REGISTER_LOG_KEY=key.text(),
            REGISTER_LOG_ORIGIN=ORIGIN,
            REGISTER_WITNESSES=str(file),
        )
        installation.set_up()
        with signing(installation):
            limit = time.monotonic() + ENOUGH
            while (last := last_of(installation)) is None or not last.is_enough:
                assert time.monotonic() < limit, last
                time.sleep(0.1)
        assert [each.witness for each in last.by] == ["witness.example/w1"]
        with installation.opened() as register:
            note = read_note(register.proofs.checkpoint().encode())
            register.proofs.witnesses = read_policy(file)
            enough = register.proofs.published().witnessed
        assert len(note.signed_by([key.public, witness.key])) == 2
        assert enough is not None
        assert read_note(enough.note.encode()).text == note.text


def test_a_file_of_witnesses_that_is_wrong_stops_the_start(
    new_installation: Callable[..., Installation], tmp_path: Path
) -> None:
    installation = new_installation("sqlite", REGISTER_WITNESSES=str(tmp_path / "none.toml"))
    installation.set_up()
    done = installation.command("serve", "--port", str(free_port()))
    assert done.code == 1
    assert "REGISTER_WITNESSES" in done.errors
