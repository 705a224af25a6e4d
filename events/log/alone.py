"""A connection to PostgreSQL that is nobody else's, and whose loss is noticed within seconds."""

from __future__ import annotations

from typing import Any

from events.log.database import Database
from events.log.waiting import PatientConnection

LONGEST = 5.0
"""Seconds that one wait for an answer may take."""
KEPT_ALIVE: dict[str, Any] = {
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
    "connect_timeout": 5,
}
"""On our side: a connection that is silent for five seconds is tried."""
ON_ITS_SIDE = ("tcp_keepalives_idle = 5", "tcp_keepalives_interval = 1", "tcp_keepalives_count = 3")


def connection_alone(database: Database) -> PatientConnection:
    """A new connection beside all others, each of whose statements is committed by itself. Raises
    `psycopg.OperationalError` if there is none to be had."""
    engine = database.engine
    given, named = engine.dialect.create_connect_args(engine.url)
    connection = PatientConnection.connect(*given, **{**named, **KEPT_ALIVE}, autocommit=True)
    connection.longest = LONGEST
    for setting in ON_ITS_SIDE:
        connection.execute(f"SET {setting}".encode())
    return connection
