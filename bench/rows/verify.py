"""Verifying a whole log beside a bare digest of the same rows; and a proof from a large tree beside
one from a small tree."""

from __future__ import annotations

import hashlib
import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.measuring import Figures, Limit, Row, Side
from bench.workshop import ENGINES, Workshop
from events.log.database import Database
from events.log.mapper import SealingMapper
from register.console.verifying import verify
from register.proving import tables
from register.proving.following import add_leaves, follow
from register.proving.growing import Edge
from register.proving.stored_tree import StoredTree
from register.proving.verifying import ROWS
from register.setup.keys import keyring
from register.setup.settings import Settings

RATE = (Limit("rate", "entries/s", floor=0.25, aim=0.35),)
PROOF = (Limit("time", "ms", floor=2.0, aim=1.5, at_most=True),)
LARGE, SMALL = 1_000_000, 1_000
AT_MOST = 5.0
"""Milliseconds for one proof."""
PROOFS = 200
AT_ONCE = 10_000


def rows(workshop: Workshop) -> Iterator[Row]:
    large = workshop.sizes.large
    for engine in ENGINES:
        with workshop.filled(engine, large) as filled:
            with closing(opened(filled)) as database:
                follow(database)
            yield Row(
                f"verify {large:,} entries, {engine}",
                "SHA-256 over a bare SELECT of the same rows (entry, leaf, key)",
                verifying(filled),
                digesting(filled),
                RATE,
            )
    yield from proofs(LARGE if large >= 20_000 else 50 * SMALL)


def opened(settings: Settings) -> Database:
    return Database(settings.url(), role=settings.role(), longest=None)


def verifying(settings: Settings) -> Side:
    def go() -> Figures:
        mapper = SealingMapper(keyring(settings, may_make=False))
        with closing(opened(settings)) as database:
            began = time.perf_counter()
            done = verify(database, mapper, [], [], [], lambda _done, _total: None)
            took = time.perf_counter() - began
        assert not done.faults, done.faults[:3]
        return {"rate": done.entries / took}

    return go


def digesting(settings: Settings) -> Side:
    def go() -> Figures:
        with closing(opened(settings)) as database, database.read() as connection:
            began, number, position = time.perf_counter(), 0, 0
            while found := connection.execute(ROWS, {"position": position}).all():
                for row in found:
                    hashlib.sha256(row[4]).digest()
                number, position = number + len(found), found[-1][0]
            return {"rate": number / (time.perf_counter() - began)}

    return go


def proofs(large: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        databases = [grown(Path(folder) / f"{size}.sqlite", size) for size in (large, SMALL)]
        ours, theirs = (proving(each) for each in databases)
        yield Row(
            f"a proof of inclusion from {large:,} entries, sqlite",
            f"the same from {SMALL:,}",
            ours,
            theirs,
            PROOF,
            lambda: {f"takes less than {AT_MOST:g} ms": ours()["time"] < AT_MOST},
        )
        for each in databases:
            each.close()


def grown(file: Path, size: int) -> Database:
    """A tree of made-up leaves."""
    database = Database(f"sqlite:///{file}")
    tables.metadata.create_all(database.engine)
    edge = Edge()
    for start in range(0, size, AT_ONCE):
        new = [(index + 1, os.urandom(32)) for index in range(start, min(size, start + AT_ONCE))]
        with database.write() as connection:
            add_leaves(connection, edge, new)
    return database


def proving(database: Database) -> Side:
    with database.read() as connection:
        size = StoredTree(connection).size()

    def go() -> Figures:
        chance, took = random.Random(1), []
        for _ in range(PROOFS):
            index = chance.randrange(size)
            began = time.perf_counter()
            with database.read() as connection:
                StoredTree(connection).inclusion(index, size)
            took.append(1000 * (time.perf_counter() - began))
        return {"time": sorted(took)[PROOFS // 2]}

    return go
