"""What people do most, in a large register beside a small one: it may not become slower.

Besides the time, the statements must be the same, and none may walk through a table that grows.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from bench.bodies import waiting_gift
from bench.measuring import Figures, Limit, Row
from bench.organisation import MANAGERS, WORKERS
from bench.workshop import ENGINES, Workshop
from register.reading import seen_up_to
from register.register import Register
from register.setup.opening import open_register

LIMITS = (Limit("time", "ms", floor=1.5, aim=1.1, at_most=True),)
GROWING = (
    "asked_as_well",
    "barred",
    "carried",
    "checkpoints",
    "cosignatures",
    "elsewhere",
    "entries",
    "entry_keys",
    "exclusions",
    "further",
    "inbox",
    "looked_at",
    "looks",
    "named",
    "news",
    "notices",
    "outbox",
    "photographs",
    "register_list",
    "seen",
    "seen_up_to",
    "service_users",
    "settled",
    "told",
    "tree_leaves",
    "tree_nodes",
    "worker_record",
)
STEPS = re.compile(rf"\b(?:SCAN|Seq Scan on) (?:{'|'.join(GROWING)})\b")
"""How either engine says that it walks through a table."""


@dataclass
class Statement:
    text: str
    parameters: Any


@dataclass
class Watched:
    """A register, and what it sent to its database."""

    register: Register
    declaration: str
    """One that its worker may look at."""
    worker: str
    sent: list[Statement] = field(default_factory=list)

    def statements(self, call: Call) -> list[Statement]:
        self.sent.clear()
        call(self)
        return [each for each in self.sent if not each.text.startswith(TRANSACTION)]


Call = Callable[[Watched], None]
TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")


def inbox(watched: Watched) -> None:
    watched.register.read.waiting(MANAGERS[0], None, 25)


def news(watched: Watched) -> None:
    """Of whoever has looked at what there was."""
    watched.register.read.news(MANAGERS[0], 5)


def declaration(watched: Watched) -> None:
    watched.register.look_at(watched.worker, watched.declaration)


def declare(watched: Watched) -> None:
    body = waiting_gift(random.Random(), datetime.now(UTC))
    watched.register.declare(WORKERS[0], str(uuid4()), body)


CALLS = (inbox, news, declaration, declare)


def rows(workshop: Workshop) -> Iterator[Row]:
    sizes = workshop.sizes
    for engine in ENGINES:
        with ExitStack() as opened:
            large = opened.enter_context(watched(workshop, engine, sizes.large))
            small = opened.enter_context(watched(workshop, engine, sizes.small))
            for call in CALLS:
                name = f"{call.__name__} at {sizes.large:,} entries, {engine}"
                yield beside(name, f"the same at {sizes.small:,}", call, large, small, sizes.calls)


def beside(work: str, against: str, call: Call, large: Watched, small: Watched, times: int) -> Row:
    return Row(
        work,
        against,
        lambda: timed(call, large, times),
        lambda: timed(call, small, times),
        LIMITS,
        lambda: facts(call, large, small),
    )


@contextmanager
def watched(workshop: Workshop, engine: str, entries: int) -> Iterator[Watched]:
    with (
        workshop.filled(engine, entries) as settings,
        closing(open_register(settings)) as register,
    ):
        worker, chosen = newest(register)
        found = Watched(register, str(chosen), worker)

        @sa.event.listens_for(register.log.database.engine, "before_cursor_execute")
        def remember(_connection, _cursor, text, parameters, _context, many) -> None:
            is_list = many and isinstance(parameters, list)
            found.sent.append(Statement(text, parameters[0] if is_list else parameters))

        with register.log.database.write() as connection:
            seen_up_to.mark_all(connection, MANAGERS[0], register.log.last_position())
        for call in CALLS:  # the first of a day does more
            call(found)
        yield found


def newest(register: Register) -> tuple[str, object]:
    query = sa.text("SELECT worker, declaration FROM worker_record ORDER BY first_position DESC")
    with register.log.database.read() as connection:
        row = connection.execute(query.columns(worker=sa.Text, declaration=sa.Uuid)).first()
    assert row is not None
    return row.worker, row.declaration


def timed(call: Call, watched: Watched, times: int) -> Figures:
    """The median of so many calls, in milliseconds."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        call(watched)
        took.append(1000 * (time.perf_counter() - began))
    return {"time": median(took)}


def facts(call: Call, large: Watched, small: Watched) -> Mapping[str, bool]:
    ours, theirs = large.statements(call), small.statements(call)
    return {
        f"sends the same {len(ours)} statements": [each.text for each in ours]
        == [each.text for each in theirs],
        "walks through no table that grows": not list(walks(large, ours)),
    }


def walks(watched: Watched, statements: list[Statement]) -> Iterator[str]:
    """The statements that walk through a table that grows, as the database itself explains."""
    database = watched.register.log.database
    explain = "EXPLAIN QUERY PLAN " if database.dialect == "sqlite" else "EXPLAIN "
    with database.engine.connect() as connection:
        for each in statements:
            plan = connection.exec_driver_sql(explain + each.text, each.parameters).all()
            if STEPS.search("\n".join(map(str, plan))):
                yield each.text
