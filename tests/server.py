"""The register as its users have it: its commands, and a server that is a process of its own."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import httpx
import sqlalchemy as sa
import structlog
from sqlalchemy.pool import NullPool

from events.log.database import APPEND_LOCK, engine_to
from register.__main__ import main
from register.register import Register
from register.setup.opening import open_register
from register.setup.settings import Settings
from tests.sessions import verified

PROJECT = Path(__file__).parent.parent
CASES = PROJECT / "tests" / "cases"
PEOPLE = ("amina", "gus", "ben", "carol", "eve", "femi", "dana", "dev", "ada")
"""Everybody in people.csv."""
NOBODY = "nobody"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 20


class Done(NamedTuple):
    """How a command ended, and what it wrote to its standard output and error."""

    code: int
    output: str
    errors: str


SERVER_USER = "register_server"
"""As whom servers log in to PostgreSQL: the same user in all of a run's databases."""
AS_MANY_AS_THEY_LIKE = "1000000"
"""Tests do in a second what people do in a day."""
SERVE = ("register", "serve", "--port", "0")


LOOKS, TREE = {"looks", "looked_at"}, {"tree_leaves", "tree_nodes", "checkpoints", "signing"}


@dataclass
class Installation:
    """A data folder and a database, with what is needed to run commands on them.

    `database_url` is the owner's; with `server_user` the server logs in as that user.
    """

    folder: Path
    database_url: str
    settings: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    server_user: str | None = None

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def env(self) -> dict[str, str]:
        """This process's surroundings without any setting of the register's own."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("REGISTER_")}
        own = {
            "REGISTER_DATA_DIR": str(self.data_dir),
            "REGISTER_DATABASE_URL": self.server_url,
            "REGISTER_LAST_RESORT": "dana,carol",
            "REGISTER_CHANGES_A_MINUTE": AS_MANY_AS_THEY_LIKE,
            "REGISTER_CALLS_A_MINUTE": AS_MANY_AS_THEY_LIKE,
            "PYTHONWARNINGS": "error",
        }
        if self.server_user is not None:
            own["REGISTER_OWNER_URL"] = self.database_url
        return {**kept, **own, **self.settings}

    @property
    def server_url(self) -> str:
        if self.server_user is None:
            return self.database_url
        url = sa.make_url(self.database_url).set(username=self.server_user, password="geheim")
        return url.render_as_string(hide_password=False)

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    def command(self, *words: str) -> Done:
        """Run one of the register's commands to its end, whatever comes of it."""
        with (
            patch.dict(os.environ, self.env, clear=True),
            patch.object(sys, "argv", ["register", *words]),
            redirect_stdout(io.StringIO()) as output,
            redirect_stderr(io.StringIO()) as errors,
            as_no_server(),
        ):
            try:
                main()
            except SystemExit as end:
                code = end.code
            else:
                code = 0
        assert isinstance(code, int), code
        return Done(code, output.getvalue(), errors.getvalue())

    def process(self, *words: str) -> Done:
        """The same as a process of its own: what is true of all commands is tried with it."""
        done = subprocess.run(
            [sys.executable, "-m", "register", *words],
            cwd=PROJECT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def run(self, *words: str) -> list[str]:
        """Run a command that has to go well; gives the lines it prints."""
        done = self.command(*words)
        assert done.code == 0, f"{' '.join(words)}: {done.output}{done.errors}"
        return done.output.splitlines()

    def set_up(self) -> None:
        """The database in today's shape, the cast in the directory, a token for each of them."""
        if not self.is_sqlite:
            self.run("migrate")
        self.load(CASES)
        self.give_tokens(*PEOPLE)

    def load(self, files: Path) -> list[str]:
        return self.run(
            *("directory", "load"),
            *("--people", str(files / "people.csv")),
            *("--services", str(files / "services.csv")),
            *("--service-users", str(files / "service_users.csv")),
        )

    def give_tokens(self, *people: str) -> None:
        self.tokens |= zip(people, self.run("token", "create", *people), strict=True)

    def session(self, person: str) -> str:
        """A session that somebody has just begun by a passkey: its secret."""
        with self.opened() as register:
            return verified(register, person)

    @contextmanager
    def opened(self) -> Iterator[Register]:
        """The register itself, beside any server."""
        with patch.dict(os.environ, self.env, clear=True):
            register = open_register(Settings.from_environment())
        with closing(register):
            yield register

    @contextmanager
    def serving(self, *program: str) -> Iterator[Server]:
        """A running server: `register serve`, or another module with its arguments."""
        server = Server(self, program or SERVE)
        try:
            server.start()
            yield server
        finally:
            server.end()

    @contextmanager
    def connected(self) -> Iterator[sa.Connection]:
        """A connection to the database, as its owner."""
        engine = engine_to(self.database_url, poolclass=NullPool)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()

    def rows(self) -> dict[str, int]:
        """How many rows each table has, but those of looks, as whoever is shown an answer looked,
        and those of the tree, which follows the log."""
        with self.connected() as connection:
            tables = sorted({*sa.inspect(connection).get_table_names()} - LOOKS - TREE)
            counts = [connection.exec_driver_sql(f"SELECT count(*) FROM {each}") for each in tables]
            return dict(zip(tables, (count.scalar_one() for count in counts), strict=True))

    @contextmanager
    def append_lock(self) -> Iterator[None]:
        """Holds what every append takes first, as another process that writes would."""
        with self.connected() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({APPEND_LOCK})")
            yield
            connection.rollback()


@contextmanager
def as_no_server() -> Iterator[None]:
    """A command writes no log; another test of this process may have been a server."""
    before = structlog.get_config() if structlog.is_configured() else None
    structlog.reset_defaults()
    try:
        yield
    finally:
        if before is not None:
            structlog.configure(**before)


@contextmanager
def servers_with_the_cast(
    new_installation: Callable[..., Installation],
) -> Iterator[Callable[[str], Server]]:
    """A running server on each engine, once it is asked for."""
    running: dict[str, Server] = {}
    with ExitStack() as undo:

        def on_engine(engine: str) -> Server:
            if engine not in running:
                installation = new_installation(engine)
                installation.set_up()
                running[engine] = undo.enter_context(installation.serving())
            return running[engine]

        yield on_engine


class Server:
    """A server program on an installation; may be stopped or killed, and started again."""

    def __init__(self, installation: Installation, program: Sequence[str] = SERVE) -> None:
        self.installation = installation
        self.program = program
        self.output = installation.folder / "server.out"
        self.errors = installation.folder / "server.err"
        """What it writes to its standard output and error, from all of its starts."""
        self.url = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: dict[str, httpx.Client] = {}

    def start(self) -> None:
        said = self.errors.stat().st_size if self.errors.exists() else 0
        with self.output.open("ab") as output, self.errors.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.leash", *self.program],
                cwd=PROJECT,
                env=self.installation.env,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=errors,
            )
        self.url = self._announced(said)

    def _announced(self, after: int) -> str:
        """The address that it names in its log, once it can be reached."""
        give_up_at = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < give_up_at and self._running.poll() is None:
            for line in self.logged(after):
                if line.get("event") == "serving":
                    return str(line["url"])
            time.sleep(0.02)
        raise AssertionError(f"the server did not start:\n{self.errors.read_text()}")

    def logged(self, after: int = 0) -> list[dict[str, Any]]:
        """The lines of its log that are complete, from a byte of the file on."""
        written = self.errors.read_bytes()[after:]
        complete = written[: written.rfind(b"\n") + 1]
        return [json.loads(line) for line in complete.splitlines()]

    @property
    def pid(self) -> int:
        return self._running.pid

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the server has not been started"
        return self._process

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop, as a service manager does; gives its exit code."""
        self._running.send_signal(by)
        return self._gone()

    def kill(self) -> None:
        self._running.kill()
        self._gone()

    def _gone(self) -> int:
        process = self._running
        try:
            code = process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            assert process.stdin is not None
            process.stdin.close()
            self._process = None
            self._close_clients()
        return code

    def end(self) -> None:
        """At the end of a test it stops cleanly, unless the test ended it; and it never failed."""
        if self._process is not None:
            code = self.stop()
            assert code == 0, f"it ended with {code}:\n{self.errors.read_text()[-4000:]}"
        failed = [line for line in self.logged() if line["level"] not in ("info", "warning")]
        failed += [line for line in self.logged() if line.get("status", 0) in range(500, 503)]
        assert failed == [], failed

    def as_(self, person: str) -> httpx.Client:
        """A client that calls with this person's token."""
        if person not in self._clients:
            self._clients[person] = self.another(person)
        return self._clients[person]

    def another(self, person: str) -> httpx.Client:
        """One more of somebody's devices, which whoever asks for it closes."""
        headers = {"Authorization": f"Bearer {self.token(person)}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)

    def as_nobody(self) -> httpx.Client:
        if NOBODY not in self._clients:
            self._clients[NOBODY] = httpx.Client(base_url=self.url, timeout=30)
        return self._clients[NOBODY]

    def token(self, person: str) -> str:
        return self.installation.tokens[person]

    def forget(self, person: str) -> None:
        """Somebody's token is another one now."""
        if person in self._clients:
            self._clients.pop(person).close()

    def _close_clients(self) -> None:
        for client in self._clients.values():
            client.close()
        self._clients.clear()
