"""Uploads people, services and service users as CSV: first a preview, then the change.

The server keeps nothing in between: the preview page holds the files and sends them again, with
the position at which they were compared. If the directory has changed since, nothing is stored.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping

from starlette.datastructures import UploadFile
from starlette.responses import Response

from register.answers import POSITION
from register.directory.files import File, Files, LoadError, parse_files
from register.errors import ConflictError, MalformedError
from web.requests.visit import Visit, to

NAMES = {"people": "people.csv", "services": "services.csv", "service_users": "service_users.csv"}
"""The names of the files, by field; the last file may be left out."""
LARGEST = 700 * 1024
"""The most bytes of all files together: the preview page sends them encoded, which is longer."""
TOO_LARGE = (
    "The files are too large: send no more than 700 KB together. "
    "For more, use the command `register directory load`."
)

UNREADABLE = "This form could not be read; please choose the files again."


def ask(visit: Visit) -> Response:
    return _form(visit, ())


def check(visit: Visit) -> Response:
    data = {field: _uploaded(visit, field) for field in NAMES}
    missing = {
        field: f"Choose the file {NAMES[field]}."
        for field in ("people", "services")
        if data[field] is None
    }
    if missing:
        return _form(visit, missing.values(), wrong=missing)
    if sum(len(each) for each in data.values() if each) > LARGEST:
        return _form(visit, [TOO_LARGE], status=413)
    return _would_change(visit, data)


def confirm(visit: Visit) -> Response:
    data = {field: _sent_again(visit, field) for field in NAMES}
    known_at = str(visit.form.get("known_at", ""))
    if not POSITION.fullmatch(known_at):
        raise MalformedError(UNREADABLE)
    try:
        load = visit.register.load(_files(data), int(known_at))
    except LoadError as error:
        return _form(visit, error.problems)
    except ConflictError:
        return _would_change(visit, data, has_moved=True)
    return to(f"/people?changes={len(load.events)}")


Data = dict[str, bytes | None]


def _uploaded(visit: Visit, field: str) -> bytes | None:
    file = visit.form.get(field)
    if not isinstance(file, UploadFile):
        return None
    data = file.file.read()
    return data if data or file.filename else None


def _sent_again(visit: Visit, field: str) -> bytes | None:
    text = visit.form.get(field)
    if not isinstance(text, str) or not text:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedError(UNREADABLE) from None


def _files(data: Data) -> Files:
    def file(field: str) -> File:
        return File(NAMES[field], data[field] or b"")

    service_users = None if data["service_users"] is None else file("service_users")
    return parse_files(file("people"), file("services"), service_users)


def _would_change(visit: Visit, data: Data, *, has_moved: bool = False) -> Response:
    try:
        preview = visit.register.preview_load(_files(data))
    except LoadError as error:
        return _form(visit, error.problems)
    return visit.page(
        "upload_check.html",
        "What would change",
        status=409 if has_moved else 200,
        back="/people/upload",
        has_moved=has_moved,
        preview=preview,
        files={
            field: base64.b64encode(each).decode()
            for field, each in data.items()
            if each is not None
        },
    )


def _form(
    visit: Visit,
    problems: Iterable[str],
    status: int = 422,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    """The form with its errors: `problems` are all of them, `wrong` those of one file by field."""
    fields = {words: field for field, words in (wrong or {}).items()}
    errors = [
        {"text": each, "href": f"#{fields[each]}"} if each in fields else {"text": each}
        for each in problems
    ]
    return visit.page(
        "upload.html",
        "Upload people and services",
        status=status if errors else 200,
        back="/people",
        errors=errors,
        wrong=wrong or {},
        names=NAMES,
    )
