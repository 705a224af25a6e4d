"""Reads and checks the CSV files from which the directory is loaded, line by line."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from events.directory import Auditing, PersonWords, ServiceUserWords
from events.names import Role
from register.answers import REFERENCE, REFUSED
from register.directory.auditing import LIMITS
from register.directory.directory import Person
from register.directory.problem import (
    PEOPLE_FILE,
    SERVICE_USERS_FILE,
    SERVICES_FILE,
    Problem,
)
from register.directory.service import Service

GIVEN_ROLES = (
    Role.WORKER,
    Role.AUDITOR,
    Role.AUDITOR_RESTRICTED,
    Role.ADMINISTRATOR,
    Role.DATA_PROTECTION_OFFICER,
)
CONTROLS = re.compile(f"[{REFUSED}]")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

Row = dict[str, str]
Parsed = TypeVar("Parsed")
Read = TypeVar("Read")


class LoadError(Exception):
    """The files cannot be taken. Lists everything that is wrong, by file, line and name."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class ServiceUser:
    service: str
    ended_on: date | None
    words: ServiceUserWords


@dataclass
class Files:
    people: Sequence[tuple[Person, PersonWords | None]] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    service_users: list[ServiceUser] = field(default_factory=list)
    names_people: bool = True
    """Whether there is a file of people: only then is anybody missing from it."""
    problems: list[Problem] = field(default_factory=list)
    """Everything in the files that could not be read. Nothing is taken from files with any."""
    unread: frozenset[str] = frozenset()
    """The ids in lines with problems: they are named in the files, if not yet as they will be."""
    is_whole: bool = True
    """Whether each file could be read to its end."""


@dataclass(frozen=True)
class File:
    """A file's name and content."""

    name: str
    data: bytes


def read_files(
    people: Path | None = None, services: Path | None = None, service_users: Path | None = None
) -> Files:
    """Read files on disk, any of them alone. Raises `LoadError` for files that are not there."""
    missing: list[Problem] = []
    paths = {PEOPLE_FILE: people, SERVICES_FILE: services, SERVICE_USERS_FILE: service_users}
    opened = [
        None if path is None else _open(path, which, missing) for which, path in paths.items()
    ]
    if missing:
        raise LoadError(missing)
    return parse_files(*opened)


def _open(path: Path, which: str, missing: list[Problem]) -> File:
    try:
        return File(path.name, path.read_bytes())
    except OSError as error:
        missing.append(Problem(f"{path.name}: {error.strerror}", which))
        return File(path.name, b"")


def parse_files(
    people: File | None = None, services: File | None = None, service_users: File | None = None
) -> Files:
    """Read files in memory, any of them alone."""
    of_people = _Lines(PEOPLE_FILE, people, PEOPLE, _person, lambda each: each[0].id)
    of_services = _Lines(SERVICES_FILE, services, SERVICES, _service, lambda each: each.id)
    of_users = _Lines(
        SERVICE_USERS_FILE,
        service_users,
        SERVICE_USERS,
        _service_user,
        lambda each: each.words.reference,
    )
    lines: tuple[_Lines[Any], ...] = (of_people, of_services, of_users)
    for each in lines:
        each.read()
    return Files(
        people=of_people.found,
        services=of_services.found,
        service_users=of_users.found,
        names_people=people is not None,
        problems=[problem for each in lines for problem in each.problems],
        unread=frozenset(one for each in lines for one in each.unread),
        is_whole=all(each.is_whole for each in lines),
    )


PEOPLE = ("id", "name", "email", "roles", "line_manager", "service", "left_on")
SERVICES = ("id", "name", "policy", "policy_in_force", "service_director")
FIRST_POLICY = "policy_first_on"
STAFF_NUMBER = "staff_number"
WAYS = ("whistleblowing", "regulator")
OPTIONAL = ("contacts", "reserve", FIRST_POLICY, *WAYS, STAFF_NUMBER, *LIMITS)
"""A file may lack these columns; then a load does not change their values."""
USE_COMMAS = ": use commas between the columns, as in a spreadsheet's “CSV (comma separated)”"
SERVICE_USERS = ("reference", "label", "service", "ended_on")


@dataclass
class _Lines(Generic[Parsed]):
    """The lines of one file: what they say, and what is wrong in any of them."""

    which: str
    file: File | None
    columns: Sequence[str]
    parse: Callable[[Row], Parsed]
    key: Callable[[Parsed], str]
    by_key: dict[str, Parsed] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    is_whole: bool = True

    @property
    def found(self) -> list[Parsed]:
        return list(self.by_key.values())

    def read(self) -> None:
        if self.file is None:
            return
        try:
            for line, row in _rows(self.file, self.columns):
                self._take(f"{self.file.name}, line {line}", row)
        except UnicodeDecodeError:
            self._break_off(f"{self.file.name} is not a CSV file in UTF-8")
        except LookupError as error:
            self._break_off(f"{self.file.name}{error.args[0]}")

    def _take(self, place: str, row: Row) -> None:
        try:
            parsed = self.parse(_values(row, self.columns))
            if self.key(parsed) in self.by_key:
                raise ValueError(f"{self.key(parsed)!r} is there twice")
            self.by_key[self.key(parsed)] = parsed
        except ValueError as error:
            self.problems += [Problem(f"{place}: {each}", self.which) for each in error.args]
            self.unread.append(row[self.columns[0]].strip())

    def _break_off(self, why: str) -> None:
        self.problems.append(Problem(why, self.which))
        self.is_whole = False


def _rows(file: File, columns: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """Each row with its line number. Raises `LookupError` if columns are missing or a quote is
    never closed; its message is meant to follow the file's name."""
    lines = file.data.decode("utf-8-sig").splitlines()
    rows = csv.DictReader(lines, restval="", restkey="beyond", strict=True)
    try:
        missing = [column for column in columns if column not in (rows.fieldnames or ())]
        if missing and len(_split_otherwise(rows.fieldnames)) > 1:
            raise LookupError(USE_COMMAS)
        if missing:
            raise LookupError(f": these columns are missing: {', '.join(missing)}")
        for row in rows:
            yield rows.line_num, row
    except csv.Error as error:
        raise LookupError(f", line {rows.line_num}: {error}") from None


def _split_otherwise(names: Sequence[str] | None) -> list[str]:
    """The names of columns between which there is something other than commas."""
    (only,) = names if names and len(names) == 1 else ("",)
    return re.split(r"[;\t|]", only)


def _values(row: Row, columns: Sequence[str]) -> Row:
    if "beyond" in row:
        raise ValueError("there are more values than columns")
    named = [*columns, *(column for column in OPTIONAL if column in row)]
    values = {column: row[column].strip() for column in named}
    if CONTROLS.search("".join(values.values())):
        raise ValueError("there is a control character or a hidden mark")
    return values


class _Reading:
    """Reads one line value by value, so that everything that is wrong in it is told at once."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.wrong: list[str] = []

    def value(self, column: str, read: Callable[[str], Read], otherwise: Read) -> Read:
        try:
            return read(self.row[column])
        except ValueError as error:
            self.wrong += error.args
            return otherwise

    def check(self, is_right: bool, words: str) -> None:
        if not is_right:
            self.wrong.append(words)

    def end(self) -> None:
        if self.wrong:
            raise ValueError(*self.wrong)


def _person(row: Row) -> tuple[Person, PersonWords]:
    reading = _Reading(row)
    person = Person(
        id=reading.value("id", _id, ""),
        roles=reading.value("roles", _roles, ()),
        line_manager=row["line_manager"] or None,
        services=tuple(dict.fromkeys(_listed(row["service"]))),
        left_on=reading.value("left_on", _day, None),
        auditing=_limits(reading),
        unsaid=tuple(column for column in LIMITS if column not in row),
    )
    reading.check(bool(row["name"]), f"{row['id']!r} has no name")
    reading.end()
    return person, PersonWords(row["name"], row["email"], row.get(STAFF_NUMBER))


def _limits(reading: _Reading) -> Auditing:
    """What the file says of the days and services of an audit."""
    first_on, last_on = (
        reading.value(column, partial(_day_in, column), None) if column in reading.row else None
        for column in ("audits_from", "audits_until")
    )
    services = dict.fromkeys(_listed(reading.row.get("audits_services", "")))
    return Auditing(first_on, last_on, tuple(services))


def _roles(text: str) -> tuple[Role, ...]:
    named = re.split(r"[\s;]+", text) if text else []
    unknown = [role for role in named if role not in GIVEN_ROLES]
    if unknown:
        raise ValueError(f"roles are some of {', '.join(GIVEN_ROLES)}, not {', '.join(unknown)}")
    return tuple(map(Role, named))


def _service(row: Row) -> Service:
    reading, policy = _Reading(row), row["policy"]
    day = reading.value("policy_in_force", _day, None)
    service = Service(
        id=reading.value("id", _id, ""),
        name=row["name"],
        director=row["service_director"],
        adopted=((day, policy),) if day is not None else (),
        contacts=_listed(row["contacts"]) if "contacts" in row else None,
        reserve=row.get("reserve"),
        policy_first_on=reading.value(FIRST_POLICY, partial(_day_in, FIRST_POLICY), None)
        if FIRST_POLICY in row
        else None,
        whistleblowing=row.get("whistleblowing", ""),
        regulator=row.get("regulator", ""),
        unsaid=tuple(each for each in (FIRST_POLICY, *WAYS) if each not in row),
    )
    reading.check(
        bool(policy) == bool(row["policy_in_force"]),
        f"{row['id']!r}: a policy goes with the day from which it is in force",
    )
    reading.check(bool(row["name"]), f"{row['id']!r} has no name")
    reading.end()
    return service


def _day_in(column: str, text: str) -> date | None:
    try:
        return _day(text)
    except ValueError as error:
        raise ValueError(f"{column}: {error}") from None


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(str.strip, text.split(";"))))


def _service_user(row: Row) -> ServiceUser:
    reading = _Reading(row)
    words = ServiceUserWords(reading.value("reference", _reference, ""), row["label"])
    found = ServiceUser(row["service"], reading.value("ended_on", _day, None), words)
    reading.end()
    return found


def _reference(text: str) -> str:
    if not REFERENCE.fullmatch(text):
        raise ValueError(
            f"{text!r} is not a case reference: "
            "1 to 40 letters, digits, hyphens, slashes or full stops"
        )
    return text


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
