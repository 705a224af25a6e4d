"""Reads and checks the CSV files from which the directory is loaded, line by line."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from events.directory import PersonWords, ServiceUserWords
from events.names import Role
from register.answers import REFERENCE, REFUSED
from register.directory.directory import Person, Service

GIVEN_ROLES = (Role.WORKER, Role.AUDITOR, Role.AUDITOR_RESTRICTED, Role.ADMINISTRATOR)
CONTROLS = re.compile(f"[{REFUSED}]")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

Row = dict[str, str]
Parsed = TypeVar("Parsed")


class LoadError(Exception):
    """The files cannot be taken. Lists everything that is wrong, by file, line and name."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class ServiceUser:
    service: str
    ended_on: date | None
    words: ServiceUserWords


@dataclass
class Files:
    people: list[tuple[Person, PersonWords]] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    service_users: list[ServiceUser] = field(default_factory=list)


@dataclass(frozen=True)
class File:
    """A file's name and content."""

    name: str
    data: bytes


def read_files(people: Path, services: Path, service_users: Path | None = None) -> Files:
    """Read files on disk. Raises `LoadError` with everything that is wrong in any of them."""
    problems: list[str] = []
    paths = [path for path in (people, services, service_users) if path is not None]
    opened = [_open(path, problems) for path in paths]
    if problems:
        raise LoadError(problems)
    return parse_files(*opened)


def _open(path: Path, problems: list[str]) -> File:
    try:
        return File(path.name, path.read_bytes())
    except OSError as error:
        problems.append(f"{path.name}: {error.strerror}")
        return File(path.name, b"")


def parse_files(people: File, services: File, service_users: File | None = None) -> Files:
    """Read files in memory. Raises `LoadError` with everything that is wrong in any of them."""
    problems: list[str] = []
    files = Files(
        people=_read(people, PEOPLE, _person, lambda each: each[0].id, problems),
        services=_read(services, SERVICES, _service, lambda each: each.id, problems),
    )
    if service_users is not None:
        files.service_users = _read(
            service_users, SERVICE_USERS, _service_user, lambda e: e.words.reference, problems
        )
    if problems:
        raise LoadError(problems)
    return files


PEOPLE = ("id", "name", "email", "roles", "line_manager", "service", "left_on")
SERVICES = ("id", "name", "policy", "policy_in_force", "service_director")
FIRST_POLICY = "policy_first_on"
OPTIONAL = ("contacts", "reserve", FIRST_POLICY)
"""A file may lack these columns; then a load does not change their values."""
SERVICE_USERS = ("reference", "label", "service", "ended_on")


def _read(
    file: File,
    columns: Sequence[str],
    parse: Callable[[Row], Parsed],
    key: Callable[[Parsed], str],
    problems: list[str],
) -> list[Parsed]:
    read: dict[str, Parsed] = {}
    try:
        for line, row in _rows(file, columns):
            try:
                parsed = parse(_values(row, columns))
                if key(parsed) in read:
                    raise ValueError(f"{key(parsed)!r} is there twice")
                read[key(parsed)] = parsed
            except ValueError as error:
                problems.append(f"{file.name}, line {line}: {error}")
    except UnicodeDecodeError:
        problems.append(f"{file.name} is not a CSV file in UTF-8")
    except LookupError as error:
        problems.append(f"{file.name}{error.args[0]}")
    return list(read.values())


def _rows(file: File, columns: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """Each row with its line number. Raises `LookupError` if columns are missing or a quote is
    never closed; its message is meant to follow the file's name."""
    lines = file.data.decode("utf-8-sig").splitlines()
    rows = csv.DictReader(lines, restval="", restkey="beyond", strict=True)
    try:
        missing = [column for column in columns if column not in (rows.fieldnames or ())]
        if missing:
            raise LookupError(f": these columns are missing: {', '.join(missing)}")
        for row in rows:
            yield rows.line_num, row
    except csv.Error as error:
        raise LookupError(f", line {rows.line_num}: {error}") from None


def _values(row: Row, columns: Sequence[str]) -> Row:
    if "beyond" in row:
        raise ValueError("there are more values than columns")
    named = [*columns, *(column for column in OPTIONAL if column in row)]
    values = {column: row[column].strip() for column in named}
    if CONTROLS.search("".join(values.values())):
        raise ValueError("there is a control character or a hidden mark")
    return values


def _person(row: Row) -> tuple[Person, PersonWords]:
    named = re.split(r"[\s;]+", row["roles"]) if row["roles"] else []
    unknown = [role for role in named if role not in GIVEN_ROLES]
    if unknown:
        raise ValueError(f"roles are some of {', '.join(GIVEN_ROLES)}, not {', '.join(unknown)}")
    if not row["name"]:
        raise ValueError(f"{row['id']!r} has no name")
    person = Person(
        id=_id(row["id"]),
        roles=tuple(map(Role, named)),
        line_manager=row["line_manager"] or None,
        services=tuple(dict.fromkeys(_listed(row["service"]))),
        left_on=_day(row["left_on"]),
    )
    return person, PersonWords(row["name"], row["email"])


def _service(row: Row) -> Service:
    day, policy = _day(row["policy_in_force"]), row["policy"]
    if bool(policy) != (day is not None):
        raise ValueError(f"{row['id']!r}: a policy goes with the day from which it is in force")
    if not row["name"]:
        raise ValueError(f"{row['id']!r} has no name")
    adopted = ((day, policy),) if day is not None else ()
    contacts = _listed(row["contacts"]) if "contacts" in row else None
    return Service(
        id=_id(row["id"]),
        name=row["name"],
        director=row["service_director"],
        adopted=adopted,
        contacts=contacts,
        reserve=row.get("reserve"),
        policy_first_on=_first_policy(row.get(FIRST_POLICY, "")),
        unsaid=() if FIRST_POLICY in row else (FIRST_POLICY,),
    )


def _first_policy(text: str) -> date | None:
    try:
        return _day(text)
    except ValueError as error:
        raise ValueError(f"{FIRST_POLICY}: {error}") from None


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split(";"))))


def _service_user(row: Row) -> ServiceUser:
    if not REFERENCE.fullmatch(row["reference"]):
        raise ValueError(
            f"{row['reference']!r} is not a case reference: "
            "1 to 40 letters, digits, hyphens, slashes or full stops"
        )
    words = ServiceUserWords(row["reference"], row["label"])
    return ServiceUser(row["service"], _day(row["ended_on"]), words)


def _id(text: str) -> str:
    if not ID.fullmatch(text):
        raise ValueError(f"{text!r} is not an id: letters, digits, dots, hyphens, underscores")
    return text


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date like 2026-03-02") from None
