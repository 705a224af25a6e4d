"""Making the read models again, beside a loop that decodes each entry and upserts one row."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bench.filling import make_read_models
from bench.measuring import Figures, Limit, Row, Side
from bench.servers import ROOT
from bench.workshop import ENGINES, Workshop
from events.log.database import Database
from events.log.tables import Moment, Position, entries
from register.setup.settings import Settings

RATE = (Limit("rate", "entries/s", floor=0.3, aim=0.6),)
FLAT = (Limit("peak", "MiB", floor=1.2, aim=1.1, at_most=True),)
BATCH = 1000

latest = sa.Table(
    "bench_latest",
    sa.MetaData(),
    sa.Column("stream", sa.Uuid, primary_key=True),
    sa.Column("position", Position, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("clause", sa.Text),
    sa.Column("recorded_at", Moment, nullable=False),
)


def rows(workshop: Workshop) -> Iterator[Row]:
    small, large = workshop.sizes.small, workshop.sizes.large
    for engine in ENGINES:
        with workshop.filled(engine, large) as filled:
            yield Row(
                f"rebuild from {large:,} entries, {engine}",
                "SELECT, decode and one upsert an entry",
                rebuilding(filled),
                upserting(filled),
                RATE,
            )
            with workshop.filled(engine, small) as little:
                yield Row(
                    f"memory of a rebuild from {large:,} entries, {engine}",
                    f"the same from {small:,}",
                    peak(filled),
                    peak(little),
                    FLAT,
                )


def rebuilding(settings: Settings) -> Side:
    count = _count(settings)

    def side() -> Figures:
        began = time.perf_counter()
        make_read_models(settings)
        return {"rate": count / (time.perf_counter() - began)}

    return side


def upserting(settings: Settings) -> Side:
    def side() -> Figures:
        with closing(Database(settings.url())) as database:
            began = time.perf_counter()
            count = upsert_each(database)
            return {"rate": count / (time.perf_counter() - began)}

    return side


def upsert_each(database: Database) -> int:
    """A row for each stream, as its last entry leaves it; all in one transaction."""
    insert = (sqlite if database.dialect == "sqlite" else postgresql).insert(latest)
    columns = ("position", "topic", "clause", "recorded_at")
    upsert = insert.on_conflict_do_update(
        index_elements=[latest.c.stream], set_={name: insert.excluded[name] for name in columns}
    )
    count = 0
    with database.engine.connect() as reading, database.write() as connection:
        latest.drop(connection, checkfirst=True)
        latest.create(connection)
        query = sa.select(entries).order_by(entries.c.id)
        for row in reading.execute(query, execution_options={"yield_per": BATCH}):
            connection.execute(
                upsert,
                {
                    "stream": row.originator_id,
                    "position": row.id,
                    "topic": row.topic,
                    "clause": (orjson.loads(row.state).get("source") or {}).get("clause"),
                    "recorded_at": row.recorded_at,
                },
            )
            count += 1
    return count


def _count(settings: Settings) -> int:
    with closing(Database(settings.url())) as database, database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(entries)).scalar_one()


def peak(settings: Settings) -> Side:
    """The most memory that a process of its own has taken for a rebuild."""

    def side() -> Figures:
        done = subprocess.run(
            [sys.executable, "-m", "bench.rows.rebuild", str(settings.data_dir), settings.url()],
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            timeout=600,
        )
        return {"peak": json.loads(done.stdout)}

    return side


def most_memory() -> float:
    """Of this process since it began, in MiB. `ru_maxrss` would be that of whoever started it."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        sys.exit("The memory of a rebuild is measured by /proc/self/status, which is not here.")
    (found,) = re.findall(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found) / 1024


if __name__ == "__main__":
    make_read_models(Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2]))
    print(most_memory())
