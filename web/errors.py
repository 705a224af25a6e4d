"""How refusals become HTTP responses: a status for each, and problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.responses import Response

from register.errors import FieldError, InvalidError, RegisterError, TooManyError

STATUS = {
    "invalid": 422,
    "malformed": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "too_many": 429,
    "too_large": 413,
    "unsupported": 415,
    "method": 405,
    "unavailable": 503,
    "failed": 500,
}
TITLES = {
    "invalid": "Some answers need another look",
    "malformed": "This could not be read",
    "unauthenticated": "Please sign in",
    "forbidden": "This is not yours to do",
    "not_found": "There is nothing here",
    "conflict": "The register has moved on",
    "too_many": "This is too often in one minute",
    "too_large": "This is too much at once",
    "unsupported": "This is not a form the register reads",
    "method": "This cannot be done here",
    "unavailable": "The register is busy",
    "failed": "The register has failed",
}
HEADERS: dict[str, dict[str, str]] = {
    "unauthenticated": {"WWW-Authenticate": "Bearer"},
    "unavailable": {"Retry-After": "1"},
}


class FieldProblem(msgspec.Struct):
    field: str
    message: str


class Problem(msgspec.Struct):
    """What every refusal says; `errors` names each bad field."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldProblem]
    current: Any = msgspec.UNSET


def problem(
    code: str,
    detail: str,
    *,
    errors: tuple[FieldError, ...] = (),
    current: Any = msgspec.UNSET,
    headers: Mapping[str, str] | None = None,
) -> Response:
    body = Problem(
        type=f"/api/docs#{code}",
        title=TITLES[code],
        status=STATUS[code],
        detail=detail,
        code=code,
        errors=[FieldProblem(error.field, error.message) for error in errors],
        current=current,
    )
    return Response(
        msgspec.json.encode(body),
        status_code=STATUS[code],
        media_type="application/problem+json",
        headers={"Cache-Control": "no-store", **HEADERS.get(code, {}), **(headers or {})},
    )


def headers_of(error: RegisterError) -> dict[str, str]:
    """The headers that go with a refusal."""
    if isinstance(error, TooManyError):
        return {"Retry-After": str(error.seconds)}
    return HEADERS.get(error.code, {})


def problem_of(error: RegisterError, *, current: Any = msgspec.UNSET) -> Response:
    errors = error.errors if isinstance(error, InvalidError) else ()
    return problem(
        error.code, str(error), errors=errors, current=current, headers=headers_of(error)
    )
