"""A turn of the register is taken whole, or leaves nothing behind: not even in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest
import sqlalchemy as sa
from eventsourcing.persistence import IntegrityError

from events.directory import PersonLeft, PersonMoved
from events.ids import own_id
from register.errors import UnavailableError
from register.register import Register
from tests.logs import rows
from tests.registers import GIFT, opened_register, telling

TOKEN = {**GIFT, "offer": "declined"}


@pytest.fixture
def register(database_url: str) -> Iterator[Register]:
    with opened_register(database_url) as register:
        yield register


def moved(person: str, *, under: str) -> PersonMoved:
    return PersonMoved(
        originator_id=own_id("person", person),
        person=person,
        roles=("worker",),
        line_manager=under,
        services=("elm-house",),
    )


def who_is_told(register: Register, by: str) -> set[str]:
    made = register.declare(by, str(uuid4()), telling(register, TOKEN))
    return {told.person for told in made.state.ruling.tells}


def test_a_move_that_is_taken_holds_for_the_next_declaration(register: Register) -> None:
    assert who_is_told(register, "amina") == {"ben"}
    register.change_directory([moved("amina", under="gus")])
    assert who_is_told(register, "amina") == {"gus"}


def test_a_move_that_could_not_be_taken_is_forgotten(register: Register, database_url: str) -> None:
    before = rows(database_url)
    taken = msgspec.structs.replace(moved("gus", under="carol"), originator_version=1)
    with pytest.raises(IntegrityError):
        register.change_directory([moved("amina", under="gus"), taken])
    assert rows(database_url) == before
    assert who_is_told(register, "amina") == {"ben"}


def test_a_move_whose_commit_fails_is_forgotten(register: Register, database_url: str) -> None:
    before = rows(database_url)
    with every_commit_failing(register), pytest.raises(UnavailableError, match="stored nothing"):
        register.change_directory([moved("amina", under="gus")])
    assert rows(database_url) == before
    assert who_is_told(register, "amina") == {"ben"}


def test_what_a_leaver_leaves_is_passed_on_even_where_a_commit_failed_first(
    database_url: str,
) -> None:
    today = datetime(2026, 5, 4, 9, tzinfo=UTC)
    with opened_register(database_url, clock=lambda: today) as register:
        gift = str(uuid4())
        register.declare("amina", gift, telling(register, GIFT))
        stream = own_id("person", "carol")
        leaves = PersonLeft(
            originator_id=stream, person="carol", left_on=(today + timedelta(days=1)).date()
        )
        register.change_directory([leaves])
        assert [str(alert.declaration) for alert in register.alerts("carol")] == [gift]
        today += timedelta(days=1)
        with every_commit_failing(register), pytest.raises(UnavailableError):
            register.clock.tick()
        assert register.alerts("dana") == []
        register.clock.tick()
        assert [str(alert.declaration) for alert in register.alerts("dana")] == [gift]
        assert register.alerts("carol") == []


@contextmanager
def every_commit_failing(register: Register) -> Iterator[None]:
    """Each transaction breaks a rule that the database looks at when it commits."""
    engine = register.log.database.engine
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql(
            "CREATE TABLE children (parent INTEGER REFERENCES parents (id)"
            " DEFERRABLE INITIALLY DEFERRED)"
        )

    def break_it(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("append"):
            connection.exec_driver_sql("INSERT INTO children VALUES (1)")

    sa.event.listen(engine, "begin", break_it)
    yield
    sa.event.remove(engine, "begin", break_it)
