"""SQLite databases in today's shape: one is made in each process that asks, and copied."""

from __future__ import annotations

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import sqlalchemy as sa

from register.setup.migrating import migrate


@cache
def shaped_sqlite() -> Path:
    """The one that is copied."""
    folder = Path(mkdtemp(prefix="shaped-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "register.sqlite"
    migrate(f"sqlite:///{file}")
    return file


def bring_into_shape(url: str) -> None:
    """As `migrate` does, but where there is no file yet, a copy is as good."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists():
        shutil.copy(shaped_sqlite(), str(address.database))
    else:
        migrate(url)
