"""What one thread does together is stored together, or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from register.directory.loading import compare
from register.errors import ForbiddenError
from register.register import Register
from register.setup.migrating import migrate
from register.setup.opening import open_register
from register.setup.settings import Settings
from tests.cast import cast_files, directed, gift


@pytest.fixture
def register(tmp_path, database_url) -> Iterator[Register]:
    migrate(database_url)
    register = open_register(Settings(data_dir=tmp_path / "data", database_url=database_url))
    load(register)
    yield register
    register.close()


def load(register: Register) -> None:
    loaded = compare(cast_files(), register.log, register.read.directory(), register.policies)
    register.change_directory(loaded.events)


def declare(register: Register, by: str = "amina"):
    now = register.log.now()
    body = {
        "kind": "gift",
        "happened_on": now.date().isoformat(),
        "captured_at": now.isoformat(),
        "service_user": "SU-1042",
        "details": gift(),
    }
    return register.declare(by, str(uuid.uuid4()), body).state


def test_everything_is_there_afterwards_and_was_readable_within(register):
    with register.together():
        first = declare(register)
        assert register.read.declaration("amina", str(first.id)).id == first.id
        kept = {"outcome": "keep", "reason": "From the whole family"}
        register.decide("carol", str(first.id), kept)
    assert register.read.declaration("amina", str(first.id)).status == "closed"


def test_nothing_is_there_when_it_failed(register):
    before = register.log.last_position()

    def fail() -> None:
        with register.together():
            declare(register)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert register.log.last_position() == before
    assert declare(register).status == "awaiting_decision"


def test_what_was_undone_of_the_directory_is_forgotten(register):
    def fail() -> None:
        with register.together():
            register.change_directory([directed("elm-house", by="ben")])
            assert register.read.directory().services["elm-house"].director == "ben"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert register.read.directory().services["elm-house"].director == "carol"
    assert declare(register).ruling.tells[0].person == "carol"


def test_a_refusal_within_leaves_the_rest(register):
    with register.together():
        first = declare(register)
        with pytest.raises(ForbiddenError):
            register.decide("amina", str(first.id), {"outcome": "keep", "reason": "I like it"})
    assert register.read.declaration("amina", str(first.id)).status == "awaiting_decision"
