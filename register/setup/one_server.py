"""One server for each SQLite file: a second one is refused. Commands may run beside a server."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from events.log.sqlite import IN_MEMORY, OWNER_ALONE
from register.setup.settings import Settings


class AnotherServerError(Exception):
    """Another server has the database open. The message names its process."""


@contextmanager
def only_server(settings: Settings) -> Iterator[None]:
    """Be the only server of a SQLite file; on PostgreSQL there may be several. Raises
    `AnotherServerError`."""
    address = sa.make_url(settings.url())
    if address.get_backend_name() != "sqlite" or address.database in IN_MEMORY:
        yield
        return
    database = Path(str(address.database))
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A file of its own: whoever closes the database's file undoes the locks that SQLite has on it.
    # The lock goes with the process, however that ends.
    lock = os.open(
        database.with_name(database.name + ".server"), os.O_CREAT | os.O_RDWR, OWNER_ALONE
    )
    try:
        _take(lock, database)
        yield
    finally:
        os.close(lock)


def _take(lock: int, database: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(lock, 1000, 0).decode("ascii", errors="replace").strip()
        raise AnotherServerError(
            f"Another server has {database} open: {holder or 'it is just starting'}. "
            "Stop it first; two servers cannot share a SQLite file."
        ) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
