"""Everybody who made a declaration that a person may see, for the lists to choose from."""

from __future__ import annotations

import sqlalchemy as sa

from events.log.log import Log
from register.projections.register_list import Filter, columns, conditions
from register.reading.reader import Reader


def workers_seen(log: Log, read: Reader, by: str) -> set[str]:
    query = sa.select(columns.worker).where(*conditions(Filter(), read.sight(by))).distinct()
    with log.database.read() as connection:
        return set(connection.execute(query).scalars())
