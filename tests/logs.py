"""A log of a test's own, what to write into it, and a way past our code to its database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from events.declarations import InformationAdded, Source, Text
from events.log.log import Log, utc_now
from events.log.sealing import Keyring
from events.log.sqlite import driver
from tests.shaped import bring_into_shape

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
RULE = Source(policy=None, version=None, clause="no policy in force", asks=False)


def some_keys() -> Keyring:
    """The same keys for every process of a test."""
    return Keyring({1: b"m" * 32}, b"i" * 32)


@contextmanager
def opened_log(
    url: str,
    keys: Keyring | None = None,
    *,
    clock: Callable[[], datetime] = utc_now,
    role: str | None = None,
) -> Iterator[Log]:
    bring_into_shape(url)
    with closing(Log(url, keys or some_keys(), clock=clock, role=role)) as log:
        yield log


@pytest.fixture
def log(database_url: str) -> Iterator[Log]:
    with opened_log(database_url) as log:
        yield log


def said(stream: UUID, text: str = "Some words") -> InformationAdded:
    """An event with words; which one does not matter."""
    return InformationAdded(
        originator_id=stream, added_by="amina", added_at=NOON, source=RULE, words=Text(text)
    )


def texts(events: Any) -> list[str]:
    return [event.words.text for event in events]


@contextmanager
def by_hand(url: str) -> Iterator[Any]:
    """A driver's own connection, as somebody at a prompt would have; every statement commits."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        with closing(driver.connect(str(address.database), isolation_level=None)) as connection:
            yield connection
    else:
        plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            yield connection


def rows(url: str, query: str = "SELECT * FROM entries ORDER BY id") -> list[tuple[Any, ...]]:
    with by_hand(url) as connection:
        return connection.execute(query).fetchall()


def destroy_keys(log: Log, stream: UUID | None = None) -> None:
    """As an erasure does: of all words, or of those in one stream."""
    for entry in log.recorder.select_notifications(None, 1000):
        if stream in (None, entry.originator_id):
            log.recorder.replace_key(entry, log.mapper.destroyed(entry))


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")
