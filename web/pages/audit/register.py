"""The register for auditors, as a page and as CSV: filtered, counted, and as at any moment."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse

from register.answers import read
from register.declarations.as_at import AsAt
from register.declarations.declaration import Declaration
from register.declarations.names import Status
from register.errors import FieldError, InvalidError
from register.kinds import all_kinds
from register.projections.register_list import ANY_FLAG, Filter
from web.forms import written
from web.forms.questions import in_words
from web.requests.queries import FLAGS, ListQuery, Search, filter_of
from web.requests.visit import ON_A_PAGE, Visit, to
from web.templating import said

FILTERS = (
    "kind",
    "service",
    "worker",
    "status",
    "flag",
    "late",
    "received_from",
    "received_to",
)
LABELS = {
    "as_at": "As at",
    "kind": "Kind",
    "service": "Service",
    "worker": "Worker",
    "service_user": "Service user",
    "status": "State",
    "flag": "Flag",
    "late": "In time or late",
    "received_from": "Received from",
    "received_to": "Received up to",
}
DAYS = ("received_from", "received_to")
PAGES = ("after", "limit")
LATE = {"true": "Late", "false": "In time"}
MOST_AT_ONCE = 200


@dataclass(frozen=True)
class RegisterSearch:
    """A search: the text that was given, and the filter that it means."""

    given: dict[str, str]
    """The given texts by field, without the service user's reference: that is never in a URL."""
    service_user: str
    as_at: AsAt
    filter: Filter
    errors: tuple[FieldError, ...] = ()

    def address(self, path: str, **more: object) -> str:
        query = urlencode({**self.given, **more})
        return f"{path}?{query}" if query else path


def show(visit: Visit) -> Response:
    return _page(visit, search_of(visit, visit.query))


def search(visit: Visit) -> Response:
    """Show the result of the filled-in form. A search without a reference is sent to its URL."""
    sought = search_of(visit, visit.form)
    if not sought.service_user and not sought.errors:
        given = {name: value for name, value in sought.given.items() if name not in PAGES}
        return to(replace(sought, given=given).address("/register"))
    return _page(visit, sought)


def search_of(visit: Visit, values: Mapping[str, Any]) -> RegisterSearch:
    given = {
        name: str(values[name]).strip()
        for name in ("as_at", *FILTERS, *PAGES)
        if name in values and str(values[name]).strip()
    }
    given |= {name: written.day(given[name]) for name in DAYS if name in given}
    reference = str(visit.form.get("service_user", "")).strip()
    errors: list[FieldError] = []
    as_at = visit.register.read.as_at("")
    try:
        as_at = visit.register.read.as_at(written.moment(given.get("as_at", "")))
    except InvalidError as error:
        errors += error.errors
    wanted = _filter(visit, given, reference, as_at, errors)
    return RegisterSearch(given, reference, as_at, wanted, tuple(errors))


def _filter(
    visit: Visit, given: dict[str, str], reference: str, as_at: AsAt, errors: list[FieldError]
) -> Filter:
    body = {name: value for name, value in given.items() if name != "as_at"}
    if not as_at.is_now:
        body["as_at"] = str(as_at.position)
    try:
        called = body.get("worker")
        if called is not None:
            body["worker"] = given["worker"] = _worker(visit, called)
        if not reference:
            return filter_of(visit.register, read(ListQuery, body))
        query = read(Search, {**body, "service_user": reference})
        index = visit.register.read.service_user_index(reference)
        return filter_of(visit.register, query, index)
    except InvalidError as error:
        errors += error.errors
        return Filter()


def _worker(visit: Visit, text: str) -> str:
    """A person's id, from the id itself or from a part of their name."""
    if text in visit.directory.people:
        return text
    called = [
        person
        for person, words in visit.register.unguarded.names().items()
        if words is not None and text.casefold() in words.name.casefold()
    ]
    if len(called) == 1:
        return called[0]
    wrong = f"More than one is called that: {', '.join(sorted(called)[:5])}. Give one of these ids."
    raise InvalidError.of("worker", wrong if called else "There is nobody with that id or name.")


def _page(visit: Visit, sought: RegisterSearch) -> Response:
    audit = visit.register.audit
    wanted = replace(sought.filter, limit=min(sought.filter.limit, ON_A_PAGE))
    shown: dict[str, Any] = {"declarations": (), "counts": {}, "all": None, "next": None}
    if not sought.errors:
        page = visit.register.read.declarations(visit.by, wanted)
        visit.note_shown(page.items)
        counts, together = audit.counts(visit.by, replace(wanted, after=None))
        shown = {
            "declarations": page.items,
            "counts": counts,
            "all": together,
            "next": page.next,
        }
    return visit.page(
        "register.html",
        "The register",
        status=422 if sought.errors else 200,
        asked=sought,
        errors=[{"text": _in_summary(error), "href": f"#{error.field}"} for error in sought.errors],
        wrong={error.field: in_words(error.message) for error in sought.errors},
        labels=LABELS,
        choices=_choices(visit),
        filters=_in_words(visit, sought),
        kinds=all_kinds(),
        services=visit.directory.services,
        name=cache(visit.register.read.name),
        most=MOST_AT_ONCE,
        **shown,
    )


def _in_summary(error: FieldError) -> str:
    words = in_words(error.message)
    return f"{LABELS[error.field]}: {words}" if error.field in LABELS else words


def _choices(visit: Visit) -> dict[str, dict[str, str]]:
    """The choices of each list, with their names."""
    return {
        "kind": {name: kind.title for name, kind in all_kinds().items()},
        "service": {each.id: each.name for each in visit.directory.services.values()},
        "status": {status: said(status) for status in Status},
        "flag": {ANY_FLAG: "Any flag", **FLAGS},
        "late": LATE,
    }


def _in_words(visit: Visit, sought: RegisterSearch) -> list[tuple[str, str]]:
    """Each filter by its label, with its value in words, so that a printed page shows them."""
    choices = _choices(visit)
    lines = [
        (LABELS[name], choices.get(name, {}).get(value, value))
        for name, value in sought.given.items()
        if name in FILTERS
    ]
    if sought.service_user:
        lines.append((LABELS["service_user"], sought.service_user))
    return lines


# The CSV has ids, dates, states and flags, but no words and no service user's reference.

COLUMNS = (
    "id",
    "kind",
    "worker",
    "service",
    "happened_on",
    "received_at",
    "state",
    "waiting_for",
    "due_at",
    "late",
    "flags",
    "policy",
    "version",
    "clause",
    "house_rule",
    "position",
)


def download(visit: Visit) -> Response:
    """Download all that a search finds, as at one position however long the download takes."""
    sought = search_of(visit, visit.form or visit.query)
    if sought.errors:
        raise InvalidError(sought.errors)
    wanted = replace(sought.filter, as_at=sought.as_at.position, after=None, limit=MOST_AT_ONCE)
    name = f"register-as-at-{sought.as_at.position}.csv"
    return StreamingResponse(
        _lines(visit, wanted),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def _lines(visit: Visit, wanted: Filter) -> Iterator[str]:
    yield _line(COLUMNS)
    following: int | None = None
    while True:
        wanted = replace(wanted, after=following)
        page = visit.register.read.declarations(visit.by, wanted, words=False)
        yield "".join(_line(_cells(declaration)) for declaration in page.items)
        following = page.next
        if following is None:
            return


def _cells(declaration: Declaration) -> Iterator[str]:
    ruling = declaration.ruling
    yield str(declaration.id)
    yield declaration.kind
    yield declaration.worker
    yield declaration.service
    yield declaration.happened_on.isoformat()
    yield _moment(declaration.received_at)
    yield declaration.status
    yield declaration.waiting_for or ""
    yield _moment(declaration.due_at) if declaration.due_at else ""
    yield "yes" if ruling.late else "no"
    yield " ".join(ruling.flags)
    yield ruling.source.policy or ""
    yield ruling.source.version.isoformat() if ruling.source.version else ""
    yield ruling.source.clause
    yield "yes" if ruling.source.house else "no"
    yield str(declaration.position)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _line(cells: Iterable[str]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([safe(cell) for cell in cells])
    return text.getvalue()


def safe(cell: str) -> str:
    """A cell with an apostrophe in front if a spreadsheet would run it as a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
