"""While another process writes: pages without words are shown, and nothing fails. Words are shown
where it can be kept who looks, which on SQLite waits for the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.pool import NullPool

from events.log.database import APPEND_LOCK, engine_to
from register.reading import seen_up_to
from tests.browser import Office, office
from tests.logs import is_sqlite

SECONDS = 3
"""Far less than an append waits for its turn."""
LONGER_THAN_NOTED = timedelta(minutes=6)


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Iterator[Office]:
    with office(tmp_path, url=database_url) as office_:
        yield office_


@contextmanager
def another_writes(url: str) -> Iterator[None]:
    engine = engine_to(url, poolclass=NullPool)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({APPEND_LOCK})")
        yield
        connection.rollback()
    engine.dispose()


def test_a_page_is_shown_though_its_use_cannot_be_noted(here: Office, database_url: str) -> None:
    amina = here.browser("amina")
    here.clock.goes_on(LONGER_THAN_NOTED)
    with another_writes(database_url):
        began = time.monotonic()
        assert amina.get("/declare").status_code == 200
        assert time.monotonic() - began < SECONDS
    assert amina.get("/declare").status_code == 200


def test_what_became_of_a_declaration_is_shown_and_is_noted_the_next_time(
    here: Office, database_url: str
) -> None:
    declaration = here.declare("amina", "gift")
    here.register.decide("carol", str(declaration), {"outcome": "keep", "reason": "A small thing."})
    amina = here.browser("amina")
    with another_writes(database_url):
        began = time.monotonic()
        answer = amina.get(f"/declarations/{declaration}")
        if is_sqlite(database_url):
            assert answer.status_code == 503
            assert "cannot note just now who looks" in answer.text
            assert int(answer.headers["retry-after"]) >= 1
        else:
            assert answer.status_code == 200
            assert time.monotonic() - began < SECONDS
    assert is_unseen(here, declaration)
    amina.get(f"/declarations/{declaration}")
    assert not is_unseen(here, declaration)


def is_unseen(here: Office, declaration: UUID) -> bool:
    with here.log.database.read() as connection:
        return seen_up_to.is_unseen(connection, declaration)


def test_whoever_cannot_be_signed_out_yet_is_asked_to_come_back(
    here: Office, database_url: str
) -> None:
    amina = here.browser("amina")
    with another_writes(database_url):
        refused = amina.post("/sign-out")
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) >= 1
    assert "busy" in refused.text
    assert amina.get("/").status_code == 200
    assert amina.post("/sign-out").status_code == 303
    assert amina.get("/").headers["location"] == "/sign-in"
