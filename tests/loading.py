"""Files of people, services and service users, and what a log makes of them."""

from __future__ import annotations

from pathlib import Path

from events.event import Event
from events.log.log import Log
from register.directory.cache import directory_at
from register.directory.directory import Directory
from register.directory.files import read_files
from register.directory.loading import Load, compare
from tests.cast import CASES, POLICIES, TODAY, cast_files

PEOPLE = (CASES / "people.csv").read_text(encoding="utf-8")
SERVICES = (CASES / "services.csv").read_text(encoding="utf-8")
SERVICE_USERS = (CASES / "service_users.csv").read_text(encoding="utf-8")
AMINA = "amina,Amina Yusuf,amina@example.org,worker,ben,elm-house,"


def with_cast(log: Log) -> Log:
    """The log after the first load of the cast."""
    log.append(compare(cast_files(), log, Directory(TODAY), POLICIES).events)
    return log


def written(
    folder: Path, people: str = PEOPLE, services: str = SERVICES, users: str = SERVICE_USERS
) -> tuple[Path, Path, Path]:
    """The files of the cast, or what they read instead."""
    files = folder / "people.csv", folder / "services.csv", folder / "service_users.csv"
    for file, text in zip(files, (people, services, users), strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def load(log: Log, folder: Path, **texts: str) -> Load:
    directory = directory_at(log, log.last_position(), TODAY)
    return compare(read_files(*written(folder, **texts)), log, directory, POLICIES)


def change(text: str, was: str, now: str) -> str:
    assert text.count(was) == 1
    return text.replace(was, now)


def kinds(events: list[Event]) -> list[type[Event]]:
    return [type(event) for event in events]
