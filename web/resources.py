"""A resource: one path with all of its methods, so that a 405 can name them all.

An adapter reads and refuses the calls: there is one for the API, and one for pages.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from register.errors import MalformedError, MethodError, RegisterError, answered_in_time

log = structlog.get_logger("web")

FAILED = "Nothing was stored. Please try again later."
BUSY = "The register is busy and could not answer. Please try again in a moment."


class Endpoint(Protocol):
    """One method of one path."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...


Served = TypeVar("Served", bound=Endpoint, contravariant=True)


class Adapter(Protocol[Served]):
    """Reads, carries out and refuses calls."""

    async def carry_out(self, endpoint: Served, /, request: Request) -> Response: ...

    def refuse(self, error: RegisterError, request: Request) -> Response: ...

    def fail(self, request: Request) -> Response: ...


class Resource:
    """Answers every method of one path. Nothing that a person wrote gets into the server's log."""

    def __init__(self, path: str, endpoints: Mapping[str, Endpoint], adapter: Adapter) -> None:
        self.path = path
        self.endpoints = endpoints
        self.adapter = adapter
        self.allow = ", ".join(sorted({*endpoints, *({"HEAD"} if "GET" in endpoints else ())}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        began = time.perf_counter()
        line = log
        try:
            response = await self._respond(request)
        except RegisterError as error:
            line = log.bind(refused=error.code)
            response = self._refuse(error, request)
        line.info(
            "answered",
            method=request.method if request.method in self.endpoints else "other",
            path=self.path,
            status=response.status_code,
            ms=round((time.perf_counter() - began) * 1000, 1),
        )
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        """Raises `RegisterError` for what is refused."""
        method = "GET" if request.method == "HEAD" else request.method
        endpoint = self.endpoints.get(method)
        if endpoint is None:
            raise MethodError(f"Use {self.allow}.")
        try:
            with answered_in_time(BUSY):
                return await self.adapter.carry_out(endpoint, request)
        except RegisterError:
            raise
        except ClientDisconnect:  # such as a phone without a signal; nobody gets the answer
            raise MalformedError("This broke off before its end.") from None
        except Exception as error:
            self._log("failed", error)
            return self.adapter.fail(request)

    def _refuse(self, error: RegisterError, request: Request) -> Response:
        if error.__cause__ is not None:
            self._log(error.code, error.__cause__)
        response = self.adapter.refuse(error, request)
        if isinstance(error, MethodError):
            response.headers["Allow"] = self.allow
        return response

    def _log(self, what: str, error: BaseException) -> None:
        log.error(what, path=self.path, error=type(error).__name__, at=_places(error))


def _places(error: BaseException) -> list[str]:
    """Where an error happened, without its message, which may hold what people wrote."""
    places, trace = [], error.__traceback__
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places


def routes_of(endpoints: Iterable[Endpoint], adapter: Adapter) -> list[Route]:
    paths: dict[str, dict[str, Endpoint]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method] = endpoint
    return [Route(path, Resource(path, methods, adapter)) for path, methods in paths.items()]
