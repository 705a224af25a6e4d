"""The register as a command opens it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from events.log.database import Database
from register.demo.opening import open_demo
from register.directory.files import LoadError
from register.directory.problem import PEOPLE_FILE, Problem
from register.register import Register
from register.setup.opening import open_register
from register.setup.settings import Settings, SettingsError


@contextmanager
def opened(*, demo: bool = False, as_owner: bool = False) -> Iterator[Register]:
    settings = Settings.from_environment()
    register = open_demo(settings) if demo else open_register(settings, as_owner=as_owner)
    try:
        yield register
    finally:
        register.close()


def check_known(register: Register, people: Sequence[str]) -> None:
    """Raises `LoadError`, which names everybody whom the register does not know."""
    directory = register.read.directory()
    unknown = [person for person in people if person not in directory.people]
    if unknown:
        raise LoadError(
            [Problem(f"there is no person {person!r}", PEOPLE_FILE, "id") for person in unknown]
        )


def existing_database(settings: Settings, *, as_owner: bool = False) -> Database:
    """The database as it is, whatever its shape, and without the keys. Raises `SettingsError` if
    there is none."""
    url = settings.url_of_owner() if as_owner else settings.url()
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        if not Path(str(address.database)).is_file():
            raise SettingsError(f"REGISTER_DATA_DIR: There is no database {address.database}")
        return Database(url, longest=None)
    return Database(url, role=None if as_owner else settings.role(), longest=None)
