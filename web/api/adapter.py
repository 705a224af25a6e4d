"""How the API reads a call and refuses one: JSON in, problem details out."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from register.errors import ConflictError, ForbiddenError, NotFoundError, RegisterError
from register.register import Register
from web.api.calls import WITH_BODY, Call, bearer_token, read_body, read_picture
from web.api.lookups import BatchedLookups
from web.api.operations import Operation
from web.api.representation import represented
from web.edge.allowances import take
from web.errors import problem, problem_of
from web.requests.looking import Showing, is_look, keep_refusal
from web.requests.session import check_is_for, check_same_origin, session_of
from web.requests.threads import READS, in_thread
from web.resources import FAILED


class ApiAdapter:
    """Reads and answers calls in JSON. A conflict's answer has the present declaration."""

    async def carry_out(self, operation: Operation, request: Request) -> Response:
        register: Register = request.app.state.register
        by = "" if operation.is_public else await _person(register, request)
        if by:
            take(request, by)
        body = await _body(operation, request)
        call = _call(operation, request, register, by, body)
        try:
            if not operation.is_async:
                return await in_thread(
                    request, _carry_out, operation, call, takes_picture=operation.takes_picture
                )
            response = operation.handler(call)
            made = await response if isinstance(response, Awaitable) else response
            call.keep_looks()
            if call.showing.being_kept:
                await in_thread(request, call.showing.wait)
            return made
        except ConflictError as error:
            return problem_of(error, current=await in_thread(request, _current, call))
        except (ForbiddenError, NotFoundError):
            await in_thread(request, _refused, call)
            raise

    def refuse(self, error: RegisterError, request: Request) -> Response:
        return problem_of(error)

    def fail(self, request: Request) -> Response:
        return problem("failed", FAILED)


def _call(
    operation: Operation, request: Request, register: Register, by: str, body: object
) -> Call:
    showing = Showing.of(request, operation.shows, by_program=_is_program(request))
    looks = is_look(request)
    return Call(register, by, request.path_params, request.query_params, body, looks, showing)


def _is_program(request: Request) -> bool:
    return session_of(request) is None or "authorization" in request.headers


async def _body(operation: Operation, request: Request) -> object:
    if request.method not in WITH_BODY:
        return None
    return await (read_picture if operation.takes_picture else read_body)(request)


async def _person(register: Register, request: Request) -> str:
    """The id of the person who calls: the owner of the token, or else of the browser's session.

    A call with a session also has to come from the register's own pages. Raises
    `UnauthenticatedError` or `ForbiddenError`.
    """
    session = session_of(request)
    if session is None or _is_program(request):
        owners: BatchedLookups[str, str] = request.app.state.owners
        return await owners.look_up(bearer_token(request))
    check_same_origin(request)
    person = await in_thread(
        request, register.signing_in.owner_of_session, session, is_at_door=True
    )
    check_is_for(request, person)
    return person


def _carry_out(operation: Operation, call: Call) -> Response:
    if operation.method not in READS:
        response = operation.handler(call)
    else:
        with call.register.read.look():
            response = operation.handler(call)
    call.keep_looks()
    call.showing.wait()
    assert isinstance(response, Response)
    return response


def _refused(call: Call) -> None:
    if call.by:
        keep_refusal(call.register, call.by, by_program=call.showing.by_program)


def _current(call: Call) -> Any:
    """The present declaration, if the person refused may see it."""
    try:
        current = call.register.read.declaration(call.by, call.path["id"])
    except NotFoundError:
        return msgspec.UNSET
    call.note_words([current])
    call.keep_looks()
    call.showing.wait()
    return represented(current)
