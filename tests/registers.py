"""A register of a test's own, with the people of tests/cases, and what they tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from events.log.log import Log, utc_now
from events.log.sealing import Keyring
from register.directory.files import read_files
from register.directory.loading import compare
from register.policy import Policies
from register.register import Register
from tests.cast import CASES, POLICIES
from tests.logs import some_keys
from tests.shaped import bring_into_shape

GIFT = {
    "item": "Photograph frame",
    "worth": "60.00",
    "token": False,
    "form": "goods",
    "giver": "service_user",
    "offer": "received",
    "without_warning": True,
    "whereabouts": "at_service",
}


@contextmanager
def opened_register(
    url: str,
    *,
    keys: Keyring | None = None,
    clock: Callable[[], datetime] = utc_now,
    policies: Policies = POLICIES,
    last_resort: tuple[str, ...] = (),
) -> Iterator[Register]:
    """On the database, which is migrated; where it is empty, the people of tests/cases join."""
    with opened_empty(url, clock, policies, last_resort, keys) as register:
        load_directory(register, CASES)
        yield register


@contextmanager
def opened_empty(
    url: str,
    clock: Callable[[], datetime],
    policies: Policies = POLICIES,
    last_resort: tuple[str, ...] = (),
    keys: Keyring | None = None,
) -> Iterator[Register]:
    """The same without any people."""
    bring_into_shape(url)
    log = Log(url, keys or some_keys(), clock=clock)
    with closing(Register(log, policies, last_resort=last_resort)) as register:
        yield register


def load_directory(register: Register, folder: Path) -> None:
    files = read_files(folder / "people.csv", folder / "services.csv", folder / "service_users.csv")
    change = compare(files, register.log, register.read.directory(), register.policies)
    register.change_directory(change.events)


def telling(register: Register, details: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The body of a gift that was declared today."""
    now = register.log.clock().astimezone(UTC)
    return {
        "kind": "gift",
        "happened_on": now.date().isoformat(),
        "captured_at": now.isoformat(),
        "service_user": "SU-1042",
        "details": details,
        **more,
    }
