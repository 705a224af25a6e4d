"""Pages over HTTP, four people at once, beside the same template with nothing behind it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing

from bench.measuring import Figures, Limit, Row, Side
from bench.organisation import MANAGERS
from bench.rows.growing import newest
from bench.servers import AS_MANY_AS_THEY_LIKE, load, serving
from bench.workshop import ENGINES, Workshop
from register.setup.opening import open_register
from tests.sessions import verified
from web.requests.session import COOKIE

PEOPLE = 4
LIMITS = (Limit("rate", "pages/s", floor=0.5, aim=0.8),)


def rows(workshop: Workshop) -> Iterator[Row]:
    for engine in ENGINES:
        with workshop.filled(engine, workshop.sizes.small) as settings:
            with closing(open_register(settings)) as register:
                worker, declaration = newest(register)
                cookies = {
                    each: f"{COOKIE}={verified(register, each)}" for each in (worker, MANAGERS[0])
                }
            env = {
                "REGISTER_DATA_DIR": str(settings.data_dir),
                "REGISTER_DATABASE_URL": settings.url(),
                "REGISTER_LAST_RESORT": ",".join(MANAGERS[:2]),
                **AS_MANY_AS_THEY_LIKE,
            }
            command = [sys.executable, "-m", "register", "serve"]
            with serving(command, workshop.folder / "pages.log", env) as port:
                for name, person, path in (
                    ("home of a worker", worker, "/"),
                    ("a declaration", worker, f"/declarations/{declaration}"),
                    ("inbox of a line manager", MANAGERS[0], "/inbox"),
                ):
                    bare = [sys.executable, "-m", "bench.peers.page", person, path]
                    with serving(bare, workshop.folder / "page.log", env) as bare_port:
                        yield Row(
                            f"page: {name}, {engine}",
                            "the same template rendered by a bare endpoint",
                            _looked_at(workshop, port, path, cookies[person]),
                            _looked_at(workshop, bare_port, path, cookies[person]),
                            LIMITS,
                        )


def _looked_at(workshop: Workshop, port: int, path: str, cookie: str) -> Side:
    looks = (path, *[cookie] * PEOPLE)
    load(port, workshop.sizes.seconds / 4, "look", *looks)  # warm, and not measured

    def side() -> Figures:
        return load(port, workshop.sizes.seconds / 2, "look", *looks)

    return side
