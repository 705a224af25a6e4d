"""A resource: one path and all of its methods, so that a 405 names every one of them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import msgspec
import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from register.errors import ConflictError, NotFoundError, RegisterError
from register.register import Register
from web.api.representation import represented
from web.calls import WITH_BODY, Call, bearer_token, read_body
from web.errors import problem, problem_of
from web.operations import Operation

log = structlog.get_logger("web")


class Resource:
    """Answers every method of one path; nothing a person wrote reaches the log."""

    def __init__(self, path: str, operations: Mapping[str, Operation]) -> None:
        self.path = path
        self.operations = operations
        self.allow = ", ".join(sorted({*operations, *({"HEAD"} if "GET" in operations else ())}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        began = time.perf_counter()
        response = await self._answer(request)
        log.info(
            "answered",
            method=request.method if request.method in self.operations else "other",
            path=self.path,
            status=response.status_code,
            ms=round((time.perf_counter() - began) * 1000, 1),
        )
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        operation = self.operations.get(method)
        if operation is None:
            return problem("method", f"Use {self.allow}.", headers={"Allow": self.allow})
        try:
            return await _carried_out(operation, request)
        except RegisterError as error:
            return problem_of(error)
        except Exception as error:
            log.error("failed", path=self.path, error=type(error).__name__, at=_places(error))
            return problem("failed", "Nothing was stored. Please try again later.")


async def _carried_out(operation: Operation, request: Request) -> Response:
    register: Register = request.app.state.register
    by = "" if operation.is_public else await run_in_threadpool(_person, register, request)
    body = await read_body(request) if request.method in WITH_BODY else None
    call = Call(register, by, request.path_params, request.query_params, body)
    return await run_in_threadpool(_in_thread, operation, call)


def _person(register: Register, request: Request) -> str:
    return register.read.owner_of(bearer_token(request))


def _in_thread(operation: Operation, call: Call) -> Response:
    try:
        return operation.handler(call)
    except ConflictError as error:
        return problem_of(error, current=_current(call))


def _current(call: Call) -> Any:
    """The declaration as it is now, where whoever was refused may see it."""
    try:
        return represented(call.register.read.declaration(call.by, call.path["id"]))
    except NotFoundError:
        return msgspec.UNSET


def _places(error: Exception) -> list[str]:
    """Where it failed, without what it failed on: messages may hold what people wrote."""
    places, trace = [], error.__traceback__
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places


def routes_of(operations: list[Operation]) -> list[Route]:
    paths: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method] = operation
    return [Route(path, Resource(path, found)) for path, found in paths.items()]
