"""How soon a declaration is proved, at a steady pace and in a burst; and what promises and proofs
cost a declaration: the same server with them and without, in turn."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import httpx
import sqlalchemy as sa

from bench import organisation
from bench.declaring import CLIENTS, MISSED, Declaring, figures, waits
from bench.measuring import Figures, Limit, Row
from bench.servers import AS_MANY_AS_THEY_LIKE, HOST, ROOT, load, serving
from bench.workshop import ENGINES, Workshop
from events.log.database import Database
from events.log.tables import entries
from register.proving.tables import tree_leaves
from register.setup.settings import Settings

SOON = (Limit("p99", "ms", floor=1.0, aim=0.5, at_most=True),)
COST = (Limit("rate", "declarations/s", floor=0.7, aim=0.8),)
AT_PACE, IN_BURST = 2000, 5000
"""Milliseconds."""
PACE, BURST = 100, 1000
"""Declarations a second, and at once."""
LOOKS_EVERY = 0.02
SERVE = [sys.executable, "-m", "register", "serve"]
SIGN = [sys.executable, "-m", "register", "sign"]
WITHOUT = [sys.executable, "-m", "bench.peers.unproved"]
INDEXES = (
    sa.select(entries.c.originator_id, tree_leaves.c.index)
    .join(tree_leaves, tree_leaves.c.position == entries.c.id)
    .where(
        entries.c.originator_version == 1,
        entries.c.originator_id.in_(sa.bindparam("streams", expanding=True)),
    )
)


@dataclass
class Watch:
    """Asks for the checkpoint all the time, and notes when the signed tree had which size."""

    port: int
    seen: list[tuple[float, int]] = field(default_factory=list)
    _ends: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Watch:
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ends.set()
        self._thread.join()

    def _look(self) -> None:
        with httpx.Client(base_url=f"http://{HOST}:{self.port}", timeout=30) as client:
            while not self._ends.wait(LOOKS_EVERY):
                answer = client.get("/log/checkpoint")
                if answer.status_code == 200:
                    self.seen.append((time.time(), int(answer.text.split("\n")[1])))

    def arrived(self, indexes: Mapping[str, int]) -> Mapping[str, float]:
        """When each was first seen in the signed tree."""
        give_up_at = time.monotonic() + MISSED
        while not self.seen or self.seen[-1][1] <= max(indexes.values()):
            if time.monotonic() > give_up_at:
                raise RuntimeError("not everything was signed")
            time.sleep(0.1)
        return {
            one: next(moment for moment, size in self.seen if size > index)
            for one, index in indexes.items()
        }


def rows(workshop: Workshop) -> Iterator[Row]:
    for engine in ENGINES:
        with workshop.empty(engine) as settings:
            tokens = organisation.prepare(settings, organisation.WORKERS)
            yield from _soon(workshop, engine, settings, tokens, _settings(settings))
        with workshop.empty(engine) as proved, workshop.empty(engine) as unproved:
            yield _cost(workshop, engine, proved, unproved)


def _settings(settings: Settings) -> Mapping[str, str]:
    outside = settings.data_dir / "outside"
    outside.mkdir()
    return {
        "REGISTER_DATA_DIR": str(settings.data_dir),
        "REGISTER_DATABASE_URL": settings.url(),
        "REGISTER_LAST_RESORT": ",".join(organisation.MANAGERS[:2]),
        "REGISTER_CHECKPOINTS": str(outside),
        "REGISTER_LOG_ORIGIN": "register.example.org/log",
        **AS_MANY_AS_THEY_LIKE,
    }


def _soon(
    workshop: Workshop,
    engine: str,
    settings: Settings,
    tokens: Sequence[str],
    env: Mapping[str, str],
) -> Iterator[Row]:
    with ExitStack() as undo:
        port = undo.enter_context(serving(SERVE, workshop.folder / "receipts.log", env))
        undo.enter_context(signing(workshop, engine, env))
        declaring = Declaring(undo, port)
        seconds = workshop.sizes.seconds
        _proved(settings, port, lambda: declaring.at_once(tokens))  # warm, and not measured

        def steadily() -> Mapping[str, float]:
            times = max(1, round(seconds * PACE / CLIENTS))
            return declaring.at_once(tokens, times, every=CLIENTS / PACE)

        def in_burst() -> Mapping[str, float]:
            return declaring.at_once(tokens, -(-BURST // CLIENTS))

        for work, declare, most in (
            (f"declared and proved, {engine}, {PACE} a second", steadily, AT_PACE),
            (f"declared and proved, {engine}, {BURST} at once", in_burst, IN_BURST),
        ):
            yield Row(
                work,
                "what it may take",
                lambda declare=declare: _proved(settings, port, declare),
                lambda most=most: {"p50": most, "p99": most},
                SOON,
            )


def _proved(settings: Settings, port: int, declare: Callable[[], Mapping[str, float]]) -> Figures:
    with Watch(port) as watch:
        began = declare()
        return figures(waits(began, watch.arrived(_indexes(settings, list(began)))))


def _indexes(settings: Settings, declared: Sequence[str]) -> Mapping[str, int]:
    """The index of each in the tree, once all are in it."""
    give_up_at = time.monotonic() + MISSED
    with closing(Database(settings.url())) as database:
        while True:
            with database.read() as connection:
                asked = {"streams": [UUID(each) for each in declared]}
                found = {str(one): index for one, index in connection.execute(INDEXES, asked)}
            if len(found) == len(declared):
                return found
            if time.monotonic() > give_up_at:
                raise RuntimeError("not everything is in the tree")
            time.sleep(0.1)


@contextmanager
def signing(workshop: Workshop, engine: str, env: Mapping[str, str]) -> Iterator[None]:
    """Inside, somebody signs: on SQLite the server does."""
    if engine == "sqlite":
        yield
        return
    with (workshop.folder / "signing.log").open("wb") as said:
        process = subprocess.Popen(
            SIGN, cwd=ROOT, env={**os.environ, **env}, stdout=said, stderr=said
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(15)


def _cost(workshop: Workshop, engine: str, proved: Settings, unproved: Settings) -> Row:
    """A register for each side: the tree of one does not have to take what the other declared."""
    ours, theirs = (
        (organisation.prepare(each, organisation.WORKERS[:CLIENTS]), _settings(each))
        for each in (proved, unproved)
    )

    def with_proofs() -> Figures:
        with signing(workshop, engine, ours[1]):
            return _declared(workshop, SERVE, *ours)

    return Row(
        f"declare with a promise and a proof, {engine}, {CLIENTS} clients",
        "the same without",
        with_proofs,
        lambda: _declared(workshop, WITHOUT, *theirs),
        COST,
    )


def _declared(
    workshop: Workshop, command: list[str], tokens: Sequence[str], env: Mapping[str, str]
) -> Figures:
    """A server of its own for each run: only one may serve a file of SQLite at a time."""
    with serving(command, workshop.folder / "receipts.log", env) as port:
        load(port, workshop.sizes.seconds / 4, "declare", *tokens)  # warm, and not measured
        return load(port, workshop.sizes.seconds, "declare", *tokens)
