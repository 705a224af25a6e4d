"""Photographs of a gift last until they are erased, and then are gone."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from events.log.tables import entry_keys
from tests import pictures
from tests.gifts import (
    assert_refused,
    declare,
    new_id,
    path,
)
from tests.photographing import Declaration, added, kept, look
from tests.server import Installation, Server


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_photographs_last_until_they_are_erased(
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

        said = installation.run("photograph", "erase", declaration["id"], photograph["id"])
        assert said == ["The photograph is erased. Back-ups have it until they are destroyed."]
        answer = look(server, "amina", declaration, photograph["id"])
        problem = assert_refused(answer, 404, "not_found")
        assert problem["detail"] == "This photograph was erased."
        now = server.as_("ben").get(path(declaration["id"])).json()
        assert [each["erased_at"] is None for each in now["photographs"]] == [False, True]
        lines = server.as_("ben").get(path(declaration["id"], "history")).json()["items"]
        assert re.fullmatch(r"A photograph was erased on [\w ]+\.", lines[-1]["sentence"])
        assert lines[-1]["actor"] is None
        assert look(server, "amina", declaration, other["id"]).status_code == 200

        assert installation.run("rebuild") == ["The read models are what the log says."]
        assert look(server, "amina", declaration, other["id"]).status_code == 200
        assert keys_of(installation, declaration) < secrets
    if installation.is_sqlite:
        [destroyed] = secrets - keys_of(installation, declaration)
        files = [each.read_bytes() for each in installation.data_dir.glob("register.sqlite*")]
        assert not any(destroyed in each for each in files)


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
    done = server.installation.command("photograph", "erase", declaration, new_id())
    assert done.code == 1
    assert says in done.errors
