"""The register as a command opens it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from register.demo.opening import open_demo
from register.directory.files import LoadError
from register.directory.problem import PEOPLE_FILE, Problem
from register.register import Register
from register.setup.opening import open_register
from register.setup.settings import Settings


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
