"""How the API reads a call and refuses one: JSON in, problem details out."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from register.errors import ConflictError, NotFoundError, RegisterError
from register.register import Register
from register.standing.held import roles_held
from register.who_may import Comer, check_may_come_in, row_of
from web.api.calls import WITH_BODY, Call, bearer_token, read_body, read_picture
from web.api.lookups import BatchedLookups
from web.api.operations import Operation
from web.api.representation import represented
from web.edge.allowances import take
from web.errors import problem, problem_of
from web.requests.looking import is_look
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
        looks = is_look(request)
        call = Call(register, by, request.path_params, request.query_params, body, looks)
        try:
            if operation.is_async:
                response = operation.handler(call)
            else:
                response = await in_thread(
                    request, _carry_out, operation, call, takes_picture=operation.takes_picture
                )
            return await response if isinstance(response, Awaitable) else response
        except ConflictError as error:
            return problem_of(error, current=await in_thread(request, _current, call))

    def refuse(self, error: RegisterError, request: Request) -> Response:
        return problem_of(error)

    def fail(self, request: Request) -> Response:
        return problem("failed", FAILED)


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
    if session is None or "authorization" in request.headers:
        owners: BatchedLookups[str, str] = request.app.state.owners
        return await owners.look_up(bearer_token(request))
    check_same_origin(request)
    person = await in_thread(
        request, register.signing_in.owner_of_session, session, is_at_door=True
    )
    check_is_for(request, person)
    return person


def _carry_out(operation: Operation, call: Call) -> Response | Awaitable[Response]:
    row = row_of(operation.method, operation.path)
    if not (row.by_standing or row.is_public):
        roles = roles_held(call.by, call.register.read.directory())
        check_may_come_in(row, Comer(roles))
    if operation.method not in READS:
        return operation.handler(call)
    with call.register.read.look():
        return operation.handler(call)


def _current(call: Call) -> Any:
    """The present declaration, if the person refused may see it."""
    try:
        return represented(call.register.read.declaration(call.by, call.path["id"]))
    except NotFoundError:
        return msgspec.UNSET
