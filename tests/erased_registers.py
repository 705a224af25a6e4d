"""A register in use in which all that is personal was erased; backups and copies from before it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

from events.declarations import DeclarationMade
from events.log.database import Database
from events.names import ErasureState
from register.console.erasing import STILL_READ
from register.register import Register
from register.setup.settings import Settings
from register.setup.signing import signer
from tests.canaries import Canary, set_up, use
from tests.everywhere import everything
from tests.gifts import path
from tests.postgres import PostgresServer, find_programs, run_as_server
from tests.server import PEOPLE, SERVER_USER, Installation, Server
from tests.thieves import Rows, masters_in, tables_at, wrapped_keys

ORIGIN = "register.example.org/log"
STAY = {
    "zora": "auditor",
    "otto": "data_protection_officer",
    "olga": "data_protection_officer",
    "adam": "administrator",
    "lena": "worker",
}
"""Who is not erased; lena directs every service once the others have left."""
LEFT_ON = "2026-01-31"
REFERENCES = ("SU-1042", "SU-1077", "RV-007")
PATIENCE = 60
"""Seconds for a server to erase by itself."""


@dataclass
class Erased:
    register: Installation
    canary: Canary
    postgres: PostgresServer | None
    undo: ExitStack
    declarations: list[str] = field(default_factory=list)
    receipts: list[Path] = field(default_factory=list)
    before: dict[str, Rows] = field(default_factory=dict)
    """Every table as it was before."""
    seen_before: int = 0
    """How many of the words an auditor was shown."""
    masters: list[bytes] = field(default_factory=list)
    """The master keys of then."""
    position: int = 0
    """The last one before."""

    @property
    def folder(self) -> Path:
        return self.register.folder

    @property
    def backup(self) -> Path:
        [made] = (self.folder / "backups").iterdir()
        return made

    @property
    def stolen(self) -> Path:
        """The database as its files were, beside a running server."""
        return self.folder.with_name("stolen")

    @property
    def is_gone(self) -> set[bytes]:
        """The keys that were there before, and are not any more."""
        return wrapped_keys(self.before) - wrapped_keys(tables_at(self.register.database_url))

    def of_canary(self, found: bytes) -> int:
        """How many of the words are in what somebody found."""
        text = found.decode(errors="replace")
        return sum(self.canary.stem + each in text for each in self.canary.fields)


def settings_of(register: Installation) -> Settings:
    with patch.dict(os.environ, register.env, clear=True):
        return Settings.from_environment()


def sign(register: Installation) -> None:
    with closing(Database(register.database_url)) as database:
        assert signer(database, settings_of(register)).sign() is None


@contextmanager
def erased(engine: str, folder: Path) -> Iterator[Erased]:
    with ExitStack() as undo:
        (folder / "register" / "outside").mkdir(parents=True)
        found = _installed(engine, folder / "register", undo)
        _brought_to_life(found, folder / "files")
        with found.register.serving() as server:
            use(server, found.canary)
            _everybody_leaves(found, folder / "files")
            sign(found.register)
            _kept_from_before(found, server)
            _erase_all(found)
        yield found


def _installed(engine: str, folder: Path, undo: ExitStack) -> Erased:
    postgres = None
    url = f"sqlite:///{folder / 'data' / 'register.sqlite'}"
    if engine == "postgresql":
        postgres = undo.enter_context(PostgresServer())
        with postgres.address.connect() as connection:
            connection.execute("CREATE DATABASE register")
        url = postgres.url("register")
    user = None if postgres is None else SERVER_USER
    register = Installation(folder, url, server_user=user)
    register.settings |= {
        "REGISTER_CHECKPOINTS": str(folder / "outside"),
        "REGISTER_LOG_ORIGIN": ORIGIN,
    }
    if postgres is not None:
        programs = find_programs(Path(postgres.address.directory))
        register.settings["REGISTER_PG_DUMP"] = str(programs / "pg_dump")
    return Erased(register, Canary(), postgres, undo)


def _brought_to_life(found: Erased, files: Path) -> None:
    set_up(found.register, found.canary, files)
    with (files / "people.csv").open("a") as people:
        for id_, role in STAY.items():
            line = f"{id_},{id_.title()},{id_}@example.org,{role}"
            people.write(f"{line},carol,elm-house,\n" if id_ == "lena" else f"{line},,,\n")
    found.register.load(files)
    found.register.settings["REGISTER_LAST_RESORT"] = "otto,lena"
    found.register.give_tokens(*STAY)


def _everybody_leaves(found: Erased, files: Path) -> None:
    lines = (files / "people.csv").read_text().splitlines()
    leaving = [f"{each}{LEFT_ON}" if each.split(",")[0] in PEOPLE else each for each in lines]
    leaving = [each.replace("worker,carol,", "worker,,") for each in leaving]
    (files / "people.csv").write_text("\n".join(leaving) + "\n")
    services = (files / "services.csv").read_text()
    for each in ("carol", "dana"):
        services = services.replace(f",{each}", ",lena")
    (files / "services.csv").write_text(services)
    found.register.load(files)


def _kept_from_before(found: Erased, server: Server) -> None:
    """What others have: receipts, a backup, and a copy of the files of the database."""
    with found.register.opened() as register:
        made = register.log.after(topics=[DeclarationMade.TOPIC], words=False)
        found.declarations = [str(each.originator_id) for each in made]
        found.position = register.log.last_position()
    for each in found.declarations:
        answer = server.as_("zora").get(path(each, "receipt"))
        if answer.status_code == 200:  # an auditor does not know of all
            found.receipts.append(found.folder.with_name(f"{each}.tlog-proof"))
            found.receipts[-1].write_bytes(answer.content)
    if found.postgres is None:  # on the other one it is the same
        seen = everything(server, "zora", found.declarations)
        found.seen_before = found.of_canary(b"".join(seen.values()))
    found.register.run("backup", str(found.folder / "backups"))
    _stolen(found)
    found.before = tables_at(found.register.database_url)
    found.masters = masters_in((found.register.data_dir / "keys" / "master").read_text())


def _stolen(found: Erased) -> None:
    if found.postgres is None:
        found.stolen.mkdir()
        for each in found.register.data_dir.glob("register.sqlite*"):
            shutil.copy(each, found.stolen)
        return
    address = found.postgres.address
    server = Path(address.directory)
    program = find_programs(server) / "pg_basebackup"
    where = ("--host", address.directory, "--port", str(address.port), "--username", "postgres")
    how = ("--wal-method=stream", "--checkpoint=fast", "--no-sync")
    run_as_server(server, program, *where, *how, f"--pgdata={server / 'stolen'}")
    found.stolen.symlink_to(server / "stolen")


def _erase_all(found: Erased) -> None:
    """On SQLite the server publishes and destroys it; else somebody signs, and the owner erases."""
    with found.register.opened() as register:
        references = [f"{found.canary.stem}{each}" for each in ("SU", "Ref", "OtherRef")]
        asked = [
            _confirmed(register, of="service_user", service_user=each)
            for each in (*references, *REFERENCES)
        ]
        asked += [_confirmed(register, of="person", person=each) for each in PEOPLE]
        give_up_at = time.monotonic() + PATIENCE
        is_read = False
        while is_read or any(not _is_done(register, each) for each in asked):
            assert time.monotonic() < give_up_at
            if found.postgres is not None:
                sign(found.register)
                done = found.register.command("erase")
                assert done.code == 0, done.errors
                is_read = STILL_READ in done.errors
            time.sleep(0.2)
    sign(found.register)


def _confirmed(register: Register, **wanted: str) -> UUID:
    erasure, _ = register.erasures.ask("otto", {"reason": "They asked for it.", **wanted})
    return register.erasures.confirm("olga", str(erasure.id)).id


def _is_done(register: Register, erasure: UUID) -> bool:
    found = register.erasures.one("otto", str(erasure)).erasure
    return found.state is ErasureState.DONE
