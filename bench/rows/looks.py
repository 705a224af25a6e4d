"""What it costs a page that looks are kept: the same server with looks and without, in turn."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from statistics import median

from bench.measuring import Figures, Limit, Row, Side
from bench.organisation import MANAGERS
from bench.rows.growing import newest
from bench.servers import AS_MANY_AS_THEY_LIKE, load, serving
from bench.workshop import ENGINES, Workshop
from register.setup.opening import open_register
from register.setup.settings import Settings
from tests.sessions import verified
from web.requests.session import COOKIE

PEOPLE = 16
MOST_ALONE = 1.0
"""Milliseconds."""
MANY = (Limit("rate", "pages/s", floor=0.95, aim=1.0),)
ONE = (Limit("p50", "ms", floor=1.5, aim=1.1, at_most=True),)
SERVE = [sys.executable, "-m", "register", "serve"]
WITHOUT = [sys.executable, "-m", "bench.peers.unlooked"]


def rows(workshop: Workshop) -> Iterator[Row]:
    for engine in ENGINES:
        with workshop.filled(engine, workshop.sizes.small) as settings:
            pages = _pages(settings)
            env = {
                "REGISTER_DATA_DIR": str(settings.data_dir),
                "REGISTER_DATABASE_URL": settings.url(),
                "REGISTER_LAST_RESORT": ",".join(MANAGERS[:2]),
                **AS_MANY_AS_THEY_LIKE,
            }
            for name, path, cookies in pages:
                for people in (PEOPLE, 1):
                    asks = (path, *cookies[:people])
                    sides = (_served(workshop, command, env, asks) for command in (SERVE, WITHOUT))
                    yield _row(f"looks: {name}, {people} at once, {engine}", people, *sides)


def _pages(settings: Settings) -> list[tuple[str, str, list[str]]]:
    with closing(open_register(settings)) as register:
        _, declaration = newest(register)
        above = (
            register.read.directory()
            .people[
                register.unguarded.declaration(declaration).worker  # type: ignore[union-attr]
            ]
            .line_manager
        )
        those = (MANAGERS[each % len(MANAGERS)] for each in range(PEOPLE))
        managers = [f"{COOKIE}={verified(register, each)}" for each in those]
        readers = [f"{COOKIE}={verified(register, str(above))}" for _ in range(PEOPLE)]
    return [
        ("a declaration for the line manager", f"/declarations/{declaration}", readers),
        ("inbox of a line manager", "/inbox", managers),
    ]


def _served(
    workshop: Workshop, command: list[str], env: Mapping[str, str], asks: tuple[str, ...]
) -> Side:
    """A server of its own for each run: only one may serve a file of SQLite at a time."""

    def side() -> Figures:
        with serving(command, workshop.folder / "looks.log", env) as port:
            load(port, workshop.sizes.seconds / 4, "look", *asks)  # warm, and not measured
            return load(port, workshop.sizes.seconds / 2, "look", *asks)

    return side


def _row(work: str, people: int, ours: Side, theirs: Side) -> Row:
    took: dict[str, list[float]] = {"ours": [], "theirs": []}

    def noted(side: Side, name: str) -> Side:
        def noting() -> Figures:
            figures = side()
            took[name].append(figures["p50"])
            return figures

        return noting

    def facts() -> Mapping[str, bool]:
        more = median(took["ours"]) - median(took["theirs"])
        return {f"costs at most {MOST_ALONE} ms more, here {more:.2f}": more <= MOST_ALONE}

    return Row(
        work,
        "the same without looks",
        noted(ours, "ours"),
        noted(theirs, "theirs"),
        MANY if people > 1 else ONE,
        facts if people == 1 else dict,
    )
