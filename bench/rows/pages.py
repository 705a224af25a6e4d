"""Pages over HTTP, four people at once, beside the same template with nothing behind it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing

from bench.measuring import Figures, Limit, Row, Side
from bench.organisation import MANAGERS
from bench.rows.growing import newest
from bench.servers import load, serving
from bench.workshop import ENGINES, Workshop
from register.opening import open_register
from register.settings import Settings
from web.signed_in import COOKIE

PEOPLE = 4
LIMITS = (Limit("rate", "pages/s", floor=0.5, aim=0.8),)


def rows(workshop: Workshop) -> Iterator[Row]:
    for engine in ENGINES:
        with workshop.filled(engine, workshop.sizes.small) as settings:
            with closing(open_register(settings)) as register:
                worker, declaration = newest(register)
                begin = register.signing_in.begin
                sessions = {person: begin(person) for person in (worker, MANAGERS[0])}
            for name, person, path in (
                ("home of a worker", worker, "/"),
                ("a declaration", worker, f"/declarations/{declaration}"),
                ("inbox of a line manager", MANAGERS[0], "/inbox"),
            ):
                yield from _beside(workshop, settings, f"{name}, {engine}", person, path, sessions)


def _beside(
    workshop: Workshop,
    settings: Settings,
    work: str,
    person: str,
    path: str,
    sessions: dict[str, str],
) -> Iterator[Row]:
    env = {
        "REGISTER_DATA_DIR": str(settings.data_dir),
        "REGISTER_DATABASE_URL": settings.url(),
    }
    ours = [sys.executable, "-m", "register", "serve"]
    bare = [sys.executable, "-m", "bench.peers.page", person, path]
    cookies = [f"{COOKIE}={sessions[person]}"] * PEOPLE
    with (
        serving(ours, workshop.folder / "pages.log", env) as port,
        serving(bare, workshop.folder / "page.log", env) as bare_port,
    ):
        yield Row(
            f"page: {work}",
            "the same template rendered by a bare endpoint",
            _looked_at(workshop, port, path, cookies),
            _looked_at(workshop, bare_port, path, cookies),
            LIMITS,
        )


def _looked_at(workshop: Workshop, port: int, path: str, cookies: list[str]) -> Side:
    load(port, workshop.sizes.seconds / 4, "look", path, *cookies)  # warm, and not measured

    def side() -> Figures:
        return load(port, workshop.sizes.seconds / 2, "look", path, *cookies)

    return side
