"""Photographs of a gift last, also once somebody has asked that they be erased."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from events.log.tables import entry_keys
from tests import pictures
from tests.gifts import declare, new_id
from tests.photographing import Declaration, added, kept, look
from tests.server import Installation, Server


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_photographs_last_until_an_officer_confirms(
    new_installation: Callable[..., Installation], engine: str
) -> None:
    installation = new_installation(engine)
    installation.set_up()
    with installation.serving() as server:
        declaration = declare(server)
        photograph, other = (
            added(server, declaration, pictures.picture(seed=seed)) for seed in range(2)
        )
        shown = kept(server, declaration, photograph)
        secrets = keys_of(installation, declaration)
        assert len(secrets) == 2

        assert installation.run("rebuild") == ["The read models are what the log says."]
        assert kept(server, declaration, photograph) == shown

        said = installation.run(
            *("photograph", "erase", declaration["id"], photograph["id"]),
            *("--reason", "It shows somebody else"),
        )
        [asked] = said
        assert re.fullmatch(r"It is asked, as erasure [0-9a-f-]{36}, and waits for .*", asked)
        assert kept(server, declaration, photograph) == shown
        assert look(server, "amina", declaration, other["id"]).status_code == 200
        assert installation.run("rebuild") == ["The read models are what the log says."]
        assert keys_of(installation, declaration) == secrets


def keys_of(installation: Installation, declaration: Declaration) -> set[bytes]:
    """The wrapped keys of a declaration's photographs, as they are kept."""
    query = sa.select(entry_keys.c.wrapped).where(
        entry_keys.c.originator_id == UUID(declaration["id"]),
        entry_keys.c.originator_version < 0,
    )
    with installation.connected() as connection:
        return {bytes(each) for each in connection.execute(query).scalars()}


@pytest.mark.parametrize(
    ("declaration", "says"),
    [
        ("a1e47000-0000-4000-8000-00000000dead", "There is no declaration with that id"),
        ("frame", "has to be a UUID"),
    ],
)
def test_what_cannot_be_erased_is_said_in_words(
    server: Server, declaration: str, says: str
) -> None:
    done = server.installation.command(
        "photograph", "erase", declaration, new_id(), "--reason", "x"
    )
    assert done.code == 1
    assert says in done.errors
