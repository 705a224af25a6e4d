"""Every declaration as it stood, from the log alone, beside reading the entries' JSON.

Each entry's seal is opened, whether words are wanted or not: else an edited entry would pass. The
peer looks at no seal, and reads no keys.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import orjson
import sqlalchemy as sa

from bench.measuring import Figures, Limit, Row, Side
from bench.workshop import ENGINES, Workshop
from events.log.database import Database
from events.log.tables import entries
from register.declarations.replaying import declarations_at
from register.setup.opening import open_log
from register.setup.settings import Settings

LIMITS = (Limit("rate", "entries/s", floor=0.25, aim=0.4),)
BATCH = 1000


def rows(workshop: Workshop) -> Iterator[Row]:
    size = workshop.sizes.large
    for engine in ENGINES:
        with workshop.filled(engine, size) as settings:
            yield Row(
                f"replay {size:,} entries to objects, {engine}",
                "SELECT and orjson",
                replaying(settings),
                reading(settings),
                LIMITS,
            )


def replaying(settings: Settings) -> Side:
    def side() -> Figures:
        with closing(open_log(settings)) as log:
            began, last = time.perf_counter(), log.last_position()
            for _ in declarations_at(log, last, words=False):
                pass
            return {"rate": last / (time.perf_counter() - began)}

    return side


def reading(settings: Settings) -> Side:
    query = sa.select(entries).order_by(entries.c.id)

    def side() -> Figures:
        with closing(Database(settings.url())) as database, database.engine.connect() as connection:
            began, count = time.perf_counter(), 0
            for row in connection.execute(query, execution_options={"yield_per": BATCH}):
                orjson.loads(row.state)
                count += 1
            return {"rate": count / (time.perf_counter() - began)}

    return side
