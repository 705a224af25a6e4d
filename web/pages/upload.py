"""Uploads people, services and service users as CSV: first a preview, then the change.

Nothing is taken in between: each page holds the files that were chosen and sends them again, the
preview with the position at which they were compared. If the directory has changed since, nothing
is stored.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from starlette.datastructures import UploadFile
from starlette.responses import Response

from register.answers import POSITION
from register.directory.files import File, Files, LoadError, parse_files
from register.directory.problem import PEOPLE_FILE, SERVICE_USERS_FILE, SERVICES_FILE, Problem
from register.errors import ConflictError, MalformedError
from web.requests.visit import Visit, to

NAMES = {each: f"{each}.csv" for each in (PEOPLE_FILE, SERVICES_FILE, SERVICE_USERS_FILE)}
"""The names of the files, by field; any of them may be sent alone."""
HELD = "held."
"""What the field begins with in which a page holds a file that was chosen before."""
LARGEST = 700 * 1024
"""The most bytes of all files together: the preview page sends them encoded, which is longer."""
TOO_LARGE = (
    "The files are too large: send no more than 700 KB together. "
    "For more, use the command `register directory load`."
)

NOTHING = "Choose at least one file."
UNREADABLE = "This form could not be read; please choose the files again."


def ask(visit: Visit) -> Response:
    return _form(visit, ())


def check(visit: Visit) -> Response:
    data = {field: _chosen(visit, field) for field in NAMES}
    if not any(each is not None for each in data.values()):
        return _form(visit, [Problem(NOTHING, PEOPLE_FILE)])
    if sum(len(each) for each in data.values() if each) > LARGEST:
        return _form(visit, [Problem(TOO_LARGE, PEOPLE_FILE)], status=413)
    return _would_change(visit, data)


def confirm(visit: Visit) -> Response:
    data = {field: _held(visit, field) for field in NAMES}
    known_at = str(visit.form.get("known_at", ""))
    if not POSITION.fullmatch(known_at):
        raise MalformedError(UNREADABLE)
    try:
        load = visit.register.load(_files(data), int(known_at), visit.by)
    except LoadError as error:
        return _form(visit, error.problems, data)
    except ConflictError:
        return _would_change(visit, data, has_moved=True)
    if load.waiting:
        return to(f"/people/changes?made={len(load.events)}&waiting={len(load.waiting)}")
    return to(f"/people?changes={len(load.events)}")


Data = dict[str, bytes | None]


def _chosen(visit: Visit, field: str) -> bytes | None:
    uploaded = _uploaded(visit, field)
    return _held(visit, HELD + field) if uploaded is None else uploaded


def _uploaded(visit: Visit, field: str) -> bytes | None:
    file = visit.form.get(field)
    if not isinstance(file, UploadFile):
        return None
    data = file.file.read()
    return data if data or file.filename else None


def _held(visit: Visit, field: str) -> bytes | None:
    text = visit.form.get(field)
    if not isinstance(text, str) or not text:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedError(UNREADABLE) from None


def _files(data: Data) -> Files:
    opened = (
        None if data[field] is None else File(name, data[field] or b"")
        for field, name in NAMES.items()
    )
    return parse_files(*opened)


def _as_held(data: Data) -> dict[str, str]:
    return {
        field: base64.b64encode(each).decode() for field, each in data.items() if each is not None
    }


def _would_change(visit: Visit, data: Data, *, has_moved: bool = False) -> Response:
    try:
        preview = visit.register.preview_load(_files(data), visit.by)
    except LoadError as error:
        return _form(visit, error.problems, data)
    return visit.page(
        "upload_check.html",
        "What would change",
        status=409 if has_moved else 200,
        back="/people/upload",
        has_moved=has_moved,
        preview=preview,
        files=_as_held(data),
    )


def _form(
    visit: Visit, problems: Sequence[Problem], data: Data | None = None, status: int = 422
) -> Response:
    """The form with everything that is wrong, and the files that were chosen."""
    return visit.page(
        "upload.html",
        "Upload people and services",
        status=status if problems else 200,
        back="/people",
        errors=[{"text": each, "href": f"#{each.file}"} for each in problems],
        wrong={field: _first_of(field, problems) for field in NAMES},
        names=NAMES,
        held=_as_held(data or {}),
    )


def _first_of(field: str, problems: Sequence[Problem]) -> str | None:
    return next((each for each in problems if each.file == field), None)
