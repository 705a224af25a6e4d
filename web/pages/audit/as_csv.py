"""The register as CSV: every field that an auditor may see, with names beside ids."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from io import StringIO
from typing import Any

from register.acts.settling import lapses_on
from register.alerts.whose_move import Move, whose_move
from register.deadlines import LONDON
from register.declarations.as_at import AsAt
from register.declarations.declaration import Declaration
from register.declarations.history import BODIES, to_do, what
from register.declarations.ids import short_reference
from register.declarations.names import Role, Why
from register.directory.directory import Directory
from register.kinds import all_kinds, outcome_of
from register.projections.register_list import Filter
from web.requests.visit import Visit
from web.templating import kind_title, mark, said

READ_AT_ONCE = 200
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell begins with that a spreadsheet would run."""


def lines(visit: Visit, wanted: Filter, as_at: AsAt) -> Iterator[str]:
    """The headings, and a line for each declaration. None is given before it is kept that whoever
    asks has seen it: of very many, so many at once are one look."""
    then = visit.directory if as_at.is_now else visit.register.read.directory_at(as_at)
    columns = {**COLUMNS, **_details()}
    headings = _line(columns)
    following: int | None = None
    while True:
        asked = replace(wanted, after=following, limit=READ_AT_ONCE)
        page = visit.register.read.declarations(visit.by, asked)
        visit.note_words(page.items)
        visit.keep_looks()
        after = visit.after_ending(page.items, wanted.as_at)
        rows = [
            Row(each, as_at.at, then, visit.register.read.name, each.id in after)
            for each in page.items
        ]
        lines = "".join(_line(_text(cell(row)) for cell in columns.values()) for row in rows)
        visit.showing.wait()
        yield headings + lines
        headings = ""
        following = page.next
        if following is None:
            return


@dataclass(frozen=True)
class Row:
    of: Declaration
    at: datetime
    """The moment at which one looks; `then` is the directory of that moment."""
    then: Directory
    name: Callable[[str], str]
    """A person's name by their id."""
    is_after_ending: bool
    """Whether it tells of a day on which the work with the service user had ended."""

    @cached_property
    def move(self) -> Move | None:
        return whose_move(self.of, self.then)


Cell = Callable[[Row], Any]
Columns = Mapping[str, Cell]


def _person(column: str, person: Callable[[Row], str | None]) -> Columns:
    """The id and the name of a person."""

    def name(row: Row) -> str | None:
        known = person(row)
        return row.name(known) if known else None

    return {column: person, f"{column}_name": name}


def _moment(column: str, moment: Callable[[Row], datetime | None]) -> Columns:
    """A moment in UTC and in London's time."""

    def london(row: Row) -> str | None:
        known = moment(row)
        return _london(known) if known else None

    return {column: moment, f"{column}_london": london}


def _settled(column: str, settled: Callable[[Row], Any]) -> Columns:
    """Who acknowledged, decided or answered, and when."""

    def by(row: Row) -> str | None:
        known = settled(row)
        return known.by if known else None

    def at(row: Row) -> datetime | None:
        known = settled(row)
        return known.at if known else None

    return {**_person(f"{column}_by", by), **_moment(f"{column}_at", at)}


def _outcome(column: str, taken: Callable[[Row], Any]) -> Columns:
    def outcome(row: Row) -> str | None:
        known = taken(row)
        return outcome_of(row.of.kind, known.outcome).says if known else None

    def found(row: Row) -> str | None:
        known = taken(row)
        return "; ".join(map(_finding, known.findings.items())) if known else None

    return {
        f"{column}_outcome": lambda row: (known := taken(row)) and known.outcome,
        f"{column}_outcome_name": outcome,
        f"{column}_findings": found,
        f"{column}_reason": lambda row: (known := taken(row)) and known.reason,
        **_settled(column, taken),
    }


def _finding(finding: tuple[str, bool]) -> str:
    name, is_so = finding
    return f"{said(name)}: {'yes' if is_so else 'no'}"


def _service_name(row: Row) -> str:
    known = row.then.services.get(row.of.service)
    return known.name if known else row.of.service


def _new_key_worker(row: Row) -> str | None:
    return row.of.acknowledged.new_key_worker if row.of.acknowledged else None


def _actions(row: Row) -> str:
    return "; ".join(
        f"{to_do(each.what, each.brought) or 'The words are erased'}"
        f" ({row.name(each.completed_by or each.by)}, "
        f"{f'done {_london(each.completed_at)}' if each.completed_at else f'by {each.due_on}'})"
        for each in row.of.actions
    )


def _handed_over(row: Row) -> str:
    return "; ".join(
        f"{BODIES[each.to]}, reference {each.reference} ({row.name(each.by)}, {_london(each.at)})"
        for each in row.of.handed_over
    )


def _notes(row: Row) -> str:
    return "; ".join(
        f"{each.text or 'The words are erased'} ({row.name(each.by)}, {_london(each.at)})"
        for each in row.of.notes
    )


COLUMNS: Columns = {
    "id": lambda row: row.of.id,
    "reference": lambda row: short_reference(row.of.id),
    "kind": lambda row: row.of.kind,
    "kind_name": lambda row: kind_title(row.of.kind),
    **_person(Role.WORKER, lambda row: row.of.worker),
    "service": lambda row: row.of.service,
    "service_name": _service_name,
    "service_user": lambda row: row.of.service_user,
    "what": lambda row: what(row.of.kind, row.of.details),
    "happened_on": lambda row: row.of.happened_on,
    **_moment("captured_at", lambda row: row.of.captured_at),
    **_moment("received_at", lambda row: row.of.received_at),
    "clock_ahead": lambda row: row.of.clock_ahead,
    "state": lambda row: row.of.status,
    "state_name": lambda row: said(row.of.status),
    "waiting_for": lambda row: row.of.waiting_for,
    **_person("waits_for", lambda row: row.move.person if row.move else None),
    **_moment("due_at", lambda row: row.of.due_at),
    "overdue": lambda row: row.of.due_at is not None and row.of.due_at < row.at,
    "late": lambda row: row.of.ruling.late,
    "late_reason": lambda row: row.of.late_reason,
    "flags": lambda row: " ".join(row.of.ruling.flags),
    "flag_names": lambda row: ", ".join(mark(each, row.of.kind) for each in row.of.ruling.flags),
    "policy": lambda row: row.of.ruling.source.policy,
    "version": lambda row: row.of.ruling.source.version,
    "clause": lambda row: row.of.ruling.source.clause,
    "house_rule": lambda row: bool(row.of.ruling.source.house),
    "told": lambda row: " ".join(each.person for each in row.of.ruling.tells),
    "told_names": lambda row: ", ".join(row.name(each.person) for each in row.of.ruling.tells),
    **_outcome("decision", lambda row: row.of.decision),
    **_outcome(Why.ANSWER, lambda row: row.of.answer),
    "lapses_on": lambda row: lapses_on(row.of),
    "after_ending": lambda row: row.is_after_ending,
    **_settled("acknowledged", lambda row: row.of.acknowledged),
    "acknowledged_note": lambda row: (of := row.of.acknowledged) and of.note,
    "confidentiality_discussed": lambda row: (
        (of := row.of.acknowledged) and of.confidentiality_discussed
    ),
    "risk_assessment": lambda row: (of := row.of.acknowledged) and of.risk_assessment,
    "duties_considered": lambda row: (of := row.of.acknowledged) and of.duties_considered,
    **_person("new_key_worker", _new_key_worker),
    "actions": _actions,
    "question": lambda row: (of := row.of.question) and of.text,
    "look_again_at": lambda row: (of := row.of.review) and of.of,
    "look_again_why": lambda row: (of := row.of.review) and of.reason,
    "handed_over": _handed_over,
    "notes": _notes,
    "photographs": lambda row: len(row.of.photographs),
    "position": lambda row: row.of.position,
}


def _details() -> Columns:
    """A column for each question that any kind asks."""
    names = (name for kind in all_kinds().values() for name in kind.details.model_fields)
    return {f"details.{name}": _detail(name) for name in names}


def _detail(name: str) -> Cell:
    return lambda row: (row.of.details or {}).get(name)


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case dict():
            return " ".join(_text(each) for each in value.values())
        case list() | tuple():
            return ", ".join(map(_text, value))
        case _:
            return str(value)


def _london(moment: datetime) -> str:
    return moment.astimezone(LONDON).strftime("%Y-%m-%d %H:%M:%S")


def _line(cells: Iterable[str]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([safe(cell) for cell in cells])
    return text.getvalue()


def safe(cell: str) -> str:
    """A cell with an apostrophe in front if a spreadsheet would run it as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) or cell.lstrip().startswith(FORMULA) else cell
