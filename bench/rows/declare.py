"""Declaring over HTTP, sixteen workers at once, beside a bare endpoint and beside Django."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa

from bench import organisation
from bench.measuring import Figures, Limit, Row, Side
from bench.servers import AS_MANY_AS_THEY_LIKE, ROOT, load, serving
from bench.workshop import ENGINES, FOLDER, Workshop

CLIENTS = 16
WORKERS = organisation.WORKERS[:CLIENTS]
AGAINST_BARE = {
    "sqlite": (
        Limit("rate", "declarations/s", floor=0.5, aim=1.0),
        Limit("p99", "ms", floor=0.25, aim=0.25, at_most=True),
    ),
    "postgresql": (Limit("rate", "declarations/s", floor=0.3, aim=0.7),),
}
AGAINST_DJANGO = (Limit("rate", "declarations/s", floor=2.0, aim=4.0),)
ALSO_SHOWN = ("p50", "p99", "client")

PYTHON = FOLDER / "django" / "bin" / "python"
REQUIREMENTS = ROOT / "requirements-bench.txt"


def rows(workshop: Workshop) -> Iterator[Row]:
    for engine in ENGINES:
        with register(workshop, engine) as ours:
            with bare(workshop, engine) as theirs:
                yield Row(
                    f"declare over HTTP, {engine}, {CLIENTS} clients",
                    "a bare endpoint that validates and inserts a row",
                    ours,
                    theirs,
                    AGAINST_BARE[engine],
                )
            with django(workshop, engine) as theirs:
                yield Row(
                    f"declare over HTTP, {engine}, {CLIENTS} clients",
                    "Django 5.2, REST framework, django-simple-history",
                    ours,
                    theirs,
                    AGAINST_DJANGO,
                )


@contextmanager
def register(workshop: Workshop, engine: str) -> Iterator[Side]:
    with workshop.empty(engine) as settings:
        tokens = organisation.prepare(settings, WORKERS)
        command = [sys.executable, "-m", "register", "serve"]
        env = {
            "REGISTER_DATA_DIR": str(settings.data_dir),
            "REGISTER_DATABASE_URL": settings.url(),
            "REGISTER_LAST_RESORT": ",".join(organisation.MANAGERS[:2]),
            **AS_MANY_AS_THEY_LIKE,
        }
        with serving(command, workshop.folder / "register.log", env) as port:
            yield _loaded(workshop, port, tokens)


@contextmanager
def bare(workshop: Workshop, engine: str) -> Iterator[Side]:
    with workshop.database(engine) as url:
        command = [sys.executable, "-m", "bench.peers.bare", url]
        with serving(command, workshop.folder / "bare.log", {}) as port:
            yield _loaded(workshop, port, ["none"] * CLIENTS)


@contextmanager
def django(workshop: Workshop, engine: str) -> Iterator[Side]:
    """Under gunicorn, in a process for each core, four threads each: the best of those tried."""
    _install_django()
    with workshop.database(engine) as url:
        env = _django_environment(url)
        prepared = subprocess.run(
            [PYTHON, "-m", "tracker.prepare", str(CLIENTS)],
            cwd=ROOT / "bench" / "peers",
            env={**os.environ, **env},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=120,
        )
        command = [str(PYTHON), "-m", "gunicorn", "--chdir=bench/peers", *GUNICORN, "tracker.wsgi"]
        said = workshop.folder / "django.log"
        with serving(command, said, env, "--bind=127.0.0.1:{}") as port:
            yield _loaded(workshop, port, prepared.stdout.split())


GUNICORN = (
    "--worker-class=gthread",
    "--workers=2",
    "--threads=4",
    "--keep-alive=75",
    "--no-control-socket",
)


def _loaded(workshop: Workshop, port: int, tokens: list[str]) -> Side:
    load(port, workshop.sizes.seconds / 4, "declare", *tokens)  # warm, and not measured

    def side() -> Figures:
        return load(port, workshop.sizes.seconds, "declare", *tokens)

    return side


def _django_environment(url: str) -> Mapping[str, str]:
    address = sa.make_url(url)
    env = {"TRACKER_SECRET": secrets.token_hex(32), "TRACKER_DATABASE": address.database or ""}
    if address.get_backend_name() == "postgresql":
        env["TRACKER_HOST"] = str(address.query["host"])
        env["TRACKER_PORT"] = str(address.query["port"])
    return env


def _install_django() -> None:
    """Into a virtual environment of its own: the register needs none of it."""
    stamp = PYTHON.parent.parent / "installed"
    if stamp.exists() and stamp.read_bytes() == REQUIREMENTS.read_bytes():
        return
    folder = str(PYTHON.parent.parent)
    uv = ["sh", str(ROOT / "scripts" / "uv")]
    install = ["pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes"]
    for arguments in (
        ["venv", "--quiet", "--clear", "--python", sys.executable, folder],
        [*install, "-r", str(REQUIREMENTS)],
    ):
        subprocess.run([*uv, *arguments], check=True, timeout=300)
    stamp.write_bytes(REQUIREMENTS.read_bytes())
