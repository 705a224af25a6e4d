"""`register erase`: destroys what was confirmed and published; and later the old master key, with
which copies of the database could still be opened."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

import structlog
import typer

from events.log.database import LONGEST_WAIT
from events.log.log import Log
from events.log.rewriting import rewrite
from events.log.waiting import waiting_at_most
from register.console.keys import destroy, make_and_use, rotate
from register.console.opening import opened
from register.erasing.erasures import Erasures
from register.register import Register
from register.setup.changing_keys import alone_with_keys
from register.setup.keys import MasterKeyError
from register.setup.settings import Settings

log = structlog.get_logger("register")

PAUSE = 2.0
"""Seconds between two looks at what was published."""
LOOKS_AGAIN = 30
"""After so many of them it looks at the rest as well: late looks, and old master keys."""
LATE = timedelta(days=1)
EMPTIES_FOR = 200
"""Milliseconds for which it waits for those who read."""
STILL_READ = (
    "Somebody reads what was there before: run this again, else it stays in the database's files."
)

TOO_LARGE = (
    "What went from {} stays in the database's files until `register erase --large` rewrites them: "
    "nobody can use them meanwhile, so let it run at night."
)


def erase_command(
    large: Annotated[
        bool, typer.Option("--large", help="Rewrite large tables as well: at night, on PostgreSQL")
    ] = False,
) -> None:
    """Destroy the words whose erasing was confirmed and published; on PostgreSQL, as the one who
    owns the database, and rewrite the tables from which keys went. Once backups have lived long
    enough, the old master key goes as well. On SQLite the server does all of it."""
    settings = Settings.from_environment()
    with opened(as_owner=True) as register:
        try:
            done = register.erasures.erase_due().erasures
        finally:
            left = rewrite(register.log.database, large=large)
            if not empty_write_ahead_log(register.log) or left.read:
                typer.echo(STILL_READ, err=True)
            if left.large:
                typer.echo(TOO_LARGE.format(", ".join(left.large)), err=True)
        waiting = len(register.erasures.unpublished())
        typer.echo(f"{done} erasures are done; {waiting} wait until they are published.")
        for version in complete(register.log, settings, register.erasures):
            typer.echo(
                f"Master key {version} is destroyed here. Destroy it in both copies as well."
            )


def complete(opened_log: Log, settings: Settings, erasures: Erasures) -> Sequence[int]:
    """Once copies from before an erasing have lived `REGISTER_BACKUP_DAYS`, wrap every key under a
    new master key and destroy those before; gives the versions that went. Raises `MasterKeyError`
    where that takes a person."""
    last = erasures.master_due()
    if last == 0:
        return []
    gone = []
    with alone_with_keys(settings) as file:
        if opened_log.keyring.current <= last:
            make_and_use(opened_log, file)
        rotate(opened_log)
        for version in range(1, opened_log.keyring.current):
            if version == last or version in opened_log.keyring.versions:
                destroy(opened_log, file, version, lose_damaged=True)
                gone.append(version)
    return gone


def empty_write_ahead_log(opened_log: Log) -> bool:
    """What went is in SQLite's write-ahead log until that is written anew. Whether it is empty now:
    it cannot be emptied while somebody reads who began before."""
    if opened_log.database.dialect != "sqlite":
        return True
    with opened_log.database.engine.connect() as connection:
        # Whoever writes waits as long as this does.
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {EMPTIES_FOR}")
        try:
            is_busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {LONGEST_WAIT}")
    return not is_busy


class Erasing:
    """A work of the server on SQLite: it does by itself what the command does."""

    def __init__(self, register: Register, settings: Settings) -> None:
        self._register, self._settings = register, settings
        self._is_emptied = False  # whoever erased before may have been killed
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._go, name="erasing", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _go(self) -> None:
        looked = 0
        while not self._stopped.is_set():
            try:
                with waiting_at_most(None):
                    self.once(looks_at_all=looked % LOOKS_AGAIN == 0)
            except MasterKeyError:
                log.error("erasing", error="the old master key has to be destroyed by hand")
            except Exception as error:  # whatever it is, it goes on and tries again
                log.error("erasing", error=type(error).__name__)
            looked += 1
            self._stopped.wait(PAUSE)

    def once(self, *, looks_at_all: bool) -> None:
        """One look at what is to be done."""
        erasures = self._register.erasures
        try:
            if looks_at_all or erasures.due():
                self._erase(erasures)
        finally:
            if not self._is_emptied:
                self._is_emptied = empty_write_ahead_log(self._register.log)
        if looks_at_all:
            complete(self._register.log, self._settings, erasures)

    def _erase(self, erasures: Erasures) -> None:
        """If something cannot be erased, what went before it is in the write-ahead log as well."""
        was_emptied, self._is_emptied = self._is_emptied, False
        gone = erasures.erase_due()
        self._is_emptied = was_emptied and not (gone.erasures or gone.looks)


def watch_erasing(register: Register) -> None:
    """Let the register say that something confirmed is not erased, or not everywhere."""

    def red() -> list[str]:
        late = register.now() - LATE
        found = ["not_erased"] if register.erasures.waiting_since(late) else []
        return [*found, "master_key_due"] if register.erasures.master_due(late) else found

    register.condition.checks["erasing"] = red
