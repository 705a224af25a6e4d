"""What it costs a page that looks are kept: one server, asked with looks and without, in turn.

Two servers beside each other differ by more than what is measured here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from statistics import median

from bench.measuring import Figures, Limit, Row
from bench.organisation import MANAGERS
from bench.peers.unlooked import UNLOOKED
from bench.rows.growing import newest
from bench.servers import AS_MANY_AS_THEY_LIKE, load, load_in_turn, serving
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
SERVE = [sys.executable, "-m", "bench.peers.unlooked"]
WITHOUT = f"; {UNLOOKED}"
"""What is sent behind the cookie of the session."""
AGAINST = "the same without looks"


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
            with serving(SERVE, workshop.folder / "looks.log", env) as port:
                for name, path, cookies in pages:
                    load(port, workshop.sizes.seconds / 4, "look", path, *cookies)  # warm
                    for people, limits in ((PEOPLE, MANY), (1, ONE)):
                        work = f"looks: {name}, {people} at once, {engine}"
                        asks = (path, WITHOUT, *cookies[:people])
                        yield _row(work, port, workshop.sizes.seconds, limits, asks)


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


def _row(
    work: str, port: int, seconds: float, limits: tuple[Limit, ...], asks: tuple[str, ...]
) -> Row:
    with_looks: list[Figures] = []
    without: list[Figures] = []
    alone = limits == ONE
    turn, turns = (seconds / 80, 80) if alone else (seconds / 4, 16)

    def ours() -> Figures:
        for figures, side in zip(
            load_in_turn(port, turn * turns, turn, *asks), (with_looks, without), strict=True
        ):
            side.append(figures)
        return with_looks[-1]

    def facts() -> Mapping[str, bool]:
        more = _p50(with_looks) - _p50(without)
        return {f"costs at most {MOST_ALONE} ms more, here {more:.2f}": more <= MOST_ALONE}

    return Row(work, AGAINST, ours, lambda: without[-1], limits, facts if alone else dict)


def _p50(runs: list[Figures]) -> float:
    return median(each["p50"] for each in runs)
