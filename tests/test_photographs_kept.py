"""Photographs of a gift: they are sealed, and whatever happens they stay with their entries."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa

from events.log.photographs import keep, seal
from events.log.tables import entry_keys, photographs
from register.errors import ConflictError, NotFoundError
from register.photographs.cleaning import cleaned
from register.register import Register
from tests import pictures
from tests.erasing import erase_at_once
from tests.gifts import (
    gift,
    new_id,
    path,
    taken,
)
from tests.registers import GIFT, opened_register, telling
from tests.server import Installation, Server


@pytest.fixture
def register(database_url: str) -> Iterator[Register]:
    with opened_register(database_url) as register:
        yield register


def declared(register: Register) -> str:
    id_text = str(uuid4())
    register.declare("amina", id_text, telling(register, GIFT))
    return id_text


def photographed(register: Register, declaration: str) -> str:
    photograph = str(uuid4())
    register.add_photograph("amina", declaration, photograph, pictures.picture())
    return photograph


@contextmanager
def database(register: Register) -> Iterator[sa.Connection]:
    with register.log.database.write() as connection:
        yield connection


def rows(register: Register, table: sa.Table) -> int:
    with register.log.database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_what_is_kept_is_sealed(register: Register) -> None:
    declaration = declared(register)
    photograph = photographed(register, declaration)
    shown = register.photographs.look_at("amina", declaration, photograph)
    with database(register) as connection:
        row = connection.execute(sa.select(photographs)).one()
    assert b"JFIF" in shown
    assert len(row.picture) == 12 + len(shown) + 16
    assert shown[:16] not in row.picture
    assert b"JFIF" not in row.picture + row.thumbnail


@pytest.mark.parametrize("size", ["picture", "thumbnail"])
def test_a_changed_picture_is_not_shown_and_said_to_be_changed(
    register: Register, size: str
) -> None:
    declaration = declared(register)
    photograph = photographed(register, declaration)
    with database(register) as connection:
        box = connection.execute(sa.select(photographs.c[size])).scalar_one()
        changed = box[:-1] + bytes([box[-1] ^ 1])
        connection.execute(sa.update(photographs).values({size: changed}))
    with pytest.raises(NotFoundError, match="not what was added to the register"):
        register.photographs.look_at("amina", declaration, photograph, size)
    [seen] = register.photographs.conditions(register.read.declaration("amina", declaration))
    assert seen.words == "This photograph is not what was added to the register, and is not shown."


def test_a_picture_that_was_taken_away_is_said_to_be_changed(register: Register) -> None:
    declaration = declared(register)
    photographed(register, declaration)
    with database(register) as connection:
        connection.execute(sa.delete(photographs))
    [seen] = register.photographs.conditions(register.read.declaration("amina", declaration))
    assert seen.state == "changed"


def test_a_picture_put_in_another_s_place_is_not_shown(register: Register) -> None:
    declaration = declared(register)
    one, other = (photographed(register, declaration) for _ in range(2))
    with database(register) as connection:
        theirs = connection.execute(
            sa.select(photographs.c.picture).where(photographs.c.photograph == UUID(other))
        ).scalar_one()
        mine = sa.update(photographs).where(photographs.c.photograph == UUID(one))
        connection.execute(mine.values(picture=theirs))
    with pytest.raises(NotFoundError, match="not what was added"):
        register.photographs.look_at("amina", declaration, one)


def test_not_even_whoever_has_the_keys_can_slip_in_another_picture(register: Register) -> None:
    declaration = declared(register)
    photograph = photographed(register, declaration)
    other = cleaned(pictures.picture(seed=1))
    sizes = {"picture": other.picture, "thumbnail": other.thumbnail}
    forged = seal(register.log.keyring, UUID(declaration), UUID(photograph), sizes, b"")
    version = register.read.declaration("amina", declaration).version
    with database(register) as connection:
        connection.execute(sa.delete(photographs))
        its_key = entry_keys.c.originator_version == -version
        connection.execute(
            sa.delete(entry_keys).where(entry_keys.c.originator_id == UUID(declaration), its_key)
        )
        keep(connection, forged, version)
    for size in sizes:
        with pytest.raises(NotFoundError, match="not what was added"):
            register.photographs.look_at("amina", declaration, photograph, size)


def test_a_picture_without_its_key_is_not_taken_for_an_erased_one(register: Register) -> None:
    declaration = declared(register)
    photograph = photographed(register, declaration)
    version = register.read.declaration("amina", declaration).version
    with database(register) as connection:
        connection.execute(
            sa.delete(entry_keys).where(
                entry_keys.c.originator_id == UUID(declaration),
                entry_keys.c.originator_version == -version,
            )
        )
    with pytest.raises(NotFoundError, match="not what was added"):
        register.photographs.look_at("amina", declaration, photograph)
    found = register.read.declaration("amina", declaration)
    assert found.details == GIFT, "its words have another key"
    [seen] = register.photographs.conditions(found)
    assert seen.state == "changed"


def test_an_erased_photograph_makes_room_and_its_id_is_not_used_again(register: Register) -> None:
    declaration = declared(register)
    first, _ = (photographed(register, declaration) for _ in range(2))
    erase_photograph(register, declaration, first)
    with pytest.raises(ConflictError, match="before it was erased"):
        register.add_photograph("amina", declaration, first, pictures.picture())
    photographed(register, declaration)
    with pytest.raises(ConflictError, match="has 2 photographs already"):
        photographed(register, declaration)


def erase_photograph(register: Register, declaration: str, photograph: str) -> None:
    erase_at_once(register, of="photograph", declaration=declaration, photograph=photograph)


def test_what_is_erased_again_is_said_once(register: Register) -> None:
    declaration = declared(register)
    photograph = photographed(register, declaration)
    erase_photograph(register, declaration, photograph)
    with pytest.raises(ConflictError, match="nothing of this"):
        erase_photograph(register, declaration, photograph)
    assert (rows(register, photographs), rows(register, entry_keys)) == (0, keys_left(register))


def keys_left(register: Register) -> int:
    """One for each entry."""
    return len(list(register.log.after()))


def photograph_one_too_many(register: Register, declaration: str) -> None:
    """All of them together, so that none is there in the end."""
    with register.together():
        for _ in range(2):
            photographed(register, declaration)


def test_what_fails_leaves_neither_picture_nor_entry_nor_key(register: Register) -> None:
    declaration = declared(register)
    photograph = photographed(register, declaration)
    tables = (photographs, entry_keys)
    before = [register.log.last_position(), *(rows(register, each) for each in tables)]
    with pytest.raises(ConflictError):
        photograph_one_too_many(register, declaration)
    with database(register) as connection:  # an earlier picture of nobody's stands in the way
        row = dict(connection.execute(sa.select(photographs)).mappings().one())
        other = uuid4()
        connection.execute(sa.insert(photographs), {**row, "photograph": other})
    with pytest.raises(sa.exc.IntegrityError):
        register.add_photograph("amina", declaration, str(other), pictures.picture(seed=1))
    with database(register) as connection:
        connection.execute(sa.delete(photographs).where(photographs.c.photograph == other))
    assert [register.log.last_position(), *(rows(register, each) for each in tables)] == before
    assert register.photographs.look_at("amina", declaration, photograph)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_whoever_is_killed_leaves_pictures_and_entries_together(
    new_installation: Callable[..., Installation], engine: str
) -> None:
    installation = new_installation(engine)
    installation.set_up()
    with installation.serving() as server:
        answered: set[str] = set()
        threads = [threading.Thread(target=keep_adding, args=(server, answered)) for _ in range(3)]
        for thread in threads:
            thread.start()
        while len(answered) < 6 and any(each.is_alive() for each in threads):
            threading.Event().wait(0.01)
        server.kill()
        for thread in threads:
            thread.join(30)
        told, held = photographs_in(installation)
        assert told == held
        assert answered <= told
        server.start()


def keep_adding(server: Server, answered: set[str]) -> None:
    """Until the server is gone; a declaration takes two."""
    with server.another("amina") as client, suppress(httpx.TransportError):
        for number in range(400):
            if number % 2 == 0:
                declaration = new_id()
                taken(client.put(path(declaration), json=gift()), 201)
            photograph = new_id()
            answer = client.put(
                path(declaration, "photographs", photograph),
                content=pictures.picture(seed=number),
                headers={"Content-Type": "image/jpeg"},
            )
            taken(answer, 201)
            answered.add(photograph)


def photographs_in(installation: Installation) -> tuple[set[str], set[str]]:
    """Those that entries tell of, and those that are kept with a key."""
    with installation.connected() as connection:
        states = connection.exec_driver_sql(
            "SELECT state FROM entries WHERE topic = 'photograph-added'"
        ).scalars()
        told = {re.search(rb'"photograph":"([^"]+)"', bytes(each))[1].decode() for each in states}
        pictures_kept = sa.select(photographs.c.photograph)
        return told, {str(each) for each in connection.execute(pictures_kept).scalars()}
