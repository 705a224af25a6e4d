"""How the API reads a call and refuses one: JSON in, problem details out."""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import nullcontext
from functools import partial
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from register.access.tokens import Token
from register.access.who_may import check_may_come_in, check_way, row_of
from register.errors import (
    ConflictError,
    ForbiddenError,
    LimitedError,
    NotFoundError,
    NotYetError,
    RegisterError,
)
from register.register import Register
from register.standing.held import roles_held
from web.api.calls import NOBODY, WITH_BODY, Call, Caller, bearer_token, read_body, read_picture
from web.api.lookups import BatchedLookups
from web.api.operations import Operation
from web.api.views import view_of
from web.edge.allowances import take
from web.errors import problem, problem_of
from web.requests.looking import Asking, Showing, check_is_asked_for, keep_refusal
from web.requests.session import check_is_for, check_same_origin, session_of
from web.requests.threads import READS, in_thread
from web.resources import FAILED


class ApiAdapter:
    """Reads and answers calls in JSON. A conflict's answer has the present declaration, for
    whoever may see it."""

    async def carry_out(self, operation: Operation, request: Request) -> Response:
        register: Register = request.app.state.register
        caller = NOBODY if operation.is_public else await _caller(register, request)
        if caller.person:
            check_is_asked_for(request)
            take(request, caller.person)
        await _check_way(register, request, operation, caller)
        if operation.fresh and caller.session is not None:
            await _check_fresh(register, request)
        body = await _body(operation, request)
        call = _call(operation, request, register, caller, body)
        try:
            return await _answered(operation, request, call)
        except ConflictError as error:
            if caller.is_limited:
                raise LimitedError from None
            return problem_of(error, current=await in_thread(request, _current, call))
        except NotYetError:
            raise
        except (ForbiddenError, NotFoundError):
            await in_thread(request, _refused, call)
            raise

    def refuse(self, error: RegisterError, request: Request) -> Response:
        return problem_of(error)

    def fail(self, request: Request) -> Response:
        return problem("failed", FAILED)


def _call(
    operation: Operation, request: Request, register: Register, caller: Caller, body: object
) -> Call:
    by_program = caller.token is not None
    showing = Showing.of(request, operation.path, by_program=by_program)
    asking = Asking.of(request, by_program=by_program)
    query = request.query_params
    return Call(register, caller, request.path_params, query, body, asking, showing)


async def _answered(operation: Operation, request: Request, call: Call) -> Response:
    """The answer, once it is kept who is shown what."""
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


async def _body(operation: Operation, request: Request) -> object:
    if request.method not in WITH_BODY:
        return None
    return await (read_picture if operation.takes_picture else read_body)(request)


async def _caller(register: Register, request: Request) -> Caller:
    """Who calls: the owner of the token, or else of the browser's session.

    A call with a session also has to come from the register's own pages. Raises
    `UnauthenticatedError` or `ForbiddenError`.
    """
    secret = session_of(request)
    if secret is None or "authorization" in request.headers:
        tokens: BatchedLookups[str, Token] = request.app.state.tokens
        return Caller(token=await tokens.look_up(bearer_token(request)))
    check_same_origin(request)
    session = await in_thread(request, register.signing_in.session, secret, is_at_door=True)
    check_is_for(request, session.person)
    return Caller(session=session)


async def _check_way(
    register: Register, request: Request, operation: Operation, caller: Caller
) -> None:
    """Raises the refusal of who does not come in this way; that a token is not for it is kept."""
    try:
        check_way(row_of(operation.method, operation.path), caller.comer())
    except ForbiddenError:
        await in_thread(request, partial(keep_refusal, register, caller.person, by_program=True))
        raise


async def _check_fresh(register: Register, request: Request) -> None:
    """Raises `NotFreshError` for a browser whose owner signed in longer ago. What a token may do
    was said when it was made."""
    secret = session_of(request) or ""
    await in_thread(request, register.signing_in.check_fresh, secret, is_at_door=True)


def _carry_out(operation: Operation, call: Call) -> Response:
    read, row = call.register.read, row_of(operation.method, operation.path)
    if not (row.by_standing or row.is_public):
        check_may_come_in(row, call.caller.comer(roles_held(call.by, read.directory())))
    look = read.look() if operation.method in READS else nullcontext()
    with look, read.within(call.by, call.services):
        response = operation.handler(call)
        call.keep_looks()
    call.showing.wait()
    assert isinstance(response, Response)
    return response


def _refused(call: Call) -> None:
    if call.by:
        keep_refusal(call.register, call.by, by_program=call.showing.by_program)


def _current(call: Call) -> Any:
    """The present declaration, if the call is about one that the person refused may see, and their
    token is to read."""
    if "id" not in call.path or not call.caller.reads:
        return msgspec.UNSET
    try:
        with call.register.read.within(call.by, call.services):
            current = call.register.read.declaration(call.by, call.path["id"])
    except NotFoundError:
        return msgspec.UNSET
    call.note_words([current])
    call.keep_looks()
    call.showing.wait()
    return view_of(call.register, current)
